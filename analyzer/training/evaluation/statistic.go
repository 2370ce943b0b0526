package evaluation

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"

	"earmark/analyzer"
)

// Share is a number of outcomes out of others. Of nothing it is not defined.
type Share struct{ Count, Of int }

// Value is the share, 0 to 1, or NaN.
func (s Share) Value() float64 { return float64(s.Count) / float64(s.Of) }

// Interval is the two-sided 95 % confidence interval of a share (Clopper and Pearson, Biometrika 26, 1934): exact, so
// that it holds for 0 and for all of a few too. Of nothing it is everything, 0 to 1.
func (s Share) Interval() (low, high float64) {
	const tail = 0.025
	k, rest := float64(s.Count), float64(s.Of-s.Count)
	low, high = 0, 1
	if s.Count > 0 {
		low = mathext.InvRegIncBeta(k, rest+1, tail)
	}
	if s.Count < s.Of {
		high = mathext.InvRegIncBeta(k+1, rest, 1-tail)
	}
	return low, high
}

// String is the share in percent, "–" when it is not defined.
func (s Share) String() string {
	if s.Of == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f %%", 100*s.Value())
}

// WithInterval is String with the 95 % interval behind it.
func (s Share) WithInterval() string {
	if s.Of == 0 {
		return s.String()
	}
	low, high := s.Interval()
	return fmt.Sprintf("%s (%.1f–%.1f)", s, 100*low, 100*high)
}

// Threshold is the margin above which at most a share rate of new human recordings lies, as the tiers have it: see
// [analyzer.Conformal]. With fewer than 1/rate - 1 recordings there is none, and ok is false.
//
// For a rate of 0 it is the largest: none of these recordings is above, and a new one with probability 1/(n+1).
// A recording is caught when its margin is above the threshold, never when it is equal.
func Threshold(human []float64, rate float64) (threshold float64, ok bool) {
	if rate == 0 && len(human) > 0 {
		return slices.Max(human), true
	}
	threshold, err := analyzer.Conformal(human, rate)
	return threshold, err == nil
}

// AUC is the area under the ROC curve: how often an AI recording has a larger margin than a human one, ties counted as
// half (Mann and Whitney, 1947; Fawcett, An introduction to ROC analysis, 2006). Without one of the classes it is NaN.
func AUC(human, ai []float64) float64 {
	all := make([]scored, 0, len(human)+len(ai))
	for _, v := range human {
		all = append(all, scored{score: v, weight: 1})
	}
	for _, v := range ai {
		all = append(all, scored{score: v, weight: 1, ai: true})
	}
	wins, pairs := rank(all)
	return wins / pairs
}

// scored is one recording in a ranking.
type scored struct {
	score, weight float64
	ai            bool
}

// rank returns the weight of all pairs of a human and an AI recording, and of those in which AI has the larger score,
// ties counted as half. It sorts what it is given.
func rank(all []scored) (wins, pairs float64) {
	slices.SortFunc(all, func(a, b scored) int { return cmp.Compare(a.score, b.score) })
	var human, ai float64 // below the present score
	for len(all) > 0 {
		var tied [2]float64
		n := 0
		for n < len(all) && all[n].score == all[0].score {
			tied[index(all[n].ai)] += all[n].weight
			n++
		}
		if n == 0 {
			return math.NaN(), math.NaN() // a score that is not even itself
		}
		wins += tied[1] * (human + tied[0]/2)
		human, ai = human+tied[0], ai+tied[1]
		all = all[n:]
	}
	return wins, human * ai
}

func index(ai bool) int {
	if ai {
		return 1
	}
	return 0
}
