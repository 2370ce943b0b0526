package fourier

import (
	"math"
	"math/cmplx"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/dsp/fourier"
)

func noise(n int) []float32 {
	rng := rand.New(rand.NewPCG(1, uint64(n)))
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return x
}

// onEach runs a test with the instructions of this processor and with those that every one has.
func onEach(t *testing.T, test func(t *testing.T, transform *Transform)) {
	t.Helper()
	best, plain := New(), New()
	plain.room.wide = 0
	t.Run("best", func(t *testing.T) { test(t, best) })
	t.Run("plain", func(t *testing.T) { test(t, plain) })
}

// The tests compare with transforms in double precision.

func TestComplex(t *testing.T) { onEach(t, testComplex) }

func testComplex(t *testing.T, transform *Transform) {
	t.Helper()
	re, im := noise(Points), noise(Points + 1)[:Points]
	in := make([]complex128, Points)
	for i := range in {
		in[i] = complex(float64(re[i]), float64(im[i]))
	}
	want := fourier.NewCmplxFFT(Points).Coefficients(nil, in)
	transform.Complex(re, im)
	for k, w := range want {
		if off := cmplx.Abs(w - complex(float64(re[k]), float64(im[k]))); off > 1e-4*math.Sqrt(Points) {
			t.Fatalf("bin %d: %v, %v, want %v", k, re[k], im[k], w)
		}
	}
	transform.Complex(im, re) // the inverse
	for i, v := range in {
		if off := cmplx.Abs(v - complex(float64(re[i])/Points, float64(im[i])/Points)); off > 1e-4 {
			t.Fatalf("sample %d does not come back: %g off", i, off)
		}
	}
}

func TestPower(t *testing.T) { onEach(t, testPower) }

func testPower(t *testing.T, transform *Transform) {
	t.Helper()
	x, window := noise(Real), noise(Real + 1)[:Real]
	in := make([]float64, Real)
	for i := range in {
		in[i] = float64(x[i]) * float64(window[i])
	}
	coefficients := fourier.NewFFT(Real).Coefficients(nil, in)
	for _, first := range []int{1, 357, 2000} {
		power := make([]float32, Points-first)
		transform.Power(power, first, x, window)
		for i, p := range power {
			want := cmplx.Abs(coefficients[first+i])
			if off := math.Abs(math.Sqrt(float64(p)) - want); off > 1e-4*math.Sqrt(Real) {
				t.Fatalf("bin %d: %g, want %g", first+i, math.Sqrt(float64(p)), want)
			}
		}
	}
}

func BenchmarkPower(b *testing.B) {
	x, window, power := noise(Real), noise(Real), make([]float32, 5602)
	transform := New()
	for b.Loop() {
		transform.Power(power, 357, x, window)
	}
}

func BenchmarkComplex(b *testing.B) {
	re, im := noise(Points), noise(Points)
	transform := New()
	for b.Loop() {
		transform.Complex(re, im)
		transform.Complex(im, re)
		for i := range re {
			re[i] /= Points
			im[i] /= Points
		}
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		New()
	}
}
