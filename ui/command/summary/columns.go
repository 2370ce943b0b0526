package summary

import (
	"fmt"
	"io"
	"strings"

	"earmark/ui/cell"
)

// Column is the head of one column of a table.
type Column struct {
	Head  string
	Right bool // numbers
	Most  int  // cells; what is longer is cut; 0: as wide as it gets
	Left  bool // cut at the left: for paths, whose end tells them apart
}

// Columns writes a table, two blanks between columns, without heads when all are empty. Cells must be clean; they may
// hold styles. A width above 0 is where lines end: the columns with a limit shrink, the widest first.
func Columns(w io.Writer, indent string, columns []Column, rows [][]string, width int) {
	const gap = "  "
	widths := make([]int, len(columns))
	headed := false
	for i, c := range columns {
		widths[i] = cell.Width(c.Head)
		headed = headed || c.Head != ""
		for _, row := range rows {
			widths[i] = max(widths[i], cell.Width(row[i]))
		}
		if c.Most > 0 {
			widths[i] = min(widths[i], max(c.Most, cell.Width(c.Head)))
		}
	}
	if width > 0 {
		shrink(columns, widths, width-len(indent)-len(gap)*(len(columns)-1))
	}
	line := func(cells []string) {
		parts := make([]string, len(cells))
		for i, text := range cells {
			switch {
			case columns[i].Right:
				parts[i] = cell.Right(text, widths[i])
			case columns[i].Left:
				parts[i] = cell.FitLeft(text, widths[i])
			default:
				parts[i] = cell.Fit(text, widths[i])
			}
		}
		fmt.Fprintln(w, strings.TrimRight(indent+strings.Join(parts, gap), " "))
	}
	if headed {
		heads := make([]string, len(columns))
		for i, c := range columns {
			heads[i] = c.Head
		}
		line(heads)
	}
	for _, row := range rows {
		line(row)
	}
}

// shrink takes cells from columns with a limit until all fit into room, and leaves each at least eight.
func shrink(columns []Column, widths []int, room int) {
	const least = 8
	total := 0
	for _, n := range widths {
		total += n
	}
	for total > room {
		widest := -1
		for i, c := range columns {
			if c.Most > 0 && widths[i] > least && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return
		}
		widths[widest]--
		total--
	}
}
