package doctor

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"earmark/engine"
	"earmark/store"
	"earmark/ui/cell"
	"earmark/ui/theme"
)

func TestExamineGoesOnAndTellsWhatIsBroken(t *testing.T) {
	finding := func(s State) Check { return func(context.Context) Finding { return Finding{State: s} } }
	for _, c := range []struct {
		states []State
		broken bool
	}{{[]State{OK, Note}, false}, {[]State{Broken, OK}, true}} {
		var checks []Check
		for _, s := range c.states {
			checks = append(checks, finding(s))
		}
		told := 0
		broken, err := Examine(t.Context(), checks, func(Finding) { told++ })
		if broken != c.broken || err != nil || told != 2 {
			t.Errorf("%v: broken %v, %v, %d told", c.states, broken, err, told)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Examine(ctx, []Check{finding(OK)}, func(Finding) { t.Error("told") })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}

func TestWrite(t *testing.T) {
	f := Finding{Thing: "sound", State: Note, Found: strings.Repeat("words ", 30), Todo: "do \x1b[2Jthis"}
	for _, width := range []int{0, 30, 80} {
		var out strings.Builder
		Write(&out, f, theme.Plain(), width)
		for line := range strings.Lines(out.String()) {
			if w := cell.Width(strings.TrimSuffix(line, "\n")); width >= 43 && w > width {
				t.Errorf("%d cells: %q", w, line)
			}
		}
		text := out.String()
		if !strings.HasPrefix(text, "sound          note    words") || !strings.Contains(text, "→ do this\n") {
			t.Errorf("%q", text)
		}
	}
}

func TestVersions(t *testing.T) {
	for version, want := range map[string]bool{
		"libsndfile-1.2.0": true, "libsndfile-1.1.0": true, "libsndfile-1.0.31": false, "libsndfile-2.0": true,
		"": false, "libsndfile-x": false,
	} {
		if got := sndfileHasMP3(version); got != want {
			t.Errorf("%s: %v", version, got)
		}
	}
	for text, want := range map[string]string{
		"ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000\nbuilt": "5.1.9-0+deb12u1",
		"": "unknown version", "x": "unknown version",
	} {
		if got := ffmpegVersion(text); got != want {
			t.Errorf("%q: %s", text, got)
		}
	}
}

func TestDatabase(t *testing.T) {
	dir := t.TempDir()
	good, none := filepath.Join(dir, "good.db"), filepath.Join(dir, "none.db")
	foreign := filepath.Join(dir, "foreign.db")
	s, err := store.Open(t.Context(), good)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(foreign, []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]struct {
		state State
		found string
	}{good: {OK, "quick check ok"}, none: {OK, "none yet"}, foreign: {Broken, "foreign.db"}} {
		if f := Database(path)(t.Context()); f.State != want.state || !strings.Contains(f.Found, want.found) {
			t.Errorf("%s: %+v", path, f)
		}
	}
	if _, err := os.Stat(none); err == nil {
		t.Error("a database was made")
	}
}

func TestSound(t *testing.T) {
	if f := Sound(func() error { return nil })(t.Context()); f.State != OK {
		t.Errorf("%+v", f)
	}
	if f := Sound(func() error { return errors.New("no card") })(t.Context()); f.State != Note || f.Found != "no card" {
		t.Errorf("%+v", f)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	hang := make(chan struct{})
	defer close(hang)
	Sound(func() error { <-hang; return nil })(ctx) // returns
}

func TestTerminal(t *testing.T) {
	fine := TerminalInfo{Is: true, Width: 80, Height: 24, Name: "xterm", Colors: "true color", UTF8: true}
	small, ascii, dumb, none := fine, fine, fine, fine
	small.Width, ascii.UTF8, dumb.Name, none.Is = 79, false, "dumb", false
	for name, c := range map[string]struct {
		info  TerminalInfo
		state State
		todo  string
	}{
		"fine": {fine, OK, ""}, "small": {small, Note, "80×24"}, "ascii": {ascii, Note, "UTF-8"},
		"dumb": {dumb, Note, "TERM"}, "none": {none, Note, "workstation"},
	} {
		if f := Terminal(c.info)(t.Context()); f.State != c.state || !strings.Contains(f.Todo, c.todo) {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestConfiguration(t *testing.T) {
	const path = "/none/config.toml"
	if f := Configuration(path, nil)(t.Context()); f.State != OK || !strings.Contains(f.Found, "none is needed") {
		t.Errorf("%+v", f)
	}
	if f := Configuration(path, errors.New("c:2: x"))(t.Context()); f.State != Broken || f.Found != "c:2: x" {
		t.Errorf("%+v", f)
	}
}

func TestWorker(t *testing.T) {
	record := func(seconds float64) engine.Record {
		var r engine.Record
		r.Audio.DurationSec = &seconds
		return r
	}
	for name, c := range map[string]struct {
		record engine.Record
		err    error
		state  State
	}{
		"fine":         {record(12), nil, OK},
		"wrong length": {record(6), nil, Broken},
		"no worker":    {engine.Record{}, errors.New("x"), Broken},
		"failed":       {engine.Record{Error: new("audio_load_failed"), ErrorMessage: new("why")}, nil, Broken},
	} {
		f := Worker(func(_ context.Context, path string) (engine.Record, error) {
			data, err := os.ReadFile(path)
			if err != nil || int(binary.LittleEndian.Uint32(data[4:]))+8 != len(data) {
				t.Errorf("tone: %d bytes, %v", len(data), err)
			}
			return c.record, c.err
		})(t.Context())
		if f.State != c.state || (f.Todo == "") != (c.state == OK) {
			t.Errorf("%s: %+v", name, f)
		}
	}
}
