package summary

import (
	"fmt"
	"io"

	"earmark/analyzer/training/evaluation"
	"earmark/ui/cell"
)

// Detection writes how a detector does, one row for each source and manipulation. A width above 0 is where lines end,
// as far as names can be cut.
func Detection(w io.Writer, table evaluation.Table, width int) {
	columns := []Column{
		{Head: "SOURCE", Most: 24},
		{Head: "MANIPULATION", Most: 28},
		{Head: "TRACKS", Right: true},
		{Head: "∅", Right: true},
		{Head: "AUC", Right: true},
		{Head: "RECALL", Right: true},
		{Head: "HUMAN-SAFE", Right: true},
		{Head: "95 %", Right: true},
		{Head: "PRESS-SAFE", Right: true},
		{Head: "AT 1 %", Right: true},
		{Head: "AT 0", Right: true},
		{Head: "CLEAN 1 %", Right: true},
		{Head: "CLEAN 0", Right: true},
	}
	var rows [][]string
	for _, r := range table {
		interval := "–"
		if r.HumanSafe.Of > 0 {
			low, high := r.HumanSafe.Interval()
			interval = fmt.Sprintf("%.1f–%.1f", 100*low, 100*high)
		}
		rows = append(rows, []string{
			cell.Clean(r.Source), cell.Clean(r.Manipulation), fmt.Sprint(r.Outcomes), fmt.Sprint(r.NotMeasured),
			evaluation.FormatAUC(r.AUC), r.Recall.String(), r.HumanSafe.String(), interval, r.PressSafe.String(),
			r.Same1.String(), r.Same0.String(), r.Clean1.String(), r.Clean0.String(),
		})
	}
	Columns(w, "", columns, rows, width)
	fmt.Fprint(w, `∅ not measured: generated tracks among them are missed, human ones left out of shares
at 1 %, at 0: above the threshold for so many false positives on human music under the same manipulation
clean: above the threshold for human music as it is
`)
}
