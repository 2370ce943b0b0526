package review

import (
	"strings"
	"testing"

	"earmark/ui/theme"
)

func TestPathsBelowHomeAreShort(t *testing.T) {
	f := open(t, theme.Plain(), 80, 21)
	for home, want := range map[string]string{
		"/music": "~/demos/01 night drive.mp3", "/music/": "~/demos/01 night drive.mp3",
		"/mus": "/music/demos/01 night drive.mp3", "": "/music/demos/01 night drive.mp3",
		"/": "/music/demos/01 night drive.mp3",
	} {
		f.review.kit.Home = home
		if got := strings.TrimSpace(f.review.heading(80)[1]); got != want {
			t.Errorf("home %q: %q, want %q", home, got, want)
		}
	}
}
