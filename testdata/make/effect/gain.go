package effect

import (
	"math"
	"math/rand/v2"
)

// block is a number of samples that programs work in at once.
func block(rng *rand.Rand) int { return pick(rng, 64, 128, 256, 441, 480, 512, 882, 1024, 2048) }

// steppedGain is automation that jumps at the beginning of each block, in 128 steps or in as many as there are.
func steppedGain(rng *rand.Rand, s stereo) {
	n, hz, depth := block(rng), between(rng, 0.1, 6), between(rng, 0.1, 0.6)
	steps := pick(rng, 0, 0, 127.0)
	s.each(func(x []float64) []float64 {
		for i := range x {
			gain := 1 - depth*swing(hz, seconds(i/n*n))
			if steps > 0 {
				gain = math.Round(gain*steps) / steps
			}
			x[i] *= gain
		}
		return x
	})
}

// rampedGain is automation that is a straight line within each block.
func rampedGain(rng *rand.Rand, s stereo) {
	n, hz, depth := block(rng), between(rng, 1, 7), between(rng, 0.3, 0.8)
	gain := func(block int) float64 { return 1 - depth*swing(hz, seconds(block*n)) }
	s.each(func(x []float64) []float64 {
		for i := range x {
			in := float64(i%n) / float64(n)
			x[i] *= gain(i/n)*(1-in) + gain(i/n+1)*in
		}
		return x
	})
}

// blockLimiter has one gain for each block, without a transition.
func blockLimiter(rng *rand.Rand, s stereo) {
	n := block(rng)
	most := s.level(rng, -3, 4.6)
	for from := 0; from+n <= len(s[0]); from += n {
		peak := 1e-9
		for _, x := range s {
			for _, v := range x[from : from+n] {
				peak = max(peak, math.Abs(v))
			}
		}
		for _, x := range s {
			for i := from; i < from+n; i++ {
				x[i] *= min(1, most/peak)
			}
		}
	}
}

// tremolo goes up and down as fast as a low tone.
func tremolo(rng *rand.Rand, s stereo) {
	hz := between(rng, 5, 105)
	s.each(func(x []float64) []float64 {
		for i := range x {
			x[i] *= 0.5 + swing(hz, seconds(i))
		}
		return x
	})
}

// steppedFilter is a resonant low-pass whose frequency is set anew at each block.
func steppedFilter(rng *rand.Rand, s stereo) {
	n, hz, resonance := pick(rng, 128, 256, 512, 1024, 2048), between(rng, 0.2, 3.2), between(rng, 0.3, 0.9)
	s.each(func(x []float64) []float64 {
		var low, band float64
		for i := range x {
			cutoff := 500 * math.Pow(16, swing(hz, seconds(i/n*n)))
			k := 2 * math.Sin(math.Pi*min(cutoff, 7000)/Rate)
			band += k * (x[i] - low - (2-2*resonance)*band)
			low += k * band
			x[i] = low
		}
		return x
	})
}

// bandWatermark makes a band louder and softer, a bit at a time.
func bandWatermark(rng *rand.Rand, s stereo) {
	bits := make([]float64, 4096)
	for i := range bits {
		bits[i] = pick(rng, -1.0, 1)
	}
	depth, n := between(rng, 0.05, 0.3), int(Rate*pick(rng, 0.04, 0.04, 0.02, 0.0464))
	s.each(func(x []float64) []float64 {
		var wide, narrow float64
		for i, v := range x {
			wide += 0.4 * (v - wide)
			narrow += 0.13 * (v - narrow)
			x[i] += depth * bits[i/n%len(bits)] * hann(i%n, n) * (wide - narrow)
		}
		return x
	})
}
