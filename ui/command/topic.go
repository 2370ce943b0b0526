package command

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"earmark/ui/command/manual"
	"earmark/ui/keys"
)

// topics are pages of help that are no commands. They are sections of the man page too.
func topics() []*cobra.Command {
	return []*cobra.Command{
		{
			Use:   "exit-codes",
			Short: "What the exit code says",
			Long: fmt.Sprintf(`The exit code says how a command ended:

  %3d  done; files that could not be analysed are results, not errors
  %3d  error: the message on standard error says what to do
  %3d  wrong use of the command line; nothing was begun
  %3d  done, and something is flagged (only with --fail-on)
  %3d  interrupted by Ctrl-C or a signal; a job stays and can go on
  %3d  nobody reads the output any more, as after "| head"`,
				exitDone, exitError, exitUsage, exitFlagged, exitInterrupted, exitPipe),
		},
		{
			Use:   "configuration",
			Short: "The configuration file, and where things are kept",
			Long: `Nobody needs a configuration file. With one, a flag of the command line still
wins over it. It is TOML, and lies in the configuration folder as
earmark/config.toml (on Linux ~/.config/earmark/config.toml):

  reviewer = "Anna"          # who decides; default: the login name
  db = "~/review/queue.db"   # the database; default: in the data folder
  workers = 4                # tracks at once; default: one for each processor
  time_limit = "10m"         # for one track; default: grows with the file
  memory_limit = "2GB"       # for one worker; default: 1GiB
  volume = -6                # decibels at the start, from -60 to 0
  [keys]                     # other keys for actions, which are named below
  decide-ai = "y"
  queue.open = ["enter", "v"]

The actions that [keys] takes, each also with a place before it (queue.open):

` + actions() + `

The database is earmark/earmark.db in the data folder (~/.local/share), the
log is earmark/earmark.log in the state folder (~/.local/state).
XDG_CONFIG_HOME, XDG_DATA_HOME, XDG_STATE_HOME and XDG_CACHE_HOME move these
folders.

NO_COLOR (set to anything) and TERM=dumb switch color off; TERM=dumb switches
the progress line off too.`,
		},
	}
}

func (p *program) man() *cobra.Command {
	return &cobra.Command{
		Use:     "man",
		GroupID: groupSetUp,
		Short:   "Print the man page",
		Example: "  earmark man | man -l -\n  earmark man > ~/.local/share/man/man1/earmark.1",
		Args:    none,
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.run(func(context.Context, []string) error {
				return p.write(func(w io.Writer) error { return manual.Write(w, cmd.Root()) })
			})(cmd, args)
		},
	}
}

// actions lists what [keys] of the configuration takes, in lines as wide as help. The ten reasons are one word.
func actions() string {
	const width = 78
	var lines []string
	line := " "
	first, last := string(keys.Reason(0)), string(keys.Reason(9))
	for _, name := range keys.Default().Actions() {
		if _, ok := keys.Verb(name).ReasonNumber(); ok {
			if name != first {
				continue
			}
			name = first + ".." + last
		}
		if len(line)+1+len(name) > width {
			lines = append(lines, line)
			line = " "
		}
		line += " " + name
	}
	return strings.Join(append(lines, line), "\n")
}

// knownTopic refuses words of help that are neither command nor topic.
func (p *program) knownTopic(cmd *cobra.Command, args []string) error {
	at := cmd.Root()
	for _, word := range args {
		var next *cobra.Command
		var names []string
		for _, c := range at.Commands() {
			if c.Name() == word {
				next = c
			}
			if c.IsAvailableCommand() || c.IsAdditionalHelpTopicCommand() {
				names = append(names, c.Name())
			}
		}
		switch {
		case next != nil:
			at = next
		case len(names) == 0:
			return misused("%q is too much: %s has no further commands", word, at.Name())
		default:
			return misused("there is no help about %q; there is: %s", word, strings.Join(names, ", "))
		}
	}
	return nil
}

// noShell is what completion answers without a shell that it knows.
func noShell(_ context.Context, args []string) error {
	const shells = "say bash, zsh, fish or powershell"
	if len(args) == 0 {
		return misused(shells)
	}
	return misused("there is no script for %q: %s", args[0], shells)
}
