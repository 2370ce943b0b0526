package ui

import (
	tea "github.com/charmbracelet/bubbletea"

	"earmark/ui/cell"
	"earmark/ui/keys"
)

// quit leaves. It asks first while a job is running, because that would stop, and while a reason or a note waits for
// its decision, because that would be lost.
func (a *app) quit() tea.Cmd {
	if _, n := a.jobs.Running(); n > 0 || a.review.Drafts() > 0 {
		a.overlay = overlayQuit
		return nil
	}
	return a.leave()
}

func (a *app) answerQuit(v keys.Verb) tea.Cmd {
	a.overlay = overlayNone
	switch v {
	case keys.Confirm:
		return a.leave()
	case keys.Leave:
		return nil
	default:
		a.overlay = overlayQuit
		return nil
	}
}

// leave quits once the last decision is written, or stays when that fails.
func (a *app) leave() tea.Cmd {
	a.leaving = true
	if a.kit.Writes.Busy() {
		a.status = "Saving the last decision; then the program ends."
	}
	return nil
}

// quitNow asks nothing. A second time it does not even wait for a decision that is being written.
func (a *app) quitNow() tea.Cmd {
	if a.leaving {
		return tea.Quit
	}
	return a.leave()
}

// quitLine is the question.
func (a *app) quitLine(w int) string {
	t, k := a.kit.Theme, a.kit.Keys
	row, n := a.jobs.Running()
	what := cell.Cut(cell.Clean(row.Name), w/4) + " is not done. It goes on at the next start. "
	if n > 1 {
		what = cell.Plural(int64(n), "job", "jobs") + " are not done. They go on at the next start. "
	}
	if drafts := a.review.Drafts(); drafts > 0 {
		what = "The note or reason of " + cell.Plural(int64(drafts), "undecided track", "undecided tracks") +
			" would be lost. "
	}
	return cell.Fit(t.Warn.Render("?")+" "+what+
		t.Key.Render(k.Name(keys.ScopeConfirm, keys.Confirm))+" quits, "+
		t.Key.Render(k.Name(keys.ScopeConfirm, keys.Leave))+" stays", w)
}
