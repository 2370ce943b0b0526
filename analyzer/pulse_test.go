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

func TestBuzzIsNoDecoder(t *testing.T) {
	for _, rate := range []int{22050, 44100, 48000} {
		for _, hz := range []float64{50, 60} {
			m, err := hearing(t, rate, sawtooth(rate, 24, hz, 0.01))
			if err != nil {
				t.Fatal(err)
			}
			if !m.pulses.overtones().pulsed(hz) {
				t.Errorf("%d Hz: a sawtooth of %g Hz is no pulse", rate, hz)
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
			if m.pulses.overtones().pulsed(hz) {
				t.Errorf("%s is a pulse of %g Hz", name, hz)
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
	if !p.overtones().pulsed(50) {
		t.Error("a sawtooth in three windows is no pulse")
	}
}

func TestPulsesOfAnOddRateAreNotAveraged(t *testing.T) {
	m, err := hearing(t, 44101, noise(44101, 12, 0.1, 1))
	if err != nil || len(m.pulses.overtones().all) > 0 || m.pulses.overtones().pulsed(50) {
		t.Errorf("%d overtones, %v", len(m.pulses.overtones().all), err)
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
