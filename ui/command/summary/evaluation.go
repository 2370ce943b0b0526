package summary

import (
	"fmt"
	"io"
	"slices"

	"earmark/analyzer/training"
	"earmark/ui/cell"
)

// Evaluation writes one row for each source and manipulation, the sums first.
func Evaluation(w io.Writer, ev *training.Evaluation) {
	const sum = "all"
	rows := slices.Clone(ev.Rows)
	slices.SortStableFunc(rows, func(a, b training.Row) int {
		rank := func(r training.Row) int {
			if r.Manipulation == sum {
				return 0
			}
			return 1
		}
		return rank(a) - rank(b)
	})
	var lines [][]string
	share := func(v float64) string { return fmt.Sprintf("%.1f %%", 100*v) }
	for _, r := range rows {
		lines = append(lines, []string{
			cell.Clean(r.Source), r.Manipulation, fmt.Sprint(r.Tracks),
			share(r.Recall), share(r.HumanSafe), share(r.PressSafe),
		})
	}
	Columns(w, "", []Column{
		{Head: "SOURCE"},
		{Head: "MANIPULATION"},
		{Head: "TRACKS", Right: true},
		{Head: "RECALL", Right: true},
		{Head: "HUMAN-SAFE", Right: true},
		{Head: "PRESS-SAFE", Right: true},
	}, lines, 0)
	for _, file := range ev.LeftOut {
		fmt.Fprintf(w, "left out: %s\n", cell.Clean(file))
	}
}
