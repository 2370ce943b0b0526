package cell

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// maxMarks is how many combining marks one character keeps. No script needs more; text that has more wants to paint
// over the lines above and below.
const maxMarks = 4

// Clean makes foreign text harmless and one line long. Escape sequences and control characters go, line breaks and
// tabs become spaces, bytes that are not UTF-8 become U+FFFD, and directions of writing cannot be overridden.
func Clean(s string) string {
	if plain(s) {
		return s
	}
	s = ansi.Strip(strings.ToValidUTF8(s, "\uFFFD"))
	// Stripping works on bytes; what it leaves of a half sequence is cleaned like everything else.
	s = strings.ToValidUTF8(s, "\uFFFD")
	var b strings.Builder
	b.Grow(len(s))
	marks, space := maxMarks, false // a mark without a character before it would sit on whatever is drawn there
	for _, r := range s {
		switch {
		case unicode.IsSpace(r): // line breaks and tabs are spaces here, like the wide ones
			r = ' '
		case unicode.IsControl(r) || steers(r):
			continue
		}
		switch {
		case r == ' ':
			marks = maxMarks
			if space || b.Len() == 0 {
				continue
			}
		case r == '\u200d' || unicode.In(r, unicode.M):
			marks++
			if marks > maxMarks {
				continue
			}
		default:
			marks = 0
		}
		space = r == ' '
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}

// plain says whether s needs no cleaning: printable ASCII without doubled or outer spaces.
func plain(s string) bool {
	before := byte(' ')
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c >= 0x7f || (c == ' ' && before == ' ') {
			return false
		}
		before = c
	}
	return s == "" || before != ' '
}

// steers says whether r changes how the text around it is drawn without being seen itself: overrides and isolates of
// the writing direction, tags, invisible spaces, private and unassigned planes. The joiner U+200D stays: emoji need it.
func steers(r rune) bool {
	switch {
	case r == '\u200d':
		return false
	case r >= 0xFE00 && r <= 0xFE0F: // variation selectors
		return false
	case r == utf8.RuneError:
		return false
	}
	return unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs) || r == '\u034f' || r == '\u3164' || r == '\uffa0'
}
