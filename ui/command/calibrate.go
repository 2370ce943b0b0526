package command

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"earmark/analyzer"
	"earmark/engine/calibration"
	"earmark/store"
	"earmark/ui/cell"
	"earmark/ui/command/config"
	"earmark/ui/command/console"
	"earmark/ui/command/headless"
	"earmark/ui/command/summary"
)

type calibrateOptions struct {
	limits
	manifest, by                      string
	leaveOut                          []string
	apply, listened, undo, show, json bool
}

func (p *program) calibrate() *cobra.Command {
	var o calibrateOptions
	cmd := &cobra.Command{
		Use:     "calibrate PATH… | --manifest FILE | --show | --undo",
		GroupID: groupWork,
		Short:   "Set the thresholds on recordings that you know to be human",
		Long: `Measure recordings that you know to be human (folders, files, playlists, a
manifest: what scan takes), and show what thresholds on them would be, beside
those in force: how many of these recordings each tier flags, every one of
them a false positive, and the rate that so many recordings support at most,
at 95 %. The recordings make no job and are not queued for review.

The recall and human-safe tiers become quantiles of your catalogue: 7 and 1
in 100 recordings like these are flagged. They may be more sensitive than the
built-in ones. Below 14 or 99 recordings the built-in threshold stays, as the
preview says. The press-safe tier lies a margin above every recording of the
catalogue, and never below the built-in threshold. A track that recall flags
and press-safe does not is inconclusive at press-safe: null in its record. As
much of a recording is heard as scan hears; with --full, or full = true in the
configuration, all.

Nothing is changed before you say so: on a terminal you are asked, elsewhere
--apply is needed. Then every track of the database is judged again, and so
is what is analysed from then on; each record names the thresholds in
calibration_version. Decisions of reviewers stay. --undo goes back to what
was in force before. The thresholds belong to this database and to this
version of the detector: another version has its own.

Recordings that the built-in thresholds flag at human-safe are named. Listen
to them first: one generated recording among human ones makes all thresholds
deaf. --leave-out leaves one out. --apply is refused until none is left, or
--listened says that somebody has listened, and that all are human.`,
		Example: `  earmark calibrate ~/catalogue                   measure, show, ask
  earmark calibrate --by folder ~/catalogue       false positives of each folder
  earmark calibrate --manifest back.ndjson --by genre
  earmark calibrate --apply --leave-out odd.wav ~/catalogue
  earmark calibrate --show                        what is in force, and before
  earmark calibrate --undo                        back to what was before`,
		RunE: p.run(func(ctx context.Context, args []string) error { return p.runCalibrate(ctx, args, &o) }),
	}
	f := cmd.Flags()
	f.StringVar(&o.manifest, "manifest", "", "read the items from this NDJSON `FILE`; - is standard input")
	f.StringVar(&o.by, "by", "",
		"count by this `KEY` too: of the manifest's metadata, a tag (artist, album), or folder")
	f.StringArrayVar(&o.leaveOut, "leave-out", nil, "leave this `FILE` or item id out; may be given again")
	f.BoolVar(&o.apply, "apply", false, "put the new thresholds in force without asking")
	f.BoolVar(&o.listened, "listened", false, "somebody has listened to what is named: it is human")
	f.BoolVar(&o.undo, "undo", false, "go back to the thresholds that were in force before")
	f.BoolVar(&o.show, "show", false, "show the thresholds in force, and those before them")
	f.BoolVar(&o.json, "json", false, "print one JSON object a line")
	o.limits.flags(f)
	completeWith(cmd, "by", cobra.FixedCompletions([]string{"artist", "album", calibration.Folder},
		cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (p *program) runCalibrate(ctx context.Context, args []string, o *calibrateOptions) error {
	c, err := p.configuration()
	if err != nil {
		return err
	}
	switch alone := len(args) == 0 && o.manifest == "" && !o.apply; {
	case o.undo && o.show:
		return misused("give --undo or --show")
	case o.undo && !alone:
		return misused("--undo takes back what was applied last: name nothing else")
	case o.show && !alone:
		return misused("--show shows what is in force: name nothing else")
	case o.undo:
		return p.undoCalibration(ctx, c, o.json)
	case o.show:
		return p.showCalibrations(ctx, o.json)
	}
	source, err := (&scanOptions{manifest: o.manifest}).source(args, p.In)
	if err != nil {
		return err
	}
	if err := missing(source); err != nil {
		return err
	}
	reviewer, err := config.Reviewer(p.reviewer, c)
	if err != nil {
		return err
	}
	s, err := p.open(ctx, c, p.database(c), &o.limits)
	if err != nil {
		return err
	}
	defer s.Close(ctx)
	view, now, err := p.planCalibration(ctx, s, source, o)
	if err != nil {
		return err
	}
	known := strings.HasSuffix(now.Version, "-"+view.Digest)
	if !o.json && !p.Quiet {
		style := summary.Style{Theme: p.Theme(p.Out), Width: console.Width(p.Out), Again: p.Again}
		if err := p.write(func(w io.Writer) error { view.Write(w, style); return nil }); err != nil {
			return err
		}
	}
	apply, err := p.mayApply(ctx, view, o, known, again(args, o))
	if apply && err == nil {
		err = p.applyCalibration(ctx, s, view, now, reviewer)
	}
	if o.json && (err == nil || errors.Is(err, errUnheard)) {
		err = errors.Join(p.write(view.JSON), err)
	}
	return err
}

// again is what was typed, without --apply, as the argument of a command.
func again(args []string, o *calibrateOptions) string {
	words := []string{"calibrate", "--apply"}
	add := func(flag, value string) {
		if value != "" {
			words = append(words, flag, console.Quote(value))
		}
	}
	add("--manifest", o.manifest)
	add("--by", o.by)
	if o.full {
		words = append(words, "--full")
	}
	for _, file := range o.leaveOut {
		add("--leave-out", file)
	}
	for _, arg := range args {
		words = append(words, console.Quote(arg))
	}
	return strings.Join(words, " ")
}

// errUnheard is why --apply does nothing.
var errUnheard = errors.New("nothing was applied")

// mayApply says whether the new thresholds are to be put in force: as the flags say, or as a person on a terminal does.
func (p *program) mayApply(
	ctx context.Context, view *summary.Calibration, o *calibrateOptions, known bool, again string,
) (bool, error) {
	suspects := len(view.Suspects)
	named := cell.Plural(int64(suspects), "recording is", "recordings are")
	asks := !p.Quiet && !o.json
	for _, f := range []*os.File{os.Stdin, p.Out, p.Err} {
		asks = asks && console.IsTerminal(f)
	}
	switch {
	case known:
		view.Version = &view.Before
		p.Say("these thresholds are in force already, as %s", view.Before)
		return false, nil
	case o.apply && suspects > 0 && !o.listened:
		return false, fmt.Errorf("%w: %s flagged already; listen, then leave out what is not human "+
			"(--leave-out FILE), or say that all is (--listened)", errUnheard, named)
	case o.apply:
		return true, nil
	case !asks:
		p.Say("nothing is applied yet; to apply it: %s", p.Again(again))
		return false, nil
	}
	question := "Put these thresholds in force?"
	if suspects > 0 && !o.listened {
		question = fmt.Sprintf("%s flagged already. Has somebody listened, and is all of it human?\n"+
			"Put these thresholds in force all the same?", named)
	}
	yes, err := p.ask(ctx, question)
	if err == nil && !yes {
		p.Say("nothing is applied")
	}
	return yes, err
}

// ask puts a question whose answer is no unless it is yes.
func (p *program) ask(ctx context.Context, question string) (bool, error) {
	fmt.Fprintf(p.Err, "%s [y/N] ", question)
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(p.In).ReadString('\n') // the end of the input is no
		answer <- strings.ToLower(strings.TrimSpace(line))
	}()
	select {
	case line := <-answer:
		return line == "y" || line == "yes", nil
	case <-ctx.Done(): // a read from a terminal cannot be called back
		fmt.Fprintln(p.Err)
		return false, ctx.Err()
	}
}

func (p *program) applyCalibration(
	ctx context.Context, s *headless.Session, view *summary.Calibration, now store.Calibration, reviewer string,
) error {
	var basis strings.Builder
	if err := view.JSON(&basis); err != nil {
		return err
	}
	c, changed, err := s.Store.Calibrate(ctx, store.NewCalibration{
		Detector: analyzer.Version(), Thresholds: view.Thresholds, Digest: view.Digest, Before: now.Version,
		Reviewer: reviewer, Basis: json.RawMessage(strings.TrimSpace(basis.String())),
		BuiltIn: analyzer.Embedded().Tiers, BuiltInVersion: analyzer.CalibrationVersion(),
	})
	if err != nil {
		return err
	}
	view.Version, view.Effect = &c.Version, changed
	p.Say("%s is in force: %s\nto go back: %s", c.Version, summary.Effect(changed), p.Again("calibrate --undo"))
	return nil
}
