package analyzer

import (
	"math"
	"slices"
	"testing"
)

// The comb of every spacing is laid on as it would be alone.
func TestAllSpacingsAreLaidOnAtOnce(t *testing.T) {
	points := make([]float32, anyPoints)
	for i := range points {
		points[i] = float32(i%7) - 3
	}
	sums := onAll(points)
	for _, j := range []int{0, 1, anySpacings / 3, anySpacings - 1} {
		want, hz := float32(0), anyFrom*math.Exp(anyStep*float64(j))
		for k := 1.0; k*hz < combTo; k++ {
			first := int(math.Round(math.Log(k*anyFrom/combFrom) / anyStep))
			if p := first + j; p >= 0 && p < anyPoints {
				want += points[p]
			}
		}
		if sums[j] != want {
			t.Errorf("%.2f Hz: %.1f, want %.1f", hz, sums[j], want)
		}
	}
	if teeth := math.Pow(float64(anyAxis().scales[0]), -2); math.Abs(teeth-(combTo-combFrom)/anyFrom) > 1.5 {
		t.Errorf("%.1f teeth at %.1f Hz", teeth, anyFrom)
	}
}

// Close lines often have no comb to speak of: what keeps its phase tells how far apart they are.
func TestDistancesTellACloseSpacing(t *testing.T) {
	for _, hz := range []float64{19.83, 22.18, 37.12} {
		m, err := hearing(t, lockRate, plus(noise(lockRate, lockSec, 0.1, 1), lattice(lockRate, lockSec, hz, 6e-4)))
		if err != nil {
			t.Fatal(err)
		}
		near := func(got float64) bool { return math.Abs(got/hz-1) < 1e-4 }
		if got := m.Whole.Fine.byDistances(); !slices.ContainsFunc(got, near) {
			t.Errorf("%.2f Hz: found %.3f", hz, got)
		}
	}
}

func TestMultiplesTellADistanceExactly(t *testing.T) {
	const spacing = 527.28 // cells
	often := make([]int32, 12000)
	for k := 1.0; k*spacing < float64(len(often)); k++ {
		often[int(math.Round(k*spacing))] = 100
	}
	if got := exactly(often, 527); math.Abs(got/spacing-1) > 1e-4 {
		t.Errorf("%.3f cells, want %.3f", got, spacing)
	}
}

func TestNothingSteadyHasNoCandidates(t *testing.T) {
	f := make(Fine, fineBins*fineCells)
	if got := f.steady(); len(got) != 0 {
		t.Errorf("%d steady cells in silence", len(got))
	}
	for _, hz := range f.byDistances() {
		if hz < anyFrom-1 || hz > distanceTo+1 {
			t.Errorf("a candidate of %.2f Hz", hz)
		}
	}
}

func TestAStrongerCombTellsWhatMadeALattice(t *testing.T) {
	const hz = 44100.0 / 192
	for name, test := range map[string]struct {
		also float64 // spacing of another comb
		want bool
	}{
		"alone":                                 {0, false},
		"every seventh line of a loop's":        {hz / 7, true},
		"beside a tone's":                       {143.1, true},
		"a layer of the same decoder":           {hz / 8, false},
		"another spacing that decoders have":    {44100.0 / 512, false},
		"a layer whose spacing is five of them": {5 * hz, false},
	} {
		f := combed(hz, 0.2)
		for _, i := range newComb(max(test.also, 1)) {
			if test.also > 0 {
				f.Effect[i] = 0.5
			}
		}
		f = noisy(f, 0.05, 8)
		if got := f.outshone(hz, f.comb(hz)); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestCombsThatADecoderMayHaveToo(t *testing.T) {
	for _, test := range []struct {
		comb, hz float64
		want     bool
	}{
		{200.3, 200, true}, // a flank
		{25, 200, true},    // a layer below
		{40.97, 20.48, true},
		{41.3, 20.48, false},
		{86.13, 34.45, true},
		{28.57, 200, false}, // a seventh, which no decoder has
	} {
		if got := compatible(test.comb, test.hz); got != test.want {
			t.Errorf("%.2f beside %.2f: %v", test.comb, test.hz, got)
		}
	}
}
