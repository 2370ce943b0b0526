package analyzer

import (
	"math"
	"slices"
)

// Finding is the evidence in one stretch of sound, in units in which human music passes 1 once in a hundred recordings.
type Finding struct {
	General float64 // the template of all generators
	Best    int     // index in [Model.Templates] of the generator's template that fits best
	Family  float64 // how well that fits
	fits    []float64
	combs   []float64 // of the feature; nil where only templates were laid on
	Lattice Comb
	Lock    Lock
	Factor  float64 // of the speed or pitch at which all this was found; 1: as it is
	Peak    float64 // of the scale search, see [Scale]; 0: not searched

	// At another speed: its templates say enough, and the strongest comb is not that of a tone.
	believed bool
}

// noTemplate is how well a generator's template fits where there is none.
const noTemplate = -10

// Templates is the part of the evidence that only generators like known ones can give.
func (f Finding) Templates() float64 {
	if f.Factor != 1 {
		return f.General + f.Family - scalePrice
	}
	return f.General + f.Family
}

// Geometry is the part of the evidence that needs no examples of a generator.
func (f Finding) Geometry() float64 { return f.Lattice.Evidence + f.Lock.Evidence }

// Sum is all evidence together.
func (f Finding) Sum() float64 { return f.Templates() + f.Geometry() }

// Find weighs a feature as it is.
func (m *Model) Find(f Feature) Finding {
	out := m.FitVector(f.Vector())
	out.combs = f.Combs()
	out.Lock = f.lock(m.Locks, out.combs, f.Fine.Locks())
	out.Lattice = f.Strongest(m.Lattice, out.combs, f.backing(out.Lock))
	// Where a change was undone, the pitch shifter's own comb may be the stronger one.
	if l := &out.Lattice; f.Fine != nil && l.Evidence > sharedEvidence && f.outshone(l.Hz, out.combs[nearest(l.Hz)]) {
		l.Evidence = min(l.Evidence, max(sharedEvidence, out.Lock.Strength))
	}
	return out
}

// FitVector lays the templates alone on a [Feature.Vector].
func (m *Model) FitVector(x []float32) Finding {
	long := length(x)
	out := Finding{
		General: m.General.fit(x, long), Family: noTemplate, Factor: 1,
		fits: make([]float64, len(m.Templates)),
	}
	for i := range m.Templates {
		out.fits[i] = m.Templates[i].fit(x, long)
		if out.fits[i] > out.Family {
			out.Best, out.Family = i, out.fits[i]
		}
	}
	return out
}

// scalePrice is what a change of speed costs: of many factors one always fits a little better than as it is, above all
// those of whole semitones, where the notes of equal temperament meet what the templates know of notes again.
const scalePrice = 1.25

// clearGeneral is what the general template must say where a change of speed or pitch is undone, for the change to be
// believed, chosen by cross-validation: with less the marks of a pitch shifter passed for a decoder's, and a template
// that is little but a comb fits some comb of looped music at some factor.
const clearGeneral = 1.0

// Neither is one believed that fits a template only a little, nor a comb so strong that a decoder's would keep its
// phase: a pitch shifter that breaks the phase weakens the comb too. Of 730 generated copies at another speed or pitch
// that are flagged for it 98 in 100 fit by 2.2, and the strongest comb without a lock has 22.
const (
	clearMoved = 2.0
	loopComb   = 25.0
)

// The most that the lattice and its phases may say there: of many speeds one brings the tones of a tune onto the teeth
// of a comb, and in a long recording something that repeats onto the grid of a lock. No generated recording of those at
// hand needs more.
const (
	movedEvidence = 3.0
	movedLock     = 1.0
)

// Search weighs a feature as it is, as it was before a change of speed or pitch, and by the lattice of any spacing:
// what shows more evidence counts.
func (m *Model) Search(f Feature) Finding { return m.search(f, m.Find(f)) }

// search is Search with what the feature is as it is known.
func (m *Model) search(f Feature, asIs Finding) Finding {
	return m.atOtherSpeeds(f, asIs).with(f.anyLock(), asIs)
}

// atOtherSpeeds is search without the lattices of any spacing.
func (m *Model) atOtherSpeeds(f Feature, asIs Finding) Finding {
	best := m.Scale(f)
	counts := m.trace(f, asIs)
	if best.changed() {
		if undone := m.undo(f, best); undone.over(counts) {
			counts = undone
		}
	}
	if best.Trace.Strength > 0 {
		if traced := m.follow(f, best.Trace); traced.over(counts) {
			counts = traced
		}
	}
	counts.Peak = best.Peak
	return counts
}

// with adds the lattice of any spacing to a finding. At another speed it must be one of the [Spacings], or else it is
// added to what there is as it is, if that is more; there all evidence together ends at [anySum].
func (f Finding) with(lock Lock, asIs Finding) Finding {
	if lock.Evidence <= 0 {
		return f
	}
	if f.Factor != 1 {
		known := Spacings[nearest(lock.Hz/f.Factor)]
		if math.Abs(lock.Hz/f.Factor/known-1) > sameSpacing {
			asIs.Peak = f.Peak
			if asIs = asIs.with(lock, asIs); asIs.Sum() > f.Sum() {
				return asIs
			}
			return f
		}
		f.Factor, lock.Hz = lock.Hz/known, known
	} else {
		lock.Evidence = min(lock.Evidence, anySum-(f.Sum()-f.Lock.Evidence))
	}
	if lock.Evidence > f.Lock.Evidence {
		f.Lock = lock
	}
	return f
}

// over tells whether a finding at another speed counts instead of one that is known.
func (f Finding) over(known Finding) bool { return f.believed && f.Sum() > known.Sum() }

// undo weighs a feature as it was before a change of speed or pitch.
func (m *Model) undo(f Feature, by Scale) Finding {
	at := f.At(by.Factor)
	undone := m.Find(at)
	undone.Factor = by.Factor
	undone.Lattice.Evidence = min(undone.Lattice.Evidence, movedEvidence)
	undone.believed = undone.General >= clearGeneral && undone.Family >= clearMoved && !at.toned(undone.combs)
	if !undone.believed {
		return undone
	}
	locks, exact := f.Fine.LocksAt(by.Factor)
	lock := strongestLock(m.Locks, locks, undone.combs, movedFrom)
	if lock.Evidence > 0 {
		lock.Evidence = min(lock.Evidence, movedLock)
		undone.Lock, undone.Factor = lock, exact
	}
	undone.believed = lock.Evidence > 0 || slices.Max(undone.combs) < loopComb
	return undone
}

// follow weighs a feature where the lattice of one generator was found: by the general template, by that generator's
// and by the comb, and by nothing else.
func (m *Model) follow(f Feature, to Trace) Finding {
	at := f.At(to.Factor)
	out := m.FitVector(at.Vector())
	out.Factor, out.combs = to.Factor, at.Combs()
	out.Best, out.Family = to.Template, out.fits[to.Template]
	t := m.scaler().tracers[to.Template]
	out.believed = out.Family >= clearFamily && t.faint(f, to.Factor) && !at.toned(out.combs)
	out.Lattice = m.traced(t.spacing, to.Strength, traceSlope)
	return out
}

// The best template must fit so well for its generator to be named, and be so far ahead of the next, both in nulls. A
// generator's own template, learned from other tracks, reaches 2 on 86 of 100 copies. On copies of a generator that no
// template knows another one's does on 4 of 100, and reaches 1 on half of them.
const (
	fitName   = 2.0
	clearName = 0.5
)

// Named is the template that wins clearly over the others and over human music, and how clearly, 0 to 1; nil where none
// does. Only what is flagged may be named.
func (m *Model) Named(f Finding) (t *Template, confidence float64) {
	second := math.Inf(-1)
	for i, v := range f.fits {
		if i != f.Best {
			second = max(second, v)
		}
	}
	if f.Family < fitName || f.Family-second < clearName {
		return nil, 0
	}
	return &m.Templates[f.Best], 1 - math.Exp(-(f.Family - second))
}

// Probability is the finding as the probability that a decoder made the sound, when as many recordings are human as
// generated.
func (m *Model) Probability(f Finding) float64 { return m.Fused.Probability(f.Sum()) }

// Margins are the finding as log-odds.
func (m *Model) Margins(f Finding) Margins {
	return Margins{Fused: m.Fused.LogOdds(f.Sum()), Conservative: m.Proto.LogOdds(f.Templates())}
}
