package analyzer

import (
	"math"
	"testing"
)

// heldChord is many tones that are held: what images are seen of.
func heldChord(t float64) float64 {
	var sum float64
	for i := range 60 {
		sum += math.Sin(2 * math.Pi * (1000 + 171.3*float64(i)) * t)
	}
	return 0.005 * sum
}

func TestImagesOfAResampler(t *testing.T) {
	x := signal(Rate, 12, heldChord)
	for i, v := range noise(Rate, 12, 0.002, 1) {
		x[i] += v
	}
	for times, want := range map[int]bool{1: false, 2: true, 4: true} {
		held := make([]float32, len(x))
		for i := range x {
			held[i] = x[i-i%times]
		}
		m, err := hearing(t, Rate, held)
		if err != nil {
			t.Fatal(err)
		}
		f := m.Whole.Feature()
		f.axes = f.images()
		if f.imaged(44100.0/512) != want || f.imaged(200) {
			t.Errorf("each sample held for %d: mirrored at %v Hz", times, f.axes)
		}
	}
}

// TestADecodersLinesAreNoImages hears lines that lie in each other's mirror, as all that divide a rate do.
func TestADecodersLinesAreNoImages(t *testing.T) {
	const hz = 44100.0 / 512
	m, err := hearing(t, Rate, lattice(Rate, 24, hz, 0.003))
	if err != nil {
		t.Fatal(err)
	}
	f := m.Whole.Feature()
	was := Embedded().Find(f).Lattice
	f.axes = []float64{11025}
	if now := Embedded().Find(f).Lattice; was.Hz != hz || was.Evidence < 2 || now != was {
		t.Errorf("the lattice is %+v, and %+v where it may be images", was, now)
	}
}

func TestImagesSayLittle(t *testing.T) {
	const hz = 44100.0 / 512
	f := Feature{Effect: make([]float32, Bins)}
	for i := range f.Effect { // mirrored at 11,025 Hz, and strongest on the spacing
		from := math.Abs(hertz(float64(i)) - 11025)
		f.Effect[i] = float32(0.1 * math.Sin(from*from/500))
		if math.Abs(math.Remainder(from, hz)) < binHz/2 {
			f.Effect[i] += 0.3
		}
	}
	null := make([]Null, len(Spacings))
	for i := range null {
		null[i] = Null{Spread: 1}
	}
	for _, axes := range [][]float64{nil, {11025}} {
		f.axes = axes
		got := f.Strongest(null, f.Combs(), maxEvidence)
		if want := map[bool]float64{true: maxEvidence, false: sharedEvidence}[axes == nil]; got.Evidence != want {
			t.Errorf("mirrored at %v Hz the lattice of %.2f Hz says %.2f, want %.2f", axes, got.Hz, got.Evidence, want)
		}
	}
}
