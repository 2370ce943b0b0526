package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"earmark/analyzer"
	"earmark/engine/intake"
	"earmark/engine/process"
)

// Heard is one recording of a catalogue. Either Report or Fault is set.
type Heard struct {
	Index    int // in the order of the intake, from 0
	ItemID   string
	Path     string // as the intake writes it; see [LocalPath]
	Metadata json.RawMessage
	Report   *analyzer.Report // as the analyzer made it, by the detector's own thresholds
	Fault    *analyzer.Error
}

// Hear measures what a source holds without making a job of it, and gives each recording to fn, one at a time and in no
// particular order, with the number of all. What fails is a Fault and stops nothing. Reports are found in the store and
// kept there, so that the same source is heard again at the speed of reading its files, and so that one that was cut
// off goes on where it was. As much of a recording is heard as a scan would hear: all of it with [Config.Full].
//
// The engine need not be started, and no job goes on meanwhile unless it is. Hear ends with an error of fn, with ctx,
// or when the database cannot be written or workers cannot be started. Memory grows with the number of items, by some
// hundred bytes each.
func (e *Engine) Hear(ctx context.Context, s Source, fn func(h Heard, all int) error) error {
	if e.broken != nil {
		return e.broken
	}
	source, err := e.origin(ctx, s)
	if err != nil {
		return err
	}
	defer source.Forget()
	var items []intake.Item
	_, err = source.Read(ctx, func(it intake.Item) error {
		items = append(items, it)
		return nil
	})
	if err != nil {
		return err
	}
	pool := e.config.newPool()
	defer func() {
		clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopGrace)
		defer cancel()
		pool.Close(clean)
	}()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan int)
	var hearing sync.WaitGroup
	var one sync.Mutex // fn is called by one worker at a time
	for range min(e.config.Workers, len(items)) {
		hearing.Go(func() {
			for i := range next {
				h, err := e.hear(ctx, pool, items[i])
				if err == nil {
					h.Index = i
					one.Lock()
					err = fn(h, len(items))
					one.Unlock()
				}
				if err != nil {
					cancel(err)
				}
			}
		})
	}
	for i := 0; i < len(items) && ctx.Err() == nil; i++ {
		select {
		case next <- i:
		case <-ctx.Done():
		}
	}
	close(next)
	hearing.Wait()
	return context.Cause(ctx)
}

// hear measures one item. Its errors are no item's fault.
func (e *Engine) hear(ctx context.Context, pool *process.Pool, it intake.Item) (Heard, error) {
	h := Heard{ItemID: it.ID, Path: it.Path, Metadata: it.Metadata}
	if it.Code != "" {
		h.Fault = &analyzer.Error{Code: it.Code, Message: it.Message}
		return h, nil
	}
	report, known, err := e.measure(ctx, task{
		pool: pool, id: it.ID, path: intake.LocalPath(it.Path), full: e.config.Full,
		keep: func(r *analyzer.Report) error { return e.store.KeepReport(ctx, r) },
	})
	if err == nil && known != 0 {
		err = e.persist(ctx, func() (err error) {
			report, err = e.store.Report(ctx, known)
			return err
		})
		err = refused(ctx, err)
	}
	if fault, ok := errors.AsType[*analyzer.Error](err); ok {
		h.Fault = fault
		return h, nil
	}
	if err != nil {
		return h, fmt.Errorf("hear %s: %w", it.ID, err)
	}
	h.Report = report
	return h, nil
}
