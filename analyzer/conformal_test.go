package analyzer

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestConformalThreshold(t *testing.T) {
	scores := make([]float64, 199)
	for i := range scores {
		scores[i] = float64(len(scores) - i) // 199 … 1
	}
	for _, test := range []struct{ alpha, want float64 }{{0.01, 198}, {0.07, 186}, {0.5, 100}, {0.005, 199}} {
		got, err := Conformal(scores, test.alpha)
		if err != nil || got != test.want {
			t.Errorf("α %g: threshold %g, %v; want %g", test.alpha, got, err, test.want)
		}
	}
	if _, err := Conformal(scores, 0.004); err == nil {
		t.Error("199 tracks were taken to support a rate of 0.4 %")
	}
}

func TestConformalLeast(t *testing.T) {
	for alpha, want := range map[float64]int{0.07: 14, 0.01: 99, 0.05: 19, 0.5: 1, 0.9: 1} {
		n := ConformalLeast(alpha)
		if n != want {
			t.Errorf("α %g needs %d, want %d", alpha, n, want)
		}
		if _, err := Conformal(make([]float64, n), alpha); err != nil {
			t.Error(err)
		}
		if _, err := Conformal(make([]float64, n-1), alpha); err == nil {
			t.Errorf("α %g: one less is enough too", alpha)
		}
	}
}

// TestUpperBound compares with the tables of Clopper and Pearson, at 95 % one-sided.
func TestUpperBound(t *testing.T) {
	for _, test := range []struct {
		x, n int
		want float64
	}{
		{0, 245, 0.012153},
		{0, 100, 0.029513},
		{0, 1, 0.95},
		{1, 10, 0.394163},
		{5, 100, 0.102253},
		{10, 10, 1},
		{0, 0, 1},
	} {
		if got := UpperBound(test.x, test.n, 0.95); math.Abs(got-test.want) > 1e-5 {
			t.Errorf("%d of %d: %.6f, want %.6f", test.x, test.n, got, test.want)
		}
	}
}

// TestConformalHolds draws catalogues and asks how often a threshold's true rate is above its bound, and what it is on
// average.
func TestConformalHolds(t *testing.T) {
	const catalogues, tracks = 2000, 150
	r := rand.New(rand.NewPCG(3, 3))
	above, sum := 0, 0.0
	for range catalogues {
		scores := make([]float64, tracks)
		for i := range scores {
			scores[i] = r.Float64() // so that the true rate of a threshold is 1 minus it
		}
		threshold, err := Conformal(scores, RecallRate)
		if err != nil {
			t.Fatal(err)
		}
		flagged := 0
		for _, s := range scores {
			if s > threshold {
				flagged++
			}
		}
		if 1-threshold > UpperBound(flagged, tracks, 0.95) {
			above++
		}
		sum += 1 - threshold
	}
	if mean := sum / catalogues; mean > RecallRate {
		t.Errorf("on average %.2f %% are flagged", 100*mean)
	}
	if share := float64(above) / catalogues; share < 0.035 || share > 0.065 {
		t.Errorf("%.1f %% of the bounds did not hold, want 5 %%", 100*share)
	}
}

func TestSupportCountsTracksAndNotTheirCopies(t *testing.T) {
	m := &Model{
		Tiers:    Thresholds{Tracks: 1744},
		Training: Training{Human: 677, HumanSources: 84},
	}
	for _, test := range []struct {
		alpha         float64
		above         int
		tracks, least float64 // bound by tracks, and what measurements would support
	}{
		{0, 0, 0.004415, 0.001716},
		{HumanSafeRate, 16, 0.019333, 0.013901},
		{RecallRate, 121, 0.087676, 0.080225},
	} {
		got := m.Support(test.alpha, 0.95)
		if got.Above != test.above || math.Abs(got.Bound-test.tracks) > 1e-5 {
			t.Errorf("α %g: %d above, at most %.6f; want %d, %.6f", test.alpha, got.Above, got.Bound, test.above,
				test.tracks)
		}
		few := UpperBound(test.above, 1744, 0.95)
		if math.Abs(few-test.least) > 1e-5 || got.Bound <= few || got.SourceBound <= got.Bound {
			t.Errorf("α %g: %.6f by measurements, %.6f by tracks, %.6f by sources", test.alpha, few, got.Bound,
				got.SourceBound)
		}
	}
	if got := new(Model).Support(0, 0.95); got.Bound != 1 || got.SourceBound != 1 {
		t.Errorf("nothing supports %+v", got)
	}
}

// Where one kind is taken for a decoder more often than others, the threshold is that kind's.
func TestConformalHoldsForEachKind(t *testing.T) {
	scores := func(n int, top float64) []float64 {
		out := make([]float64, n)
		for i := range out {
			out[i] = top * float64(i+1) / float64(n)
		}
		return out
	}
	human := map[string][]float64{
		"as it is": scores(199, 1), "encoded": scores(199, 2), "treated": scores(50, 9),
	}
	got, err := ConformalByKind(human, 0.01)
	if err != nil {
		t.Fatal(err)
	}
	for kind, s := range human {
		above := 0
		for _, v := range s {
			if v > got {
				above++
			}
		}
		if len(s) > 99 && float64(above) > 0.01*float64(len(s)) {
			t.Errorf("%d of %d recordings are above %.2f, if they are %s", above, len(s), got, kind)
		}
	}
	all, err := Conformal(slices.Concat(human["encoded"], human["as it is"]), 0.01)
	if err != nil || got <= all {
		t.Errorf("%.2f for each kind, %.2f for all: %v", got, all, err)
	}
	if _, err := ConformalByKind(map[string][]float64{"encoded": scores(20, 1)}, 0.01); err == nil {
		t.Error("twenty recordings support one in a hundred")
	}
}
