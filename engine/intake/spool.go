package intake

import (
	"context"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// spoolMark stands between the name of the database and the owner in the name of a copied manifest.
const spoolMark = "-intake-"

// Rereadable reports whether a manifest can be opened again later and be the same: a regular file can, a pipe cannot.
// What does not exist is for others to complain about.
func Rereadable(path string) bool {
	info, err := os.Stat(path)
	return err != nil || info.Mode().IsRegular()
}

// Spool copies a manifest that can be read only once next to the database and gives the absolute path of the copy. The
// name tells which program made it.
func Spool(ctx context.Context, in io.Reader, database, owner string) (path string, err error) {
	f, err := os.CreateTemp(filepath.Dir(database), filepath.Base(database)+spoolMark+url.QueryEscape(owner)+"-*")
	if err != nil {
		return "", err
	}
	defer func() {
		if closeErr := f.Close(); err == nil {
			err = closeErr
		}
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	if _, err = io.Copy(f, &contextReader{ctx, in}); err != nil {
		return "", err
	}
	return filepath.Abs(f.Name())
}

// Spools lists the copies next to a database, each with the program that made it.
func Spools(database string) (ownerOf map[string]string, err error) {
	folder := filepath.Dir(database)
	prefix := filepath.Base(database) + spoolMark
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	ownerOf = map[string]string{}
	for _, entry := range entries {
		name, found := strings.CutPrefix(entry.Name(), prefix)
		if !found {
			continue
		}
		path, err := filepath.Abs(filepath.Join(folder, entry.Name()))
		if err != nil {
			return nil, err
		}
		if end := strings.LastIndexByte(name, '-'); end >= 0 {
			name = name[:end]
		}
		if owner, err := url.QueryUnescape(name); err == nil {
			ownerOf[path] = owner
		}
	}
	return ownerOf, nil
}

// Forget removes our copy of the manifest once nobody will walk the source again.
func (s Source) Forget() {
	if s.Spool {
		_ = os.Remove(LocalPath(s.Manifest)) // one that stays is swept up by a later program
	}
}

// contextReader ends when its context does, also while a terminal or a pipe has nothing to say. The read that waits is
// left to itself, with a buffer that nobody looks at any more.
type contextReader struct {
	ctx context.Context //nolint:containedctx // an adapter for io.Copy
	in  io.Reader
}

func (r *contextReader) Read(p []byte) (int, error) {
	type result struct {
		n   int
		err error
	}
	done := make(chan result, 1)
	go func() {
		n, err := r.in.Read(p)
		done <- result{n, err}
	}()
	select {
	case got := <-done:
		return got.n, got.err
	case <-r.ctx.Done():
		return 0, r.ctx.Err()
	}
}
