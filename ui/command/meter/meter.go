package meter

import (
	"fmt"
	"io"
	"strings"
	"time"

	"earmark/ui/cell"
	"earmark/ui/theme"
)

// State is what a line tells.
type State struct {
	Finding     bool  // files are still looked for
	Done, Total int64 // tracks; while finding, Total is how many were found so far
	Suspicious  int64
	Failed      int64
	Rate        float64       // tracks a second; 0: not known yet
	AudioRate   float64       // seconds of sound a second; 0: not known yet
	Left        time.Duration // 0: not known yet
	After       string        // what is done first, such as job_3; empty: nothing
}

const (
	leastBar = 8
	mostBar  = 30
	mostDrop = 8
	gap      = "  "
)

// part is a piece of the line and how willingly it is given up where there is no room: the highest first.
type part struct {
	text string
	drop int
}

// Line is the state in at most width cells.
func Line(t *theme.Theme, s State, width int) string {
	if s.Finding {
		return cell.Cut("looking for files"+gap+cell.Plural(s.Total, "file", "files")+" found", width)
	}
	parts := parts(t, s)
	for level := mostDrop; level > 0 && leastBar+len(gap)+length(parts) > width; level-- {
		for i := range parts {
			if parts[i].drop == level {
				parts[i].text = ""
			}
		}
	}
	var out []string
	if room := width - len(gap) - length(parts); room >= leastBar {
		out = append(out, fill(t, s, min(room, mostBar)))
	}
	for _, p := range parts {
		if p.text != "" {
			out = append(out, p.text)
		}
	}
	return cell.Cut(strings.Join(out, gap), width)
}

func parts(t *theme.Theme, s State) []part {
	parts := []part{
		{fmt.Sprintf("%s of %s", cell.Count(s.Done), cell.Count(s.Total)), 0},
		{percent(s), 6},
	}
	if s.Rate > 0 {
		parts = append(parts, part{fmt.Sprintf("%s files/s", figure(s.Rate)), 8})
	}
	if s.AudioRate > 0 {
		parts = append(parts, part{fmt.Sprintf("%s× real time", figure(s.AudioRate)), 7})
	}
	if s.Left > 0 && s.Done < s.Total {
		parts = append(parts, part{cell.Left(s.Left) + " left", 3})
	}
	if s.Suspicious > 0 {
		text := fmt.Sprintf("%s %s suspicious", t.Glyph.Suspect, cell.Count(s.Suspicious))
		parts = append(parts, part{t.Suspect.Render(text), 2})
	}
	if s.Failed > 0 {
		parts = append(parts, part{t.Warn.Render(fmt.Sprintf("%s %s failed", t.Glyph.Failed, cell.Count(s.Failed))), 4})
	}
	if s.After != "" {
		parts = append(parts, part{"after " + s.After, 5})
	}
	return parts
}

func length(parts []part) int {
	n := 0
	for _, p := range parts {
		if p.text == "" {
			continue
		}
		if n > 0 {
			n += len(gap)
		}
		n += cell.Width(p.text)
	}
	return n
}

func percent(s State) string {
	if s.Total == 0 {
		return ""
	}
	return fmt.Sprintf("%d %%", s.Done*100/s.Total) // 100 % only at the end
}

func fill(t *theme.Theme, s State, width int) string {
	done := 0
	if s.Total > 0 {
		done = int(int64(width) * s.Done / s.Total)
	}
	full, rest := strings.Repeat(t.Glyph.Bar, done), strings.Repeat(t.Glyph.BarRest, width-done)
	return t.Done.Render(full) + t.Faint.Render(rest)
}

// figure writes a rate with as many digits as mean something.
func figure(v float64) string {
	switch {
	case v < 0.095:
		return fmt.Sprintf("%.2f", v)
	case v < 9.95:
		return fmt.Sprintf("%.1f", v)
	default:
		return cell.Count(int64(v + 0.5))
	}
}

// Bar is the place of the line on a terminal.
type Bar struct {
	w     io.Writer
	shown string
}

// NewBar returns a bar that shows nothing yet.
func NewBar(w io.Writer) *Bar { return &Bar{w: w} }

// Draw replaces the line. The same line again writes nothing.
func (b *Bar) Draw(line string) {
	if line == b.shown {
		return
	}
	fmt.Fprint(b.w, "\r"+line+"\x1b[K")
	b.shown = line
}

// Clear takes the line away, so that other lines can be written.
func (b *Bar) Clear() {
	if b.shown != "" {
		fmt.Fprint(b.w, "\r\x1b[K")
		b.shown = ""
	}
}
