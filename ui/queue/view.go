package queue

import (
	"strings"

	"earmark/store"
	"earmark/ui/cell"
	"earmark/ui/keys"
)

// fixedLines are the lines that are not rows: counters, filter, heads, and what is typed or asked below the filter.
func (q *Queue) fixedLines() int { return 3 + len(q.notes()) }

// notes are the lines below the filter: why it cannot be read, or the question of the export.
func (q *Queue) notes() []string {
	t := q.kit.Theme
	switch {
	case q.saving.Opened():
		return q.saving.View(q.width)
	case q.parseErr != nil:
		var out []string
		mark := t.Error.Render(t.Glyph.Failed) + " "
		for _, line := range cell.Wrap(cell.Clean(q.parseErr.Error()), max(1, q.width-2), 4) {
			out = append(out, mark+t.Text.Render(line))
			mark = "  "
		}
		return out
	default:
		return nil
	}
}

// View draws the body.
func (q *Queue) View() string {
	lines := make([]string, 0, q.height)
	lines = append(lines, q.countersLine(q.width), q.filterLine(q.width))
	lines = append(lines, q.notes()...)
	cols := layout(q.width)
	lines = append(lines, q.headLine(cols))
	rows := q.window.visible()
	for i, r := range rows {
		lines = append(lines, q.row(cols, r, q.window.top+i == q.window.at))
	}
	if len(rows) == 0 {
		lines = append(lines, q.empty()...)
	}
	return cell.Block(strings.Join(lines, "\n"), q.width, q.height)
}

func (q *Queue) headLine(cols []placed) string {
	t := q.kit.Theme
	heads := make([]string, len(cols))
	for i, c := range cols {
		heads[i] = c.fit(c.head)
	}
	more := "  "
	switch {
	case q.window.above() && q.window.below():
		more = t.Glyph.Up + t.Glyph.Down
	case q.window.above():
		more = t.Glyph.Up + " "
	case q.window.below():
		more = t.Glyph.Down + " "
	}
	return t.Dim.Render(more) + t.Head.Render(strings.Join(heads, " "))
}

func (q *Queue) row(cols []placed, r store.TrackRow, selected bool) string {
	t := q.kit.Theme
	var b strings.Builder
	for i, c := range cols {
		s, style := c.value(q, r)
		s = c.fit(s)
		if i > 0 {
			b.WriteByte(' ')
		}
		if selected {
			b.WriteString(s)
		} else {
			b.WriteString(style.Render(s))
		}
	}
	if selected {
		return t.Selected.Render(t.Glyph.Cursor + " " + b.String())
	}
	return "  " + b.String()
}

// empty says why there is nothing, and what to do.
func (q *Queue) empty() []string {
	t, k := q.kit.Theme, q.kit.Keys
	switch {
	case !q.loaded:
		return []string{"", "  " + t.Dim.Render("Reading"+t.Glyph.Ellipsis)}
	case q.text != "":
		hint := k.Name(keys.ScopeQueue, keys.Back) + " takes it off, " +
			k.Name(keys.ScopeQueue, keys.Filter) + " changes it."
		return []string{"", "  No track matches this filter.", "  " + t.Dim.Render(hint)}
	case q.head.open:
		return []string{"", "  " + t.Dim.Render("The files are still being found; they appear here.")}
	default:
		return []string{"", "  There is no track here."}
	}
}
