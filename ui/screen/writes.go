package screen

import tea "github.com/charmbracelet/bubbletea"

// Writes carries out changes of the database one after the other, in the order of the keys, whichever screen they come
// from: an undo never overtakes the decision before it. Only the program's loop touches it. A screen without others
// beside it needs none: nil carries out every change at once.
type Writes struct {
	waiting []tea.Cmd // the first one runs
}

// WrittenMsg is the end of a change, well or not. Who runs the loop asks for the next one and passes the answer on.
type WrittenMsg struct {
	Answer tea.Msg // for the screen that asked
	Err    error   // why nothing was changed
	writes *Writes
}

// Do carries out a change as soon as those before it have ended.
func (w *Writes) Do(change func() (answer tea.Msg, err error)) tea.Cmd {
	if w == nil {
		return func() tea.Msg {
			answer, _ := change()
			return answer
		}
	}
	w.waiting = append(w.waiting, func() tea.Msg {
		answer, err := change()
		return WrittenMsg{Answer: answer, Err: err, writes: w}
	})
	if len(w.waiting) > 1 {
		return nil
	}
	return w.waiting[0]
}

// Busy says whether a change is being written, or waits for it.
func (w *Writes) Busy() bool { return w != nil && len(w.waiting) > 0 }

// Next is the change after the one that ended; nil when there is none.
func (m WrittenMsg) Next() tea.Cmd {
	m.writes.waiting = m.writes.waiting[1:]
	if !m.writes.Busy() {
		return nil
	}
	return m.writes.waiting[0]
}
