package jobs

import (
	"context"
	"path/filepath"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"earmark/engine"
	"earmark/ui/cell"
	"earmark/ui/keys"
	"earmark/ui/prompt"
	"earmark/ui/screen"
)

// form asks for a new job: where the music is, and what the job is called.
type form struct {
	kit    screen.Kit
	engine Engine

	opened bool
	path   *prompt.Line
	name   *prompt.Line
	named  bool   // the person typed a name; else it follows the path
	naming bool   // the name is being typed
	hint   string // why Enter did nothing

	choices choices
	survey  survey
}

func newForm(kit screen.Kit, e Engine) *form {
	return &form{
		kit: kit, engine: e,
		path: prompt.New(kit.Theme, "Where", "a folder, a file, a playlist (.m3u) or a manifest (.ndjson)"),
		name: prompt.New(kit.Theme, "Name ", "what the job is called"),
	}
}

func (f *form) open() tea.Cmd {
	f.opened, f.named = true, false
	f.survey.stop()
	f.survey = survey{seq: f.survey.seq}
	f.name.Set("")
	f.toPath()
	if f.path.Value() == "" {
		f.path.Propose("~/")
	}
	return f.look()
}

func (f *form) close() {
	f.opened = false
	f.path.Close()
	f.name.Close()
	f.survey.stop()
}

// toPath goes back to the path. What Enter asked for was asked of the old one.
func (f *form) toPath() {
	f.naming, f.hint, f.survey.startAfter = false, "", false
	f.name.Close()
	f.path.Open(f.path.Value())
}

// toName goes on to the name, and counts the files meanwhile.
func (f *form) toName() tea.Cmd {
	f.naming, f.hint = true, ""
	f.path.Close()
	if !f.named {
		base := filepath.Base(strings.TrimRight(strings.TrimSpace(f.path.Value()), "/"))
		f.name.Set(strings.TrimSuffix(base, filepath.Ext(base)))
	}
	f.name.Open(f.name.Value())
	return f.count()
}

// take handles keys and verbs while the form is open, and says whether it did.
func (f *form) take(msg tea.Msg) (cmd tea.Cmd, taken bool) {
	switch msg := msg.(type) {
	case keys.Verb:
		return f.verb(msg), true
	case tea.KeyMsg:
		f.hint, f.survey.startAfter = "", false // Enter meant what stood there before
		if f.naming {
			f.named = f.name.Update(msg) || f.named
			return nil, true
		}
		if f.path.Update(msg) {
			f.survey.stop() // it counted somewhere else
			return f.look(), true
		}
		return nil, true
	}
	return nil, false
}

func (f *form) verb(v keys.Verb) tea.Cmd {
	switch v {
	case keys.Leave:
		f.close()
	case keys.Complete:
		if !f.naming {
			return f.complete()
		}
	case keys.NextField:
		if !f.naming {
			return f.toName()
		}
	case keys.PrevField:
		f.toPath()
		return f.look()
	case keys.Accept:
		if !f.naming {
			return f.toName()
		}
		return f.start()
	default: // the other verbs belong to screens
	}
	return nil
}

const nothingThere = "There is nothing to analyse there; choose another place."

// start makes the job, once its files were counted.
func (f *form) start() tea.Cmd {
	s := &f.survey
	switch {
	case s.running:
		f.hint = "Still counting; Enter starts the job as soon as the number is known."
		s.startAfter = true
		return nil
	case s.nothing():
		f.hint = nothingThere
		return nil
	}
	source := s.source
	source.Name = strings.TrimSpace(f.name.Value())
	f.close()
	return tea.Sequence( // its end may come within a moment, and has the last word
		screen.Status("Making the job "+cell.Clean(source.Name)+" "+f.kit.Theme.Glyph.Ellipsis),
		create(f.kit.Context, f.engine, source),
	)
}

// create is the command that makes a job; it ends when all files are known.
func create(ctx context.Context, e Engine, source engine.Source) tea.Cmd {
	return func() tea.Msg {
		job, err := e.CreateJob(ctx, source)
		status := "The job " + name(job) + " has " + cell.Plural(job.Counts.Total, "track", "tracks") + "."
		return doneMsg{doing: "make the job " + cell.Clean(source.Name), status: status, err: err}
	}
}

// update takes the answers of the form's own commands.
func (f *form) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case choicesMsg:
		f.choices.arrived(msg)
	case foundMsg:
		return f.survey.progress(msg)
	case surveyedMsg:
		switch {
		case !f.survey.finished(msg) || !f.opened:
		case f.survey.nothing() && f.naming && !f.named:
			f.toPath() // what is typed next is another place, not a name
			f.hint = nothingThere
		case f.survey.startAfter:
			return f.start()
		}
	}
	return nil
}
