package review

import (
	"fmt"
	"time"

	"earmark/ui/cell"
	"earmark/ui/player"
)

// heardState is what is heard of the track that is shown; the player may still be at the one before.
func (r *Review) heardState() player.State {
	if r.state.Path != r.on {
		return player.State{
			Opening: true, VolumeDB: r.state.VolumeDB, Muted: r.state.Muted,
			Silent: r.state.Silent, SilentReason: r.state.SilentReason,
		}
	}
	return r.state
}

// length is how long the track is, as the player knows it, else as the report does.
func (r *Review) length() time.Duration {
	if d := r.heardState().Duration; d > 0 {
		return d
	}
	if r.track.Report != nil {
		return cell.Seconds(r.track.Report.Audio.DurationSec)
	}
	return cell.Seconds(r.track.DurationSec)
}

// transportLine is the sound: what it does, where it is, how loud, and what is wrong with it.
func (r *Review) transportLine(w int) string {
	t, s := r.kit.Theme, r.heardState()
	var state string
	switch {
	case s.Err != nil:
		return cell.Fit(t.Error.Render(t.Glyph.Failed+" cannot be played")+r.dot()+
			t.Text.Render(cell.Clean(s.Err.Error())), w)
	case s.Opening:
		state = t.Dim.Render(t.Glyph.Pause + " opening")
	case s.Playing:
		state = t.Playing.Render(t.Glyph.Play + " playing")
	case s.Ended:
		state = t.Dim.Render(t.Glyph.Stop + " ended  ")
	default:
		state = t.Dim.Render(t.Glyph.Pause + " paused ")
	}
	left := state + " " + t.Strong.Render(cell.Clock(s.Position)) + t.Dim.Render(" / "+cell.Clock(r.length()))
	if s.Looping() {
		loop := fmt.Sprintf("%s loop %s–%s", t.Glyph.Loop, cell.Clock(s.LoopFrom), cell.Clock(s.LoopTo))
		left += r.dot() + t.Warn.Render(loop)
	}
	if n := r.segmentAt(s.Position); n >= 0 && r.track.Report.Segments[n].Suspicious {
		left += r.dot() + t.Suspect.Render(fmt.Sprintf("%s this segment stands out", t.Glyph.Suspect))
	}
	right := volumeWords(s)
	if s.Silent {
		right = "silent: " + cell.Clean(s.SilentReason)
		if cell.Width(left)+cell.Width(right) >= w {
			right = "silent: see earmark doctor" // which says the same, and what to do
		}
		right = t.Warn.Render(right)
	} else {
		right = t.Dim.Render(right)
	}
	return cell.Spread(left, right, w)
}

func volumeWords(s player.State) string {
	switch {
	case s.Muted:
		return "muted"
	case s.VolumeDB == 0:
		return "full volume"
	default:
		return fmt.Sprintf("volume %d dB", s.VolumeDB)
	}
}

// segmentAt is the number of the segment at a time, or -1.
func (r *Review) segmentAt(at time.Duration) int {
	if r.track.Report == nil {
		return -1
	}
	for i, s := range r.track.Report.Segments {
		if at >= cell.Seconds(s.StartSec) && at < cell.Seconds(s.EndSec) {
			return i
		}
	}
	return -1
}
