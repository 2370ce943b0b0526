package container

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// maxText is the longest text in characters that a file can put on the screen.
const maxText = 500

// Clean makes foreign text fit for a terminal: bytes that are not UTF-8 read as Latin-1, line ends and tabs become
// spaces, and characters that steer a terminal or turn the direction of text vanish.
func Clean(s string) string {
	if len(s) > 8*maxText {
		s = s[:8*maxText]
		for s != "" && !utf8.RuneStart(s[len(s)-1]) {
			s = s[:len(s)-1]
		}
		s = strings.TrimRightFunc(s, func(r rune) bool { return r == utf8.RuneError })
	}
	if !utf8.ValidString(s) {
		s = latin1([]byte(s))
	}
	var b strings.Builder
	b.Grow(len(s))
	runes, space := 0, false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			space = b.Len() > 0
			continue
		case !printable(r):
			continue
		}
		if runes >= maxText {
			b.WriteRune('…')
			break
		}
		if space {
			b.WriteByte(' ')
			runes++
		}
		space = false
		b.WriteRune(r)
		runes++
	}
	return b.String()
}

// printable reports whether r may reach a terminal: letters, marks, digits, punctuation, symbols, and of the format
// characters only those two that join emoji and Indic letters.
func printable(r rune) bool {
	const zeroWidthNonJoiner, zeroWidthJoiner = '\u200c', '\u200d'
	return r != utf8.RuneError && (unicode.IsPrint(r) || r == zeroWidthNonJoiner || r == zeroWidthJoiner)
}

// latin1 decodes ISO 8859-1, where a byte is a code point.
func latin1(b []byte) string {
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes)
}

// cutText splits at the first terminator of the encoding.
func cutText(encoding byte, b []byte) (before, after []byte) {
	if encoding != 1 && encoding != 2 {
		before, after, _ = bytes.Cut(b, []byte{0})
		return before, after
	}
	for i := 0; i+1 < len(b); i += 2 {
		if b[i] == 0 && b[i+1] == 0 {
			return b[:i], b[i+2:]
		}
	}
	return b, nil
}

// decodeText decodes one of ID3's four encodings. Several values, which a zero parts, are joined.
func decodeText(encoding byte, b []byte) string {
	var s string
	switch encoding {
	case 1, 2:
		s = decodeUTF16(b)
	default: // 0 says Latin-1, and is UTF-8 as often
		s = string(b)
		if !utf8.ValidString(s) {
			s = latin1(b)
		}
	}
	return strings.ReplaceAll(strings.Trim(s, "\x00 "), "\x00", "; ")
}

func decodeUTF16(b []byte) string {
	var order binary.ByteOrder = binary.BigEndian
	switch {
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}):
		order, b = binary.LittleEndian, b[2:]
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		b = b[2:]
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = order.Uint16(b[2*i:])
	}
	return strings.ReplaceAll(string(utf16.Decode(units)), "\ufeff", "")
}
