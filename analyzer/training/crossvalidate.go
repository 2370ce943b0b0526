package training

import (
	"context"
	"errors"
	"slices"

	"earmark/analyzer"
	"earmark/analyzer/training/evaluation"
)

// A split names what must not be torn apart between what is learned from and what is tested on.
type split func(Track) string

// byOrigin keeps whole sources of human music and whole collections of generated music together, all generators of one
// collection too: what is tested was gathered by other people, and often made by a generator that was never seen.
func byOrigin(t Track) string { return t.group() }

// byTrack keeps whole sources of human music together, and generated tracks apart: the generator is known.
func byTrack(t Track) string {
	if t.AI {
		return "ai/" + t.SHA256
	}
	return t.group()
}

// errTooAlike is that recordings cannot be kept apart from those that are learned from.
var errTooAlike = errors.New("nothing is left to learn from when some recordings are kept apart: " +
	"label human recordings of two sources and generated ones of two collections and generators, at the least")

// deal gives each of what is kept together its fold, and says how many folds there are.
func deal(samples []sample, by split) (fold map[string]int, used int, err error) {
	members := make([]evaluation.Member, len(samples))
	for i, s := range samples {
		members[i] = evaluation.Member{AI: s.track.AI, Group: by(s.track)}
	}
	if fold, used = evaluation.Deal(members, folds); used < 2 {
		return nil, 0, errTooAlike
	}
	return fold, used, nil
}

// provenFamilies are those whose template catches its generator's tracks when it has not seen them.
func (s *set) provenFamilies(ctx context.Context) ([]string, error) {
	names := s.familyNames()
	held, err := s.crossValidate(ctx, names, byTrack, true)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(names, func(name string) bool {
		caught, of := 0, 0
		for i, x := range s.samples {
			if !x.track.AI || x.track.family() != name {
				continue
			}
			of++
			// Where no other track of it was left to learn from, there is no template that could have caught it.
			if margin, ok := held.margins[i][name]; ok && held.null[name].Standard(margin) > 1 {
				caught++
			}
		}
		return float64(caught) < leastCaught*float64(of)
	}), nil
}

// held is what models of the other folds say of every sample.
type held struct {
	set      *set
	split    split
	fold     map[string]int       // of what the split keeps together
	models   []*analyzer.Model    // of the folds
	margins  []map[string]float64 // per sample and template, "" for all generators
	null     map[string]analyzer.Null
	lattice  []analyzer.Null
	locks    []analyzer.Null
	found    []analyzer.Finding
	segments [][]float64
}

// crossValidate learns one model a fold and lets it hear what it has not seen; quick: only for margins and their nulls.
func (s *set) crossValidate(ctx context.Context, names []string, by split, quick bool) (*held, error) {
	n := len(s.samples)
	dealt, used, err := deal(s.samples, by)
	if err != nil {
		return nil, err
	}
	h := &held{
		set: s, split: by, fold: dealt, models: make([]*analyzer.Model, used), margins: make([]map[string]float64, n),
		found: make([]analyzer.Finding, n), segments: make([][]float64, n), null: map[string]analyzer.Null{},
	}
	fold := make([]int, n)
	for i, x := range s.samples {
		fold[i] = h.fold[by(x.track)]
	}
	for k := range h.models {
		h.models[k] = &analyzer.Model{}
		if err := s.learn(ctx, h.models[k], names, func(i int) bool { return fold[i] != k }); err != nil {
			return nil, err
		}
	}
	parallel(n, func(i int) {
		m, x := h.models[fold[i]], s.samples[i].x
		h.margins[i] = map[string]float64{"": m.General.Margin(x)}
		for _, t := range m.Templates {
			h.margins[i][t.Name] = t.Margin(x)
		}
	})
	h.nulls(names)
	if quick {
		return h, ctx.Err()
	}
	for _, m := range h.models {
		h.applyNulls(m)
	}
	parallel(n, func(i int) {
		m := h.models[fold[i]]
		h.found[i] = m.Search(s.samples[i].feature)
		for _, x := range s.samples[i].segments {
			h.segments[i] = append(h.segments[i], m.FitVector(x).Templates())
		}
	})
	return h, ctx.Err()
}

// nulls describes what human music does with templates that have not seen it.
func (h *held) nulls(names []string) {
	for _, name := range append([]string{""}, names...) {
		var margins []float64
		for i, s := range h.set.samples {
			if v, ok := h.margins[i][name]; ok && !s.track.AI && s.fit {
				margins = append(margins, v)
			}
		}
		h.null[name] = null(margins)
	}
	// What a pitch shifter leaves is no measure of the others: held against every recording, it would hide decoders
	// that work in frames of the same length.
	h.lattice = make([]analyzer.Null, len(analyzer.Spacings))
	h.locks = make([]analyzer.Null, len(analyzer.Spacings))
	for k := range analyzer.Spacings {
		var combs, locks []float64
		for _, s := range h.set.samples {
			if s.track.AI || !s.fit || s.manip == shifted {
				continue
			}
			combs = append(combs, s.combs[k])
			if s.locks != nil {
				locks = append(locks, s.locks[k].Lead)
			}
		}
		h.lattice[k], h.locks[k] = null(combs), null(locks)
	}
}

// applyNulls tells a model what human music does.
func (h *held) applyNulls(m *analyzer.Model) {
	m.General.Null = h.null[""]
	for i := range m.Templates {
		m.Templates[i].Null = h.null[m.Templates[i].Name]
	}
	m.Lattice, m.Locks = h.lattice, h.locks
}
