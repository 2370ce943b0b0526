package engine

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"
	"unicode/utf8"

	"earmark/analyzer"
	"earmark/engine/intake"
	"earmark/engine/process"
	"earmark/store"
)

// Codes of tracks that fail here.
const (
	CodeChanged  = "file_changed"   // while it was being read
	CodeRefused  = "report_refused" // the store does not take the report
	codeLoad     = "audio_load_failed"
	codeNotFound = "file_not_found"
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
	path := t.path
	before, err := look(path)
	if err != nil {
		return nil, 0, err
	}
	limit := e.limit(before.Size())
	sum, err := hash(ctx, path, limit)
	if err != nil {
		return nil, 0, err
	}
	if t.sum != "" && sum != t.sum {
		return nil, 0, &analyzer.Error{
			Code: CodeChanged, Message: "the file changed since it was analysed: scan it again",
		}
	}
	if err := e.flights.enter(ctx, sum); err != nil {
		return nil, 0, err
	}
	defer e.flights.leave(sum)
	var found bool
	err = e.persist(ctx, func() (err error) {
		known, found, err = e.queue.FindReport(ctx, sum, analyzer.Version(), t.full)
		return err
	})
	if err != nil || found {
		return nil, known, err
	}
	item := analyzer.Item{ID: t.id, Path: path, ContentSHA256: sum, Full: t.full}
	if !utf8.ValidString(path) {
		link, remove, err := readable(path)
		if err != nil {
			return nil, 0, err
		}
		defer remove()
		item.Path = link
	}
	if r, err = t.pool.Analyze(ctx, item, limit); err != nil {
		return nil, 0, err
	}
	// A report is found by the hash of the file from now on: it must not be about other bytes.
	after, err := look(path)
	same := err == nil && after.Size() == before.Size() && after.ModTime().Equal(before.ModTime())
	if !same || r.ContentSHA256 != sum {
		return nil, 0, &analyzer.Error{Code: CodeChanged, Message: "the file changed while it was read: retry it"}
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

// limit is the time that a file of this size may take, for reading it and again for analysing it.
func (e *Engine) limit(size int64) time.Duration {
	if e.config.TrackTimeout > 0 {
		return e.config.TrackTimeout
	}
	const base, eachMegabyte = time.Minute, 2 * time.Second
	return base + time.Duration(float64(size)/1e6*float64(eachMegabyte))
}

// look is stat with the reason why a file cannot be analysed. Folders come here from a retry of what was unreadable.
func look(path string) (os.FileInfo, error) {
	if path == "" {
		return nil, &analyzer.Error{Code: codeNotFound, Message: "the item names no file"}
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, &analyzer.Error{Code: codeNotFound, Message: "the file is not there: bring it back and retry"}
	case err != nil:
		return nil, &analyzer.Error{Code: codeLoad, Message: "the file cannot be read: " + cause(err)}
	case info.IsDir():
		return nil, &analyzer.Error{
			Code:    intake.CodeFolderUnreadable,
			Message: "a folder: make a new job to read what is in it",
		}
	}
	return info, nil
}

func cause(err error) string {
	if pathErr, ok := errors.AsType[*os.PathError](err); ok {
		return pathErr.Err.Error()
	}
	return err.Error()
}

// hash reads the file in a goroutine of its own: a read from a network disk that is gone may never return, and must not
// keep a worker's place.
func hash(ctx context.Context, path string, limit time.Duration) (string, error) {
	type result struct {
		sum string
		err error
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	done := make(chan result, 1)
	go func() {
		sum, err := analyzer.HashFile(ctx, path, 0)
		done <- result{sum, err}
	}()
	var r result
	select {
	case r = <-done:
	case <-ctx.Done():
		r.err = ctx.Err()
	}
	if errors.Is(r.err, context.DeadlineExceeded) {
		r.err = &analyzer.Error{
			Code:    process.CodeTimeLimit,
			Message: "the file could not be read within " + limit.String(),
		}
	}
	return r.sum, r.err
}

// readable gives a path in UTF-8 that leads to a file whose name is not: the worker protocol is JSON.
func readable(path string) (link string, remove func(), err error) {
	dir, err := os.MkdirTemp("", "earmark-")
	if err == nil {
		link = filepath.Join(dir, "track")
		err = os.Symlink(path, link)
	}
	if err != nil {
		_ = os.RemoveAll(dir)
		return "", nil, &analyzer.Error{
			Code:    codeLoad,
			Message: "its name is not UTF-8, and no temporary link to it could be made: " + cause(err),
		}
	}
	return link, func() { _ = os.RemoveAll(dir) }, nil
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
