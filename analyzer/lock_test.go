package analyzer

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// locked measures sound and gives what locks, as if human music did the same at every spacing.
func locked(t *testing.T, x []float32) (Lock, []Coherence) {
	t.Helper()
	m, err := hearing(t, lockRate, x)
	if err != nil {
		t.Fatal(err)
	}
	null := make([]Null, len(Spacings))
	for i := range null {
		null[i] = Null{Spread: 2.5}
	}
	locks := m.Whole.Fine.Locks()
	return strongestLock(null, locks, m.Whole.Feature().Combs(), lockFrom), locks
}

// burst is a short sound, the same one each time: a drum that a machine plays.
func burst(rate int, seed uint64) []float32 {
	out := noise(rate, 0.1, 0.3, seed)
	for i := range out {
		out[i] *= float32(math.Exp(-40 * float64(i) / float64(rate)))
	}
	return out
}

const lockRate, lockSec = 44100, 26

// A decoder's lines are found where no frame shows them: 14 dB below the noise around them.
func TestFaintLinesThatKeepTheirPhaseLock(t *testing.T) {
	for _, hz := range []float64{44100.0 / 2048, 44100.0 / 960, 24000.0 / 160, 48000.0 / 1280} {
		x := plus(noise(lockRate, lockSec, 0.1, 1), lattice(lockRate, lockSec, hz, 4e-4))
		got, _ := locked(t, x)
		if got.Hz != hz || got.Evidence < 2 {
			t.Errorf("%.2f Hz: evidence %.2f at %.2f Hz", hz, got.Evidence, got.Hz)
		}
	}
}

func TestWhatLocksByChanceSaysNothing(t *testing.T) {
	drifting := make([]float32, lockRate*lockSec)
	rng := rand.New(rand.NewPCG(1, 2))
	for from := 0; from < len(drifting); from += lockRate / 2 { // every half second the lines start anew
		piece := lattice(lockRate, 0.5, 44100.0/1024, 1e-3)
		turn := rng.IntN(len(piece))
		for i := range piece {
			drifting[from+i] = piece[(i+turn)%len(piece)]
		}
	}
	tempo := func(perMinute float64) []float32 {
		out := noise(lockRate, lockSec, 0.01, 3)
		drum := burst(lockRate, 4)
		for at := 0.0; at < lockSec-1; at += 60 / perMinute {
			for i, v := range drum {
				out[int(at*lockRate)+i] += v
			}
		}
		return out
	}
	sawtooth := signal(lockRate, lockSec, func(t float64) float64 { return 0.3 * (math.Mod(150*t, 1) - 0.5) })
	for _, test := range []struct {
		name string
		x    []float32
	}{
		{"noise", noise(lockRate, lockSec, 0.1, 5)},
		{"lines that do not keep their phase", plus(noise(lockRate, lockSec, 0.01, 6), drifting)},
		{"a machine's beat, the 43rd part of a decoder's spacing", tempo(60 * 37.5 / 43)},
		{"a machine's beat, 120 a minute", tempo(120)},
		{"a machine's beat, 125 a minute", tempo(125)},
		{"a machine's beat, 150 a minute", tempo(150)},
		{"a held sawtooth of 150 Hz", plus(noise(lockRate, lockSec, 0.01, 10), sawtooth)},
		{"the same in fifty times the noise", plus(noise(lockRate, lockSec, 0.5, 10), sawtooth)},
		{
			"blocks of 256 samples at 48 kHz",
			plus(noise(lockRate, lockSec, 0.1, 7), lattice(lockRate, lockSec, 187.5, 1e-3)),
		},
	} {
		if got, _ := locked(t, test.x); got.Evidence > lockShared+1e-9 {
			t.Errorf("%s: evidence %.2f at %.2f Hz", test.name, got.Evidence, got.Hz)
		}
	}
}

// Every second tooth of a narrower lattice is there, too, when a wider one is: it is none of them.
func TestOnlyTheLatticeItselfLocks(t *testing.T) {
	_, locks := locked(t, plus(noise(lockRate, lockSec, 0.1, 8), lattice(lockRate, lockSec, 150, 8e-4)))
	at := func(hz float64) float64 { return locks[slices.Index(Spacings, hz)].Lead }
	if at(150) < 5 || at(75) > at(150)/2 || at(37.5) > at(150)/2 {
		t.Errorf("150 Hz: %.1f, 75 Hz: %.1f, 37.5 Hz: %.1f", at(150), at(75), at(37.5))
	}
}

// The averaged spectrum tells the factor of a change of speed to about 0.01 %, the phases a hundred times as well.
func TestPhasesTellTheFactorOfAChangeOfSpeed(t *testing.T) {
	const hz, factor = 25, 1.03
	m, err := hearing(t, lockRate, plus(noise(lockRate, lockSec, 0.1, 1), lattice(lockRate, lockSec, hz*factor, 8e-4)))
	if err != nil {
		t.Fatal(err)
	}
	locks, got := m.Whole.Fine.LocksAt(factor * 1.0001)
	if lead := locks[slices.Index(Spacings, hz)].Lead; math.Abs(got/factor-1) > 5e-6 || lead < 8 {
		t.Errorf("factor %.6f, %.1f deviations", got, lead)
	}
	if locks, got = Fine(nil).LocksAt(factor); locks != nil || got != factor {
		t.Error("nothing tells a factor")
	}
}

// At one of many speeds something locks in every long recording.
func TestAnotherSpeedSaysNoMoreThanItsBounds(t *testing.T) {
	const hz, factor = 25, 1.03
	in, err := hearing(t, lockRate, plus(noise(lockRate, lockSec, 0.1, 1), lattice(lockRate, lockSec, hz*factor, 8e-4)))
	if err != nil {
		t.Fatal(err)
	}
	m := combModel(hz)
	m.General.Null.Spread = 0.01
	for i := range m.Locks {
		m.Lattice[i], m.Locks[i] = Null{Spread: 1}, Null{Spread: 1}
	}
	f := in.Whole.Feature()
	undone := m.undo(f, Scale{Factor: factor * 1.0001})
	if !undone.believed || math.Abs(undone.Factor/factor-1) > 5e-6 {
		t.Fatalf("believed %t, a factor of %.6f", undone.believed, undone.Factor)
	}
	if undone.Lock.Strength < 5 || undone.Lock.Evidence != movedLock || undone.Lattice.Evidence > movedEvidence {
		t.Errorf("phases of %.1f say %.1f, a lattice of %.1f says %.1f", undone.Lock.Strength, undone.Lock.Evidence,
			undone.Lattice.Strength, undone.Lattice.Evidence)
	}
}

func TestPhasesNeedEnoughSound(t *testing.T) {
	if _, locks := locked(t, noise(lockRate, 5, 0.1, 9)); locks != nil {
		t.Error("five seconds of sound say what keeps its phase")
	}
	if locks := Fine(nil).Locks(); locks != nil {
		t.Error("nothing says what keeps its phase")
	}
}

func BenchmarkLocks(b *testing.B) {
	m, err := hearing(b, lockRate, plus(noise(lockRate, lockSec, 0.1, 1), lattice(lockRate, lockSec, 50, 1e-3)))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		m.Whole.Fine.Locks()
	}
}

// Mains hum keeps its phase too.
func TestLockOfOvertonesOnAClockSaysLittle(t *testing.T) {
	locks := make([]Coherence, len(Spacings))
	i := slices.Index(Spacings, 50.0)
	locks[i] = Coherence{Contrast: 1, Lead: 8}
	null := make([]Null, len(Spacings))
	for k := range null {
		null[k] = Null{Spread: 1}
	}
	for name, test := range map[string]struct {
		f    Feature
		want float64
	}{"copies": {combed(50, 0.3), lockClear}, "overtones": {falling(50, 0.35, 0.3), lockShared}} {
		f := noisy(test.f, 0.04, 6)
		if got := f.lock(null, f.Combs(), locks); got.Hz != 50 || got.Evidence != test.want {
			t.Errorf("%s: %+v, want evidence of %.1f on 50 Hz", name, got, test.want)
		}
	}
}
