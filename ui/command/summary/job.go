package summary

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"earmark/store"
	"earmark/ui/cell"
	"earmark/ui/say"
	"earmark/ui/theme"
)

// listed is how many tracks a list shows; the rest is counted.
const listed = 20

// noLimit is a column that shrinks only where the terminal ends.
const noLimit = 1 << 12

// Style is how a summary is written.
type Style struct {
	Theme *theme.Theme
	Width int                      // of a line; 0: no limit
	Again func(rest string) string // the command to type
}

// Job writes the outcome of a job: counts, what is suspicious with the worst first, what failed and why, and where to
// go next. took is the time it ran, 0 where that means nothing.
func Job(ctx context.Context, w io.Writer, s *store.Store, job store.Job, took time.Duration, st Style) error {
	c := job.Counts
	head := st.Theme.Strong.Render(fmt.Sprintf("%s  %s", job.ID, cell.Clean(job.Name)))
	fmt.Fprintf(w, "%s  %s%s\n\n", head, cell.Plural(c.Total, "file", "files"), spent(took))
	counts(w, c, st.Theme)
	suspicious, err := top(ctx, s, job.ID, "suspicious", "")
	if err != nil {
		return err
	}
	failed, err := top(ctx, s, job.ID, "", store.TrackFailed)
	if err != nil {
		return err
	}
	if c.Suspicious > 0 {
		fmt.Fprintln(w, "\n"+st.Theme.Strong.Render("Suspicious, worst first"))
		suspects(w, suspicious, st)
		rest(w, c.Suspicious, st.Again(fmt.Sprintf("results %s --verdict suspicious", job.ID)))
	}
	if c.Failed > 0 {
		fmt.Fprintln(w, "\n"+st.Theme.Strong.Render("Failed"))
		failures(w, failed, st)
		rest(w, c.Failed, st.Again(fmt.Sprintf("results %s --status failed", job.ID)))
	}
	fmt.Fprintln(w)
	next(w, job, st)
	return nil
}

func spent(took time.Duration) string {
	if took <= 0 {
		return ""
	}
	if took < 10*time.Second {
		return fmt.Sprintf(" in %.1f s", took.Seconds())
	}
	return " in " + cell.Left(took)
}

func counts(w io.Writer, c store.Counts, t *theme.Theme) {
	row := func(state say.State, n int64, what string) []string {
		m := say.Verdict(t, state)
		if n == 0 {
			return []string{m.String(), "0", ""}
		}
		return []string{m.Render(), cell.Count(n), what}
	}
	rows := [][]string{
		row(say.Suspicious, c.Suspicious, "carries the marks of a neural decoder"),
		row(say.NotFlagged, c.Human-c.NotMeasured, "no such marks at the human-safe tier"),
	}
	if c.NotMeasured > 0 {
		rows = append(rows, row(say.NotMeasured, c.NotMeasured, "unfit for a verdict: listen"))
	}
	if c.Failed > 0 {
		rows = append(rows, row(say.Failed, c.Failed, "could not be analysed: never a flag"))
	}
	if open := c.Total - c.Processed; open > 0 {
		rows = append(rows, row(say.Waiting, open, ""))
	}
	Columns(w, "  ", []Column{{}, {Right: true}, {}}, rows, 0)
}

func top(ctx context.Context, s *store.Store, id store.JobID, verdict string, status store.TrackStatus) (
	[]store.TrackRow, error,
) {
	page, err := s.Tracks(ctx, store.Filter{Job: id, Verdict: verdict, Status: status}, store.SortWorst,
		store.Cursor{}, store.Forward, listed)
	return page.Rows, err
}

func suspects(w io.Writer, rows []store.TrackRow, st Style) {
	var lines [][]string
	for _, r := range rows {
		tier := ""
		for _, one := range say.Tiers(r.Tiers) {
			if one.Flagged {
				tier = one.Name
				break // the strictest first
			}
		}
		lines = append(lines, []string{
			st.Theme.Suspect.Render(say.Score(r)), tier, cell.Clock(cell.Seconds(r.DurationSec)), cell.Clean(r.ItemID),
		})
	}
	Columns(w, "  ", []Column{
		{Head: "score", Right: true},
		{Head: "tier"},
		{Head: "length", Right: true},
		{Head: "file", Most: noLimit, Left: true},
	}, lines, st.Width)
}

func failures(w io.Writer, rows []store.TrackRow, st Style) {
	var lines [][]string
	for _, r := range rows {
		lines = append(lines, []string{cell.Clean(r.ItemID), r.ErrorCode, cell.Clean(r.ErrorMessage)})
	}
	Columns(w, "  ", []Column{
		{Head: "file", Most: noLimit, Left: true}, {Head: "code"}, {Head: "why", Most: noLimit},
	}, lines, st.Width)
}

func rest(w io.Writer, n int64, command string) {
	if n > listed {
		fmt.Fprintf(w, "  … and %s more: %s\n", cell.Count(n-listed), command)
	}
}

func next(w io.Writer, job store.Job, st Style) {
	lines := [][]string{}
	if job.Counts.Undecided > 0 {
		lines = append(lines, []string{"Review by ear", st.Again("")})
	}
	lines = append(lines, []string{"Export", st.Again(fmt.Sprintf("export %s -o FILE.csv", job.ID))})
	for i := range lines {
		lines[i][1] = strings.TrimSpace(lines[i][1])
	}
	Columns(w, "", []Column{{}, {}}, lines, 0)
}
