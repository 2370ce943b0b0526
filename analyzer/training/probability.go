package training

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/optimize"

	"earmark/analyzer"
)

const (
	fitTolerance = 1e-9 // of the mean log-likelihood
	fitSteps     = 100  // without a gain of as much, until the fit ends
	fitRidge     = 0.05 // keeps the scale finite where evidence parts the classes
)

// fitLogit fits what turns evidence into a probability, by maximum likelihood, both classes weighing alike, with the
// simplex method (Nelder and Mead, The Computer Journal 7, 1965).
func fitLogit(evidence []float64, ai []bool) (analyzer.Logit, error) {
	weight, err := balance(ai, make([]string, len(ai)))
	if err != nil {
		return analyzer.Logit{}, err
	}
	logit := func(x []float64) analyzer.Logit {
		return analyzer.Logit{Scale: x[0], Offset: x[1], Unmarked: 1 / (1 + math.Exp(-x[2]))}
	}
	loss := func(x []float64) float64 {
		sum, l := fitRidge*x[0]*x[0], logit(x)
		for i, v := range evidence {
			p := l.Probability(v)
			if !ai[i] {
				p = 1 - p
			}
			sum -= weight[i] * math.Log(max(p, 1e-12))
		}
		return sum / float64(len(evidence))
	}
	begin := []float64{1, 0, -3} // 5 % unmarked
	settings := &optimize.Settings{Converger: &optimize.FunctionConverge{Absolute: fitTolerance, Iterations: fitSteps}}
	found, err := optimize.Minimize(optimize.Problem{Func: loss}, begin, settings, &optimize.NelderMead{})
	if err != nil {
		return analyzer.Logit{}, fmt.Errorf("probabilities of %d samples: %w", len(evidence), err)
	}
	l := logit(found.X)
	return analyzer.Logit{Scale: sig(l.Scale), Offset: sig(l.Offset), Unmarked: math.Round(l.Unmarked*1e6) / 1e6}, nil
}
