package effect

import (
	"math/rand/v2"
	"slices"
)

// resonator is one short echo that is fed back.
func resonator(rng *rand.Rand, s stereo) {
	delay, feedback, wet := int(Rate/between(rng, 18, 218)), between(rng, 0.3, 0.9), between(rng, 0.1, 0.7)
	s.each(func(x []float64) []float64 {
		y := slices.Clone(x)
		for i := delay; i < len(y); i++ {
			y[i] += feedback * y[i-delay]
		}
		for i := range y {
			y[i] = (1-wet)*x[i] + wet*(1-feedback)*y[i]
		}
		return y
	})
}

// sympatheticStrings sound along with the music, damped (Karplus and Strong, Computer Music Journal 7(2), 1983).
func sympatheticStrings(rng *rand.Rand, s stereo) {
	delays := make([]int, 4)
	for k := range delays {
		delays[k] = int(Rate / between(rng, 40, 340))
	}
	s.each(func(x []float64) []float64 {
		out := slices.Clone(x)
		for _, n := range delays {
			y := slices.Clone(x)
			for i := range y {
				if i > n {
					y[i] += 0.49 * (y[i-n] + y[i-n-1])
				}
				out[i] += 0.02 * y[i]
			}
		}
		return out
	})
}

// feedbackNetwork is a reverb of four delays that feed each other (Jot and Chaigne, AES Convention 90, 1991).
func feedbackNetwork(rng *rand.Rand, s stereo) {
	delays := [4]int{149 + rng.IntN(300), 211 + rng.IntN(300), 263 + rng.IntN(600), 293 + rng.IntN(900)}
	gain, wet := between(rng, 0.7, 0.95), between(rng, 0.03, 0.15)
	s.each(func(x []float64) []float64 {
		var lines [4][]float64
		for k, n := range delays {
			lines[k] = make([]float64, n)
		}
		for i, v := range x {
			sum := 0.0
			for k, n := range delays {
				sum += lines[k][i%n]
			}
			for k, n := range delays {
				lines[k][i%n] = v + gain*(lines[k][i%n]-sum/2)
			}
			x[i] += wet * sum
		}
		return x
	})
}

// consoleEcho is that of a games console: whole multiples of 16 ms, filtered each time.
func consoleEcho(rng *rand.Rand, s stereo) {
	delay, feedback := int(Rate*0.016*float64(1+rng.IntN(6))), between(rng, 0.3, 0.8)
	s.each(func(x []float64) []float64 {
		y, smooth := make([]float64, len(x)), 0.0
		for i := delay; i < len(x); i++ {
			smooth += 0.6 * (x[i-delay] + feedback*y[i-delay] - smooth)
			y[i] = smooth
		}
		for i := range y {
			y[i] = x[i] + 0.5*y[i]
		}
		return y
	})
}

// echoWatermark hides bits in which of two faint echoes there is (Bender and others, IBM Systems Journal 35(3), 1996).
func echoWatermark(rng *rand.Rand, s stereo) {
	delays := [2]int{50 + rng.IntN(50), 120 + rng.IntN(60)}
	n, level := pick(rng, 4096, 8192), between(rng, 0.05, 0.35)
	bits := make([]int, len(s[0])/n+1)
	for i := range bits {
		bits[i] = rng.IntN(2)
	}
	s.each(func(x []float64) []float64 {
		out := slices.Clone(x)
		for i := range out {
			if from := i - delays[bits[i/n]]; from >= 0 {
				out[i] += level * x[from]
			}
		}
		return out
	})
}
