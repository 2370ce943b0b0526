package jobs

import (
	"context"
	"errors"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"earmark/engine"
	"earmark/store"
	"earmark/ui/keys"
	"earmark/ui/screen"
)

// tick is how often rates are looked at while something runs, though the database may not change.
const tick = time.Second

type tickMsg struct{}

type loadedMsg struct {
	seq      int
	jobs     []store.Job
	progress map[store.JobID]engine.Progress
	halted   error
	err      error
}

// doneMsg answers a command to the engine.
type doneMsg struct {
	doing, status string
	err           error
}

func (j *Jobs) load() tea.Cmd {
	if !j.lane.Start() {
		return nil
	}
	j.seq++
	ctx, seq, s, e := j.kit.Context, j.seq, j.store, j.engine
	return func() tea.Msg {
		msg := loadedMsg{seq: seq, progress: map[store.JobID]engine.Progress{}, halted: e.Err()}
		msg.jobs, msg.err = s.Jobs(ctx)
		for _, row := range msg.jobs {
			if active(row) {
				msg.progress[row.ID] = e.Progress(row.ID)
			}
		}
		return msg
	}
}

func (j *Jobs) arrived(msg loadedMsg) tea.Cmd {
	gap := j.lane.Done()
	switch {
	case msg.seq != j.seq || errors.Is(msg.err, context.Canceled):
		return gap
	case msg.err != nil:
		return tea.Batch(gap, screen.Fail("read the jobs", msg.err, ""))
	}
	var halt tea.Cmd
	if msg.halted != nil && j.halted == nil {
		pause := j.kit.Keys.Name(keys.ScopeJobs, keys.PauseJob)
		halt = screen.Fail("analyse", msg.halted,
			"nothing is lost: mend it, then press "+pause+" twice on the job, or start the program again")
	}
	keep, had := j.current()
	j.rows, j.progress, j.halted, j.loaded = msg.jobs, msg.progress, msg.halted, true
	for i, row := range j.rows {
		if had && row.ID == keep.ID && j.at > 0 {
			j.at = i // a new job comes in above; the cursor stays on its own
		}
	}
	j.scroll()
	if _, n := j.Running(); n > 0 && !j.ticking {
		j.ticking = true
		return tea.Batch(gap, halt, j.kit.Clock.After(tick, tickMsg{}))
	}
	return tea.Batch(gap, halt)
}

// act is a command to the engine, with what to say when it is done.
func (j *Jobs) act(doing string, do func(ctx context.Context, e Engine) (status string, err error)) tea.Cmd {
	ctx, e := j.kit.Context, j.engine
	return func() tea.Msg {
		status, err := do(ctx, e)
		return doneMsg{doing: doing, status: status, err: err}
	}
}

func (j *Jobs) done(msg doneMsg) tea.Cmd {
	if msg.err != nil {
		return tea.Batch(j.load(), screen.Fail(msg.doing, msg.err, ""))
	}
	return tea.Batch(j.load(), screen.Status(msg.status))
}
