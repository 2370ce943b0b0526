package synth

import (
	"math"
	"math/rand/v2"
)

// Studio makes notes at one sample rate, with one sequence of chance.
type Studio struct {
	Rate float64 // samples a second
	rng  *rand.Rand
}

// New returns a studio whose every sound follows from the seed.
func New(rate int, seed uint64) *Studio {
	return &Studio{Rate: float64(rate), rng: rand.New(rand.NewPCG(seed, 0x6561726d61726b))}
}

// noise is one sample of white noise, uniform in [-1, 1).
func (s *Studio) noise() float64 { return 2*s.rng.Float64() - 1 }

// about scatters x by a share of itself, normally distributed.
func (s *Studio) about(x, share float64) float64 { return x * (1 + share*s.rng.NormFloat64()) }

// detune moves a pitch by a normally distributed number of cents.
func (s *Studio) detune(hz, cents float64) float64 {
	return hz * math.Exp2(cents/1200*s.rng.NormFloat64())
}

// samples is a duration as a number of samples.
func (s *Studio) samples(sec float64) int { return int(sec * s.Rate) }

// decay is the factor a sample that makes a level fall by 60 dB in sec seconds.
func (s *Studio) decay(sec float64) float64 { return math.Pow(10, -3/(sec*s.Rate)) }

// fade multiplies a linear rise and fall of the given seconds onto x, so that no note begins or ends with a click.
func (s *Studio) fade(x []float64, rise, fall float64) []float64 {
	up, down := min(s.samples(rise), len(x)), min(s.samples(fall), len(x))
	for i := range up {
		x[i] *= float64(i) / float64(up)
	}
	for i := range down {
		x[len(x)-1-i] *= float64(i) / float64(down)
	}
	return x
}

// sway is the slow unsteadiness of a hand or a breath: vibrato that sets in after a delay, and a wandering pitch.
type sway struct {
	phase, step float64 // of the vibrato, radians
	depth       float64 // of the vibrato, as a share of the frequency
	delay       float64 // samples until it is at full depth
	wander      float64 // a random walk, as a share of the frequency
}

// newSway returns a sway with a vibrato of about the given rate and depth that grows over delay seconds.
func (s *Studio) newSway(hz, cents, delay float64) *sway {
	return &sway{
		phase: s.rng.Float64() * 2 * math.Pi,
		step:  2 * math.Pi * s.about(hz, 0.06) / s.Rate,
		depth: cents / 1200 * math.Ln2,
		delay: delay * s.Rate,
	}
}

// next is the factor on the frequency at sample i. It is meant to be called for i = 0, 1, 2, …
func (w *sway) next(s *Studio, i int) float64 {
	if i%64 == 0 {
		w.wander = 0.98*w.wander + 2e-4*s.rng.NormFloat64()
	}
	w.phase += w.step
	grown := min(1, float64(i)/max(1, w.delay))
	return 1 + w.wander + w.depth*grown*math.Sin(w.phase)
}

// saw is one sample of a sawtooth at phase p in [0, 1), advancing by dp a sample, its jump rounded off (polyBLEP) so
// that it does not alias.
func saw(p, dp float64) float64 {
	y := 2*p - 1
	switch {
	case p < dp:
		t := p / dp
		y -= t + t - t*t - 1
	case p > 1-dp:
		t := (p - 1) / dp
		y -= t*t + t + t + 1
	}
	return y
}
