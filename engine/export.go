package engine

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"

	"earmark/store"
)

// Formats of an export.
const (
	NDJSON = "ndjson" // one Record a line
	CSV    = "csv"    // one flat row a track, under a line of column names
)

// ErrFormat is the answer for a format that is neither.
var ErrFormat = errors.New("the format is " + NDJSON + " or " + CSV)

// Export writes the processed tracks that match, with their decisions, in the order of their intake. Memory does not
// grow with their number.
//
// In CSV a track that could not be measured has the verdict "not_measured", and a text that a spreadsheet would take
// for a formula (it begins with a tab or line break, or with = + - or @ after blanks, and is no number) gets an
// apostrophe in front.
func Export(ctx context.Context, s *store.Store, f store.Filter, format string, w io.Writer) error {
	out := bufio.NewWriterSize(w, 64<<10)
	write, finish := ndjsonWriter(out)
	switch format {
	case NDJSON:
	case CSV:
		write, finish = csvWriter(out)
	default:
		return fmt.Errorf("%q: %w", format, ErrFormat)
	}
	err := s.Each(ctx, f, store.SortIntake, func(t store.Track) error {
		if t.Status != store.TrackSuccess && t.Status != store.TrackFailed {
			return nil
		}
		return write(NewRecord(t))
	})
	if err != nil {
		return err
	}
	if err := finish(); err != nil {
		return err
	}
	return out.Flush()
}

// ExportFile is [Export] into a file that is complete or not changed at all: it is written under another name in the
// same folder, brought to the disk and renamed. A symbolic link is followed; what is not a regular file, such as a
// device, is written to directly.
func ExportFile(ctx context.Context, s *store.Store, f store.Filter, format, path string) error {
	if format != NDJSON && format != CSV {
		return fmt.Errorf("%q: %w", format, ErrFormat)
	}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	mode, keepMode := fs.FileMode(0o666), false
	switch info, err := os.Stat(path); {
	case err == nil && info.IsDir():
		return fmt.Errorf("export to %s: it is a folder", path)
	case err == nil && !info.Mode().IsRegular():
		return exportTo(ctx, s, f, format, path, os.O_WRONLY, 0)
	case err == nil:
		mode, keepMode = info.Mode().Perm(), true
	}
	temporary := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.%08x.tmp", filepath.Base(path), rand.Uint32()))
	err := exportTo(ctx, s, f, format, temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err == nil && keepMode {
		err = os.Chmod(temporary, mode) // the umask has no say about a file that was there
	}
	if err == nil {
		err = os.Rename(temporary, path)
	}
	if err != nil {
		if !errors.Is(err, fs.ErrExist) {
			_ = os.Remove(temporary)
		}
		return fmt.Errorf("export to %s: %w", path, err)
	}
	if dir, err := os.Open(filepath.Dir(path)); err == nil {
		_ = dir.Sync() // makes the new name last through a power cut; not every file system can
		_ = dir.Close()
	}
	return nil
}

func exportTo(
	ctx context.Context, s *store.Store, filter store.Filter, format, path string, flag int, mode fs.FileMode,
) (err error) {
	f, err := os.OpenFile(path, flag, mode)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := f.Close(); err == nil {
			err = closeErr
		}
	}()
	if err := Export(ctx, s, filter, format, f); err != nil {
		return err
	}
	if flag&os.O_CREATE == 0 {
		return nil // devices and pipes cannot sync
	}
	return f.Sync()
}

func ndjsonWriter(w io.Writer) (write func(Record) error, finish func() error) {
	return func(r Record) error { return r.Write(w, "") }, func() error { return nil }
}
