package analyzer

import (
	"math"
	"slices"
	"testing"
)

// sawtooth adds one of hz to noise, as a dimmer or a clock does to music.
func sawtooth(rate int, seconds, hz, level float64) []float32 {
	out := noise(rate, seconds, 0.01, 1)
	for i := range out {
		_, part := math.Modf(hz * float64(i) / float64(rate))
		out[i] += float32(level * (2*part - 1))
	}
	return out
}

func pulseAt(t *testing.T, m *Measurement, hz float64) float64 {
	t.Helper()
	overtones := m.pulses.overtones()
	if overtones == nil {
		t.Fatal("nothing was averaged")
	}
	return pulsed(overtones, hz)
}

func TestBuzzIsNoDecoder(t *testing.T) {
	for _, rate := range []int{22050, 44100, 48000} {
		for _, hz := range []float64{50, 60} {
			m, err := hearing(t, rate, sawtooth(rate, 24, hz, 0.01))
			if err != nil {
				t.Fatal(err)
			}
			if peak := pulseAt(t, m, hz); peak < pulsePeak {
				t.Errorf("%d Hz: a sawtooth of %g Hz has a peak of %.2f", rate, hz, peak)
			}
			r := Embedded().judge(m)
			if r.Verdict == Suspicious || !slices.Contains(r.ReliabilityReasons, ReasonHum) {
				t.Errorf("%d Hz: a sawtooth of %g Hz is %s, %v", rate, hz, r.Verdict, r.ReliabilityReasons)
			}
		}
	}
}

func TestDecodersAndSingleStrokesAreNoPulses(t *testing.T) {
	stroke := noise(Rate, 24, 0.01, 1)
	for i := range 200 {
		stroke[10*Rate+i] = 0.9
	}
	for name, x := range map[string][]float32{
		"a lattice of 50 Hz": lattice(Rate, 24, 50, 0.003), "a single stroke": stroke,
	} {
		m, err := hearing(t, Rate, x)
		if err != nil {
			t.Fatal(err)
		}
		for _, hz := range clockSpacings {
			if peak := pulseAt(t, m, hz); peak >= pulsePeak {
				t.Errorf("%s has a peak of %.2f at %g Hz", name, peak, hz)
			}
		}
	}
}

// TestPulsesGoOnInTheNextWindow hears a sawtooth in pieces that begin anywhere.
func TestPulsesGoOnInTheNextWindow(t *testing.T) {
	x := sawtooth(Rate, 30, 50, 0.003)
	p := newPulses(Rate)
	for _, from := range []int{700_000, 1_234, 311_111} {
		p.begin(int64(from))
		for at := from; at < from+5*Rate; at += readFrames {
			p.add(x[at:min(at+readFrames, from+5*Rate)])
		}
	}
	p.end()
	if peak := pulsed(p.overtones(), 50); peak < pulsePeak {
		t.Errorf("a sawtooth in three windows has a peak of %.2f", peak)
	}
}

func TestPulsesOfAnOddRateAreNotAveraged(t *testing.T) {
	m, err := hearing(t, 44101, noise(44101, 12, 0.1, 1))
	if err != nil || m.pulses.overtones() != nil {
		t.Errorf("%d overtones, %v", len(m.pulses.overtones()), err)
	}
}

func BenchmarkPulses(b *testing.B) {
	x := noise(Rate, 10, 0.1, 1)
	p := newPulses(Rate)
	for b.Loop() {
		for at := 0; at < len(x); at += readFrames {
			p.add(x[at:min(at+readFrames, len(x))])
		}
	}
	b.ReportMetric(10*float64(b.N)/b.Elapsed().Seconds(), "×realtime")
}
