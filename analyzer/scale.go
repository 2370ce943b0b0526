package analyzer

import (
	"math"
	"sync"

	"gonum.org/v1/gonum/dsp/fourier"
)

// A change of speed or pitch moves every line by one factor. On a logarithmic axis that is a shift, so all factors are
// tried at once by correlating the recording with each template there. Whether the best one means anything is judged
// against the other factors of the same recording: (best - median) / (1.4826 · median absolute deviation), the constant
// false-alarm rate of a radar receiver (Finn and Johnson, RCA Review 29, 1968).
const (
	scaleStep   = 2e-4  // in log frequency: 3 Hz at 16 kHz, about the width of a bin
	scaleReach  = 600   // steps to either side: ±12 %, two semitones
	sameScale   = 3     // steps from 1 within which nothing was changed
	scaleLength = 16384 // points of the transform; the band at all factors has 15,000
)

// Scale is the factor at which a template fits best.
type Scale struct {
	Template int     // index in [Model.Templates]
	Factor   float64 // 1.03: every line lies 3 % higher than the generator put it
	Peak     float64 // above the other factors, in units of the template's own null on human music
}

// changed tells whether the lines were moved at all.
func (s Scale) changed() bool { return math.Abs(math.Log(s.Factor)) > sameScale*scaleStep }

// scaler holds the transforms of the templates, and lends what one search needs to whoever asks.
type scaler struct {
	at        []float64   // bin, counted from the first of the band, of each point of the axis
	templates [][2]coeffs // of each template: peaks and steadiness
	pool      sync.Pool   // of *search
}

// search is the room that one search takes.
type search struct {
	fft      *fourier.FFT
	axis     []float64
	spectrum [2]coeffs
	product  coeffs
	found    []float64
}

func newSearch() *search {
	s := &search{
		fft:  fourier.NewFFT(scaleLength),
		axis: make([]float64, scaleLength), product: make(coeffs, scaleLength/2+1), found: make([]float64, scaleLength),
	}
	for k := range s.spectrum {
		s.spectrum[k] = make(coeffs, scaleLength/2+1)
	}
	return s
}

type coeffs []complex128

var logFrom = math.Log(float64(firstBin + 2)) // of the templates' axis, in log bins

func scalePoints() int { return int((math.Log(float64(firstBin+Bins-2)) - logFrom) / scaleStep) }

func newScaler(templates []Template) *scaler {
	s := &scaler{pool: sync.Pool{New: func() any { return newSearch() }}}
	points := scalePoints()
	for i := range points + 2*scaleReach {
		s.at = append(s.at, math.Exp(logFrom+scaleStep*float64(i-scaleReach))-firstBin)
	}
	room := newSearch()
	for _, t := range templates {
		var pair [2]coeffs
		for k := range pair {
			weights := t.Weights[k*Bins : (k+1)*Bins]
			clear(room.axis)
			for i := range points {
				// The axis is finer than the bins at its low end and the sum goes over points: weigh by bins a point.
				at := s.at[i+scaleReach]
				room.axis[i] = float64(interpolate(weights, at)) * (at + firstBin) * scaleStep
			}
			pair[k] = room.fft.Coefficients(make(coeffs, scaleLength/2+1), room.axis)
			for i, c := range pair[k] {
				pair[k][i] = complex(real(c), -imag(c)) // correlation, not convolution
			}
		}
		s.templates = append(s.templates, pair)
	}
	return s
}

// load takes the feature vector that the next curves are of.
func (s *scaler) load(room *search, x []float32) {
	for k := range room.spectrum {
		half := x[k*Bins : (k+1)*Bins]
		clear(room.axis)
		for i, at := range s.at {
			room.axis[i] = float64(interpolate(half, at))
		}
		room.fft.Coefficients(room.spectrum[k], room.axis)
	}
}

// curve is the correlation with template t at every factor, from the lowest.
func (s *scaler) curve(room *search, t int) []float64 {
	peaks, steady := s.templates[t][0], s.templates[t][1]
	for i := range room.product {
		room.product[i] = room.spectrum[0][i]*peaks[i] + room.spectrum[1][i]*steady[i]
	}
	return room.fft.Sequence(room.found, room.product)[:2*scaleReach+1]
}

// peak is where a curve is highest, above its middle in deviations from that.
func peak(curve, scratch []float64) Scale {
	best := 0
	for i, v := range curve {
		if v > curve[best] {
			best = i
		}
	}
	copy(scratch, curve)
	middle, deviation := spread(scratch)
	out := Scale{Factor: math.Exp(scaleStep * (float64(best-scaleReach) + top(curve, best)))}
	if deviation > 0 {
		out.Peak = (curve[best] - middle) / deviation
	}
	return out
}

// top is where between its neighbours a maximum lies, from -0.5 to 0.5 steps.
func top(curve []float64, best int) float64 {
	if best == 0 || best == len(curve)-1 {
		return 0
	}
	return vertex(float32(curve[best-1]), float32(curve[best]), float32(curve[best+1]))
}

// ScalePeaks searches the scale of a feature vector with each template's weights; Peak is in deviations of the other
// factors. It may be called by several goroutines.
func (m *Model) ScalePeaks(x []float32) []Scale {
	m.scaling.once.Do(func() { m.scaling.scaler = newScaler(m.Templates) })
	s := m.scaling.scaler
	room := s.pool.Get().(*search) //nolint:errcheck,forcetypeassert // the pool has nothing else
	defer s.pool.Put(room)
	s.load(room, x)
	out := make([]Scale, len(s.templates))
	scratch := make([]float64, 2*scaleReach+1)
	for t := range out {
		out[t] = peak(s.curve(room, t), scratch)
		out[t].Template = t
	}
	return out
}

// scaling is the scaler of a model, made at first use: most commands need none.
type scaling struct {
	once   sync.Once
	scaler *scaler
}
