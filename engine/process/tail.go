package process

import (
	"bytes"
	"strings"
	"sync"
	"unicode"
)

// keep is how many bytes of a worker's standard error are kept from its beginning, and from its end.
const keep = 4 << 10

// tail keeps the beginning and the end of what is written to it: a crash says first what it is, and a library says last
// why it gave up.
type tail struct {
	mu   sync.Mutex
	head []byte
	end  []byte
	cut  bool
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	rest := p
	if room := keep - len(t.head); room > 0 {
		n := min(room, len(rest))
		t.head = append(t.head, rest[:n]...)
		rest = rest[n:]
	}
	t.end = append(t.end, rest...)
	if extra := len(t.end) - keep; extra > 0 {
		t.cut = true
		t.end = append(t.end[:0], t.end[extra:]...)
	}
	return len(p), nil
}

// Reset forgets everything: a new item begins.
func (t *tail) Reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.head, t.end, t.cut = t.head[:0], t.end[:0], false
}

func (t *tail) Bytes() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	gap := ""
	if t.cut {
		gap = "\n…\n"
	}
	return bytes.Join([][]byte{t.head, t.end}, []byte(gap))
}

func (t *tail) String() string { return strings.ToValidUTF8(string(t.Bytes()), "\uFFFD") }

// telling picks the one line that says most: what a runtime announces, else the last line. At most 200 characters,
// without control characters, since it reaches a screen.
func telling(text []byte) string {
	best := ""
	for l := range strings.Lines(strings.ToValidUTF8(string(text), "\uFFFD")) {
		l = strings.TrimSpace(strings.Map(func(c rune) rune {
			if unicode.IsPrint(c) {
				return c
			}
			return ' '
		}, l))
		if l == "" {
			continue
		}
		best = l
		if announces(l) {
			break
		}
	}
	if runes := []rune(best); len(runes) > 200 {
		return string(runes[:199]) + "…"
	}
	return best
}

func announces(l string) bool {
	for _, prefix := range []string{"panic:", "fatal error:", "SIG", "runtime:", "memory limit:"} {
		if strings.HasPrefix(l, prefix) {
			return true
		}
	}
	return false
}
