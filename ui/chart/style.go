package chart

import "github.com/charmbracelet/lipgloss"

// Style says how things look. The zero value draws without color, in Unicode.
type Style struct {
	ASCII bool // for terminals without UTF-8

	Wave       lipgloss.Style // waveform that is still to come
	Played     lipgloss.Style // waveform before the playhead
	Playhead   lipgloss.Style
	Loop       lipgloss.Style // the range that is repeated
	Suspicious lipgloss.Style // segments with evidence, and their waveform
	Calm       lipgloss.Style // segments without

	Bar     lipgloss.Style // spectrum
	Tooth   lipgloss.Style // a line found on the lattice
	Stray   lipgloss.Style // a line found off the lattice
	Missing lipgloss.Style // a tooth of the lattice without a line

	Fill  lipgloss.Style // the part of a meter or of a progress bar that is reached
	Empty lipgloss.Style // the rest

	Axis lipgloss.Style // scales and their labels
}

// glyphs are what charts are made of. Each is one cell wide.
type glyphs struct {
	up      []rune // a cell filled from below: nothing … everything
	right   []rune // a cell filled from the left
	empty   rune   // what a meter has not reached
	play    rune
	flag    rune // something was found here
	calm    rune // nothing was found here
	heavy   rune // joins flags
	dot     rune
	from    rune // the ends of a loop
	to      rune
	line    rune // an axis
	tick    rune
	side    rune // an axis, upright
	mark    rune // a label of it
	corner  rune
	tooth   rune
	stray   rune
	missing rune
}

var unicode = glyphs{
	up: []rune(" ▁▂▃▄▅▆▇█"), right: []rune(" ▏▎▍▌▋▊▉█"), empty: '░',
	play: '┃', flag: '▲', calm: '─', heavy: '━', dot: '·', from: '[', to: ']',
	line: '─', tick: '┬', side: '│', mark: '┤', corner: '└', tooth: '▲', stray: '•', missing: '╷',
}

var ascii = glyphs{
	up: []rune(" .:#"), right: []rune(" #"), empty: '.',
	play: '|', flag: '^', calm: '-', heavy: '=', dot: '.', from: '[', to: ']',
	line: '-', tick: '+', side: '|', mark: '+', corner: '+', tooth: '^', stray: 'o', missing: ',',
}

func (s *Style) glyphs() *glyphs {
	if s.ASCII {
		return &ascii
	}
	return &unicode
}
