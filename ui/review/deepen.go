package review

import (
	"context"
	"errors"

	tea "github.com/charmbracelet/bubbletea"

	"earmark/engine"
	"earmark/store"
	"earmark/ui/cell"
	"earmark/ui/player"
	"earmark/ui/say"
	"earmark/ui/screen"
)

// Engine hears a track in full of which only a part was heard; engine.Engine is one. Deepen returns when that is done.
type Engine interface {
	Deepen(ctx context.Context, id store.TrackID) error
}

// deepenedMsg answers a track that was to be heard in full.
type deepenedMsg struct {
	before, after store.TrackRow
	err           error
}

// depths is what becomes of tracks of which only a part was heard: the one that is shown is heard in full meanwhile.
type depths struct {
	asked  store.TrackID // is being heard in full, or could not be; 0: none
	giveUp context.CancelFunc
	failed error                       // why it could not be
	turned map[store.TrackID]say.State // what the part said, where all of it says something else
}

func newDepths() depths {
	return depths{turned: map[store.TrackID]say.State{}, giveUp: func() {}}
}

// leaveDepth gives up what was asked for before its turn has come, unless the track was decided: whoever did so is told
// if the rest of it says something else.
func (r *Review) leaveDepth() {
	if r.track.ID != r.asked || r.track.Decision == "" {
		r.giveUp()
	}
	r.asked, r.failed, r.giveUp = 0, nil, func() {}
}

// deepen has the track that is shown heard in full, if only a part of it was. It is asked for once each visit.
func (r *Review) deepen() tea.Cmd {
	row, rep := r.track.TrackRow, r.track.Report
	if !r.shown || !r.front || rep == nil || rep.Full || r.asked == row.ID {
		return nil
	}
	r.leaveDepth()
	ctx, cancel := context.WithCancel(r.kit.Context)
	r.asked, r.giveUp = row.ID, cancel
	e, s := r.engine, r.store
	return func() tea.Msg {
		defer cancel()
		msg := deepenedMsg{before: row}
		if msg.err = e.Deepen(ctx, row.ID); msg.err != nil {
			return msg
		}
		// What was done is told, also when nobody waits for it any more.
		t, err := s.Track(context.WithoutCancel(ctx), row.ID)
		msg.after, msg.err = t.TrackRow, err
		return msg
	}
}

func (r *Review) deepened(msg deepenedMsg) tea.Cmd {
	switch {
	case errors.Is(msg.err, context.Canceled), errors.Is(msg.err, engine.ErrStopped):
		if r.asked == msg.before.ID {
			r.asked = 0
		}
		return nil
	case msg.err != nil:
		if r.asked == msg.before.ID {
			r.failed = msg.err
		}
		return nil
	}
	was, is := say.StateOf(msg.before), say.StateOf(msg.after)
	here := r.track.ID == msg.after.ID
	if was != is {
		r.turned[msg.after.ID] = was
	}
	switch {
	case was == is && here:
		return tea.Batch(r.lookAround(), screen.Status("Heard in full: it is "+r.word(is)+", as the part was."))
	case was == is:
		return nil
	case msg.after.Decision != "":
		return tea.Batch(r.lookAround(), screen.Status(nameOf(msg.after)+", "+say.Decided(msg.after.Decision)+
			", is "+r.word(is)+" now that all of it was heard; the part was "+r.word(was)+". The decision stands."))
	case here:
		return tea.Batch(r.lookAround(), screen.Status("Heard in full: "+r.turnedWords(is, was)+"."))
	}
	return nil
}

func (r *Review) word(s say.State) string { return say.Verdict(r.kit.Theme, s).Word }

func (r *Review) turnedWords(is, was say.State) string {
	return "it is " + r.word(is) + ", the part was " + r.word(was)
}

// turnedLine says that all of the track that is shown says something else than the part did, or nothing.
func (r *Review) turnedLine() string {
	was, ok := r.turned[r.track.ID]
	is := say.StateOf(r.track.TrackRow)
	if !ok || was == is || r.track.Report == nil || !r.track.Report.Full {
		return ""
	}
	return "heard in full, " + r.turnedWords(is, was)
}

// renewed takes the track as it was read again. What is heard of it goes on; only the places to jump to may be others.
func (r *Review) renewed(t store.Track) {
	deeper := t.Report != nil && t.Report.Full && r.track.Report != nil && !r.track.Report.Full
	r.track = t
	if deeper {
		r.sound.Do(player.Cue{Track: cued(t)})
	}
}

// heardPart says how much of the track was heard so far; "" for all of it.
func (r *Review) heardPart() string {
	rep := r.track.Report
	if rep == nil || rep.Full {
		return ""
	}
	s := "heard " + cell.Clock(cell.Seconds(rep.HeardSec)) + " of " + cell.Clock(cell.Seconds(rep.Audio.DurationSec))
	if r.asked == r.track.ID && r.failed == nil {
		s += r.kit.Theme.Glyph.Ellipsis
	}
	return s
}

// measuredWords is how much was heard, and how to hear it all.
func (r *Review) measuredWords() string {
	rep := r.track.Report
	s := cell.Clock(cell.Seconds(rep.HeardSec)) + " of " + cell.Clock(cell.Seconds(rep.Audio.DurationSec))
	switch {
	case rep.Full:
		return s
	case r.failed != nil && r.asked == r.track.ID:
		return s + "; the rest cannot be heard: " + r.failed.Error()
	case r.asked == r.track.ID:
		return s + "; the rest is being heard now"
	}
	return s + "; open it again, or scan it with --full, to hear the rest"
}
