package command

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
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
		Short:   "Show the detector's model, or train another",
		Args:    cobra.ArbitraryArgs,
		RunE: p.run(func(_ context.Context, args []string) error {
			if len(args) == 0 {
				return misused("say show or train")
			}
			return misused("there is no %q: say show or train", args[0])
		}),
	}
	cmd.AddCommand(p.modelShow(), p.modelTrain())
	return cmd
}

func (p *program) modelShow() *cobra.Command {
	return &cobra.Command{
		Use:     "show [FILE]",
		Short:   "Show what a model was trained on, and its thresholds",
		Long:    "Show what the model of this program, or the one in FILE, was trained on, and its thresholds.",
		Example: "  earmark model show\n  earmark model show model.json",
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
	rows := [][]string{
		{"detector", version},
		{"human tracks", fmt.Sprintf("%d of %d sources", t.Human, t.HumanSources)},
		{"AI tracks", fmt.Sprintf("%d of %d origins", t.AI, t.AIOrigins)},
		{"heard", strings.Join(t.Manipulations, "; ")},
		{"recall at", fmt.Sprintf("%.4f", m.Tiers.Recall)},
		{"human-safe at", fmt.Sprintf("%.4f", m.Tiers.HumanSafe)},
		{"press-safe at", fmt.Sprintf("%.4f", m.Tiers.PressSafe)},
		{"calibrated on", cell.Plural(int64(m.Tiers.Tracks), "human measurement", "human measurements")},
		{"manifest", t.Manifest},
		{"recordings", t.Audio},
	}
	return p.write(func(w io.Writer) error {
		summary.Columns(w, "", []summary.Column{{}, {}}, rows, 0)
		return nil
	})
}

func (p *program) modelTrain() *cobra.Command {
	var output, version string
	cmd := &cobra.Command{
		Use:   "train MANIFEST -o FILE",
		Short: "Train a model on labelled recordings",
		Long: `Train a model on the recordings that a manifest lists (tab-separated, its
files beside it), write it to FILE, and print how it does on recordings that
it had not seen. Human music is split by source and generated music by origin,
never by file. The same recordings give the same model.`,
		Example: "  earmark model train audio/manifest.tsv -o analyzer/model.json",
		Args:    one("the manifest of the labelled recordings"),
		RunE: p.run(func(ctx context.Context, args []string) error {
			if output == "" {
				return misused("say with -o where the model goes; - is standard output")
			}
			return p.trainModel(ctx, args[0], output, version)
		}),
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "write the model to this `FILE`; - is standard output")
	cmd.Flags().StringVar(&version, "detector-version", "1.0.0", "`version` of the detector that the model is for")
	return cmd
}

func (p *program) trainModel(ctx context.Context, manifest, output, version string) error {
	if err := missing(engine.Source{Paths: []string{manifest}}); err != nil {
		return err
	}
	var bar *meter.Bar
	if p.Animates() {
		bar = meter.NewBar(p.Err)
	}
	var mu sync.Mutex // recordings are measured at the same time
	progress := func(done, all int) {
		if bar == nil {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		state := meter.State{Done: int64(done), Total: int64(all)}
		bar.Draw(meter.Line(p.Theme(p.Err), state, console.MeterWidth(p.Err)))
	}
	model, evaluation, err := training.Train(ctx, manifest, version, progress)
	if bar != nil {
		bar.Clear()
	}
	if err != nil {
		return err
	}
	data, err := json.MarshalIndent(model, "", " ")
	if err != nil {
		return err
	}
	data = append(data, '\n')
	table := p.Out
	if output == "-" {
		table = p.Err
		if _, err := p.Out.Write(data); err != nil {
			return err
		}
	} else if err := replaceFile(output, data); err != nil {
		return err
	}
	var text bytes.Buffer
	summary.Evaluation(&text, evaluation)
	_, err = table.Write(text.Bytes())
	return err
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
