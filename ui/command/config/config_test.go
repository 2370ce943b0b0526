package config

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"earmark/ui/keys"
)

func TestRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.toml")
	text := `
reviewer = " Anna "
db = "queue/earmark.db"
workers = 3
time_limit = "90s"
memory_limit = "1.5 GB"
full = true
volume = -12

[keys]
decide-ai = "y"
queue.open = ["enter", "v"]
"review.open" = []
`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Read(path, false)
	if err != nil {
		t.Fatal(err)
	}
	if c.Reviewer != "Anna" || c.DB != filepath.Join(filepath.Dir(path), "queue", "earmark.db") || c.Workers != 3 ||
		c.TimeLimit != 90*time.Second || c.MemoryLimit != 1_500_000_000 || c.VolumeDB != -12 || !c.Full {
		t.Errorf("read %+v", c)
	}
	press := func(scope keys.Scope, key rune) keys.Verb {
		v, _ := c.Keys.Verb(scope, tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{key}})
		return v
	}
	if got := press(keys.ScopeReview, 'y'); got != keys.DecideAI {
		t.Errorf("y is %q", got)
	}
	if got := press(keys.ScopeQueue, 'v'); got != keys.Open {
		t.Errorf("v is %q", got)
	}
}

func TestMissingFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.toml")
	if c, err := Read(path, true); err != nil || !reflect.DeepEqual(c, Config{}) {
		t.Errorf("optional: %+v, %v", c, err)
	}
	if _, err := Read(path, false); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("asked for by name: %v", err)
	}
}

func TestMistakesNameLineAndRemedy(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		line int
		want []string
	}{
		"unknown key":     {"reviewer = \"a\"\n\nworker = 2\n", 3, []string{`"worker"`, "did you mean workers?"}},
		"far from all":    {"colour-of-the-sky = 2", 1, []string{"there are reviewer, db"}},
		"unknown table":   {"volume = 0\n[player]\nrate = 3\n", 2, []string{`"player"`}},
		"type":            {"workers = \"two\"\n", 1, []string{"workers", "from 1 to 256"}},
		"syntax":          {"volume = 0\nworkers = \n", 2, []string{"value"}},
		"syntax, open":    {"reviewer = \"a\n", 1, []string{"newline"}},
		"twice":           {"volume = 0\nvolume = 0\n", 2, []string{"volume"}},
		"workers 0":       {"workers = 0", 1, []string{"from 1 to 256"}},
		"time":            {"# x\ntime_limit = \"10\"\n", 2, []string{`"10"`, "5m"}},
		"time too short":  {"time_limit = \"10ms\"\n", 1, []string{"at least 1s"}},
		"memory":          {"memory_limit = \"lots\"\n", 1, []string{"800MB"}},
		"memory too low":  {"memory_limit = \"1MB\"\n", 1, []string{"at least 64MB"}},
		"full":            {"full = \"yes\"\n", 1, []string{"full", "true or false"}},
		"volume":          {"volume = 3\n", 1, []string{"-60 to 0"}},
		"unknown action":  {"[keys]\nnote = \"N\"\ndecide-ia = \"y\"\n", 3, []string{"did you mean decide-ai?"}},
		"unknown, quoted": {"[keys]\n\"queue.opne\" = \"y\"\n", 2, []string{"did you mean queue.open?"}},
		"clash":           {"[keys]\nzoom-in = \"F\"\nnote = \"a\"\n", 3, []string{"review.decide-ai", "review.note"}},
		"no key":          {"[keys]\nnote = 3\n", 2, []string{"in quotes"}},
		"no key, list":    {"[keys]\nnote = [\"a\", 3]\n", 2, []string{"in quotes"}},
		"keys no table":   {"keys = 3\n", 1, []string{"keys"}},
	} {
		_, err := parse("c.toml", []byte(c.text))
		var mistake *Error
		if !errors.As(err, &mistake) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if mistake.Line != c.line || mistake.Path != "c.toml" {
			t.Errorf("%s: line %d, want %d: %v", name, mistake.Line, c.line, err)
		}
		for _, word := range c.want {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("%s: %q lacks %q", name, err, word)
			}
		}
		if strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "toml:") && mistake.Path != "c.toml" {
			t.Errorf("%s: %q", name, err)
		}
	}
}

func TestLimits(t *testing.T) {
	for text, want := range map[string]int64{
		"800MB": 800e6, "2 GB": 2e9, "1GiB": 1 << 30, "2g": 2 << 30, "512m": 512 << 20, "1073741824": 1 << 30,
		"134217728b": 134217728, "1.5gib": 3 << 29, "": 0, "MB": 0, "-2GB": 0, "nan": 0, "infGB": 0, "1e300": 0,
		"2TBs": 0,
	} {
		var l MemoryLimit
		err := l.Set(text)
		if (err == nil) != (want != 0) || int64(l) != want {
			t.Errorf("%q: %d, %v; want %d", text, l, err, want)
		}
	}
	for text, want := range map[string]time.Duration{
		"90s": 90 * time.Second, "1h 30m": 90 * time.Minute, "0": 0, "-5m": 0, "x": 0,
	} {
		var l TimeLimit
		err := l.Set(text)
		if (err == nil) != (want != 0) || time.Duration(l) != want {
			t.Errorf("%q: %d, %v; want %s", text, l, err, want)
		}
	}
}

func TestReviewer(t *testing.T) {
	for _, c := range []struct{ flag, file, want string }{{" x ", "y", "x"}, {"", "y", "y"}, {" ", "y", "y"}} {
		if got, err := Reviewer(c.flag, Config{Reviewer: c.file}); got != c.want || err != nil {
			t.Errorf("%q, %q: %q, %v", c.flag, c.file, got, err)
		}
	}
	if got, err := Reviewer("", Config{}); got == "" && err == nil {
		t.Error("no name and no error")
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"workers = 2\n[keys]\nundo = [\"u\"]\nqueue.open = \"o\"\n", "keys.\"a.b\" = 1",
		"volume = -1\r\n[x]\n", "\x00", "a = \"\"\"\n", "",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := parse("c.toml", text)
		var mistake *Error
		switch {
		case err == nil && (c.Workers < 0 || c.VolumeDB > 0 || c.MemoryLimit < 0 || c.TimeLimit < 0):
			t.Errorf("out of range: %+v", c)
		case err != nil && !errors.As(err, &mistake):
			t.Errorf("not a mistake with a place: %v", err)
		case err != nil && mistake.Line > strings.Count(string(text), "\n")+1:
			t.Errorf("line %d of %q", mistake.Line, text)
		}
	})
}
