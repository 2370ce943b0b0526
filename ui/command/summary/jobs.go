package summary

import (
	"io"
	"time"

	"earmark/store"
	"earmark/ui/cell"
	"earmark/ui/theme"
)

// Jobs writes the list of jobs, narrow enough for 80 columns.
func Jobs(w io.Writer, jobs []store.Job, now time.Time, t *theme.Theme, width int) {
	columns := []Column{
		{Head: "JOB"},
		{Head: "NAME", Most: 40},
		{Head: "STATE"},
		{Head: "DONE", Right: true},
		{Head: "FLAGGED", Right: true},
		{Head: "FAILED", Right: true},
		{Head: "UNDECIDED", Right: true},
		{Head: "MADE"},
	}
	var rows [][]string
	for _, j := range jobs {
		c := j.Counts
		number := func(n int64) string {
			if n == 0 {
				return t.Dim.Render("0")
			}
			return cell.Count(n)
		}
		suspicious := number(c.Suspicious)
		if c.Suspicious > 0 {
			suspicious = t.Suspect.Render(suspicious)
		}
		rows = append(rows, []string{
			j.ID.String(), cell.Clean(j.Name), State(j), Done(c), suspicious, number(c.Failed), number(c.Undecided),
			cell.Ago(j.CreatedAt, now),
		})
	}
	Columns(w, "", columns, rows, width)
}

// State is the state of a job in a word.
func State(j store.Job) string {
	if j.Status == store.JobQueued && !j.Sealed {
		return "reading" // its folders
	}
	return string(j.Status)
}

// Done is how many of a job's tracks are processed.
func Done(c store.Counts) string {
	if c.Processed == c.Total {
		return cell.Count(c.Total)
	}
	return cell.Count(c.Processed) + " of " + cell.Count(c.Total)
}
