package ui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"earmark/ui/cell"
	"earmark/ui/keys"
	"earmark/ui/say"
	"earmark/ui/screen"
)

// maxErrors bounds the list; what is beyond it is counted.
const maxErrors = 100

// problem is an error on the screen.
type problem struct {
	what, todo string
	times      int
}

// errorList holds the errors until they are dismissed, the latest first.
type errorList struct {
	list []problem
	at   int
	lost int // dropped because there were too many
}

// add puts an error first, and the cursor stays on its own. The same one again is counted, not listed twice. What was
// given up on purpose is none.
func (e *errorList) add(msg screen.ErrorMsg) {
	if msg.Err == nil || errors.Is(msg.Err, context.Canceled) {
		return
	}
	p := problem{what: cell.Clean(fmt.Sprintf("%s: %v", msg.Doing, msg.Err)), todo: cell.Clean(msg.Todo), times: 1}
	if p.todo == "" {
		p.todo = say.Advice(msg.Err)
	}
	if p.todo == "" {
		p.todo = "try it again; if it stays, earmark doctor tells more"
	}
	selected := p.what
	if e.at < len(e.list) {
		selected = e.list[e.at].what
	}
	if i := e.find(p.what); i >= 0 {
		p.times += e.list[i].times
		e.list = slices.Delete(e.list, i, i+1)
	}
	e.list = slices.Insert(e.list, 0, p)
	if len(e.list) > maxErrors {
		e.list = e.list[:maxErrors]
		e.lost++
	}
	if e.at = e.find(selected); e.at < 0 {
		e.at = len(e.list) - 1 // it was the one dropped
	}
}

func (e *errorList) find(what string) int {
	return slices.IndexFunc(e.list, func(p problem) bool { return p.what == what })
}

func (e *errorList) dismiss(i int) {
	if i < len(e.list) {
		e.list = slices.Delete(e.list, i, i+1)
	}
	e.at = max(0, min(e.at, len(e.list)-1))
}

func (p problem) String() string {
	if p.times > 1 {
		return fmt.Sprintf("%s (%d times)", p.what, p.times)
	}
	return p.what
}

// maxErrorLines is how many lines the latest error takes at most: two for what went wrong, two for what to do.
const maxErrorLines = 4

// errorLines are the lines above the status that show the latest error; none without one, or under the list of all.
func (a *app) errorLines(w int) []string {
	if len(a.errors.list) == 0 || a.overlay == overlayErrors {
		return nil
	}
	t, k, p := a.kit.Theme, a.kit.Keys, a.errors.list[0]
	hint := "(" + k.Name(keys.ScopeGlobal, keys.Dismiss) + " dismisses"
	if n := len(a.errors.list); n > 1 {
		hint += fmt.Sprintf(", %s all %d", k.Name(keys.ScopeGlobal, keys.Errors), n)
	}
	hint += ")"
	var lines []string
	mark := t.Glyph.Failed + " "
	for _, line := range cell.Wrap(p.String(), w-2, 2) {
		lines = append(lines, cell.Fit(t.Error.Render(mark+line), w))
		mark = "  "
	}
	// The hint may not be cut: what is to be done gives way.
	todo := cell.Cut(upper(p.todo)+".", 2*(w-2)-cell.Width(hint)-w/4)
	for _, line := range cell.Wrap(todo+" "+t.Dim.Render(hint), w-2, 2) {
		lines = append(lines, cell.Fit("  "+line, w))
	}
	return lines
}

func (a *app) errorsVerb(v keys.Verb) {
	e := &a.errors
	switch v {
	case keys.Down:
		e.at = min(e.at+1, len(e.list)-1)
	case keys.Up:
		e.at = max(0, e.at-1)
	case keys.Dismiss:
		e.dismiss(e.at)
	case keys.ClearAll:
		e.list, e.at, e.lost = nil, 0, 0
	case keys.Leave:
		a.overlay = overlayNone
	default:
		return
	}
	if len(e.list) == 0 {
		a.overlay = overlayNone
	}
}

// errorsView is the whole list.
func (a *app) errorsView(w, h int) string {
	t := a.kit.Theme
	lines := []string{t.Head.Render("Errors"), ""}
	first := len(lines)
	cursor := 0
	for i, p := range a.errors.list {
		mark := "  "
		if i == a.errors.at {
			mark, cursor = t.Playing.Render(t.Glyph.Cursor)+" ", len(lines)
		}
		for _, line := range cell.Wrap(p.String(), w-2, 4) {
			lines = append(lines, mark+t.Error.Render(line))
			mark = "  "
		}
		for _, line := range cell.Wrap(upper(p.todo)+".", w-2, 4) {
			lines = append(lines, "  "+t.Text.Render(line))
		}
		lines = append(lines, "")
	}
	if a.errors.lost > 0 {
		lost := cell.Plural(int64(a.errors.lost), "older error", "older errors")
		lines = append(lines, t.Dim.Render(lost+" dropped."))
	}
	if over := cursor + 6 - h; over > 0 {
		lines = slices.Delete(lines, first, min(len(lines), first+over))
	}
	return cell.Block(strings.Join(lines, "\n"), w, h)
}

func upper(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]-'a'+'A') + s[1:]
}
