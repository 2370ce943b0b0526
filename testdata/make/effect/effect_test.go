package effect

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// music is a second of noise in a rhythm.
func music() (left, right []float64) {
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range Rate {
		gain := 0.1 * math.Exp(-6*part(seconds(i)*4))
		left, right = append(left, gain*rng.NormFloat64()), append(right, gain*rng.NormFloat64())
	}
	return left, right
}

// TestEffects asserts of each effect, with three draws of its parameters, that it makes another sound of one, and the
// same one when it is asked again.
func TestEffects(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	before, _ := music()
	for _, e := range Effects {
		if names[e.Name] {
			t.Errorf("two effects are called %s", e.Name)
		}
		names[e.Name] = true
		for seed := range uint64(3) {
			left, right := music()
			e.Apply(seed, left, right)
			for i, v := range slices.Concat(left, right) {
				if math.IsNaN(v) || math.Abs(v) > 50 {
					t.Fatalf("%s, seed %d: sample %d is %g", e.Name, seed, i, v)
				}
			}
			if slices.Equal(left, before) {
				t.Errorf("%s, seed %d: nothing was changed", e.Name, seed)
			}
			if seed > 0 {
				continue
			}
			again, other := music()
			e.Apply(seed, again, other)
			if !slices.Equal(left, again) || !slices.Equal(right, other) {
				t.Errorf("%s, seed %d: gives something else each time", e.Name, seed)
			}
		}
	}
}
