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

// The overtones of a note that is held repeat in the cepstrum too, unevenly where some of them are missing.
func TestOvertonesAreNoEchoes(t *testing.T) {
	const rate, seconds = 44100, 26
	for _, hz := range []float64{185, 300} {
		pulse := signal(rate, seconds, func(t float64) float64 {
			if _, phase := math.Modf(hz * t); phase < 0.25 {
				return 0.05
			}
			return -0.05
		})
		r := judged(t, rate, plus(pulse, noise(rate, seconds, 0.001, 9)))
		if len(r.Evidence.Echoes) > 0 || r.Measured {
			t.Errorf("%.0f Hz: echoes %+v, log-odds of %+v, %v", hz, r.Evidence.Echoes, r.Margins, r.ReliabilityReasons)
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

// The frames of an mp3 encoder at a low bit rate make waves too, and are no echo of the recording.
func TestFramesOfAnEncoderAreNoEcho(t *testing.T) {
	const rate = 44100
	for _, test := range []struct {
		seconds float64
		echo    bool
	}{{1152.0 / rate, false}, {0.030, true}} {
		m, err := hearing(t, rate, echoed(rate, noise(rate, 24, 0.1, 3), map[float64]float32{test.seconds: 0.3}))
		if err != nil {
			t.Fatal(err)
		}
		if m.Whole.Echoed != test.echo || len(m.Echoes) > 0 != test.echo {
			t.Errorf("%.2f ms: echoes %+v, strong %t", 1000*test.seconds, m.Echoes, m.Whole.Echoed)
		}
		if _, left := m.Whole.withoutEchoes(mostEchoes); len(left) > 0 {
			t.Errorf("%.2f ms: of its wave %+v is left", 1000*test.seconds, left)
		}
	}
}

// Several echoes make waves at the sums and differences of their delays too, which pass for lines where others stand at
// their multiples.
func TestEchoesOfEchoesFollow(t *testing.T) {
	c := &cepstrum{found: []Echo{{Seconds: 0.023, DB: 3.2}, {Seconds: 0.041, DB: 2.4}}, strong: true}
	for _, test := range []struct {
		seconds, db float64
		want        bool
	}{
		{0.064, 0.8, true},
		{0.018, 0.5, true},
		{0.046, 0.6, true},
		{0.064, 4, false}, // far stronger than two such echoes leave: lines
		{0.050, 0.1, false},
	} {
		if got := c.follows(test.seconds, test.db); got != test.want {
			t.Errorf("%.1f dB at %.0f ms follows from echoes at 23 and 41 ms: %v", test.db, 1000*test.seconds, got)
		}
	}
	c.strong = false
	if c.follows(0.064, 0.8) {
		t.Error("faint echoes make waves of each other that are too faint to be told from lines")
	}
}

// What many strong echoes leave behind may lie on any lattice, so that none decides alone.
func TestLatticeUnderStrongEchoesSaysLess(t *testing.T) {
	const rate, hz = 44100, 37.5
	taps := map[float64]float32{0.029: 0.4, 0.037: 0.32, 0.053: 0.28, 0.079: 0.24, 0.113: 0.2, 0.157: 0.16}
	for _, test := range []struct {
		x    []float32
		most float64
	}{
		{lattice(rate, 24, hz, 0.0012), maxEvidence},
		{echoed(rate, lattice(rate, 24, hz, 0.0012), taps), echoedEvidence},
	} {
		m, err := hearing(t, rate, test.x)
		if err != nil {
			t.Fatal(err)
		}
		f := m.Whole.Feature()
		if l := f.Strongest(Embedded().Lattice, f.Combs(), maxEvidence); l.Hz != hz || l.Evidence != test.most {
			t.Errorf("%d echoes: %+v on %.2f Hz, want evidence of %.1f on %.1f", len(m.Echoes), l, l.Hz,
				test.most, hz)
		}
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
