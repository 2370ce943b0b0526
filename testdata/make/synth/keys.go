package synth

import "math"

// Electric plays a note of an electric piano by frequency modulation, as the first digital ones did: one pair of
// oscillators for the body of the sound, one for the struck tine two octaves and more above it.
func (s *Studio) Electric(hz, sec, velocity float64) []float64 {
	hz = s.detune(hz, 4)
	out := make([]float64, s.samples(sec))
	drift := s.newSway(4.3, 2, 0.5)
	ring := 4.5 * math.Pow(220/hz, 0.4)
	bodyDecay, tineDecay := s.decay(ring), s.decay(0.22)
	index, tine, level := 1.6*velocity, 0.32*velocity*velocity, 0.5*velocity
	ratio := s.about(14, 0.004)
	thump, thumpDecay := 0.06*velocity, s.decay(0.05)
	var p float64
	for i := range out {
		p += 2 * math.Pi * hz * drift.next(s, i) / s.Rate
		body := math.Sin(p + index*math.Sin(p))
		bell := math.Sin(p + 1.1*math.Sin(ratio*p))
		out[i] = level*body + tine*bell + thump*s.noise()
		index *= bodyDecay
		level *= bodyDecay
		tine *= tineDecay
		thump *= thumpDecay
	}
	return s.fade(out, 0.001, 0.09)
}

// Bar is a struck bar or tongue: its modes as multiples of the lowest one, and how long that rings.
type Bar struct {
	Modes  []float64
	Levels []float64
	Ring   float64 // seconds to fall by 60 dB at 440 Hz
	Mallet float64 // loudness of the mallet's own noise
}

// The bars that the pieces play.
var (
	Marimba = Bar{Modes: []float64{1, 3.93, 9.3}, Levels: []float64{1, 0.22, 0.06}, Ring: 0.9, Mallet: 0.12}
	Kalimba = Bar{Modes: []float64{1, 5.6, 13.2}, Levels: []float64{1, 0.12, 0.05}, Ring: 1.5, Mallet: 0.22}
	Vibes   = Bar{Modes: []float64{1, 4.01, 10.4}, Levels: []float64{1, 0.16, 0.03}, Ring: 4.5, Mallet: 0.05}
)

// Strike plays one note on a bar. Each mode is off its textbook place by a little, and differently at every stroke.
func (s *Studio) Strike(bar Bar, hz, sec, velocity float64) []float64 {
	hz = s.detune(hz, 4)
	out := make([]float64, s.samples(sec))
	for k, mode := range bar.Modes {
		f := s.about(mode*hz, 0.002)
		if f > 0.45*s.Rate {
			continue
		}
		level := 0.5 * bar.Levels[k] * velocity * s.about(1, 0.2)
		fall := s.decay(bar.Ring * math.Pow(440/f, 0.8))
		bend, bendFall := 0.002*velocity, s.decay(0.4)
		p := s.rng.Float64()
		for i := range out {
			p += f * (1 + bend) / s.Rate
			out[i] += level * math.Sin(2*math.Pi*p)
			level *= fall
			bend *= bendFall
		}
	}
	tap, tapFall := bar.Mallet*velocity, s.decay(0.03)
	for i := range out {
		if tap < 1e-5 {
			break
		}
		out[i] += tap * s.noise()
		tap *= tapFall
	}
	return s.fade(out, 0.0008, 0.05)
}

// Pad holds a soft chord tone: four sawtooths that drift against each other, behind a filter that slowly opens and
// closes.
func (s *Studio) Pad(hz, sec, velocity, bright float64) []float64 {
	const voices = 4
	out := make([]float64, s.samples(sec))
	for range voices {
		f := s.detune(hz, 7)
		drift := s.newSway(0.4, 9, 0)
		p := s.rng.Float64()
		for i := range out {
			dp := f * drift.next(s, i) / s.Rate
			if p += dp; p >= 1 {
				p--
			}
			out[i] += 0.12 * velocity * saw(p, dp)
		}
	}
	phase := s.rng.Float64() * 2 * math.Pi
	var one, two float64
	for i, v := range out {
		open := bright * (1 + 0.35*math.Sin(phase+2*math.Pi*0.21*float64(i)/s.Rate))
		k := 1 - math.Exp(-2*math.Pi*open/s.Rate)
		one += k * (v + 0.006*velocity*s.noise() - one)
		two += k * (one - two)
		out[i] = two
	}
	return s.fade(out, 0.35, 0.5)
}

// Bass plays a note of an electric bass guitar: a sawtooth whose filter closes as the string dies away.
func (s *Studio) Bass(hz, sec, velocity float64) []float64 {
	hz = s.detune(hz, 4)
	out := make([]float64, s.samples(sec))
	drift := s.newSway(4.8, 5, 0.4)
	fall := s.decay(2.6)
	level, open := 0.6*velocity, 1.0
	openFall := s.decay(0.9)
	click, clickFall := 0.08*velocity, s.decay(0.02)
	var p, one, two float64
	for i := range out {
		dp := hz * drift.next(s, i) / s.Rate
		if p += dp; p >= 1 {
			p--
		}
		k := 1 - math.Exp(-2*math.Pi*(160+1500*open*velocity)/s.Rate)
		one += k * (level*saw(p, dp) + click*s.noise() - one)
		two += k * (one - two)
		out[i] = two
		level *= fall
		open *= openFall
		click *= clickFall
	}
	return s.fade(out, 0.003, 0.04)
}
