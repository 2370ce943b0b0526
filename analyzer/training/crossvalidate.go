package training

import (
	"context"
	"errors"
	"hash/fnv"
	"runtime"
	"slices"
	"sync"

	"github.com/tphakala/simd/f32"
	"gonum.org/v1/gonum/mat"

	"earmark/analyzer"
)

// set is the samples with the products of all their feature vectors, which every template is learned from.
type set struct {
	samples []sample
	gram    *mat.SymDense
}

func newSet(samples []sample) *set {
	s := &set{samples: samples, gram: mat.NewSymDense(max(len(samples), 1), nil)}
	parallel(len(samples), func(i int) {
		for j := i; j < len(samples); j++ {
			s.gram.SetSym(i, j, float64(f32.DotProduct(samples[i].x, samples[j].x)))
		}
	})
	return s
}

// parallel calls f with 0 … n-1, on all processors.
func parallel(n int, f func(i int)) {
	var mu sync.Mutex
	next := 0
	var wg sync.WaitGroup
	for range runtime.NumCPU() {
		wg.Go(func() {
			for {
				mu.Lock()
				i := next
				next++
				mu.Unlock()
				if i >= n {
					return
				}
				f(i)
			}
		})
	}
	wg.Wait()
}

// A split names what must not be torn apart between what is learned from and what is tested on.
type split func(Track) string

// byOrigin keeps whole sources of human music and whole collections of generated music together: what is tested was
// made by other people, and often by a generator that was never seen.
func byOrigin(t Track) string { return t.group() }

// byTrack keeps whole sources of human music together, and generated tracks apart: the generator is known.
func byTrack(t Track) string {
	if t.AI {
		return "ai/" + t.SHA256
	}
	return t.group()
}

func foldOf(key string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(key))
	return int(h.Sum32() % folds)
}

// familyNames are the generators with enough tracks for a template, in order.
func (s *set) familyNames() []string {
	tracks := map[string]map[string]bool{}
	for _, x := range s.samples {
		if x.track.AI {
			name := x.track.family()
			if tracks[name] == nil {
				tracks[name] = map[string]bool{}
			}
			tracks[name][x.track.SHA256] = true
		}
	}
	var names []string
	for name, of := range tracks {
		if len(of) >= leastTracks {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
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
			if held.null[name].Standard(held.margins[i][name]) > 1 {
				caught++
			}
		}
		return float64(caught) < leastCaught*float64(of)
	}), nil
}

// learn fills the templates of a model from the samples for which train is true; nil: from all.
func (s *set) learn(ctx context.Context, m *analyzer.Model, names []string, train func(i int) bool) error {
	all := append([]string{""}, names...) // "": all generators together
	templates := make([]analyzer.Template, len(all))
	errs := make([]error, len(all))
	parallel(len(all), func(k int) {
		if ctx.Err() != nil {
			return
		}
		var rows []int
		tracks := map[string]bool{}
		for i, x := range s.samples {
			if (train == nil || train(i)) && (!x.track.AI || all[k] == "" || x.track.family() == all[k]) {
				rows = append(rows, i)
				if x.track.AI {
					tracks[x.track.SHA256] = true
				}
			}
		}
		if len(tracks) == 0 {
			return // the generator was left out: it has no template
		}
		templates[k], errs[k] = s.template(rows)
		templates[k].Name, templates[k].Origin, templates[k].Tracks = all[k], origins[all[k]], len(tracks)
	})
	if err := errors.Join(errors.Join(errs...), ctx.Err()); err != nil {
		return err
	}
	m.General = templates[0]
	m.General.Name = "all generators"
	m.Templates = slices.DeleteFunc(templates[1:], func(t analyzer.Template) bool { return t.Tracks == 0 })
	return nil
}

// template learns from the samples in rows.
func (s *set) template(rows []int) (analyzer.Template, error) {
	gram := mat.NewSymDense(len(rows), nil)
	ai, kind := make([]bool, len(rows)), make([]string, len(rows))
	for a, i := range rows {
		ai[a], kind[a] = s.samples[i].track.AI, s.samples[i].kind
		for b := a; b < len(rows); b++ {
			gram.SetSym(a, b, s.gram.At(i, rows[b]))
		}
	}
	weight, err := balance(ai, kind)
	if err != nil {
		return analyzer.Template{}, err
	}
	alpha, bias, err := fitKernel(gram, ai, weight, ridge*float64(len(rows)))
	if err != nil {
		return analyzer.Template{}, err
	}
	sum := make([]float64, len(s.samples[rows[0]].x))
	for a, i := range rows {
		for k, v := range s.samples[i].x {
			sum[k] += alpha[a] * float64(v)
		}
	}
	t := analyzer.Template{Bias: sig(bias), Weights: make(analyzer.Weights, len(sum))}
	for k, v := range sum {
		t.Weights[k] = float32(v)
	}
	t.Weights.Round()
	return t, nil
}

// Held is what models of the other folds say of every sample.
type Held struct {
	set      *set
	split    split
	models   [folds]*analyzer.Model
	margins  []map[string]float64 // per sample and template, "" for all generators
	peaks    [][]analyzer.Scale   // of the scale search, per sample
	null     map[string]analyzer.Null
	scaled   map[string]analyzer.Null
	lattice  []analyzer.Null
	found    []analyzer.Finding
	segments [][]float64
}

// crossValidate learns one model a fold and lets it hear what it has not seen; quick: only for margins and their nulls.
func (s *set) crossValidate(ctx context.Context, names []string, by split, quick bool) (*Held, error) {
	n := len(s.samples)
	h := &Held{
		set: s, split: by, margins: make([]map[string]float64, n), peaks: make([][]analyzer.Scale, n),
		found: make([]analyzer.Finding, n), segments: make([][]float64, n),
		null: map[string]analyzer.Null{}, scaled: map[string]analyzer.Null{},
	}
	fold := make([]int, n)
	for i, x := range s.samples {
		fold[i] = foldOf(by(x.track))
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
		if !quick {
			h.peaks[i] = m.ScalePeaks(x)
		}
	})
	h.nulls(names, fold)
	if quick {
		return h, ctx.Err()
	}
	for _, m := range h.models {
		h.applyNulls(m)
	}
	parallel(n, func(i int) {
		m := h.models[fold[i]]
		f := s.samples[i].feature
		h.found[i] = m.SearchAt(f, m.Find(f), h.peaks[i])
		for _, x := range s.samples[i].segments {
			h.segments[i] = append(h.segments[i], m.FitVector(x).Templates())
		}
	})
	return h, ctx.Err()
}

// nulls describes what human music does with templates that have not seen it.
func (h *Held) nulls(names []string, fold []int) {
	for _, name := range append([]string{""}, names...) {
		var margins, peaks []float64
		for i, s := range h.set.samples {
			if v, ok := h.margins[i][name]; ok && !s.track.AI && s.fit {
				margins = append(margins, v)
				for _, p := range h.peaks[i] {
					if h.models[fold[i]].Templates[p.Template].Name == name {
						peaks = append(peaks, p.Peak)
					}
				}
			}
		}
		h.null[name], h.scaled[name] = null(margins), null(peaks)
	}
	h.lattice = make([]analyzer.Null, len(analyzer.Spacings))
	for k := range h.lattice {
		var combs []float64
		for _, s := range h.set.samples {
			if !s.track.AI && s.fit {
				combs = append(combs, s.combs[k])
			}
		}
		h.lattice[k] = null(combs)
	}
}

// applyNulls tells a model what human music does.
func (h *Held) applyNulls(m *analyzer.Model) {
	m.General.Null = h.null[""]
	for i := range m.Templates {
		m.Templates[i].Null, m.Templates[i].Scaled = h.null[m.Templates[i].Name], h.scaled[m.Templates[i].Name]
	}
	m.Lattice = h.lattice
}
