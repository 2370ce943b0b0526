package queue

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/muesli/termenv"

	"earmark/store"
	"earmark/ui/keys"
	"earmark/ui/say"
	"earmark/ui/screen"
	"earmark/ui/theme"
	"earmark/ui/uitest"
)

type fixture struct {
	*uitest.Driver
	queue *Queue
	store *store.Store
	job   store.Job
	saved []string
}

func open(t *testing.T, tracks []uitest.Track, w, h int) *fixture {
	t.Helper()
	return openTheme(t, theme.Plain(), tracks, w, h)
}

func openTheme(t *testing.T, th *theme.Theme, tracks []uitest.Track, w, h int) *fixture {
	t.Helper()
	s := uitest.Open(t)
	clock := uitest.NewClock()
	kit := screen.Kit{Context: t.Context(), Clock: clock, Theme: th, Keys: keys.Default(), Reviewer: "ana"}
	f := &fixture{store: s}
	f.queue = New(kit, s, func(_ context.Context, filter store.Filter, format, path string) error {
		f.saved = append(f.saved, fmt.Sprintf("%s %s %s", filter, format, filepath.Base(path)))
		return os.WriteFile(path, nil, 0o600)
	})
	f.job = uitest.Job(t, s, "demos", tracks)
	f.Driver = uitest.NewDriver(t, clock, uitest.Keyed(f.queue, kit.Keys))
	f.queue.SetSize(w, h)
	f.Run(f.queue.Open(screen.OpenQueueMsg{Job: f.job.ID}))
	return f
}

func (f *fixture) last(t *testing.T) any {
	t.Helper()
	return f.Seen[len(f.Seen)-1]
}

func TestGoldenViews(t *testing.T) {
	for _, size := range [][2]int{{80, 21}, {120, 37}, {200, 47}} {
		f := open(t, uitest.Demo(), size[0], size[1])
		f.Press("j", "j")
		uitest.Fits(t, f.queue.View(), size[0], size[1])
		uitest.Golden(t, fmt.Sprintf("queue-%dx%d", size[0], size[1]+3), f.queue.View())
	}
}

func TestGoldenTrueColor(t *testing.T) {
	th := theme.New(theme.Options{Profile: termenv.TrueColor, Dark: true})
	f := openTheme(t, th, uitest.Demo(), 100, 21)
	uitest.Fits(t, f.queue.View(), 100, 21)
	uitest.Golden(t, "queue-truecolor", f.queue.View())
}

func TestEverySizeFits(t *testing.T) {
	f := open(t, uitest.Demo(), 80, 21)
	for w := 80; w <= 300; w += 7 {
		for h := 18; h <= 77; h += 13 {
			f.queue.SetSize(w, h)
			uitest.Fits(t, f.queue.View(), w, h)
		}
	}
}

func TestFilterAsYouType(t *testing.T) {
	f := open(t, uitest.Demo(), 100, 21)
	f.Press("/")
	f.Type("verdict:suspicious")
	f.Advance(10 * time.Second)
	f.Contains("4 of 12 match", "Night Drive", "Glass Harbour")
	f.Lacks("Kitchen Radio")
	uitest.Fits(t, f.queue.View(), 100, 21)

	f.Type(" scor:1")
	f.Contains("scor:1", "score") // names the word and what is allowed
	f.Contains("Night Drive")     // and shows what the last good filter leaves
	uitest.Fits(t, f.queue.View(), 100, 21)
	f.Press("enter")
	if f.queue.Scope() != keys.ScopeInput {
		t.Error("a filter that cannot be read was accepted")
	}
	f.Press("esc")
	f.Advance(time.Second)
	f.Contains("Kitchen Radio")

	f.Press("/")
	f.Type("paper")
	f.Press("enter")
	f.Advance(time.Second)
	if f.queue.Scope() != keys.ScopeQueue {
		t.Error("enter does not leave the line")
	}
	f.Contains("Filter paper", "Paper Moon")
	f.Lacks("Night Drive")
	f.Press("esc")
	f.Advance(time.Second)
	f.Contains("Night Drive", "Paper Moon")
	if f.last(t) == (screen.BackMsg{}) {
		t.Error("the first Esc left the screen although a filter held")
	}
	f.Press("esc")
	if f.last(t) != (screen.BackMsg{}) {
		t.Error("Esc does not leave the screen")
	}
}

func TestNothingMatches(t *testing.T) {
	f := open(t, uitest.Demo(), 80, 21)
	f.Press("/")
	f.Type("xylophone quartet")
	f.Press("enter")
	f.Advance(5 * time.Second)
	f.Contains("No track matches", "0 of 12 match")
	f.Press("enter") // opens nothing
	f.Press("j", "G", "pgdown")
}

func TestOpenCarriesFilterAndOrder(t *testing.T) {
	f := open(t, uitest.Demo(), 80, 21)
	f.Press("o", "O")
	f.Advance(time.Second)
	f.Press("j", "enter")
	msg, ok := f.last(t).(screen.OpenReviewMsg)
	if !ok || msg.Sort != store.SortIntake.Reverse() || msg.Filter.Job != f.job.ID || msg.Track == 0 {
		t.Fatalf("opened with %+v", f.last(t))
	}
}

func many(n int) []uitest.Track {
	tracks := make([]uitest.Track, n)
	report := uitest.Human(1, "", "Band", 0.1)
	for i := range tracks {
		tracks[i] = uitest.Track{Path: fmt.Sprintf("/music/Song %04d", i), Report: report}
	}
	return tracks
}

// waiting are tracks that are not analysed yet: a long list of them takes a tenth of the time to make.
func waiting(n int) []uitest.Track {
	tracks := many(n)
	for i := range tracks {
		tracks[i].Waiting = true
	}
	return tracks
}

func TestPagesByKeyThroughALongList(t *testing.T) {
	f := open(t, waiting(900), 80, 21)
	f.Press("o") // as they came in
	f.Advance(time.Second)
	for range 60 {
		f.Press("pgdown")
		f.Advance(200 * time.Millisecond)
		uitest.Fits(t, f.queue.View(), 80, 21)
	}
	f.Contains("Song 0899")
	f.Press("g")
	f.Advance(time.Second)
	f.Contains("Song 0000")
	f.Press("G")
	f.Advance(time.Second)
	f.Contains("Song 0899")
	row, _ := f.queue.window.current()
	if say.Title(row) != "Song 0899" {
		t.Errorf("cursor on %s", row.Path)
	}
}

// TestAtMostTenReadsASecond holds keys down and lets the database change all the time.
func TestAtMostTenReadsASecond(t *testing.T) {
	f := open(t, waiting(600), 80, 21)
	counter := &counting{Store: f.store}
	f.queue.store = counter
	f.Advance(5 * time.Second)
	counter.reads = 0
	for i := range 300 { // ten seconds at thirty keys a second
		f.Press([]string{"G", "g"}[i%2])
		f.Send(screen.ChangedMsg{})
		f.Advance(time.Second / 30)
	}
	if counter.reads > 10*10 {
		t.Errorf("%d reads in ten seconds", counter.reads)
	}
	if counter.reads < 50 {
		t.Errorf("only %d reads in ten seconds", counter.reads)
	}
}

type counting struct {
	Store
	reads int
}

func (c *counting) Tracks(
	ctx context.Context, f store.Filter, sort store.Sort, from store.Cursor, dir store.Direction, limit int,
) (store.Page, error) {
	c.reads++
	return c.Store.Tracks(ctx, f, sort, from, dir, limit)
}

func (c *counting) TracksAround(
	ctx context.Context, f store.Filter, sort store.Sort, id store.TrackID, limit int,
) (store.Page, error) {
	c.reads++
	return c.Store.TracksAround(ctx, f, sort, id, limit)
}

func TestLiveRowsKeepTheCursorOnItsTrack(t *testing.T) {
	tracks := uitest.Demo()
	for i := 6; i < len(tracks); i++ {
		tracks[i].Waiting = true
	}
	f := open(t, tracks, 80, 21)
	f.Contains("6 waiting")
	f.Press("j", "j", "j")
	before, _ := f.queue.window.current()
	ctx := t.Context()
	for _, tr := range tracks[6:] {
		claims, err := f.store.Claim(ctx, "test", 1, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		if tr.Code != "" {
			err = f.store.Fail(ctx, "test", claims[0].Track, tr.Code, tr.Why)
		} else {
			err = f.store.Finish(ctx, "test", claims[0].Track, tr.Report)
		}
		if err != nil {
			t.Fatal(err)
		}
		f.Send(screen.ChangedMsg{})
		f.Advance(time.Second)
		after, _ := f.queue.window.current()
		if after.ID != before.ID {
			t.Fatalf("the cursor went from %s to %s", before.Title, after.Title)
		}
	}
	f.Contains("Paper Moon")
	f.Lacks("waiting")
}

func TestOldAnswersAreDropped(t *testing.T) {
	f := open(t, uitest.Demo(), 80, 21)
	f.Advance(time.Second)
	f.Hold = true
	f.Press("o") // asks for another order; the answer waits
	f.Advance(time.Second)
	f.Hold = false
	stale := f.Held
	f.Held = nil
	f.queue.seq++ // a later read was sent
	for _, cmd := range stale {
		f.Run(cmd)
	}
	f.Contains("Night Drive")
	if row, _ := f.queue.window.current(); row.Title != "Night Drive" {
		t.Errorf("a superseded answer was shown: %s", row.Title)
	}
}

func TestUndoFromTheQueue(t *testing.T) {
	f := open(t, uitest.Demo(), 100, 21)
	row, _ := f.queue.window.current()
	if _, err := f.store.Decide(t.Context(), store.NewDecision{
		Track: row.ID, Kind: store.DecideAI, Reviewer: "ana", Reason: "audible artefacts",
	}); err != nil {
		t.Fatal(err)
	}
	f.Send(screen.ChangedMsg{})
	f.Advance(time.Second)
	f.Contains("▲ AI", "audible artefacts")
	f.Press("u")
	f.Advance(time.Second)
	f.Lacks("▲ AI")
	f.Press("u")
	if f.last(t) != screen.StatusMsg("There is no decision of yours left to undo.") {
		t.Errorf("nothing to undo says %v", f.last(t))
	}
}

func TestExport(t *testing.T) {
	t.Chdir(t.TempDir())
	f := open(t, uitest.Demo(), 80, 21)
	f.Press("e")
	f.Contains("Export to demos.csv", "NDJSON")
	f.Press("enter")
	if len(f.saved) != 1 || f.saved[0] != "job:1 csv demos.csv" {
		t.Fatalf("saved %v", f.saved)
	}
	if s, _ := f.last(t).(screen.StatusMsg); !strings.HasSuffix(string(s), "/demos.csv") {
		t.Errorf("the status does not say where: %v", f.last(t))
	}
	f.Press("e", "enter")
	f.Contains("is there already")
	f.Press("e", "enter", "esc") // only y replaces it
	if len(f.saved) != 1 {
		t.Fatal("replaced a file without asking")
	}
	f.Press("e", "enter", "y")
	if len(f.saved) != 2 {
		t.Fatal("y does not replace the file")
	}
	f.Press("e", "ctrl+u")
	f.Type("/nowhere/x.csv")
	f.Press("enter")
	if msg, ok := f.last(t).(screen.ErrorMsg); !ok || !errors.Is(msg.Err, os.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", f.last(t))
	}
}

func TestErrorsAreReported(t *testing.T) {
	f := open(t, uitest.Demo(), 80, 21)
	f.Advance(time.Second)
	f.queue.store = broken{f.store}
	f.Press("G")
	msg, ok := f.last(t).(screen.ErrorMsg)
	if !ok || !errors.Is(msg.Err, store.ErrLocked) {
		t.Fatalf("got %v", f.last(t))
	}
	f.Contains("Night Drive") // what was there stays
}

type broken struct{ Store }

func (broken) Tracks(
	context.Context, store.Filter, store.Sort, store.Cursor, store.Direction, int,
) (store.Page, error) {
	return store.Page{}, fmt.Errorf("database: %w", store.ErrLocked)
}
