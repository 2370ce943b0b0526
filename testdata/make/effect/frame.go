package effect

import (
	"math"
	"math/cmplx"
	"math/rand/v2"

	"earmark/testdata/make/spectrum"
)

// frames is how long frames of a spectrum are, and how far apart.
func frames(rng *rand.Rand) (size, hop int) {
	size = pick(rng, 512, 1024, 2048, 4096)
	return size, size / pick(rng, 2, 4, 4, 8)
}

// robot takes all phases away, from some moment on, and leaves some of what was there.
func robot(rng *rand.Rand, s stereo) {
	size, hop := frames(rng)
	wet, from := between(rng, 0.2, 1), between(rng, 0, 0.6)
	s.each(func(x []float64) []float64 {
		y := spectrum.NewTransform(size).Change(x, hop, func(bins []complex128) {
			for k, v := range bins {
				bins[k] = complex(cmplx.Abs(v), 0)
			}
		})
		for i := range y {
			if float64(i) < from*float64(len(y)) {
				y[i] = x[i]
			}
			y[i] = (1-wet)*x[i] + wet*y[i]
		}
		return y
	})
}

// whisper makes all phases random.
func whisper(rng *rand.Rand, s stereo) {
	size, hop := frames(rng)
	s.each(func(x []float64) []float64 {
		return spectrum.NewTransform(size).Change(x, hop, func(bins []complex128) {
			for k, v := range bins {
				bins[k] = cmplx.Rect(cmplx.Abs(v), 2*math.Pi*rng.Float64())
			}
		})
	})
}

// denoiser is a gate on each bin, by what the bin has on average.
func denoiser(rng *rand.Rand, s stereo) {
	size, hop := frames(rng)
	threshold := between(rng, 0.25, 1.75)
	s.each(func(x []float64) []float64 {
		t, sum, count := spectrum.NewTransform(size), make([]float64, size/2+1), 0.0
		t.Change(x, hop, func(bins []complex128) {
			for k, v := range bins {
				sum[k] += cmplx.Abs(v)
			}
			count++
		})
		return t.Change(x, hop, func(bins []complex128) {
			for k, v := range bins {
				if cmplx.Abs(v) < threshold*sum[k]/count {
					bins[k] *= 0.05
				}
			}
		})
	})
}

// freeze holds the magnitudes for some frames, while the phases go on.
func freeze(rng *rand.Rand, s stereo) {
	size, hop := frames(rng)
	hold := 2 + rng.IntN(30)
	s.each(func(x []float64) []float64 {
		held, n := make([]float64, size/2+1), 0
		return spectrum.NewTransform(size).Change(x, hop, func(bins []complex128) {
			for k, v := range bins {
				if n%hold == 0 {
					held[k] = cmplx.Abs(v)
				}
				bins[k] = cmplx.Rect(held[k], cmplx.Phase(v))
			}
			n++
		})
	})
}

// roundedSpectrum leaves each bin one of a few magnitudes, evenly apart in dB.
func roundedSpectrum(rng *rand.Rand, s stereo) {
	size, hop := frames(rng)
	step := between(rng, 0.5, 3.5)
	s.each(func(x []float64) []float64 {
		return spectrum.NewTransform(size).Change(x, hop, func(bins []complex128) {
			for k, v := range bins {
				size := cmplx.Abs(v) + 1e-9
				bins[k] *= complex(math.Exp(math.Round(math.Log(size)/step)*step)/size, 0)
			}
		})
	})
}

// phaseVocoder stretches time, and nothing else is done about the phases (Flanagan and Golden, Bell System Technical
// Journal 45, 1966).
func phaseVocoder(rng *rand.Rand, s stereo) {
	size := pick(rng, 512, 1024, 2048, 4096)
	hop, slower := size/4, between(rng, 1.05, 2.05)
	step := float64(int(float64(hop) / slower))
	s.each(func(x []float64) []float64 {
		last, phase := make([]float64, size/2+1), make([]float64, size/2+1)
		return spectrum.NewTransform(size).Stretch(x, int(step), hop, func(bins []complex128) {
			for k, v := range bins {
				turn := 2 * math.Pi * float64(k) / float64(size)
				now := cmplx.Phase(v)
				astray := math.Remainder(now-last[k]-turn*step, 2*math.Pi)
				last[k] = now
				phase[k] += float64(hop) * (turn + astray/step)
				bins[k] = cmplx.Rect(cmplx.Abs(v), phase[k])
			}
		})[:len(x)]
	})
}
