package keys

import (
	"strings"
	"unicode"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"
)

// names are the keys whose written form differs from Bubble Tea's.
var names = map[string]string{
	" ": "space", "up": "↑", "down": "↓", "left": "←", "right": "→", "pgup": "PgUp", "pgdown": "PgDn",
	"home": "Home", "end": "End", "enter": "Enter", "esc": "Esc", "tab": "Tab", "shift+tab": "Shift-Tab",
	"shift+left": "Shift-←", "shift+right": "Shift-→",
}

// aliases are what people also write. The last ones are one key to a terminal.
var aliases = map[string]string{
	"escape": "esc", "return": "enter", "pageup": "pgup", "pagedown": "pgdown",
	"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+[": "esc",
}

// keyName is a key as people write it.
func keyName(k string) string {
	if n, ok := names[k]; ok {
		return n
	}
	if rest, ok := cutPrefix(k, "ctrl+"); ok {
		return "Ctrl-" + strings.ToUpper(rest)
	}
	return k
}

func written(keys []string) string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = keyName(k)
	}
	return strings.Join(out, " ")
}

// canonicalKey is the name that Bubble Tea gives a key that a person wrote: "Space", "Ctrl-F", "PageDown". What
// keyName writes can be read.
func canonicalKey(k string) string {
	for name, written := range names {
		if strings.EqualFold(k, written) {
			return name
		}
	}
	if utf8.RuneCountInString(k) == 1 {
		return k
	}
	k = strings.ToLower(strings.TrimSpace(k))
	for _, mod := range []string{"ctrl", "alt", "shift"} {
		k = strings.ReplaceAll(k, mod+"-", mod+"+")
	}
	if rest, ok := cutPrefix(k, "alt+"); ok {
		return "alt+" + canonicalKey(rest)
	}
	if name, ok := aliases[k]; ok {
		return name
	}
	return k
}

// isKey says whether a terminal can send a key of this canonical name.
func isKey(k string) bool {
	k = strings.TrimPrefix(k, "alt+")
	if r, size := utf8.DecodeRuneInString(k); size == len(k) {
		return r != utf8.RuneError && unicode.IsPrint(r)
	}
	for t := tea.KeyF20; t <= tea.KeyBackspace; t++ { // from the first type to the last
		if t != tea.KeyRunes && t.String() == k {
			return true
		}
	}
	return false
}

// insteadOf says what to write instead of a key that is none.
func insteadOf(k string) string {
	if rest, ok := cutPrefix(k, "shift+"); ok && utf8.RuneCountInString(rest) == 1 {
		return "write the character that it types, such as J"
	}
	return "write one character, a name such as Space, Enter, Tab, Left, PgUp or F5, or Ctrl-G"
}
