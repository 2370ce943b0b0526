package intake

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

const fileScheme = "file://"

// StorePath gives the form in which a path is kept in JSON and in the database: the path itself, or a file URL when
// its bytes are not valid UTF-8.
func StorePath(path string) string {
	if utf8.ValidString(path) {
		return path
	}
	return fileScheme + (&url.URL{Path: path}).EscapedPath()
}

// LocalPath is the inverse of [StorePath]: the bytes to give to the operating system.
func LocalPath(stored string) string {
	if !strings.HasPrefix(stored, fileScheme) {
		return stored
	}
	path, err := fromFileURL(stored)
	if err != nil {
		return stored
	}
	return path
}

var (
	errNotLocal = errors.New("names a file on another host")
	errRelative = errors.New("has no absolute path")
)

// fromFileURL gives the path of a file URL. '?' and '#' are taken as part of the name: people write file URLs by hand
// and a file has neither query nor fragment.
func fromFileURL(text string) (string, error) {
	if len(text) < len(fileScheme) || !strings.EqualFold(text[:len(fileScheme)], fileScheme) {
		return "", fmt.Errorf("%q is not a file:// address", clip(text))
	}
	rest := text[len(fileScheme):]
	slash := strings.IndexByte(rest, '/')
	if slash < 0 {
		return "", fmt.Errorf("%q %w", clip(text), errRelative)
	}
	if host := rest[:slash]; host != "" && !strings.EqualFold(host, "localhost") {
		return "", fmt.Errorf("%q %w", clip(text), errNotLocal)
	}
	path, err := url.PathUnescape(rest[slash:])
	if err != nil {
		return "", fmt.Errorf("%q has a broken percent escape", clip(text))
	}
	return filepath.Clean(path), nil
}

// scheme gives the lower-case scheme of an address such as https://…, or "" for a path.
func scheme(text string) string {
	head, _, found := strings.Cut(text, "://")
	if !found || head == "" || len(head) > 16 {
		return ""
	}
	for _, c := range head {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (c < '0' || c > '9') && c != '+' && c != '-' && c != '.' {
			return ""
		}
	}
	return strings.ToLower(head)
}

// clip shortens foreign text for a message.
func clip(text string) string {
	const limit = 120
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(text) <= limit {
		return text
	}
	cut := limit
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}

// windows1252 holds what bytes 0x80 to 0x9F mean in the encoding that old playlists are written in; the rest of it is
// latin-1, where a byte is its code point.
const windows1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"

// fromLatin1 decodes one byte per character.
func fromLatin1(text string) string {
	high := []rune(windows1252)
	var out strings.Builder
	for i := range len(text) {
		c := rune(text[i])
		if c >= 0x80 && c < 0xA0 {
			c = high[c-0x80]
		}
		out.WriteRune(c)
	}
	return out.String()
}
