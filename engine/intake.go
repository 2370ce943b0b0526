package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"earmark/engine/intake"
	"earmark/engine/process"
	"earmark/store"
)

// batch is how many tracks are added in one transaction.
const batch = 1000

// Source says what a job is made of.
type Source struct {
	Paths    []string  // folders, files, playlists (.m3u, .m3u8) and manifests (.ndjson, .jsonl)
	Manifest string    // a manifest whatever its name is; "-" reads Stdin
	Stdin    io.Reader // used when Manifest is "-"; relative paths in it are relative to the working directory
	Name     string    // of the job; empty: made from what is named above
}

// Survey is what a source holds, counted before a job is made of it.
type Survey = intake.Tally

// ErrSurveyOnce is the answer for a manifest that can be read only once, such as standard input.
var ErrSurveyOnce = errors.New("a manifest from a pipe cannot be counted before it is read")

// Survey counts files and bytes without keeping anything. found may be nil; it is called every few hundred files.
func (e *Engine) Survey(ctx context.Context, s Source, found func(Survey)) (Survey, error) {
	if s.Manifest == "-" || s.Manifest != "" && !intake.Rereadable(s.Manifest) {
		return Survey{}, ErrSurveyOnce
	}
	source, err := intake.NewSource(s.Paths, s.Manifest)
	if err != nil {
		return Survey{}, err
	}
	return source.Survey(ctx, found)
}

// LocalPath turns the path of a track, as the store keeps it, into what the operating system takes. They differ only
// for names that are not UTF-8.
func LocalPath(stored string) string { return intake.LocalPath(stored) }

// Describe says in a few words what a job's Source (see [store.Job]) asked for.
func Describe(source string) string {
	var s intake.Source
	if json.Unmarshal([]byte(source), &s) != nil {
		return source
	}
	return s.String()
}

// ErrCancelled is the answer of CreateJob for a job that was cancelled while its source was walked.
var ErrCancelled = errors.New("the job was cancelled")

// walk adds the tracks of a job and seals it. One walk of a job at a time runs in this engine. One that is cut off is
// repeated later, if the job still wants it.
func (e *Engine) walk(ctx context.Context, id store.JobID, source intake.Source) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(e.intake, cancel)() //nolint:contextcheck // Stop ends walks, whoever asked for them
	if err := e.beginWalk(id, cancel); err != nil {
		return err
	}
	defer func() { e.endWalk(id, err != nil) }()
	err = e.addTracks(ctx, id, source)
	if err == nil {
		err = e.store.SealJob(ctx, id)
	}
	if err == nil {
		source.Forget()
		return nil
	}
	job, readErr := e.store.Job(context.WithoutCancel(ctx), id)
	switch {
	case readErr != nil:
		return err
	case job.Status == store.JobCancelled:
		source.Forget()
		return ErrCancelled
	case job.Sealed: // by another program that walked it too
		source.Forget()
		return nil
	case e.intake.Err() != nil:
		return ErrStopped
	case ctx.Err() != nil, environment(err):
		return err
	}
	if failErr := e.store.FailJob(ctx, id, err.Error()); failErr != nil {
		return errors.Join(err, failErr)
	}
	source.Forget()
	e.hub.notify()
	return err
}

var errWalking = errors.New("its source is being walked already")

func (e *Engine) beginWalk(id store.JobID, cancel context.CancelFunc) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.stopped:
		return ErrStopped
	case e.walking[id] != nil:
		return fmt.Errorf("%s: %w", id, errWalking)
	}
	e.walking[id] = cancel
	e.walks.Add(1)
	return nil
}

func (e *Engine) endWalk(id store.JobID, cutOff bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.walking, id)
	if cutOff {
		e.cutOff[id] = true
	}
	e.walks.Done()
}

func (e *Engine) addTracks(ctx context.Context, id store.JobID, source intake.Source) error {
	tracks := make([]store.NewTrack, 0, batch)
	flush := func() error {
		if err := e.store.AddTracks(ctx, id, tracks); err != nil {
			return err
		}
		tracks = tracks[:0]
		e.hub.notify()
		return nil
	}
	_, err := source.Read(ctx, func(it intake.Item) error {
		tracks = append(tracks, store.NewTrack{
			ItemID: it.ID, Path: it.Path, Metadata: it.Metadata, ErrorCode: it.Code, ErrorMessage: it.Message,
		})
		if len(tracks) == batch {
			return flush()
		}
		return nil
	})
	if err == nil && len(tracks) > 0 {
		err = flush()
	}
	return err
}

// resumeWalks goes on with jobs whose walk was cut off: by the death of its program, or here by the end of its context.
func (e *Engine) resumeWalks(ctx context.Context) error {
	spools, err := intake.Spools(e.store.Path())
	if err != nil {
		return err
	}
	jobs, err := e.store.UnsealedJobs(ctx)
	if err != nil {
		return err
	}
	needed := map[string]bool{}
	for _, job := range jobs {
		var source intake.Source
		if err := json.Unmarshal([]byte(job.Source), &source); err != nil {
			continue // not made by an engine
		}
		needed[intake.LocalPath(source.Manifest)] = true
		e.mu.Lock()
		free := e.walking[job.ID] == nil && !e.stopped && (e.cutOff[job.ID] || process.Gone(source.Owner))
		if free {
			delete(e.cutOff, job.ID)
		}
		e.mu.Unlock()
		if !free {
			continue
		}
		e.config.Log.Info("walk a source again", "job", job.ID, "source", Describe(job.Source))
		go func() { // walk counts itself: Stop waits for it
			if err := e.walk(e.intake, job.ID, source); err != nil && e.intake.Err() == nil {
				e.config.Log.Warn("walk a source again", "job", job.ID, "error", err)
			}
			e.wake()
			e.hub.notify()
		}()
	}
	for path, owner := range spools {
		if !needed[path] && process.Gone(owner) {
			_ = os.Remove(path)
		}
	}
	return nil
}
