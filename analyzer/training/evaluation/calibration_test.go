package evaluation

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestReliability(t *testing.T) {
	c, err := Calibrate(synthetic(), Prior{Fitted: 0.5, Target: 0.2})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := Reliability(&b, "Predicted and observed shares", c); err != nil {
		t.Fatal(err)
	}
	wellFormed(t, b.String())
	golden(t, "reliability.svg", b.String())
}

// predicted are outcomes of a calibrated detector: of those with probability p, a share p is AI.
func predicted(r *rand.Rand, n int, prior float64) (out []Outcome) {
	for range n {
		p := r.Float64()
		o := Outcome{AI: r.Float64() < p, Source: "g", Manipulation: asIs, Measured: true}
		o.Probability = shift(p, odds(prior)) // of p there are as many of each class: the prior is 0.5
		if o.AI && r.Float64() < 0.7 {
			continue // the data set has less AI than that, which must make no difference
		}
		out = append(out, o)
	}
	return out
}

func TestCalibration(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	outcomes := predicted(r, 40000, 0.5)
	for _, target := range []float64{0.5, 0.05, 0.9} {
		c, err := Calibrate(outcomes, Prior{Fitted: 0.5, Target: target})
		if err != nil {
			t.Fatal(err)
		}
		if c.ECE > 0.01 {
			t.Errorf("calibrated, at a prior of %g: ECE %.3f", target, c.ECE)
		}
		inside := 0
		for i, b := range c.Bins {
			if b.Low <= b.Predicted && b.Predicted <= b.High {
				inside++
			}
			if n := b.AI + b.Human; n < len(outcomes)/bins-1 || n > len(outcomes)/bins+1 {
				t.Errorf("bin %d has %d of %d", i, n, len(outcomes))
			}
		}
		if len(c.Bins) != bins || inside < 8 {
			t.Errorf("at a prior of %g %d of %d intervals hold the prediction", target, inside, len(c.Bins))
		}
		if c.Brier >= target*(1-target) {
			t.Errorf("at a prior of %g the Brier score %.3f is that of saying nothing", target, c.Brier)
		}
	}
	if c, err := Calibrate(predicted(r, 40000, 0.9), Balanced); err != nil || c.ECE < 0.2 {
		t.Errorf("far too sure of AI: ECE %.3f, %v", c.ECE, err)
	}
}

func TestCalibrationBySmallNumbers(t *testing.T) {
	of := func(ai bool, p float64) Outcome {
		return Outcome{AI: ai, Source: "g", Manipulation: asIs, Probability: p, Measured: true}
	}
	c, err := Calibrate([]Outcome{of(true, 1), of(true, 0.5), of(false, 0), {AI: true, Source: "g"}}, Balanced)
	if err != nil {
		t.Fatal(err)
	}
	// Half of the weight is human and right, a quarter AI and right, a quarter AI at 0.5.
	if !near(c.Brier, 0.0625) || len(c.Bins) != 1 || !near(c.ECE, 0.125) || c.NotMeasured != (Count{0, 1}) ||
		c.Histogram[0] != (Count{1, 0}) || c.Histogram[10] != (Count{0, 1}) || c.Histogram[19] != (Count{0, 1}) {
		t.Errorf("%+v", c)
	}
	var same []Outcome
	for i := range 100 {
		same = append(same, of(i%2 == 0, 1))
	}
	if c, err = Calibrate(same, Balanced); err != nil || len(c.Bins) != 1 || !near(c.ECE, 0.5) {
		t.Errorf("equal probabilities were parted, or: %v, %+v", err, c)
	}
	wrong := append(synthetic(), Outcome{AI: true, Source: "g", Measured: true, Probability: math.NaN()})
	for name, outcomes := range map[string][]Outcome{"nothing": nil, "human": wrong[:2], "NaN": wrong} {
		if _, err := Calibrate(outcomes, Balanced); err == nil {
			t.Errorf("%s is calibrated", name)
		}
	}
	for _, prior := range []Prior{{}, {0.5, 0}, {1, 0.5}, {0.5, math.NaN()}} {
		if _, err := Calibrate(same, prior); err == nil {
			t.Errorf("%+v is a prior", prior)
		}
	}
}
