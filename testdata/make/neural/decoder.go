package neural

import (
	"math"
	"math/rand/v2"

	"earmark/testdata/make/synth"
)

// channels is how many feature maps each band has in every layer.
const channels = 3

// Decoder is the last stage of a generator.
type Decoder struct {
	Strides []int   // of the layers, first the one at the lowest rate
	Seed    uint64  // of the weights
	Gain    float64 // height of the lines: rms amplitude of a line over that of white noise as strong as the floor
}

// Stride is how many samples one latent frame becomes.
func (d Decoder) Stride() int {
	stride := 1
	for _, s := range d.Strides {
		stride *= s
	}
	return stride
}

// Spacing is the distance of the lines in hertz.
func (d Decoder) Spacing(rate float64) float64 { return rate / float64(d.Stride()) }

// Pass adds to the music what the decoder leaves in it. Both sides are given the same, decoded from their mean.
func (d Decoder) Pass(m *synth.Mix) {
	rng := rand.New(rand.NewPCG(d.Seed, 0x6465636f646572))
	hop := d.Stride()
	mid := make([]float64, len(m.L))
	for i := range mid {
		mid[i] = (m.L[i] + m.R[i]) / 2
	}
	in := bands(m.Rate)
	latent := levels(mid, m.Rate, hop, in)

	trace := make([]float64, len(mid))
	for b, level := range latent {
		maps := make([][]float64, channels)
		for c := range maps {
			maps[c] = project(rng, mid, hop, len(level))
			for i, detail := range maps[c] {
				maps[c][i] = level[i] * (1 + grain*detail) // positive on average: the spike at 0 Hz
			}
		}
		d.raise(rng, trace, maps, in[b], m.Rate)
	}
	m.Spread(trace)
}

// raise runs a band's feature maps through a stack of layers and adds the part that falls into the band to trace.
func (d Decoder) raise(rng *rand.Rand, trace []float64, maps [][]float64, in band, rate float64) {
	stack := make([]*layer, len(d.Strides))
	for i, stride := range d.Strides {
		stack[i] = newLayer(rng, stride, channels)
	}
	steady := make([][]float64, channels)
	for c := range steady {
		steady[c] = []float64{1, 1, 1}
	}
	for _, l := range stack {
		steady, maps = l.run(steady), l.run(maps)
	}
	gain := d.Gain / lineHeight(steady, d.Stride())
	var filters [3]*synth.Biquad
	for i := range filters {
		filters[i] = synth.BandPass(rate, in.mid, 2.2)
	}
	for i := range trace {
		var v float64
		for _, m := range maps {
			v += m[i]
		}
		for _, f := range filters {
			v = f.Next(v)
		}
		trace[i] += gain * v
	}
}

// lineHeight is the rms amplitude of the lines that a stack makes of constant feature maps: what they are copied into
// repeats every stride samples, and of stride samples' variance each of the stride/2 harmonics has its share.
func lineHeight(steady [][]float64, stride int) float64 {
	var sum, square float64
	for i := 2 * stride; i < 3*stride; i++ { // past the start
		var v float64
		for _, m := range steady {
			v += m[i]
		}
		sum += v
		square += v * v
	}
	n := float64(stride)
	variance := square/n - sum*sum/n/n
	return 2 * math.Sqrt(variance/n)
}
