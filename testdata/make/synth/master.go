package synth

import (
	"math"
	"slices"
)

const (
	ceiling = 0.7  // highest sample, -3 dB: at low bit rates encoders overshoot plucked strings by as much
	hiss    = 1e-4 // rms of the noise floor, -80 dB
)

// Master makes a finished recording of a mix: no rumble, the hiss of a room and its microphones, a given loudness in
// LUFS (ITU-R BS.1770), no sample above -3 dB, and a fade of fadeOut seconds at the end.
func (s *Studio) Master(m *Mix, loudness, fadeOut float64) {
	sides := m.sides()
	for _, side := range sides {
		HighPass(m.Rate, 28, 0.7).Run(side)
	}
	// Limiting takes loudness away again, so it is asked for twice.
	for range 2 {
		gain := math.Pow(10, (loudness-Loudness(m))/20)
		for _, side := range sides {
			for i := range side {
				side[i] *= gain
			}
		}
		limit(m, sides)
	}
	for _, side := range sides {
		var tint float64
		for i := range side {
			n := s.noise()
			tint += 0.02 * (n - tint)
			side[i] += hiss * (1.55*n + 4*tint)
		}
		s.fade(side, 0.01, fadeOut)
	}
}

// limit turns the gain down smoothly, 5 ms ahead of every peak above the ceiling, and slowly up again after it.
func limit(m *Mix, sides [][]float64) {
	ahead := int(0.005 * m.Rate)
	release := 1 - math.Exp(-1/(0.12*m.Rate))
	need := make([]float64, len(m.L)) // the gain that a sample asks for, 1 or less
	for i := range need {
		need[i] = 1
		for _, side := range sides {
			if peak := math.Abs(side[i]); peak > ceiling {
				need[i] = min(need[i], ceiling/peak)
			}
		}
	}
	// Every sample's need is spread backwards as a ramp, then recovered from slowly.
	gain := 1.0
	for i := len(need) - 1; i >= 0; i-- {
		gain = min(need[i], gain+1/float64(ahead))
		need[i] = gain
	}
	gain = 1
	for i, g := range need {
		gain = min(g, gain+release*(1-gain))
		for _, side := range sides {
			side[i] *= gain
		}
	}
}

// Loudness is the integrated loudness of a mix in LUFS after ITU-R BS.1770-4: K-weighted power in blocks of 0.4 s, of
// which the silent and the quiet ones are left out.
func Loudness(m *Mix) float64 {
	hop := int(0.1 * m.Rate)
	blocks := make([]float64, max(0, len(m.L)/hop-3))
	for _, side := range m.sides() {
		// The standard names the shelf by its poles, 1,682 Hz; HighShelf wants its middle, 4 dB / 4 below.
		weighted := HighShelf(m.Rate, 1682/math.Pow(10, 4.0/80), 4).Run(slices.Clone(side))
		HighPass(m.Rate, 38, 0.5).Run(weighted)
		for b := range blocks {
			for _, v := range weighted[b*hop : (b+4)*hop] {
				blocks[b] += v * v / float64(4*hop)
			}
		}
	}
	loud := func(power float64) float64 { return -0.691 + 10*math.Log10(power+1e-20) }
	mean := func(gate float64) float64 {
		var sum, n float64
		for _, power := range blocks {
			if loud(power) > gate {
				sum += power
				n++
			}
		}
		return loud(sum / max(1, n))
	}
	return mean(mean(-70) - 10)
}
