package analyzer

import (
	"math"
	"slices"
	"testing"
)

// teeth puts marks of a height on multiples of 50 Hz into noise.
func teeth(height func(multiple int, hz float64) float64) Feature {
	f := Feature{Peaks: make([]float32, Bins), Steady: make([]float32, Bins), Effect: make([]float32, Bins)}
	f = noisy(f, 0.1, 3)
	for k := 30; k*50 < 15900; k++ {
		if i := int(math.Round(float64(k*50)/binHz)) - firstBin; i >= 0 && i < Bins {
			f.Effect[i] += float32(height(k, float64(k*50)))
		}
	}
	return f
}

func TestAClocksSpacingSaysMoreWithADecodersPattern(t *testing.T) {
	null := make([]Null, len(Spacings))
	for i := range null {
		null[i] = Null{Spread: 4}
	}
	for _, test := range []struct {
		name   string
		height func(int, float64) float64
		most   float64
	}{
		{"copies at all multiples", func(int, float64) float64 { return 0.3 }, copiedEvidence},
		{"copies up to 9 kHz", func(_ int, hz float64) float64 {
			if hz > 9000 {
				return 0
			}
			return 0.3
		}, sharedEvidence},
		{"a square wave's odd multiples", func(k int, _ float64) float64 { return 0.3 * float64(k%2) }, sharedEvidence},
		{"the even ones, which are those of 100 Hz", func(k int, _ float64) float64 {
			return 0.3 * float64(1-k%2)
		}, copiedEvidence},
		{"buzz that fades", func(_ int, hz float64) float64 { return 0.5 * 1500 / hz }, sharedEvidence},
	} {
		f := teeth(test.height)
		got := f.Strongest(null, f.Combs(), maxEvidence)
		if got.Strength < test.most {
			t.Errorf("%s: a strength of %.2f, too little to be bounded", test.name, got.Strength)
		}
		if got.Evidence > test.most+1e-9 || got.Evidence < test.most-1e-9 {
			t.Errorf("%s: evidence %.2f at %.1f Hz, want %.1f", test.name, got.Evidence, got.Hz, test.most)
		}
	}
}

// Above what was measured nothing is missing: a recording at a low rate has no teeth there.
func TestAPatternReachesAsFarAsThereIsSound(t *testing.T) {
	f := teeth(func(int, float64) float64 { return 0.3 })
	clear(f.Effect[Bins/2:])
	if !f.copied(50) {
		t.Error("copies that reach as far as the sound are taken for a buzz")
	}
}

// Frames of an encoder leave even teeth as well: there the pattern says nothing.
func TestFramesOfAnEncoderStayBounded(t *testing.T) {
	f := Feature{Peaks: make([]float32, Bins), Steady: make([]float32, Bins), Effect: make([]float32, Bins)}
	f = noisy(f, 0.1, 4)
	i := slices.Index(Spacings, frameSpacings[0])
	for _, tooth := range newComb(Spacings[i]) {
		f.Effect[tooth] += 0.3
	}
	if got := f.bound(i, f.Combs(), 5, maxEvidence); got != sharedEvidence {
		t.Errorf("a lattice of MPEG frames may say %.1f, want %.1f", got, sharedEvidence)
	}
}

// A phase vocoder's lattice is faint; what stands far above it is a decoder's.
func TestFramesOfAVocoderSayLessUnlessStrong(t *testing.T) {
	f := Feature{Peaks: make([]float32, Bins), Steady: make([]float32, Bins), Effect: make([]float32, Bins)}
	f = noisy(f, 0.1, 5)
	i, four := slices.Index(Spacings, vocoderSpacings[0]), slices.Index(Spacings, 4*vocoderSpacings[0])
	for _, tooth := range newComb(Spacings[i]) {
		f.Effect[tooth] += 0.3
	}
	combs := f.Combs()
	for _, test := range []struct{ strength, want float64 }{{1, 1.5}, {3, 1.5}, {4.5, 2.5}, {12, maxEvidence}} {
		for _, at := range []int{i, four} {
			if got := f.bound(at, combs, test.strength, maxEvidence); math.Abs(got-test.want) > 1e-9 {
				t.Errorf("a lattice of %.2f Hz and strength %.1f may say %.2f, want %.2f",
					Spacings[at], test.strength, got, test.want)
			}
		}
	}
}

// A decoder's copies of the spectrum do not sink on the way up as overtones do.
func TestLatticeThatSinksSaysLittle(t *testing.T) {
	const hz = 187.5
	for name, test := range map[string]struct {
		f    Feature
		want float64
	}{
		"copies":          {combed(hz, 0.3), maxEvidence},
		"overtones":       {falling(hz, 0.6, 0.3), sharedEvidence},
		"faint overtones": {falling(hz, 0.35, 0.3), sharedEvidence},
	} {
		f := noisy(test.f, 0.04, 6)
		combs := f.Combs()
		if got := f.bound(slices.Index(Spacings, hz), combs, 5, maxEvidence); got != test.want {
			t.Errorf("%s, a comb of %.1f, may say %.1f, want %.1f", name, slices.Max(combs), got, test.want)
		}
	}
}

// A decoder's lines keep their phase. Where no lattice does, one that stands out says less than it might.
func TestLatticeWithoutALockSaysLittle(t *testing.T) {
	f := teeth(func(int, float64) float64 { return 0.3 })
	if got := f.backing(Lock{}); got != maxEvidence {
		t.Errorf("no phases were heard, and a lattice may say %.1f", got)
	}
	f.Fine = make(Fine, fineBins*fineCells)
	null := make([]Null, len(Spacings))
	for i := range null {
		null[i] = Null{Spread: 4}
	}
	for _, test := range []struct{ strength, want float64 }{{0.2, 1}, {0.9, 1.8}, {1.2, 2.4}, {4, copiedEvidence}} {
		got := f.Strongest(null, f.Combs(), f.backing(Lock{Strength: test.strength}))
		if math.Abs(got.Evidence-test.want) > 1e-9 {
			t.Errorf("beside a lock of %.1f a lattice says %.2f, want %.2f", test.strength, got.Evidence, test.want)
		}
	}
}
