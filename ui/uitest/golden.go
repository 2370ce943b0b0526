package uitest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"earmark/ui/cell"
)

var update = os.Getenv("UPDATE_GOLDEN") != "" // as `make golden` sets it

// Golden compares a view with testdata/NAME.golden. Blanks at the ends of lines do not count.
func Golden(tb testing.TB, name, view string) {
	tb.Helper()
	lines := strings.Split(view, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	got := strings.Join(lines, "\n") + "\n"
	path := filepath.Join("testdata", name+".golden")
	if update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			tb.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		tb.Fatalf("%v; make golden writes it", err)
	}
	if got != string(want) {
		tb.Errorf("%s differs; make golden accepts it.\n--- got\n%s--- want\n%s", path, got, want)
	}
}

// Fits fails the test unless the view is exactly h lines of exactly w cells.
func Fits(tb testing.TB, view string, w, h int) {
	tb.Helper()
	lines := strings.Split(view, "\n")
	if len(lines) != h {
		tb.Errorf("%d lines, want %d:\n%s", len(lines), h, view)
	}
	for i, line := range lines {
		if got := cell.Width(line); got != w {
			tb.Errorf("line %d is %d cells wide, want %d: %q", i+1, got, w, line)
		}
	}
}
