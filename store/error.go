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
	kind, advice := diagnose(err)
	if kind == nil || errors.Is(err, kind) { // nothing to add, or explained already
		return err
	}
	return fmt.Errorf("database %s: %w: %s (%w)", s.path, kind, advice, err)
}

func diagnose(err error) (kind error, advice string) {
	const elsewhere = "or choose another place with --db"
	var lite sqlite3.Error
	if errors.As(err, &lite) {
		switch lite.Code {
		case sqlite3.ErrNotADB:
			return ErrNotDatabase, "move the file away, " + elsewhere
		case sqlite3.ErrFull:
			return ErrDiskFull, "free some space, " + elsewhere
		case sqlite3.ErrBusy, sqlite3.ErrLocked, sqlite3.ErrProtocol:
			return ErrLocked, "close the program that holds it, and try again"
		case sqlite3.ErrCorrupt, sqlite3.ErrFormat:
			return ErrDamaged, "keep a copy, then try: sqlite3 FILE .recover"
		case sqlite3.ErrReadonly, sqlite3.ErrPerm, sqlite3.ErrCantOpen:
			return ErrReadOnly, "check the rights of the file and of its folder, " + elsewhere
		case sqlite3.ErrIoErr:
			if lite.SystemErrno == syscall.ENOSPC || lite.SystemErrno == syscall.EDQUOT {
				return ErrDiskFull, "free some space, " + elsewhere
			}
			return ErrReadOnly, "check the disk, " + elsewhere
		}
		return nil, ""
	}
	var file *fs.PathError
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return ErrDiskFull, "free some space, " + elsewhere
	case errors.As(err, &file):
		return ErrReadOnly, "check its folder, " + elsewhere
	}
	return nil, ""
}

func isBusy(err error) bool {
	var lite sqlite3.Error
	return errors.As(err, &lite) && (lite.Code == sqlite3.ErrBusy || lite.Code == sqlite3.ErrLocked)
}
