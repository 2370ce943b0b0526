package jobs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"earmark/engine"
	"earmark/store"
	"earmark/ui/keys"
	"earmark/ui/screen"
	"earmark/ui/theme"
	"earmark/ui/uitest"
)

// stub is an engine that writes down what it is told. Survey and CreateJob are a real one's.
type stub struct {
	*engine.Engine
	store *store.Store
	told  []string
	speed map[store.JobID]engine.Progress
	halt  error
	fail  error
}

func (s *stub) tell(ctx context.Context, what string, id store.JobID, to store.JobStatus) error {
	s.told = append(s.told, fmt.Sprintf("%s %s", what, id))
	if s.fail != nil {
		return s.fail
	}
	return s.store.SetJobStatus(ctx, id, to)
}

func (s *stub) Pause(ctx context.Context, id store.JobID) error {
	return s.tell(ctx, "pause", id, store.JobPaused)
}

func (s *stub) Resume(ctx context.Context, id store.JobID) error {
	return s.tell(ctx, "resume", id, store.JobProcessing)
}

func (s *stub) Cancel(ctx context.Context, id store.JobID) error {
	return s.tell(ctx, "cancel", id, store.JobCancelled)
}

func (s *stub) Retry(ctx context.Context, id store.JobID) (int64, error) {
	s.told = append(s.told, "retry "+id.String())
	return s.store.RetryFailed(ctx, id)
}
func (s *stub) Progress(id store.JobID) engine.Progress { return s.speed[id] }
func (s *stub) Err() error                              { return s.halt }

type fixture struct {
	*uitest.Driver
	jobs   *Jobs
	store  *store.Store
	engine *stub
}

func open(t *testing.T, w, h int) *fixture {
	t.Helper()
	s := uitest.Open(t)
	clock := uitest.NewClock()
	kit := screen.Kit{
		Context: t.Context(), Clock: clock, Theme: theme.Plain(), Keys: keys.Default(), Reviewer: "ana",
	}
	f := &fixture{store: s, engine: &stub{
		Engine: engine.New(s, engine.Config{}), store: s, speed: map[store.JobID]engine.Progress{},
	}}
	f.jobs = New(kit, s, f.engine, func(context.Context, store.Filter, string, string) error { return nil })
	f.Driver = uitest.NewDriver(t, clock, uitest.Keyed(f.jobs, kit.Keys))
	f.jobs.SetSize(w, h)
	return f
}

// fill makes a job that is done, one that runs, one that is paused and one that waits for its files.
func (f *fixture) fill(t *testing.T) {
	t.Helper()
	uitest.Job(t, f.store, "January", uitest.Demo())
	uitest.Job(t, f.store, "Two albums with a rather long name to fit", uitest.Demo()[:4])
	half := uitest.Demo()
	for i := 7; i < len(half); i++ {
		half[i].Waiting = true
	}
	running := uitest.Job(t, f.store, "February", half)
	f.engine.speed[running.ID] = engine.Progress{
		Job: running.ID, Rate: 3.2, AudioRate: 640, Left: 95 * time.Second, Workers: 2,
	}
	if _, err := f.store.CreateJob(t.Context(), "March", "/music/march"); err != nil {
		t.Fatal(err)
	}
	f.Send(screen.ShownMsg{})
	f.Advance(time.Second)
}

func (f *fixture) last() any { return f.Seen[len(f.Seen)-1] }

func (f *fixture) status(t *testing.T) string {
	t.Helper()
	for _, msg := range slices.Backward(f.Seen) {
		if s, ok := msg.(screen.StatusMsg); ok {
			return string(s)
		}
	}
	t.Fatal("no status was given")
	return ""
}

func TestGoldenViews(t *testing.T) {
	for _, size := range [][2]int{{80, 21}, {120, 37}, {200, 47}} {
		f := open(t, size[0], size[1])
		f.fill(t)
		f.Press("j")
		uitest.Fits(t, f.jobs.View(), size[0], size[1])
		uitest.Golden(t, fmt.Sprintf("jobs-%dx%d", size[0], size[1]+3), f.jobs.View())
	}
	f := open(t, 80, 21)
	f.Send(screen.ShownMsg{})
	f.Contains("There is no job yet", "Press n")
	uitest.Golden(t, "jobs-empty", f.jobs.View())
}

func TestEverySizeFits(t *testing.T) {
	f := open(t, 80, 21)
	f.fill(t)
	for w := 80; w <= 300; w += 11 {
		for h := 18; h <= 77; h += 13 {
			f.jobs.SetSize(w, h)
			uitest.Fits(t, f.jobs.View(), w, h)
			f.Press("G", "g")
		}
	}
}

func TestPauseResumeRetry(t *testing.T) {
	f := open(t, 80, 21)
	f.fill(t)
	f.Press("j") // February, which runs
	f.Press("p")
	f.Advance(time.Second)
	f.Contains("paused")
	f.Press("p")
	f.Advance(time.Second)
	f.Contains("analysing")
	f.Press("G", "p") // January is complete
	if got := f.status(t); !strings.Contains(got, "nothing to pause") {
		t.Errorf("pausing a job that is done says %q", got)
	}
	f.Press("r")
	f.Advance(time.Second)
	if got := f.status(t); !strings.Contains(got, "2 failed tracks are analysed again") {
		t.Errorf("retry says %q", got)
	}
	if got := strings.Join(f.engine.told, ", "); got != "pause job_3, resume job_3, retry job_1" {
		t.Errorf("the engine was told: %s", got)
	}
}

func TestRetryReadsASourceThatWasCutOff(t *testing.T) {
	f := open(t, 80, 21)
	job, err := f.store.CreateJob(t.Context(), "May", "/music/may.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	if err := f.store.FailJob(t.Context(), job.ID, "line 2 cannot be read"); err != nil {
		t.Fatal(err)
	}
	f.Send(screen.ShownMsg{})
	f.Advance(time.Second)
	f.Press("r")
	f.Advance(time.Second)
	if got := f.status(t); got != "The source is read again: May" {
		t.Errorf("retry says %q", got)
	}
}

func TestCancelNeedsAnotherKey(t *testing.T) {
	f := open(t, 80, 21)
	f.fill(t)
	f.Press("j", "X")
	f.Contains("Cancel February? 5 tracks will not be analysed", "y cancels it")
	f.Press("X", "X", "enter")
	if len(f.engine.told) != 0 {
		t.Fatalf("a double tap did it: %v", f.engine.told)
	}
	f.Press("esc")
	f.Lacks("Cancel February")
	f.Press("X", "y")
	f.Advance(time.Second)
	f.Contains("cancelled")
	f.Press("X")
	if got := f.status(t); !strings.Contains(got, "nothing to cancel") {
		t.Errorf("cancelling twice says %q", got)
	}
}

func TestErrorsOfTheEngineAreReported(t *testing.T) {
	f := open(t, 80, 21)
	f.fill(t)
	f.engine.fail = store.ErrLocked
	f.Press("j", "p")
	msg, ok := f.last().(screen.ErrorMsg)
	if !ok || !errors.Is(msg.Err, store.ErrLocked) || !strings.Contains(msg.Doing, "February") {
		t.Errorf("got %+v", f.last())
	}
	f.engine.halt = store.ErrDiskFull
	f.Advance(2 * time.Second)
	f.Contains("the analysis has stopped", "stopped")
	n := 0
	for _, m := range f.Seen {
		if e, ok := m.(screen.ErrorMsg); ok && errors.Is(e.Err, store.ErrDiskFull) {
			n++
		}
	}
	if n != 1 {
		t.Errorf("the halt was reported %d times", n)
	}
}

func TestOpenAndAll(t *testing.T) {
	f := open(t, 80, 21)
	f.fill(t)
	f.Press("G", "enter")
	if f.last() != (screen.OpenQueueMsg{Job: 1}) {
		t.Errorf("enter: %v", f.last())
	}
	f.Press("a")
	if f.last() != (screen.OpenQueueMsg{}) {
		t.Errorf("all tracks: %v", f.last())
	}
}

func TestCursorStaysOnItsJob(t *testing.T) {
	f := open(t, 80, 21)
	f.fill(t)
	f.Press("j", "j")
	before, _ := f.jobs.current()
	if _, err := f.store.CreateJob(t.Context(), "April", "/music/april"); err != nil {
		t.Fatal(err)
	}
	f.Send(screen.ChangedMsg{})
	f.Advance(time.Second)
	if after, _ := f.jobs.current(); after.ID != before.ID {
		t.Errorf("the cursor went from %s to %s", before.Name, after.Name)
	}
}

// music is a folder with three audio files, one of them in a folder of its own, and one text.
func music(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"demos/one.mp3", "demos/two.wav", "demos/more/three.flac", "demos/notes.doc"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("not really sound"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestNewJob(t *testing.T) {
	dir := music(t)
	f := open(t, 80, 21)
	f.Send(screen.ShownMsg{})
	f.Press("n", "ctrl+u")
	f.Type(dir + "/de")
	f.Contains("demos/")
	f.Press("tab")
	f.Contains("more/", "one.mp3", "two.wav")
	f.Lacks("notes.doc")
	uitest.Fits(t, f.jobs.View(), 80, 21)
	f.Press("enter")
	f.Contains("Folder: 3 audio files", "in 2 folders", "1 other file is left out", "Enter starts the job")
	f.Contains("demos") // the name follows the path
	f.Press("ctrl+u")
	f.Type("q or ? or n")
	f.Press("enter")
	f.Advance(2 * time.Second)
	f.Contains("q or ? or n", "3 tracks")
	rows, err := f.store.Jobs(t.Context())
	if err != nil || len(rows) != 1 || rows[0].Counts.Total != 3 {
		t.Fatalf("jobs: %+v, %v", rows, err)
	}
	if got := f.status(t); !strings.Contains(got, "has 3 tracks") {
		t.Errorf("status: %q", got)
	}
}

func TestNewJobCompletesThroughCandidates(t *testing.T) {
	dir := music(t)
	f := open(t, 80, 21)
	f.Press("n", "ctrl+u")
	f.Type(dir + "/demos/")
	f.Press("tab", "tab")
	if got := f.jobs.form.path.Value(); got != dir+"/demos/one.mp3" {
		t.Errorf("second candidate: %q", got)
	}
	f.Press("tab", "tab")
	if got := f.jobs.form.path.Value(); got != dir+"/demos/more/" {
		t.Errorf("round to the first candidate: %q", got)
	}
}

func TestNewJobStartsWhenItsFilesAreCounted(t *testing.T) {
	dir := music(t)
	for name, c := range map[string]struct {
		meanwhile []string
		want      int
	}{
		"nothing else":     {nil, 1},
		"back to the path": {[]string{"up"}, 0},
		"another name":     {[]string{"ctrl+u", "x"}, 0},
	} {
		f := open(t, 80, 21)
		f.Send(screen.ShownMsg{})
		f.Press("n", "ctrl+u")
		f.Type(dir)
		f.Hold = true
		f.Press("enter", "enter")
		f.Contains("Still counting")
		f.Press(c.meanwhile...)
		if c.want == 0 {
			f.Lacks("Still counting")
		}
		f.Release()
		f.Advance(time.Second)
		if rows, err := f.store.Jobs(t.Context()); err != nil || len(rows) != c.want {
			t.Errorf("%s: jobs %v, %v; want %d", name, rows, err, c.want)
		}
	}
}

func TestTabKeepsWhatIsTypedOnASlowFolder(t *testing.T) {
	dir := music(t)
	f := open(t, 80, 21)
	f.Press("n", "ctrl+u")
	f.Type(dir + "/de")
	f.Hold = true // what is typed now is listed later
	f.Type("x")
	f.Press("tab")
	if got := f.jobs.form.path.Value(); got != dir+"/dex" {
		t.Errorf("Tab made %q of what was typed", got)
	}
	f.Press("backspace")
	f.Release()
	f.Press("tab")
	if got := f.jobs.form.path.Value(); got != dir+"/demos/" {
		t.Errorf("Tab made %q once the folder was listed", got)
	}
}

func TestNewJobWithNothingThere(t *testing.T) {
	dir := t.TempDir()
	f := open(t, 80, 21)
	f.Send(screen.ShownMsg{})
	f.Press("n", "ctrl+u")
	f.Type(dir)
	f.Press("enter")
	f.Contains("no audio file was found")
	f.Press("enter")
	f.Contains("nothing to analyse there")
	f.Press("shift+tab", "ctrl+u")
	f.Type(dir + "/missing")
	f.Press("enter")
	f.Contains("no such file")
	f.Press("enter", "esc")
	if rows, _ := f.store.Jobs(t.Context()); len(rows) != 0 {
		t.Errorf("a job was made: %v", rows)
	}
	f.Contains("There is no job yet")
}

func TestManifest(t *testing.T) {
	dir := music(t)
	path := filepath.Join(dir, "list.ndjson")
	lines := `{"item_id":"a","path":"demos/one.mp3"}` + "\n" + `nonsense` + "\n"
	if err := os.WriteFile(path, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	f := open(t, 80, 21)
	f.Press("n", "ctrl+u")
	f.Type(path)
	f.Press("enter")
	f.Contains("Manifest: 1 audio file", "1 line or file is not usable")
}

func TestAPlaceWithNothingKeepsTheLineOpen(t *testing.T) {
	f := open(t, 80, 21)
	empty := t.TempDir()
	f.Send(screen.ShownMsg{})
	f.Press("n")
	f.Type(empty)
	f.Press("enter")
	f.Advance(time.Second)
	f.Contains("Where "+empty[:20], "choose another place")
	if f.jobs.form.naming {
		t.Error("what is typed next would be the name")
	}
}
