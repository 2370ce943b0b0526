package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"earmark/analyzer"
	"earmark/engine/intake"
	"earmark/engine/process"
	"earmark/store"
)

func TestEveryTrackEndsWithAResultOrAReason(t *testing.T) {
	b := newBench(t)
	for name, text := range map[string]string{
		"a.mp3": "ok", "b.mp3": "suspicious", "c.mp3": "unmeasured", "d.mp3": "short", "e.mp3": "crash",
		"f.mp3": "garbage", "g.mp3": "hang", "h.mp3": "change", "i.mp3": "refused", "sub/j.wav": "ok again",
	} {
		b.put(name, text)
	}
	if err := os.Symlink("nowhere", filepath.Join(b.music, "k.mp3")); err != nil {
		t.Fatal(err)
	}
	b.put("caf\xe9.mp3", "ok in latin-1")
	big, err := os.Create(filepath.Join(b.music, "l.wav"))
	if err != nil {
		t.Fatal(err)
	}
	if err := big.Truncate(analyzer.MaxBytes + 1); err != nil { // a hole: it takes no space
		t.Fatal(err)
	}
	if err := big.Close(); err != nil {
		t.Fatal(err)
	}
	e := b.engine(b.store, 2, func(c *Config) { c.TrackTimeout = 3 * time.Second })
	b.start(e)
	job := b.wait(e, b.job(e).ID)
	latin := "file://" + b.music + "/caf%E9.mp3"
	want := map[string]string{
		"a.mp3": "success", "b.mp3": "success", "c.mp3": "success", "sub/j.wav": "success", latin: "success",
		"d.mp3": "too_short", "e.mp3": process.CodeCrashed, "f.mp3": process.CodeProtocol,
		"g.mp3": process.CodeTimeLimit, "h.mp3": CodeChanged, "i.mp3": CodeRefused, "k.mp3": "file_not_found",
		"l.wav": analyzer.CodeTooLarge,
	}
	got := b.tracks(b.store, job.ID)
	if len(got) != len(want) {
		t.Errorf("%d tracks, want %d", len(got), len(want))
	}
	for id, outcome := range want {
		track := got[id]
		result := string(track.Status)
		if track.Status == store.TrackFailed {
			result = track.ErrorCode
			if track.ErrorMessage == "" || track.Verdict != "" {
				t.Errorf("%s failed as %q with verdict %q", id, track.ErrorMessage, track.Verdict)
			}
		}
		if result != outcome {
			t.Errorf("%s: %s (%s), want %s", id, result, track.ErrorMessage, outcome)
		}
	}
	counts := job.Counts
	if job.Status != store.JobComplete || counts.Succeeded != 5 || counts.Failed != 8 || counts.Suspicious != 1 {
		t.Errorf("job %s: %+v", job.Status, counts)
	}
	if !e.Idle() && e.Running() != 0 {
		t.Errorf("%d tracks still run", e.Running())
	}
}

func TestSameBytesAreAnalysedOnce(t *testing.T) {
	b := newBench(t)
	for i := range 20 {
		b.put(fmt.Sprintf("%d.mp3", i), "ok the same")
	}
	e := b.engine(b.store, 4)
	b.start(e)
	first := b.wait(e, b.job(e).ID)
	second := b.wait(e, b.job(e).ID)
	if _, total, _ := b.analyses(); total != 1 || first.Counts.Succeeded != 20 || second.Counts.Succeeded != 20 {
		t.Errorf("%d analyses for %+v and %+v", total, first.Counts, second.Counts)
	}
}

func TestPauseResumeCancel(t *testing.T) {
	b := newBench(t).gated()
	b.fill(8)
	e := b.engine(b.store, 2)
	b.start(e)
	job := b.job(e)
	ctx := context.Background()
	busy := func(n int) func() bool { return func() bool { return e.Running() == n } }
	b.until("two running tracks", busy(2))
	if p := e.Progress(job.ID); p.Workers != 2 || len(p.Running) != 2 || p.Running[0] != "0000.mp3" {
		t.Errorf("progress %+v", p)
	}
	if err := e.Pause(ctx, job.ID); err != nil {
		t.Fatal(err)
	}
	b.let(2)
	b.until("the running tracks to finish", busy(0))
	paused, err := b.store.Job(ctx, job.ID)
	if err != nil || paused.Status != store.JobPaused || paused.Counts.Processed != 2 {
		t.Fatalf("%s with %d processed, %v", paused.Status, paused.Counts.Processed, err)
	}
	if err := e.Resume(ctx, job.ID); err != nil {
		t.Fatal(err)
	}
	b.until("two running tracks", busy(2))
	if err := e.Cancel(ctx, job.ID); err != nil {
		t.Fatal(err)
	}
	b.let(2)
	b.until("the running tracks to finish", busy(0))
	cancelled := b.wait(e, job.ID)
	_, total, _ := b.analyses()
	if cancelled.Status != store.JobCancelled || cancelled.Counts.Processed != 4 || total != 4 {
		t.Errorf("%s with %+v after %d analyses", cancelled.Status, cancelled.Counts, total)
	}
	if err := e.Resume(ctx, job.ID); !errors.Is(err, store.ErrConflict) {
		t.Errorf("resume after cancel: %v", err)
	}
}

func TestRetryFailed(t *testing.T) {
	b := newBench(t)
	b.put("list.m3u", "later.mp3\nhttps://example.org/x.mp3\n")
	e := b.engine(b.store, 1)
	b.start(e)
	job := b.wait(e, b.job(e, filepath.Join(b.music, "list.m3u")).ID)
	if job.Counts.Failed != 2 || b.tracks(b.store, job.ID)["later.mp3"].ErrorCode != "file_not_found" {
		t.Fatalf("counts %+v", job.Counts)
	}
	b.put("later.mp3", "ok")
	n, err := e.Retry(context.Background(), job.ID)
	if err != nil || n != 1 {
		t.Fatalf("%d queued again, %v", n, err)
	}
	if job = b.wait(e, job.ID); job.Counts.Succeeded != 1 || job.Counts.Failed != 1 {
		t.Errorf("counts %+v", job.Counts)
	}
}

// failedIntake is a job whose walk went wrong after its first item.
func (b *bench) failedIntake(source intake.Source) store.Job {
	b.Helper()
	job := b.cutOff(source, store.NewTrack{ItemID: "0000.mp3", Path: filepath.Join(b.music, "0000.mp3")})
	if err := b.store.FailJob(context.Background(), job.ID, "read line 2: input/output error"); err != nil {
		b.Fatal(err)
	}
	return job
}

func TestRetryReadsASourceAgainThatWasNotReadToItsEnd(t *testing.T) {
	b := newBench(t)
	b.fill(9)
	e := b.engine(b.store, 2)
	b.start(e)
	job := b.failedIntake(intake.Source{Paths: []string{b.music}, Owner: e.owner})
	if n, err := e.Retry(context.Background(), job.ID); n != 1 || err != nil {
		t.Errorf("%d queued again, %v", n, err)
	}
	if job = b.wait(e, job.ID); job.Status != store.JobComplete || job.Counts.Succeeded != 9 || job.Counts.Total != 9 {
		t.Errorf("%s with %+v", job.Status, job.Counts)
	}
}

func TestRetryRefusesASourceThatIsGone(t *testing.T) {
	b := newBench(t)
	b.fill(1)
	e := b.engine(b.store, 2)
	b.start(e)
	ctx := context.Background()
	for reason, source := range map[string]intake.Source{
		"through a pipe":            {Manifest: b.dir + "/x.db-intake-copy", Spool: true, Base: b.music},
		"no such file or directory": {Paths: []string{b.music, b.dir + "/gone"}},
	} {
		job := b.failedIntake(source)
		_, err := e.Retry(ctx, job.ID)
		for _, part := range []string{job.ID.String(), "scan it again", reason} {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("error %v does not say %s", err, part)
			}
		}
		now, err := b.store.Job(ctx, job.ID)
		if err != nil || now.Status != store.JobFailed || now.Error == "" {
			t.Errorf("%s: job %+v, %v", reason, now, err)
		}
	}
	b.put("wide.m3u", "\xff\xfea") // is there, and as bad as before
	job := b.failedIntake(intake.Source{Paths: []string{b.music, filepath.Join(b.music, "wide.m3u")}})
	if _, err := e.Retry(ctx, job.ID); err == nil || !strings.Contains(err.Error(), "UTF-16") {
		t.Errorf("got %v", err)
	}
	if now := b.wait(e, job.ID); now.Status != store.JobFailed || !strings.Contains(now.Error, "UTF-16") {
		t.Errorf("job %+v", now)
	}
}

func TestStopWaitsForRunningTracks(t *testing.T) {
	b := newBench(t).gated()
	b.fill(4)
	e := b.engine(b.store, 2)
	b.start(e)
	job := b.job(e)
	b.until("two running tracks", func() bool { return e.Running() == 2 })
	b.let(2)
	if err := e.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	_, total, _ := b.analyses()
	now, err := b.store.Job(context.Background(), job.ID)
	if err != nil || now.Counts.Processed != int64(total) || total < 2 {
		t.Errorf("%d analyses, %+v, %v", total, now.Counts, err)
	}
	if err := e.Start(context.Background()); !errors.Is(err, ErrStopped) {
		t.Errorf("start after stop: %v", err)
	}
	if _, err := e.CreateJob(context.Background(), Source{Paths: []string{b.music}}); !errors.Is(err, ErrStopped) {
		t.Errorf("new job after stop: %v", err)
	}
}

func TestStopInAHurryGivesTracksBack(t *testing.T) {
	b := newBench(t).gated()
	b.fill(3)
	e := b.engine(b.store, 2)
	b.start(e)
	job := b.job(e)
	b.until("two running tracks", func() bool { return e.Running() == 2 })
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := e.Stop(ctx); err != nil {
		t.Fatal(err)
	}
	for id, track := range b.tracks(b.store, job.ID) {
		if track.Status != store.TrackQueued {
			t.Errorf("%s is %s", id, track.Status)
		}
	}
	next := b.engine(b.store, 2)
	b.start(next)
	b.let(3)
	if done := b.wait(next, job.ID); done.Counts.Succeeded != 3 {
		t.Errorf("counts %+v", done.Counts)
	}
}

func TestTwoEnginesShareOneDatabase(t *testing.T) {
	b := newBench(t)
	b.fill(120)
	one, two := b.engine(b.store, 2), b.engine(b.open(), 2)
	job := b.job(one)
	b.start(one)
	b.start(two)
	done := b.wait(two, job.ID)
	count, total, _ := b.analyses()
	if done.Counts.Succeeded != 120 || total != 120 || len(count) != 120 {
		t.Errorf("%d analyses of %d files, %+v", total, len(count), done.Counts)
	}
}

func TestWorkersThatCannotStartHaltTheEngine(t *testing.T) {
	b := newBench(t)
	b.fill(3)
	e := b.engine(b.store, 2, func(c *Config) { c.Command = []string{"/no/such/worker"} })
	b.start(e)
	job := b.job(e)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var start *process.StartError
	if _, err := e.Wait(ctx, job.ID); !errors.As(err, &start) {
		t.Fatalf("got %v", err)
	}
	b.until("the tracks to be queued again", func() bool {
		for _, track := range b.tracks(b.store, job.ID) {
			if track.Status != store.TrackQueued {
				return false
			}
		}
		return true
	})
	if !e.Idle() || e.Err() == nil {
		t.Errorf("idle %v, error %v", e.Idle(), e.Err())
	}
}

// faulty is a queue that goes wrong on request.
type faulty struct {
	queue
	mu      sync.Mutex
	finish  []error // one for each call, then none
	renewed chan struct{}
	again   bool // claim hands out what it handed out before
	last    []store.Claim
}

func (q *faulty) Finish(ctx context.Context, owner string, id store.TrackID, r *analyzer.Report) error {
	q.mu.Lock()
	if len(q.finish) > 0 {
		err := q.finish[0]
		q.finish = q.finish[1:]
		q.mu.Unlock()
		return err
	}
	q.mu.Unlock()
	return q.queue.Finish(ctx, owner, id, r)
}

func (q *faulty) Renew(ctx context.Context, owner string, tracks []store.TrackID, lease time.Duration) error {
	err := q.queue.Renew(ctx, owner, tracks, lease)
	select {
	case q.renewed <- struct{}{}:
	default:
	}
	return err
}

func (q *faulty) Claim(ctx context.Context, owner string, n int, lease time.Duration) ([]store.Claim, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.again && len(q.last) > 0 {
		q.again = false
		return q.last, nil
	}
	claims, err := q.queue.Claim(ctx, owner, n, lease)
	if len(claims) > 0 {
		q.last = claims
	}
	return claims, err
}

func TestDatabaseThatRefusesForAWhile(t *testing.T) {
	b := newBench(t)
	b.fill(2)
	e := b.engine(b.store, 1)
	e.queue = &faulty{queue: b.store, finish: []error{store.ErrLocked, store.ErrDiskFull}}
	b.start(e)
	job := b.wait(e, b.job(e).ID)
	if _, total, _ := b.analyses(); job.Counts.Succeeded != 2 || total != 2 {
		t.Errorf("%d analyses, %+v", total, job.Counts)
	}
}

func TestLeaseLostIsNoError(t *testing.T) {
	b := newBench(t)
	b.fill(3)
	e := b.engine(b.store, 1)
	lost := fmt.Errorf("trk_1: %w", store.ErrLeaseLost)
	e.queue = &faulty{queue: b.store, finish: []error{lost}}
	b.start(e)
	job := b.job(e)
	b.until("the other two", func() bool {
		now, err := b.store.Job(context.Background(), job.ID)
		return err == nil && now.Counts.Succeeded == 2 && e.Running() == 0
	})
	if e.Err() != nil {
		t.Errorf("halted: %v", e.Err())
	}
}

func TestLeasesAreRenewedAndOwnTracksNotStartedTwice(t *testing.T) {
	b := newBench(t).gated()
	b.fill(1)
	e := b.engine(b.store, 2, func(c *Config) { c.Lease = 40 * time.Millisecond })
	q := &faulty{queue: b.store, renewed: make(chan struct{})}
	e.queue = q
	b.start(e)
	job := b.job(e)
	for range 5 { // two leases at least
		<-q.renewed
	}
	q.mu.Lock()
	q.again = true
	q.mu.Unlock()
	b.until("a second claim of the same track", func() bool {
		q.mu.Lock()
		defer q.mu.Unlock()
		return !q.again
	})
	b.let(5)
	done := b.wait(e, job.ID)
	if _, total, _ := b.analyses(); done.Counts.Succeeded != 1 || total != 1 {
		t.Errorf("%d analyses, %+v", total, done.Counts)
	}
}

// firstFail lets a test into the first call of Fail.
type firstFail struct {
	queue
	once sync.Once
	do   func(fail func() error) error
}

func (q *firstFail) Fail(ctx context.Context, owner string, id store.TrackID, code, message string) (err error) {
	fail := func() error { return q.queue.Fail(ctx, owner, id, code, message) }
	first := false
	q.once.Do(func() { first = true })
	if first {
		return q.do(fail)
	}
	return fail()
}

// besideABusyOne starts an engine on two tracks, one of which keeps its worker busy and its leases renewed.
func besideABusyOne(t *testing.T, text string, do func(fail func() error) error) (*bench, *Engine, store.Job) {
	t.Helper()
	b := newBench(t)
	b.put("a.mp3", "hang")
	b.put("b.mp3", text)
	e := b.engine(b.store, 3, func(c *Config) { c.Lease = 300 * time.Millisecond })
	e.queue = &firstFail{queue: b.store, do: do}
	job := b.job(e)
	b.start(e)
	return b, e, job
}

func (b *bench) untilStatus(job store.JobID, item string, status store.TrackStatus) {
	b.Helper()
	b.until(item+" to be "+string(status), func() bool { return b.tracks(b.store, job)[item].Status == status })
}

func TestTrackThatWasGivenUpComesBackBesideABusyOne(t *testing.T) {
	b, e, job := besideABusyOne(t, "refused", func(func() error) error { return errors.New("out of order") })
	b.until("the engine to halt", func() bool { return e.Err() != nil && e.Running() == 1 })
	if err := e.Resume(context.Background(), job.ID); err != nil {
		t.Fatal(err)
	}
	b.untilStatus(job.ID, "b.mp3", store.TrackFailed)
}

// A track that failed and is queued again by a person can be claimed before this engine has noticed its end.
func TestRetryWhileATrackEnds(t *testing.T) {
	failed, goOn := make(chan struct{}), make(chan struct{})
	b, e, job := besideABusyOne(t, "short", func(fail func() error) error {
		err := fail()
		close(failed)
		<-goOn
		return err
	})
	<-failed
	b.put("b.mp3", "ok")
	if n, err := e.Retry(context.Background(), job.ID); n != 1 || err != nil {
		t.Errorf("%d queued again, %v", n, err)
	}
	b.untilStatus(job.ID, "b.mp3", store.TrackRunning)
	close(goOn)
	b.untilStatus(job.ID, "b.mp3", store.TrackSuccess)
}

// damaged is a store in which every report has rotted.
type damaged struct{ queue }

func (damaged) FinishWith(context.Context, string, store.TrackID, store.ReportID) error {
	return errors.New("report 1: damaged report")
}

func TestDamagedReportCostsOneTrack(t *testing.T) {
	b := newBench(t)
	b.put("a.mp3", "ok the same")
	b.put("b.mp3", "ok the same")
	b.put("c.mp3", "ok")
	e := b.engine(b.store, 1)
	e.queue = damaged{b.store}
	b.start(e)
	job := b.wait(e, b.job(e).ID)
	if job.Counts.Succeeded != 2 || b.tracks(b.store, job.ID)["b.mp3"].ErrorCode != CodeRefused {
		t.Errorf("counts %+v", job.Counts)
	}
}

func TestChangesMergeAndEnd(t *testing.T) {
	b := newBench(t)
	e := b.engine(b.store, 1)
	changes, unsubscribe := e.Changes()
	for range 100 {
		e.hub.notify() // nobody reads: nothing blocks
	}
	<-changes
	select {
	case <-changes:
		t.Error("hints did not merge")
	default:
	}
	unsubscribe()
	unsubscribe()
	e.hub.notify()
	select {
	case <-changes:
		t.Error("a hint after the end")
	default:
	}
}

func TestSurvey(t *testing.T) {
	b := newBench(t)
	b.fill(3)
	b.put("cover.jpg", "x")
	e := b.engine(b.store, 1)
	found, err := e.Survey(context.Background(), Source{Paths: []string{b.music}}, nil)
	if err != nil || found.Files != 3 || found.Bytes != 12 || found.Other != 1 {
		t.Errorf("%+v, %v", found, err)
	}
	once := Source{Manifest: "-", Stdin: strings.NewReader("")}
	if _, err := e.Survey(context.Background(), once, nil); !errors.Is(err, ErrSurveyOnce) {
		t.Errorf("standard input: %v", err)
	}
	missing := Source{Paths: []string{b.dir + "/no"}}
	if _, err := e.Survey(context.Background(), missing, nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing folder: %v", err)
	}
}

func TestManifestFromStandardInput(t *testing.T) {
	b := newBench(t)
	b.put("a.mp3", "ok")
	t.Chdir(b.music)
	e := b.engine(b.store, 1)
	b.start(e)
	manifest := `{"item_id":"one","path":"a.mp3","metadata":{"isrc":"X"}}` + "\nnonsense\n"
	source := Source{Manifest: "-", Stdin: strings.NewReader(manifest), Name: "from a pipe"}
	job, err := e.CreateJob(context.Background(), source)
	if err != nil {
		t.Fatal(err)
	}
	job = b.wait(e, job.ID)
	tracks := b.tracks(b.store, job.ID)
	if job.Name != "from a pipe" || job.Counts.Succeeded != 1 || string(tracks["one"].Metadata) != `{"isrc":"X"}` ||
		tracks["line 2"].ErrorCode != intake.CodeBadLine {
		t.Errorf("%+v %+v", job, tracks)
	}
	if got := Describe(job.Source); got != "manifest" {
		t.Errorf("source described as %q", got)
	}
	if spools, err := intake.Spools(b.database); err != nil || len(spools) != 0 {
		t.Errorf("copies left: %v, %v", spools, err)
	}
}

func TestSourcesThatCannotBeRead(t *testing.T) {
	b := newBench(t)
	ctx := context.Background()
	e := b.engine(b.store, 1)
	b.start(e)
	if job, err := e.CreateJob(ctx, Source{}); !errors.Is(err, intake.ErrEmptySource) || job.ID != 0 {
		t.Errorf("nothing named: %v", err)
	}
	missing := Source{Paths: []string{"/no/such"}}
	if job, err := e.CreateJob(ctx, missing); !errors.Is(err, os.ErrNotExist) || job.ID != 0 {
		t.Errorf("missing folder: %v", err)
	}
	if job, err := e.CreateJob(ctx, Source{Manifest: "-"}); err == nil || job.ID != 0 {
		t.Errorf("no standard input: %v", err)
	}
	b.put("wide.m3u", "\xff\xfea")
	job, err := e.CreateJob(ctx, Source{Paths: []string{filepath.Join(b.music, "wide.m3u")}})
	if err == nil || job.Status != store.JobFailed || !strings.Contains(job.Error, "UTF-16") {
		t.Errorf("playlist in UTF-16: %+v, %v", job, err)
	}
	if empty := b.wait(e, b.job(e).ID); empty.Status != store.JobComplete || empty.Counts.Total != 0 {
		t.Errorf("empty folder: %+v", empty)
	}
}

func TestCancelEndsTheWalk(t *testing.T) {
	b := newBench(t)
	b.fill(3)
	e := b.engine(b.store, 1)
	job := b.cutOff(intake.Source{Paths: []string{b.music}, Owner: e.owner})
	if err := e.Cancel(context.Background(), job.ID); err != nil {
		t.Fatal(err)
	}
	err := e.walk(context.Background(), job.ID, intake.Source{Paths: []string{b.music}})
	if !errors.Is(err, ErrCancelled) {
		t.Errorf("walk of a cancelled job: %v", err)
	}
}
