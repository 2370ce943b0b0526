package effect

import (
	"math"
	"math/rand/v2"
)

// telephoneBursts are those of a mobile telephone beside a cable: one slot of 0.577 ms in each frame of 4.615 ms, and
// none in each 26th (3GPP TS 45.002, section 4.3).
func telephoneBursts(rng *rand.Rand, s stereo) {
	const frame, slot = 60e-3 / 13, 60e-3 / 13 / 8
	level := 10 * s.level(rng, -40, -15)
	var smooth, slow float64
	for i := range s[0] {
		t := seconds(i)
		sends := 0.0
		if int(t/frame)%26 != 25 && part(t/frame)*frame < slot {
			sends = 1
		}
		smooth += 0.3 * (sends - smooth)
		slow += 0.01 * (smooth - slow)
		s[0][i] += level * (smooth - slow)
		s[1][i] += 0.8 * level * (smooth - slow)
	}
}

// cableClock are pulses of the frames of a USB cable.
func cableClock(rng *rand.Rand, s stereo) {
	level, period := s.level(rng, -45, -20), pick(rng, 1e-3, 1e-3, 125e-6, 10e-3, 5e-3)
	for i := range s[0] {
		v := level * (math.Exp(-20*part(seconds(i)/period)) - 0.05)
		s[0][i] += v
		s[1][i] += v
	}
}

// noise is a loop of white noise.
func noise(rng *rand.Rand, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = rng.NormFloat64()
	}
	return out
}

// loopedNoise is the hiss of a machine that plays a short table of noise again and again.
func loopedNoise(rng *rand.Rand, s stereo) {
	table := noise(rng, pick(rng, 372, 441, 512, 1000, 1024, 2048, 4096, 8192, 32767))
	level := s.level(rng, -45, -20)
	for i := range s[0] {
		s[0][i] += level * table[i%len(table)]
		s[1][i] += level * table[(i+77)%len(table)]
	}
}

// loopedHats are hi-hats of such a table.
func loopedHats(rng *rand.Rand, s stereo) {
	table := noise(rng, pick(rng, 512, 1000, 1024, 2048, 4096, 8192))
	level, step := s.level(rng, -26, -6), between(rng, 0.1, 0.3)
	for i := range s[0] {
		v := level * math.Exp(-30*step*part(seconds(i)/step)) * table[i%len(table)]
		s[0][i] += v
		s[1][i] += v
	}
}
