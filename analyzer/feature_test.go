package analyzer

import (
	"bytes"
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
	template := func(f Feature) Template { return Template{Weights: f.Vector(), Null: Null{Spread: 1}} }
	m := &Model{
		General:   template(known),
		Templates: []Template{template(known), template(marks(2))},
	}
	stranger := m.Scale(noisy(marks(9), 0.2, 8))
	if stranger.Peak > 6 {
		t.Errorf("marks that no template knows: a peak of %.1f at %.4f", stranger.Peak, stranger.Factor)
	}
	for _, factor := range []float64{0.9, 0.95, 1, 1.03, 1.08, 1.12} {
		found := m.Scale(noisy(known.At(1/factor), 0.2, 7))
		if math.Abs(math.Log(found.Factor/factor)) > 2*scaleStep {
			t.Errorf("sped up by a factor of %.4f: found %.4f", factor, found.Factor)
		}
		if found.Peak < 8 {
			t.Errorf("factor %.4f: a peak of %.1f, want a clear one", factor, found.Peak)
		}
	}
}

// The factor is where the general template and a generator's find most together, not where one of them alone does.
func TestScaleSearchWeighsTemplatesAsTheVerdictDoes(t *testing.T) {
	both, one := marks(1), marks(2)
	template := func(f Feature, spread float64) Template {
		return Template{Weights: f.Vector(), Null: Null{Spread: spread}}
	}
	m := &Model{General: template(both, 0.5), Templates: []Template{template(both, 1), template(one, 1)}}
	x := both.At(1 / 1.05).Vector()
	for i, v := range one.At(1 / 0.94).Vector() {
		x[i] += 1.5 * v // more of the template that the general one does not know
	}
	f := Feature{Peaks: x[:Bins], Steady: x[Bins:], Effect: make([]float32, Bins)}
	if found := m.Scale(f); math.Abs(math.Log(found.Factor/1.05)) > 2*scaleStep {
		t.Errorf("found %.4f, want 1.05, where both find something", found.Factor)
	}
	if found := (&Model{General: m.Templates[1]}).Scale(f); math.Abs(math.Log(found.Factor/0.94)) > 2*scaleStep {
		t.Errorf("found %.4f, want 0.94: without generators the general template decides", found.Factor)
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
	text := w.text()
	back, err := parseWeights(text)
	if err != nil {
		t.Fatal(err)
	}
	for i := range w {
		if math.Abs(float64(back[i]-w[i])) > 1e-6 {
			t.Fatalf("weight %d was %g and came back as %g", i, w[i], back[i])
		}
	}
	if again := back.text(); !bytes.Equal(text, again) {
		t.Error("what was read is written differently")
	}
	for _, wrong := range [][]byte{nil, text[:len(text)-4], append([]byte("!"), text[1:]...)} {
		if _, err := parseWeights(wrong); err == nil {
			t.Errorf("%d characters are weights", len(wrong))
		}
	}
}

func TestVectorHasTwoHalvesOfLengthOne(t *testing.T) {
	f := noisy(marks(5), 0.1, 1)
	for _, share := range []float64{1, 0.64} {
		for _, v := range [][]float32{f.Peaks, f.Steady, f.Effect} {
			clear(v[int(share*Bins):])
		}
		x := f.Vector()
		for _, half := range [][]float32{x[:Bins], x[Bins:]} {
			var sum float64
			for _, v := range half {
				sum += float64(v) * float64(v)
			}
			if math.Abs(sum-1) > 1e-4 {
				t.Errorf("%.2f of the band: a half has length %.5f", share, math.Sqrt(sum))
			}
		}
		if got := length(x); math.Abs(got-math.Sqrt(share)) > 1e-3 {
			t.Errorf("%.2f of the band counts as %.4f, want its root", share, got)
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

func BenchmarkScale(b *testing.B) {
	m := &Model{General: Template{Weights: marks(20).Vector()}}
	for i := range 13 {
		m.Templates = append(m.Templates, Template{Weights: marks(uint64(i)).Vector()})
	}
	f := noisy(marks(3), 0.2, 1)
	m.Scale(f)
	for b.Loop() {
		m.Scale(f)
	}
}
