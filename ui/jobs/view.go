package jobs

import (
	"fmt"
	"math"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"earmark/engine"
	"earmark/store"
	"earmark/ui/cell"
	"earmark/ui/chart"
	"earmark/ui/keys"
	"earmark/ui/say"
)

// cardLines are the lines of one job, the blank one after it included.
const cardLines = 3

// cards is how many jobs the screen holds.
func (j *Jobs) cards() int { return max(1, (j.height-j.above()+1)/cardLines) }

// above is how many lines stand above the first job.
func (j *Jobs) above() int { return 2 + len(j.notes()) }

// View draws the body.
func (j *Jobs) View() string {
	if j.form.opened {
		return cell.Block(strings.Join(j.form.view(j.width, j.height), "\n"), j.width, j.height)
	}
	lines := []string{j.headLine()}
	lines = append(lines, j.notes()...)
	lines = append(lines, "")
	if len(j.rows) == 0 {
		lines = append(lines, j.empty()...)
	}
	for i := j.top; i < min(len(j.rows), j.top+j.cards()); i++ {
		lines = append(lines, j.card(j.rows[i], i == j.at)...)
		lines = append(lines, "")
	}
	return cell.Block(strings.Join(lines, "\n"), j.width, j.height)
}

// notes are the lines below the head: where an export goes, or whether a job is to be cancelled.
func (j *Jobs) notes() []string {
	t, k := j.kit.Theme, j.kit.Keys
	switch {
	case j.saving.Opened():
		return j.saving.View(j.width)
	case j.asked != 0:
		for _, row := range j.rows {
			if row.ID != j.asked {
				continue
			}
			left := cell.Plural(row.Counts.Total-row.Counts.Processed, "track", "tracks")
			question := " Cancel " + cell.Cut(name(row), max(10, j.width/3)) + "? " + left + " will not be analysed. "
			return []string{t.Warn.Render("?") + question +
				t.Key.Render(k.Name(keys.ScopeConfirm, keys.Confirm)) + " cancels it, " +
				t.Key.Render(k.Name(keys.ScopeConfirm, keys.Leave)) + " leaves it"}
		}
	}
	return nil
}

func (j *Jobs) headLine() string {
	t := j.kit.Theme
	count := len(j.rows)
	parts := []string{t.Strong.Render(cell.Count(int64(count))) + " " + t.Dim.Render(plural(count, "job", "jobs"))}
	row, n := j.Running()
	switch p := j.progress[row.ID]; {
	case j.halted != nil:
		parts = append(parts, t.Error.Render(t.Glyph.Failed+" the analysis has stopped: "+cell.Clean(j.halted.Error())))
	case n == 0:
		parts = append(parts, t.Dim.Render("nothing is running"))
	default:
		speed := t.Playing.Render(t.Glyph.Running + " analysing")
		if p.Workers > 0 {
			speed += " " + t.Dim.Render(cell.Plural(int64(p.Workers), "track", "tracks")+" at once")
		}
		if p.AudioRate > 0 {
			speed += t.Dim.Render(fmt.Sprintf(", %s times real time", cell.Count(int64(p.AudioRate+0.5))))
		}
		parts = append(parts, speed)
	}
	return cell.Fit(strings.Join(parts, t.Faint.Render(" "+t.Glyph.Dot+" ")), j.width)
}

// card is one job: what it is and how far on the first line, what was found on the second.
func (j *Jobs) card(row store.Job, selected bool) []string {
	t := j.kit.Theme
	mark := "  "
	if selected {
		mark = t.Playing.Render(t.Glyph.Cursor) + " "
	}
	state := j.state(row)
	const stateCells, paceCells = 16, 24
	room := j.width - 2 - 1 - stateCells - 1 - paceCells
	title := max(18, room*2/5)
	done := math.NaN()
	if row.Counts.Total > 0 {
		done = float64(row.Counts.Processed) / float64(row.Counts.Total)
	}
	style := t.Text
	if selected {
		style = t.Selected
	}
	first := mark + style.Render(cell.Fit(name(row), title)) + " " +
		state.Style.Render(cell.Fit(state.String(), stateCells)) +
		chart.Progress(done, "", room-title, j.look) + " " + t.Dim.Render(cell.Right(j.pace(row), paceCells))
	return []string{cell.Fit(first, j.width), cell.Fit("  "+j.found(row), j.width)}
}

// state is a job's state as sign and word.
func (j *Jobs) state(row store.Job) say.Mark {
	t := j.kit.Theme
	g := t.Glyph
	switch {
	case active(row) && !row.Sealed:
		return say.Mark{Glyph: g.Running, Word: "finding files", Style: t.Playing}
	case active(row) && j.halted != nil:
		return say.Mark{Glyph: g.Failed, Word: "stopped", Style: t.Error}
	case row.Status == store.JobProcessing:
		return say.Mark{Glyph: g.Running, Word: "analysing", Style: t.Playing}
	case row.Status == store.JobQueued:
		return say.Mark{Glyph: g.Waiting, Word: "waiting", Style: t.Dim}
	case row.Status == store.JobPaused:
		return say.Mark{Glyph: g.Paused, Word: "paused", Style: t.Warn}
	case row.Status == store.JobCancelled:
		return say.Mark{Glyph: g.Cancelled, Word: "cancelled", Style: t.Dim}
	case row.Status == store.JobFailed:
		return say.Mark{Glyph: g.Failed, Word: "failed", Style: t.Error}
	case row.Counts.Flags > 0:
		return say.Mark{Glyph: g.Complete, Word: "to review", Style: t.Text}
	default:
		return say.Mark{Glyph: g.Complete, Word: "done", Style: t.Clear}
	}
}

// pace is rate and time left of a job that runs, else when it ended.
func (j *Jobs) pace(row store.Job) string {
	p := j.progress[row.ID]
	switch {
	case active(row) && j.halted == nil && p.Rate > 0:
		text := rate(p)
		if p.Left > 0 {
			text += ", " + cell.Left(p.Left) + " left"
		}
		return text
	case !row.CompletedAt.IsZero():
		return "ended " + cell.Ago(row.CompletedAt, j.kit.Clock.Now())
	default:
		return "made " + cell.Ago(row.CreatedAt, j.kit.Clock.Now())
	}
}

// rate is tracks a second, or a minute where that is less than one.
func rate(p engine.Progress) string {
	if p.Rate < 1 {
		return fmt.Sprintf("%.0f/min", p.Rate*60)
	}
	return fmt.Sprintf("%.1f/s", p.Rate)
}

// found is what a job has shown so far, and what it leaves to do.
func (j *Jobs) found(row store.Job) string {
	t, c := j.kit.Theme, row.Counts
	if row.Status == store.JobFailed && row.Error != "" {
		return t.Error.Render(cell.Clean(row.Error))
	}
	dot := t.Faint.Render(" " + t.Glyph.Dot + " ")
	var parts []string
	add := func(n int64, style lipgloss.Style, glyph, word string) {
		parts = append(parts, style.Render(glyph+cell.Count(n)+" "+word))
	}
	parts = append(parts, t.Dim.Render(cell.Plural(c.Total, "track", "tracks")))
	add(c.Suspicious, t.Suspect, t.Glyph.Suspect+" ", "suspicious")
	if c.Flags > 0 && c.Flags != c.Suspicious {
		parts[len(parts)-1] += t.Dim.Render(" (" + cell.Count(c.Flags) + " left)")
	}
	add(c.Human-c.NotMeasured, t.Clear, t.Glyph.Clear+" ", "not flagged")
	add(c.Undecided, t.Dim, "", "undecided")
	if c.Failed > 0 {
		add(c.Failed, t.Warn, "", "failed")
	}
	if c.NotMeasured > 0 {
		add(c.NotMeasured, t.Warn, "", "not measured")
	}
	if j.width >= 110 {
		parts = append(parts, t.Dim.Render(cell.Clean(engine.Describe(row.Source))))
	}
	return strings.Join(parts, dot)
}

// empty says what to do first.
func (j *Jobs) empty() []string {
	t := j.kit.Theme
	if !j.loaded {
		return []string{"  " + t.Dim.Render("Reading"+t.Glyph.Ellipsis)}
	}
	return []string{
		"  There is no job yet.", "",
		"  Press " + t.Key.Render(j.kit.Keys.Name(keys.ScopeJobs, keys.NewJob)) +
			" to make one from a folder of music, a playlist or a manifest.",
	}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
