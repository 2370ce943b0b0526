package command

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"earmark/ui/command/config"
	"earmark/ui/command/console"
	"earmark/ui/command/manual"
)

// Groups of commands in help.
const (
	groupWork    = "work"
	groupResults = "results"
	groupSetUp   = "setup"
)

// tree is the table of all commands, in the order of help.
func (p *program) tree() *cobra.Command {
	cobra.EnableCommandSorting = false
	var l limits
	root := &cobra.Command{
		Use:   "earmark [COMMAND]",
		Short: "Find the marks of AI generators in recordings, and review them by ear",
		Long: `earmark finds the marks that neural decoders leave in recordings, and gives
you a queue to review by ear. It works offline: nothing leaves this computer.

Without a command it opens the workstation: jobs, queue and review.`,
		Example: `  earmark scan ~/demos              analyse a folder
  earmark                           listen to what was found, and decide
  earmark export last -o demos.csv  take the decisions with you`,
		Version:       p.version,
		Args:          p.noCommand,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          p.run(func(ctx context.Context, _ []string) error { return p.workstation(ctx, &l) }),
	}
	root.SuggestionsMinimumDistance = 2
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		if cmd == root && len(p.args) > 0 && !strings.HasPrefix(p.args[0], "-") {
			return p.noCommand(cmd, p.args) // the command is wrong, not the flags that would have been its own
		}
		return err
	})
	root.AddGroup(
		&cobra.Group{ID: groupWork, Title: "Analyse:"},
		&cobra.Group{ID: groupResults, Title: "Results:"},
		&cobra.Group{ID: groupSetUp, Title: "Set-up:"},
	)
	f := root.PersistentFlags()
	f.StringVar(&p.DB, "db", "", "use the database in this `FILE` (default: in your data folder)")
	f.StringVar(&p.config, "config", "", "read this configuration `FILE` (default: in your configuration folder)")
	f.StringVar(&p.reviewer, "reviewer", "", "decide under this `NAME` (default: your login name)")
	f.BoolVarP(&p.Quiet, "quiet", "q", false, "no messages and no progress, only data and errors")
	f.BoolVar(&p.NoColor, "no-color", false, "no color, as with NO_COLOR")
	l.fullFlag(root.Flags())
	root.InitDefaultHelpFlag()
	root.InitDefaultVersionFlag()
	root.SetVersionTemplate("earmark {{.Version}}\n")
	root.SetUsageTemplate(usageTemplate)
	root.SetHelpCommandGroupID(groupSetUp)
	root.SetCompletionCommandGroupID(groupSetUp)
	root.AddCommand(
		p.scan(), p.analyze(), p.calibrate(), p.demo(),
		p.jobs(), p.results(), p.export(),
		p.doctor(), p.model(), p.worker(), p.versionCommand(), p.man(),
	)
	root.AddCommand(topics()...)
	root.InitDefaultCompletionCmd()
	root.InitDefaultHelpCmd()
	for _, c := range root.Commands() {
		switch c.Name() {
		case "completion":
			c.Short = "Print the completion script of a shell"
			c.Args, c.RunE = cobra.ArbitraryArgs, p.run(noShell)
		case "help":
			c.Short = "Show help about a command or a topic"
			c.Args = p.knownTopic
		}
	}
	return root
}

// usageTemplate is cobra's without its padding words: usage, examples, commands, flags.
const usageTemplate = `Usage: {{.UseLine}}
{{- if .HasExample}}

Examples:
{{.Example}}{{end}}
{{- if .HasAvailableSubCommands}}
{{- $cmds := .Commands}}{{range $group := .Groups}}

{{.Title}}{{range $cmds}}{{if and (eq .GroupID $group.ID) .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}
{{- if not .Groups}}

Commands:{{range $cmds}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}{{end}}
{{- if .HasAvailableLocalFlags}}

Flags:
{{.LocalFlags.FlagUsagesWrapped 80 | trimTrailingWhitespaces}}{{end}}
{{- if .HasAvailableInheritedFlags}}

Flags of every command:
{{.InheritedFlags.FlagUsagesWrapped 80 | trimTrailingWhitespaces}}{{end}}
{{- if .HasHelpSubCommands}}

Topics:{{range .Commands}}{{if .IsAdditionalHelpTopicCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}
{{- if .HasAvailableSubCommands}}

More about one: {{.Root.Name}} help {{if .HasParent}}{{.Name}} {{end}}COMMAND{{end}}
`

// noCommand refuses a word that is no command; where a file of that name exists, it says how to analyse it.
func (p *program) noCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	word := args[0]
	if exists(word) {
		return misused("unknown command %q; to analyse it: %s", word, p.Again("scan "+console.Quote(word)))
	}
	err := fmt.Errorf("unknown command %q", word)
	if near := cmd.SuggestionsFor(word); len(near) > 0 {
		return misused("%v; did you mean %s?", err, near[0])
	}
	return misused("%v; `earmark help` lists what there is", err)
}

// one asks for one argument, and names what it is.
func one(what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) < 1:
			return misused("name %s", what)
		case len(args) > 1:
			return misused("%q is too much: name only %s", args[1], what)
		}
		return nil
	}
}

// none refuses arguments.
func none(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return misused("%q is too much: %s takes no arguments", args[0], cmd.Name())
	}
	return nil
}

// complete offers fixed values of a flag to the shell.
func complete(cmd *cobra.Command, flag string, values ...string) {
	completeWith(cmd, flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}

func completeWith(cmd *cobra.Command, flag string, fn cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, fn); err != nil {
		panic(err) // the flag is not in the table: found by the first start of any command
	}
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

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
			Long:  config.Help(),
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
