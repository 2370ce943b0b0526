package synth

import "math"

// Flute blows one note: a nearly pure tone that sways, and the breath beside it.
func (s *Studio) Flute(hz, sec, velocity float64) []float64 {
	hz = s.detune(hz, 4)
	out := make([]float64, s.samples(sec))
	sing := s.newSway(5, 14, 0.35)
	breath := BandPass(s.Rate, min(2*hz, 6000), 1.2)
	hiss := HighPass(s.Rate, 3000, 0.7)
	var p, pressure, gust float64
	for i := range out {
		if i%128 == 0 {
			gust = 0.96*gust + 0.02*s.rng.NormFloat64()
		}
		pressure += (1 + gust - pressure) / (0.03 * s.Rate)
		f := sing.next(s, i)
		p += 2 * math.Pi * hz * f / s.Rate
		tone := math.Sin(p) + 0.38*pressure*math.Sin(2*p) + 0.16*pressure*math.Sin(3*p) + 0.05*math.Sin(4*p)
		air := s.noise()
		out[i] = velocity * pressure * (0.3*tone + 0.09*breath.Next(air) + 0.012*hiss.Next(air))
	}
	return s.fade(out, 0.025, 0.07)
}

// Strings bows one note with a small section: every player has a vibrato, a pitch and a start of their own.
func (s *Studio) Strings(hz, sec, velocity float64, players int) []float64 {
	out := make([]float64, s.samples(sec))
	for range players {
		f := s.detune(hz, 6)
		sing := s.newSway(5.4, 16, 0.5)
		late := s.samples(0.05 * s.rng.Float64())
		var p, bow float64
		rough := 0.0
		for i := late; i < len(out); i++ {
			if i%96 == 0 {
				rough = 0.9*rough + 0.05*s.rng.NormFloat64()
			}
			bow += (1 + rough - bow) / (0.09 * s.Rate)
			dp := f * sing.next(s, i) / s.Rate
			if p += dp; p >= 1 {
				p--
			}
			out[i] += bow * (saw(p, dp) + 0.02*s.noise())
		}
	}
	box := [3]*Biquad{BandPass(s.Rate, 290, 2), BandPass(s.Rate, 480, 2.5), BandPass(s.Rate, 2600, 1.2)}
	top := LowPass(s.Rate, 3400, 0.7)
	gain := 0.3 * velocity / math.Sqrt(float64(players))
	for i, v := range out {
		out[i] = gain * (0.35*top.Next(v) + 0.5*box[0].Next(v) + 0.4*box[1].Next(v) + 0.3*box[2].Next(v))
	}
	return s.fade(out, 0.02, 0.18)
}
