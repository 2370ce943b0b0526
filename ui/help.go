package ui

import (
	"strings"

	"earmark/ui/cell"
	"earmark/ui/keys"
)

// keyCells is the width of the column of keys.
const keyCells = 18

func (a *app) helpVerb(v keys.Verb) {
	switch v {
	case keys.Down:
		a.scrolled += max(1, a.bodyHeight()/2)
	case keys.Up:
		a.scrolled -= max(1, a.bodyHeight()/2)
	case keys.Leave:
		a.overlay = overlayNone
	default:
		return
	}
	a.scrolled = max(0, a.scrolled)
}

// helpView lists every key that holds on the screen in front, from the table that the keys themselves come from.
func (a *app) helpView(w, h int) string {
	t := a.kit.Theme
	columns := max(1, min(3, w/76))
	width := (w - 2*(columns-1)) / columns
	var lines []string
	for _, sec := range a.kit.Keys.Sections(a.front.Scope()) {
		if len(sec.Lines) == 0 {
			continue
		}
		lines = append(lines, t.Head.Render(cell.Fit(sec.Title, width)))
		for _, line := range sec.Lines {
			text := cell.Fit(line.Text, width-keyCells-3)
			lines = append(lines, "  "+t.Key.Render(cell.Fit(line.Keys, keyCells))+" "+text)
		}
		lines = append(lines, "")
	}
	rows := (len(lines) + columns - 1) / columns
	visible := h - 2
	a.scrolled = min(a.scrolled, max(0, rows-visible))
	blocks := make([]string, 0, 2*columns)
	for c := range columns {
		from := min(len(lines), c*rows)
		block := lines[from:min(len(lines), from+rows)]
		block = block[min(len(block), a.scrolled):]
		if c > 0 {
			blocks = append(blocks, "  ")
		}
		blocks = append(blocks, cell.Block(strings.Join(block, "\n"), width, visible))
	}
	more := "These are all keys."
	if rows > visible {
		k := a.kit.Keys
		more = k.Name(keys.ScopeHelp, keys.Down) + " and " + k.Name(keys.ScopeHelp, keys.Up) + " scroll."
	}
	head := t.Strong.Render("Keys: "+a.front.Title()) + "  " + t.Dim.Render(more)
	return cell.Block(head+"\n\n"+cell.Beside(blocks...), w, h)
}
