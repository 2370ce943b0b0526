package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"earmark/engine/process"
	"earmark/store"
)

// poll is how often changes by other programs are looked for.
const poll = time.Second

// wake tells the dispatcher that there may be something to claim. Signs merge.
func (e *Engine) wake() {
	select {
	case e.kick <- struct{}{}:
	default:
	}
}

// dispatch claims tracks for free workers until Stop, following the rule of [next].
func (e *Engine) dispatch() {
	defer close(e.drained)
	ended := make(chan ending)
	stopping := e.stopping
	lastClaim, lastBusy := time.Time{}, time.Now()
	stopped, trimmed := false, true
	timer := time.NewTimer(longest)
	defer timer.Stop()
	for {
		now := time.Now()
		e.mu.Lock()
		s := situation{
			workers: e.config.Workers, busy: len(e.running) + len(e.deepening), wishes: len(e.wishes),
			stopping: stopped, halted: e.halted != nil, held: e.held, errors: e.errors, empty: e.empty,
			since: now.Sub(lastClaim), idle: now.Sub(lastBusy), trimmed: trimmed, lease: e.config.Lease,
		}
		e.mu.Unlock()
		if s.busy > 0 {
			lastBusy, trimmed = now, false
		}
		do := next(s)
		switch {
		case do.done:
			return
		case do.claim > 0:
			lastClaim = now
			e.claim(do.claim, ended)
			continue
		case do.deepen:
			e.deepen(ended)
			continue
		case do.trim:
			e.pool.Trim()
			trimmed = true
			continue
		case do.letGo:
			e.letGo()
			continue
		case do.halt:
			continue // claim has said why
		}
		timer.Reset(do.wait)
		select {
		case end := <-ended:
			e.mu.Lock()
			end.forget(end.track)
			e.mu.Unlock()
			e.hub.notify()
		case <-e.kick:
			e.mu.Lock()
			e.empty = false
			e.mu.Unlock()
		case <-stopping:
			stopped, stopping = true, nil
		case <-timer.C:
		}
	}
}

// ending is a track whose worker is free again, and what takes it off the list that it was on.
type ending struct {
	track  store.TrackID
	forget func(store.TrackID)
}

// worked takes a track off the list of what is being analysed.
func (e *Engine) worked(id store.TrackID) { delete(e.running, id) }

// claim takes up to n tracks and starts work on them.
func (e *Engine) claim(n int, ended chan<- ending) {
	claims, err := e.queue.Claim(e.life, e.owner, n, e.config.Lease)
	e.mu.Lock()
	defer e.mu.Unlock()
	if err != nil {
		e.errors++
		e.config.Log.Warn("claim", "attempt", e.errors, "error", err)
		if e.errors >= claimTries {
			e.haltLocked(fmt.Errorf("claim tracks: %w", err))
		}
		return
	}
	e.errors = 0
	e.empty = len(claims) == 0
	for _, c := range claims {
		if _, again := e.running[c.Track]; again {
			continue // our own lease had ended while it ran, and is renewed by this claim
		}
		e.running[c.Track] = c
		e.loops.Go(func() {
			e.work(e.life, c)
			ended <- ending{c.Track, e.worked}
		})
	}
	if len(claims) > 0 {
		e.hub.notify()
	}
}

// halt stops claiming until a person asks for something. The first reason stays.
func (e *Engine) halt(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.haltLocked(err)
}

func (e *Engine) haltLocked(err error) {
	if e.halted == nil {
		e.config.Log.Error("the engine halts", "error", err)
		e.halted = err
		e.held = true
		e.refuseWishes(err)
		e.wake()
		e.hub.notify()
	}
}

// letGo gives back the tracks that were given up when the engine halted; if the database refuses even that, they come
// back at the end of their lease.
func (e *Engine) letGo() {
	if err := e.queue.Release(e.life, e.owner); err != nil {
		e.config.Log.Warn("let tracks go", "error", err)
	}
	e.mu.Lock()
	e.held = false
	e.mu.Unlock()
}

// keep renews leases, watches for changes by other programs and for programs that died, until no track runs any more.
func (e *Engine) keep() {
	watch := time.NewTicker(min(poll, e.config.Lease/4))
	defer watch.Stop()
	renewed, recovered := time.Now(), time.Time{}
	version := int64(-1)
	for {
		if time.Since(recovered) >= e.config.Lease/2 {
			recovered = time.Now()
			e.recover()
		}
		if time.Since(renewed) >= e.config.Lease/3 {
			renewed = time.Now()
			e.renew()
		}
		if v, err := e.store.Version(e.life); err == nil && v != version {
			version = v
			e.sample()
			e.wake()
			e.hub.notify()
		}
		select {
		case <-watch.C:
		case <-e.drained:
			return
		}
	}
}

// renew keeps what is being worked on. What is in our name without that, such as a track that was given up when the
// engine halted, is claimed again at the end of its lease.
func (e *Engine) renew() {
	e.mu.Lock()
	tracks := slices.Collect(maps.Keys(e.running))
	e.mu.Unlock()
	if len(tracks) == 0 {
		return
	}
	if err := e.queue.Renew(e.life, e.owner, tracks, e.config.Lease); err != nil && e.life.Err() == nil {
		e.config.Log.Warn("renew leases", "error", err)
	}
}

// recover frees what dead programs on this host held, cancels what others left of cancelled jobs, and goes on with
// walks that were cut off.
func (e *Engine) recover() {
	err := e.releaseDead(e.life)
	if err == nil {
		err = e.store.SweepCancelled(e.life)
	}
	if err != nil && e.life.Err() == nil {
		e.config.Log.Warn("recover tracks", "error", err)
	}
	if err := e.resumeWalks(e.intake); err != nil && e.intake.Err() == nil {
		e.config.Log.Warn("recover walks", "error", err)
	}
}

func (e *Engine) releaseDead(ctx context.Context) error {
	owners, err := e.store.Owners(ctx)
	if err != nil {
		return err
	}
	for _, owner := range owners {
		if owner == e.owner || !process.Gone(owner) {
			continue
		}
		e.config.Log.Info("tracks of a program that died are queued again", "owner", owner)
		if err := e.queue.Release(ctx, owner); err != nil {
			return err
		}
		e.wake()
	}
	return nil
}

// sample reads how far each job is.
func (e *Engine) sample() {
	jobs, err := e.store.Jobs(e.life)
	if err != nil {
		return // the next change brings another
	}
	e.meters.observe(jobs)
}
