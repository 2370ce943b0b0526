package engine

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"earmark/analyzer"
	"earmark/store"
)

// waiting says how many tracks wait to be heard in full.
func (e *Engine) waitingWishes() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.wishes)
}

// deepen asks in the background.
func (b *bench) deepen(ctx context.Context, e *Engine, id store.TrackID) <-chan error {
	b.Helper()
	done := make(chan error, 1)
	go func() { done <- e.Deepen(ctx, id) }()
	return done
}

func TestDeepenGoesFirstAndTheDecisionStands(t *testing.T) {
	ctx := context.Background()
	b := newBench(t).gated()
	b.put("part.mp3", "partly 1")
	e := b.engine(b.store, 1)
	b.start(e)
	job := b.job(e)
	b.let(1)
	b.wait(e, job.ID)
	track := b.tracks(b.store, job.ID)["part.mp3"]
	if track.Report.Full || track.Report.HeardSec != 72 {
		t.Fatalf("heard %.0f s, full %v", track.Report.HeardSec, track.Report.Full)
	}

	// The only worker is busy with one of many; what is looked at comes next.
	b.fill(5)
	other := b.job(e)
	b.until("a running track", func() bool { return e.Running() == 1 })
	done := b.deepen(ctx, e, track.ID)
	b.until("the wish", func() bool { return e.waitingWishes() == 1 })
	decision := store.NewDecision{Track: track.ID, Kind: store.DecideHuman, Reviewer: "anna"}
	if _, err := b.store.Decide(ctx, decision); err != nil {
		t.Fatal(err)
	}
	b.let(2)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	now, err := b.store.Job(ctx, other.ID)
	if err != nil || now.Counts.Processed != 1 {
		t.Errorf("%d of the others are done, %v", now.Counts.Processed, err)
	}
	after, err := b.store.Track(ctx, track.ID)
	if err != nil || !after.Report.Full || after.Verdict != analyzer.Suspicious ||
		after.Decision != store.DecideHuman || after.History[0].Report != track.ReportID {
		t.Errorf("after: %+v, %v", after.TrackRow, err)
	}
	if err := e.Deepen(ctx, track.ID); err != nil { // waits for no worker
		t.Errorf("again: %v", err)
	}
	b.let(4)
	if last := b.wait(e, other.ID); last.Counts.Failed > 0 {
		t.Errorf("the others: %+v", last.Counts)
	}
}

func TestDeepenIsGivenUpBeforeItsTurn(t *testing.T) {
	b := newBench(t)
	b.put("a.mp3", "partly 1")
	b.put("b.mp3", "partly 2")
	first := b.engine(b.store, 1)
	b.start(first)
	job := b.job(first)
	b.wait(first, job.ID)
	if err := first.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	tracks := b.tracks(b.store, job.ID)

	b.gated()
	e := b.engine(b.store, 1)
	if err := e.Deepen(context.Background(), tracks["a.mp3"].ID); !errors.Is(err, ErrStopped) {
		t.Errorf("before the start: %v", err)
	}
	b.start(e)
	running := b.deepen(context.Background(), e, tracks["a.mp3"].ID)
	b.until("the analysis", func() bool {
		e.mu.Lock()
		defer e.mu.Unlock()
		return len(e.deepening) == 1
	})
	ctx, leave := context.WithCancel(context.Background())
	waiting := b.deepen(ctx, e, tracks["b.mp3"].ID)
	b.until("the wish", func() bool { return e.waitingWishes() == 1 })
	leave()
	if err := <-waiting; !errors.Is(err, context.Canceled) || e.waitingWishes() != 0 {
		t.Errorf("given up: %v, %d wait", err, e.waitingWishes())
	}
	waiting = b.deepen(context.Background(), e, tracks["b.mp3"].ID)
	b.until("the wish", func() bool { return e.waitingWishes() == 1 })
	if err := e.Stop(context.Background()); err != nil { // does not wait for the gate
		t.Fatal(err)
	}
	for name, done := range map[string]<-chan error{"running": running, "waiting": waiting} {
		if err := <-done; !errors.Is(err, ErrStopped) {
			t.Errorf("%s at a stop: %v", name, err)
		}
	}
}

func TestDeepenSaysWhatIsWrong(t *testing.T) {
	ctx := context.Background()
	b := newBench(t)
	b.put("gone.mp3", "partly 1")
	b.put("same.mp3", "partly 2")
	b.put("short.mp3", "short")
	e := b.engine(b.store, 1)
	b.start(e)
	job := b.job(e)
	b.wait(e, job.ID)
	tracks := b.tracks(b.store, job.ID)
	b.put("gone.mp3", "partly 3")
	fault, ok := errors.AsType[*analyzer.Error](e.Deepen(ctx, tracks["gone.mp3"].ID))
	if !ok || fault.Code != CodeChanged {
		t.Errorf("another file: %v", fault)
	}
	if err := e.Deepen(ctx, tracks["short.mp3"].ID); !errors.Is(err, store.ErrConflict) {
		t.Errorf("a failed track: %v", err)
	}
	if err := e.Deepen(ctx, 99); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("no track: %v", err)
	}
	if after, err := b.store.Track(ctx, tracks["gone.mp3"].ID); err != nil || after.Report == nil || after.Report.Full {
		t.Errorf("the old report does not stand: %v", err)
	}
}

// TestDeepenJudgesByTheCalibrationInForce puts thresholds in force that a report of the whole stays below, which the
// detector's own thresholds flag.
func TestDeepenJudgesByTheCalibrationInForce(t *testing.T) {
	ctx := context.Background()
	b := newBench(t)
	b.put("a.mp3", "partly 1")
	b.put("b.mp3", "partly 1") // the same bytes: the report is known by then
	e := b.engine(b.store, 1)
	b.start(e)
	job := b.job(e)
	b.wait(e, job.ID)
	c, _, err := b.store.Calibrate(ctx, store.NewCalibration{
		Detector: analyzer.Version(), Digest: "ab12cd34", Reviewer: "anna",
		Thresholds: analyzer.Thresholds{Recall: 1, HumanSafe: 2, PressSafe: 3, Tracks: 120},
		BuiltIn:    analyzer.Embedded().Tiers, BuiltInVersion: analyzer.CalibrationVersion(),
		Before: analyzer.CalibrationVersion(),
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, track := range b.tracks(b.store, job.ID) {
		if err := e.Deepen(ctx, track.ID); err != nil {
			t.Fatal(err)
		}
		after, err := b.store.Track(ctx, track.ID)
		if err != nil || !after.Report.Full || after.Verdict != analyzer.Human ||
			after.Report.Verdict != analyzer.Human || after.Report.CalibrationVersion != c.Version {
			t.Errorf("%s: %s, the report %s by %s, %v", name, after.Verdict, after.Report.Verdict,
				after.Report.CalibrationVersion, err)
		}
	}
	if _, total, _ := b.analyses(); total != 2 {
		t.Errorf("%d analyses", total)
	}
}

// TestAsMuchIsHeardAsTheThresholdsInForceNeed puts thresholds in force by which what is clear by the detector's own is
// not, and takes them back.
func TestAsMuchIsHeardAsTheThresholdsInForceNeed(t *testing.T) {
	ctx := context.Background()
	b := newBench(t)
	e := b.engine(b.store, 1)
	b.start(e)
	scan := func(name string, full bool) {
		b.put(name, "near "+name)
		job := b.job(e, filepath.Join(b.music, name))
		b.wait(e, job.ID)
		for _, track := range b.tracks(b.store, job.ID) {
			if track.Report == nil || track.Report.Full != full {
				t.Errorf("%s: %s, report %+v; want all of it heard: %v", name, track.Status, track.Report, full)
			}
		}
	}
	scan("before.mp3", false)
	_, _, err := b.store.Calibrate(ctx, store.NewCalibration{
		Detector: analyzer.Version(), Digest: "ab12cd34", Reviewer: "anna",
		Thresholds: analyzer.Thresholds{Recall: nearRecall, HumanSafe: 2, PressSafe: 3, Tracks: 120},
		BuiltIn:    analyzer.Embedded().Tiers, BuiltInVersion: analyzer.CalibrationVersion(),
		Before: analyzer.CalibrationVersion(),
	})
	if err != nil {
		t.Fatal(err)
	}
	scan("meanwhile.mp3", true)
	if _, _, err := b.store.UndoCalibration(ctx, "anna"); err != nil {
		t.Fatal(err)
	}
	scan("after.mp3", false)
}

// TestFullIsNotServedByAPart analyses the same file with and without being asked for all of it.
func TestFullIsNotServedByAPart(t *testing.T) {
	b := newBench(t)
	b.put("a.mp3", "partly 1")
	full := func(c *Config) { c.Full = true }
	for i, step := range []struct {
		change []func(*Config)
		want   bool
		total  int // analyses so far
	}{
		{nil, false, 1},
		{nil, false, 1},
		{[]func(*Config){full}, true, 2},
		{[]func(*Config){full}, true, 2},
		{nil, true, 2}, // the better one serves for both
	} {
		e := b.engine(b.store, 1, step.change...)
		b.start(e)
		job := b.job(e)
		b.wait(e, job.ID)
		track := b.tracks(b.store, job.ID)["a.mp3"]
		if _, total, _ := b.analyses(); track.Report.Full != step.want || total != step.total {
			t.Errorf("step %d: full %v after %d analyses", i, track.Report.Full, total)
		}
		if err := e.Stop(context.Background()); err != nil {
			t.Fatal(err)
		}
	}

	// A job that was asked for in full is heard so by whoever works on it.
	b.put("b.mp3", "partly 2")
	job := b.job(b.engine(b.store, 1, full))
	e := b.engine(b.store, 1)
	b.start(e)
	b.wait(e, job.ID)
	if track := b.tracks(b.store, job.ID)["b.mp3"]; !track.Report.Full {
		t.Error("another program heard a part of a job that was asked for in full")
	}
}
