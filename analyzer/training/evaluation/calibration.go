package evaluation

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// Prior says how common AI is. How many recordings of each class a data set has is a choice of whoever made it, so that
// neither a probability nor an observed share means anything until one says for which mixture.
//
// Probabilities move from Fitted to Target by Bayes' rule, that is in log-odds by logit(Target) - logit(Fitted)
// (Saerens, Latinne and Decaestecker, Neural Computation 14, 2002), and the recordings of each class are weighted to
// the share that it has in Target. Both take for granted that each class by itself is as in the data set.
type Prior struct {
	Fitted float64 // share of AI that the probabilities were fitted for; 0.5 when both classes weighed alike
	Target float64 // share of AI in the collection that is asked about
}

// Balanced is as much AI as human music, which models are fitted for.
var Balanced = Prior{Fitted: 0.5, Target: 0.5}

func (p Prior) check() error {
	for _, share := range []float64{p.Fitted, p.Target} {
		if !(share > 0 && share < 1) { // NaN too
			return fmt.Errorf("a share of AI of %g: it must be between 0 and 1", share)
		}
	}
	return nil
}

// shift multiplies the odds of a probability.
func shift(p, ratio float64) float64 { return p * ratio / (p*ratio + 1 - p) }

// odds that a share has.
func odds(share float64) float64 { return share / (1 - share) }

// Calibration is how far probabilities are to be believed.
type Calibration struct {
	Prior Prior
	Bins  []Bin

	// ECE is the expected calibration error, the mean distance of predicted and observed shares over the bins (Guo,
	// Pleiss, Sun and Weinberger, On Calibration of Modern Neural Networks, 2017), 0 to 1. With few recordings a bin it
	// is above 0 by chance alone.
	ECE float64

	// Brier is the mean squared distance of a probability from what the recording is (Brier, 1950), 0 to 1; always
	// answering Target scores Target·(1-Target).
	Brier float64

	Histogram   [20]Count // of predicted probabilities, in steps of 0.05
	Measured    Count
	NotMeasured Count
}

// Count is a number of recordings of each class.
type Count struct{ Human, AI int }

func (c *Count) add(ai bool) {
	if ai {
		c.AI++
	} else {
		c.Human++
	}
}

// Bin is a range of predicted probabilities. All bins have about the same number of recordings, and equal
// probabilities are never parted.
type Bin struct {
	Count               // of recordings, unweighted
	Predicted   float64 // mean probability, weighted by Prior
	Observed    float64 // share of AI, weighted by Prior
	Low, High   float64 // 95 % interval of Observed
	First, Last float64 // least and largest probability
}

// bins of a calibration, where there are recordings enough.
const bins, leastInBin = 10, 10

// Calibrate compares predicted probabilities with what the recordings are. Those not measured have no probability, and
// are only counted.
func Calibrate(outcomes []Outcome, prior Prior) (Calibration, error) {
	c := Calibration{Prior: prior}
	if err := errors.Join(prior.check(), Check(outcomes)); err != nil {
		return c, err
	}
	ratio := odds(prior.Target) / odds(prior.Fitted)
	var all []prediction
	for _, o := range outcomes {
		if !o.Measured {
			c.NotMeasured.add(o.AI)
			continue
		}
		c.Measured.add(o.AI)
		p := shift(o.Probability, ratio)
		all = append(all, prediction{p, o.AI})
		c.Histogram[min(int(p*float64(len(c.Histogram))), len(c.Histogram)-1)].add(o.AI)
	}
	if c.Measured.Human == 0 || c.Measured.AI == 0 {
		return c, errors.New("calibration needs measured recordings of both classes")
	}
	slices.SortFunc(all, func(a, b prediction) int { return cmp.Compare(a.p, b.p) })
	weight := [2]float64{(1 - prior.Target) / float64(c.Measured.Human), prior.Target / float64(c.Measured.AI)}
	for _, one := range all {
		d := one.p - float64(index(one.ai))
		c.Brier += weight[index(one.ai)] * d * d
	}
	n := min(bins, max(1, len(all)/leastInBin))
	for begin, i := 0, 0; begin < len(all); i++ {
		end := max(begin+1, (i+1)*len(all)/n)
		for end < len(all) && all[end].p == all[end-1].p {
			end++
		}
		bin, mass := newBin(all[begin:end], weight)
		c.Bins = append(c.Bins, bin)
		c.ECE += mass * max(bin.Predicted-bin.Observed, bin.Observed-bin.Predicted)
		begin = end
	}
	return c, nil
}

type prediction struct {
	p  float64
	ai bool
}

// newBin also returns the bin's share of all weight.
func newBin(some []prediction, weight [2]float64) (b Bin, mass float64) {
	b.First, b.Last = some[0].p, some[len(some)-1].p
	for _, one := range some {
		b.add(one.ai)
		w := weight[index(one.ai)]
		mass += w
		b.Predicted += w * one.p
	}
	b.Predicted /= mass
	// Weights by class multiply the odds of a share, and so those of its interval.
	share := Share{b.AI, b.AI + b.Human}
	ratio := weight[1] / weight[0]
	low, high := share.Interval()
	b.Observed, b.Low, b.High = shift(share.Value(), ratio), shift(low, ratio), shift(high, ratio)
	return b, mass
}
