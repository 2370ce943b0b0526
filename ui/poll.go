package ui

import (
	"context"
	"errors"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"earmark/ui/screen"
)

// pollEvery is how often the database is asked whether another program changed it. What this program's engine changes
// is known sooner, by its hints.
const pollEvery = time.Second

type pollMsg struct{}

type versionMsg struct {
	version int64
	err     error
}

func (a *app) poll() tea.Cmd { return a.kit.Clock.After(pollEvery, pollMsg{}) }

func (a *app) readVersion() tea.Cmd {
	ctx, s := a.kit.Context, a.store
	return func() tea.Msg {
		v, err := s.Version(ctx)
		return versionMsg{version: v, err: err}
	}
}

func (a *app) polled(msg versionMsg) tea.Cmd {
	switch {
	case errors.Is(msg.err, context.Canceled):
		return nil
	case msg.err != nil:
		return tea.Batch(a.poll(), screen.Fail("look for changes", msg.err, ""))
	case msg.version != a.version:
		a.version = msg.version
		return tea.Batch(a.poll(), screen.Send(screen.ChangedMsg{}))
	default:
		return a.poll()
	}
}
