package command

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/charmbracelet/x/term"
	"github.com/muesli/termenv"
	"github.com/spf13/cobra"

	"earmark/analyzer"
	"earmark/engine"
	"earmark/store"
	"earmark/ui/command/console"
	"earmark/ui/command/doctor"
	"earmark/ui/player"
)

func (p *program) doctor() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "doctor",
		GroupID: groupSetUp,
		Short:   "Check decoders, sound, database, terminal and workers",
		Long: `Check what earmark needs, and say for each thing what was found and what to
do: decoders, sound, configuration, database, terminal, and one analysis from
end to end. The exit code is 1 when something essential is broken.`,
		Example: "  earmark doctor\n  earmark doctor --json | jq -r 'select(.state != \"ok\") | .todo'",
		Args:    none,
		RunE:    p.run(func(ctx context.Context, _ []string) error { return p.runDoctor(ctx, asJSON) }),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one finding a line")
	return cmd
}

func (p *program) runDoctor(ctx context.Context, asJSON bool) error {
	var failed error
	tell := func(f doctor.Finding) {
		var line bytes.Buffer
		if asJSON {
			enc := json.NewEncoder(&line)
			enc.SetEscapeHTML(false)
			failed = errors.Join(failed, enc.Encode(f))
		} else {
			doctor.Write(&line, f, p.Theme(p.Out), console.Width(p.Out))
		}
		_, err := p.Out.Write(line.Bytes())
		failed = errors.Join(failed, err)
	}
	broken, err := doctor.Examine(ctx, p.checks(), tell)
	switch {
	case err != nil:
		return err
	case failed != nil:
		return failed
	case broken:
		p.Say("something essential is broken: see above")
		return errTold
	}
	return nil
}

func (p *program) checks() []doctor.Check {
	c, configErr := p.configuration()
	path := p.config
	if path == "" {
		path = configPath()
	}
	return []doctor.Check{
		p.versions,
		doctor.Libsndfile, doctor.Ogg, doctor.MP3, doctor.FFmpeg,
		doctor.Sound(openSound),
		doctor.Configuration(path, configErr),
		doctor.Database(p.database(c)),
		doctor.Terminal(p.terminal()),
		doctor.Worker(func(ctx context.Context, path string) (engine.Record, error) {
			return analyzeOne(ctx, (&limits{}).engine(c), path, nil, store.Calibration{})
		}),
	}
}

func (p *program) versions(ctx context.Context) doctor.Finding {
	thresholds := analyzer.CalibrationVersion()
	if c, err := p.ownCalibration(ctx); err == nil && c.ID != 0 { // what is wrong with the database is told below
		thresholds = c.Version
	}
	return doctor.Finding{
		Thing: "earmark", State: doctor.OK,
		Found: fmt.Sprintf("%s, detector %s, calibration %s",
			p.version, analyzer.Version(), thresholds),
	}
}

// openSound opens the sound device and hides what ALSA prints meanwhile.
func openSound() error {
	f, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	restore, err := player.QuietStderr(f)
	if err != nil {
		return err
	}
	defer restore()
	return player.Check()
}

func (p *program) terminal() doctor.TerminalInfo {
	t := doctor.TerminalInfo{
		Is: console.IsTerminal(os.Stdin) && console.IsTerminal(p.Out), Name: os.Getenv("TERM"), UTF8: console.UTF8(),
	}
	if !t.Is {
		return t
	}
	if w, h, err := term.GetSize(p.Out.Fd()); err == nil {
		t.Width, t.Height = w, h
	}
	switch {
	case !p.Colored(p.Out):
		t.Colors = "color is off"
	case termenv.EnvColorProfile() == termenv.TrueColor:
		t.Colors = "true color"
	case termenv.EnvColorProfile() == termenv.ANSI256:
		t.Colors = "256 colors"
	default:
		t.Colors = "16 colors"
	}
	return t
}
