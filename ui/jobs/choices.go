package jobs

import (
	"path/filepath"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"earmark/engine/intake"
	"earmark/ui/cell"
	"earmark/ui/prompt"
)

// choices are what the typed path can become.
type choices struct {
	seq   int
	typed string // the line that they complete
	list  []prompt.Candidate
	at    int // the one that Tab put into the line; -1 for none
	err   error
}

type choicesMsg struct {
	seq   int
	typed string
	list  []prompt.Candidate
	err   error
}

// look lists what the path can become now.
func (f *form) look() tea.Cmd {
	f.choices.seq++
	seq, typed := f.choices.seq, f.path.Value()
	return func() tea.Msg {
		list, err := prompt.Candidates(typed, takes)
		return choicesMsg{seq: seq, typed: typed, list: list, err: err}
	}
}

// takes says whether a job can be made of a file of this name.
func takes(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".m3u", ".m3u8", ".ndjson", ".jsonl":
		return true
	default:
		return intake.IsAudioName(name)
	}
}

func (c *choices) arrived(msg choicesMsg) {
	if msg.seq == c.seq {
		c.typed, c.list, c.err, c.at = msg.typed, msg.list, msg.err, -1
	}
}

// complete adds what all candidates agree on; when there is nothing to add, it goes through them.
func (f *form) complete() tea.Cmd {
	c := &f.choices
	if len(c.list) == 0 || c.typed != f.path.Value() {
		return nil // those of what is typed now are still on their way
	}
	if common := prompt.Common(c.list); c.at < 0 && len(common) > len(c.typed) {
		f.path.Set(common)
		f.survey.stop()
		return f.look()
	}
	if len(c.list) == 1 {
		f.path.Set(c.list[0].Path)
		f.survey.stop()
		return f.look()
	}
	c.at = (c.at + 1) % len(c.list)
	f.path.Set(c.list[c.at].Path)
	c.typed = f.path.Value()
	f.survey.stop()
	return nil
}

// view draws the form.
func (f *form) view(w, h int) []string {
	t := f.kit.Theme
	lines := []string{t.Strong.Render("New job"), "", f.path.View(w), f.name.View(w), ""}
	words, bad := f.survey.words()
	style := t.Text
	if bad {
		style = t.Error
		words = t.Glyph.Failed + " " + words
	}
	for _, line := range cell.Wrap(words, w, 2) {
		lines = append(lines, style.Render(line))
	}
	if f.hint != "" {
		lines = append(lines, t.Warn.Render(cell.Cut(f.hint, w)))
	} else if f.naming && f.survey.done && !bad {
		lines = append(lines, t.Dim.Render("Enter starts the job."))
	}
	lines = append(lines, "")
	if f.naming {
		return lines
	}
	return append(lines, f.choices.view(f, w, h-len(lines))...)
}

// view lists the candidates in columns, as many as there is room for.
func (c *choices) view(f *form, w, h int) []string {
	t := f.kit.Theme
	switch {
	case c.err != nil:
		return []string{t.Dim.Render(cell.Cut(cell.Clean(c.err.Error()), w))}
	case len(c.list) == 0:
		return []string{t.Dim.Render("Nothing here begins like this.")}
	}
	longest := 8
	for _, one := range c.list {
		longest = max(longest, cell.Width(cell.Clean(one.Name)))
	}
	width := min(longest+2, w)
	columns := max(1, w/width)
	rows := max(1, min(h-1, (len(c.list)+columns-1)/columns))
	first := 0
	if c.at >= rows*columns {
		first = c.at - rows*columns + 1
	}
	var lines []string
	for y := range rows {
		var line strings.Builder
		for x := range columns {
			i := first + x*rows + y
			if i >= len(c.list) {
				continue
			}
			style := t.Dim
			if c.list[i].Folder {
				style = t.Text
			}
			text := cell.Fit(cell.Clean(c.list[i].Name), width-2)
			if i == c.at {
				line.WriteString(t.Selected.Render(t.Glyph.Cursor+text) + " ")
			} else {
				line.WriteString(" " + style.Render(text) + " ")
			}
		}
		lines = append(lines, line.String())
	}
	if rest := len(c.list) - first - rows*columns; rest > 0 {
		lines = append(lines, t.Dim.Render(cell.Plural(int64(rest), "more", "more")))
	}
	return lines
}
