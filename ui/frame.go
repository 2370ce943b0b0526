package ui

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/x/ansi"

	"earmark/ui/cell"
	"earmark/ui/keys"
)

// The smallest terminal in which a track can be judged.
const (
	minWidth  = 80
	minHeight = 24
)

func (a *app) tooSmall() bool { return a.width < minWidth || a.height < minHeight }

// bodyHeight is what crumbs, errors, status and hints leave.
func (a *app) bodyHeight() int { return max(1, a.height-3-len(a.errorLines(a.width))) }

// layout gives every screen its room; it changes with the window and with the errors.
func (a *app) layout() {
	w, h := max(a.width, minWidth), max(a.bodyHeight(), minHeight-3-maxErrorLines)
	for _, c := range []child{a.jobs, a.queue, a.review} {
		c.SetSize(w, h)
	}
}

// View draws the whole terminal.
func (a *app) View() string {
	if a.width == 0 {
		return "" // the size is not known yet
	}
	if a.tooSmall() {
		return a.plain(a.smallView())
	}
	w, h := a.width, a.bodyHeight()
	var body string
	switch a.overlay {
	case overlayHelp:
		body = a.helpView(w, h)
	case overlayErrors:
		body = a.errorsView(w, h)
	default:
		body = a.front.View()
	}
	lines := append([]string{a.crumbs(w), body}, a.errorLines(w)...)
	lines = append(lines, a.statusLine(w), a.hints(w))
	return a.plain(strings.Join(lines, "\n"))
}

// smallView says what is wrong, and what still works.
func (a *app) smallView() string {
	k := a.kit.Keys
	lines := []string{
		fmt.Sprintf("earmark needs %d×%d cells.", minWidth, minHeight),
		fmt.Sprintf("This window has %d×%d.", a.width, a.height),
		"Make it larger, or " + k.Name(keys.ScopeGlobal, keys.Quit) + " quits.",
		"Nothing is lost meanwhile.",
	}
	if a.overlay == overlayQuit {
		yes, no := k.Name(keys.ScopeConfirm, keys.Confirm), k.Name(keys.ScopeConfirm, keys.Leave)
		lines = []string{"A job is not done.", "It goes on at the", "next start.", yes + " quits, " + no + " stays."}
	}
	return cell.Block(strings.Join(lines, "\n"), a.width, a.height)
}

// crumbs is the first line: where one is, and what runs.
func (a *app) crumbs(w int) string {
	t := a.kit.Theme
	sep := " " + t.Faint.Render(t.Glyph.Crumb) + " "
	path := []child{a.jobs}
	if a.front == child(a.queue) || a.front == child(a.review) {
		path = append(path, a.queue)
	}
	if a.front == child(a.review) {
		path = append(path, a.review)
	}
	names := make([]string, len(path))
	for i, c := range path {
		style := t.Dim
		if i == len(path)-1 {
			style = t.Strong
		}
		names[i] = style.Render(cell.Cut(c.Title(), w/3))
	}
	left := t.Playing.Bold(true).Render("earmark") + "  " + strings.Join(names, sep)
	return cell.Spread(left, a.working(), w)
}

// working is the end of the first line: how far the work is.
func (a *app) working() string {
	t := a.kit.Theme
	row, n := a.jobs.Running()
	switch {
	case a.jobs.Halted() != nil:
		return t.Error.Render(t.Glyph.Failed + " the analysis has stopped")
	case n == 0:
		return ""
	}
	text := cell.Cut(cell.Clean(row.Name), 24)
	if n > 1 {
		text = cell.Plural(int64(n), "job", "jobs")
	} else if row.Counts.Total > 0 {
		text += fmt.Sprintf(" %d%%", row.Counts.Processed*100/row.Counts.Total)
	}
	if left := a.jobs.Progress(row.ID).Left; n == 1 && left > 0 {
		text += ", " + cell.Left(left) + " left"
	}
	return t.Playing.Render(t.Glyph.Running) + " " + t.Dim.Render(text)
}

// statusLine is what was done last, or the question whether to quit.
func (a *app) statusLine(w int) string {
	if a.overlay == overlayQuit {
		return a.quitLine(w)
	}
	return cell.Fit(a.kit.Theme.Text.Render(cell.Cut(cell.Clean(a.status), w)), w)
}

// hints is the last line: the keys that matter here, as many as fit, and the last of them always: it leads to the rest.
func (a *app) hints(w int) string {
	t, bindings := a.kit.Theme, a.hintKeys()
	if len(bindings) == 0 {
		return cell.Fit("", w)
	}
	hint := func(b key.Binding) (string, int) {
		name := b.Help().Key
		if first, _, more := strings.Cut(name, " "); more {
			name = first
		}
		return t.Key.Render(name) + " " + t.Dim.Render(b.Help().Desc), cell.Width(name) + 1 + cell.Width(b.Help().Desc)
	}
	last, room := hint(bindings[len(bindings)-1])
	var line strings.Builder
	for _, b := range bindings[:len(bindings)-1] {
		text, n := hint(b)
		if room += n + 2; room > w {
			break
		}
		line.WriteString(text + "  ")
	}
	return cell.Fit(line.String()+last, w)
}

func (a *app) hintKeys() []key.Binding {
	if a.overlay == overlayNone {
		return a.front.Help()
	}
	var out []key.Binding
	for _, e := range a.kit.Keys.Entries(a.scope()) {
		out = append(out, e.Binding)
	}
	return out
}

// plain replaces what a terminal without UTF-8 cannot show, cell by cell.
func (a *app) plain(view string) string {
	if !a.kit.Theme.ASCII {
		return view
	}
	var out strings.Builder
	for view != "" {
		r, size := utf8.DecodeRuneInString(view)
		if r < utf8.RuneSelf {
			out.WriteByte(view[0])
			view = view[size:]
			continue
		}
		cluster, cells := ansi.FirstGraphemeCluster(view, ansi.GraphemeWidth)
		if sign, ok := plainSigns[r]; ok {
			out.WriteString(sign)
		} else {
			out.WriteString(strings.Repeat("?", cells))
		}
		view = view[len(cluster):]
	}
	return out.String()
}

var plainSigns = map[rune]string{'–': "-", '—': "-", '−': "-", '×': "x", '…': "~"}
