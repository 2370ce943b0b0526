package meter

import (
	"strings"
	"testing"
	"time"

	"github.com/muesli/termenv"

	"earmark/ui/cell"
	"earmark/ui/theme"
)

var full = State{
	Done: 132, Total: 400, Suspicious: 3, Failed: 1, Rate: 6.13, AudioRate: 211.4, Left: 44 * time.Second,
	After: "job_3",
}

func TestLine(t *testing.T) {
	for width, want := range map[int]string{
		130: "█████████░░░░░░░░░░░░░░░░░░░░░  132 of 400  33 %  6.1 files/s  211× real time  44 s left  " +
			"◆ 3 suspicious  ✗ 1 failed  after job_3",
		120: "██████░░░░░░░░░░░░░░░  132 of 400  33 %  6.1 files/s  211× real time  44 s left  " +
			"◆ 3 suspicious  ✗ 1 failed  after job_3",
		80: "███░░░░░░░  132 of 400  33 %  44 s left  ◆ 3 suspicious  ✗ 1 failed  after job_3",
		60: "██░░░░░░░  132 of 400  44 s left  ◆ 3 suspicious  ✗ 1 failed",
		40: "███░░░░░░░░░  132 of 400  ◆ 3 suspicious",
		10: "132 of 400",
		4:  "132…",
	} {
		if got := Line(theme.Plain(), full, width); got != want {
			t.Errorf("%d cells: %q", width, got)
		}
	}
}

func TestLineNeverWraps(t *testing.T) {
	colored := theme.New(theme.Options{Profile: termenv.ANSI})
	ascii := theme.New(theme.Options{Profile: termenv.Ascii, ASCII: true})
	states := []State{
		full, {}, {Total: 3}, {Finding: true, Total: 1234567}, {Done: 1 << 40, Total: 1 << 40, Failed: 1 << 40},
	}
	for _, th := range []*theme.Theme{theme.Plain(), colored, ascii} {
		for _, s := range states {
			for width := range 200 {
				if got := Line(th, s, width); cell.Width(got) > width || strings.ContainsAny(got, "\r\n") {
					t.Fatalf("%d cells: %q", width, got)
				}
			}
		}
	}
}

func TestWhatIsNotKnownIsNotSaid(t *testing.T) {
	got := Line(theme.Plain(), State{Total: 5}, 100)
	if strings.Contains(got, "left") || strings.Contains(got, "/s") || strings.Contains(got, "failed") {
		t.Error(got)
	}
	if got := Line(theme.Plain(), State{Done: 999, Total: 1000}, 100); !strings.Contains(got, "99 %") {
		t.Error(got)
	}
}

func TestBar(t *testing.T) {
	var out strings.Builder
	b := NewBar(&out)
	b.Clear()
	b.Draw("one")
	b.Draw("one")
	b.Draw("two")
	b.Clear()
	b.Clear()
	if got, want := out.String(), "\rone\x1b[K\rtwo\x1b[K\r\x1b[K"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
