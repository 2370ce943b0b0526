package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"earmark/engine"
	"earmark/store"
	"earmark/ui/command/config"
	"earmark/ui/command/console"
	"earmark/ui/command/headless"
	"earmark/ui/command/nearest"
)

// Exit codes. The help topic "exit-codes" lists them.
const (
	exitDone        = 0
	exitError       = 1
	exitUsage       = 2
	exitFlagged     = 10  // --fail-on, and there was something
	exitInterrupted = 130 // 128 + SIGINT, as shells count
	exitPipe        = 141 // 128 + SIGPIPE: nobody reads the output any more
)

// program is one run of the command line.
type program struct {
	console.Console

	version string
	args    []string

	config, reviewer string // flags of every command

	begun bool // a command's own code runs: from here on an error is no matter of usage
}

// Run runs the command line args and returns the exit code. The end of ctx is an interruption.
func Run(ctx context.Context, version string, args []string) int {
	p := &program{
		Console: console.Console{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, version: released(version), args: args,
	}
	root := p.tree() //nolint:contextcheck // cobra hands ctx to the command that runs
	root.SetArgs(args)
	root.SetOut(p.Out)
	root.SetErr(p.Err)
	cmd, err := root.ExecuteContextC(ctx)
	return p.code(ctx, cmd, err)
}

// errFlagged ends a command whose work is done, with the exit code that --fail-on asks for.
var errFlagged = errors.New("something is flagged")

// errTold is an error that was told already.
var errTold = errors.New("told already")

// usageError is a command line that means nothing.
type usageError struct{ what string }

func (e *usageError) Error() string { return e.what }

func misused(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// code tells what went wrong, and gives its exit code.
func (p *program) code(ctx context.Context, cmd *cobra.Command, err error) int {
	var usage *usageError
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errFlagged):
		return exitFlagged
	case errors.Is(err, syscall.EPIPE):
		return exitPipe
	case ctx.Err() != nil: // whatever it was, the interruption caused it, and the command has said what to do
		return exitInterrupted
	case errors.Is(err, errTold):
		return exitError
	case errors.As(err, &usage) || !p.begun:
		fmt.Fprintf(p.Err, "%s: %s\n", cmd.CommandPath(), usageText(cmd, err))
		fmt.Fprintf(p.Err, "Usage: %s\nMore:  %s --help\n", cmd.UseLine(), cmd.CommandPath())
		return exitUsage
	default:
		fmt.Fprintf(p.Err, "earmark: %v\n", err)
		return exitError
	}
}

// usageText adds to what cobra says of a flag that does not exist the one that was probably meant.
func usageText(cmd *cobra.Command, err error) string {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) || unknown.GetSpecifiedShortnames() != "" {
		return err.Error()
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if near := nearest.To(unknown.GetSpecifiedName(), names); near != "" {
		return fmt.Sprintf("%v; did you mean --%s?", err, near)
	}
	return err.Error()
}

// run makes a command's own code what cobra runs.
func (p *program) run(fn func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		p.begun = true
		return fn(cmd.Context(), args)
	}
}

// write puts to standard output, in one piece, what fn writes.
func (p *program) write(fn func(io.Writer) error) error {
	var text bytes.Buffer
	if err := fn(&text); err != nil {
		return err
	}
	_, err := p.Out.Write(text.Bytes())
	return err
}

// released is the version that the linker set, else what the Go tool noted: a module version or a commit.
func released(version string) string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		if v := info.Main.Version; v != "" {
			return v
		}
	}
	return "(devel)"
}

// limits are the flags about workers. Zero means: as the configuration says, else the engine's own default.
type limits struct {
	workers config.Workers
	time    config.TimeLimit
	memory  config.MemoryLimit
	full    bool
}

func (l *limits) flags(set *pflag.FlagSet) {
	set.Var(&l.workers, "workers", "analyse `N` tracks at once (default: one for each processor)")
	l.trackFlags(set)
}

// trackFlags are the limits of one track.
func (l *limits) trackFlags(set *pflag.FlagSet) {
	set.Var(&l.time, "time-limit", "give a track up after this `TIME`, such as 5m (default: grows with the file)")
	set.Var(&l.memory, "memory-limit", "give a track up when it needs more than `SIZE`, such as 2GB (default: 1GiB)")
	l.fullFlag(set)
}

func (l *limits) fullFlag(set *pflag.FlagSet) {
	set.BoolVar(&l.full, "full", false, "hear every second of a track, not only what the verdict needs")
}

// engine is what the flags and the configuration say of the engine.
func (l *limits) engine(c config.Config) engine.Config {
	out := engine.Config{
		Workers: c.Workers, TrackTimeout: c.TimeLimit, MemoryLimit: c.MemoryLimit, Full: c.Full || l.full,
	}
	if l.workers > 0 {
		out.Workers = int(l.workers)
	}
	if l.time > 0 {
		out.TrackTimeout = time.Duration(l.time)
	}
	if l.memory > 0 {
		out.MemoryLimit = int64(l.memory)
	}
	return out
}

// configuration reads the file: the one that --config names, else the one in the user's folder if there is one.
func (p *program) configuration() (config.Config, error) {
	if p.config != "" {
		return config.Read(p.config, false)
	}
	return config.Read(configPath(), true)
}

func configPath() string { return filepath.Join(xdg.ConfigHome, "earmark", "config.toml") }

func logPath() string { return filepath.Join(xdg.StateHome, "earmark", "earmark.log") }

// database is where the database is: --db, else the configuration, else the user's data folder.
func (p *program) database(c config.Config) string {
	switch {
	case p.DB != "":
		return p.DB
	case c.DB != "":
		return c.DB
	default:
		return filepath.Join(xdg.DataHome, "earmark", "earmark.db")
	}
}

// errNoDatabase is the answer of a command that only reads, before anything was scanned.
var errNoDatabase = errors.New("there are no jobs yet")

// reading opens the database for a command that only reads: it makes none.
func (p *program) reading(ctx context.Context) (*store.Store, error) {
	c, err := p.configuration()
	if err != nil {
		return nil, err
	}
	path := p.database(c)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s does not exist; begin with: %s", errNoDatabase, path, p.Again("scan FOLDER"))
	}
	return store.Open(ctx, path)
}

// open opens the database at path with an engine that is not started yet.
func (p *program) open(
	ctx context.Context, c config.Config, path string, l *limits,
) (*headless.Session, error) {
	return headless.Open(ctx, &p.Console, path, l.engine(c), logPath())
}
