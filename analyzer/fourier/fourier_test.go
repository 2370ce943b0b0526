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

// onEach runs a test with the instructions that every processor has, and with all further ones that this one has.
func onEach(t *testing.T, test func(t *testing.T, transform *Transform)) {
	t.Helper()
	for wide := range tables().wide + 1 {
		transform := New()
		transform.tables = newTables()
		transform.tables.wide = wide
		t.Run([]string{"plain", "wide", "wider"}[wide], func(t *testing.T) { test(t, transform) })
	}
}

// The tests compare with transforms in double precision.

func exact(x, window []float32) []complex128 {
	in := make([]float64, Real)
	for i := range in {
		in[i] = float64(x[i]) * float64(window[i])
	}
	return fourier.NewFFT(Real).Coefficients(nil, in)
}

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
	coefficients := exact(x, window)
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

func TestPhasors(t *testing.T) { onEach(t, testPhasors) }

func testPhasors(t *testing.T, transform *Transform) {
	t.Helper()
	x, window := noise(Real), noise(Real + 1)[:Real]
	coefficients := exact(x, window)
	const first = 357
	power, want := make([]float32, 5602), make([]float32, 5602)
	re, im := make([]int8, len(power)), make([]int8, len(power))
	transform.Phasors(power, re, im, first, x, window)
	transform.Power(want, first, x, window)
	for i, p := range power {
		if math.Abs(float64(p-want[i])) > 1e-5*float64(want[i]) {
			t.Fatalf("bin %d: power %g, want %g", first+i, p, want[i])
		}
		c := coefficients[first+i]
		c *= complex(127/cmplx.Abs(c), 0)
		// Where the sum is small its phase is less certain.
		if off := cmplx.Abs(c - complex(float64(re[i]), float64(im[i]))); off > 1+200/math.Sqrt(float64(p)) {
			t.Fatalf("bin %d: phasor %d, %d, want %.1f", first+i, re[i], im[i], c)
		}
	}
}

func TestFine(t *testing.T) { onEach(t, testFine) }

func testFine(t *testing.T, transform *Transform) {
	t.Helper()
	rng := rand.New(rand.NewPCG(3, 4))
	for _, c := range []struct{ frames, first, bins int }{{Frames, 357, 301}, {41, 358, 128}, {1, 2, 1}} {
		re, im := make([]int8, c.frames*c.bins), make([]int8, c.frames*c.bins)
		for i := range re {
			re[i], im[i] = int8(rng.IntN(255)-127), int8(rng.IntN(255)-127)
		}
		sum := make([]float32, c.bins*Cells)
		sum[0] = 1
		transform.Fine(sum, re, im, c.frames, c.first, 0.5)
		sum[0]--
		for i, got := range sum {
			bin, cell := i%c.bins, i/c.bins
			// In turns a frame: bins are 1/2 apart, and cells that by Cells.
			f := (float64(c.first+bin) + float64(cell-Cells/2)/Cells) / 2
			var want complex128
			for k := range c.frames {
				u := complex(float64(re[k*c.bins+bin]), float64(im[k*c.bins+bin]))
				want += u * cmplx.Exp(complex(0, -2*math.Pi*math.Mod(f*float64(k), 1)))
			}
			power := 0.5 * real(want*cmplx.Conj(want))
			if off := math.Abs(float64(got) - power); off > 1e-5*power+2 {
				t.Fatalf("%+v: bin %d, cell %d: %g, want %g", c, bin, cell, got, power)
			}
		}
	}
}

func TestRoots(t *testing.T) { onEach(t, testRoots) }

func testRoots(t *testing.T, transform *Transform) {
	t.Helper()
	const bins = 41
	from, got := make([]float32, bins*Cells), make([]uint8, bins*Cells)
	for i := range from {
		from[i] = float32(i*i) / 9
	}
	roots(transform.tables.wide, got, from, 0.81)
	for at, v := range got {
		i := at%Cells*bins + at/Cells
		if want := min(math.Round(0.3*float64(i)), 255); float64(v) != want && i%5 != 0 { // halves go either way
			t.Fatalf("root of %g: %d, want %g", 0.81*from[i], v, want)
		}
	}
	roots(transform.tables.wide, nil, nil, 1)
}

func TestAround(t *testing.T) { onEach(t, testAround) }

func testAround(t *testing.T, transform *Transform) {
	t.Helper()
	rng := rand.New(rand.NewPCG(5, 6))
	cells := make([]uint8, 5000)
	for i := range cells {
		cells[i] = uint8(255 - rng.IntN(9)) // so that sums of more than 256 take more than sixteen bits
	}
	for _, n := range []int{0, 1, 256, 900} {
		places := make([]int32, n)
		for i := range places {
			places[i] = int32(Reach + rng.IntN(len(cells)-2*Reach))
		}
		if n > 1 {
			places[0], places[1] = Reach, int32(len(cells)-1-Reach)
		}
		got := around(transform.tables.wide, cells, places)
		for i, sum := range &got {
			want := 0
			for _, p := range places {
				want += int(cells[int(p)-Reach+i])
			}
			if int(sum) != want {
				t.Fatalf("%d places, %d from them: %d, want %d", n, i-Reach, sum, want)
			}
		}
	}
}

func TestMeans(t *testing.T) { onEach(t, testMeans) }

func testMeans(t *testing.T, transform *Transform) {
	t.Helper()
	for _, n := range []int{0, 1, 1024, 1025, 5572} {
		x, got := noise(n+Span-1), make([]float32, n)
		means(transform.tables.wide, got, x)
		for i, v := range got {
			sum := 0.0
			for _, neighbour := range x[i : i+Span] {
				sum += float64(neighbour)
			}
			if math.Abs(float64(v)-sum/Span) > 1e-6 {
				t.Fatalf("mean %d of %d: %g, want %g", i, n, v, sum/Span)
			}
		}
	}
}

func BenchmarkPhasors(b *testing.B) {
	x, window, power := noise(Real), noise(Real), make([]float32, 5602)
	re, im := make([]int8, len(power)), make([]int8, len(power))
	transform := New()
	for b.Loop() {
		transform.Phasors(power, re, im, 357, x, window)
	}
}

func BenchmarkFine(b *testing.B) {
	re, im := make([]int8, Frames*5602), make([]int8, Frames*5602)
	for i := range re {
		re[i], im[i] = int8(i), int8(i*i)
	}
	sum := make([]float32, 5602*Cells)
	transform := New()
	for b.Loop() {
		transform.Fine(sum, re, im, Frames, 357, 1)
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

func BenchmarkRoots(b *testing.B) {
	from, to := noise(5602*Cells), make([]uint8, 5602*Cells)
	for b.Loop() {
		Roots(to, from, 10)
	}
}

func BenchmarkMeans(b *testing.B) {
	x := noise(5602)
	to := make([]float32, len(x)-Span+1)
	for b.Loop() {
		Means(to, x)
	}
}
