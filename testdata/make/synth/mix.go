package synth

import "math"

// Mix is a stereo recording in the making.
type Mix struct {
	Rate float64
	L, R []float64
}

// NewMix returns silence of the given length.
func (s *Studio) NewMix(sec float64) *Mix {
	n := s.samples(sec)
	return &Mix{Rate: s.Rate, L: make([]float64, n), R: make([]float64, n)}
}

// Add lays a mono note into the mix: it starts at the given second, with a gain, panned from -1 (left) to 1 (right) at
// constant power. What lies outside the mix is cut off.
func (m *Mix) Add(at float64, note []float64, gain, pan float64) {
	angle := (pan + 1) * math.Pi / 4
	left, right := gain*math.Cos(angle), gain*math.Sin(angle)
	start := int(math.Round(at * m.Rate))
	for i, v := range note {
		if at := start + i; at >= 0 && at < len(m.L) {
			m.L[at] += left * v
			m.R[at] += right * v
		}
	}
}

// Spread adds one signal to the middle of the mix.
func (m *Mix) Spread(middle []float64) {
	for _, side := range m.sides() {
		for i, v := range middle {
			side[i] += v
		}
	}
}

// Mono makes one signal of both sides: from then on they share their samples.
func (m *Mix) Mono() {
	for i := range m.L {
		m.L[i] = (m.L[i] + m.R[i]) / 2
	}
	m.R = m.L
}

// sides is the left and the right, or the one signal that is both.
func (m *Mix) sides() [][]float64 {
	if &m.L[0] == &m.R[0] {
		return [][]float64{m.L}
	}
	return [][]float64{m.L, m.R}
}

// Reverb adds the sound of a room to the mix: sec seconds until it has fallen by 60 dB, wet times as loud.
//
// It is a feedback delay network: eight delays whose ends are mixed by a Householder reflection (which loses no
// energy), damped towards the treble as air and walls do it, and fed back.
func (m *Mix) Reverb(sec, wet float64) {
	const lines = 8
	lengths := [lines]float64{0.0297, 0.0371, 0.0411, 0.0437, 0.0533, 0.0617, 0.0683, 0.0797}
	var (
		delays [lines][]float64
		gains  [lines]float64
		damp   [lines]float64
		at     [lines]int
	)
	for k, length := range lengths {
		delays[k] = make([]float64, int(length*m.Rate))
		gains[k] = math.Pow(10, -3*length/sec)
	}
	// The first reflection comes after 18 ms. The room hears the dry sound only, hence the copy.
	dry := make([]float64, len(m.L))
	for i := int(0.018 * m.Rate); i < len(dry); i++ {
		past := i - int(0.018*m.Rate)
		dry[i] = wet * (m.L[past] + m.R[past]) / 2
	}
	for i, in := range dry {
		var sum float64
		var out [lines]float64
		for k := range out {
			out[k] = delays[k][at[k]]
			sum += out[k]
		}
		for k := range out {
			damp[k] += 0.55 * (gains[k]*(out[k]-sum*2/lines) - damp[k])
			delays[k][at[k]] = in + damp[k]
			at[k]++
			if at[k] == len(delays[k]) {
				at[k] = 0
			}
		}
		m.L[i] += out[0] + out[2] - out[4] + out[6]
		m.R[i] += out[1] - out[3] + out[5] + out[7]
	}
}
