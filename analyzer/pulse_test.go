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
	for _, rate := range []int{22050, 44100, 44101, 48000} {
		for _, hz := range []float64{50, 50.013, 60} { // the mains are not exact
			m, err := hearing(t, rate, sawtooth(rate, 24, hz, 0.01))
			if err != nil {
				t.Fatal(err)
			}
			if !m.Whole.Feature().pulsed(hz) {
				t.Errorf("%d Hz: a sawtooth of %g Hz is no pulse", rate, hz)
			}
			r := Embedded().judge(m)
			if r.Verdict == Suspicious || !slices.Contains(r.ReliabilityReasons, ReasonHum) {
				t.Errorf("%d Hz: a sawtooth of %g Hz is %s, %v", rate, hz, r.Verdict, r.ReliabilityReasons)
			}
		}
	}
}

// Each is enough for a flag, if nobody asks whether it is pulses.
func TestClicksAreNoDecoder(t *testing.T) {
	for _, clicks := range []struct{ hz, level float64 }{
		{44100.0 / 2048, 0.02}, {44100.0 / 2048, 0.15}, {37.3, 0.05}, {44100.0 / 512, 0.05}, {187.5, 0.02},
	} {
		x := noise(Rate, 24, 0.01, 1)
		for at := 0.0; at < float64(len(x)); at += Rate / clicks.hz {
			x[int(at)] += float32(clicks.level)
		}
		m, err := hearing(t, Rate, x)
		if err != nil {
			t.Fatal(err)
		}
		model := Embedded()
		if _, found := model.Weigh(m.Whole.Feature()); !model.flags(found) {
			t.Errorf("%+v: %.2f log-odds are not enough for a flag", clicks, model.Margins(found).Fused)
		}
		if r := model.judge(m); r.Verdict == Suspicious || !slices.Contains(r.ReliabilityReasons, ReasonHum) {
			t.Errorf("%+v: %s, %+v, %v", clicks, r.Verdict, r.Margins, r.ReliabilityReasons)
		}
	}
}

func TestFramesOfAnEncoderAreNotTakenForPulses(t *testing.T) {
	m, err := hearing(t, Rate, sawtooth(Rate, 24, 50, 0.005))
	if err != nil {
		t.Fatal(err)
	}
	for codec, want := range map[string]bool{"pcm_s16le": true, "vorbis": true, "aac": true, "opus": false} {
		m.Audio.Codec = codec
		if r := Embedded().judge(m); slices.Contains(r.ReliabilityReasons, ReasonHum) != want {
			t.Errorf("%s: %v", codec, r.ReliabilityReasons)
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
			if m.Whole.Feature().pulsed(hz) {
				t.Errorf("%s is a pulse of %g Hz", name, hz)
			}
		}
	}
}

func TestNothingIsPulsedWherePhasesWereNotHeard(t *testing.T) {
	if (Feature{}).pulsed(50) {
		t.Error("nothing is pulses")
	}
}

func BenchmarkPulsed(b *testing.B) {
	m, err := hearing(b, Rate, noise(Rate, 24, 0.1, 1))
	if err != nil {
		b.Fatal(err)
	}
	f := m.Whole.Feature()
	for b.Loop() {
		f.pulsed(50)
	}
}
