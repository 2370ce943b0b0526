package analyzer

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// marks is a feature with narrow lines at random places, as a decoder would leave them.
func marks(seed uint64) Feature {
	rng := rand.New(rand.NewPCG(seed, seed))
	f := Feature{Peaks: make([]float32, Bins), Steady: make([]float32, Bins), Effect: make([]float32, Bins)}
	for range 150 {
		at := 400 + rng.IntN(Bins-800)
		for k, v := range []float32{0.3, 1, 0.3} {
			f.Peaks[at+k], f.Steady[at+k], f.Effect[at+k] = v, v, v
		}
	}
	return f
}

func noisy(f Feature, level float64, seed uint64) Feature {
	rng := rand.New(rand.NewPCG(seed, seed))
	for _, v := range [][]float32{f.Peaks, f.Steady, f.Effect} {
		for i := range v {
			v[i] += float32(level * rng.NormFloat64())
		}
	}
	return f
}

func TestScaleSearchFindsAChangeOfSpeed(t *testing.T) {
	known := marks(1)
	m := &Model{Templates: []Template{
		{Name: "known", Weights: known.Vector(), Scaled: Null{Spread: 1}},
		{Name: "other", Weights: marks(2).Vector(), Scaled: Null{Spread: 1}},
	}}
	for _, factor := range []float64{0.9, 0.95, 1, 1.03, 1.08, 1.12} {
		peaks := m.ScalePeaks(noisy(known.At(1/factor), 0.2, 7).Vector())
		if got := peaks[0].Factor; math.Abs(math.Log(got/factor)) > 2*scaleStep {
			t.Errorf("sped up by a factor of %.4f: found %.4f", factor, got)
		}
		if peaks[0].Peak < 8 || peaks[1].Peak > 6 {
			t.Errorf("factor %.4f: peaks of %.1f and %.1f, want a clear one of the first template only",
				factor, peaks[0].Peak, peaks[1].Peak)
		}
	}
}

func TestAtUndoesAChangeOfSpeed(t *testing.T) {
	f := marks(3)
	back := f.At(1 / 1.05).At(1.05)
	var same, all float64
	for i := 200; i < 4800; i++ {
		same += float64(f.Steady[i] * back.Steady[i])
		all += float64(f.Steady[i] * f.Steady[i])
	}
	if same < 0.6*all {
		t.Errorf("there and back keeps %.2f of a feature", same/all)
	}
}

func TestWeightsSurviveTheFile(t *testing.T) {
	w := Weights(marks(4).Vector())
	w[7] = -0.5
	w.Round()
	text, err := json.Marshal(w)
	if err != nil {
		t.Fatal(err)
	}
	var back Weights
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if len(back) != len(w) {
		t.Fatalf("%d weights came back as %d", len(w), len(back))
	}
	for i := range w {
		if math.Abs(float64(back[i]-w[i])) > 1e-6 {
			t.Fatalf("weight %d was %g and came back as %g", i, w[i], back[i])
		}
	}
	again, err := json.Marshal(back)
	if err != nil || !bytes.Equal(text, again) {
		t.Error("what was read is written differently")
	}
}

func TestVectorHasTwoHalvesOfLengthOne(t *testing.T) {
	x := noisy(marks(5), 0.1, 1).Vector()
	for _, half := range [][]float32{x[:Bins], x[Bins:]} {
		var sum float64
		for _, v := range half {
			sum += float64(v) * float64(v)
		}
		if math.Abs(sum-1) > 1e-4 {
			t.Errorf("a half has length %.5f", math.Sqrt(sum))
		}
	}
	empty := Feature{Peaks: make([]float32, Bins), Steady: make([]float32, Bins), Effect: make([]float32, Bins)}
	if x := empty.Vector(); slices.ContainsFunc(x, func(v float32) bool { return v != 0 }) {
		t.Error("nothing was given a direction")
	}
}

func TestPackedFeatureIsTheFeature(t *testing.T) {
	f := marks(6)
	back := f.pack().feature()
	for i := range f.Steady {
		steady, peaks := float64(f.Steady[i]-back.Steady[i]), float64(f.Peaks[i]-back.Peaks[i])
		if math.Abs(steady) > 0.004 || math.Abs(peaks) > 0.004 {
			t.Fatalf("bin %d: %g became %g", i, f.Steady[i], back.Steady[i])
		}
	}
}

func TestACombStandsOutOnlyOnItsOwnSpacing(t *testing.T) {
	f := Feature{Peaks: make([]float32, Bins), Steady: make([]float32, Bins), Effect: make([]float32, Bins)}
	f = noisy(f, 0.1, 2)
	index := slices.IndexFunc(Spacings, func(hz float64) bool { return math.Abs(hz-44100.0/512) < 1e-6 })
	for _, i := range newComb(Spacings[index]) {
		f.Effect[i] += 0.3
	}
	combs := f.Combs()
	for i, c := range combs {
		if i != index && c > 0.9*combs[index] {
			t.Errorf("%.2f Hz reaches %.1f, and the real spacing %.1f", Spacings[i], c, combs[index])
		}
	}
	if combs[index] < 10 {
		t.Errorf("a clear lattice has a strength of %.1f", combs[index])
	}
}

func BenchmarkScalePeaks(b *testing.B) {
	m := &Model{}
	for i := range 12 {
		m.Templates = append(m.Templates, Template{Weights: marks(uint64(i)).Vector()})
	}
	x := noisy(marks(3), 0.2, 1).Vector()
	m.ScalePeaks(x)
	for b.Loop() {
		m.ScalePeaks(x)
	}
}
