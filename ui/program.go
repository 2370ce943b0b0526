package ui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"earmark/engine"
	"earmark/store"
	"earmark/ui/keys"
	"earmark/ui/player"
	"earmark/ui/screen"
	"earmark/ui/theme"
)

// Options are what the workstation works on and with. Store, Engine and Player are needed; their owner closes them.
type Options struct {
	Store    *store.Store
	Engine   *engine.Engine // started by the caller, who also stops it
	Player   player.Player
	Reviewer string // who decides

	Keys     *keys.Table // what keys mean; nil: keys.Default
	NoColor  bool        // no colour, whatever the terminal can do
	StartJob store.JobID // the queue to begin with; 0: the jobs

	In  io.Reader // nil: the terminal
	Out io.Writer // nil: standard output
}

// Run shows the workstation until its user quits or ctx ends, which gives ctx's error.
func Run(ctx context.Context, opt Options) error {
	if opt.Keys == nil {
		opt.Keys = keys.Default()
	}
	life, end := context.WithCancel(ctx)
	defer end()

	// The terminal is asked for its background here: once the program reads the keyboard, the answer would be taken
	// for typed text (bubbletea #1036).
	look := probe(opt.NoColor)
	home, err := os.UserHomeDir()
	if err != nil {
		home = "" // then paths are shown whole
	}
	a := newApp(screen.Kit{
		Context: life, Clock: screen.WallClock{}, Theme: theme.New(look), Keys: opt.Keys, Reviewer: opt.Reviewer,
		Home: home,
	}, parts{
		store: opt.Store, engine: opt.Engine, player: opt.Player,
		export: func(ctx context.Context, f store.Filter, format, path string) error {
			return engine.ExportFile(ctx, opt.Store, f, format, path)
		},
	}, opt.StartJob)

	options := []tea.ProgramOption{tea.WithContext(ctx), tea.WithAltScreen(), tea.WithoutSignalHandler()}
	if opt.In != nil {
		options = append(options, tea.WithInput(opt.In))
	}
	if opt.Out != nil {
		options = append(options, tea.WithOutput(opt.Out))
	}
	p := tea.NewProgram(program{a}, options...)

	changes, unsubscribe := opt.Engine.Changes()
	defer unsubscribe()
	go hints(life, p, changes, opt.Player.Changes())

	switch _, err := p.Run(); {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, tea.ErrProgramPanic):
		return fmt.Errorf("the workstation: %w; what was decided is saved", err)
	default:
		return err
	}
}

// hints passes on that something changed, until the program ends.
func hints(ctx context.Context, p *tea.Program, changes, sound <-chan struct{}) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-changes:
			p.Send(screen.ChangedMsg{})
		case <-sound:
			p.Send(screen.SoundMsg{})
		}
	}
}

// probe finds out what the terminal can show.
func probe(noColor bool) theme.Options {
	look := theme.Options{Profile: termenv.Ascii, Dark: true, ASCII: !utf8Locale(os.Getenv)}
	if !noColor && os.Getenv("NO_COLOR") == "" {
		look.Profile, look.Dark = lipgloss.ColorProfile(), lipgloss.HasDarkBackground()
	}
	return look
}

// utf8Locale says whether the terminal's character set is UTF-8. Without any word about it, it is taken to be.
func utf8Locale(getenv func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := strings.ToLower(getenv(name)); v != "" {
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return true
}

// program is the app as Bubble Tea wants it.
type program struct{ app *app }

// Init is what is read before the first key.
func (p program) Init() tea.Cmd { return p.app.start() }

// Update hands a message to the app.
func (p program) Update(msg tea.Msg) (tea.Model, tea.Cmd) { return p, p.app.Update(msg) }

// View draws the app.
func (p program) View() string { return p.app.View() }
