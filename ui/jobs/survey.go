package jobs

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"earmark/engine"
	"earmark/ui/cell"
	"earmark/ui/prompt"
)

// survey counts what a source holds, while the name is being typed.
type survey struct {
	seq         int
	running     bool
	startAfter  bool // Enter was pressed before the number was known
	done        bool
	found       engine.Survey
	source      engine.Source
	kind        string // what the path turned out to be
	err         error
	uncountable bool // a pipe: it can be read only once
	updates     chan engine.Survey
	cancel      context.CancelFunc
}

// foundMsg is a number on the way.
type foundMsg struct {
	seq     int
	found   engine.Survey
	updates chan engine.Survey
}

// surveyedMsg is the last number.
type surveyedMsg struct {
	seq    int
	found  engine.Survey
	source engine.Source
	kind   string
	err    error
}

// stop ends a count that nobody needs any more.
func (s *survey) stop() {
	if s.cancel != nil {
		s.cancel()
	}
	*s = survey{seq: s.seq + 1}
}

// count starts counting what the path holds.
func (f *form) count() tea.Cmd {
	f.survey.stop()
	s := &f.survey
	ctx, cancel := context.WithCancel(f.kit.Context)
	s.running, s.cancel = true, cancel
	s.updates = make(chan engine.Survey, 1)
	seq, e, updates, typed := s.seq, f.engine, s.updates, strings.TrimSpace(f.path.Value())
	return tea.Batch(func() tea.Msg {
		defer cancel()
		defer close(updates)
		msg := surveyedMsg{seq: seq}
		msg.source, msg.kind, msg.err = readSource(typed)
		if msg.err == nil {
			msg.found, msg.err = e.Survey(ctx, msg.source, func(found engine.Survey) { latest(updates, found) })
		}
		return msg
	}, next(seq, updates))
}

// latest leaves only the newest number in the channel; it never waits.
func latest(updates chan engine.Survey, found engine.Survey) {
	for {
		select {
		case updates <- found:
			return
		default:
		}
		select {
		case <-updates:
		default:
		}
	}
}

// next waits for the next number on the way.
func next(seq int, updates chan engine.Survey) tea.Cmd {
	return func() tea.Msg {
		found, ok := <-updates
		if !ok {
			return nil
		}
		return foundMsg{seq: seq, found: found, updates: updates}
	}
}

func (s *survey) progress(msg foundMsg) tea.Cmd {
	if msg.seq == s.seq && s.running {
		s.found = msg.found
	}
	return next(msg.seq, msg.updates)
}

func (s *survey) finished(msg surveyedMsg) bool {
	if msg.seq != s.seq || errors.Is(msg.err, context.Canceled) {
		return false
	}
	s.running, s.done = false, true
	s.found, s.source, s.kind, s.err = msg.found, msg.source, msg.kind, msg.err
	s.uncountable = errors.Is(msg.err, engine.ErrSurveyOnce)
	return true
}

// nothing tells, once it has finished, that a job of it would be empty.
func (s *survey) nothing() bool {
	return !s.uncountable && (s.err != nil || s.found.Files+s.found.Failed == 0)
}

// readSource finds out what a path is.
func readSource(typed string) (engine.Source, string, error) {
	if typed == "" {
		return engine.Source{}, "", errors.New("no path yet: type one, Tab completes it")
	}
	path, err := prompt.Absolute(typed)
	if err != nil {
		return engine.Source{}, "", err
	}
	info, err := os.Stat(path)
	if err != nil {
		return engine.Source{}, "", err
	}
	paths := engine.Source{Paths: []string{path}}
	switch ext := strings.ToLower(filepath.Ext(path)); {
	case info.IsDir():
		return paths, "Folder", nil
	case ext == ".m3u" || ext == ".m3u8":
		return paths, "Playlist", nil
	case ext == ".ndjson" || ext == ".jsonl":
		return paths, "Manifest", nil
	case ext == ".json" || ext == ".txt" || ext == "":
		return engine.Source{Manifest: path}, "Manifest", nil
	default:
		return paths, "File", nil
	}
}

// words say what was found, in one or two sentences.
func (s *survey) words() (line string, bad bool) {
	found := s.found
	switch {
	case s.running:
		return "Counting: " + cell.Plural(found.Files, "audio file", "audio files") + " so far" + size(found), false
	case s.uncountable:
		return "A pipe is read once: its lines are counted while the job is made.", false
	case s.err != nil:
		return cell.Clean(s.err.Error()), true
	case !s.done:
		return "", false
	case found.Files == 0 && found.Failed == 0:
		return s.kind + ": no audio file was found.", true
	}
	line = s.kind + ": " + cell.Plural(found.Files, "audio file", "audio files") + size(found)
	if found.Folders > 1 {
		line += " in " + cell.Plural(found.Folders, "folder", "folders")
	}
	for _, part := range []struct {
		n         int64
		one, many string
	}{
		{found.Unreadable, "folder cannot be read", "folders cannot be read"},
		{found.Failed - found.Unreadable, "line or file is not usable", "lines or files are not usable"},
		{found.Other, "other file is left out", "other files are left out"},
		{found.Repeated, "is named twice and taken once", "are named twice and taken once"},
	} {
		if part.n > 0 {
			line += "; " + cell.Plural(part.n, part.one, part.many)
		}
	}
	return line + ".", false
}

func size(found engine.Survey) string {
	if found.Bytes == 0 {
		return ""
	}
	return ", " + cell.Bytes(found.Bytes)
}
