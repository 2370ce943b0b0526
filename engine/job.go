package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"earmark/engine/intake"
	"earmark/store"
)

// CreateJob makes a job of everything that the source holds, and lets the workers begin. An error before the job exists
// gives an empty job. When ctx ends or the engine is stopped on the way, the job is given with the error: it stays
// queued, and its source is walked again, later here or by the next program, unless the job is cancelled. A source that
// cannot be read to its end fails the job.
func (e *Engine) CreateJob(ctx context.Context, s Source) (store.Job, error) {
	if e.broken != nil {
		return store.Job{}, e.broken
	}
	source, err := e.origin(ctx, s)
	if err != nil {
		return store.Job{}, err
	}
	source.Full = e.config.Full
	text, err := json.Marshal(source)
	if err != nil {
		return store.Job{}, err
	}
	name := s.Name
	if name == "" {
		name = source.Name()
	}
	job, err := e.store.CreateJob(ctx, name, string(text))
	if err != nil {
		source.Forget()
		return store.Job{}, err
	}
	err = e.walk(ctx, job.ID, source)
	if now, readErr := e.store.Job(context.WithoutCancel(ctx), job.ID); readErr == nil {
		job = now
	}
	return job, e.command(err)
}

// origin makes paths absolute, and copies what can be read only once.
func (e *Engine) origin(ctx context.Context, s Source) (intake.Source, error) {
	manifest, spooled := s.Manifest, false
	if manifest == "-" || manifest != "" && !intake.Rereadable(manifest) {
		in := s.Stdin
		if manifest != "-" {
			f, err := os.Open(manifest)
			if err != nil {
				return intake.Source{}, err
			}
			defer f.Close() //nolint:errcheck // opened for reading
			in = f
		}
		if in == nil {
			return intake.Source{}, errors.New("no standard input to read a manifest from")
		}
		path, err := intake.Spool(ctx, in, e.store.Path(), e.owner)
		if err != nil {
			return intake.Source{}, fmt.Errorf("copy the manifest: %w", err)
		}
		manifest, spooled = path, true
	}
	source, err := intake.NewSource(s.Paths, manifest)
	source.Owner, source.Spool = e.owner, spooled
	if spooled && err == nil {
		var base string
		base, err = os.Getwd()
		source.Base = intake.StorePath(base)
	}
	if spooled && err != nil {
		intake.Source{Manifest: intake.StorePath(manifest), Spool: true}.Forget()
	}
	return source, err
}

// Pause lets the running tracks of a job finish and claims no more of it.
func (e *Engine) Pause(ctx context.Context, id store.JobID) error {
	return e.command(e.store.SetJobStatus(ctx, id, store.JobPaused))
}

// Resume lets a paused job go on.
func (e *Engine) Resume(ctx context.Context, id store.JobID) error {
	return e.command(e.store.SetJobStatus(ctx, id, store.JobProcessing))
}

// Cancel ends a job for good: its walk ends, running tracks finish, the others are cancelled.
func (e *Engine) Cancel(ctx context.Context, id store.JobID) error {
	err := e.store.SetJobStatus(ctx, id, store.JobCancelled)
	if err == nil {
		e.mu.Lock()
		if end := e.walking[id]; end != nil {
			end()
		}
		e.mu.Unlock()
	}
	return e.command(err)
}

// Retry queues the failed tracks of a job again and says how many they were. A source that was not read to its end is
// read again first: until then nothing of the job is analysed. One that is gone by now is refused.
func (e *Engine) Retry(ctx context.Context, id store.JobID) (int64, error) {
	job, err := e.store.Job(ctx, id)
	if err != nil {
		return 0, err
	}
	var source intake.Source
	unread := !job.Sealed && job.Status != store.JobCancelled
	if unread {
		if err = json.Unmarshal([]byte(job.Source), &source); err == nil {
			err = source.Check()
		}
		if err != nil {
			return 0, fmt.Errorf("retry %s: its source was not read to its end, and cannot be read again (%w): "+
				"scan it again, as a new job", id, err)
		}
	}
	n, err := e.store.RetryFailed(ctx, id)
	if err == nil && unread {
		if err = e.walk(ctx, id, source); errors.Is(err, errWalking) {
			err = nil
		}
	}
	return n, e.command(err)
}

// command follows a change that a person made: whatever halted the engine is tried again.
func (e *Engine) command(err error) error {
	if err == nil {
		e.mu.Lock()
		e.halted, e.errors = nil, 0
		e.mu.Unlock()
		e.wake()
		e.hub.notify()
	}
	return err
}

// Wait returns a job once it is complete, cancelled or failed. It gives up when ctx ends or the engine has halted, and
// gives the job as it is then.
func (e *Engine) Wait(ctx context.Context, id store.JobID) (store.Job, error) {
	changes, unsubscribe := e.Changes()
	defer unsubscribe()
	tick := time.NewTicker(time.Second) // for changes by other programs while this engine is not started
	defer tick.Stop()
	for {
		job, err := e.store.Job(ctx, id)
		if err != nil {
			return job, err
		}
		switch job.Status {
		case store.JobComplete, store.JobCancelled, store.JobFailed:
			return job, nil
		case store.JobQueued, store.JobProcessing, store.JobPaused:
		}
		if err := e.Err(); err != nil {
			return job, err
		}
		select {
		case <-ctx.Done():
			return job, ctx.Err()
		case <-changes:
		case <-tick.C:
		}
	}
}
