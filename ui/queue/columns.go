package queue

import (
	"github.com/charmbracelet/lipgloss"

	"earmark/store"
	"earmark/ui/cell"
	"earmark/ui/say"
	"earmark/ui/theme"
)

// column is one column of the list.
type column struct {
	head  string
	width int  // at least, in cells
	flex  int  // its share of the room that is left
	from  int  // the width of the screen from which it is shown
	right bool // numbers
	tail  bool // the end of the text tells more than its beginning
	value func(q *Queue, r store.TrackRow) (string, lipgloss.Style)
}

func plain(f func(r store.TrackRow) string, style func(*theme.Theme) lipgloss.Style,
) func(*Queue, store.TrackRow) (string, lipgloss.Style) {
	return func(q *Queue, r store.TrackRow) (string, lipgloss.Style) { return f(r), style(q.kit.Theme) }
}

func text(t *theme.Theme) lipgloss.Style { return t.Text }
func dim(t *theme.Theme) lipgloss.Style  { return t.Dim }

var columns = []column{
	{head: "verdict", width: 14, value: func(q *Queue, r store.TrackRow) (string, lipgloss.Style) {
		m := say.Verdict(q.kit.Theme, say.StateOf(r))
		return m.String(), m.Style
	}},
	{head: "score", width: 5, right: true, value: plain(say.Score, text)},
	{head: "title", width: 16, flex: 5, value: plain(say.Title, text)},
	{head: "artist", width: 10, flex: 3, value: plain(artist, text)},
	{head: "time", width: 7, right: true, value: plain(duration, dim)},
	{head: "codec", width: 6, value: plain(codec, dim)},
	{head: "rel.", width: 4, from: 120, right: true, value: plain(reliability, dim)},
	{head: "decided", width: 8, value: func(q *Queue, r store.TrackRow) (string, lipgloss.Style) {
		if r.Decision == "" {
			return "", q.kit.Theme.Dim
		}
		m := say.Decision(q.kit.Theme, r.Decision)
		return m.String(), m.Style
	}},
	{head: "why", width: 14, flex: 4, from: 100, value: plain(why, dim)},
	{head: "by", width: 10, from: 150, value: plain(reviewer, dim)},
	{head: "when", width: 12, from: 150, value: func(q *Queue, r store.TrackRow) (string, lipgloss.Style) {
		return cell.Ago(r.DecidedAt, q.kit.Clock.Now()), q.kit.Theme.Dim
	}},
	{head: "item", width: 20, flex: 5, from: 170, tail: true, value: plain(item, dim)},
}

func artist(r store.TrackRow) string   { return cell.Clean(r.Artist) }
func codec(r store.TrackRow) string    { return say.Codec(r.Codec) }
func reviewer(r store.TrackRow) string { return cell.Clean(r.Reviewer) }
func item(r store.TrackRow) string     { return cell.Clean(r.ItemID) }

func duration(r store.TrackRow) string {
	if r.DurationSec <= 0 {
		return ""
	}
	return cell.Clock(cell.Seconds(r.DurationSec))
}

func reliability(r store.TrackRow) string {
	if r.Status != store.TrackSuccess {
		return ""
	}
	return cell.Count(int64(r.Reliability*100+0.5)) + "%"
}

// why is the reason of the decision, or what kept the track from being measured.
func why(r store.TrackRow) string {
	switch {
	case r.Reason != "" && r.Note != "":
		return cell.Clean(r.Reason + ": " + r.Note)
	case r.Reason != "" || r.Note != "":
		return cell.Clean(r.Reason + r.Note)
	case r.Status == store.TrackFailed:
		return cell.Clean(r.ErrorCode + ": " + r.ErrorMessage)
	default:
		return ""
	}
}

// placed is a column with the width that it gets.
type placed struct {
	column
	cells int
}

// layout spreads the columns over a screen of w cells: two for the cursor, and one between columns.
func layout(w int) []placed {
	var out []placed
	room, flex := w-1, 0
	for _, c := range columns {
		if c.from > w {
			continue
		}
		out = append(out, placed{c, c.width})
		room -= c.width + 1
		flex += c.flex
	}
	room = max(0, room)
	for i := range out {
		if out[i].flex == 0 {
			continue
		}
		share := room * out[i].flex / flex
		out[i].cells += share
		room, flex = room-share, flex-out[i].flex
	}
	return out
}

// fit puts text into the column's cells.
func (p placed) fit(s string) string {
	switch {
	case p.right:
		return cell.Right(s, p.cells)
	case p.tail:
		return cell.FitLeft(s, p.cells)
	default:
		return cell.Fit(s, p.cells)
	}
}
