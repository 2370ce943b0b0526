package chart

import (
	"fmt"
	"math"

	"github.com/charmbracelet/x/ansi"
)

// Progress draws how far something is, 0 to 1, as a bar with the percentage behind it, and a label behind that when
// there is one; the label gets at most half of the width and is cut with an ellipsis. NaN is "not known yet".
func Progress(done float64, label string, width int, s Style) string {
	width = clamp(width, maxSide)
	percent := "   –"
	if done >= 0 {
		percent = fmt.Sprintf("%3d%%", int(math.Floor(share(done)*100+1e-9))) // 100 % only when it is done
	}
	if s.ASCII && !(done >= 0) {
		percent = "   -"
	}
	label = oneLine(label)
	if label != "" {
		label = " " + label
		if room := width / 2; ansi.StringWidth(label) > room {
			tail := "…"
			if s.ASCII {
				tail = "."
			}
			label = ansi.Truncate(label, room, tail)
		}
	}
	bar := width - ansi.StringWidth(label) - 1 - len([]rune(percent))
	if bar < 3 { // no room for a bar: numbers say more
		text := ansi.Truncate(percent+label, width, "")
		return text + spaces(width-ansi.StringWidth(text))
	}
	c := newCanvas(bar, 1)
	c.fill(0, bar, done, &s, s.glyphs())
	return c.lines()[0] + " " + s.Axis.Render(percent) + label
}

// fill draws a lying bar in row 0.
func (c *canvas) fill(from, to int, value float64, s *Style, g *glyphs) {
	steps := len(g.right) - 1
	level := int(math.Round(share(value) * float64((to-from)*steps)))
	for x := from; x < to; x++ {
		switch {
		case level > 0:
			c.set(x, 0, g.right[min(level, steps)], &s.Fill)
		default:
			c.set(x, 0, g.empty, &s.Empty)
		}
		level -= steps
	}
}
