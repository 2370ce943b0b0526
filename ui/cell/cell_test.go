package cell

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"plain":         {"Night Drive", "Night Drive"},
		"colour":        {"\x1b[31mred\x1b[0m", "red"},
		"title set":     {"a\x1b]0;owned\x07b", "ab"},
		"clear screen":  {"\x1b[2J\x1b[Hx", "x"},
		"newline":       {"two\nlines\ttab", "two lines tab"},
		"carriage":      {"good\rbad", "good bad"},
		"bell":          {"a\x07b\x00c\x7f", "abc"},
		"c1":            {"a\u009b31mb", "a31mb"},
		"bidi":          {"abc\u202egpj.exe", "abcgpj.exe"},
		"not utf-8":     {"caf\xe9", "caf\uFFFD"},
		"cjk":           {"夜に駆ける", "夜に駆ける"},
		"emoji":         {"👩‍🎤 live", "👩‍🎤 live"},
		"too many":      {"z" + strings.Repeat("\u0301", 40), "z" + strings.Repeat("\u0301", 4)},
		"outer spaces":  {"  a  b  ", "a b"},
		"half sequence": {"x\x1b[", "x"},
	} {
		if got := Clean(c.in); got != c.want {
			t.Errorf("%s: Clean(%q) = %q, want %q", name, c.in, got, c.want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{
		"", "a", "\x1b[31m", "\x9b", "夜👩‍🎤e\u0301", "\u202e", "\x1b]8;;http://x\x07", "\xff\xfe",
	} {
		f.Add(s, 10)
	}
	f.Fuzz(func(t *testing.T, s string, w int) {
		clean := Clean(s)
		if !utf8.ValidString(clean) {
			t.Fatalf("Clean(%q) is not UTF-8: %q", s, clean)
		}
		for _, r := range clean {
			if unicode.IsControl(r) || steers(r) {
				t.Fatalf("Clean(%q) keeps %U", s, r)
			}
		}
		if again := Clean(clean); again != clean {
			t.Fatalf("Clean is not stable: %q, then %q", clean, again)
		}
		w &= 63
		for name, fit := range map[string]func(string, int) string{"Fit": Fit, "FitLeft": FitLeft, "Right": Right} {
			if got := Width(fit(clean, w)); got != w {
				t.Fatalf("%s(%q, %d) is %d wide", name, clean, w, got)
			}
		}
		for _, line := range Wrap(clean, w, 3) {
			if Width(line) > w {
				t.Fatalf("Wrap(%q, %d) has a line of %d cells", clean, w, Width(line))
			}
		}
	})
}

func TestFit(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Fit("abc", 5), "abc  "},
		{Fit("abcdef", 4), "abc…"},
		{Fit("夜に駆ける", 4), "夜… "},
		{FitLeft("/music/demos/one.mp3", 10), "…s/one.mp3"},
		{FitLeft("夜に駆ける", 4), "…る "},
		{Right("7", 3), "  7"},
		{Spread("left", "right", 12), "left   right"},
		{Spread("a long text on the left", "right", 14), "a long … right"},
		{Beside("a \nb ", "x\ny\nz"), "a x\nb y\n  z"},
		{Block("one\ntwo\nthree", 4, 2), "one \ntwo "},
		{strings.Join(Wrap("one two three four", 8, 2), "|"), "one two|three f…"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestWrapKeepsStylesWithinTheirLines(t *testing.T) {
	styled := "one \x1b[1;34mtwo three four\x1b[0m five"
	want := "one \x1b[1;34mtwo\x1b[0m|\x1b[1;34mthree\x1b[0m|\x1b[1;34mfour\x1b[0m five"
	if got := strings.Join(Wrap(styled, 9, 5), "|"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNumbers(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct{ got, want string }{
		{Count(7), "7"},
		{Count(1234567), "1,234,567"},
		{Count(-1000), "-1,000"},
		{Plural(1, "track", "tracks"), "1 track"},
		{Plural(2, "track", "tracks"), "2 tracks"},
		{Clock(7 * time.Second), "0:07"},
		{Clock(3765 * time.Second), "1:02:45"},
		{Clock(-time.Second), "0:00"},
		{Left(0), "1 s"},
		{Left(90 * time.Second), "2 min"},
		{Left(200 * time.Minute), "3 h 20 min"},
		{Left(50 * time.Hour), "2 days"},
		{Ago(now.Add(-time.Second), now), "just now"},
		{Ago(now.Add(-3*time.Hour), now), "3 h ago"},
		{Ago(now.AddDate(0, 0, -1), now), "1 day ago"},
		{Ago(now.AddDate(0, -2, 0), now), "1 Jan 2026"},
		{Ago(time.Time{}, now), ""},
		{Bytes(12), "12 B"},
		{Bytes(3_200_000), "3.2 MB"},
		{Bytes(18_000_000_000), "18 GB"},
		{Bytes(999_900), "1 MB"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
