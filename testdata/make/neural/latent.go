package neural

import (
	"math"
	"math/rand/v2"
	"slices"

	"earmark/testdata/make/spectrum"
)

const (
	frameSize = 2048
	slow      = 0.12 // seconds over which the level of a band is smoothed
	grain     = 0.3  // how much of the random projections is in the latent, against its mean of 1
)

// band is a third of an octave.
type band struct{ low, mid, high float64 } // Hz

// bands returns thirds of an octave from 560 Hz up to where encoders cut off.
func bands(rate float64) []band {
	var all []band
	third := math.Cbrt(2)
	for mid := 630.0; mid*third < min(19000, 0.46*rate); mid *= third {
		all = append(all, band{mid / math.Sqrt(third), mid, mid * math.Sqrt(third)})
	}
	return all
}

// levels takes the music down to one number a band and frame, a frame every hop samples: the geometric mean of the
// amplitudes in the band, as the level between the harmonics is what hides or shows a line. Amplitudes are those of
// white noise that would be as strong in the band.
func levels(signal []float64, rate float64, hop int, in []band) [][]float64 {
	transform := spectrum.NewTransform(frameSize)
	power := make([]float64, frameSize/2)
	frames := len(signal)/hop + 1
	latent := make([][]float64, len(in))
	for b := range latent {
		latent[b] = make([]float64, frames)
	}
	for m := range frames {
		transform.Power(power, signal, m*hop-frameSize/2)
		for b, width := range in {
			from, to := int(width.low*frameSize/rate), int(width.high*frameSize/rate)+1
			var sum float64
			for _, p := range power[from:to] {
				sum += math.Log(p + 1e-14)
			}
			latent[b][m] = math.Exp(sum / float64(to-from) / 2)
		}
	}
	for _, level := range latent {
		smooth(level, slow*rate/float64(hop))
	}
	return latent
}

// smooth averages a level over about so many frames, forwards and then backwards so that nothing is late.
func smooth(level []float64, frames float64) {
	k := 1 / (1 + frames)
	for range 2 {
		held := level[0]
		for i, v := range level {
			held += k * (v - held)
			level[i] = held
		}
		slices.Reverse(level)
	}
}

// project takes each hop samples of the music down to one number by a random projection, of variance 1, so that the
// latent is not level alone but says something of the waveform too.
func project(rng *rand.Rand, signal []float64, hop, frames int) []float64 {
	weights := make([]float64, hop)
	for i := range weights {
		weights[i] = rng.NormFloat64()
	}
	out := make([]float64, frames)
	for m := range out {
		var sum, energy float64
		for i, v := range signal[min(m*hop, len(signal)):min((m+1)*hop, len(signal))] {
			sum += weights[i] * v
			energy += v * v
		}
		out[m] = max(-2, min(2, sum/math.Sqrt(energy+1e-12)))
	}
	return out
}
