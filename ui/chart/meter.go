package chart

import (
	"fmt"
	"math"
	"slices"

	"github.com/charmbracelet/x/ansi"
)

// Threshold is a place on a meter.
type Threshold struct {
	At   float64 // 0 to 1
	Name string
}

// Meter draws a value between 0 and 1 as a bar, with ◆ at thresholds that it has reached and ◇ at the others. A value
// that is NaN draws an empty bar that says "not measured".
func Meter(value float64, thresholds []Threshold, width int, s Style) string {
	c, g := newCanvas(width, 1), s.glyphs()
	if c.width == 0 {
		return ""
	}
	c.fill(0, c.width, value, &s, g)
	for _, t := range thresholds {
		glyph := g.ahead
		if value >= t.At {
			glyph = g.passed
		}
		c.set(column(t.At, c.width), 0, glyph, &s.Limit)
	}
	if math.IsNaN(value) {
		if text := " not measured "; c.width >= len(text) {
			c.text((c.width-len(text))/2, 0, text, &s.Axis)
		}
	}
	return c.lines()[0]
}

// MeterNames writes the names of thresholds under a Meter of the same width, those that fit without touching, the
// highest threshold first. Every character of a name has to be one cell wide.
func MeterNames(thresholds []Threshold, width int, s Style) string {
	c := newCanvas(width, 1)
	if c.width == 0 {
		return ""
	}
	sorted := slices.SortedFunc(slices.Values(thresholds), func(a, b Threshold) int {
		switch {
		case a.At > b.At:
			return -1
		case a.At < b.At:
			return 1
		}
		return 0
	})
	for _, t := range sorted {
		if n := len([]rune(t.Name)); n > 0 && n <= c.width && simple(t.Name) {
			c.label(column(t.At, c.width), 0, t.Name, &s.Axis)
		}
	}
	return c.lines()[0]
}

// simple says whether every character of a text is one cell wide.
func simple(text string) bool {
	for _, r := range text {
		if ansi.StringWidth(string(r)) != 1 {
			return false
		}
	}
	return true
}

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
