package ui

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"earmark/store"
	"earmark/ui/keys"
	"earmark/ui/theme"
	"earmark/ui/uitest"
)

// together is what Bubble Tea makes of letters that come in one read.
func together(letters string) tea.KeyMsg {
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(letters)}
}

func pasted(text string) tea.KeyMsg {
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text), Paste: true}
}

// reviewing is a session in which the first track is shown.
func reviewing(t *testing.T, on func(s *store.Store) database) *fixture {
	t.Helper()
	f := startOn(t, theme.Plain(), 80, 24, done(t), on)
	f.Press("enter")
	f.rest()
	f.Press("enter")
	f.rest()
	return f
}

func plain(s *store.Store) database { return s }

func (f *fixture) track(t *testing.T, id store.TrackID) store.Track {
	t.Helper()
	track, err := f.store.Track(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return track
}

func TestKeysThatComeInOneRead(t *testing.T) {
	f := reviewing(t, plain)
	f.Send(together("1a"))
	f.rest()
	if got := f.track(t, 1); got.Decision != store.DecideAI || got.Reason == "" {
		t.Errorf("decided %q with reason %q", got.Decision, got.Reason)
	}
	// What opens a line has the rest of the letters, whatever they mean elsewhere.
	f.Send(together("2nhash?q"))
	f.Contains("Note hash?q")
	f.Press("enter")
	f.Contains("lattice in the spectrum; hash?q")
	f.Press("esc")
	f.Send(together("j/kitchen"))
	f.rest()
	f.Contains("Filter kitchen", "Kitchen Radio")
	f.Press("enter")
	f.Hold = true
	f.Press("enter") // nothing is read yet
	f.Send(together("nhe is"))
	f.Contains("Note he is")
	f.Release()
	f.Press("esc", "esc")
	f.rest()
	f.Contains("Kitchen Radio")
	f.Send(together("GgXqy")) // a note of before waits for its decision: q asks
	if !f.quits() {
		t.Error("the last of the letters is lost")
	}
}

func TestWhatIsPastedIsNoKey(t *testing.T) {
	f := reviewing(t, plain)
	before := f.app.View()
	for _, text := range []string{"a", "hash", "q", "[", "\n", ""} {
		f.Send(pasted(text))
	}
	f.rest()
	if f.quits() || f.app.View() != before || f.track(t, 1).Decision != "" {
		t.Error("a paste was taken for keys")
	}
	f.Press("n")
	f.Send(pasted("a hash q"))
	f.Contains("Note a hash q")
}

// TestKeysGoToTheScreenThatIsInFront presses keys while no command is carried out.
func TestKeysGoToTheScreenThatIsInFront(t *testing.T) {
	for name, c := range map[string]struct {
		keys  []string
		front func(a *app) child
		scope keys.Scope
	}{
		"enter twice": {[]string{"enter", "enter"}, func(a *app) child { return a.review }, keys.ScopeReview},
		"back, back":  {[]string{"esc", "esc"}, func(a *app) child { return a.jobs }, keys.ScopeJobs},
		"the filter, typed": {
			[]string{"/", "/", "q"}, func(a *app) child { return a.queue }, keys.ScopeInput,
		},
		"all tracks, filter": {
			[]string{"esc", "esc", "a", "/"}, func(a *app) child { return a.queue }, keys.ScopeInput,
		},
	} {
		f := reviewing(t, plain)
		f.Hold = true
		f.Press(c.keys...)
		if f.app.front != c.front(f.app) || f.app.scope() != c.scope {
			t.Errorf("%s: %T, %s", name, f.app.front, f.app.scope())
		}
		f.Release()
		f.rest()
		if f.app.front != c.front(f.app) || f.app.scope() != c.scope {
			t.Errorf("%s, later: %T, %s", name, f.app.front, f.app.scope())
		}
	}
}

func TestBackTakesTheFilterOffFirst(t *testing.T) {
	f := reviewing(t, plain)
	f.Press("/")
	f.Type("kitchen")
	f.Press("enter", "esc")
	f.rest()
	f.Contains("Night Drive", "Filter taken off")
	f.Press("esc")
	if f.app.front != child(f.app.jobs) {
		t.Error("the second Esc does not leave")
	}
}

func TestQuitInAWindowThatIsTooSmall(t *testing.T) {
	for _, way := range [][]string{{}, {"?"}, {"n"}, {"enter", "/"}, {"enter", "e"}, {"enter", "enter", "n"}} {
		f := start(t, theme.Plain(), 80, 24, done(t))
		for _, k := range way {
			f.Press(k)
			f.rest()
		}
		f.Send(tea.WindowSizeMsg{Width: 60, Height: 20})
		f.Type("ahs1")
		f.Send(pasted("some text"))
		f.Press("enter", "esc")
		f.Send(tea.WindowSizeMsg{Width: 80, Height: 24})
		if f.track(t, 1).Decision != "" || strings.Contains(f.app.View(), "some text") {
			t.Errorf("%v: something happened that nobody saw", way)
		}
		f.Send(tea.WindowSizeMsg{Width: 60, Height: 20})
		f.Contains("q quits")
		f.Press("q")
		if !f.quits() {
			t.Errorf("%v: q does not quit", way)
		}
	}
}

func TestSmallWindowNamesTheKeysOfTheTable(t *testing.T) {
	f := start(t, theme.Plain(), 60, 20, running(t))
	table, err := keys.Default().Remap(map[string][]string{
		"quit": {"Q"}, "confirm.confirm": {"Y"}, "confirm.leave": {"N"},
	})
	if err != nil {
		t.Fatal(err)
	}
	f.app.kit.Keys = table
	f.Contains("Q quits")
	f.Press("Q")
	f.Contains("Y quits, N stays")
	uitest.Fits(t, f.app.View(), 60, 20)
	f.Press("N")
	f.Contains("Q quits")
}
