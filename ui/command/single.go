package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"earmark/analyzer"
	"earmark/engine"
	"earmark/store"
	"earmark/ui/command/config"
	"earmark/ui/command/console"
)

func (p *program) analyze() *cobra.Command {
	var l limits
	cmd := &cobra.Command{
		Use:     "analyze FILE",
		GroupID: groupWork,
		Short:   "Analyse one file and print its record",
		Long: `Analyse one file and print its record as indented JSON: what scan writes for
that file, by the thresholds that are in force in your database. Nothing is
kept. - reads the file from standard input. The exit code is 1 when the file
cannot be analysed; the record says why. heard_sec of the record says how many
seconds were heard, heard_full whether these are all: --full sees to that.`,
		Example: "  earmark analyze song.mp3\n  earmark analyze song.mp3 | jq .scores.truth_score\n" +
			"  curl -s https://example.org/song.mp3 | earmark analyze -",
		Args: one("one file, or - for standard input; for more: earmark scan"),
		RunE: p.run(func(ctx context.Context, args []string) error { return p.runAnalyze(ctx, args[0], &l) }),
	}
	l.trackFlags(cmd.Flags())
	return cmd
}

func (p *program) runAnalyze(ctx context.Context, path string, l *limits) error {
	c, err := p.configuration()
	if err != nil {
		return err
	}
	if path != "-" {
		info, err := os.Stat(path)
		switch {
		case err != nil:
			return missing(engine.Source{Paths: []string{path}})
		case info.IsDir():
			return fmt.Errorf("%s is a folder; to analyse it: %s", path, p.Again("scan "+console.Quote(path)))
		}
	}
	thresholds, err := p.ownCalibration(ctx)
	if err != nil {
		return err
	}
	record, err := analyzeOne(ctx, l.engine(c), path, p.In, thresholds)
	if err != nil {
		return err
	}
	if err := record.Write(p.Out, "  "); err != nil {
		return err
	}
	if record.Error != nil {
		p.Say("earmark: %s: %s: %s", path, *record.Error, *record.ErrorMessage)
		return errTold
	}
	return nil
}

// stdinName is what a recording from standard input is called.
const stdinName = "stdin"

// analyzeOne gives the record of one file as a scan makes it, in a worker process with the same limits, but without a
// database: making one takes longer than starting the program. The zero calibration stands for the built-in thresholds.
func analyzeOne(
	ctx context.Context, settings engine.Config, path string, in io.Reader, c store.Calibration,
) (r engine.Record, err error) {
	file := path
	if path == "-" {
		dir, err := os.MkdirTemp("", "earmark-")
		if err != nil {
			return r, err
		}
		defer os.RemoveAll(dir) //nolint:errcheck // the system clears temporary folders too
		file = filepath.Join(dir, stdinName)
		if err := spool(ctx, in, file); err != nil {
			return r, fmt.Errorf("copy standard input: %w", err)
		}
	}
	full, err := filepath.Abs(file)
	if err != nil {
		return r, err
	}
	report, err := engine.AnalyzeFile(ctx, settings, full, c.Given())
	fault, ok := errors.AsType[*analyzer.Error](err)
	if err != nil && !ok {
		return r, err
	}
	if report != nil {
		c.Judge(report)
	}
	r = engine.RecordOf("", full, report, fault, time.Now())
	if path == "-" {
		r.ItemID, r.Path = stdinName, ""
	}
	return r, nil
}

// spool copies standard input to a file. One byte above the limit is enough to be refused.
func spool(ctx context.Context, in io.Reader, path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() {
		_, err := io.Copy(f, io.LimitReader(in, analyzer.MaxBytes+1))
		done <- errors.Join(err, f.Close())
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done(): // a read from a terminal or a pipe cannot be called back
		return ctx.Err()
	}
}

func (p *program) worker() *cobra.Command {
	var limit config.MemoryLimit
	cmd := &cobra.Command{
		Use:     "worker",
		GroupID: groupSetUp,
		Short:   "Analyse items from standard input, for other programs",
		Long: `Read one JSON item a line from standard input, {"item_id": "…", "path": "…"},
and write one JSON answer a line to standard output, in the same order:
{"item_id": "…", "report": {…}, "error": null}. "full": true in an item asks
for every second of it to be heard, "thresholds" with recall, human_safe and
press_safe for as much as is clear by these; the tiers of the report are by
the built-in ones. The worker ends with its input. scan starts its own
workers; a batch system can run this one. No database and no configuration
is read.`,
		Example: `  echo '{"item_id": "1", "path": "song.mp3"}' | earmark worker | jq .report.verdict`,
		Args:    none,
		RunE: p.run(func(ctx context.Context, _ []string) error {
			bytes := int64(limit)
			if bytes == 0 {
				bytes, _ = strconv.ParseInt(os.Getenv(engine.MemoryLimitEnv), 10, 64) // 0: no limit
			}
			done := make(chan error, 1)
			go func() { done <- analyzer.Serve(ctx, p.In, p.Out, bytes) }()
			select {
			case err := <-done:
				return err
			case <-ctx.Done(): // waiting for a line cannot be called back
				return ctx.Err()
			}
		}),
	}
	cmd.Flags().Var(&limit, "memory-limit", "end with status 77 when more memory than `SIZE` is needed, such as 2GB")
	return cmd
}

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		GroupID: groupSetUp,
		Short:   "Print the versions of the program and of the detector",
		Args:    none,
		RunE: p.run(func(context.Context, []string) error {
			_, err := fmt.Fprintf(p.Out, "earmark %s\ndetector %s\ncalibration %s\n%s %s/%s\n", p.version,
				analyzer.Version(), analyzer.CalibrationVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		}),
	}
}
