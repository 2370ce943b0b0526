package analyzer

import (
	"math"
	"math/rand/v2"
	"testing"
)

// A spacing that no known decoder has is found where no frame shows its lines.
func TestLinesOfAnySpacingLock(t *testing.T) {
	for _, hz := range []float64{18.375, 37.12, 61.74, 88.71, 143.25, 206} {
		m, err := hearing(t, lockRate, plus(noise(lockRate, lockSec, 0.1, 1), lattice(lockRate, lockSec, hz, 1e-3)))
		if err != nil {
			t.Fatal(err)
		}
		got := m.Whole.Feature().anyLock()
		if math.Abs(got.Hz/hz-1) > 1e-5 || got.Evidence < 4 {
			t.Errorf("%.2f Hz: %+v", hz, got)
		}
	}
}

func TestWhatLocksOnManySpacingsIsNoLattice(t *testing.T) {
	x := noise(lockRate, lockSec, 0.1, 1)
	for _, hz := range []float64{61.74, 77.28, 92.82} {
		x = plus(x, lattice(lockRate, lockSec, hz, 1e-3))
	}
	m, err := hearing(t, lockRate, x)
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Whole.Feature().anyLock(); got.Evidence != 0 {
		t.Errorf("tones in tune: %+v", got)
	}
	if got := (Feature{Effect: make([]float32, Bins)}).anyLock(); got != (Lock{}) {
		t.Errorf("no phases were heard, and yet %+v", got)
	}
}

// The overtones of a tone that a machine holds keep their phase on its pitch, and fall.
func TestHeldTonesOfAnyPitchAreNoLattice(t *testing.T) {
	for _, hz := range []float64{51.913, 87.307, 174.614} {
		saw := signal(lockRate, lockSec, func(t float64) float64 { return 0.04 * (math.Mod(hz*t, 1) - 0.5) })
		for _, level := range []float64{0.003, 0.01, 0.03} {
			m, err := hearing(t, lockRate, plus(saw, noise(lockRate, lockSec, level, 9)))
			if err != nil {
				t.Fatal(err)
			}
			if got := m.Whole.Feature().anyLock(); got.Evidence != 0 {
				t.Errorf("a sawtooth of %.1f Hz in noise of %.3f: %+v", hz, level, got)
			}
		}
	}
}

// Drums that a machine plays are the same each time, and keep their phase on the grid that they are placed on.
func TestDrumsOnAFineGridAreNoLattice(t *testing.T) {
	const step, pattern = lockRate / 28, 192 // samples, steps
	drum := burst(lockRate, 4)
	rng := rand.New(rand.NewPCG(140, 48))
	var hits [pattern]bool
	for i := range hits {
		hits[i] = rng.Float64() < 0.2
	}
	x := noise(lockRate, lockSec, 0.01, 3)
	for k := 0; k*step+len(drum) < len(x); k++ {
		if hits[k%pattern] {
			for i, v := range drum {
				x[k*step+i] += v
			}
		}
	}
	m, err := hearing(t, lockRate, x)
	if err != nil {
		t.Fatal(err)
	}
	f := m.Whole.Feature()
	const hz = float64(lockRate) / step
	if c := f.Fine.coherence(newGrid(hz), hz); c.Lead < anyLead {
		t.Errorf("%.1f Hz: a lead of %.1f, too little for this test", hz, c.Lead)
	}
	if got := f.anyLock(); got.Evidence != 0 {
		t.Errorf("drums on %.1f Hz: %+v", hz, got)
	}
}

func TestRelatedSpacings(t *testing.T) {
	for _, test := range []struct {
		a, b float64
		want bool
	}{
		{25, 25, true},
		{25, 50, true},
		{75, 50, true},
		{25, 275, true},
		{275, 300, true},
		{25, 25.01, false},
		{25, 41, false},
		{25, 325, false},
	} {
		if related(test.a, test.b) != test.want || related(test.b, test.a) != test.want {
			t.Errorf("%.2f and %.2f Hz: want %t", test.a, test.b, test.want)
		}
	}
}

func TestWhatAnySpacingMaySay(t *testing.T) {
	for _, test := range []struct{ hz, contrast, want float64 }{
		{61.7, 1, lockMost},
		{61.7, 0.55, (lockMost + lockShared) / 2},
		{61.7, 0.3, lockShared},
		{60.2, 1, lockShared},                    // a clock's, as sound chips have it
		{44100.0 / 512 * 1.0001, 1, lockShared},  // blocks of samples, by another clock
		{44100.0 / 1152 * 1.0001, 1, lockShared}, // frames of an encoder
		{44100.0 / 512 * 1.03, 1, lockMost},
	} {
		if got := (Coherence{Contrast: test.contrast}).anyBound(test.hz); math.Abs(got-test.want) > 1e-9 {
			t.Errorf("%.2f Hz, contrast %.2f: %.2f, want %.2f", test.hz, test.contrast, got, test.want)
		}
	}
}

// What was undone must put the lattice on a known spacing, or it is no reason for it.
func TestLatticeOfAnySpacingJoinsWhatExplainsIt(t *testing.T) {
	asIs := Finding{General: 0.5, Factor: 1}
	undone := Finding{General: 3, Factor: 1.03, Lock: Lock{Hz: 25, Evidence: movedLock}}
	for _, test := range []struct {
		name     string
		from     Finding
		hz       float64
		hzWant   float64
		factor   float64
		evidence float64
	}{
		{"as it is", asIs, 61.74, 61.74, 1, anySum - 0.5},
		{"the same speed", undone, 25 * 1.0301, 25, 1.0301, lockMost},
		{"another spacing, and more", undone, 61.74, 61.74, 1, anySum - 0.5},
		{"another spacing, and less", Finding{General: 9, Factor: 1.03}, 61.74, 0, 1.03, 0},
	} {
		got := test.from.with(Lock{Hz: test.hz, Evidence: lockMost}, asIs)
		if math.Abs(got.Lock.Hz-test.hzWant) > 1e-9 || math.Abs(got.Factor-test.factor) > 1e-9 ||
			got.Lock.Evidence != test.evidence {
			t.Errorf("%s: %+v at a factor of %.4f", test.name, got.Lock, got.Factor)
		}
	}
	if got := undone.with(Lock{}, asIs); got.Lock != undone.Lock || got.Factor != undone.Factor {
		t.Errorf("no lattice changes %+v", got)
	}
}

func BenchmarkAnyLock(b *testing.B) {
	m, err := hearing(b, lockRate, plus(noise(lockRate, lockSec, 0.1, 1), lattice(lockRate, lockSec, 61.74, 1e-3)))
	if err != nil {
		b.Fatal(err)
	}
	f := m.Whole.Feature()
	for b.Loop() {
		f.anyLock()
	}
}
