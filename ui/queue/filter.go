package queue

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"earmark/store"
	"earmark/ui/keys"
)

// edit opens the filter line.
func (q *Queue) edit() {
	q.before, q.parseErr = q.text, nil
	q.line.Open(q.text)
}

// typed takes a letter of the filter: what is typed so far filters at once, when it can be read.
func (q *Queue) typed(msg tea.KeyMsg) tea.Cmd {
	if !q.line.Update(msg) {
		return nil
	}
	text := q.line.Value()
	f, err := store.ParseFilter(text)
	q.parseErr = err
	if err != nil {
		return nil // the last filter that could be read stays
	}
	return q.setFilter(text, f)
}

func (q *Queue) lineVerb(v keys.Verb) tea.Cmd {
	switch v {
	case keys.Accept:
		if q.parseErr != nil {
			return nil // the reason is shown; Esc leaves
		}
		q.closeLine()
		return nil
	case keys.Leave:
		q.closeLine()
		f, err := store.ParseFilter(q.before)
		if err != nil || q.before == q.text {
			q.line.Set(q.text)
			return nil
		}
		return q.setFilter(q.before, f)
	default: // the other verbs belong to the list
		return nil
	}
}

func (q *Queue) closeLine() {
	q.parseErr = nil
	q.line.Close()
}

// setFilter shows what a filter leaves. A reader who chose a line keeps it when the filter is taken off.
func (q *Queue) setFilter(text string, f store.Filter) tea.Cmd {
	widened := strings.TrimSpace(text) == ""
	q.text, q.filter = text, q.scoped(f)
	if !q.line.Opened() {
		q.line.Set(text)
	}
	q.head.matching = ""
	if widened && q.window.moved {
		return q.want(q.again())
	}
	q.window.moved = false
	return q.want(load{kind: loadHead})
}

// scoped holds a filter to the job that is shown.
func (q *Queue) scoped(f store.Filter) store.Filter {
	if q.job != 0 {
		f.Job = q.job
	}
	return f
}
