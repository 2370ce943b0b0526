package analyzer

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestCurvesAreCorrelations compares with sums over all points, in double precision.
func TestCurvesAreCorrelations(t *testing.T) {
	one, other, heard := marks(4), marks(5), noisy(marks(4).At(1/1.04), 0.3, 6)
	s := newScaler([]Template{{Weights: one.Vector()}, {Weights: other.Vector()}})
	room := newSearch(len(s.templates[0]))
	s.load(room, heard.Vector())
	a, b := room.curves(s.templates[0], s.templates[1])
	at := func(v []float32, i int) float64 {
		return float64(interpolate(v, math.Exp(logFrom+scaleStep*float64(i))-firstBin))
	}
	x := heard.Vector()
	for name, curve := range map[string]struct {
		got     []float32
		weights []float32
	}{"one": {a, one.Vector()}, "other": {b, other.Vector()}} {
		for _, step := range []int{0, 1, 500, scaleReach, 796, factors - 2, factors - 1} {
			var want float64
			for i := range scalePoints() {
				width := math.Exp(logFrom+scaleStep*float64(i)) * scaleStep
				for _, half := range [][2]int{{0, Bins}, {Bins, 2 * Bins}} {
					want += width * at(curve.weights[half[0]:half[1]], i) * at(x[half[0]:half[1]], i+step-scaleReach)
				}
			}
			if got := float64(curve.got[step]) / (2 * 8192); math.Abs(got-want) > 1e-4 {
				t.Errorf("%s at step %d: %.6f, want %.6f", name, step, got, want)
			}
		}
	}
}

func TestMedian(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for n := 1; n < 300; n++ {
		v := make([]float32, n)
		for i := range v {
			v[i] = float32(rng.IntN(1 + n/2)) // some more than once
		}
		want := slices.Sorted(slices.Values(v))[n/2]
		if got := median(v); got != want {
			t.Fatalf("of %d: %g, want %g", n, got, want)
		}
	}
	median([]float32{1, float32(math.NaN()), 3, float32(math.NaN())}) // it comes to an end
}
