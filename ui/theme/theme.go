package theme

import (
	"io"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"earmark/ui/chart"
)

// Options say what the terminal can show. They are found out before the program starts.
type Options struct {
	Profile termenv.Profile // Ascii: no colour at all
	Dark    bool            // the background is dark
	ASCII   bool            // the terminal's character set is not UTF-8: no half blocks, no arrows
}

// Theme is the set of styles, one per role, and the glyphs.
type Theme struct {
	Text     lipgloss.Style // what is read
	Strong   lipgloss.Style // what is read first: titles, numbers
	Dim      lipgloss.Style // what is there when looked for
	Faint    lipgloss.Style // rules, empty parts of bars
	Key      lipgloss.Style // a key in a hint
	Head     lipgloss.Style // column heads, section titles
	Suspect  lipgloss.Style // carries the marks of a neural decoder
	Clear    lipgloss.Style // no such marks, or decided human
	Warn     lipgloss.Style // to be looked at: low reliability, silent sound
	Error    lipgloss.Style // an error, with its glyph
	Selected lipgloss.Style // the line of the cursor, beside its mark
	Input    lipgloss.Style // text being typed
	Cursor   lipgloss.Style // the place of the next letter
	Done     lipgloss.Style // the done part of a bar
	Playing  lipgloss.Style // the playhead and what was played

	Glyph Glyphs
	ASCII bool

	profile termenv.Profile
}

// New makes the styles. Nothing is asked of the terminal.
func New(opt Options) *Theme {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(opt.Profile)
	r.SetHasDarkBackground(opt.Dark)
	fg := func(c lipgloss.TerminalColor) lipgloss.Style { return r.NewStyle().Foreground(c) }

	t := &Theme{
		Text:     r.NewStyle(),
		Strong:   r.NewStyle().Bold(true),
		Dim:      fg(gray),
		Faint:    fg(faint),
		Key:      fg(teal).Bold(true),
		Head:     fg(gray).Bold(true),
		Suspect:  fg(orange).Bold(true),
		Clear:    fg(blue),
		Warn:     fg(violet),
		Error:    fg(violet).Bold(true),
		Selected: fg(ink).Background(band).Bold(true),
		Input:    fg(ink),
		Cursor:   r.NewStyle().Reverse(true),
		Done:     fg(blue),
		Playing:  fg(teal),
		Glyph:    unicodeGlyphs,
		ASCII:    opt.ASCII,
		profile:  opt.Profile,
	}
	if opt.Profile == termenv.ANSI {
		// Sixteen colours are whatever the user made them: only the swap of the two is sure to be readable.
		t.Selected = r.NewStyle().Reverse(true)
	}
	if opt.ASCII {
		t.Glyph = asciiGlyphs
	}
	return t
}

// Chart is the look of the charts.
func (t *Theme) Chart() chart.Style {
	return chart.Style{
		ASCII: t.ASCII,
		Wave:  t.Dim, Played: t.Clear, Playhead: t.Playing.Bold(true), Loop: t.Warn,
		Suspicious: t.Suspect.Bold(false), Calm: t.Faint,
		Bar: t.Clear, Tooth: t.Suspect.Bold(false), Stray: t.Warn, Missing: t.Dim,
		Fill: t.Done, Empty: t.Faint, Axis: t.Dim,
	}
}

// Plain is the theme without colour, for tests and for NO_COLOR.
func Plain() *Theme { return New(Options{Profile: termenv.Ascii, Dark: true}) }

// Colored says whether the theme writes colour at all.
func (t *Theme) Colored() bool { return t.profile != termenv.Ascii }
