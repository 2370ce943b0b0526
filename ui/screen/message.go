package screen

import (
	tea "github.com/charmbracelet/bubbletea"

	"earmark/store"
)

// OpenQueueMsg shows the queue of a job, 0 for all jobs.
type OpenQueueMsg struct{ Job store.JobID }

// OpenReviewMsg shows one track. Next and previous track, and the next undecided one, are those of this list.
type OpenReviewMsg struct {
	Track  store.TrackID
	Filter store.Filter
	Sort   store.Sort
}

// BackMsg leaves a screen for the one it was opened from.
type BackMsg struct {
	Track  store.TrackID // where the cursor of the queue goes; 0 leaves it
	Filter bool          // opens the filter line of the queue
}

// ShownMsg tells a screen that it is in front again, so that it reads what it missed.
type ShownMsg struct{}

// ChangedMsg is a hint that the database changed. It says nothing of what changed: screens read again.
type ChangedMsg struct{}

// SoundMsg is a hint that what is heard changed: another track, the end, an error.
type SoundMsg struct{}

// StatusMsg is what was done, for the status line. The next one replaces it.
type StatusMsg string

// ErrorMsg is what went wrong. It stays on the screen until it is dismissed.
type ErrorMsg struct {
	Doing string // what was being done, with its object: "save the decision on Night Drive"
	Err   error
	Todo  string // what to do now; "" where the error itself tells
}

// Send is a command that only delivers a message.
func Send(msg tea.Msg) tea.Cmd { return func() tea.Msg { return msg } }

// Status is a command that sets the status line.
func Status(text string) tea.Cmd { return Send(StatusMsg(text)) }

// Fail is a command that reports an error.
func Fail(doing string, err error, todo string) tea.Cmd {
	return Send(ErrorMsg{Doing: doing, Err: err, Todo: todo})
}
