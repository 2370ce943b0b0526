package chart

import (
	"math"
	"strings"

	"github.com/charmbracelet/lipgloss"
)

// canvas is a rectangle of cells. What is drawn outside of it is dropped.
type canvas struct {
	width, height int
	cells         []cell
}

type cell struct {
	glyph rune // one cell wide; 0 is a space
	style *lipgloss.Style
}

// maxSide keeps absurd sizes from taking the memory of the machine. No terminal is that large.
const maxSide = 4096

func newCanvas(width, height int) *canvas {
	c := &canvas{width: clamp(width, maxSide), height: clamp(height, maxSide)}
	c.cells = make([]cell, c.width*c.height)
	return c
}

func clamp(n, limit int) int { return max(0, min(n, limit)) }

func (c *canvas) set(x, y int, glyph rune, style *lipgloss.Style) {
	if x >= 0 && x < c.width && y >= 0 && y < c.height {
		c.cells[y*c.width+x] = cell{glyph, style}
	}
}

// blank says whether nothing was drawn from x to x+n in row y, and that it is inside.
func (c *canvas) blank(x, y, n int) bool {
	if x < 0 || x+n > c.width || y < 0 || y >= c.height {
		return false
	}
	for _, cell := range c.cells[y*c.width+x : y*c.width+x+n] {
		if cell.glyph != 0 {
			return false
		}
	}
	return true
}

// text draws a string of one-cell characters.
func (c *canvas) text(x, y int, text string, style *lipgloss.Style) {
	for _, r := range text {
		c.set(x, y, r, style)
		x++
	}
}

// label draws text around x where nothing was drawn before, one cell of air around it, and says whether it found room.
// At the edges it moves inward.
func (c *canvas) label(x, y int, text string, style *lipgloss.Style) bool {
	n := len([]rune(text))
	x = max(0, min(x-n/2, c.width-n))
	if x > 0 && !c.blank(x-1, y, 1) || x+n < c.width && !c.blank(x+n, y, 1) || !c.blank(x, y, n) {
		return false
	}
	c.text(x, y, text, style)
	return true
}

// lines renders the rows. What a style puts around text is asked of it once: lipgloss takes a microsecond and more for
// each run, and a screen has a thousand of them.
func (c *canvas) lines() []string {
	if c.height == 0 {
		return nil
	}
	lines := make([]string, c.height)
	around := map[*lipgloss.Style][2]string{nil: {}}
	var line strings.Builder
	for y := range lines {
		row := c.cells[y*c.width : (y+1)*c.width]
		line.Reset()
		for i := 0; i < len(row); {
			style := row[i].style
			wrap, known := around[style]
			if !known {
				before, after, _ := strings.Cut(style.Render("x"), "x")
				wrap = [2]string{before, after}
				around[style] = wrap
			}
			line.WriteString(wrap[0])
			for ; i < len(row) && row[i].style == style; i++ {
				line.WriteRune(max(' ', row[i].glyph))
			}
			line.WriteString(wrap[1])
		}
		lines[y] = line.String()
	}
	return lines
}

// share holds a number between 0 and 1; NaN is 0.
func share(v float64) float64 {
	if v > 0 {
		return math.Min(v, 1)
	}
	return 0
}

// column returns the cell in which a share of the width lies.
func column(v float64, width int) int { return min(int(share(v)*float64(width)), width-1) }

// bar draws an upright bar of a height of 0 … 1 over rows top … bottom.
func (c *canvas) bar(x, top, bottom int, height float64, up []rune, style *lipgloss.Style) {
	steps := len(up) - 1
	level := int(math.Round(share(height) * float64((bottom-top+1)*steps)))
	for y := bottom; y >= top && level > 0; y-- {
		c.set(x, y, up[min(level, steps)], style)
		level -= steps
	}
}

// oneLine keeps what foreign text, such as a tag of a file, could do to a terminal away from it: control characters,
// new lines, changes of direction.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < ' ', r >= 0x7f && r < 0xa0, r == '\u2028', r == '\u2029':
			return ' '
		case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r == '\u200e', r == '\u200f':
			return -1
		}
		return r
	}, text)
}

func spaces(n int) string { return strings.Repeat(" ", max(0, n)) }
