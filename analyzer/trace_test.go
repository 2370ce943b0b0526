package analyzer

import (
	"math"
	"testing"
)

func combModel(hz float64) *Model {
	template := func(f Feature, spread float64) Template {
		return Template{Weights: f.Vector(), Null: Null{Spread: spread}}
	}
	m := &Model{
		General:   template(noisy(combed(hz, 1), 0.05, 1), 1),
		Templates: []Template{template(marks(2), 0.2), template(noisy(combed(hz, 1), 0.05, 3), 0.2)},
		Lattice:   make([]Null, len(Spacings)), Locks: make([]Null, len(Spacings)),
	}
	for i := range m.Lattice {
		m.Lattice[i] = Null{Spread: 3.8}
	}
	return m
}

// The lines are too faint for the templates to say what they must where a change is undone: the comb says that they
// are there.
func TestALatticeIsFollowedToAnotherSpeed(t *testing.T) {
	m := combModel(200)
	for _, factor := range []float64{0.9, 0.98, 1.06, 1.12} {
		f := noisy(combed(200*factor, 0.12), 0.06, 7)
		found := m.Search(f)
		if math.Abs(math.Log(found.Factor/factor)) > 2*scaleStep {
			t.Errorf("moved by a factor of %.4f: found %.4f", factor, found.Factor)
		}
		if hz := found.Lattice.Hz; hz != 200 || found.Best != 1 {
			t.Errorf("factor %.4f: a lattice of %.1f Hz and template %d decided", factor, hz, found.Best)
		}
		if most := traceSlope * traceFull; found.Lattice.Evidence > most+1e-9 || found.Lattice.Evidence < 0.8*most {
			t.Errorf("factor %.4f: evidence of %.2f, want nearly %.2f", factor, found.Lattice.Evidence, most)
		}
		if found.Lattice.Strength < latticeShown {
			t.Errorf("factor %.4f: a strength of %.2f decided and is not shown", factor, found.Lattice.Strength)
		}
	}
}

// An encoder leaves little of the lines: too little for the spacing by itself, on which music has such a comb too.
func TestAGeneratorsOwnLatticeCountsAsItIs(t *testing.T) {
	m := combModel(200)
	for steady, want := range map[float32]bool{0: false, 0.06: true} {
		f := noisy(combed(200, steady), 0.1, 7)
		asIs := m.Find(f)
		found := m.trace(f, asIs)
		if got := found.Best == 1 && found.Lattice.Evidence >= hereSlope*hereFrom; got != want {
			t.Errorf("lines of %.2f: template %d and a lattice of %.2f decided", steady, found.Best,
				found.Lattice.Evidence)
		}
		if got := found.Sum() > asIs.Sum(); got != want {
			t.Errorf("lines of %.2f: %.2f in all, %.2f without that comb", steady, found.Sum(), asIs.Sum())
		}
		if shown := m.shown(found, true); want && (shown == nil || shown.Hz != 200) {
			t.Errorf("lines of %.2f: what decided is not shown", steady)
		}
	}
}

func TestNothingIsFollowed(t *testing.T) {
	m := combModel(200)
	for name, f := range map[string]Feature{
		"lines where the generator puts them": noisy(combed(200, 0.2), 0.1, 7),
		"noise":                               noisy(combed(200, 0), 0.1, 7),
		"tall lines, as loops have":           noisy(combed(200*1.06, 0.4), 0.2, 7),
	} {
		if found := m.Search(f); found.Factor != 1 {
			t.Errorf("%s: moved by %.4f, %.2f in all", name, found.Factor, found.Sum())
		}
	}
}

// A clock's lattice, at any speed, is the best of reasons to be wrong.
func TestOnlyADecodersOwnLatticeIsTraced(t *testing.T) {
	for name, test := range map[string]struct {
		f    Feature
		want bool
	}{
		"200 Hz":            {combed(200, 1), true},
		"a clock's 50 Hz":   {combed(50, 1), false},
		"a vocoder's frame": {combed(vocoderSpacings[0], 1), false},
		"no lattice":        {marks(1), false},
	} {
		if got := newTracer(Template{Weights: test.f.Vector()}, 0); (got != nil) != test.want {
			t.Errorf("%s: traced %t, want %t", name, got != nil, test.want)
		}
	}
}
