package prompt

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"earmark/ui/cell"
	"earmark/ui/theme"
)

func typed(s string) tea.KeyMsg { return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(s)} }

func TestLine(t *testing.T) {
	l := New(theme.Plain(), "Filter", "words to look for")
	if l.Update(typed("x")) || l.Value() != "" {
		t.Fatal("a closed line takes keys")
	}
	l.Idle = "none"
	if v := l.View(40); !strings.Contains(v, "none") || cell.Width(v) != 40 {
		t.Fatalf("closed and empty: %q", v)
	}
	l.Open("")
	if v := l.View(40); !strings.Contains(v, "words to look for") {
		t.Fatalf("open and empty: %q", v)
	}
	l.Open("score>")
	if !l.Update(typed("0.8")) || l.Value() != "score>0.8" {
		t.Fatalf("typed: %q", l.Value())
	}
	if l.Update(tea.KeyMsg{Type: tea.KeyLeft}) {
		t.Error("moving the cursor is no change of the text")
	}
	l.Update(typed("\x1b[31m\n"))
	if strings.ContainsAny(l.Value(), "\x1b\n") {
		t.Errorf("control characters were kept: %q", l.Value())
	}
	for w := range 60 {
		if got := cell.Width(l.View(w)); got != w {
			t.Errorf("view of %d cells at width %d", got, w)
		}
	}
	l.Close()
	if l.Opened() || l.Update(typed("y")) {
		t.Error("takes keys after it was closed")
	}
}

func TestLongTextKeepsItsEndInView(t *testing.T) {
	l := New(theme.Plain(), "Path", "")
	l.Open("/" + strings.Repeat("long/", 40) + "end.wav")
	if v := l.View(40); !strings.Contains(v, "end.wav_") {
		t.Errorf("the place of typing is out of view: %q", v)
	}
}

func TestAPathFromItsRootTakesThePlaceOfAProposal(t *testing.T) {
	for keys, want := range map[string]string{"/": "/", "~": "~", "d": "~/d"} {
		l := New(theme.Plain(), "Where", "")
		l.Open("")
		l.Propose("~/")
		l.Update(typed(keys))
		l.Update(typed("/"))
		if l.Value() != want+"/" {
			t.Errorf("%q then / after the proposal gives %q", keys, l.Value())
		}
	}
	l := New(theme.Plain(), "Note", "")
	l.Open("human")
	l.Update(typed("/"))
	if l.Value() != "human/" {
		t.Errorf("what was typed before is gone: %q", l.Value())
	}
}
