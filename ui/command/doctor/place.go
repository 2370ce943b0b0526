package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"earmark/store"
	"earmark/ui/cell"
)

// Configuration reports how the configuration file was read; err is what was wrong with it.
func Configuration(path string, err error) Check {
	return func(context.Context) Finding {
		f := Finding{Thing: "configuration", State: OK, Found: path}
		if _, statErr := os.Stat(path); errors.Is(statErr, fs.ErrNotExist) {
			f.Found = "none, and none is needed (" + path + ")"
		}
		if err != nil {
			f.State, f.Found = Broken, err.Error()
			f.Todo = "mend that line, or move the file away; earmark help configuration shows an example"
		}
		return f
	}
}

// Database opens the database, if there is one, and reads through it.
func Database(path string) Check {
	return func(ctx context.Context) Finding {
		f := Finding{Thing: "database", State: OK}
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			f.Found = "none yet; the first scan makes " + path
			return f
		}
		s, err := store.Open(ctx, path)
		if err != nil {
			f.State, f.Found = Broken, err.Error() // which says what to do
			return f
		}
		defer s.Close()
		h, err := s.Check(ctx)
		switch {
		case err != nil:
			f.State, f.Found = Broken, err.Error()
		case h.QuickCheck != "ok":
			f.State, f.Found = Broken, fmt.Sprintf("%s is damaged: %s", h.Path, h.QuickCheck)
			f.Todo = fmt.Sprintf("keep a copy of it, then try: sqlite3 %s .recover | sqlite3 new.db", h.Path)
		default:
			f.Found = fmt.Sprintf("%s: schema %d, %s, quick check ok, SQLite %s", h.Path, h.SchemaVersion,
				cell.Bytes(h.SizeBytes), h.SQLiteVersion)
		}
		return f
	}
}

// Sound opens the sound device by open, which may print to standard error from C and may never return.
func Sound(open func() error) Check {
	return func(ctx context.Context) Finding {
		f := Finding{Thing: "sound", State: OK, Found: "a sound device opens"}
		done := make(chan error, 1)
		go func() { done <- open() }()
		timer := time.NewTimer(patience)
		defer timer.Stop()
		select {
		case err := <-done:
			if err != nil {
				f.State, f.Found = Note, err.Error()
				f.Todo = "scanning needs no sound; in the workstation the playhead moves in silence"
			}
		case <-timer.C:
			f.State, f.Found = Note, fmt.Sprintf("the sound device has not answered for %s", patience)
			f.Todo = "start PipeWire or PulseAudio again; scanning needs no sound"
		case <-ctx.Done():
		}
		return f
	}
}

// TerminalInfo is what is known of the terminal.
type TerminalInfo struct {
	Is            bool
	Width, Height int
	Name          string // TERM
	Colors        string // in words
	UTF8          bool
}

// The least size that the screens are made for.
const leastWidth, leastHeight = 80, 24

// Terminal reports the terminal.
func Terminal(t TerminalInfo) Check {
	return func(context.Context) Finding {
		f := Finding{Thing: "terminal", State: OK}
		if !t.Is {
			f.State, f.Found = Note, "standard input or output is no terminal"
			f.Todo = "the workstation needs one; scan and the other commands do not"
			return f
		}
		set := "UTF-8"
		if !t.UTF8 {
			set = "no UTF-8"
			f.State, f.Todo = Note, "set LANG to a UTF-8 locale, such as C.UTF-8, for finer curves and signs"
		}
		if t.Width < leastWidth || t.Height < leastHeight {
			f.State = Note
			f.Todo = fmt.Sprintf("make the window at least %d×%d", leastWidth, leastHeight)
		}
		if t.Name == "" || t.Name == "dumb" {
			f.State, f.Todo = Note, "set TERM, such as xterm-256color"
		}
		f.Found = fmt.Sprintf("%s, %d×%d, %s, %s", orNone(t.Name), t.Width, t.Height, t.Colors, set)
		return f
	}
}

func orNone(text string) string {
	if text == "" {
		return "TERM is not set"
	}
	return text
}
