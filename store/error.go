package store

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"github.com/mattn/go-sqlite3"
)

// What a caller may want to tell apart, with errors.Is.
var (
	ErrNotFound      = errors.New("not found")
	ErrConflict      = errors.New("not possible in this state")
	ErrLeaseLost     = errors.New("no longer held by this owner")
	ErrNothingToUndo = errors.New("nothing to undo")
	ErrFilter        = errors.New("filter")
	ErrCursor        = errors.New("cursor of another order")

	ErrNewer       = errors.New("written by a newer version of this program")
	ErrNotDatabase = errors.New("not a database of this program")
	ErrReadOnly    = errors.New("cannot be written")
	ErrDiskFull    = errors.New("no space left on its disk")
	ErrLocked      = errors.New("locked by another program")
	ErrDamaged     = errors.New("damaged")
)

// explain turns what SQLite and the file system say into an error that names the file and what to do. Other errors
// pass unchanged.
func (s *Store) explain(err error) error {
	advice, kind := diagnose(err)
	if kind == nil || errors.Is(err, kind) { // nothing to add, or explained already
		return err
	}
	return fmt.Errorf("database %s: %w: %s (%w)", s.path, kind, advice, err)
}

func diagnose(err error) (advice string, kind error) {
	const elsewhere = "or choose another place with --db"
	if lite, ok := errors.AsType[sqlite3.Error](err); ok {
		switch lite.Code {
		case sqlite3.ErrNotADB:
			return "move the file away, " + elsewhere, ErrNotDatabase
		case sqlite3.ErrFull:
			return "free some space, " + elsewhere, ErrDiskFull
		case sqlite3.ErrBusy, sqlite3.ErrLocked, sqlite3.ErrProtocol:
			return "close the program that holds it, and try again", ErrLocked
		case sqlite3.ErrCorrupt, sqlite3.ErrFormat:
			return "keep a copy, then try: sqlite3 FILE .recover", ErrDamaged
		case sqlite3.ErrReadonly, sqlite3.ErrPerm, sqlite3.ErrCantOpen:
			return "check the rights of the file and of its folder, " + elsewhere, ErrReadOnly
		case sqlite3.ErrIoErr:
			if lite.SystemErrno == syscall.ENOSPC || lite.SystemErrno == syscall.EDQUOT {
				return "free some space, " + elsewhere, ErrDiskFull
			}
			return "check the disk, " + elsewhere, ErrReadOnly
		}
		return "", nil
	}
	var file *fs.PathError
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "free some space, " + elsewhere, ErrDiskFull
	case errors.As(err, &file):
		return "check its folder, " + elsewhere, ErrReadOnly
	}
	return "", nil
}

func isBusy(err error) bool {
	lite, ok := errors.AsType[sqlite3.Error](err)
	return ok && (lite.Code == sqlite3.ErrBusy || lite.Code == sqlite3.ErrLocked)
}
