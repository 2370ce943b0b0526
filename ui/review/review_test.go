package review

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"earmark/store"
	"earmark/ui/keys"
	"earmark/ui/player"
	"earmark/ui/screen"
	"earmark/ui/theme"
	"earmark/ui/uitest"
)

// tape is a player that does what it is told at once, and writes it down.
type tape struct {
	state player.State
	told  []player.Command
	ahead []string
}

func (p *tape) State() player.State { return p.state }

func (p *tape) Do(c player.Command) {
	p.told = append(p.told, c)
	s := &p.state
	switch c := c.(type) {
	case player.Play:
		*s = player.State{Path: c.Path, Playing: !c.Paused, Position: c.From, VolumeDB: s.VolumeDB}
	case player.Preload:
		p.ahead = nil
		for _, t := range c.Tracks {
			p.ahead = append(p.ahead, t.Path)
		}
	case player.Toggle:
		s.Playing = !s.Playing
	case player.Pause:
		s.Playing = false
	case player.Seek:
		s.Position = c.To
	case player.Skip:
		s.Position = max(0, s.Position+c.By)
	case player.Loop:
		s.LoopFrom, s.LoopTo = c.From, c.To
	case player.Unloop:
		s.LoopFrom, s.LoopTo = 0, 0
	case player.Volume:
		s.VolumeDB = min(player.VolumeMax, s.VolumeDB+c.Steps*player.VolumeStep)
	case player.Mute:
		s.Muted = !s.Muted
	}
}

type fixture struct {
	*uitest.Driver
	review *Review
	store  *store.Store
	tape   *tape
	engine *deep
	job    store.Job
	list   []store.TrackRow // worst first
}

func open(t *testing.T, th *theme.Theme, w, h int) *fixture {
	t.Helper()
	s := uitest.Open(t)
	clock := uitest.NewClock()
	kit := screen.Kit{
		Context: t.Context(), Clock: clock, Theme: th, Keys: keys.Default(), Reviewer: "ana", Writes: &screen.Writes{},
	}
	f := &fixture{store: s, tape: &tape{}, engine: &deep{}, job: uitest.Job(t, s, "demos", uitest.Demo())}
	page, err := s.Tracks(t.Context(), store.Filter{Job: f.job.ID}, store.SortWorst, store.Cursor{}, store.Forward, 100)
	if err != nil {
		t.Fatal(err)
	}
	f.list = page.Rows
	f.review = New(kit, s, f.tape, f.engine)
	f.Driver = uitest.NewDriver(t, clock, uitest.Keyed(f.review, kit.Keys))
	f.review.SetSize(w, h)
	f.show(f.list[0])
	return f
}

func (f *fixture) show(row store.TrackRow) {
	f.Run(f.review.Open(screen.OpenReviewMsg{
		Track: row.ID, Filter: store.Filter{Job: f.job.ID}, Sort: store.SortWorst,
	}))
	f.rest()
}

// rest lets the lanes run out, so that the next key finds everything read.
func (f *fixture) rest() { f.Advance(300 * time.Millisecond) }

func (f *fixture) on(t *testing.T, title string) {
	t.Helper()
	if f.review.track.Title != title {
		t.Fatalf("on %q, want %q", f.review.track.Title, title)
	}
}

func (f *fixture) standing(t *testing.T, id store.TrackID) store.Track {
	t.Helper()
	track, err := f.store.Track(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return track
}

func (f *fixture) statuses() string {
	var out []string
	for _, m := range f.Seen {
		if s, ok := m.(screen.StatusMsg); ok {
			out = append(out, string(s))
		}
	}
	return strings.Join(out, "\n")
}

func TestGoldenViews(t *testing.T) {
	for _, size := range [][2]int{{80, 21}, {120, 37}, {200, 47}} {
		f := open(t, theme.Plain(), size[0], size[1])
		f.Press(" ", ".", ".", ".", "2")
		name := func(what string) string { return fmt.Sprintf("%s-%dx%d", what, size[0], size[1]+3) }
		check := func(what string) {
			t.Helper()
			uitest.Fits(t, f.review.View(), size[0], size[1])
			uitest.Golden(t, name(what), f.review.View())
		}
		check("lattice")
		f.Press("z", "tab")
		check("details")
		f.Press("tab", "Z")
		for _, c := range []struct {
			title, what string
		}{{"Glass Harbour", "template"}, {"Almost", "faint"}, {"Field Recording", "unmeasured"}, {"", "failed"}} {
			i := slices.IndexFunc(f.list, func(r store.TrackRow) bool {
				return r.Title == c.title && (c.title != "" || r.Status == store.TrackFailed)
			})
			f.show(f.list[i])
			check(c.what)
		}
	}
}

func TestGoldenTrueColor(t *testing.T) {
	th := theme.New(theme.Options{Profile: termenv.TrueColor, Dark: true})
	f := open(t, th, 80, 21)
	f.Press(" ", ".")
	uitest.Fits(t, f.review.View(), 80, 21)
	uitest.Golden(t, "truecolor", f.review.View())
}

func TestEverySizeFits(t *testing.T) {
	f := open(t, theme.Plain(), 80, 21)
	for _, row := range f.list {
		f.show(row)
		for w := 80; w <= 300; w += 17 {
			for h := 18; h <= 77; h += 9 {
				f.review.SetSize(w, h)
				f.review.details = w%2 == 0
				uitest.Fits(t, f.review.View(), w, h)
			}
		}
	}
}

func TestEssentialsOnTheSmallestScreen(t *testing.T) {
	f := open(t, theme.Plain(), 80, 21)
	f.Contains("Night Drive", "Neon Fields", "01 night drive.mp3", "suspicious", "0.98", "press-safe", "flagged",
		"recall", "FLAC", "reliability good", "Lines every 86.13 Hz from 2.8 to 9.4 kHz", "undecided", "names Suno",
		"paused", "0:00 / 1:47", "kHz")
	f.Lacks("is AI")
	f.show(f.list[slices.IndexFunc(f.list, func(r store.TrackRow) bool { return r.Title == "Field Recording" })])
	f.Contains("not measured", "the sound ends at 3.9 kHz")
	f.Lacks("○ human", "not flagged", "suspicious")
}

func TestDecisionGoesOnAndPlays(t *testing.T) {
	f := open(t, theme.Plain(), 80, 21)
	f.on(t, "Night Drive")
	if !slices.Contains(f.tape.ahead, "/music/demos/11 paper moon.opus") {
		t.Fatalf("the next track is not decoded ahead: %v", f.tape.ahead)
	}
	f.Press("1", "a")
	f.on(t, "Paper Moon")
	if s := f.tape.state; !s.Playing || s.Path != "/music/demos/11 paper moon.opus" {
		t.Errorf("the next track does not play: %+v", s)
	}
	got := f.standing(t, f.list[0].ID)
	if got.Decision != store.DecideAI || got.Reason != "audible artefacts" || got.Reviewer != "ana" {
		t.Errorf("stored %s, %q by %q", got.Decision, got.Reason, got.Reviewer)
	}
	if !strings.Contains(f.statuses(), "Confirmed AI: Night Drive · u undoes.") {
		t.Errorf("status: %s", f.statuses())
	}
	f.Contains("choose a reason") // the reason does not stick to the next track
}

// TestNextTrackWaitsForNothing holds every command back: the key alone shows and plays the next track.
func TestNextTrackWaitsForNothing(t *testing.T) {
	f := open(t, theme.Plain(), 80, 21)
	f.Hold = true
	f.Press("h")
	f.on(t, "Paper Moon")
	if !f.tape.state.Playing {
		t.Error("the next track does not play before anything was written")
	}
	if f.standing(t, f.list[0].ID).Decision != "" {
		t.Error("written although every command is held")
	}
	f.Release()
	f.rest()
	if f.standing(t, f.list[0].ID).Decision != store.DecideHuman {
		t.Error("not written")
	}
}

func TestFastFingersDecideEachTrackOnce(t *testing.T) {
	f := open(t, theme.Plain(), 80, 21)
	f.Press("a", "a", "a") // the second comes before the one after the next is known
	f.rest()
	for range 10 {
		f.rest()
	}
	for _, row := range f.list {
		if n := len(f.standing(t, row.ID).History); n > 1 {
			t.Errorf("%s was decided %d times", row.Title, n)
		}
	}
	if f.standing(t, f.list[0].ID).Decision != store.DecideAI {
		t.Error("the first decision is missing")
	}
}

func TestDecideAllThenUndoAll(t *testing.T) {
	f := open(t, theme.Plain(), 80, 21)
	kinds := []string{"a", "h", "s"}
	for i := range f.list {
		f.Press(kinds[i%3])
		f.rest()
	}
	if !strings.Contains(f.statuses(), "Nothing else is undecided in this list.") {
		t.Errorf("the end is not told: %s", f.statuses())
	}
	for i, row := range f.list {
		want := []store.DecisionKind{store.DecideAI, store.DecideHuman, store.DecideSkip}[i%3]
		if got := f.standing(t, row.ID).Decision; got != want {
			t.Errorf("%s: %q, want %q", row.Title, got, want)
		}
	}
	for _, row := range slices.Backward(f.list) {
		f.Press("u")
		f.rest()
		if f.review.track.ID != row.ID || f.standing(t, row.ID).Decision != "" {
			t.Fatalf("undo went to %q, want %q", f.review.track.Title, row.Title)
		}
	}
	f.Press("u")
	if !strings.Contains(f.statuses(), "no decision of yours left") {
		t.Error("the end of undo is not told")
	}
}

func TestUndoDoesNotOvertakeItsDecision(t *testing.T) {
	f := open(t, theme.Plain(), 80, 21)
	f.Press("a")
	f.rest()
	f.Hold = true
	f.Press("h", "u")
	// The commands are run in the wrong order, as goroutines may be.
	held := f.Held
	f.Hold, f.Held = false, nil
	slices.Reverse(held)
	for _, cmd := range held {
		f.Run(cmd)
	}
	f.rest()
	if f.standing(t, f.list[0].ID).Decision != store.DecideAI || f.standing(t, f.list[1].ID).Decision != "" {
		t.Error("undo took back the decision before")
	}
	f.on(t, "Paper Moon")
}

func TestUndoTomorrow(t *testing.T) {
	f := open(t, theme.Plain(), 80, 21)
	if _, err := f.store.Decide(t.Context(), store.NewDecision{
		Track: f.list[3].ID, Kind: store.DecideHuman, Reviewer: "ana", Reason: "same as another track",
	}); err != nil {
		t.Fatal(err)
	}
	f.Press("u")
	f.rest()
	f.on(t, f.list[3].Title)
	if !strings.Contains(f.statuses(), "Undone: decided human on "+f.list[3].Title) {
		t.Errorf("status: %s", f.statuses())
	}
	f.Contains("For the decision: same as another track") // its reason is at hand
}

type failing struct {
	Store
	err error
}

func (s failing) Decide(context.Context, store.NewDecision) (store.Decision, error) {
	return store.Decision{}, s.err
}

func TestDecisionThatCannotBeSavedIsTakenBack(t *testing.T) {
	f := open(t, theme.Plain(), 80, 21)
	f.review.store = failing{f.store, fmt.Errorf("database: %w", store.ErrDiskFull)}
	f.Press("4", "h")
	f.rest()
	i := slices.IndexFunc(f.Seen, func(m tea.Msg) bool { _, ok := m.(screen.ErrorMsg); return ok })
	if i < 0 {
		t.Fatal("no error")
	}
	msg, _ := f.Seen[i].(screen.ErrorMsg)
	if !errors.Is(msg.Err, store.ErrDiskFull) || !strings.Contains(msg.Doing, "Night Drive") ||
		!strings.Contains(msg.Todo, "free some space") || !strings.Contains(msg.Todo, "Nothing was changed") {
		t.Errorf("error: %+v", msg)
	}
	f.review.store = f.store
	f.show(f.list[0])
	f.Contains("undecided", "For the decision: known release")
	f.Press("h")
	f.rest()
	if f.standing(t, f.list[0].ID).Decision != store.DecideHuman {
		t.Error("the second try was not written")
	}
}

func TestNextAndPreviousGoThroughTheList(t *testing.T) {
	f := open(t, theme.Plain(), 80, 21)
	for i := 1; i < len(f.list); i++ {
		f.Press("j")
		f.rest()
		if f.review.track.ID != f.list[i].ID {
			t.Fatalf("j went to %q, want %q", f.review.track.Title, f.list[i].Title)
		}
	}
	f.Press("j")
	if !strings.Contains(f.statuses(), "last track") {
		t.Error("the end is not told")
	}
	// Keys that come faster than the reading are not lost.
	f.Press("k", "k", "k", "k")
	for range 6 {
		f.rest()
	}
	if want := f.list[len(f.list)-5]; f.review.track.ID != want.ID {
		t.Errorf("four times k went to %q, want %q", f.review.track.Title, want.Title)
	}
	if f.tape.state.Playing {
		t.Error("it plays although nothing was playing")
	}
	f.Press(" ", "k")
	f.rest()
	if !f.tape.state.Playing {
		t.Error("what was playing does not go on playing")
	}
}

func TestWayBackToTheTrackJustDecided(t *testing.T) {
	f := open(t, theme.Plain(), 80, 21)
	filter := store.Filter{Job: f.job.ID, Undecided: true}
	f.Run(f.review.Open(screen.OpenReviewMsg{Track: f.list[0].ID, Filter: filter, Sort: store.SortWorst}))
	f.rest()
	f.Press("a")
	f.rest()
	f.on(t, "Paper Moon")
	f.Press("k")
	f.rest()
	f.on(t, "Night Drive")
	f.Contains("▲ AI by ana")
}

func TestRepeatSkipsDecidedTracks(t *testing.T) {
	f := open(t, theme.Plain(), 80, 21)
	f.Press("r")
	if !strings.Contains(f.statuses(), "no decision of this session") {
		t.Error("nothing to repeat is not told")
	}
	f.Press("3", "h")
	f.rest()
	f.Press("r")
	f.rest()
	got := f.standing(t, f.list[1].ID)
	if got.Decision != store.DecideHuman || got.Reason != "unnatural voice or words" {
		t.Errorf("repeated %q, %q", got.Decision, got.Reason)
	}
}

func TestNotes(t *testing.T) {
	f := open(t, theme.Plain(), 80, 21)
	f.Press("n")
	f.Type("a h s u ? q 1")
	f.Contains("Note a h s u ? q 1")
	f.Press("enter")
	f.on(t, "Night Drive")
	f.Contains("For the decision: a h s u ? q 1")
	f.Press("n")
	f.Type(" and more")
	f.Press("esc")
	f.Press("a")
	f.rest()
	if got := f.standing(t, f.list[0].ID).Note; got != "a h s u ? q 1" {
		t.Errorf("note %q", got)
	}
	f.Press("k")
	f.rest()
	f.Press("n", "ctrl+u")
	f.Type("second thought")
	f.Press("enter")
	f.rest()
	got := f.standing(t, f.list[0].ID)
	if got.Note != "second thought" || got.Decision != store.DecideAI || len(got.History) != 2 {
		t.Errorf("note %q on %q, %d rows", got.Note, got.Decision, len(got.History))
	}
	f.on(t, "Night Drive")
}

func TestReasonIsTakenBack(t *testing.T) {
	f := open(t, theme.Plain(), 80, 21)
	f.Press("2")
	f.Contains("For the decision: lattice in the spectrum")
	f.Press("5")
	f.Contains("an instrument explains")
	f.Press("5")
	f.Lacks("For the decision")
	f.Press("6", "0")
	f.Lacks("For the decision")
}

func TestPlaybackKeys(t *testing.T) {
	f := open(t, theme.Plain(), 80, 21)
	at := func(want time.Duration) {
		t.Helper()
		if got := f.tape.state.Position; got != want {
			t.Errorf("at %s, want %s", got, want)
		}
	}
	f.Press(" ")
	f.Contains("playing")
	f.Press(".", "right", ">")
	at(40 * time.Second)
	f.Press(",", "left", "shift+left")
	at(0)
	// Segments 0, 2, 4 … of ten seconds are suspicious.
	f.Press("]")
	at(20 * time.Second)
	f.Press("]", "]")
	at(60 * time.Second)
	f.Press("[")
	at(40 * time.Second)
	f.Press("l")
	f.Contains("loop 0:40–0:50")
	f.Press("l")
	f.Lacks("loop 0:40")
	f.Press("home")
	at(0)
	f.Press("[")
	if !strings.Contains(f.statuses(), "before this place") {
		t.Error("no segment before is not told")
	}
	f.Press("-", "-", "+")
	f.Contains("volume -3 dB")
	f.Press("m")
	f.Contains("muted")
}

func TestPlayheadMovesWhilePlaying(t *testing.T) {
	f := open(t, theme.Plain(), 80, 21)
	f.Press(" ")
	for i := range 20 {
		f.tape.state.Position = time.Duration(i) * time.Second
		f.Advance(frame)
	}
	f.Contains("0:19 / 1:47")
	f.Press(" ")
	f.Advance(time.Second)
	n := len(f.Seen)
	f.Advance(time.Minute)
	if len(f.Seen) != n {
		t.Errorf("%d messages while nothing moves", len(f.Seen)-n)
	}
	f.Press(" ")
	f.review.Leave()
	if f.tape.state.Playing {
		t.Error("it plays on other screens")
	}
}

func TestSilentAndBrokenSound(t *testing.T) {
	f := open(t, theme.Plain(), 80, 21)
	f.tape.state.Silent, f.tape.state.SilentReason = true, "no sound card"
	f.Send(screen.SoundMsg{})
	f.Contains("silent: no sound card")
	f.tape.state.SilentReason = "No sound device answers on this machine. Connect one, then press play again."
	f.Send(screen.SoundMsg{})
	f.Contains("silent: see earmark doctor")
	f.tape.state.Err = errors.New("the file is gone")
	f.Send(screen.SoundMsg{})
	f.Contains("cannot be played", "the file is gone")
}

func TestZoomShowsSingleLines(t *testing.T) {
	f := open(t, theme.Plain(), 80, 21)
	whole := f.review.View()
	f.Press("z", "z")
	from, to := f.review.spectrum().View()
	if to-from > 1000 || to <= from {
		t.Errorf("zoomed twice: %v to %v Hz", from, to)
	}
	f.Press("}")
	if panned, _ := f.review.spectrum().View(); panned <= from {
		t.Errorf("panned to %v Hz from %v", panned, from)
	}
	f.Press("Z")
	if f.review.View() != whole {
		t.Error("the whole spectrum is not shown again")
	}
}

func TestAnotherProgramDecides(t *testing.T) {
	f := open(t, theme.Plain(), 80, 21)
	if _, err := f.store.Decide(t.Context(), store.NewDecision{
		Track: f.list[0].ID, Kind: store.DecideHuman, Reviewer: "bo",
	}); err != nil {
		t.Fatal(err)
	}
	f.Send(screen.ChangedMsg{})
	f.rest()
	f.Contains("human by bo")
}

func TestLeavingNamesTheTrack(t *testing.T) {
	f := open(t, theme.Plain(), 80, 21)
	for key, want := range map[string]screen.BackMsg{
		"esc": {Track: f.list[0].ID}, "enter": {Track: f.list[0].ID}, "/": {Track: f.list[0].ID, Filter: true},
	} {
		f.Press(key)
		if got := f.Seen[len(f.Seen)-1]; got != want {
			t.Errorf("%s: %v", key, got)
		}
	}
}
