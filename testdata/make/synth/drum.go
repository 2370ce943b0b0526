package synth

import "math"

// Kick is a bass drum: a skin whose pitch falls, and the beater's click.
func (s *Studio) Kick(velocity float64) []float64 {
	out := make([]float64, s.samples(0.38))
	level, fall := 0.9*velocity, s.decay(s.about(0.36, 0.06))
	sweep, sweepFall := s.about(95, 0.08), s.decay(0.12)
	click, clickFall := 0.22*velocity, s.decay(0.012)
	low := s.about(49, 0.015)
	var p float64
	for i := range out {
		p += (low + sweep) / s.Rate
		out[i] = level*math.Sin(2*math.Pi*p) + click*s.noise()
		level *= fall
		sweep *= sweepFall
		click *= clickFall
	}
	return s.fade(out, 0.0008, 0.03)
}

// Snare is a tuned skin and the rattle of the wires under it.
func (s *Studio) Snare(velocity float64) []float64 {
	out := make([]float64, s.samples(0.32))
	wires := BandPass(s.Rate, s.about(3400, 0.08), 0.6)
	air := HighPass(s.Rate, 6500, 0.7)
	skin, skinFall := 0.4*velocity, s.decay(0.14)
	rattle, rattleFall := 0.75*velocity, s.decay(s.about(0.24, 0.08))
	one, two := s.about(186, 0.02), s.about(331, 0.02)
	for i := range out {
		t := float64(i) / s.Rate
		n := s.noise()
		out[i] = skin*(math.Sin(2*math.Pi*one*t)+0.5*math.Sin(2*math.Pi*two*t)) +
			rattle*(0.7*wires.Next(n)+0.25*air.Next(n))
		skin *= skinFall
		rattle *= rattleFall
	}
	return s.fade(out, 0.0005, 0.02)
}

// Rim is a stick laid across the skin and clapped on the rim.
func (s *Studio) Rim(velocity float64) []float64 {
	out := make([]float64, s.samples(0.09))
	wood := BandPass(s.Rate, s.about(1750, 0.03), 4)
	shell := BandPass(s.Rate, s.about(480, 0.03), 3)
	level, fall := 2.2*velocity, s.decay(0.035)
	for i := range out {
		n := level * s.noise()
		out[i] = 0.8*wood.Next(n) + 0.5*shell.Next(n)
		level *= fall
	}
	return s.fade(out, 0.0004, 0.02)
}

// Hat is a pair of cymbals, closed when ring is short (0.06 s) and open when it is long (0.5 s).
func (s *Studio) Hat(velocity, ring float64) []float64 {
	return s.cymbal(velocity, ring, 8200)
}

// Ride is a large cymbal touched by the tip of a stick.
func (s *Studio) Ride(velocity float64) []float64 {
	out := s.cymbal(0.55*velocity, 1.1, 5200)
	ping := BandPass(s.Rate, s.about(3100, 0.02), 5)
	level, fall := 1.1*velocity, s.decay(0.1)
	for i := range out {
		out[i] += ping.Next(level * s.noise())
		level *= fall
	}
	return out
}

// cymbal is noise through a handful of dense, inharmonic resonances that are never quite the same twice.
func (s *Studio) cymbal(velocity, ring, hz float64) []float64 {
	out := make([]float64, s.samples(min(1.2, ring+0.05)))
	var modes [5]*Biquad
	for k := range modes {
		modes[k] = BandPass(s.Rate, s.about(hz*(0.7+0.28*float64(k)), 0.04), 2.5)
	}
	top := HighPass(s.Rate, hz*0.8, 0.7)
	level, fall := 0.5*velocity, s.decay(s.about(ring, 0.08))
	for i := range out {
		n := level * s.noise()
		v := 0.5 * top.Next(n)
		for _, mode := range modes {
			v += 0.3 * mode.Next(n)
		}
		out[i] = v
		level *= fall
	}
	return s.fade(out, 0.0007, 0.02)
}

// Shaker is a handful of seeds thrown once to and fro.
func (s *Studio) Shaker(velocity float64) []float64 {
	out := make([]float64, s.samples(s.about(0.11, 0.08)))
	seeds := BandPass(s.Rate, s.about(6800, 0.05), 1.1)
	for i := range out {
		t := float64(i) / float64(len(out))
		out[i] = 0.8 * velocity * math.Pow(math.Sin(math.Pi*t), 1.6) * seeds.Next(s.noise())
	}
	return out
}

// Brush is a sweep of wires over the skin of a snare drum.
func (s *Studio) Brush(velocity, sec float64) []float64 {
	out := make([]float64, s.samples(sec))
	wires := BandPass(s.Rate, s.about(4200, 0.05), 0.5)
	for i := range out {
		t := float64(i) / float64(len(out))
		swell := math.Sin(math.Pi * math.Sqrt(t))
		out[i] = 0.35 * velocity * swell * wires.Next(s.noise())
	}
	return out
}
