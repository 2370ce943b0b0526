// Package console is what a command reads from and writes to, and what is known of the terminal behind it. Only
// ui/command and its packages import it.
//
// Invariants: nothing is asked of the terminal but its size; where a stream is no terminal, no color and nothing that
// moves is written to it.
package console

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"github.com/charmbracelet/x/term"
	"github.com/muesli/termenv"

	"earmark/ui/theme"
)

// Console is the streams of a command and how to write to them.
type Console struct {
	In  io.Reader
	Out *os.File // data
	Err *os.File // messages and progress

	Quiet   bool // no messages and no progress
	NoColor bool
	DB      string // the database that was named; empty: none was
}

// Say writes a message for people.
func (c *Console) Say(format string, args ...any) {
	if !c.Quiet {
		fmt.Fprintf(c.Err, format+"\n", args...)
	}
}

// Again is a command to type, with the database that this one uses.
func (c *Console) Again(rest string) string {
	command := "earmark"
	if c.DB != "" {
		command += " --db " + Quote(c.DB)
	}
	if rest != "" {
		command += " " + rest
	}
	return command
}

// Animates says whether a line on standard error may be drawn over.
func (c *Console) Animates() bool { return !c.Quiet && IsTerminal(c.Err) && !Dumb() }

// Colored says whether f takes color.
func (c *Console) Colored(f *os.File) bool {
	return !c.NoColor && os.Getenv("NO_COLOR") == "" && !Dumb() && IsTerminal(f)
}

// Theme is how things are written to f. Sixteen colors in their darker form can be read on dark and on light
// backgrounds, so that nothing has to be asked of the terminal for a table.
func (c *Console) Theme(f *os.File) *theme.Theme {
	opt := theme.Options{Profile: termenv.Ascii, ASCII: !UTF8()}
	if c.Colored(f) {
		opt.Profile = termenv.ANSI
	}
	return theme.New(opt)
}

// IsTerminal says whether f is a terminal.
func IsTerminal(f *os.File) bool { return term.IsTerminal(f.Fd()) }

// Dumb says whether the terminal can only print.
func Dumb() bool { return os.Getenv("TERM") == "dumb" }

// echoed is the room that is left behind a progress line for the ^C that a terminal echoes.
const echoed = 3

// MeterWidth is how many cells a progress line on f may take.
func MeterWidth(f *os.File) int { return Width(f) - echoed }

// Width is how many cells a line of f may take; 0 where it is no terminal, and lines may be long.
func Width(f *os.File) int {
	const fallback = 80 // where a terminal does not tell
	if !IsTerminal(f) {
		return 0
	}
	if w, _, err := term.GetSize(f.Fd()); err == nil && w > 0 {
		return w
	}
	return fallback
}

// UTF8 says whether the locale's character set is UTF-8. Where nothing is set it is taken to be: that is so in cron, in
// containers and on macOS.
func UTF8() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := os.Getenv(name); locale != "" {
			set := strings.ToLower(strings.ReplaceAll(locale, "-", ""))
			return strings.Contains(set, "utf8")
		}
	}
	return true
}

var plainWord = regexp.MustCompile(`^[\p{L}\p{N}_./:=,@%+-]+$`)

// Quote writes a word as a shell reads it.
func Quote(word string) string {
	if plainWord.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
