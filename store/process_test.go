package store

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// The test binary runs itself as other programs on the same database.
const (
	childRole = "EARMARK_STORE_TEST_ROLE"
	childFile = "EARMARK_STORE_TEST_FILE"
	childSeed = "EARMARK_STORE_TEST_SEED"
)

func TestMain(m *testing.M) {
	role := map[string]func(ctx context.Context, path string, seed uint64) error{
		"": nil, "write": writeForever, "work": work, "open": openOnly,
	}[os.Getenv(childRole)]
	if role == nil {
		os.Exit(m.Run())
	}
	seed, _ := strconv.ParseUint(os.Getenv(childSeed), 10, 64)
	if err := role(context.Background(), os.Getenv(childFile), seed); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func child(ctx context.Context, role, path string, seed int) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), childRole+"="+role, childFile+"="+path, childSeed+"="+strconv.Itoa(seed))
	cmd.Stderr = os.Stderr
	return cmd
}

// writeForever does what a program does, and prints a line after each commit: a word, and the id of what is now stored.
func writeForever(ctx context.Context, path string, seed uint64) error {
	s, err := Open(ctx, path)
	if err != nil {
		return err
	}
	owners, err := s.Owners(ctx)
	if err != nil {
		return err
	}
	for _, o := range owners { // the killed ones
		if err := s.Release(ctx, o); err != nil {
			return err
		}
	}
	me := fmt.Sprint("writer ", seed)
	for round := 0; ; round++ {
		j, err := s.CreateJob(ctx, "n", "s")
		if err != nil {
			return err
		}
		fmt.Println("job", int64(j.ID))
		var items []NewTrack
		for i := range 300 {
			items = append(items, NewTrack{ItemID: fmt.Sprint(i), Path: fmt.Sprintf("/music/%d/%d.mp3", seed, i)})
		}
		if err := s.AddTracks(ctx, j.ID, items); err != nil {
			return err
		}
		if err := s.SealJob(ctx, j.ID); err != nil {
			return err
		}
		fmt.Println("sealed", int64(j.ID))
		cs, err := s.Claim(ctx, me, 20, time.Hour)
		if err != nil {
			return err
		}
		for i, c := range cs {
			if i%5 == 4 {
				err = s.Fail(ctx, me, c.Track, "silent", "")
			} else {
				kind := []string{"suspicious", "human", "recall", "unmeasured"}[i%4]
				err = s.Finish(ctx, me, c.Track, newReport(fmt.Sprint(seed, round, i), float64(i)/20, kind))
			}
			if err != nil {
				return err
			}
			fmt.Println("track", int64(c.Track))
			d, err := s.Decide(ctx, NewDecision{Track: c.Track, Kind: DecideAI, Reviewer: me})
			if err != nil {
				return err
			}
			fmt.Println("decision", int64(d.ID))
			if i%3 == 0 {
				if d, _, err = s.Undo(ctx, me); err != nil {
					return err
				}
				fmt.Println("decision", int64(d.ID))
			}
			if err := calibrateOrUndo(ctx, s, me, i); err != nil {
				return err
			}
		}
	}
}

// calibrateOrUndo judges all tracks again.
func calibrateOrUndo(ctx context.Context, s *Store, me string, n int) error {
	if n%3 == 2 {
		c, _, err := s.UndoCalibration(ctx, me)
		fmt.Println("calibration", int64(c.ID))
		return err
	}
	next := someCalibration(float64(n%2), 1+float64(n%3), 0.5)
	next.Reviewer = me
	now, err := s.Calibration(ctx, next.Detector)
	if err != nil {
		return err
	}
	next.Before = cmp.Or(now.Version, next.BuiltInVersion)
	c, _, err := s.Calibrate(ctx, next)
	fmt.Println("calibration", int64(c.ID))
	return err
}

// killed tells whether a program ended by SIGKILL.
func killed(err error) bool {
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		return false
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	return ok && status.Signal() == syscall.SIGKILL
}

// TestKill kills a writing program again and again. After each kill the file is whole, its counters agree, and
// everything that was reported as stored is there.
func TestKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "earmark.db")
	r := rand.New(rand.NewPCG(9, 9))
	query := map[string]string{
		"job":      "SELECT count(*) FROM jobs WHERE id = ?",
		"sealed":   "SELECT count(*) FROM jobs WHERE id = ? AND sealed = 1 AND total = 300",
		"track":    "SELECT count(*) FROM tracks WHERE id = ? AND status IN ('success', 'failed')",
		"decision": "SELECT count(*) FROM decisions WHERE id = ?",

		"calibration": "SELECT count(*) FROM calibrations WHERE id = ?",
	}
	kept := 0
	for round := range 25 {
		cmd := child(t.Context(), "write", path, round)
		out, err := cmd.StdoutPipe()
		must(t, err)
		must(t, cmd.Start())
		lines := bufio.NewScanner(out)
		var stored []string
		for n := 1 + r.IntN(60); n > 0 && lines.Scan(); n-- {
			stored = append(stored, lines.Text())
		}
		must(t, cmd.Process.Kill())
		for lines.Scan() { // what it still managed to say
			stored = append(stored, lines.Text())
		}
		if err := cmd.Wait(); !killed(err) {
			t.Fatalf("round %d: the writer ended by itself: %v", round, err)
		}

		s, err := Open(t.Context(), path)
		must(t, err)
		var ok string
		must(t, s.read.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&ok))
		if ok != "ok" {
			t.Fatalf("round %d: %s", round, ok)
		}
		checkWhole(t, s)
		for _, line := range stored {
			what, id, _ := strings.Cut(line, " ")
			if query[what] == "" || !strings.HasPrefix(line, what+" ") {
				continue // cut off by the kill
			}
			var n int
			must(t, s.read.QueryRowContext(t.Context(), query[what], id).Scan(&n))
			if n != 1 {
				t.Fatalf("round %d: %q was reported and is not there", round, line)
			}
			kept++
		}
		must(t, s.Close())
	}
	t.Logf("%d commits checked", kept)
}

// work analyses what there is and decides on it, and prints how many tracks it finished.
func work(ctx context.Context, path string, seed uint64) error {
	s, err := Open(ctx, path)
	if err != nil {
		return err
	}
	n, err := workOn(ctx, s, fmt.Sprint("worker ", seed))
	fmt.Println(n)
	return errors.Join(err, s.Close())
}

func workOn(ctx context.Context, s *Store, owner string) (n int, err error) {
	for {
		cs, err := s.Claim(ctx, owner, 3, time.Hour)
		if err != nil || len(cs) == 0 {
			return n, err
		}
		for _, c := range cs {
			if err := s.Finish(ctx, owner, c.Track, newReport((c.Track%50).String(), 0.5, "suspicious")); err != nil {
				return n, err
			}
			n++
			if _, err := s.Decide(ctx, NewDecision{Track: c.Track, Kind: DecideAI, Reviewer: owner}); err != nil {
				return n, err
			}
			if c.Track%4 == 0 {
				if _, _, err := s.Undo(ctx, owner); err != nil {
					return n, err
				}
			}
			if _, _, err := s.NextUndecided(ctx, Filter{Verdict: "suspicious"}, SortWorst, c.Track); err != nil {
				return n, err
			}
		}
		if err := s.Renew(ctx, owner, []TrackID{cs[0].Track}, time.Hour); err != nil {
			return n, err
		}
	}
}

// TestManyProgramsDoNotFight lets goroutines of two Stores and of two other processes work on one database. No call may
// fail, and every track is handed out once.
func TestManyProgramsDoNotFight(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "earmark.db")
	stores := []*Store{openStore(t, path), openStore(t, path)}
	const jobs, tracks = 3, 200
	for range jobs {
		sealedJob(t, stores[0], tracks)
	}
	var total atomic.Int64
	var wg sync.WaitGroup
	for i := range 2 {
		wg.Go(func() {
			out, err := child(ctx, "work", path, i).Output()
			if err != nil {
				t.Error(err)
				return
			}
			n, err := strconv.Atoi(strings.TrimSpace(string(out)))
			if err != nil {
				t.Error(err)
			}
			total.Add(int64(n))
		})
	}
	for i := range 6 {
		wg.Go(func() {
			n, err := workOn(ctx, stores[i%2], fmt.Sprint("goroutine ", i))
			if err != nil {
				t.Error(err)
			}
			total.Add(int64(n))
		})
	}
	wg.Wait()
	if total.Load() != jobs*tracks {
		t.Errorf("%d tracks finished, want %d", total.Load(), jobs*tracks)
	}
	js, err := stores[1].Jobs(ctx)
	must(t, err)
	if slices.ContainsFunc(js, func(j Job) bool { return j.Status != JobComplete }) {
		t.Errorf("jobs %+v", js)
	}
	checkWhole(t, stores[1])
}

// openOnly tries to open a database, and then to write.
func openOnly(ctx context.Context, path string, _ uint64) error {
	s, err := Open(ctx, path)
	if err != nil {
		fmt.Println(errors.Is(err, ErrReadOnly), err)
		return nil
	}
	_, err = s.CreateJob(ctx, "n", "s")
	fmt.Println("opened", err)
	return s.Close()
}

// TestReadOnlyFolder needs a user whom file rights stop: root lets the test binary run as nobody.
func TestReadOnlyFolder(t *testing.T) {
	top := t.TempDir()
	must(t, os.Chmod(filepath.Dir(top), 0o755)) // of this test alone
	binary := filepath.Join(top, "store.test")
	must(t, copyFile(os.Args[0], binary))
	folder := filepath.Join(top, "data")
	must(t, os.Mkdir(folder, 0o755))
	with := filepath.Join(folder, "with.db")
	s := openStore(t, with)
	must(t, s.Close())
	must(t, os.Chmod(with, 0o444))
	must(t, os.Chmod(folder, 0o555))
	t.Cleanup(func() { _ = os.Chmod(folder, 0o755) })
	for _, path := range []string{with, filepath.Join(folder, "new.db"), filepath.Join(folder, "sub", "new.db")} {
		cmd := child(t.Context(), "open", path, 0)
		cmd.Path = binary
		if os.Geteuid() == 0 {
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
			cmd.Dir = "/"
		}
		out, err := cmd.Output()
		if errors.Is(err, os.ErrPermission) {
			t.Skipf("cannot run as another user: %v", err)
		}
		must(t, err)
		text := string(out)
		if !strings.HasPrefix(text, "true ") || !strings.Contains(text, path) || !strings.Contains(text, "--db") {
			t.Errorf("%s: %s", path, text)
		}
	}
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
