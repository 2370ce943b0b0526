package ui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"earmark/engine"
	"earmark/store"
	"earmark/ui/keys"
	"earmark/ui/player"
	"earmark/ui/screen"
	"earmark/ui/theme"
	"earmark/ui/uitest"
)

// tape is a player that does what it is told at once.
type tape struct{ state player.State }

func (p *tape) State() player.State { return p.state }

func (p *tape) Do(c player.Command) {
	switch c := c.(type) {
	case player.Play:
		p.state = player.State{Path: c.Path, Playing: !c.Paused, Position: c.From}
	case player.Toggle:
		p.state.Playing = !p.state.Playing
	case player.Pause:
		p.state.Playing = false
	case player.Skip:
		p.state.Position += c.By
	}
}

// idle is an engine whose workers never start, with a rate to show.
type idle struct {
	*engine.Engine
	store *store.Store
}

func (e idle) Progress(id store.JobID) engine.Progress {
	return engine.Progress{Job: id, Rate: 3.2, AudioRate: 640, Left: 95 * time.Second, Workers: 2}
}

func (e idle) Pause(ctx context.Context, id store.JobID) error {
	return e.store.SetJobStatus(ctx, id, store.JobPaused)
}

type fixture struct {
	*uitest.Driver
	app   *app
	store *store.Store
	tape  *tape
}

func start(tb testing.TB, th *theme.Theme, w, h int, fill func(s *store.Store)) *fixture {
	tb.Helper()
	return startOn(tb, th, w, h, fill, func(s *store.Store) database { return s })
}

// startOn starts on what a test makes of the store.
func startOn(
	tb testing.TB, th *theme.Theme, w, h int, fill func(s *store.Store), on func(s *store.Store) database,
) *fixture {
	tb.Helper()
	s := uitest.Open(tb)
	fill(s)
	clock := uitest.NewClock()
	f := &fixture{store: s, tape: &tape{}}
	f.app = newApp(screen.Kit{
		Context: tb.Context(), Clock: clock, Theme: th, Keys: keys.Default(), Reviewer: "ana",
	}, parts{
		store: on(s), engine: idle{engine.New(s, engine.Config{}), s}, player: f.tape,
		export: func(ctx context.Context, filter store.Filter, format, path string) error {
			return engine.ExportFile(ctx, s, filter, format, path)
		},
	}, 0)
	f.Driver = uitest.NewDriver(tb, clock, f.app)
	f.Run(f.app.start())
	f.Send(tea.WindowSizeMsg{Width: w, Height: h})
	f.rest()
	return f
}

func (f *fixture) rest() { f.Advance(600 * time.Millisecond) }

// done is one job that is analysed; running is another one that is not.
func done(tb testing.TB) func(*store.Store) {
	tb.Helper()
	return func(s *store.Store) { uitest.Job(tb, s, "January demos", uitest.Demo()) }
}

func running(tb testing.TB) func(*store.Store) {
	tb.Helper()
	return func(s *store.Store) {
		done(tb)(s)
		half := uitest.Demo()
		for i := 7; i < len(half); i++ {
			half[i].Waiting = true
		}
		uitest.Job(tb, s, "February demos", half)
	}
}

func (f *fixture) quits() bool {
	for _, m := range f.Seen {
		if _, ok := m.(tea.QuitMsg); ok {
			return true
		}
	}
	return false
}

func TestGoldenScreens(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 50}} {
		w, h := size[0], size[1]
		f := start(t, theme.Plain(), w, h, running(t))
		check := func(name string) {
			t.Helper()
			uitest.Fits(t, f.app.View(), w, h)
			uitest.Golden(t, fmt.Sprintf("%s-%dx%d", name, w, h), f.app.View())
		}
		check("jobs")
		f.Press("?")
		check("help-jobs")
		f.Press("esc", "n")
		f.Press("ctrl+u")
		f.Type("/dev/null/")
		check("new-job")
		f.Press("esc", "j", "enter")
		f.rest()
		check("queue")
		f.Press("/")
		f.Type("verdict:suspicious nonsense>3")
		f.rest()
		check("filter")
		f.Press("esc")
		f.rest()
		f.Press("enter")
		f.rest()
		f.Press(" ", ".", ".")
		check("review")
		f.Press("?")
		check("help-review")
		f.Press("esc")
		f.Send(screen.ErrorMsg{Doing: "save the decision on Night Drive", Err: store.ErrDiskFull})
		f.Send(screen.ErrorMsg{Doing: "read the tracks", Err: store.ErrLocked})
		check("errors")
		f.Press("!")
		check("error-list")
		f.Press("esc", "q")
		check("quit")
	}
}

func TestGoldenColors(t *testing.T) {
	for name, look := range map[string]theme.Options{
		"review-truecolor-dark":  {Profile: termenv.TrueColor, Dark: true},
		"review-truecolor-light": {Profile: termenv.TrueColor},
		"review-16-dark":         {Profile: termenv.ANSI, Dark: true},
		"review-ascii":           {Profile: termenv.Ascii, ASCII: true},
	} {
		f := start(t, theme.New(look), 80, 24, done(t))
		f.Press("enter")
		f.rest()
		f.Press("enter")
		f.rest()
		uitest.Fits(t, f.app.View(), 80, 24)
		uitest.Golden(t, name, f.app.View())
	}
}

func TestASCIITerminal(t *testing.T) {
	f := start(t, theme.New(theme.Options{Profile: termenv.Ascii, ASCII: true}), 80, 24, running(t))
	for _, keys := range [][]string{{}, {"?"}, {"esc", "j", "enter"}, {"enter"}, {"j"}, {"j"}} {
		f.Press(keys...)
		f.rest()
		view := f.app.View()
		uitest.Fits(t, view, 80, 24)
		for _, r := range view {
			if r > 0x7e {
				t.Fatalf("%q is not ASCII in\n%s", r, view)
			}
		}
	}
}

// TestWalk goes the whole way by keys alone: twelve decisions, an undo in a later session, an export.
func TestWalk(t *testing.T) {
	t.Chdir(t.TempDir())
	f := start(t, theme.Plain(), 80, 24, done(t))
	f.Contains("January demos", "to review")
	f.Press("enter")
	f.rest()
	f.Contains("12 undecided", "Night Drive")
	f.Press("enter")
	f.rest()
	for i := range 12 {
		f.Contains("undecided")
		f.Press([]string{"a", "h", "s"}[i%3])
		f.rest()
	}
	f.Contains("Nothing else is undecided")
	f.Press("esc")
	f.rest()
	f.Contains("▲ AI", "● human", "? unsure", "0 undecided")
	f.Press("q")
	if !f.quits() {
		t.Fatal("q does not quit although nothing runs")
	}

	// Another session on the same database.
	clock := uitest.NewClock()
	again := newApp(screen.Kit{
		Context: t.Context(), Clock: clock, Theme: theme.Plain(), Keys: keys.Default(), Reviewer: "ana",
	}, parts{
		store: f.store, engine: idle{engine.New(f.store, engine.Config{}), f.store}, player: &tape{},
		export: func(ctx context.Context, filter store.Filter, format, path string) error {
			return engine.ExportFile(ctx, f.store, filter, format, path)
		},
	}, 1)
	d := uitest.NewDriver(t, clock, again)
	d.Run(again.start())
	d.Send(tea.WindowSizeMsg{Width: 80, Height: 24})
	d.Advance(time.Second)
	d.Contains("Jobs › January demos", "0 undecided")
	d.Press("u")
	d.Advance(time.Second)
	d.Contains("Undone: the decision on", "1 undecided")
	d.Press("e", "enter")
	d.Advance(time.Second)
	d.Contains("Exported to", "January-demos.csv")
}

func TestQuitAsksWhileAJobRuns(t *testing.T) {
	f := start(t, theme.Plain(), 80, 24, running(t))
	f.Press("q")
	f.Contains("February demos is not done", "goes on at the next start", "y quits, Esc stays")
	f.Press("q", "q", "enter", " ")
	if f.quits() {
		t.Fatal("the key that asked also quits")
	}
	f.Press("esc")
	f.Lacks("goes on at the next start")
	f.Press("q", "y")
	if !f.quits() {
		t.Fatal("y does not quit")
	}
}

func TestCtrlCQuitsAtOnceEverywhere(t *testing.T) {
	for _, way := range [][]string{{}, {"n"}, {"?"}, {"enter"}, {"enter", "/"}, {"enter", "enter", "n"}, {"X"}} {
		f := start(t, theme.Plain(), 80, 24, running(t))
		f.Press(way...)
		f.rest()
		f.Press("ctrl+c")
		if !f.quits() {
			t.Errorf("after %v it does not quit", way)
		}
	}
}

func TestQuitWaitsForTheDecision(t *testing.T) {
	f := start(t, theme.Plain(), 80, 24, done(t))
	f.Press("enter")
	f.rest()
	f.Press("enter")
	f.rest()
	f.Hold = true
	f.Press("a", "ctrl+c")
	held := f.Held
	f.Hold, f.Held = false, nil
	if f.quits() {
		t.Fatal("quits before the decision is written")
	}
	for _, cmd := range held {
		f.Run(cmd)
	}
	if !f.quits() {
		t.Fatal("does not quit after the decision was written")
	}
	track, err := f.store.Track(t.Context(), 1)
	if err != nil || track.Decision != store.DecideAI {
		t.Errorf("decision %q, %v", track.Decision, err)
	}
}

func TestErrorsStayUntilDismissed(t *testing.T) {
	f := start(t, theme.Plain(), 80, 24, done(t))
	f.Send(screen.ErrorMsg{Doing: "save", Err: fmt.Errorf("database /x: %w", store.ErrDiskFull)})
	f.Contains("save: database /x", "Free some space", "x dismisses")
	f.Press("enter", "esc", "j", "k")
	f.Advance(time.Hour)
	f.Contains("save: database /x")
	f.Send(screen.ErrorMsg{Doing: "save", Err: fmt.Errorf("database /x: %w", store.ErrDiskFull)})
	f.Contains("(2 times)")
	f.Send(screen.ErrorMsg{Doing: "listen", Err: errors.New("other")})
	f.Send(screen.ErrorMsg{Doing: "leave", Err: context.Canceled}) // given up on purpose
	f.Contains("listen: other", "! all 2")
	f.Press("!")
	f.Contains("save: database /x", "listen: other")
	f.Press("j", "x")
	f.Lacks("save: database /x")
	f.Press("x")
	f.Lacks("Errors", "listen: other")
	f.Send(screen.ErrorMsg{Doing: "again", Err: errors.New("other")})
	f.Press("x")
	f.Lacks("again: other")
	for i := range 300 {
		f.Send(screen.ErrorMsg{Doing: fmt.Sprint(i), Err: errors.New("other")})
	}
	f.Press("!")
	for range 300 {
		f.Press("j")
		uitest.Fits(t, f.app.View(), 80, 24)
	}
	f.Press("X")
	f.Lacks("other")
}

func TestTooSmall(t *testing.T) {
	f := start(t, theme.Plain(), 80, 24, running(t))
	f.Press("enter")
	f.rest()
	f.Press("enter")
	f.rest()
	for _, size := range [][2]int{{79, 24}, {80, 23}, {20, 5}, {1, 1}} {
		f.Send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		uitest.Fits(t, f.app.View(), size[0], size[1])
	}
	f.Send(tea.WindowSizeMsg{Width: 60, Height: 20})
	f.Contains("earmark needs 80×24", "This window has 60×20")
	f.Press("a", "h", "s")
	f.rest()
	f.Send(tea.WindowSizeMsg{Width: 80, Height: 24})
	for id := range store.TrackID(24) {
		if track, err := f.store.Track(t.Context(), id+1); err == nil && track.Decision != "" {
			t.Errorf("decided %s on a screen that shows nothing", track.Title)
		}
	}
	f.Send(tea.WindowSizeMsg{Width: 40, Height: 10})
	f.Press("q")
	f.Contains("A job is not done.")
	f.Press("y")
	if !f.quits() {
		t.Error("cannot be left")
	}
}

func TestResizeAtAnyMoment(t *testing.T) {
	f := start(t, theme.Plain(), 80, 24, running(t))
	for _, way := range [][]string{
		{}, {"?"}, {"esc", "n"}, {"esc", "enter"}, {"/"}, {"esc", "e"}, {"esc", "enter"}, {"n"}, {"esc", "?"},
	} {
		f.Press(way...)
		f.rest()
		for _, size := range [][2]int{{80, 24}, {300, 80}, {81, 25}, {115, 30}, {116, 24}, {150, 60}} {
			f.Send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
			uitest.Fits(t, f.app.View(), size[0], size[1])
		}
	}
}

// TestEveryKeyOnEveryScreen presses every key twice in every place: nothing may break, and no message be lost.
func TestEveryKeyOnEveryScreen(t *testing.T) {
	t.Chdir(t.TempDir()) // some of them export
	for _, way := range [][]string{{}, {"enter"}, {"enter", "enter"}, {"a"}, {"n"}, {"enter", "/"}} {
		f := start(t, theme.Plain(), 100, 30, running(t))
		f.Press(way...)
		f.rest()
		for _, scope := range append(keys.Scopes(), keys.ScopeGlobal, keys.ScopeList) {
			for _, e := range f.app.kit.Keys.Entries(scope) {
				for _, k := range e.Binding.Keys() {
					if e.Verb == keys.Confirm || e.Verb == keys.QuitNow {
						continue
					}
					f.Press(k, k)
					f.Advance(50 * time.Millisecond)
					uitest.Fits(t, f.app.View(), 100, 30)
				}
			}
		}
	}
}

func TestOtherProgramsChangesAreSeen(t *testing.T) {
	f := start(t, theme.Plain(), 80, 24, done(t))
	f.Lacks("March demos")
	other, err := store.Open(t.Context(), f.store.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := other.CreateJob(t.Context(), "March demos", "/music/march"); err != nil {
		t.Fatal(err)
	}
	f.Advance(3 * time.Second)
	f.Contains("March demos")
}

// broken is a database that cannot be read.
type broken struct{ database }

func (broken) Jobs(context.Context) ([]store.Job, error) { return nil, store.ErrLocked }
func (broken) Version(context.Context) (int64, error)    { return 0, store.ErrLocked }

func TestBrokenDatabaseIsToldOnce(t *testing.T) {
	clock := uitest.NewClock()
	s := uitest.Open(t)
	a := newApp(screen.Kit{
		Context: t.Context(), Clock: clock, Theme: theme.Plain(), Keys: keys.Default(), Reviewer: "ana",
	}, parts{store: broken{s}, engine: idle{engine.New(s, engine.Config{}), s}, player: &tape{}}, 0)
	d := uitest.NewDriver(t, clock, a)
	d.Run(a.start())
	d.Send(tea.WindowSizeMsg{Width: 80, Height: 24})
	d.Advance(30 * time.Second)
	d.Contains("locked by another program", "close it, then", "times)")
	if len(a.errors.list) != 2 {
		t.Errorf("%d errors", len(a.errors.list))
	}
}

func TestVerbsComeAsMessages(t *testing.T) {
	f := start(t, theme.Plain(), 80, 24, done(t))
	f.Send(keys.Open)
	f.rest()
	f.Send(keys.Filter)
	if f.app.front != child(f.app.queue) || f.app.scope() != keys.ScopeInput {
		t.Errorf("verbs without keys: %s", f.app.scope())
	}
}

func TestLocale(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		want bool
	}{
		{map[string]string{}, true},
		{map[string]string{"LANG": "C"}, false},
		{map[string]string{"LANG": "de_DE.UTF-8"}, true},
		{map[string]string{"LANG": "de_DE.UTF-8", "LC_ALL": "POSIX"}, false},
		{map[string]string{"LC_CTYPE": "C.utf8", "LANG": "C"}, true},
	} {
		if got := utf8Locale(func(k string) string { return c.env[k] }); got != c.want {
			t.Errorf("%v: %v", c.env, got)
		}
	}
}

func TestFooterFits(t *testing.T) {
	f := start(t, theme.Plain(), 80, 24, done(t))
	f.Press("enter")
	f.rest()
	f.Press("enter")
	f.rest()
	lines := strings.Split(f.app.View(), "\n")
	last := lines[len(lines)-1]
	for _, hint := range []string{"a AI", "h human", "s skip", "u undo", "space play"} {
		if !strings.Contains(last, hint) {
			t.Errorf("the footer lacks %q: %q", hint, last)
		}
	}
}
