package synth

import "math"

// Biquad is a filter of second order in transposed direct form II. The zero value lets nothing through.
type Biquad struct {
	b0, b1, b2, a1, a2 float64
	z1, z2             float64
}

// Next filters one sample.
func (f *Biquad) Next(x float64) float64 {
	y := f.b0*x + f.z1
	f.z1 = f.b1*x - f.a1*y + f.z2
	f.z2 = f.b2*x - f.a2*y
	return y
}

// Run filters a whole signal in place and returns it.
func (f *Biquad) Run(x []float64) []float64 {
	for i, v := range x {
		x[i] = f.Next(v)
	}
	return x
}

// cookbook gives the terms that Robert Bristow-Johnson's "Audio EQ Cookbook" names w0 and alpha.
func cookbook(rate, hz, q float64) (cos, alpha float64) {
	w := 2 * math.Pi * min(hz, 0.49*rate) / rate
	return math.Cos(w), math.Sin(w) / (2 * q)
}

// LowPass passes what is below hz, with resonance q (0.707 is flat).
func LowPass(rate, hz, q float64) *Biquad {
	c, a := cookbook(rate, hz, q)
	return &Biquad{
		b0: (1 - c) / 2 / (1 + a),
		b1: (1 - c) / (1 + a),
		b2: (1 - c) / 2 / (1 + a),
		a1: -2 * c / (1 + a),
		a2: (1 - a) / (1 + a),
	}
}

// HighPass passes what is above hz.
func HighPass(rate, hz, q float64) *Biquad {
	c, a := cookbook(rate, hz, q)
	return &Biquad{
		b0: (1 + c) / 2 / (1 + a),
		b1: -(1 + c) / (1 + a),
		b2: (1 + c) / 2 / (1 + a),
		a1: -2 * c / (1 + a),
		a2: (1 - a) / (1 + a),
	}
}

// BandPass passes what is around hz, at 0 dB in the middle; its width is hz/q.
func BandPass(rate, hz, q float64) *Biquad {
	c, a := cookbook(rate, hz, q)
	return &Biquad{b0: a / (1 + a), b2: -a / (1 + a), a1: -2 * c / (1 + a), a2: (1 - a) / (1 + a)}
}

// HighShelf raises what is above hz by db decibels.
func HighShelf(rate, hz, db float64) *Biquad {
	c, a := cookbook(rate, hz, math.Sqrt2/2)
	g := math.Pow(10, db/40)
	r := 2 * math.Sqrt(g) * a
	n := (g + 1) - (g-1)*c + r
	return &Biquad{
		b0: g * ((g + 1) + (g-1)*c + r) / n,
		b1: -2 * g * ((g - 1) + (g+1)*c) / n,
		b2: g * ((g + 1) + (g-1)*c - r) / n,
		a1: 2 * ((g - 1) - (g+1)*c) / n,
		a2: ((g + 1) - (g-1)*c - r) / n,
	}
}

// resonator is Klatt's two-pole formant filter with a gain of one at 0 Hz, so that a row of them keeps the tilt of the
// source. Its coefficients may be changed while it runs.
type resonator struct{ a, b, c, y1, y2 float64 }

// tune sets the resonance to hz with a width of bw hertz.
func (r *resonator) tune(rate, hz, bw float64) {
	radius := math.Exp(-math.Pi * bw / rate)
	r.c = -radius * radius
	r.b = 2 * radius * math.Cos(2*math.Pi*hz/rate)
	r.a = 1 - r.b - r.c
}

func (r *resonator) next(x float64) float64 {
	y := r.a*x + r.b*r.y1 + r.c*r.y2
	r.y2, r.y1 = r.y1, y
	return y
}
