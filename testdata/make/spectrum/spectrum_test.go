package spectrum

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestPower checks the scale on white noise, and the place of a tone against the definition of the transform.
func TestPower(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 1))
	const size = 1024
	transform := NewTransform(size)
	power := make([]float64, size/2)
	noise := make([]float64, 200*size)
	for i := range noise {
		noise[i] = rng.NormFloat64()
	}
	var sum float64
	for start := 0; start < len(noise); start += size {
		transform.Power(power, noise, start)
		for _, p := range power[2 : size/2-2] {
			sum += p / float64(size/2-4) / 200
		}
	}
	if math.Abs(sum-1) > 0.02 {
		t.Errorf("white noise of power 1 has %.3f a bin", sum)
	}
	tone := make([]float64, size)
	for i := range tone {
		tone[i] = math.Cos(2 * math.Pi * 100 * float64(i) / size)
	}
	transform.Power(power, tone, 0)
	// A Hann window's sum is size/2 and its energy 3/8 size: (size/4)² / (3/8 size) = size/6.
	if math.Abs(power[100]-size/6.0) > 1e-6 || power[98] > 1e-9 || power[102] > 1e-9 {
		t.Errorf("a tone on bin 100 gives %.4g %.4g %.4g", power[98], power[100], power[102])
	}
}

// TestChange asserts that frames come together as they were, and that what is done to a bin is done to its frequency.
func TestChange(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(4, 1))
	const size, hop = 512, 128
	transform := NewTransform(size)
	x := make([]float64, 5000)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	same := transform.Change(x, hop, func([]complex128) {})
	if len(same) != len(x) {
		t.Fatalf("%d of %d samples", len(same), len(x))
	}
	for i := hop; i < len(x); i++ { // the first ones are in the window's foot alone
		if math.Abs(same[i]-x[i]) > 1e-9 {
			t.Fatalf("sample %d is %g, was %g", i, same[i], x[i])
		}
	}
	low := transform.Change(x, hop, func(bins []complex128) { clear(bins[100:]) })
	power := make([]float64, size/2)
	transform.Power(power, low, 2000)
	if power[50] < 1e-3 || power[150] > 1e-6 {
		t.Errorf("the power at a bin that was left is %g, at one that was not %g", power[50], power[150])
	}
	if twice := transform.Stretch(x, hop/2, hop, func([]complex128) {}); len(twice) < 2*len(x) {
		t.Errorf("%d samples at half the speed, of %d", len(twice), len(x))
	}
}

// TestComb hides a lattice in noise, each line a tenth as strong as the noise in its bin, and looks for it.
func TestComb(t *testing.T) {
	t.Parallel()
	const rate, spacing = 44100, 86.1328125
	rng := rand.New(rand.NewPCG(2, 1))
	sound := make([]float64, 20*rate)
	for i := range sound {
		sound[i] = rng.NormFloat64()
	}
	if z := Comb(Residual(sound), rate, spacing); z > 4 {
		t.Errorf("noise alone: z = %.1f", z)
	}
	period := make([]float64, 512)
	for k := 1; k < 200; k++ {
		phase := 2 * math.Pi * rng.Float64()
		for i := range period {
			period[i] += 0.02 * math.Cos(2*math.Pi*float64(k*i)/512+phase)
		}
	}
	for i := range sound {
		sound[i] += period[i%512]
	}
	residual := Residual(sound)
	if z := Comb(residual, rate, spacing); z < 8 {
		t.Errorf("with lines: z = %.1f", z)
	}
	if z := Comb(residual, rate, 75); z > 4 {
		t.Errorf("with lines elsewhere: z = %.1f", z)
	}
}
