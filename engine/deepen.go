package engine

import (
	"context"
	"fmt"
	"slices"

	"earmark/analyzer"
	"earmark/engine/intake"
	"earmark/store"
)

// wish is a track that somebody looks at and of which only a part was heard.
type wish struct {
	track   store.TrackID
	waiting int           // how many wait for it
	ended   chan struct{} // closed when err is set
	err     error
}

// end answers everybody who waits.
func (w *wish) end(err error) {
	w.err = err
	close(w.ended)
}

// Deepen hears a track in full of which only a part was heard, and puts the new report in the place of the old one. It
// goes before everything that is queued, the one that was asked for last first, and returns when that is done. When ctx
// ends before its turn has come it is given up; once it has begun it is brought to its end, unless the engine is
// stopped. What is the track's own fault is an *[analyzer.Error]; the old report stands then. A track that was heard in
// full already is done.
func (e *Engine) Deepen(ctx context.Context, id store.TrackID) error {
	if _, need, err := e.shallow(ctx, id); !need {
		return err
	}
	w, err := e.wish(id)
	if err != nil {
		return err
	}
	e.wake()
	select {
	case <-w.ended:
		return w.err
	case <-ctx.Done():
		e.mu.Lock()
		defer e.mu.Unlock()
		w.waiting--
		if w.waiting == 0 {
			e.wishes = slices.DeleteFunc(e.wishes, func(other *wish) bool { return other == w })
		}
		return ctx.Err()
	}
}

// wish puts a track on top of the list, unless it is being heard already.
func (e *Engine) wish(id store.TrackID) (*wish, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.stopped || !e.started:
		return nil, ErrStopped
	case e.halted != nil:
		return nil, e.halted
	}
	w := e.deepening[id]
	if w == nil {
		w = &wish{track: id, ended: make(chan struct{})}
		if i := slices.IndexFunc(e.wishes, func(other *wish) bool { return other.track == id }); i >= 0 {
			w = e.wishes[i]
			e.wishes = slices.Delete(e.wishes, i, i+1)
		}
		e.wishes = append(e.wishes, w)
	}
	w.waiting++
	return w, nil
}

// deepen begins with the track on top of the list, for which a worker is free.
func (e *Engine) deepen(ended chan<- ending) {
	e.mu.Lock()
	defer e.mu.Unlock()
	last := len(e.wishes) - 1
	if last < 0 {
		return // given up meanwhile
	}
	w := e.wishes[last]
	e.wishes = e.wishes[:last]
	e.deepening[w.track] = w
	e.loops.Go(func() {
		err := e.heed(e.intake, w.track)
		if e.intake.Err() != nil {
			err = ErrStopped
		}
		w.end(err)
		ended <- ending{w.track, e.deepened}
	})
}

// deepened takes a track off the list of what is being heard in full.
func (e *Engine) deepened(id store.TrackID) { delete(e.deepening, id) }

// heed brings one wish to its end.
func (e *Engine) heed(ctx context.Context, id store.TrackID) error {
	t, need, err := e.shallow(ctx, id) // it may have been done meanwhile
	if !need {
		return err
	}
	_, known, err := e.measure(ctx, task{
		pool: e.pool, id: id.String(), path: intake.LocalPath(t.Path), full: true, sum: t.Report.ContentSHA256,
		keep: func(r *analyzer.Report) error { return e.store.Replace(ctx, id, r) },
	})
	if err == nil && known != 0 {
		err = e.persist(ctx, func() error { return e.store.ReplaceWith(ctx, id, known) })
	}
	return err
}

// shallow reads a track and says whether only a part of it was heard.
func (e *Engine) shallow(ctx context.Context, id store.TrackID) (t store.Track, yes bool, err error) {
	t, err = e.store.Track(ctx, id)
	if err == nil && t.Report == nil {
		err = fmt.Errorf("hear %s in full: it is %s: %w", id, t.Status, store.ErrConflict)
	}
	return t, err == nil && !t.Report.Full, err
}

// refuseWishes answers all who wait for their turn. The caller holds the lock.
func (e *Engine) refuseWishes(err error) {
	for _, w := range e.wishes {
		w.end(err)
	}
	e.wishes = nil
}
