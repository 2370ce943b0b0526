package engine

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"earmark/engine/intake"
	"earmark/store"
)

// program runs a whole program on the bench's database in a process of its own.
func (b *bench) program() *exec.Cmd { return b.process("program", b.database) }

func (b *bench) process(role string, args ...string) *exec.Cmd {
	b.Helper()
	cmd := exec.CommandContext(context.Background(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), roleEnv+"="+role, logEnv+"="+b.log, gateEnv+"="+b.gate)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return cmd
}

// TestKillLosesNothingAndAnalysesNothingTwice kills the program, again and again, in the middle of a job, and in every
// second round one of its workers first.
func TestKillLosesNothingAndAnalysesNothingTwice(t *testing.T) {
	const tracks, kills, workers = 60, 8, 2
	b := newBench(t).gated()
	b.fill(tracks)
	job := b.job(b.engine(b.store, 1)) // never started: it only makes the job
	random := rand.New(rand.NewPCG(1, 2))
	for round := range kills {
		cmd := b.program()
		_, before, _ := b.analyses()
		n := 1 + random.IntN(6)
		b.let(n)
		b.until("some analyses", func() bool { _, total, _ := b.analyses(); return total >= before+n })
		if round%2 == 1 {
			_, _, pid := b.analyses()
			_ = syscall.Kill(pid, syscall.SIGKILL)
			b.let(1)
			b.until("an analysis after a worker was killed", func() bool {
				_, total, _ := b.analyses()
				return total > before+n
			})
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		stored := map[string]int{}
		count, total, _ := b.analyses()
		for id, track := range b.tracks(b.store, job.ID) {
			switch track.Status {
			case store.TrackSuccess:
				stored[id] = count[id]
			case store.TrackFailed:
				t.Fatalf("round %d: %s failed: %s", round, id, track.ErrorMessage)
			case store.TrackQueued, store.TrackRunning, store.TrackCancelled:
			}
		}
		// All that a kill may cost is what was running, and in the rounds with a killed worker that one's track.
		if lost := total - len(stored); lost > (round+1)*(workers+1) {
			t.Errorf("round %d: %d analyses, %d results", round, total, len(stored))
		}
		t.Cleanup(func() {
			after, _, _ := b.analyses()
			for id, n := range stored {
				if after[id] != n {
					t.Errorf("%s had a result after round %d and was analysed again", id, round)
				}
			}
		})
	}
	cmd := b.program()
	b.let(2 * tracks)
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	done, err := b.store.Job(context.Background(), job.ID)
	counts := done.Counts
	if err != nil || done.Status != store.JobComplete || counts.Succeeded != tracks || counts.Total != tracks {
		t.Errorf("at the end %s: %+v, %v", done.Status, done.Counts, err)
	}
	if count, _, _ := b.analyses(); len(count) != tracks {
		t.Errorf("%d of %d files were analysed", len(count), tracks)
	}
}

func TestKillDuringTheWalk(t *testing.T) {
	const files = 3 * batch
	b := newBench(t)
	b.fill(files)
	cmd := b.process("creator", b.database, b.music)
	ctx := context.Background()
	var job store.Job
	b.until("the first tracks of the job", func() bool {
		jobs, err := b.store.Jobs(ctx)
		if err == nil && len(jobs) > 0 {
			job = jobs[0]
		}
		return job.Counts.Total > 0
	})
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	before, err := b.store.Job(ctx, job.ID)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("killed with %d of %d tracks", before.Counts.Total, files)
	e := b.engine(b.store, 1)
	if err := e.Pause(ctx, job.ID); err != nil { // only the walk is of interest
		t.Fatal(err)
	}
	b.start(e)
	b.until("the whole folder", func() bool {
		now, err := b.store.Job(ctx, job.ID)
		return err == nil && now.Sealed && now.Counts.Total == files
	})
}

func TestTracksOfADeadProgramAreTakenOver(t *testing.T) {
	b := newBench(t)
	b.fill(4)
	ctx := context.Background()
	e := b.engine(b.store, 1)
	job := b.job(e)
	for _, owner := range []string{deadOwner(t), "far-away:1:x-1"} {
		if claims, err := b.store.Claim(ctx, owner, 1, time.Hour); err != nil || len(claims) != 1 {
			t.Fatalf("%d claims, %v", len(claims), err)
		}
	}
	b.start(e)
	// Another host's track stays with it: its program may live.
	b.until("the other three", func() bool {
		now, err := b.store.Job(ctx, job.ID)
		return err == nil && now.Counts.Succeeded == 3 && e.Idle()
	})
	running := 0
	for _, track := range b.tracks(b.store, job.ID) {
		if track.Status == store.TrackRunning {
			running++
		}
	}
	if running != 1 {
		t.Errorf("%d tracks of the other host are left", running)
	}
	if err := b.store.Release(ctx, "far-away:1:x-1"); err != nil {
		t.Fatal(err)
	}
	if done := b.wait(e, job.ID); done.Counts.Succeeded != 4 {
		t.Errorf("counts %+v", done.Counts)
	}
}

// Nobody claims a track of a cancelled job: a program on another host that died with it leaves it to the sweep.
func TestTracksOfACancelledJobDoNotRunForEver(t *testing.T) {
	b := newBench(t)
	b.fill(1)
	ctx := context.Background()
	e := b.engine(b.store, 1, func(c *Config) { c.Lease = 200 * time.Millisecond })
	job := b.job(e)
	if claims, err := b.store.Claim(ctx, "far-away:1:x-1", 1, 500*time.Millisecond); err != nil || len(claims) != 1 {
		t.Fatalf("%d claims, %v", len(claims), err)
	}
	b.start(e)
	if err := e.Cancel(ctx, job.ID); err != nil {
		t.Fatal(err)
	}
	b.until("the track to be cancelled", func() bool {
		return b.tracks(b.store, job.ID)["0000.mp3"].Status == store.TrackCancelled
	})
}

func TestProgramThatDiesWhileAnotherRuns(t *testing.T) {
	b := newBench(t).gated()
	b.fill(6)
	job := b.job(b.engine(b.store, 1))
	cmd := b.program()
	b.until("two claims of the first program", func() bool {
		owners, err := b.store.Owners(context.Background())
		return err == nil && len(owners) == 1
	})
	// Every half of a lease it looks for the dead.
	e := b.engine(b.store, 2, func(c *Config) { c.Lease = 200 * time.Millisecond })
	b.start(e)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	b.let(20)
	if done := b.wait(e, job.ID); done.Counts.Succeeded != 6 {
		t.Errorf("counts %+v", done.Counts)
	}
	if _, total, _ := b.analyses(); total < 6 || total > 8 {
		t.Errorf("%d analyses of 6 files, two of which were running at the kill", total)
	}
}

// cutOff makes a job as a program leaves it that was killed while it walked.
func (b *bench) cutOff(source intake.Source, added ...store.NewTrack) store.Job {
	b.Helper()
	text, err := json.Marshal(source)
	if err != nil {
		b.Fatal(err)
	}
	job, err := b.store.CreateJob(context.Background(), "cut off", string(text))
	if err != nil {
		b.Fatal(err)
	}
	if err := b.store.AddTracks(context.Background(), job.ID, added); err != nil {
		b.Fatal(err)
	}
	return job
}

func TestWalkThatWasCutOffGoesOn(t *testing.T) {
	b := newBench(t)
	b.fill(5)
	dead := deadOwner(t)
	line := strings.NewReader(`{"item_id":"m","path":"0001.mp3"}`)
	spool, err := intake.Spool(context.Background(), line, b.database, dead)
	if err != nil {
		t.Fatal(err)
	}
	orphan, err := intake.Spool(context.Background(), strings.NewReader("x"), b.database, dead)
	if err != nil {
		t.Fatal(err)
	}
	folder := b.cutOff(intake.Source{Paths: []string{b.music}, Owner: dead},
		store.NewTrack{ItemID: "0000.mp3", Path: filepath.Join(b.music, "0000.mp3")})
	manifest := b.cutOff(intake.Source{Manifest: spool, Spool: true, Base: b.music, Owner: dead})
	vanished := b.cutOff(intake.Source{Paths: []string{"/no/such/folder"}, Owner: dead})
	e := b.engine(b.store, 2)
	other := b.engine(b.open(), 2)
	foreign := b.cutOff(intake.Source{Paths: []string{b.music}, Owner: other.owner}) // alive: it walks itself
	b.start(e)
	if done := b.wait(e, folder.ID); done.Counts.Succeeded != 5 {
		t.Errorf("folder: %+v", done.Counts)
	}
	if done := b.wait(e, manifest.ID); done.Counts.Succeeded != 1 {
		t.Errorf("manifest: %+v", done.Counts)
	}
	if done := b.wait(e, vanished.ID); done.Status != store.JobFailed || done.Error == "" {
		t.Errorf("vanished folder: %+v", done)
	}
	b.until("copies to be removed", func() bool {
		_, one := os.Stat(spool)
		_, two := os.Stat(orphan)
		return os.IsNotExist(one) && os.IsNotExist(two)
	})
	if now, err := b.store.Job(context.Background(), foreign.ID); err != nil || now.Sealed {
		t.Errorf("the walk of a living program was taken over: %+v, %v", now, err)
	}
}
