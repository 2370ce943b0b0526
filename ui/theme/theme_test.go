package theme

import (
	"reflect"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"
)

func styles(t *Theme) map[string]string {
	out := map[string]string{}
	v := reflect.ValueOf(*t)
	for i := range v.NumField() {
		if !v.Type().Field(i).IsExported() {
			continue
		}
		if s, ok := reflect.TypeAssert[interface{ Render(...string) string }](v.Field(i)); ok {
			out[v.Type().Field(i).Name] = s.Render("word")
		}
	}
	return out
}

func TestNoColorWritesNoEscapes(t *testing.T) {
	for name, s := range styles(Plain()) {
		if s != "word" {
			t.Errorf("%s writes %q", name, s)
		}
	}
}

func TestEveryProfileShowsTheWord(t *testing.T) {
	for _, dark := range []bool{true, false} {
		for _, p := range []termenv.Profile{termenv.ANSI, termenv.ANSI256, termenv.TrueColor} {
			th := New(Options{Profile: p, Dark: dark})
			for name, s := range styles(th) {
				if ansi.Strip(s) != "word" {
					t.Errorf("%s at profile %d: %q", name, p, s)
				}
				if name != "Text" && !strings.Contains(s, "\x1b[") {
					t.Errorf("%s at profile %d has no style", name, p)
				}
			}
			if th.Suspect.Render("x") == th.Clear.Render("x") {
				t.Errorf("profile %d: suspicious and not flagged look alike", p)
			}
		}
	}
}

func TestGlyphsAreOneCell(t *testing.T) {
	for _, g := range []Glyphs{unicodeGlyphs, asciiGlyphs} {
		v := reflect.ValueOf(g)
		for i := range v.NumField() {
			s := v.Field(i).String()
			if ansi.StringWidth(s) != 1 {
				t.Errorf("%s is %d cells wide: %q", v.Type().Field(i).Name, ansi.StringWidth(s), s)
			}
			if g == asciiGlyphs && s[0] > 0x7e {
				t.Errorf("%s is not ASCII: %q", v.Type().Field(i).Name, s)
			}
		}
	}
}
