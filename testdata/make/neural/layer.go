package neural

import "math/rand/v2"

// imperfection is how far the weights of a layer are off linear interpolation, relative to its peak.
const imperfection = 2.0

// layer is a transposed convolution of a few channels with a kernel of twice its stride, then a leaky rectifier.
type layer struct {
	stride   int
	channels int
	kernel   [][]float64 // [from·channels+to][tap], 2·stride taps
}

// newLayer draws the weights. On average a kernel is a triangle: filling zeros by a triangle of two strides' length is
// linear interpolation, which has a null at every copy of 0 Hz and would leave no line. No training ends exactly there.
func newLayer(rng *rand.Rand, stride, channels int) *layer {
	l := &layer{stride: stride, channels: channels, kernel: make([][]float64, channels*channels)}
	for pair := range l.kernel {
		weight := rng.NormFloat64() // how much of this input channel the output channel takes
		if pair/channels == pair%channels {
			weight += 2
		}
		taps := make([]float64, 2*stride)
		for i := range taps {
			triangle := 1 - abs(float64(i)+0.5-float64(stride))/float64(stride)
			taps[i] = weight * (triangle + imperfection*rng.NormFloat64()) / float64(channels)
		}
		l.kernel[pair] = taps
	}
	return l
}

// run raises the channels to stride times their rate. With the zeros in place, only two taps of a kernel meet a sample
// that is not zero: one from the present input and one from the one before. So the zeros need not be written.
func (l *layer) run(in [][]float64) [][]float64 {
	out := make([][]float64, l.channels)
	for to := range out {
		up := make([]float64, len(in[0])*l.stride)
		for from, signal := range in {
			taps := l.kernel[from*l.channels+to]
			before := signal[0]
			for m, now := range signal {
				block := up[m*l.stride : (m+1)*l.stride]
				for phase := range block {
					block[phase] += taps[phase]*now + taps[phase+l.stride]*before
				}
				before = now
			}
		}
		for i, v := range up {
			if v < 0 {
				up[i] = 0.2 * v
			}
		}
		out[to] = up
	}
	return out
}

func abs(x float64) float64 {
	if x < 0 {
		return -x
	}
	return x
}
