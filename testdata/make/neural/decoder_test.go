package neural

import (
	"math"
	"math/rand/v2"
	"testing"

	"earmark/testdata/make/spectrum"
	"earmark/testdata/make/synth"
)

// TestStackRepeats is the whole physics: feature maps that do not change come out of a stack as something that repeats
// every stride samples, which is to say, as lines at multiples of rate / stride and nothing between them.
func TestStackRepeats(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	maps := make([][]float64, channels)
	for c := range maps {
		maps[c] = []float64{1, 1, 1, 1, 1}
	}
	stride := 1
	for _, s := range []int{8, 5, 4, 2} {
		maps = newLayer(rng, s, channels).run(maps)
		stride *= s
	}
	for c, out := range maps {
		if len(out) != 5*stride {
			t.Fatalf("%d samples, want %d", len(out), 5*stride)
		}
		lowest, highest := math.Inf(1), math.Inf(-1)
		for i := 2 * stride; i < 4*stride; i++ {
			if math.Abs(out[i]-out[i+stride]) > 1e-9 {
				t.Fatalf("channel %d, sample %d: %g, a stride later %g", c, i, out[i], out[i+stride])
			}
			lowest, highest = min(lowest, out[i]), max(highest, out[i])
		}
		if highest-lowest < 1e-3 {
			t.Errorf("channel %d is constant: it would leave no line", c)
		}
	}
}

// TestPerfectLayer shows the exception: linear interpolation leaves no trace of a constant.
func TestPerfectLayer(t *testing.T) {
	t.Parallel()
	l := newLayer(rand.New(rand.NewPCG(1, 2)), 8, 1)
	for i := range l.kernel[0] {
		l.kernel[0][i] = 1 - math.Abs(float64(i)+0.5-8)/8
	}
	out := l.run([][]float64{{1, 1, 1, 1}})[0]
	for i, v := range out {
		if math.Abs(v-1) > 1e-12 {
			t.Errorf("sample %d: %g", i, v)
		}
	}
}

// TestPass sends noise through decoders: the lattice is there afterwards, at its spacing, and was not before.
func TestPass(t *testing.T) {
	t.Parallel()
	for _, strides := range [][]int{{8, 8, 4, 2}, {8, 5, 4, 4}, {8, 8, 4, 4, 2}} {
		d := Decoder{Strides: strides, Seed: 7, Gain: 0.03}
		const rate = 44100
		rng := rand.New(rand.NewPCG(3, 4))
		m := synth.New(rate, 1).NewMix(15)
		for i := range m.L {
			m.L[i] = 0.1 * rng.NormFloat64()
		}
		m.Mono()
		before := spectrum.Comb(spectrum.Residual(m.L), rate, d.Spacing(rate))
		d.Pass(m)
		after := spectrum.Comb(spectrum.Residual(m.L), rate, d.Spacing(rate))
		if before > 4 || after < 8 {
			t.Errorf("%v: lattice of %.2f Hz: z = %.1f before, %.1f after", strides, d.Spacing(rate), before, after)
		}
	}
}
