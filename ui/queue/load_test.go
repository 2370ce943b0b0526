package queue

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"earmark/store"
	"earmark/ui/keys"
	"earmark/ui/say"
	"earmark/ui/screen"
	"earmark/ui/uitest"
)

// nearEnd presses keys until the next line down asks for more rows.
func (f *fixture) nearEnd(t *testing.T) {
	t.Helper()
	for range pageRows {
		ahead := f.queue.window
		ahead.move(1)
		if _, _, ok := ahead.wants(); ok {
			return
		}
		f.Press("j")
	}
	t.Fatal("the list has no end")
}

func (f *fixture) noErrors(t *testing.T) {
	t.Helper()
	for _, msg := range f.Seen {
		if e, ok := msg.(screen.ErrorMsg); ok {
			t.Errorf("%s: %v", e.Doing, e.Err)
		}
	}
}

func TestReadingOnLeavesAWaitingReadAlone(t *testing.T) {
	f := open(t, many(205), 80, 21)
	f.Press("o") // as they came in
	f.Advance(time.Second)
	f.Press("g") // its gap begins
	f.nearEnd(t)
	f.Press("O", "j") // the other way round, and on
	f.Advance(time.Second)
	f.noErrors(t)
	f.Contains("latest intake first")
	rows := f.queue.window.rows
	if !slices.IsSortedFunc(rows, func(a, b store.TrackRow) int { return int(b.ID - a.ID) }) {
		t.Error("the rows have another order than the head says")
	}

	f.Press("g")
	f.nearEnd(t)
	f.Press("G", "j")
	f.Advance(time.Second)
	f.noErrors(t)
	if row, _ := f.queue.window.current(); say.Title(row) != "Song 0000" {
		t.Errorf("G went to %s", say.Title(row))
	}

	f.Press("g")
	f.nearEnd(t)
	f.Press("j") // nothing else waits: reads on after the gap
	f.Advance(time.Second)
	if got := len(f.queue.window.rows); got != 205 {
		t.Errorf("%d rows", got)
	}
}

func TestReadingOnKeepsALiveHint(t *testing.T) {
	tracks := many(205)
	tracks[204].Waiting = true
	f := open(t, tracks, 80, 21)
	f.nearEnd(t)
	f.Advance(time.Second)
	f.Contains("1 waiting")
	claims, err := f.store.Claim(t.Context(), "test", 1, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.store.Finish(t.Context(), "test", claims[0].Track, tracks[0].Report); err != nil {
		t.Fatal(err)
	}
	f.Hold = true
	f.Send(screen.ChangedMsg{})
	f.Press("j") // reads on before the hint is answered
	if len(f.Held) != 2 {
		t.Fatalf("%d reads", len(f.Held))
	}
	f.Release()
	f.Advance(time.Second)
	f.Lacks("waiting")
}

func TestAnswerForTheOldJobIsDropped(t *testing.T) {
	f := open(t, uitest.Demo(), 80, 21)
	other := uitest.Job(t, f.store, "others", many(30))
	f.Advance(time.Second)
	f.Hold = true
	f.Press("G")
	answer := f.Held[0]() // on its way when the job changes
	f.Hold, f.Held = false, nil
	f.Run(f.queue.Open(screen.OpenQueueMsg{Job: other.ID}))
	f.Send(answer)
	if row, ok := f.queue.window.current(); ok {
		t.Errorf("%q is shown under the new job", row.Path)
	}
	f.Advance(time.Second)
	f.Contains("Song 0000", "30 tracks")
}

func TestCountIsNotCancelledByItsOwnPages(t *testing.T) {
	f := open(t, many(30), 80, 21)
	f.Press("/")
	f.Hold = true
	f.Type("song")
	count := f.queue.count()
	if again := f.queue.count(); again != nil {
		t.Error("two counts at once")
	}
	f.Hold, f.Held = false, nil
	f.Send(count())
	f.Contains("30 of 30 match")
}

func TestCountOfAnotherFilterIsCancelled(t *testing.T) {
	f := open(t, many(30), 80, 21)
	other := uitest.Job(t, f.store, "others", many(20))
	for name, change := range map[string]func(){
		"filter": func() { f.Press("ctrl+u"); f.Type("song 0001") },
		"job":    func() { f.Run(f.queue.Open(screen.OpenQueueMsg{Job: other.ID})); f.Press("/"); f.Type("song") },
	} {
		f.Run(f.queue.Open(screen.OpenQueueMsg{Job: f.job.ID}))
		f.Advance(5 * time.Second)
		f.Press("/", "ctrl+u")
		f.Hold = true
		f.Type("song")
		count := f.queue.count()
		change()
		f.queue.count()
		f.Hold, f.Held = false, nil
		if msg, ok := count().(countMsg); !ok || !errors.Is(msg.err, context.Canceled) {
			t.Errorf("another %s: the count went on: %+v", name, msg)
		}
		f.queue.countLane = screen.NewLane("queue.count", countGap, f.queue.kit.Clock)
	}
}

func TestNothingMatchesNamesTheKeysThatHold(t *testing.T) {
	f := open(t, uitest.Demo(), 80, 21)
	remapped, err := keys.Default().Remap(map[string][]string{"back": {"b"}, "filter": {"f"}})
	if err != nil {
		t.Fatal(err)
	}
	f.Press("/")
	f.Type("xylophone quartet")
	f.Press("enter")
	f.Advance(time.Second)
	f.Contains("Esc takes it off, / changes it.")
	f.queue.kit.Keys = remapped
	f.Contains("b takes it off, f changes it.")
}

func TestCancelledTracksDoNotWait(t *testing.T) {
	f := open(t, waiting(5), 80, 21)
	f.Contains("5 waiting")
	if err := f.store.SetJobStatus(t.Context(), f.job.ID, store.JobCancelled); err != nil {
		t.Fatal(err)
	}
	f.Send(screen.ChangedMsg{})
	f.Advance(time.Second)
	f.Contains("5 not analysed")
	f.Lacks("5 waiting")
}
