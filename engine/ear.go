package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"
	"unicode/utf8"

	"earmark/analyzer"
	"earmark/engine/intake"
	"earmark/engine/process"
)

// Codes of tracks that fail here.
const (
	CodeChanged  = "file_changed"   // while it was being read
	CodeRefused  = "report_refused" // the store does not take the report
	codeLoad     = "audio_load_failed"
	codeNotFound = "file_not_found"
)

// ear hears recordings with the workers of a pool. It knows no job and no database.
type ear struct {
	config Config
	pool   *process.Pool
}

// recording is a file as it was when its content was read.
type recording struct {
	path string
	info os.FileInfo
	sum  string // SHA-256 of the content, hex
}

// AnalyzeFile gives the report of one file as an engine makes it whose database has these thresholds, nil for none, and
// keeps nothing. Errors are *[analyzer.Error] for what is the file's own fault.
func AnalyzeFile(
	ctx context.Context, c Config, path string, thresholds *analyzer.Thresholds,
) (*analyzer.Report, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	e := ear{c, c.newPool()}
	defer func() {
		now, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopGrace)
		defer cancel()
		e.pool.Close(now)
	}()
	rec, err := e.identify(ctx, path)
	if err != nil {
		return nil, err
	}
	return e.listen(ctx, rec, analyzer.Item{ID: "1", Full: c.Full, Thresholds: thresholds})
}

// identify reads the content of a file.
func (e ear) identify(ctx context.Context, path string) (rec recording, err error) {
	rec.path = path
	if rec.info, err = look(path); err != nil {
		return rec, err
	}
	rec.sum, err = hash(ctx, path, e.limit(rec.info.Size()))
	return rec, err
}

// listen lets a worker hear a recording, as much of it as the item says.
func (e ear) listen(ctx context.Context, rec recording, item analyzer.Item) (*analyzer.Report, error) {
	item.Path, item.ContentSHA256 = rec.path, rec.sum
	if !utf8.ValidString(rec.path) {
		link, remove, err := readable(rec.path)
		if err != nil {
			return nil, err
		}
		defer remove()
		item.Path = link
	}
	r, err := e.pool.Analyze(ctx, item, e.limit(rec.info.Size()))
	if err != nil {
		return nil, err
	}
	// A report is found by the hash of the file from now on: it must not be about other bytes.
	after, err := look(rec.path)
	same := err == nil && after.Size() == rec.info.Size() && after.ModTime().Equal(rec.info.ModTime())
	if !same || r.ContentSHA256 != rec.sum {
		return nil, &analyzer.Error{Code: CodeChanged, Message: "the file changed while it was read: retry it"}
	}
	return r, nil
}

// limit is the time that a file of this size may take, for reading it and again for analysing it.
func (e ear) limit(size int64) time.Duration {
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
		sum, err := analyzer.HashFile(ctx, path)
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
