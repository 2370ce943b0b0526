package jobs

import (
	"context"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"earmark/engine"
	"earmark/store"
	"earmark/ui/cell"
	"earmark/ui/chart"
	"earmark/ui/keys"
	"earmark/ui/saving"
	"earmark/ui/screen"
)

// Store is what the screen reads.
type Store interface {
	Jobs(ctx context.Context) ([]store.Job, error)
}

// Engine is what works on jobs. *engine.Engine is one.
type Engine interface {
	Survey(ctx context.Context, s engine.Source, found func(engine.Survey)) (engine.Survey, error)
	CreateJob(ctx context.Context, s engine.Source) (store.Job, error)
	Pause(ctx context.Context, id store.JobID) error
	Resume(ctx context.Context, id store.JobID) error
	Cancel(ctx context.Context, id store.JobID) error
	Retry(ctx context.Context, id store.JobID) (int64, error)
	Progress(id store.JobID) engine.Progress
	Err() error
}

// Jobs is the screen. Only the program's loop touches it.
type Jobs struct {
	kit    screen.Kit
	store  Store
	engine Engine
	look   chart.Style
	saving *saving.Dialog
	form   *form

	lane     screen.Lane
	ticking  bool // a look at rates is due while something runs
	seq      int
	loaded   bool
	rows     []store.Job
	progress map[store.JobID]engine.Progress
	halted   error // why the engine does nothing

	at, top       int
	asked         store.JobID // this job is to be cancelled, if the answer is yes
	width, height int
}

// New returns the screen, empty until it is shown.
func New(kit screen.Kit, s Store, e Engine, export saving.Export) *Jobs {
	return &Jobs{
		kit: kit, store: s, engine: e, look: kit.Theme.Chart(),
		saving: saving.New("jobs", kit, export),
		form:   newForm(kit, e),
		lane:   screen.NewLane("jobs", screen.LiveGap, kit.Clock),
	}
}

// Title is the name of the screen, for the line of crumbs.
func (j *Jobs) Title() string { return "Jobs" }

// Running is a job that is being worked on, and how many there are.
func (j *Jobs) Running() (store.Job, int) {
	var first store.Job
	n := 0
	for _, row := range j.rows {
		if active(row) {
			first = row
			n++
		}
	}
	return first, n
}

// Progress is what the engine last said of a job.
func (j *Jobs) Progress(id store.JobID) engine.Progress { return j.progress[id] }

// Halted is why the engine does nothing although it should; nil while it does.
func (j *Jobs) Halted() error { return j.halted }

// Scope says what keys mean now.
func (j *Jobs) Scope() keys.Scope {
	switch {
	case j.form.opened:
		return keys.ScopeForm
	case j.saving.Opened():
		return j.saving.Scope()
	case j.asked != 0:
		return keys.ScopeConfirm
	default:
		return keys.ScopeJobs
	}
}

// Help is the footer.
func (j *Jobs) Help() []key.Binding {
	k := j.kit.Keys
	switch s := j.Scope(); s {
	case keys.ScopeJobs:
		return k.Pick(s, keys.Open, keys.NewJob, keys.AllTracks, keys.PauseJob, keys.RetryFailed, keys.Export,
			keys.CancelJob, keys.Quit, keys.Help)
	case keys.ScopeForm:
		return k.Pick(s, keys.Accept, keys.Complete, keys.PrevField, keys.Leave)
	case keys.ScopeInput:
		return k.Pick(s, keys.Accept, keys.Leave)
	default:
		return k.Pick(s, keys.Confirm, keys.Leave)
	}
}

// SetSize gives the room of the body.
func (j *Jobs) SetSize(w, h int) {
	j.width, j.height = w, h
	j.scroll()
}

// Update takes a message and answers with what is to be done.
func (j *Jobs) Update(msg tea.Msg) tea.Cmd {
	if j.saving.Opened() {
		if cmd, taken := j.saving.Take(msg); taken {
			return cmd
		}
	}
	if j.form.opened {
		if cmd, taken := j.form.take(msg); taken {
			return cmd
		}
	}
	switch msg := msg.(type) {
	case keys.Verb:
		if j.asked != 0 {
			return j.answer(msg)
		}
		return j.verb(msg)
	case loadedMsg:
		return j.arrived(msg)
	case doneMsg:
		return j.done(msg)
	case tickMsg:
		j.ticking = false
		return j.load()
	case screen.LaneMsg:
		if j.lane.Again(msg) {
			return j.load()
		}
	case screen.ChangedMsg, screen.ShownMsg:
		return j.load()
	default:
		return tea.Batch(j.saving.Update(msg), j.form.update(msg))
	}
	return nil
}

func (j *Jobs) verb(v keys.Verb) tea.Cmd {
	switch v {
	case keys.Down:
		j.move(1)
	case keys.Up:
		j.move(-1)
	case keys.PageDown:
		j.move(j.cards())
	case keys.PageUp:
		j.move(-j.cards())
	case keys.First:
		j.move(-len(j.rows))
	case keys.Last:
		j.move(len(j.rows))
	case keys.NewJob:
		return j.form.open()
	case keys.AllTracks:
		return screen.Send(screen.OpenQueueMsg{})
	default:
		if row, ok := j.current(); ok {
			return j.onJob(v, row)
		}
	}
	return nil
}

// onJob does something with the job of the cursor.
func (j *Jobs) onJob(v keys.Verb, row store.Job) tea.Cmd {
	switch v {
	case keys.Open:
		return screen.Send(screen.OpenQueueMsg{Job: row.ID})
	case keys.PauseJob:
		return j.pause(row)
	case keys.RetryFailed:
		unread := row.Status == store.JobFailed // its source was not read to its end
		if row.Counts.Failed == 0 && !unread {
			return screen.Status("No track of " + name(row) + " has failed.")
		}
		return j.act("retry the failed tracks of "+name(row), func(ctx context.Context, e Engine) (string, error) {
			n, err := e.Retry(ctx, row.ID)
			if unread {
				return "The source is read again: " + name(row), err
			}
			return cell.Plural(n, "failed track is", "failed tracks are") + " analysed again: " + name(row), err
		})
	case keys.Export:
		j.saving.Open(store.Filter{Job: row.ID}, saving.FileName(name(row)))
	case keys.CancelJob:
		if !active(row) && row.Status != store.JobPaused {
			return screen.Status(name(row) + " is " + string(row.Status) + " already; there is nothing to cancel.")
		}
		j.asked = row.ID
	default: // not a verb of jobs
	}
	return nil
}

func (j *Jobs) pause(row store.Job) tea.Cmd {
	switch {
	case row.Status == store.JobPaused:
		return j.act("resume "+name(row), func(ctx context.Context, e Engine) (string, error) {
			return name(row) + " goes on.", e.Resume(ctx, row.ID)
		})
	case active(row):
		again := j.kit.Keys.Name(keys.ScopeJobs, keys.PauseJob)
		return j.act("pause "+name(row), func(ctx context.Context, e Engine) (string, error) {
			return name(row) + " is paused; " + again + " lets it go on.", e.Pause(ctx, row.ID)
		})
	default:
		return screen.Status(name(row) + " is " + string(row.Status) + "; there is nothing to pause.")
	}
}

// answer takes the key after the question whether to cancel.
func (j *Jobs) answer(v keys.Verb) tea.Cmd {
	id := j.asked
	switch v {
	case keys.Confirm:
		j.asked = 0
		for _, row := range j.rows {
			if row.ID == id {
				return j.act("cancel "+name(row), func(ctx context.Context, e Engine) (string, error) {
					return name(row) + " is cancelled; what was analysed stays.", e.Cancel(ctx, id)
				})
			}
		}
	case keys.Leave:
		j.asked = 0
	default: // the question stays
	}
	return nil
}

func (j *Jobs) current() (store.Job, bool) {
	if j.at < 0 || j.at >= len(j.rows) {
		return store.Job{}, false
	}
	return j.rows[j.at], true
}

func (j *Jobs) move(n int) {
	j.at += n
	j.scroll()
}

func (j *Jobs) scroll() {
	cards := j.cards()
	j.at = max(0, min(j.at, len(j.rows)-1))
	j.top = max(j.top, j.at-cards+1)
	j.top = max(0, min(j.top, j.at, max(0, len(j.rows)-cards)))
}

// active says whether a job is being worked on, or waits for it.
func active(row store.Job) bool {
	return row.Status == store.JobProcessing || row.Status == store.JobQueued
}

func name(row store.Job) string {
	if n := cell.Clean(row.Name); n != "" {
		return n
	}
	return row.ID.String()
}
