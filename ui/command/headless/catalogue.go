package headless

import (
	"context"
	"time"

	"earmark/engine"
	"earmark/ui/command/meter"
)

// Hear measures a catalogue without making a job of it, and shows how far it is. fn takes one recording at a time.
func (s *Session) Hear(ctx context.Context, source engine.Source, fn func(engine.Heard)) error {
	if err := s.HasAudio(ctx, source); err != nil {
		return err
	}
	d := s.display()
	defer d.clear()
	var state meter.State
	var drawn time.Time
	err := s.Engine.Hear(ctx, source, func(h engine.Heard, all int) error {
		state.Done++
		state.Total = int64(all)
		if h.Fault != nil {
			state.Failed++
		}
		if now := time.Now(); now.Sub(drawn) >= frame {
			drawn = now
			d.draw(state)
		}
		fn(h)
		return nil
	})
	if ctx.Err() != nil {
		d.say("stopped: what was measured is kept, and the same command goes on from there")
	}
	return err
}
