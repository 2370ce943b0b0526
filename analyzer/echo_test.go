package analyzer

import (
	"math"
	"testing"
)

// echoed adds repetitions of x, each so many seconds later and so much as loud.
func echoed(rate int, x []float32, taps map[float64]float32) []float32 {
	out := append([]float32(nil), x...)
	for seconds, gain := range taps {
		late := int(math.Round(seconds * float64(rate)))
		for i := late; i < len(x); i++ {
			out[i] += gain * x[i-late]
		}
	}
	return out
}

func TestEchoIsFoundAndTakenOut(t *testing.T) {
	const rate = 44100
	m, err := hearing(t, rate, echoed(rate, noise(rate, 24, 0.1, 3), map[float64]float32{0.023: 0.4}))
	if err != nil {
		t.Fatal(err)
	}
	// 20·log10|1 + g·exp(iφ)| has a wave of 20·g/ln 10 dB.
	if len(m.Echoes) == 0 || math.Abs(m.Echoes[0].Seconds-0.023) > 5e-5 || math.Abs(m.Echoes[0].DB-3.47) > 0.2 {
		t.Fatalf("echoes %+v, want 3.47 dB at 23 ms", m.Echoes)
	}
	again, left := m.Whole.withoutEchoes(mostEchoes)
	if len(left) != 0 {
		t.Errorf("what is left has echoes %+v", left)
	}
	if again.Mid.Mean[0] != m.Whole.Mid.Mean[0] {
		t.Error("a spectrum without echoes was changed")
	}
}

func TestLinesAreNoEchoes(t *testing.T) {
	for _, spacing := range []float64{25, 44100.0 / 1024, 50, 48000.0 / 240, 400} {
		m, err := hearing(t, 48000, lattice(48000, 24, spacing, 0.0012))
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Echoes) != 0 {
			t.Errorf("lines every %.1f Hz: echoes %+v", spacing, m.Echoes)
		}
	}
}

func TestLatticeIsFoundUnderEchoes(t *testing.T) {
	spacing := 48000.0 / 1280
	dry := lattice(48000, 24, spacing, 0.0012)
	r := judged(t, 48000, echoed(48000, dry, map[float64]float32{0.023: 0.4, 0.041: 0.3, 0.067: 0.2}))
	if l := r.Evidence.Lattice; l == nil || math.Abs(l.SpacingHz-spacing) > 0.01 || r.Verdict != Suspicious {
		t.Errorf("verdict %s, lattice %+v, echoes %+v", r.Verdict, l, r.Evidence.Echoes)
	}
}

// What every recording without an echo pays, once and once a segment.
func BenchmarkWithoutEchoes(b *testing.B) {
	m, err := hearing(b, 44100, noise(44100, 24, 0.1, 3))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		m.Whole.withoutEchoes(mostEchoes)
	}
}
