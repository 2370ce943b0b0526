package training

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Of two normal distributions that lie four apart, one in five of the farther drawn from the nearer, the log-odds are
// known: 4·x - 8.
func TestProbabilitiesAreFittedBesideWhatIsUnmarked(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	var evidence []float64
	var ai []bool
	for range 3000 {
		evidence, ai = append(evidence, r.NormFloat64()), append(ai, false)
	}
	for range 6000 {
		x := r.NormFloat64()
		if r.Float64() > 0.2 {
			x += 4
		}
		evidence, ai = append(evidence, x), append(ai, true)
	}
	l, err := fitLogit(evidence, ai)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(l.Scale-4) > 0.4 || math.Abs(l.Offset+8) > 0.8 || math.Abs(l.Unmarked-0.2) > 0.02 {
		t.Errorf("fitted %+v, want a scale of 4, an offset of -8 and 0.2 unmarked", l)
	}
	again, err := fitLogit(evidence, ai)
	if err != nil || again != l {
		t.Errorf("fitted %+v, again %+v (%v)", l, again, err)
	}
}

func TestProbabilitiesOfPartedClassesAreFinite(t *testing.T) {
	l, err := fitLogit([]float64{-2, -1, -1.5, 1, 2, 3}, []bool{false, false, false, true, true, true})
	if err != nil {
		t.Fatal(err)
	}
	if !(l.Scale > 0 && l.Scale < 50) || !(l.Probability(-1) < 0.2 && l.Probability(1) > 0.8) {
		t.Errorf("fitted %+v: %.3f and %.3f", l, l.Probability(-1), l.Probability(1))
	}
	if _, err := fitLogit([]float64{1, 2}, []bool{true, true}); err == nil {
		t.Error("one class was fitted")
	}
}
