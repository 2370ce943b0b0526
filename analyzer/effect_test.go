package analyzer_test

import (
	"errors"
	"flag"
	"io"
	"path/filepath"
	"slices"
	"testing"

	"earmark/analyzer"
	"earmark/analyzer/audio"
	"earmark/analyzer/resample"
	"earmark/testdata/make/effect"
)

var excerpts = flag.Int("excerpts", 0, "every so many-th human excerpt is put through each effect")

// TestEffectsOnMusic counts, over as many labelled human excerpts as are asked for and are not flagged as they are.
func TestEffectsOnMusic(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "shared", "audio", "human-*"))
	if err != nil {
		t.Fatal(err)
	}
	if *excerpts == 0 || len(files) == 0 {
		t.Skip("-excerpts says how many of the labelled excerpts, which have to be there")
	}
	pieces := newSweep()
	for seed := 1; seed < len(files); seed += *excerpts {
		name := filepath.Base(files[seed])
		left, right := sides(t, files[seed])
		if r := heard(t, level(left, right)); r.Verdict == analyzer.Suspicious {
			t.Logf("%s is flagged as it is, and left out", name)
			continue
		}
		for _, e := range effect.Effects {
			pieces.hear(t, e.Name, name, func() []float32 {
				left, right := slices.Clone(left), slices.Clone(right)
				e.Apply(uint64(seed), left, right)
				return level(left, right)
			})
		}
	}
	pieces.report(t)
}

// sides are the first two channels of a file, or twice the only one, at [effect.Rate].
func sides(t *testing.T, path string) (left, right []float64) {
	t.Helper()
	in, err := audio.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close() //nolint:errcheck // opened for reading, nothing to lose
	channels := in.Info().Channels
	block := make([]float32, 4096*channels)
	side := make([]float32, 4096)
	out := [2][]float64{}
	var to [2]*resample.Resampler
	for c := range to {
		to[c] = resample.New(in.Info().SampleRate, effect.Rate, 16000)
	}
	for {
		n, err := in.Read(block)
		for c := range out {
			for i := range n {
				side[i] = block[i*channels+min(c, channels-1)]
			}
			for _, v := range to[c].Process(side[:n]) {
				out[c] = append(out[c], float64(v))
			}
		}
		if errors.Is(err, io.EOF) {
			return out[0], out[1]
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
}

// level is both sides in turn, softer where they would clip.
func level(left, right []float64) []float32 {
	gain := 1.0
	for i := range left {
		gain = max(gain, left[i]/0.99, -left[i]/0.99, right[i]/0.99, -right[i]/0.99)
	}
	out := make([]float32, 0, 2*len(left))
	for i := range left {
		out = append(out, float32(left[i]/gain), float32(right[i]/gain))
	}
	return out
}
