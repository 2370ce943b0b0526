package engine

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"earmark/analyzer"
	"earmark/engine/intake"
	"earmark/engine/process"
	"earmark/store"
)

// work brings one claimed track to its end. It returns without a result only when ctx has ended or the engine halts:
// then the track is queued again.
func (e *Engine) work(ctx context.Context, c store.Claim) {
	report, known, err := e.analyze(ctx, c)
	switch {
	case err == nil && known != 0:
		err = e.persist(ctx, func() error { return e.queue.FinishWith(ctx, e.owner, c.Track, known) })
		err = refused(ctx, err)
	case err == nil:
		// The report was stored by analyze, before the next track with the same bytes could ask for it.
		e.meters.heard(c.Job, report.HeardSec)
	}
	if fault, ok := errors.AsType[*analyzer.Error](err); ok {
		err = e.persist(ctx, func() error { return e.queue.Fail(ctx, e.owner, c.Track, fault.Code, fault.Message) })
	}
	switch {
	case err == nil, ctx.Err() != nil:
	case errors.Is(err, store.ErrLeaseLost):
		e.config.Log.Warn("another program has the track by now", "track", c.Track)
	default:
		e.halt(err)
	}
}

// analyze gives the report of a track: one that the store has already (known), or a new one, which it stores. Errors
// are *analyzer.Error for what is the track's own fault.
func (e *Engine) analyze(ctx context.Context, c store.Claim) (r *analyzer.Report, known store.ReportID, err error) {
	full, err := e.full(ctx, c.Job)
	if err != nil {
		return nil, 0, err
	}
	return e.measure(ctx, task{
		pool: e.pool, id: c.Track.String(), path: intake.LocalPath(c.Path), full: full,
		keep: func(r *analyzer.Report) error { return e.queue.Finish(ctx, e.owner, c.Track, r) },
	})
}

// full says whether every second of a job's recordings is to be heard.
func (e *Engine) full(ctx context.Context, id store.JobID) (full bool, err error) {
	if e.config.Full {
		return true, nil
	}
	err = e.persist(ctx, func() error {
		job, err := e.store.Job(ctx, id)
		if err != nil {
			return err
		}
		var source intake.Source
		full = json.Unmarshal([]byte(job.Source), &source) == nil && source.Full // else it was made by no engine
		return nil
	})
	return full, err
}

// task is a recording to hear.
type task struct {
	pool *process.Pool
	id   string
	path string
	full bool                           // every second of it
	sum  string                         // what its content has to be; empty: anything
	keep func(r *analyzer.Report) error // stores a new report
}

// measure gives the report of a recording: one that the store has already (known), or a new one, which keep stores
// before the next file with the same bytes can ask for it.
func (e *Engine) measure(ctx context.Context, t task) (r *analyzer.Report, known store.ReportID, err error) {
	ear := ear{e.config, t.pool}
	rec, err := ear.identify(ctx, t.path)
	if err != nil {
		return nil, 0, err
	}
	if t.sum != "" && rec.sum != t.sum {
		return nil, 0, &analyzer.Error{
			Code: CodeChanged, Message: "the file changed since it was analysed: scan it again",
		}
	}
	if err := e.flights.enter(ctx, rec.sum); err != nil {
		return nil, 0, err
	}
	defer e.flights.leave(rec.sum)
	var found bool
	err = e.persist(ctx, func() (err error) {
		known, found, err = e.queue.FindReport(ctx, rec.sum, analyzer.Version(), t.full)
		return err
	})
	if err != nil || found {
		return nil, known, err
	}
	item := analyzer.Item{ID: t.id, Full: t.full}
	err = e.persist(ctx, func() error {
		c, err := e.store.Calibration(ctx, analyzer.Version())
		item.Thresholds = c.Given()
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	if r, err = ear.listen(ctx, rec, item); err != nil {
		return nil, 0, err
	}
	err = e.persist(ctx, func() error { return t.keep(r) })
	return r, 0, refused(ctx, err)
}

// refused is what the store says of one report, which stops no other track: it has a verdict that cannot be, or is the
// known one of these bytes and damaged.
func refused(ctx context.Context, err error) error {
	if err == nil || environment(err) || errors.Is(err, store.ErrLeaseLost) || ctx.Err() != nil {
		return err
	}
	return &analyzer.Error{Code: CodeRefused, Message: err.Error()}
}

// persist repeats what the database refuses for a reason that may pass.
func (e *Engine) persist(ctx context.Context, do func() error) error {
	for n := 1; ; n++ {
		err := do()
		if err == nil || !environment(err) || n == claimTries || ctx.Err() != nil {
			return err
		}
		e.config.Log.Warn("database", "attempt", n, "error", err)
		timer := time.NewTimer(backoff(n))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}

// environment says whether an error of the store is about the database and not about what was to be stored.
func environment(err error) bool {
	for _, kind := range []error{store.ErrDiskFull, store.ErrLocked, store.ErrReadOnly, store.ErrDamaged} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// flights lets one track at a time through for each content.
type flights struct {
	mu  sync.Mutex
	now map[string]chan struct{}
}

func (f *flights) enter(ctx context.Context, sum string) error {
	for {
		f.mu.Lock()
		before, taken := f.now[sum]
		if !taken {
			if f.now == nil {
				f.now = map[string]chan struct{}{}
			}
			f.now[sum] = make(chan struct{})
			f.mu.Unlock()
			return nil
		}
		f.mu.Unlock()
		select {
		case <-before:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (f *flights) leave(sum string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	close(f.now[sum])
	delete(f.now, sum)
}
