package cell

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Width is the number of cells that s takes; escape sequences take none.
func Width(s string) int { return ansi.StringWidth(s) }

// Cut shortens s to at most w cells and marks the cut with an ellipsis.
func Cut(s string, w int) string {
	if w <= 0 {
		return ""
	}
	return ansi.Truncate(s, w, "…")
}

// CutLeft shortens s to at most w cells and keeps its end: for paths, whose end tells them apart.
func CutLeft(s string, w int) string {
	have := Width(s)
	switch {
	case w <= 0:
		return ""
	case have <= w:
		return s
	case w == 1:
		return "…"
	}
	// A wide character at the cut leaves one cell more than asked for: cut one further.
	for n := have - w + 1; n <= have; n++ {
		if cut := ansi.TruncateLeft(s, n, "…"); Width(cut) <= w {
			return cut
		}
	}
	return "…"
}

// Fit makes s exactly w cells wide, text on the left.
func Fit(s string, w int) string { return pad(Cut(s, w), w) }

// FitLeft makes s exactly w cells wide and keeps its end.
func FitLeft(s string, w int) string { return pad(CutLeft(s, w), w) }

// Right makes s exactly w cells wide, text on the right.
func Right(s string, w int) string {
	s = Cut(s, w)
	return strings.Repeat(" ", max(0, w-Width(s))) + s
}

// Spread puts left and right at the two ends of a line of exactly w cells. When both do not fit, left is cut first,
// down to a third of the line, then right.
func Spread(left, right string, w int) string {
	lw, rw := Width(left), Width(right)
	if lw+rw+1 > w {
		lw = min(lw, max(w-rw-1, w/3))
		rw = min(rw, max(0, w-lw-1))
	}
	right = Cut(right, rw)
	return pad(Cut(left, lw), w-Width(right)) + right
}

// Wrap breaks s into at most n lines of w cells. What does not fit is cut with an ellipsis. A style that goes over a
// break ends with its line and begins again on the next.
func Wrap(s string, w, n int) []string {
	if w <= 0 || n <= 0 {
		return nil
	}
	lines := strings.Split(restyle(ansi.Wrap(s, w, " ")), "\n")
	if len(lines) > n {
		rest := strings.Join(lines[n-1:], " ")
		lines = append(lines[:n-1:n-1], Cut(rest, w))
	}
	for i, line := range lines {
		lines[i] = Cut(strings.TrimRight(line, " "), w)
	}
	return lines
}

// restyle closes the styles that are open at a line break and opens them again behind it.
func restyle(s string) string {
	if !strings.Contains(s, "\x1b[") {
		return s
	}
	var out strings.Builder
	open := ""
	for s != "" {
		switch end := strings.IndexByte(s, 'm'); {
		case strings.HasPrefix(s, "\x1b[") && end > 0:
			if seq := s[:end+1]; seq == "\x1b[0m" || seq == "\x1b[m" {
				open = ""
			} else {
				open += seq
			}
			out.WriteString(s[:end+1])
			s = s[end+1:]
			continue
		case s[0] == '\n' && open != "":
			out.WriteString("\x1b[0m\n" + open)
		default:
			out.WriteByte(s[0])
		}
		s = s[1:]
	}
	return out.String()
}

// Block makes text exactly w cells wide and h lines high: lines are cut, missing ones are blank.
func Block(text string, w, h int) string {
	lines := strings.Split(text, "\n")
	out := make([]string, h)
	for i := range out {
		line := ""
		if i < len(lines) {
			line = lines[i]
		}
		out[i] = Fit(line, w)
	}
	return strings.Join(out, "\n")
}

// Beside puts blocks side by side. Every block must hold lines of one width; missing lines are filled up.
func Beside(blocks ...string) string {
	columns := make([][]string, len(blocks))
	widths := make([]int, len(blocks))
	height := 0
	for i, b := range blocks {
		columns[i] = strings.Split(b, "\n")
		height = max(height, len(columns[i]))
		for _, line := range columns[i] {
			widths[i] = max(widths[i], Width(line))
		}
	}
	var out strings.Builder
	for y := range height {
		if y > 0 {
			out.WriteByte('\n')
		}
		for i, column := range columns {
			line := ""
			if y < len(column) {
				line = column[y]
			}
			out.WriteString(pad(line, widths[i]))
		}
	}
	return out.String()
}

func pad(s string, w int) string {
	s += strings.Repeat(" ", max(0, w-Width(s)))
	// Some scripts have letters that join with whatever follows, even with a space.
	for Width(s) < w {
		s += " "
	}
	return s
}
