package review

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"earmark/analyzer"
	"earmark/store"
	"earmark/ui/player"
	"earmark/ui/theme"
	"earmark/ui/uitest"
)

// deep is an engine that hears in full what it is told to.
type deep struct {
	asked []store.TrackID
	hear  func(id store.TrackID, givenUp func() error) error
}

func (d *deep) Deepen(ctx context.Context, id store.TrackID) error {
	d.asked = append(d.asked, id)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return d.hear(id, ctx.Err)
}

// inPart opens a list of two tracks of which only a part was heard; neither is flagged. The first one is being heard in
// full, as far as the test lets it.
func inPart(t *testing.T, w, h int) *fixture {
	t.Helper()
	f := open(t, theme.Plain(), w, h)
	var tracks []uitest.Track
	for i, name := range []string{"First Half", "Second Half"} {
		r := uitest.Human(20+i, name, "Halfway House", 0.3)
		r.Full, r.HeardSec = false, 72
		r.Audio.DurationSec = 242
		tracks = append(tracks, uitest.Track{Path: "/music/part/" + name + ".mp3", Report: r})
	}
	f.job = uitest.Job(t, f.store, "part", tracks)
	page, err := f.store.Tracks(
		t.Context(), store.Filter{Job: f.job.ID}, store.SortIntake, store.Cursor{}, store.Forward, 10)
	if err != nil {
		t.Fatal(err)
	}
	f.list = page.Rows
	f.engine.hear = func(store.TrackID, func() error) error { return nil }
	return f
}

// whole puts a report of all of a track in the place of the one of a part.
func (f *fixture) whole(t *testing.T, row store.TrackRow, r *analyzer.Report) {
	t.Helper()
	r.ContentSHA256 = f.standing(t, row.ID).Report.ContentSHA256
	r.Audio.DurationSec, r.HeardSec = 242, 242
	if err := f.store.Replace(t.Context(), row.ID, r); err != nil {
		t.Fatal(err)
	}
}

func (f *fixture) sees(t *testing.T, want ...string) {
	t.Helper()
	for _, text := range want {
		if view := f.review.View(); !strings.Contains(view, text) {
			t.Errorf("the screen lacks %q:\n%s", text, view)
		}
	}
}

func TestOpeningHearsTheRest(t *testing.T) {
	for _, size := range [][2]int{{80, 21}, {120, 37}, {200, 47}} {
		f := inPart(t, size[0], size[1])
		check := func(what string) {
			uitest.Fits(t, f.review.View(), size[0], size[1])
			uitest.Golden(t, fmt.Sprintf("%s-%dx%d", what, size[0], size[1]+3), f.review.View())
		}
		f.engine.hear = func(store.TrackID, func() error) error {
			check("part") // while it lasts
			f.Press(" ", ".")
			f.whole(t, f.list[0], uitest.Lattice(20, "First Half", "Halfway House", 0.97, 50))
			return nil
		}
		f.show(f.list[0])
		if len(f.engine.asked) != 1 || f.engine.asked[0] != f.list[0].ID {
			t.Fatalf("asked for %v", f.engine.asked)
		}
		check("rest")
		f.sees(t, "suspicious", "eard in full, it is suspicious, the part was")
		if got := f.statuses(); !strings.Contains(got, "Heard in full: it is suspicious") {
			t.Errorf("said %q", got)
		}
		if f.tape.state.Position != 5*time.Second || !f.tape.state.Playing {
			t.Errorf("the sound is at %v, playing %v", f.tape.state.Position, f.tape.state.Playing)
		}
		plays, cues := 0, 0
		for _, c := range f.tape.told {
			switch c := c.(type) {
			case player.Play:
				if strings.Contains(c.Path, "First Half") {
					plays++
				}
			case player.Cue:
				cues += len(c.Cues)
			}
		}
		if plays != 1 || cues == 0 {
			t.Errorf("put on %d times, %d new cues", plays, cues)
		}
		f.show(f.list[0])
		if len(f.engine.asked) != 1 {
			t.Error("asked again for what was heard in full")
		}
	}
}

func TestDecisionStandsWhenTheRestSaysSomethingElse(t *testing.T) {
	f := inPart(t, 120, 37)
	first, second := f.list[0], f.list[1]
	f.engine.hear = func(id store.TrackID, givenUp func() error) error {
		if id != first.ID {
			return context.Canceled
		}
		f.rest()
		f.Press("h") // decides, and goes on to the second
		if givenUp() != nil {
			t.Error("given up by a decision")
		}
		f.whole(t, first, uitest.Template(20, "First Half", "Halfway House", 0.9))
		return nil
	}
	f.show(first)
	f.on(t, "Second Half")
	if got := f.statuses(); !strings.Contains(got, "First Half, decided human, is suspicious now") {
		t.Errorf("said %q", got)
	}
	if got := f.standing(t, first.ID); got.Decision != store.DecideHuman || got.Verdict != analyzer.Suspicious {
		t.Errorf("decision %q, verdict %q", got.Decision, got.Verdict)
	}
	f.Press("k")
	f.rest()
	f.on(t, "First Half")
	f.sees(t, "Heard in full, it is suspicious")
	if len(f.engine.asked) != 2 || f.engine.asked[1] != second.ID {
		t.Errorf("asked for %v", f.engine.asked)
	}
}

func TestLeavingGivesTheRestUp(t *testing.T) {
	f := inPart(t, 80, 21)
	var ended error
	f.engine.hear = func(id store.TrackID, givenUp func() error) error {
		if id != f.list[0].ID {
			return nil
		}
		f.rest()
		f.Press("j")
		ended = givenUp()
		return ended
	}
	f.show(f.list[0])
	f.on(t, "Second Half")
	if ended == nil {
		t.Error("the first goes on being waited for")
	}
	if got := f.statuses(); strings.Contains(got, "eard in full: it is suspicious") {
		t.Errorf("said %q", got)
	}
}

func TestWhatCannotBeHeardInFullSaysWhy(t *testing.T) {
	f := inPart(t, 80, 21)
	f.engine.hear = func(store.TrackID, func() error) error {
		return &analyzer.Error{Code: "file_not_found", Message: "the file is not there: bring it back and retry"}
	}
	f.show(f.list[0])
	f.sees(t, "heard 1:12 of 4:02 ")
	f.Press("tab")
	f.sees(t, "1:12 of 4:02; the rest cannot be heard: file_not_found")
	f.review.Leave()
	f.engine.hear = func(store.TrackID, func() error) error { return errors.New("no more") }
	f.show(f.list[0])
	if len(f.engine.asked) != 2 {
		t.Errorf("asked %d times in two visits", len(f.engine.asked))
	}
}
