package headless

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"earmark/engine"
	"earmark/store"
	"earmark/ui/cell"
	"earmark/ui/command/summary"
)

// Begin starts the engine and makes a job. A source without a single recording is refused, and makes none.
func (s *Session) Begin(ctx context.Context, source engine.Source) (store.Job, error) {
	if err := s.HasAudio(ctx, source); err != nil {
		return store.Job{}, err
	}
	if err := s.Engine.Start(ctx); err != nil {
		return store.Job{}, err
	}
	job, err := s.Create(ctx, source)
	if err != nil {
		return job, err
	}
	s.Say("%s  %s: %s", job.ID, cell.Clean(job.Name), cell.Plural(job.Counts.Total, "file", "files"))
	return job, nil
}

// GoOn starts the engine and goes on with a job that was interrupted or paused.
func (s *Session) GoOn(ctx context.Context, job store.Job) (store.Job, error) {
	switch job.Status {
	case store.JobCancelled, store.JobFailed:
		return store.Job{}, fmt.Errorf("%s was %s, and does not go on: make a new job with %s", job.ID, job.Status,
			s.Again("scan"))
	case store.JobPaused:
		if err := s.Engine.Resume(ctx, job.ID); err != nil {
			return job, err
		}
	case store.JobQueued, store.JobProcessing, store.JobComplete:
	}
	s.Say("%s  %s: %s done", job.ID, cell.Clean(job.Name), summary.Done(job.Counts))
	return job, s.Engine.Start(ctx)
}

// HasAudio refuses a source without a single item, so that it leaves no empty job behind.
func (s *Session) HasAudio(ctx context.Context, source engine.Source) error {
	look, enough := context.WithCancel(ctx)
	defer enough()
	found, err := s.Engine.Survey(look, source, func(t engine.Survey) {
		if t.Files+t.Failed > 0 {
			enough()
		}
	})
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case look.Err() != nil, errors.Is(err, engine.ErrSurveyOnce):
		return nil
	case err != nil:
		return err
	case found.Files+found.Failed == 0:
		return fmt.Errorf("no recordings in %s: nothing there ends in .mp3, .wav, .flac, .m4a or the like",
			strings.Join(append(source.Paths, nonEmpty(source.Manifest)...), ", "))
	}
	return nil
}

func nonEmpty(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// Explain turns the end of a run into what is told. An interrupted job stays, and the message says how to go on.
func (s *Session) Explain(ctx context.Context, job store.Job, err error) error {
	if job.ID == 0 {
		return err
	}
	now, readErr := s.Store.Job(context.WithoutCancel(ctx), job.ID)
	if readErr == nil {
		job = now
	}
	stands := fmt.Sprintf("%s of %s is done and kept; go on with: %s", summary.Done(job.Counts), job.ID,
		s.Again("scan --resume "+job.ID.String()))
	switch {
	case ctx.Err() != nil:
		s.Say("stopped: %s", stands)
		return err
	case job.Status == store.JobFailed:
		return fmt.Errorf("%s failed: %s", job.ID, cell.Clean(job.Error))
	default:
		return fmt.Errorf("%w\n%s", err, stands)
	}
}
