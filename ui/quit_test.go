package ui

import (
	"context"
	"slices"
	"testing"

	"earmark/store"
)

// refusing is a database on a full disk.
type refusing struct{ database }

func (refusing) Decide(context.Context, store.NewDecision) (store.Decision, error) {
	return store.Decision{}, store.ErrDiskFull
}

func (refusing) Undo(context.Context, string) (store.Decision, store.TrackRow, error) {
	return store.Decision{}, store.TrackRow{}, store.ErrDiskFull
}

func TestQuitStaysWhenTheDecisionIsNotWritten(t *testing.T) {
	for _, way := range [][]string{{"a", "q"}, {"a", "ctrl+c"}, {"a", "h", "q"}, {"u", "q"}, {"a", "esc", "u", "q"}} {
		f := reviewing(t, func(s *store.Store) database { return refusing{s} })
		f.Hold = true
		f.Press(way...)
		f.Release()
		if f.quits() {
			t.Errorf("%v: the error was never seen", way)
		}
		f.Contains("no space left")
		f.Lacks("then the program ends")
		f.rest()
		f.Press("q")
		if !f.quits() {
			f.Press("y") // the note or reason of it is kept, and q asks
		}
		if !f.quits() {
			t.Errorf("%v: it cannot be left any more", way)
		}
	}
	f := reviewing(t, plain)
	f.Hold = true
	f.Press("u", "q")
	f.Release()
	if !f.quits() {
		t.Error("it stays because there was nothing to undo")
	}
}

// TestUndoInTheQueueWaitsForTheDecision runs the commands in the wrong order, as goroutines may be.
func TestUndoInTheQueueWaitsForTheDecision(t *testing.T) {
	f := reviewing(t, plain)
	f.Press("a")
	f.rest()
	f.Hold = true
	f.Press("h", "esc", "u", "q")
	held := slices.Clone(f.Held)
	f.Hold, f.Held = false, nil
	if f.quits() {
		t.Fatal("quits before everything is written")
	}
	slices.Reverse(held)
	for _, cmd := range held {
		f.Run(cmd)
	}
	if !f.quits() {
		t.Error("does not quit afterwards")
	}
	if first := f.track(t, 1); first.Decision != store.DecideAI {
		t.Errorf("undo took back the decision before: %q", first.Decision)
	}
	n := 0
	for id := range store.TrackID(12) {
		n += len(f.track(t, id+1).History)
	}
	if n != 3 {
		t.Errorf("%d rows of history, want two decisions and an undo", n)
	}
}

// TestTheScreenInFrontSeesWhatWasWritten goes back to the queue before the decision is on the disk.
func TestTheScreenInFrontSeesWhatWasWritten(t *testing.T) {
	f := reviewing(t, plain)
	f.Hold = true
	f.Press("a", "esc")
	held := slices.Clone(f.Held)
	f.Hold, f.Held = false, nil
	slices.Reverse(held) // the queue reads before it is written
	for _, cmd := range held {
		f.Run(cmd)
	}
	f.Contains("▲ AI")
}

func TestQuitAsksWhileANoteWaitsForItsDecision(t *testing.T) {
	f := reviewing(t, plain)
	f.Press("1", "q")
	if f.quits() {
		t.Fatal("the reason is lost without a question")
	}
	f.Contains("The note or reason of 1 undecided track would be lost", "stays")
	f.Press("esc", "a")
	f.rest()
	f.Press("q")
	if !f.quits() {
		t.Error("asks though everything is decided")
	}
}
