package analyzer

import (
	"math"

	"github.com/tphakala/simd/f32"
)

// Sound is the averaged spectrum of a stretch of sound. A decoder leaves its lines in both channels alike, and music
// leaves most of itself in the middle: what is left at the sides often shows them better.
type Sound struct {
	Mid     Residual  // mean of all channels
	Side    Residual  // half the difference of the first two; no Frames where both are the same, or one is all there is
	Fine    Fine      // of both; of a whole recording only
	Phasors []Phasors // the first of those that Fine was summed of

	Echoed bool // strong echoes were taken out
}

// together is the sound of the middle and the sides. Where the middle is silent, because one channel is the other's
// inverse, the sides are all there is; a side that was heard in a few frames only would weigh as much as the middle.
func together(mid, side Residual) Sound {
	switch {
	case mid.Frames < minFrames && side.Frames >= minFrames:
		return Sound{Mid: side}
	case side.Frames < max(minFrames, mid.Frames/2):
		return Sound{Mid: mid}
	}
	return Sound{Mid: mid, Side: side}
}

// Blend is the mean of what stands out in the middle and at the sides: what is shown, and read from for lines.
func (s Sound) Blend() Residual {
	if s.Side.Frames == 0 {
		return s.Mid
	}
	out := Residual{
		Frames: s.Mid.Frames,
		Level:  s.Mid.Level, Mean: make([]float32, Bins), Dev: make([]float32, Bins),
	}
	for i := range out.Mean {
		out.Mean[i] = (s.Mid.Mean[i] + s.Side.Mean[i]) / 2
		out.Dev[i] = (s.Mid.Dev[i] + s.Side.Dev[i]) / 2
	}
	return out
}

// Feature is what templates and combs look at. Slices of single precision have [Bins] elements; middle and side count
// alike.
type Feature struct {
	// Peaks is what stands above the local floor of the averaged spectrum: the mean level minus its running minimum
	// over ten bins, at most 5 dB, over the highest peak; 0 to 1.
	Peaks []float32
	// Steady is how reliably each bin stands above its neighbours: tanh of twice the mean residual over its deviation;
	// -1 to 1.
	Steady []float32
	// Effect is the mean residual over its deviation, -1 to 1: what combs are laid on.
	Effect []float32
	// Fine is that of the recording as it is; nil for a segment, and where a change of speed or pitch was undone.
	Fine Fine
	// Phasors are some of those that Fine was summed of; nil: whether lines are pulses is not asked.
	Phasors []Phasors

	Echoed bool // as that of [Sound]

	axes []float64 // what [Feature.images] found, once it was asked
}

const (
	peakCeilingDB   = 5
	peakFloorBins   = 10
	steadyOffsetDB  = 0.1 // dB added to the deviation, so that a constant bin is not infinitely steady
	effectOffsetDB  = 0.5 // likewise
	featureElements = 2 * Bins
)

// Feature describes a stretch of sound.
func (s Sound) Feature() Feature {
	f := describe(s.Mid)
	f.Fine, f.Phasors, f.Echoed = s.Fine, s.Phasors, s.Echoed
	if s.Side.Frames == 0 {
		return f
	}
	side := describe(s.Side)
	for _, pair := range [][2][]float32{{f.Peaks, side.Peaks}, {f.Steady, side.Steady}, {f.Effect, side.Effect}} {
		f32.Add(pair[0], pair[0], pair[1])
		f32.Scale(pair[0], pair[0], 0.5)
	}
	return f
}

func describe(r Residual) Feature {
	f := Feature{Peaks: peaks(r.Level), Steady: make([]float32, Bins), Effect: make([]float32, Bins)}
	for i, m := range r.Mean {
		f.Steady[i] = tanh(2 * m / (r.Dev[i] + steadyOffsetDB))
		f.Effect[i] = min(max(m/(r.Dev[i]+effectOffsetDB), -1), 1)
	}
	return f
}

func peaks(level []float32) []float32 {
	out := make([]float32, Bins)
	top := float32(1e-3)
	for i := range out {
		low := level[i]
		for _, v := range level[max(0, i-peakFloorBins/2):min(Bins, i+peakFloorBins/2)] {
			low = min(low, v)
		}
		out[i] = min(level[i]-low, peakCeilingDB)
		top = max(top, out[i])
	}
	f32.Scale(out, out, 1/top)
	return out
}

// tanh to five digits by the exponential of half the work: enough for what is averaged over thousands of bins.
func tanh(x float32) float32 {
	if x > 8 {
		return 1
	}
	if x < -8 {
		return -1
	}
	e := float32(math.Exp(float64(2 * x)))
	return (e - 1) / (e + 1)
}

// Vector is what a [Template] is laid on: peaks and steadiness, each of length 1, [featureElements] elements.
func (f Feature) Vector() []float32 {
	x := make([]float32, 0, featureElements)
	x = append(append(x, f.Peaks...), f.Steady...)
	for _, half := range [][]float32{x[:Bins], x[Bins:]} {
		f32.Scale(half, half, 1/(float32(math.Sqrt(float64(f32.SumOfSquares(half))))+1e-9))
	}
	return x
}

// At undoes a change of speed or pitch by factor: a line that was moved to hz·factor comes back to hz. What lies
// outside of the measured band is 0.
func (f Feature) At(factor float64) Feature {
	return Feature{
		Peaks: stretch(f.Peaks, factor), Steady: stretch(f.Steady, factor), Effect: stretch(f.Effect, factor),
		Echoed: f.Echoed,
	}
}

func stretch(v []float32, factor float64) []float32 {
	out := make([]float32, Bins)
	for i := range out {
		out[i] = interpolate(v, (float64(firstBin)+float64(i))*factor-firstBin)
	}
	return out
}

// interpolate is v at position x, linear between neighbours and 0 outside.
func interpolate(v []float32, x float64) float32 {
	i := int(math.Floor(x))
	if i < 0 || i+1 >= len(v) {
		return 0
	}
	t := float32(x - float64(i))
	return v[i] + t*(v[i+1]-v[i])
}

// packed is a [Feature] in a quarter of the space, in steps of 1/127: a long recording has hundreds of segments.
type packed struct{ peaks, steady, effect []int8 }

func (f Feature) pack() packed { return packed{pack(f.Peaks), pack(f.Steady), pack(f.Effect)} }

func (p packed) feature() Feature {
	return Feature{Peaks: unpack(p.peaks), Steady: unpack(p.steady), Effect: unpack(p.effect)}
}

func pack(v []float32) []int8 {
	out := make([]int8, len(v))
	for i, x := range v {
		out[i] = int8(math.Round(float64(min(max(x, -1), 1) * 127)))
	}
	return out
}

func unpack(v []int8) []float32 {
	out := make([]float32, len(v))
	for i, x := range v {
		out[i] = float32(x) / 127
	}
	return out
}
