package training

import (
	"fmt"
	"math"

	"github.com/tphakala/simd/f32"
	"gonum.org/v1/gonum/mat"
)

// logistic is a linear classifier: margin(x) = weights·x + bias.
type logistic struct {
	weights []float32
	bias    float64
}

func (l logistic) margin(x []float32) float64 {
	return float64(f32.DotProduct(l.weights, x)) + l.bias
}

// Newton steps of the dual problem; both classes weigh alike whatever their number.
const (
	newtonSteps     = 50
	newtonTolerance = 1e-9
)

// fitLogistic minimises Σ wᵢ·log(1+exp(-yᵢ·f(xᵢ))) + λ/2·‖w‖² with wᵢ balancing both classes to a mean of 1. With far
// fewer recordings than bins it works on the Gram matrix: w = Σ αᵢ·xᵢ (Hastie, Tibshirani and Friedman, The Elements of
// Statistical Learning, 2nd ed., section 18.3.5), by damped Newton steps (iteratively reweighted least squares).
func fitLogistic(x [][]float32, ai []bool, lambda float64) (logistic, error) {
	n := len(x)
	center := mean(x)
	centered := make([][]float32, n)
	for i := range x {
		centered[i] = make([]float32, len(x[i]))
		f32.Sub(centered[i], x[i], center)
	}
	gram := mat.NewSymDense(n, nil)
	for i := range x {
		for j := i; j < n; j++ {
			gram.SetSym(i, j, float64(f32.DotProduct(centered[i], centered[j])))
		}
	}
	alpha, bias, err := fitKernel(gram, ai, lambda)
	if err != nil {
		return logistic{}, err
	}
	l := logistic{weights: make([]float32, len(x[0])), bias: bias}
	sum := make([]float64, len(x[0]))
	for i, a := range alpha {
		for k, v := range centered[i] {
			sum[k] += a * float64(v)
		}
	}
	for k, v := range sum {
		l.weights[k] = float32(v)
	}
	l.bias -= float64(f32.DotProduct(l.weights, center))
	return l, nil
}

// mean is the mean of all rows.
func mean(x [][]float32) []float32 {
	sum := make([]float64, len(x[0]))
	for _, row := range x {
		for k, v := range row {
			sum[k] += float64(v)
		}
	}
	out := make([]float32, len(sum))
	for k, v := range sum {
		out[k] = float32(v / float64(len(x)))
	}
	return out
}

// fitKernel returns the coefficients of the samples and the bias for a Gram matrix.
func fitKernel(gram *mat.SymDense, ai []bool, lambda float64) (alpha []float64, bias float64, err error) {
	n := gram.SymmetricDim()
	weight, err := balance(ai)
	if err != nil {
		return nil, 0, err
	}
	f := make([]float64, n)
	alpha = make([]float64, n)
	for range newtonSteps {
		// Weighted least squares on the working response z = f + (y-p)/(p(1-p)): solve (K + λW⁻¹)α + b·1 = z with
		// Σα = 0, W = w·p(1-p).
		system := mat.NewSymDense(n, nil)
		system.CopySym(gram)
		z := mat.NewVecDense(n, nil)
		ones := mat.NewVecDense(n, nil)
		for i := range n {
			p := min(max(1/(1+math.Exp(-f[i])), 1e-9), 1-1e-9)
			y := 0.0
			if ai[i] {
				y = 1
			}
			curvature := max(p*(1-p), 1e-6)
			system.SetSym(i, i, gram.At(i, i)+lambda/(weight[i]*curvature))
			z.SetVec(i, f[i]+(y-p)/curvature)
			ones.SetVec(i, 1)
		}
		var chol mat.Cholesky
		if !chol.Factorize(system) {
			return nil, 0, fmt.Errorf("logistic regression of %d samples: the system is singular", n)
		}
		var u, v mat.VecDense
		if err := chol.SolveVecTo(&u, z); err != nil {
			return nil, 0, fmt.Errorf("logistic regression: %w", err)
		}
		if err := chol.SolveVecTo(&v, ones); err != nil {
			return nil, 0, fmt.Errorf("logistic regression: %w", err)
		}
		bias = mat.Sum(&u) / mat.Sum(&v)
		var step float64
		next := make([]float64, n)
		for i := range n {
			next[i] = u.AtVec(i) - bias*v.AtVec(i)
		}
		for i := range n {
			fi := bias
			for j := range n {
				fi += gram.At(i, j) * next[j]
			}
			// Far from the optimum a full step overshoots: the margin moves by at most 4 a step.
			fi = min(max(fi, f[i]-4), f[i]+4)
			step = max(step, math.Abs(fi-f[i]))
			f[i] = fi
		}
		alpha = next
		if step < newtonTolerance {
			break
		}
	}
	return alpha, bias, nil
}

// balance gives each class half of the weight, with a mean of 1.
func balance(ai []bool) ([]float64, error) {
	var count [2]int
	for _, a := range ai {
		count[index(a)]++
	}
	if count[0] == 0 || count[1] == 0 {
		return nil, fmt.Errorf("training needs both classes: %d human and %d AI recordings", count[0], count[1])
	}
	w := make([]float64, len(ai))
	for i, a := range ai {
		w[i] = float64(len(ai)) / 2 / float64(count[index(a)])
	}
	return w, nil
}

func index(b bool) int {
	if b {
		return 1
	}
	return 0
}

// fitSmall fits a logistic regression on a few columns, one row a sample, and returns the coefficients and the bias. A
// little ridge keeps it finite where the classes are separable.
func fitSmall(rows [][]float64, ai []bool) (coef []float64, bias float64, err error) {
	weight, err := balance(ai)
	if err != nil {
		return nil, 0, err
	}
	k := len(rows[0])
	beta := make([]float64, k+1) // the last one is the bias
	for range newtonSteps {
		grad := mat.NewVecDense(k+1, nil)
		hess := mat.NewSymDense(k+1, nil)
		for i, row := range rows {
			x := append(append([]float64(nil), row...), 1)
			var f float64
			for j, b := range beta {
				f += b * x[j]
			}
			p := 1 / (1 + math.Exp(-f))
			y := float64(index(ai[i]))
			for a := range x {
				grad.SetVec(a, grad.AtVec(a)+weight[i]*(y-p)*x[a])
				for b := a; b < len(x); b++ {
					hess.SetSym(a, b, hess.At(a, b)+weight[i]*max(p*(1-p), 1e-9)*x[a]*x[b])
				}
			}
		}
		for a := range k {
			grad.SetVec(a, grad.AtVec(a)-0.1*beta[a])
			hess.SetSym(a, a, hess.At(a, a)+0.1)
		}
		var chol mat.Cholesky
		if !chol.Factorize(hess) {
			return nil, 0, fmt.Errorf("calibration of %d samples: the system is singular", len(rows))
		}
		var delta mat.VecDense
		if err := chol.SolveVecTo(&delta, grad); err != nil {
			return nil, 0, fmt.Errorf("calibration: %w", err)
		}
		var step float64
		for a := range beta {
			d := min(max(delta.AtVec(a), -2), 2)
			beta[a] += d
			step = max(step, math.Abs(d))
		}
		if step < newtonTolerance {
			break
		}
	}
	return beta[:k], beta[k], nil
}
