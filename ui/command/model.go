package command

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"earmark/analyzer"
	"earmark/analyzer/training"
	"earmark/engine"
	"earmark/ui/cell"
	"earmark/ui/command/console"
	"earmark/ui/command/meter"
	"earmark/ui/command/summary"
)

func (p *program) model() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "model",
		GroupID: groupSetUp,
		Short:   "Show, train and evaluate the detector's model",
		Args:    cobra.ArbitraryArgs,
		RunE: p.run(func(_ context.Context, args []string) error {
			if len(args) == 0 {
				return misused("say show, train or eval")
			}
			return misused("there is no %q: say show, train or eval", args[0])
		}),
	}
	cmd.AddCommand(p.modelShow(), p.modelTrain(), p.modelEval())
	return cmd
}

func (p *program) modelShow() *cobra.Command {
	return &cobra.Command{
		Use:     "show [FILE]",
		Short:   "Show what a model was trained on, and its thresholds",
		Long:    "Show what the model of this program, or the one in FILE, was trained on, and its thresholds.",
		Example: "  earmark model show\n  earmark model show model.txt",
		Args:    cobra.MaximumNArgs(1),
		RunE: p.run(func(_ context.Context, args []string) error {
			if len(args) == 0 {
				return p.showModel(analyzer.Embedded(), analyzer.Version())
			}
			data, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			m, err := analyzer.ParseModel(data)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			return p.showModel(m, m.Version)
		}),
	}
}

func (p *program) showModel(m *analyzer.Model, version string) error {
	t := m.Training
	var templates []string
	for _, g := range m.Templates {
		templates = append(templates, fmt.Sprintf("%s (%d)", g.Name, g.Tracks))
	}
	rows := [][]string{
		{"detector", version},
		{"human tracks", fmt.Sprintf("%d of %d sources", t.Human, t.HumanSources)},
		{"AI tracks", fmt.Sprintf("%d of %d origins", t.AI, t.AIOrigins)},
		{"templates", strings.Join(templates, ", ")},
		{"heard", strings.Join(t.Manipulations, "; ")},
	}
	for _, tier := range slices.Backward(summary.TiersOf(m)) { // the laxest first
		rows = append(rows, []string{
			tier.Name + " at", fmt.Sprintf("%7.4f  (%s)", tier.Threshold, tier.Supported()),
		})
	}
	what, less := summary.Counted(m)
	rows = append(rows,
		[]string{"calibrated on", cell.Plural(int64(m.Tiers.Tracks), "human measurement", "human measurements")},
		[]string{"bounds count", what + "; " + less},
		[]string{"manifests", strings.Join(t.Manifests, " ")},
		[]string{"recordings", t.Audio},
	)
	return p.write(func(w io.Writer) error {
		summary.Columns(w, "", []summary.Column{{}, {}}, rows, 0)
		return nil
	})
}

// dataset is what the commands that learn from recordings are given.
type dataset struct {
	labels string
	human  []string
}

func (d *dataset) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&d.labels, "labels", "", "`FILE` that says what is human (default manifest.tsv in DIR)")
	cmd.Flags().StringArrayVar(&d.human, "human", nil, "`DIR` of more human music, a folder a source; repeatable")
}

func (d *dataset) load(ctx context.Context, dir string) (*training.Data, error) {
	labels := d.labels
	if labels == "" {
		labels = filepath.Join(dir, "manifest.tsv")
	}
	if err := missing(engine.Source{Paths: append([]string{dir, labels}, d.human...)}); err != nil {
		return nil, err
	}
	return training.Load(ctx, dir, labels, d.human)
}

func (p *program) modelTrain() *cobra.Command {
	var output, version string
	var data dataset
	cmd := &cobra.Command{
		Use:   "train DIR [--labels FILE] -o FILE",
		Short: "Train a model on labelled recordings",
		Long: `Train a model on the recordings below DIR, as FILE labels them
(tab-separated, with the columns file, class, source, origin and sha256), and
write it. Human music is always split by source. Generated music is split by
origin where thresholds and probabilities are fitted, and by track where it is
decided which generators get a template. Both go through the same encoders. On
one machine the same recordings give the same model, byte for byte.`,
		Example: "  earmark model train audio --labels audio/manifest.tsv -o model.txt",
		Args:    one("the folder of the labelled recordings"),
		RunE: p.run(func(ctx context.Context, args []string) error {
			if output == "" {
				return misused("say with -o where the model goes; - is standard output")
			}
			return p.trainModel(ctx, args[0], data, output, cmp.Or(version, analyzer.Embedded().Version))
		}),
	}
	data.flags(cmd)
	cmd.Flags().StringVarP(&output, "output", "o", "", "write the model to this `FILE`; - is standard output")
	cmd.Flags().StringVar(&version, "detector-version", "",
		"`version` of the detector that the model is for (default that of the built-in model)")
	return cmd
}

// progress draws a bar while work goes on in several goroutines; stop takes it away.
func (p *program) progress() (draw func(done, all int), stop func()) {
	if !p.Animates() {
		return func(int, int) {}, func() {}
	}
	bar := meter.NewBar(p.Err)
	var mu sync.Mutex
	return func(done, all int) {
		mu.Lock()
		defer mu.Unlock()
		state := meter.State{Done: int64(done), Total: int64(all)}
		bar.Draw(meter.Line(p.Theme(p.Err), state, console.MeterWidth(p.Err)))
	}, bar.Clear
}

func (p *program) trainModel(ctx context.Context, dir string, from dataset, output, version string) error {
	data, err := from.load(ctx, dir)
	if err != nil {
		return err
	}
	draw, stop := p.progress()
	model, leftOut, err := training.Train(ctx, data, version, draw)
	stop()
	if err != nil {
		return err
	}
	text, err := model.Encode()
	if err != nil {
		return err
	}
	for _, name := range leftOut {
		fmt.Fprintln(p.Err, "left out:", name)
	}
	if output == "-" {
		_, err = p.Out.Write(text)
		return err
	}
	return replaceFile(output, text)
}

// replaceFile writes a file that is complete or not changed at all.
func replaceFile(path string, data []byte) error {
	temporary := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.%08x.tmp", filepath.Base(path), rand.Uint32()))
	if err := os.WriteFile(temporary, data, 0o666); err != nil {
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		_ = os.Remove(temporary)
		return err
	}
	return nil
}
