package training

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"

	"earmark/analyzer"
)

// Newton steps of the dual problem; both classes weigh alike whatever their number.
const (
	newtonSteps     = 30
	newtonTolerance = 1e-5
)

// fitKernel minimises Σ wᵢ·log(1+exp(-yᵢ·f(xᵢ))) + λ/2·‖w‖² with wᵢ from [balance]. With far
// fewer recordings than bins it works on the Gram matrix: w = Σ αᵢ·xᵢ (Hastie, Tibshirani and Friedman, The Elements of
// Statistical Learning, 2nd ed., section 18.3.5), by damped Newton steps (iteratively reweighted least squares). It
// returns the coefficients of the samples and the bias.
func fitKernel(
	gram *mat.SymDense, ai []bool, weight []float64, lambda float64,
) (alpha []float64, bias float64, err error) {
	n := gram.SymmetricDim()
	f := make([]float64, n)
	ones, diagonal := mat.NewVecDense(n, nil), mat.NewVecDense(n, nil)
	for i := range n {
		ones.SetVec(i, 1)
	}
	// Each step starts from the solutions of the one before.
	u, v := mat.NewVecDense(n, nil), mat.NewVecDense(n, nil)
	var product mat.VecDense
	for range newtonSteps {
		// Weighted least squares on the working response z = f + (y-p)/(p(1-p)): solve (K + λW⁻¹)α + b·1 = z with
		// Σα = 0, W = w·p(1-p).
		z := mat.NewVecDense(n, nil)
		for i := range n {
			p := min(max(1/(1+math.Exp(-f[i])), 1e-9), 1-1e-9)
			y := 0.0
			if ai[i] {
				y = 1
			}
			curvature := max(p*(1-p), 1e-6)
			diagonal.SetVec(i, lambda/(weight[i]*curvature))
			z.SetVec(i, f[i]+(y-p)/curvature)
		}
		if err := solve(u, gram, diagonal, z); err != nil {
			return nil, 0, err
		}
		if err := solve(v, gram, diagonal, ones); err != nil {
			return nil, 0, err
		}
		bias = mat.Sum(u) / mat.Sum(v)
		var step float64
		next := make([]float64, n)
		for i := range n {
			next[i] = u.AtVec(i) - bias*v.AtVec(i)
		}
		product.MulVec(gram, mat.NewVecDense(n, next))
		for i := range n {
			fi := bias + product.AtVec(i)
			// Far from the optimum a full step overshoots: the margin moves by at most 4 a step.
			fi = min(max(fi, f[i]-4), f[i]+4)
			step = max(step, math.Abs(fi-f[i]))
			f[i] = fi
		}
		if step < newtonTolerance {
			return next, bias, nil
		}
	}
	return nil, 0, fmt.Errorf("logistic regression of %d samples: not at its optimum after %d steps", n, newtonSteps)
}

const (
	maxWeight          = 4
	conjugateSteps     = 1000
	conjugateTolerance = 1e-8 // of the residual, relative to the right side
)

// solve improves x until (gram + diagonal)·x = right, by conjugate gradients with the system's own diagonal as
// preconditioner (Golub and Van Loan, Matrix Computations, 4th ed., section 11.5.2): a product with the Gram matrix is
// far cheaper than a factorisation of it.
func solve(x *mat.VecDense, gram *mat.SymDense, diagonal, right *mat.VecDense) error {
	n := gram.SymmetricDim()
	scale := mat.NewVecDense(n, nil)
	for i := range n {
		scale.SetVec(i, 1/(gram.At(i, i)+diagonal.AtVec(i)))
	}
	apply := func(to, of *mat.VecDense) {
		to.MulVec(gram, of)
		for i := range n {
			to.SetVec(i, to.AtVec(i)+diagonal.AtVec(i)*of.AtVec(i))
		}
	}
	r, z, p, q := mat.NewVecDense(n, nil), mat.NewVecDense(n, nil), mat.NewVecDense(n, nil), mat.NewVecDense(n, nil)
	apply(q, x)
	r.SubVec(right, q)
	z.MulElemVec(scale, r)
	p.CopyVec(z)
	rz := mat.Dot(r, z)
	limit := conjugateTolerance * mat.Norm(right, 2)
	for range conjugateSteps {
		if mat.Norm(r, 2) <= limit {
			return nil
		}
		apply(q, p)
		step := rz / mat.Dot(p, q)
		x.AddScaledVec(x, step, p)
		r.AddScaledVec(r, -step, q)
		z.MulElemVec(scale, r)
		next := mat.Dot(r, z)
		p.AddScaledVec(z, next/rz, p)
		rz = next
	}
	return fmt.Errorf("logistic regression of %d samples: no solution after %d steps", n, conjugateSteps)
}

// kind is what a recording is apart from how it was made: how far up its sound reaches, and whether it has sides.
func kind(s analyzer.Sound) string {
	band := "wide"
	for _, b := range []struct {
		below float64 // Hz
		name  string
	}{{11000, "narrow"}, {14000, "middling"}, {15500, "fair"}} {
		if s.Mid.Bandwidth() < b.below {
			band = b.name
			break
		}
	}
	if s.Side.Frames > 0 {
		return band + ", with sides"
	}
	return band
}

// balance gives each class half of the weight, with a mean of 1, and within each class every kind of recording the
// share that it has of all: what kind a recording is then says nothing about its class (inverse propensity weights,
// Rosenbaum and Rubin, Biometrika 70, 1983). Where a class has hardly any of a kind, these weigh at most maxWeight
// times as much as others.
func balance(ai []bool, kind []string) ([]float64, error) {
	var count [2]int
	of := map[string]*[2]int{}
	for i, a := range ai {
		count[index(a)]++
		if of[kind[i]] == nil {
			of[kind[i]] = new([2]int)
		}
		of[kind[i]][index(a)]++
	}
	if count[0] == 0 || count[1] == 0 {
		return nil, fmt.Errorf("training needs both classes: %d human and %d AI recordings", count[0], count[1])
	}
	w := make([]float64, len(ai))
	var sum [2]float64
	for i, a := range ai {
		k := of[kind[i]]
		share := float64(k[0]+k[1]) / float64(len(ai))
		w[i] = min(share*float64(count[index(a)])/float64(k[index(a)]), maxWeight)
		sum[index(a)] += w[i]
	}
	for i, a := range ai {
		w[i] *= float64(len(ai)) / 2 / sum[index(a)]
	}
	return w, nil
}

func index(b bool) int {
	if b {
		return 1
	}
	return 0
}

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
