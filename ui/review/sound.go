package review

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"earmark/analyzer"
	"earmark/ui/cell"
	"earmark/ui/keys"
	"earmark/ui/player"
	"earmark/ui/screen"
)

const (
	frame    = 100 * time.Millisecond // between two places of the playhead
	seekNear = 5 * time.Second
	seekFar  = 30 * time.Second

	// A jump back within this time after the start of a segment goes to the one before it.
	again = 1500 * time.Millisecond
)

type (
	playheadMsg struct{}
	soundMsg    struct{ state player.State }
)

// listen reads what is heard now.
func (r *Review) listen() tea.Cmd {
	sound := r.sound
	return func() tea.Msg { return soundMsg{sound.State()} }
}

// heard takes it, and looks again soon while something moves.
func (r *Review) heard(msg soundMsg) tea.Cmd {
	r.state = msg.state
	if r.ticks || !r.front || (!r.state.Playing && !r.state.Opening) {
		return nil
	}
	r.ticks = true
	return r.kit.Clock.After(frame, playheadMsg{})
}

// soundVerb carries out a verb of the sound, and says whether it was one.
func (r *Review) soundVerb(v keys.Verb) (tea.Cmd, bool) {
	var c player.Command
	switch v {
	case keys.PlayPause:
		c = player.Toggle{}
	case keys.SeekForward:
		c = player.Skip{By: seekNear}
	case keys.SeekBack:
		c = player.Skip{By: -seekNear}
	case keys.SeekFarForward:
		c = player.Skip{By: seekFar}
	case keys.SeekFarBack:
		c = player.Skip{By: -seekFar}
	case keys.SeekStart:
		c = player.Seek{}
	case keys.Louder:
		c = player.Volume{Steps: 1}
	case keys.Softer:
		c = player.Volume{Steps: -1}
	case keys.Mute:
		c = player.Mute{}
	case keys.NextSegment, keys.PrevSegment:
		at, ok := r.suspicious(v == keys.NextSegment)
		if !ok {
			return screen.Status(noSegment(r.track.Report, v == keys.NextSegment)), true
		}
		c = player.Seek{To: at}
	case keys.LoopSegment:
		var ok bool
		if c, ok = r.loop(); !ok {
			return screen.Status("There are no segments to loop in this track."), true
		}
	default:
		return nil, false
	}
	r.sound.Do(c)
	return r.listen(), true
}

// suspicious is the start of the next suspicious segment after the playhead, or of the one before it.
func (r *Review) suspicious(forward bool) (at time.Duration, ok bool) {
	if r.track.Report == nil {
		return 0, false
	}
	now := r.sound.State().Position
	for _, s := range r.track.Report.Segments {
		start := cell.Seconds(s.StartSec)
		switch {
		case !s.Suspicious:
		case forward && start > now+frame:
			return start, true
		case !forward && start < now-again:
			at, ok = start, true
		}
	}
	return at, ok
}

func noSegment(rep *analyzer.Report, forward bool) string {
	if rep != nil {
		for _, s := range rep.Segments {
			if s.Suspicious && forward {
				return "No suspicious segment comes after this place."
			}
			if s.Suspicious {
				return "No suspicious segment comes before this place."
			}
		}
	}
	return "No segment of this track stands out on its own."
}

// loop repeats the segment at the playhead, or ends the loop.
func (r *Review) loop() (player.Command, bool) {
	state := r.sound.State()
	if state.Looping() {
		return player.Unloop{}, true
	}
	if r.track.Report == nil {
		return nil, false
	}
	segments := r.track.Report.Segments
	for i, s := range segments {
		from, to := cell.Seconds(s.StartSec), cell.Seconds(s.EndSec)
		last := i == len(segments)-1 // it is the one at the playhead that has come to the end, too
		if state.Position >= from && (state.Position < to || last) {
			return player.Loop{From: from, To: to}, true
		}
	}
	return nil, false
}
