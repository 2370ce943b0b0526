package chart

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

var update = os.Getenv("UPDATE_GOLDEN") != "" // as `make golden` sets it

// golden compares lines with testdata/name, after checking that each has exactly the width.
func golden(t *testing.T, name string, width int, lines []string) {
	t.Helper()
	for i, l := range lines {
		if n := ansi.StringWidth(l); n != width {
			t.Errorf("%s: line %d has %d cells, want %d: %q", name, i, n, width, l)
		}
	}
	got := strings.Join(lines, "\n") + "\n"
	path := filepath.Join("testdata", name+".golden")
	if update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; make golden accepts it\ngot:\n%s\nwant:\n%s", name, got, want)
	}
}
