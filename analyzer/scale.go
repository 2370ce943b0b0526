package analyzer

import (
	"math"
	"sync"

	"github.com/tphakala/simd/f32"

	"earmark/analyzer/fourier"
)

// A change of speed or pitch moves every line by one factor. On a logarithmic axis that is a shift, so all factors are
// tried at once by correlating the recording with each template there, and the one where the templates together find
// most is the one to look at. How far it stands out is told by the other factors of the same recording:
// (best - median) / (1.4826 · median absolute deviation), the constant false-alarm rate of a radar receiver (Finn and
// Johnson, RCA Review 29, 1968).
const (
	scaleStep  = 2e-4 // in log frequency: 3 Hz at 16 kHz, about the width of a bin
	scaleReach = 600  // steps to either side: ±12 %, two semitones
	sameScale  = 3    // steps from 1 within which nothing was changed

	factors    = 2*scaleReach + 1             // that are tried
	scaleBlock = fourier.Points - factors + 1 // points of a template that one transform takes at all factors
)

// Scale is the factor at which templates fit best.
type Scale struct {
	Factor float64 // 1.03: every line lies 3 % higher than the generator put it
	Peak   float64 // above the other factors, in deviations of these
	Trace  Trace   // of the generator whose lattice shows most at any factor
}

// factorAt is the factor at a step of the search, from the lowest.
func factorAt(step float64) float64 { return math.Exp(scaleStep * (step - scaleReach)) }

// changed tells whether the lines were moved at all.
func (s Scale) changed() bool { return math.Abs(math.Log(s.Factor)) > sameScale*scaleStep }

// peak is where a curve is highest, above its middle in deviations from that.
func peak(curve, scratch []float32) Scale {
	best := 0
	for i, v := range curve {
		if v > curve[best] {
			best = i
		}
	}
	copy(scratch, curve)
	middle, deviation := spread(scratch)
	out := Scale{Factor: factorAt(float64(best) + top(curve, best))}
	if deviation > 0 {
		out.Peak = float64(curve[best]-middle) / deviation
	}
	return out
}

// top is where between its neighbours a maximum lies, from -0.5 to 0.5 steps.
func top(curve []float32, best int) float64 {
	if best == 0 || best == len(curve)-1 {
		return 0
	}
	return vertex(curve[best-1], curve[best], curve[best+1])
}

// Scale searches the factor at which a feature shows most of what templates look for: of the general one and the best
// of the generators' together. It may be called by several goroutines.
func (m *Model) Scale(f Feature) Scale {
	s := m.scaler()
	room := s.pool.Get().(*search) //nolint:errcheck,forcetypeassert // the pool has nothing else
	defer s.pool.Put(room)
	x := f.Vector()
	long := length(x)
	s.load(room, x)
	trace := Trace{sum: math.Inf(-1)}
	for i := range room.family {
		room.family[i] = noTemplate
	}
	take := func(k int, curve []float32) {
		if k == 0 {
			m.General.evidence(curve, long)
			copy(room.general, curve)
			return
		}
		m.Templates[k-1].evidence(curve, long)
		for i, v := range curve {
			room.family[i] = max(room.family[i], v)
		}
		if t := s.tracers[k-1]; t != nil {
			if found := t.search(f, room.general, curve); found.sum > trace.sum {
				trace = found
			}
		}
	}
	last := len(s.templates) - 1
	for k := 0; k <= last; k += 2 {
		a, b := room.curves(s.templates[k], s.templates[min(k+1, last)])
		take(k, a)
		if k < last {
			take(k+1, b)
		}
	}
	f32.Add(room.family, room.family, room.general)
	best := peak(room.family, room.scratch)
	best.Trace = trace
	return best
}

// evidence turns one of [search.curves], of a vector of that length, into the template's evidence at each factor, in
// units of its null.
func (t *Template) evidence(curve []float32, length float64) {
	if t.Null.Spread <= 0 {
		clear(curve)
		return
	}
	const twice = 2 * fourier.Points // the curve is twice the correlation, and the inverse transform does not divide
	f32.Scale(curve, curve, float32(length/(twice*t.Null.Spread)))
	f32.AddScalar(curve, curve, float32((t.Bias-t.Null.Median)/t.Null.Spread))
}

// scaling is the scaler of a model, made at first use: most commands need none.
type scaling struct {
	once   sync.Once
	scaler *scaler
}

func (m *Model) scaler() *scaler {
	m.scaling.once.Do(func() { m.scaling.scaler = newScaler(append([]Template{m.General}, m.Templates...)) })
	return m.scaling.scaler
}
