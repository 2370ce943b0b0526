package command

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"earmark/analyzer/training"
	"earmark/analyzer/training/evaluation"
	"earmark/ui/command/summary"
)

func (p *program) modelEval() *cobra.Command {
	var data dataset
	var names []string
	var figures string
	var markdown, asJSON bool
	every := 1
	cmd := &cobra.Command{
		Use:   "eval DIR [--labels FILE]",
		Short: "Say how well the detector does on what it has not heard",
		Long: `Train models on four fifths of the labelled recordings below DIR and let them
hear the rest, as it is and under manipulations: encoders, noise, equaliser,
compression, reverb, speed, pitch and more. Human music is always split by
source. Generated music is split in three ways, from the easiest to the
hardest: by track (the generator is known), by collection, and by generator
(none of its tracks was ever heard). ffmpeg makes the manipulations. Below each
table stands how often a generator is named, and how often wrongly.`,
		Example: "  earmark model eval audio --labels audio/manifest.tsv --figures figures\n" +
			"  earmark model eval audio --manipulation mp3 --manipulation speed",
		Args: one("the folder of the labelled recordings"),
		RunE: p.run(func(ctx context.Context, args []string) error {
			manipulations, err := manipulationsOf(names)
			if err != nil {
				return err
			}
			if every < 1 {
				return misused("--every %d: say 1 or more", every)
			}
			from, err := data.load(ctx, args[0])
			if err != nil {
				return err
			}
			draw, stop := p.progress()
			ev, err := training.Evaluate(ctx, from, manipulations, every, draw)
			stop()
			if err != nil {
				return err
			}
			if figures != "" {
				if err := drawFigures(figures, ev); err != nil {
					return err
				}
			}
			if asJSON {
				return p.write(func(w io.Writer) error { return json.NewEncoder(w).Encode(ev) })
			}
			return p.write(func(w io.Writer) error { return writeEvaluation(w, ev, markdown) })
		}),
	}
	data.flags(cmd)
	cmd.Flags().StringArrayVar(&names, "manipulation", nil, "only those with this `WORD` in their name; repeatable")
	cmd.Flags().IntVar(&every, "every", 1, "manipulate only every `N`th recording; all are heard as they are")
	cmd.Flags().StringVar(&figures, "figures", "", "write ROC and reliability diagrams as SVG into this `DIR`")
	cmd.Flags().BoolVar(&markdown, "markdown", false, "write the tables as Markdown")
	cmd.Flags().BoolVar(&asJSON, "json", false, "write every outcome as JSON")
	return cmd
}

// manipulationsOf gives those with one of the words in their names, and always the recording as it is.
func manipulationsOf(words []string) ([]training.Manipulation, error) {
	if len(words) == 0 {
		return training.Manipulations, nil
	}
	out := []training.Manipulation{training.AsIs}
	for _, word := range words {
		found := false
		for _, m := range training.Manipulations {
			if m.Name != training.AsIs.Name && strings.Contains(m.Name, word) {
				out, found = append(out, m), true
			}
		}
		if !found {
			var names []string
			for _, m := range training.Manipulations {
				names = append(names, m.Name)
			}
			return nil, misused("no manipulation has %q in its name: there are %s", word, strings.Join(names, "; "))
		}
	}
	return out, nil
}

func writeEvaluation(w io.Writer, ev *training.Evaluation, markdown bool) error {
	for _, v := range ev.Views {
		table, err := evaluation.Tabulate(v.Outcomes, v.Tiers, training.AsIs.Name)
		if err != nil {
			return err
		}
		heading := "%s\n\n"
		if markdown {
			heading = "### %s\n\n"
		}
		fmt.Fprintf(w, heading, strings.ToUpper(v.Name[:1])+v.Name[1:])
		if markdown {
			err = table.Markdown(w)
		} else {
			summary.Detection(w, table, 0)
		}
		if err != nil {
			return err
		}
		n := evaluation.NamingOf(v.Outcomes, v.Tiers)
		fmt.Fprintf(w, "\nOf %d generated recordings that human-safe flags %d are named as what they are and %d as\n"+
			"another, of %d human ones %d.\n\n", n.Right.Of, n.Right.Count, n.Wrong.Count, n.Human.Of, n.Human.Count)
	}
	fmt.Fprintf(w, "Codec, sample rate, bit rate, bandwidth and sides alone predict the label with an area of %.3f\n"+
		"in the recordings as they are, and %.3f in the copies that models learn from; 0.5 is a coin.\n",
		ev.Leak.Before, ev.Leak.After)
	for _, name := range ev.LeftOut {
		fmt.Fprintln(w, "left out:", name)
	}
	return nil
}

func drawFigures(dir string, ev *training.Evaluation) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, v := range ev.Views {
		var clean, inPlace []evaluation.Outcome
		for _, o := range v.Outcomes {
			if o.Manipulation == training.AsIs.Name {
				clean = append(clean, o)
			}
			if !training.Moves(o.Manipulation) {
				inPlace = append(inPlace, o)
			}
		}
		name := strings.ReplaceAll(v.Name, " ", "-")
		if err := drawFigure(filepath.Join(dir, "roc-"+name+".svg"), func(w io.Writer) error {
			return evaluation.ROC(w, "Recordings as they are: "+v.Name, clean)
		}); err != nil {
			return err
		}
		c, err := evaluation.Calibrate(inPlace, evaluation.Balanced)
		if err != nil {
			return err
		}
		if err := drawFigure(filepath.Join(dir, "reliability-"+name+".svg"), func(w io.Writer) error {
			return evaluation.Reliability(w, "truth_score, speed and pitch unchanged: "+v.Name, c)
		}); err != nil {
			return err
		}
	}
	return nil
}

func drawFigure(path string, draw func(io.Writer) error) error {
	var text strings.Builder
	if err := draw(&text); err != nil {
		return err
	}
	return replaceFile(path, []byte(text.String()))
}
