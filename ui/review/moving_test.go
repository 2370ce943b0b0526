package review

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"earmark/store"
	"earmark/ui/player"
	"earmark/ui/screen"
	"earmark/ui/theme"
)

// settle lets everything happen that keys have set off.
func (f *fixture) settle() {
	f.Release()
	f.Advance(time.Duration(2*maxSteps) * screen.KeyGap)
}

func (f *fixture) decided(t *testing.T) (titles []string) {
	t.Helper()
	for _, row := range f.list {
		if f.standing(t, row.ID).Decision != "" {
			titles = append(titles, row.Title)
		}
	}
	return titles
}

func (f *fixture) leads(row store.TrackRow) tea.Cmd {
	return f.review.Open(screen.OpenReviewMsg{
		Track: row.ID, Filter: store.Filter{Job: f.job.ID}, Sort: store.SortWorst,
	})
}

func TestNoKeyDecidesATrackThatIsNotShown(t *testing.T) {
	for name, c := range map[string]struct {
		before, keys []string
		decided      []int // of the list
		then         int   // the track on which it ends
	}{
		"next, decide":          {nil, []string{"j", "a"}, []int{1}, 2},
		"two on, decide":        {nil, []string{"j", "j", "a", "r", "h", "s"}, nil, 2},
		"decide, next, decide":  {nil, []string{"a", "j", "h"}, []int{0}, 2},
		"decide, undo, correct": {nil, []string{"a", "u", "h"}, nil, 0},
		"undo, correct":         {[]string{"a"}, []string{"u", "h"}, nil, 0},
		"undo, next":            {[]string{"a"}, []string{"u", "j"}, nil, 1},
		"undo, next undecided":  {[]string{"a", "a"}, []string{"u", "N"}, []int{0}, 2},
		"reason for the next":   {nil, []string{"j", "j", "1"}, nil, 2},
	} {
		f := open(t, theme.Plain(), 80, 21)
		for _, k := range c.before {
			f.Press(k)
			f.rest()
		}
		f.Hold = true // nothing is read or written before the last key
		f.Press(c.keys...)
		f.settle()
		var want []string
		for _, i := range c.decided {
			want = append(want, f.list[i].Title)
		}
		if got := f.decided(t); !slices.Equal(got, want) {
			t.Errorf("%s: decided %q, want %q", name, got, want)
		}
		if got := f.review.track.Title; got != f.list[c.then].Title {
			t.Errorf("%s: on %q, want %q", name, got, f.list[c.then].Title)
		}
		if d := f.review.drafts[f.list[1].ID]; d != (draft{}) {
			t.Errorf("%s: %q was chosen for the track that was left", name, d.reason)
		}
	}
}

func TestNoKeyDecidesTheTrackBeforeTheOpenedOne(t *testing.T) {
	f := open(t, theme.Plain(), 80, 21)
	f.Press("4", "a", "k")
	f.rest()
	f.review.Leave()
	f.Hold = true
	f.Run(f.leads(f.list[5]))
	f.Press("h", "s", "r", "2")
	f.Contains("Reading")
	f.Lacks(f.list[0].Title, f.list[1].Title)
	f.settle()
	if got := f.decided(t); !slices.Equal(got, []string{f.list[0].Title}) {
		t.Errorf("decided %q", got)
	}
	if !strings.Contains(f.statuses(), "on its way") {
		t.Errorf("nobody says why: %s", f.statuses())
	}
	f.on(t, f.list[5].Title)
	f.Press("h")
	f.rest()
	if f.standing(t, f.list[5].ID).Decision != store.DecideHuman {
		t.Error("the key does nothing when the track is shown")
	}
}

func TestNothingLeadsAwayAfterLeaving(t *testing.T) {
	for name, keys := range map[string][]string{
		"steps":            {"j", "j", "j", "j"},
		"decisions":        {"a", "a", "a"},
		"undo":             {"u"},
		"to the undecided": {"N", "N", "N"},
	} {
		f := open(t, theme.Plain(), 80, 21)
		f.Press("h")
		f.rest()
		f.Hold = true
		f.Press(keys...)
		f.review.Leave()
		told := len(f.tape.told)
		f.settle()
		for _, c := range f.tape.told[told:] {
			if _, ok := c.(player.Play); ok {
				t.Errorf("%s: it plays in front of another screen", name)
			}
		}
		// And the same with another track opened before anything is answered.
		f.Run(f.leads(f.list[1]))
		f.rest()
		f.Hold = true
		f.Press(keys...)
		f.review.Leave()
		f.Run(f.leads(f.list[7]))
		f.settle()
		f.on(t, f.list[7].Title)
		if f.tape.state.Playing {
			t.Errorf("%s: it plays although nobody asked for it", name)
		}
	}
}

// TestALateAnswerLeadsNowhere runs the commands in the wrong order, as goroutines may be.
func TestALateAnswerLeadsNowhere(t *testing.T) {
	for name, c := range map[string]struct {
		open int // of the list
		key  string
		then int
	}{
		"the same track again, decide": {0, "a", 1},
		"another track, undo":          {5, "u", 3},
	} {
		f := open(t, theme.Plain(), 80, 21)
		if _, err := f.store.Decide(t.Context(), store.NewDecision{
			Track: f.list[3].ID, Kind: store.DecideHuman, Reviewer: "ana",
		}); err != nil {
			t.Fatal(err)
		}
		f.review.Leave()
		f.Hold = true
		f.Run(f.leads(f.list[c.open]))
		opening := f.Held
		f.Held = nil
		f.Press(c.key)
		f.settle()
		f.Hold, f.Held = true, opening
		f.settle()
		if got := f.review.track.ID; got != f.list[c.then].ID {
			t.Errorf("%s: on %q, want %q", name, f.review.track.Title, f.list[c.then].Title)
		}
	}
}

func TestAnOpenedTrackThatIsLeftIsNotPutOn(t *testing.T) {
	f := open(t, theme.Plain(), 80, 21)
	f.Hold = true
	f.Run(f.leads(f.list[5]))
	f.review.Leave()
	told := len(f.tape.told)
	f.settle()
	if len(f.tape.told) != told {
		t.Errorf("the player was told %v", f.tape.told[told:])
	}
}

func TestAHeldKeyEndsSoon(t *testing.T) {
	f := open(t, theme.Plain(), 80, 21)
	f.Hold = true
	for range 100 {
		f.Press("j")
	}
	f.settle()
	f.on(t, f.list[1+maxSteps].Title)
}

// lost is a store that cannot read a track.
type lost struct{ Store }

func (lost) Track(context.Context, store.TrackID) (store.Track, error) {
	return store.Track{}, store.ErrLocked
}

func TestATrackThatCannotBeReadSaysSo(t *testing.T) {
	f := open(t, theme.Plain(), 80, 21)
	f.review.store = lost{f.store}
	f.Run(f.leads(f.list[5]))
	f.Contains("could not be read")
	f.Press("a", " ")
	if len(f.decided(t)) != 0 {
		t.Error("it was decided")
	}
}

func TestNoteStaysWithItsTrack(t *testing.T) {
	for name, c := range map[string]struct {
		keys []string
		at   int
	}{
		"after fast decisions": {[]string{"a", "a", "a", "n"}, 2},
		"after fast steps":     {[]string{"j", "j", "j", "n"}, 2},
		"after undo":           {[]string{"u", "n"}, 1},
	} {
		f := open(t, theme.Plain(), 80, 21)
		f.Press("h")
		f.rest()
		f.Hold = true
		f.Press(c.keys...)
		f.Type("heard")
		f.settle()
		f.on(t, f.list[c.at].Title)
		f.Type(" it live")
		f.Press("enter")
		f.settle()
		for i, row := range f.list {
			note := f.standing(t, row.ID).Note + f.review.drafts[row.ID].note
			if (note != "") != (i == c.at) || i == c.at && note != "heard it live" {
				t.Errorf("%s: %s has the note %q", name, row.Title, note)
			}
		}
	}
}

func TestNoteOnATrackThatIsNotReadYet(t *testing.T) {
	f := open(t, theme.Plain(), 80, 21)
	f.Hold = true
	f.Run(f.leads(f.list[5]))
	f.Press("n")
	f.Type("has a hum")
	f.Contains("Note has a hum")
	f.Press("enter")
	f.settle()
	f.Contains("For the decision: has a hum")
	if len(f.decided(t)) != 0 {
		t.Error("letters of the note were taken for decisions")
	}
}

func TestWhatFailsIsNotCalledUndecided(t *testing.T) {
	for name, keys := range map[string][]string{"changed decision": {"k", "h"}, "note": {"k", "n", "x", "enter"}} {
		f := open(t, theme.Plain(), 80, 21)
		f.Press("a")
		f.rest()
		f.review.store = failing{f.store, store.ErrDiskFull}
		for _, k := range keys {
			f.Press(k)
			f.rest()
		}
		i := slices.IndexFunc(f.Seen, func(m tea.Msg) bool { _, ok := m.(screen.ErrorMsg); return ok })
		if i < 0 {
			t.Fatalf("%s: no error", name)
		}
		if msg, _ := f.Seen[i].(screen.ErrorMsg); strings.Contains(msg.Todo, "undecided") {
			t.Errorf("%s: %s", name, msg.Todo)
		}
	}
}

func TestUndoSaysWhatItTookBack(t *testing.T) {
	f := open(t, theme.Plain(), 80, 21)
	f.Press("h")
	f.rest()
	f.Press("k")
	f.rest()
	f.Press("n", "x", "enter")
	f.rest()
	f.Press("2", "h", "k")
	f.rest()
	f.Press("r", "k")
	f.rest()
	for _, want := range []string{
		"Undone: your last change on Night Drive. It is still decided human.",
		"Undone: your last change on Night Drive. It is still decided human.",
		"Undone: the note on Night Drive. It is still decided human.",
		"Undone: decided human on Night Drive.",
	} {
		f.Press("u")
		f.rest()
		if all := strings.Split(f.statuses(), "\n"); all[len(all)-1] != want {
			t.Errorf("%q, want %q", all[len(all)-1], want)
		}
	}
}

func TestUndoneIsSaidAlsoWhenTheTrackCannotBeRead(t *testing.T) {
	f := open(t, theme.Plain(), 80, 21)
	f.Press("h")
	f.rest()
	f.review.store = lost{f.store}
	f.Press("u")
	if !strings.Contains(f.statuses(), "Undone: the decision on Night Drive.") {
		t.Errorf("status: %s", f.statuses())
	}
}
