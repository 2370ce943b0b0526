package queue

import (
	"strings"

	"earmark/store"
	"earmark/ui/cell"
)

// summary is what the lines above the rows say.
type summary struct {
	name     string
	counts   store.Counts
	open     bool   // tracks are still coming in
	ended    bool   // what is not analysed yet will not be, unless somebody retries
	matching string // how many tracks the filter leaves; empty while it is not known
}

// summarize takes the counters of one job, or of all together.
func summarize(jobs []store.Job, id store.JobID) summary {
	var s summary
	for _, j := range jobs {
		if id != 0 && j.ID != id {
			continue
		}
		s.name = j.Name
		s.open = s.open || !j.Sealed && j.Status != store.JobFailed && j.Status != store.JobCancelled
		s.ended = id != 0 && (j.Status == store.JobFailed || j.Status == store.JobCancelled)
		c, sum := j.Counts, &s.counts
		sum.Total += c.Total
		sum.Processed += c.Processed
		sum.Succeeded += c.Succeeded
		sum.Failed += c.Failed
		sum.Human += c.Human
		sum.Suspicious += c.Suspicious
		sum.NotMeasured += c.NotMeasured
		sum.Undecided += c.Undecided
		sum.Flags += c.Flags
	}
	return s
}

// countersLine is the first line: what there is, and what is left to do.
func (q *Queue) countersLine(w int) string {
	c, t := q.head.counts, q.kit.Theme
	dot := t.Faint.Render(" " + t.Glyph.Dot + " ")
	var parts []string
	add := func(n int64, word string, always bool) {
		if n > 0 || always {
			parts = append(parts, t.Strong.Render(cell.Count(n))+" "+t.Dim.Render(word))
		}
	}
	tracks := "tracks"
	if c.Total == 1 {
		tracks = "track"
	}
	if q.head.open {
		tracks += " so far"
	}
	add(c.Total, tracks, true)
	add(c.Undecided, "undecided", true)
	rest := "waiting"
	if q.head.ended {
		rest = "not analysed"
	}
	add(c.Total-c.Processed, rest, false)
	parts = append(parts,
		t.Suspect.Render(t.Glyph.Suspect+" "+cell.Count(c.Suspicious)+" suspicious"),
		t.Clear.Render(t.Glyph.Clear+" "+cell.Count(c.Human-c.NotMeasured)+" not flagged"))
	add(c.NotMeasured, "not measured", false)
	add(c.Failed, "failed", false)
	return cell.Fit(strings.Join(parts, dot), w)
}

// filterLine is the second line: it always shows the filter that holds.
func (q *Queue) filterLine(w int) string {
	t := q.kit.Theme
	right := sortWords(q.sort)
	if q.text != "" {
		matching := q.head.matching
		if matching == "" {
			matching = "counting" + t.Glyph.Ellipsis
		}
		right = matching + " " + t.Glyph.Dot + " " + right
	}
	rw := min(cell.Width(right), w/2)
	return q.line.View(w-rw-2) + "  " + t.Dim.Render(cell.Fit(right, rw))
}
