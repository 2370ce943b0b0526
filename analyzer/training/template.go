package training

import (
	"context"
	"errors"
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
