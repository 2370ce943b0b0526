package ui

import (
	"context"
	"errors"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"earmark/store"
	"earmark/ui/jobs"
	"earmark/ui/keys"
	"earmark/ui/queue"
	"earmark/ui/review"
	"earmark/ui/saving"
	"earmark/ui/screen"
)

// child is a screen.
type child interface {
	Update(msg tea.Msg) tea.Cmd
	View() string
	SetSize(w, h int)
	Help() []key.Binding
	Scope() keys.Scope
	Title() string
}

// database is what the screens and the root need of the store.
type database interface {
	jobs.Store
	queue.Store
	review.Store
	Version(ctx context.Context) (int64, error)
}

// parts are what the screens work with.
type parts struct {
	store  database
	engine engines
	player review.Player
	export saving.Export
}

// engines is what the screens need of the engine.
type engines interface {
	jobs.Engine
	review.Engine
}

// overlay is what stands over the screen in front.
type overlay int

const (
	overlayNone overlay = iota
	overlayHelp
	overlayErrors
	overlayQuit
)

// app is the root. It routes, and knows nothing of what the screens show.
type app struct {
	kit   screen.Kit
	store database

	jobs   *jobs.Jobs
	queue  *queue.Queue
	review *review.Review
	front  child

	startJob store.JobID
	version  int64
	status   string
	errors   errorList
	overlay  overlay
	scrolled int  // lines of help above the screen
	leaving  bool // quits as soon as the last decision is written

	width, height int
}

func newApp(kit screen.Kit, p parts, startJob store.JobID) *app {
	kit.Writes = &screen.Writes{}
	a := &app{
		kit: kit, store: p.store, startJob: startJob,
		jobs:   jobs.New(kit, p.store, p.engine, p.export),
		queue:  queue.New(kit, p.store, p.export),
		review: review.New(kit, p.store, p.player, p.engine),
	}
	a.front = a.jobs
	return a
}

// start reads what the first screen shows.
func (a *app) start() tea.Cmd {
	cmds := []tea.Cmd{a.jobs.Update(screen.ShownMsg{}), a.poll()}
	if a.startJob != 0 {
		a.front = a.queue
		cmds = append(cmds, a.queue.Open(screen.OpenQueueMsg{Job: a.startJob}))
	}
	return tea.Batch(cmds...)
}

// Update takes a message and answers with what is to be done.
func (a *app) Update(msg tea.Msg) tea.Cmd {
	cmd := a.route(msg)
	a.layout()
	if a.leaving && !a.kit.Writes.Busy() {
		return tea.Batch(cmd, tea.Quit)
	}
	return cmd
}

func (a *app) route(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		a.width, a.height = msg.Width, msg.Height
		return nil
	case tea.KeyMsg:
		return a.typed(msg)
	case keys.Verb:
		return a.verb(msg)
	case screen.StatusMsg:
		a.status = string(msg)
		return nil
	case screen.ErrorMsg:
		a.errors.add(msg)
		return nil
	case screen.ChangedMsg:
		return tea.Batch(a.jobs.Update(msg), a.tellFront(msg))
	case screen.WrittenMsg:
		return a.written(msg)
	case screen.OpenQueueMsg, screen.OpenReviewMsg, screen.BackMsg:
		return a.navigate(msg)
	case pollMsg:
		return a.readVersion()
	case versionMsg:
		return a.polled(msg)
	default:
		// An answer finds its screen by its type, whichever is in front by now.
		return tea.Batch(a.jobs.Update(msg), a.queue.Update(msg), a.review.Update(msg))
	}
}

// written takes the end of a change of the database. One that failed keeps the program open: its error is still to be
// read, and what was to be written is not lost yet.
func (a *app) written(msg screen.WrittenMsg) tea.Cmd {
	if msg.Err != nil && !errors.Is(msg.Err, store.ErrNothingToUndo) && a.leaving {
		a.leaving, a.status = false, ""
	}
	return tea.Batch(msg.Next(), a.route(msg.Answer), a.tellFront(screen.ChangedMsg{}))
}

// tellFront gives a message to the screen in front; the jobs got theirs already.
func (a *app) tellFront(msg tea.Msg) tea.Cmd {
	if a.front == child(a.jobs) {
		return nil
	}
	return a.front.Update(msg)
}

// navigate changes the screen in front.
func (a *app) navigate(msg tea.Msg) tea.Cmd {
	a.status = ""
	switch msg := msg.(type) {
	case screen.OpenQueueMsg:
		a.front = a.queue
		return a.queue.Open(msg)
	case screen.OpenReviewMsg:
		a.front = a.review
		return a.review.Open(msg)
	case screen.BackMsg:
		if a.front == child(a.review) {
			a.review.Leave()
			a.front = a.queue
			return a.queue.Return(msg)
		}
		a.front = a.jobs
		return a.jobs.Update(screen.ShownMsg{})
	}
	return nil
}
