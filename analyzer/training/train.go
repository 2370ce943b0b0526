package training

import (
	"context"
	"hash/fnv"
	"math"
	"path/filepath"
	"slices"

	"earmark/analyzer"
)

const (
	folds          = 5
	ridge          = 0.03 // λ of the template, chosen by cross-validation from 0.003, 0.03 and 0.3
	latticeSigmas  = 0.8  // lattice strength (in tens of deviations) from which a spacing is reported at the least
	pressMargin    = analyzer.PressMargin
	segmentHuman   = 0.99 // share of human segments that stay unmarked
	recallShare    = analyzer.RecallRate
	humanSafeShare = analyzer.HumanSafeRate
)

// Evaluation is what cross-validation says of recordings that the template had not seen.
type Evaluation struct {
	Rows       []Row
	HumanFlags map[string]int // per tier
	Humans     int
	LeftOut    []string // could not be measured
}

// Row is one generator, or all human music, through one manipulation.
type Row struct {
	Source       string
	Manipulation string
	Tracks       int
	Recall       float64 // share flagged at each tier
	HumanSafe    float64
	PressSafe    float64
}

// Train makes a model from the tracks of a manifest, whose files lie beside it.
func Train(
	ctx context.Context, manifest, version string, progress func(done, all int),
) (*analyzer.Model, *Evaluation, error) {
	tracks, manifestSum, err := ReadManifest(manifest)
	if err != nil {
		return nil, nil, err
	}
	dir := filepath.Dir(manifest)
	audioSum, err := hashAudio(ctx, dir, tracks)
	if err != nil {
		return nil, nil, err
	}
	samples, left, err := measureAll(ctx, dir, tracks, progress)
	if err != nil {
		return nil, nil, err
	}
	m := &analyzer.Model{
		Format: 1, Version: version,
		Training: analyzer.Training{Manifest: manifestSum, Audio: audioSum},
	}
	describe(&m.Training, tracks)
	ev, err := fit(m, samples)
	if err != nil {
		return nil, nil, err
	}
	ev.LeftOut = left
	return m, ev, nil
}

func describe(t *analyzer.Training, tracks []Track) {
	human, ai := map[string]bool{}, map[string]bool{}
	for _, track := range tracks {
		if track.AI {
			t.AI++
			ai[track.Origin] = true
		} else {
			t.Human++
			human[track.Source] = true
		}
	}
	t.HumanSources, t.AIOrigins = len(human), len(ai)
	t.Manipulations = []string{asIs.Name}
	for _, m := range Manipulations {
		t.Manipulations = append(t.Manipulations, m.Name)
	}
}

// unseen is what a model of the other folds says of a sample.
type unseen struct {
	a, b     float64 // the heads' shares of the margin
	margin   float64
	lattice  float64 // evidence of the strongest lattice
	segments []float64
}

// fit fills m from samples. Everything but the template itself is fitted to what models of the other folds say.
func fit(m *analyzer.Model, samples []sample) (*Evaluation, error) {
	ai := make([]bool, len(samples))
	x := make([][]float32, len(samples))
	for i, s := range samples {
		ai[i], x[i] = s.track.AI, s.x
	}
	held := make([]unseen, len(samples))
	for fold := range folds {
		var tx [][]float32
		var ty []bool
		var human []sample
		for i, s := range samples {
			if foldOf(s.track) == fold {
				continue
			}
			tx, ty = append(tx, x[i]), append(ty, ai[i])
			if !ai[i] {
				human = append(human, s)
			}
		}
		model, err := fitLogistic(tx, ty, ridge)
		if err != nil {
			return nil, err
		}
		null := fitNull(human)
		for i, s := range samples {
			if foldOf(s.track) == fold {
				held[i] = look(model, null, s)
			}
		}
	}
	template, err := fitLogistic(x, ai, ridge)
	if err != nil {
		return nil, err
	}
	m.Peaks, m.Steady = template.weights[:analyzer.Bins], template.weights[analyzer.Bins:]
	m.Bias = template.bias
	var human []sample
	for _, s := range samples {
		if !s.track.AI {
			human = append(human, s)
		}
	}
	m.Null = fitNull(human)
	return calibrate(m, samples, held)
}

// foldOf keeps whole sources and origins together.
func foldOf(t Track) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(t.group()))
	return int(h.Sum32() % folds)
}

func look(model logistic, null []analyzer.Null, s sample) unseen {
	a := logistic{weights: model.weights[:analyzer.Bins]}.margin(s.x[:analyzer.Bins])
	b := logistic{weights: model.weights[analyzer.Bins:]}.margin(s.x[analyzer.Bins:])
	u := unseen{a: a, b: b, margin: a + b + model.bias}
	u.lattice = analyzer.Strongest(null, s.combs).Evidence
	for _, segment := range s.segments {
		u.segments = append(u.segments, model.margin(segment))
	}
	return u
}

// fitNull describes each spacing's comb on human music by median and median absolute deviation.
func fitNull(human []sample) []analyzer.Null {
	out := make([]analyzer.Null, len(analyzer.Spacings))
	column := make([]float64, len(human))
	for k := range out {
		for i, s := range human {
			column[i] = float64(s.combs[k])
		}
		med := median(column)
		for i := range column {
			column[i] = math.Abs(column[i] - med)
		}
		out[k] = analyzer.Null{Median: sig(med), Sigma: sig(1.4826 * median(column))}
	}
	return out
}

func median(v []float64) float64 {
	s := slices.Sorted(slices.Values(v))
	if len(s) == 0 {
		return 0
	}
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}

// sig keeps six significant digits: a model file is read by people too.
func sig(v float64) float64 {
	if v == 0 {
		return 0
	}
	p := math.Pow(10, 5-math.Floor(math.Log10(math.Abs(v))))
	return math.Round(v*p) / p
}
