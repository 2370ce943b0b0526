package headless

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"earmark/engine"
	"earmark/store"
	"earmark/ui/cell"
	"earmark/ui/command/console"
	"earmark/ui/command/meter"
	"earmark/ui/command/summary"
)

const (
	frame    = 100 * time.Millisecond // between two drawings of the progress line
	patience = time.Second            // between two looks without a sign that something changed
)

// display is the progress line, or nothing where there is no terminal.
type display struct {
	s   *Session
	bar *meter.Bar // nil: nothing is drawn
}

func (s *Session) display() *display {
	d := &display{s: s}
	if s.Animates() {
		d.bar = meter.NewBar(s.Err)
	}
	return d
}

func (d *display) ticker() *time.Ticker {
	if d.bar == nil {
		return time.NewTicker(patience)
	}
	return time.NewTicker(frame)
}

func (d *display) draw(state meter.State) {
	if d.bar != nil {
		d.bar.Draw(meter.Line(d.s.Theme(d.s.Err), state, console.MeterWidth(d.s.Err)))
	}
}

func (d *display) clear() {
	if d.bar != nil {
		d.bar.Clear()
	}
}

// say writes a message above the line.
func (d *display) say(format string, args ...any) {
	d.clear()
	d.s.Say(format, args...)
}

// Create makes the job, and shows how many files were found meanwhile.
func (s *Session) Create(ctx context.Context, source engine.Source) (store.Job, error) {
	before, err := s.Newest(ctx)
	if err != nil {
		return store.Job{}, err
	}
	type made struct {
		job store.Job
		err error
	}
	done := make(chan made, 1)
	go func() {
		job, err := s.Engine.CreateJob(ctx, source)
		done <- made{job, err}
	}()
	d := s.display()
	defer d.clear()
	tick := d.ticker()
	defer tick.Stop()
	for {
		select {
		case m := <-done:
			return m.job, m.err
		case <-tick.C:
			if job, err := s.Newest(ctx); err == nil && job.ID > before.ID {
				d.draw(meter.State{Finding: true, Total: job.Counts.Total})
			}
		}
	}
}

// Follow shows how a job goes on until it ends, and writes its records to w as they come; nil for none. It gives the
// job as it was last seen.
func (s *Session) Follow(ctx context.Context, id store.JobID, w io.Writer) (store.Job, error) {
	earlier, err := s.earlier(ctx, id)
	if err != nil {
		return store.Job{ID: id}, err
	}
	d := s.display()
	defer d.clear()
	changes, unsubscribe := s.Engine.Changes()
	defer unsubscribe()
	tick := d.ticker()
	defer tick.Stop()
	out := startRecords(ctx, s.Store, id, w)
	paused := false
	for {
		job, err := s.Store.Job(ctx, id)
		if err != nil {
			return store.Job{ID: id}, err
		}
		switch job.Status {
		case store.JobComplete, store.JobCancelled, store.JobFailed:
			return job, out.finish(ctx)
		case store.JobPaused:
			if !paused {
				d.say("%s was paused in another window; waiting for it to go on", id)
			}
		case store.JobQueued, store.JobProcessing:
		}
		paused = job.Status == store.JobPaused
		if err := s.Engine.Err(); err != nil {
			return job, err
		}
		out.more()
		if d.bar != nil {
			d.draw(s.state(ctx, job, earlier))
		}
		select {
		case <-ctx.Done():
			return job, ctx.Err()
		case err := <-out.ended:
			return job, err
		case <-changes:
		case <-tick.C:
		}
	}
}

// earlier gives the unfinished jobs before this one, the oldest first: the engine works on them first. It is told.
func (s *Session) earlier(ctx context.Context, id store.JobID) ([]store.JobID, error) {
	jobs, err := s.Store.Jobs(ctx)
	if err != nil {
		return nil, err
	}
	var ids []store.JobID
	for _, j := range slices.Backward(jobs) {
		if j.ID < id && Working(j) {
			s.Say("%s  %s was left unfinished (%s) and goes first", j.ID, cell.Clean(j.Name), summary.Done(j.Counts))
			ids = append(ids, j.ID)
		}
	}
	return ids, nil
}

// before says how far the first unfinished job before this one is; empty when this one has its turn.
func (s *Session) before(ctx context.Context, earlier []store.JobID) string {
	for _, id := range earlier {
		if j, err := s.Store.Job(ctx, id); err == nil && Working(j) {
			return fmt.Sprintf("%s (%s)", id, summary.Done(j.Counts))
		}
	}
	return ""
}

func (s *Session) state(ctx context.Context, job store.Job, earlier []store.JobID) meter.State {
	p, c := s.Engine.Progress(job.ID), job.Counts
	state := meter.State{
		Finding: !job.Sealed, Done: c.Processed, Total: c.Total, Suspicious: c.Suspicious, Failed: c.Failed,
		Rate: p.Rate, AudioRate: p.AudioRate, Left: p.Left,
	}
	if c.Processed == 0 && p.Workers == 0 {
		state.After = s.before(ctx, earlier)
	}
	return state
}
