package analyzer

import (
	"math"
	"sync"

	"github.com/tphakala/simd/f32"

	"earmark/analyzer/fourier"
)

// scaler holds the transforms of the templates, and lends what one search needs to whoever asks.
//
// The band has 13,800 points and one transform 8,192, so each template is cut into blocks, and the correlations of the
// blocks add up before they are transformed back. Peaks are the real part of the numbers and steadiness the imaginary
// one: the real part of their correlation is the sum of both.
type scaler struct {
	at        []place    // of each point of the axis, from scaleReach below the templates' first on
	templates [][]coeffs // of the general template and then of each generator's, block by block
	tracers   []*tracer  // of each generator's template; nil: none
	pool      sync.Pool  // of *search
}

// place is where between two bins a point of the axis lies.
type place struct {
	bin         int32   // counted from the first of the band
	here, there float32 // shares of that bin and of the next; none outside of the band
	width       float32 // of the point, in bins
}

func (p place) in(v []float32) float32 { return p.here*v[p.bin] + p.there*v[p.bin+1] }

// search is the room that one search takes.
type search struct {
	fft          *fourier.Transform
	blocks       []coeffs
	product, sum coeffs
	found        coeffs    // two curves at once
	general      []float32 // evidence at each factor
	family       []float32 // likewise, of the generator's template that fits best there
	scratch      []float32
}

func newSearch(blocks int) *search {
	s := &search{
		fft: fourier.New(), product: newCoeffs(), sum: newCoeffs(), found: newCoeffs(),
		general: make([]float32, factors), family: make([]float32, factors), scratch: make([]float32, factors),
	}
	for range blocks {
		s.blocks = append(s.blocks, newCoeffs())
	}
	return s
}

type coeffs struct{ re, im []float32 }

func newCoeffs() coeffs {
	return coeffs{make([]float32, fourier.Points), make([]float32, fourier.Points)}
}

var logFrom = math.Log(float64(firstBin + 2)) // of the templates' axis, in log bins

func scalePoints() int { return int((math.Log(float64(firstBin+Bins-2)) - logFrom) / scaleStep) }

func newScaler(templates []Template) *scaler {
	points := scalePoints()
	blocks := (points + scaleBlock - 1) / scaleBlock
	s := &scaler{
		at:   make([]place, 0, points+factors-1),
		pool: sync.Pool{New: func() any { return newSearch(blocks) }},
	}
	for i := range cap(s.at) {
		bin := math.Exp(logFrom) * factorAt(float64(i))
		p := place{width: float32(bin * scaleStep)}
		if low := math.Floor(bin - firstBin); low >= 0 && low+1 < Bins {
			p.bin, p.there = int32(low), float32(bin-firstBin-low)
			p.here = 1 - p.there
		}
		s.at = append(s.at, p)
	}
	room := s.pool.Get().(*search) //nolint:errcheck,forcetypeassert // the pool has nothing else
	defer s.pool.Put(room)
	for k, t := range templates {
		if k > 0 {
			s.tracers = append(s.tracers, newTracer(t, k-1))
		}
		peaks, steady := t.Weights[:Bins], t.Weights[Bins:]
		var all []coeffs
		for from := 0; from < points; from += scaleBlock {
			c := newCoeffs()
			for i := range min(scaleBlock, points-from) {
				// The axis is finer than the bins at its low end and the sum goes over points: weigh by bins a point.
				at := s.at[from+i+scaleReach]
				c.re[i], c.im[i] = at.in(peaks)*at.width, at.in(steady)*at.width
			}
			room.fft.Complex(c.re, c.im)
			all = append(all, c)
		}
		s.templates = append(s.templates, all)
	}
	return s
}

// load takes the feature vector that the next curves are of.
func (s *scaler) load(room *search, x []float32) {
	peaks, steady := x[:Bins], x[Bins:]
	for b, block := range room.blocks {
		at := s.at[b*scaleBlock:]
		at = at[:min(len(at), fourier.Points)]
		clear(block.re[len(at):])
		clear(block.im[len(at):])
		for i, p := range at {
			block.re[i], block.im[i] = p.in(peaks), p.in(steady)
		}
		room.fft.Complex(block.re, block.im)
	}
}

// correlate fills room.sum with the transform of the correlation with a template.
func (room *search) correlate(template []coeffs) coeffs {
	clear(room.sum.re)
	clear(room.sum.im)
	for b, z := range room.blocks {
		f32.MulConjComplex(room.product.re, room.product.im, z.re, z.im, template[b].re, template[b].im)
		f32.AccumulateAdd(room.sum.re, room.product.re, 0)
		f32.AccumulateAdd(room.sum.im, room.product.im, 0)
	}
	return room.sum
}

// curves are the correlations with two templates at every factor, from the lowest. Each is the real part of what its
// transform S stands for, whose own transform is H[k] = S[k] + S*[-k], over 2: two of them make one complex transform.
func (room *search) curves(one, other []coeffs) (a, b []float32) {
	const wrap = fourier.Points - 1
	found := room.found
	s := room.correlate(one)
	for k := range found.re {
		m := -k & wrap
		found.re[k], found.im[k] = s.re[k]+s.re[m], s.im[k]-s.im[m]
	}
	s = room.correlate(other)
	for k := range found.re {
		m := -k & wrap
		found.re[k] -= s.im[k] - s.im[m]
		found.im[k] += s.re[k] + s.re[m]
	}
	room.fft.Complex(found.im, found.re) // exchanged: the inverse
	return found.re[:factors], found.im[:factors]
}
