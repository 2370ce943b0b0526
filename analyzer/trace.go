package analyzer

import (
	"math"

	"github.com/tphakala/simd/f32"
	"gonum.org/v1/gonum/floats"
)

// Some templates are the comb of one lattice and of little else: Suno's is, of 200 Hz. Where a change of speed or pitch
// is searched for, that comb is laid on at every factor beside the templates, straight onto the spectrum: no template
// learned what a phase vocoder leaves of the lines, and the comb need not have.
const (
	// Of the other generators' templates none has more than 19 on a spacing that nothing else makes.
	combOfTemplate = 20.0 // strength of the comb in a template's own weights, in deviations of other spacings

	// At one factor a human recording in a hundred reaches 2.6, at the best of all one in two 3.7 and one in ten 6.6.
	// At the right one 95 of 100 Suno tracks shifted by a vocoder reach 5.2.
	traceFrom  = 3.8  // strength of the comb from which it counts
	traceFull  = 6.0  // from which more says no more: tonal music has strong combs at some factors
	traceSlope = 0.65 // evidence per deviation, chosen by cross-validation with traceFull

	// A melody of one tone near 200 Hz has such a comb, and little of the template.
	clearFamily = 1.0 // what the generator's template must say there

	// Music by machines has such a comb too, and mostly a higher one: none of 284 Suno tracks that were found by theirs
	// reaches more.
	traceMedian = 0.20 // effect that half of the comb's teeth may reach
	traceTenth  = 0.50 // likewise, a tenth of them

	// As it is, where there is one factor to look at: chosen on Suno through mp3 at 64 kbit/s, which leaves a quarter
	// of the comb. One human recording in ten reaches hereFrom.
	hereFrom  = 2.0
	hereSlope = 0.6

	traceSlack = 2             // steps between the factors at which the comb and the templates are highest
	traceReach = 2 * sameScale // steps from 1 within which nothing is searched
)

// Trace is where a template that is the comb of a lattice, the general template and that comb show most together.
type Trace struct {
	Template int // index in [Model.Templates]
	Factor   float64
	Strength float64 // of the comb, in deviations of other spacings; 0: it was found nowhere

	sum float64 // of the evidence
}

func traceEvidence(slope, strength float64) float64 { return slope * min(strength, traceFull) }

// trace lays the combs of [Trace] on a recording as it is, asIs by all else: what shows more evidence counts.
func (m *Model) trace(f Feature, asIs Finding) Finding {
	counts := asIs
	for _, t := range m.scaler().tracers {
		if t == nil {
			continue
		}
		strength := asIs.combs[t.spacing]
		if strength < hereFrom || len(sharing(t.spacing, asIs.combs)) > 0 || !t.faint(f, 1) {
			continue
		}
		traced := asIs
		traced.Best, traced.Family = t.template, asIs.fits[t.template]
		traced.Lattice = m.traced(t.spacing, strength, hereSlope)
		if traced.Sum() > counts.Sum() && !f.toned(asIs.combs) {
			counts = traced
		}
	}
	return counts
}

// traced is the comb of a generator's own spacing as it counts beside its template.
func (m *Model) traced(spacing int, strength, slope float64) Comb {
	return Comb{
		Hz:       Spacings[spacing],
		Strength: m.Lattice[spacing].Standard(strength), Evidence: traceEvidence(slope, strength),
	}
}

// tracer looks for the lattice of one template.
type tracer struct {
	template, spacing int    // indices in [Model.Templates] and [Spacings]
	combs             []comb // at each factor
}

// faint tells whether the teeth of the lattice stand no higher than that template's, moved by a factor.
func (t *tracer) faint(f Feature, factor float64) bool {
	return f.low(Spacings[t.spacing]*factor, traceMedian, traceTenth)
}

// newTracer is that of the template of index i, nil where its weights are the comb of no lattice, or of one that other
// things make too.
func newTracer(t Template, i int) *tracer {
	strengths := Feature{Effect: t.Weights[Bins:]}.Combs()
	best := floats.MaxIdx(strengths)
	if strengths[best] < combOfTemplate || len(sharing(best, strengths)) > 0 {
		return nil
	}
	out := &tracer{template: i, spacing: best}
	for k := range factors {
		out.combs = append(out.combs, newComb(Spacings[best]*factorAt(float64(k))))
	}
	return out
}

// search lays the comb on at all factors, beside the evidence of the general template and of its own there.
func (t *tracer) search(f Feature, general, own []float32) Trace {
	teeth := everyTooth(f.Effect)
	middle, deviation := chance(teeth)
	strength := make([]float64, factors)
	for k, c := range t.combs {
		strength[k] = (c.on(teeth) - middle) / deviation
	}
	together := make([]float32, factors)
	f32.Add(together, general, own)
	best := Trace{Template: t.template, sum: math.Inf(-1)}
	at := -1
	for k := range together {
		near := strength[k]
		for _, v := range strength[max(0, k-traceSlack):min(factors, k+traceSlack+1)] {
			near = max(near, v)
		}
		together[k] += float32(traceEvidence(traceSlope, near))
		away := k < scaleReach-traceReach || k > scaleReach+traceReach
		if away && near >= traceFrom && float64(together[k]) > best.sum {
			at, best.sum, best.Strength = k, float64(together[k]), near
		}
	}
	if at >= 0 {
		best.Factor = factorAt(float64(at) + top(together, at))
	}
	return best
}
