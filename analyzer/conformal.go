package analyzer

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
)

// The false-positive rates that the tiers are quantiles for, and what is added where none is allowed.
const (
	RecallRate    = 0.07
	HumanSafeRate = 0.01
	PressMargin   = 1.0 // above the highest human recording, in log-odds
)

// Conformal is the smallest threshold that a new human score passes with probability at most alpha: the k-th smallest
// of n scores with k = ceil((n+1)·(1-alpha)) (Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World). It
// holds for whatever distribution the scores have, as long as the new recording could have been one of those scored.
func Conformal(human []float64, alpha float64) (float64, error) {
	s := slices.Sorted(slices.Values(human))
	k := conformalRank(len(s), alpha)
	if k > len(s) {
		return 0, fmt.Errorf("%d human recordings cannot support a false-positive rate of %g", len(s), alpha)
	}
	return s[k-1], nil
}

// ConformalByKind is the strictest of what [Conformal] says of all scores and of each kind's: a threshold that a new
// score passes with probability at most alpha whichever kind it is of, as one for all together would be passed more
// often by the kind that is worst (Mondrian conformal predictors, the same book, section 4.5). Kinds too small for
// alpha count only among all.
func ConformalByKind(human map[string][]float64, alpha float64) (float64, error) {
	most, err := Conformal(slices.Concat(slices.Collect(maps.Values(human))...), alpha)
	if err != nil {
		return 0, err
	}
	for _, scores := range human {
		if len(scores) < ConformalLeast(alpha) {
			continue
		}
		at, err := Conformal(scores, alpha)
		if err != nil {
			return 0, err
		}
		most = max(most, at)
	}
	return most, nil
}

func conformalRank(n int, alpha float64) int {
	const rounding = 1e-9 // 100 · (1 - 0.29) is 71.00000000000001
	return int(math.Ceil(float64(n+1)*(1-alpha) - rounding))
}

// ConformalLeast is how many scores [Conformal] needs for alpha: the least n with n ≥ 1/alpha - 1.
func ConformalLeast(alpha float64) int {
	n := max(1, int(1/alpha)-2)
	for conformalRank(n, alpha) > n {
		n++
	}
	return n
}

// UpperBound is the largest rate that is still consistent with x of n, at a one-sided confidence such as 0.95 (Clopper
// and Pearson, Biometrika 26, 1934): the quantile of Beta(x+1, n-x). For 0 of n it is 1 - (1-confidence)^(1/n).
//
// For a threshold that [Conformal] took from the same n scores it holds too: the rate that such a threshold really has
// is distributed as Beta(n+1-k, k), and x = n-k of them are above it (Vovk, Conditional Validity of Inductive Conformal
// Predictors, 2012).
func UpperBound(x, n int, confidence float64) float64 {
	switch {
	case n <= 0 || x >= n:
		return 1
	case x <= 0:
		return -math.Expm1(math.Log1p(-confidence) / float64(n))
	}
	return mathext.InvRegIncBeta(float64(x+1), float64(n-x), confidence)
}

// Support is what a model's own calibration supports of the false positives at one of its thresholds.
type Support struct {
	Above        int     // human measurements above the threshold, at most: see [Model.Support]
	Measurements int     // all of them
	Bound        float64 // upper bound of the rate, see [UpperBound], for Tracks
	Tracks       int
	SourceBound  float64 // the same for Sources
	Sources      int
}

// Support says it of the threshold that [ConformalByKind] took for alpha, which no more pass than that of [Conformal];
// 0 stands for press-safe, above every measurement.
//
// The bounds do not count measurements. These are pieces of tracks and re-encoded copies of them, which stand or fall
// together: taken for independent recordings, two or three of a track would make the bound of press-safe two or three
// times as low. Tracks are counted, with as large a share above the threshold as of the measurements, rounded up. Those
// of one source (an album, a game) are not independent either; by sources alone the bound is the most cautious. The few
// tracks that were unfit for a measurement are counted too: a model does not say how many.
func (m *Model) Support(alpha, confidence float64) Support {
	n := m.Tiers.Tracks
	s := Support{Measurements: n, Tracks: m.Training.Human, Sources: m.Training.HumanSources}
	if alpha > 0 {
		s.Above = max(0, n-conformalRank(n, alpha))
	}
	bound := func(of int) float64 {
		above := 0
		if s.Above > 0 {
			above = int(math.Ceil(float64(s.Above) * float64(of) / float64(n)))
		}
		return UpperBound(above, of, confidence)
	}
	s.Bound, s.SourceBound = bound(s.Tracks), bound(s.Sources)
	return s
}
