package analyzer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

func judged(t *testing.T, rate int, x []float32) *Report {
	t.Helper()
	m, err := hearing(t, rate, x)
	if err != nil {
		t.Fatal(err)
	}
	return Embedded().judge(m)
}

func plus(parts ...[]float32) []float32 {
	out := make([]float32, len(parts[0]))
	for _, p := range parts {
		for i, v := range p {
			out[i] += v
		}
	}
	return out
}

// square is what a sound chip plays: an odd-harmonic series, here with a note every 0.25 s.
func square(rate int, seconds float64) []float32 {
	notes := []float64{220, 261.63, 329.63, 440, 392, 349.23, 293.66, 246.94}
	return signal(rate, seconds, func(t float64) float64 {
		hz := notes[int(t*4)%len(notes)]
		return math.Copysign(0.2, math.Sin(2*math.Pi*hz*t))
	})
}

func TestWhatIsNoDecoderIsNeverFlagged(t *testing.T) {
	const rate, seconds = 44100, 12
	sine := func(hz, level float64) []float32 {
		return signal(rate, seconds, func(t float64) float64 { return level * math.Sin(2*math.Pi*hz*t) })
	}
	buzz := func(hz float64) []float32 {
		return signal(rate, seconds, func(t float64) float64 { return 0.02 * (2*(hz*t-math.Floor(hz*t)) - 1) })
	}
	for name, x := range map[string][]float32{
		"noise":                    noise(rate, seconds, 0.1, 5),
		"a sine":                   sine(3000, 0.5),
		"a sine in noise":          plus(sine(3000, 0.3), noise(rate, seconds, 0.01, 6)),
		"a 15.7 kHz whine":         plus(sine(15734, 0.01), noise(rate, seconds, 0.02, 7)),
		"mains hum":                plus(sine(50, 0.3), sine(100, 0.1), sine(150, 0.05), noise(rate, seconds, 0.01, 8)),
		"a drone of 110 Hz":        plus(buzz(110), noise(rate, seconds, 0.001, 9)),
		"a drone of 75 Hz":         plus(buzz(75), noise(rate, seconds, 0.01, 11)),
		"mains buzz":               plus(buzz(50), noise(rate, seconds, 0.003, 11)),
		"mains buzz of 60 Hz":      plus(buzz(60), noise(rate, seconds, 0.003, 11)),
		"a dimmer's buzz":          plus(buzz(100), noise(rate, seconds, 0.003, 11)),
		"mains buzz in noise":      plus(buzz(50), noise(rate, seconds, 0.01, 11)),
		"a dimmer's buzz in noise": plus(buzz(100), noise(rate, seconds, 0.01, 11)),
		"a chiptune":               plus(square(rate, seconds), noise(rate, seconds, 0.0005, 10)),
		"a chiptune without noise": square(rate, seconds),
		"echoes of whole milliseconds": echoed(rate, noise(rate, seconds, 0.1, 12),
			map[float64]float32{0.023: 0.28, 0.041: 0.22, 0.067: 0.19, 0.101: 0.14, 0.139: 0.1}),
		"a comb filter of 43 Hz": echoed(rate, noise(rate, seconds, 0.1, 13), map[float64]float32{1024.0 / 44100: 0.7}),
		"a chiptune with an echo": echoed(rate, plus(square(rate, seconds), noise(rate, seconds, 0.0005, 10)),
			map[float64]float32{0.04: 0.5}),
	} {
		neverFlagged(t, name, rate, x)
	}
}

func neverFlagged(t *testing.T, name string, rate int, x []float32) {
	t.Helper()
	r := judged(t, rate, x)
	if r.Verdict != Human || r.Tiers.HumanSafe == Suspicious || r.Tiers.PressSafe == Suspicious {
		t.Errorf("%s: %s, tiers %+v, scores %+v, scale %g, lattice %+v",
			name, r.Verdict, r.Tiers, r.Scores, r.Evidence.Scale, r.Evidence.Lattice)
	}
}

// A tone that is held is a lattice, and at some speed a decoder's: waves of several shapes on notes of some octaves,
// with as much noise as lets a part of their overtones stand out, and on some spacings that a decoder may have. Whole
// numbers of hertz are folded back onto themselves.
func TestADroneIsNeverFlagged(t *testing.T) {
	const rate, seconds = 44100, 12
	const lowest = 41.2 // Hz, of a bass guitar
	tones := []float64{110, 185, 440, 50, 125, 137.8125, 150, 44100.0 / 256, 187.5, 375, 500}
	for note := 0; note < 44; note += 4 {
		tones = append(tones, lowest*math.Pow(2, float64(note)/12))
	}
	for _, hz := range tones {
		wave := func(at func(phase float64) float64) []float32 {
			return signal(rate, seconds, func(t float64) float64 { return at(hz*t - math.Floor(hz*t)) })
		}
		pulse := func(width float64) []float32 {
			return wave(func(phase float64) float64 {
				if phase < width {
					return 0.05
				}
				return -0.05
			})
		}
		saw := wave(func(phase float64) float64 { return 0.02 * (2*phase - 1) })
		triangle := wave(func(phase float64) float64 { return 0.06 * math.Abs(2*phase-1) })
		rectified := wave(func(phase float64) float64 { return 0.06 * math.Sin(math.Pi*phase) })
		for name, x := range map[string][]float32{
			"a sawtooth in little noise": plus(saw, noise(rate, seconds, 0.001, 9)),
			"a sawtooth in noise":        plus(saw, noise(rate, seconds, 0.01, 9)),
			"a sawtooth in much noise":   plus(saw, noise(rate, seconds, 0.03, 9)),
			"a square wave":              plus(pulse(0.5), noise(rate, seconds, 0.0005, 3)),
			"a pulse of a quarter":       plus(pulse(0.25), noise(rate, seconds, 0.002, 3)),
			"a triangle":                 plus(triangle, noise(rate, seconds, 0.0005, 3)),
			"a triangle in noise":        plus(triangle, noise(rate, seconds, 0.003, 3)),
			"a rectified sine":           plus(rectified, noise(rate, seconds, 0.001, 3)),
			"a pulse of an eighth":       plus(pulse(0.125), noise(rate, seconds, 0.005, 3)),
		} {
			neverFlagged(t, fmt.Sprintf("%s of %.1f Hz", name, hz), rate, x)
		}
	}
}

func TestLatticeOfAnUnknownDecoderIsFlaggedAndShown(t *testing.T) {
	spacing := 48000.0 / 1280
	r := judged(t, 48000, lattice(48000, 21, spacing, 0.0012))
	if r.Verdict != Suspicious {
		t.Fatalf("verdict %s, scores %+v", r.Verdict, r.Scores)
	}
	l := r.Evidence.Lattice
	if l == nil || math.Abs(l.SpacingHz-spacing) > 0.01 || l.Segments != 2 || l.Lines < 20 {
		t.Errorf("lattice %+v, want %.2f Hz in 2 segments", l, spacing)
	}
	for _, s := range r.Segments {
		if !s.Suspicious || s.Score < 0.5 {
			t.Errorf("the segment from %.0f s carries the lattice that decided, and has score %.2f, marked %v",
				s.StartSec, s.Score, s.Suspicious)
		}
	}
}

// No frame shows these lines; that they keep their phase does.
func TestLinesBelowTheNoiseAreFlaggedByTheirPhase(t *testing.T) {
	spacing := 44100.0 / 960
	r := judged(t, 44100, plus(noise(44100, 26, 0.1, 21), lattice(44100, 26, spacing, 6e-4)))
	if r.Verdict != Suspicious || r.Tiers.PressSafe == Suspicious {
		t.Fatalf("verdict %s, tiers %+v, scores %+v", r.Verdict, r.Tiers, r.Scores)
	}
	if l := r.Evidence.Lattice; l == nil || math.Abs(l.SpacingHz-spacing) > 0.01 || l.PhaseLock < 3 {
		t.Errorf("lattice %+v, want %.2f Hz in one phase", l, spacing)
	}
}

// A decoder's lattice at another speed, or an unknown one's, has a spacing that nobody knows.
func TestLatticeOfAnySpacingIsFlaggedByItsPhase(t *testing.T) {
	const spacing = 61.74
	r := judged(t, 44100, plus(noise(44100, 26, 0.1, 21), lattice(44100, 26, spacing, 1e-3)))
	if r.Verdict != Suspicious || r.Tiers.PressSafe == Suspicious {
		t.Fatalf("verdict %s, tiers %+v, scores %+v", r.Verdict, r.Tiers, r.Scores)
	}
	l := r.Evidence.Lattice
	if l == nil || math.Abs(l.SpacingHz-spacing) > 0.01 || l.PhaseLock < 3 {
		t.Errorf("lattice %+v, want %.2f Hz in one phase", l, spacing)
	}
}

func TestUnfitRecordingsGetNoVerdict(t *testing.T) {
	bass := signal(44100, 12, func(t float64) float64 { return 0.5 * math.Sin(2*math.Pi*80*t) })
	for _, test := range []struct {
		name   string
		rate   int
		x      []float32
		reason string
	}{
		{"six seconds", 44100, noise(44100, 6, 0.1, 1), ReasonShort},
		{"telephone", 8000, noise(8000, 30, 0.1, 1), ReasonLowRate},
		{"a bass alone", 44100, bass, ReasonBandLimited},
	} {
		r := judged(t, test.rate, test.x)
		if r.Measured || r.Reliability >= fitReliability || r.Tiers != (Tiers{}) || r.Verdict != Human {
			t.Errorf("%s: measured %v, reliability %.2f, tiers %+v", test.name, r.Measured, r.Reliability, r.Tiers)
		}
		if got := strings.Join(r.ReliabilityReasons, " "); !strings.Contains(got, test.reason) {
			t.Errorf("%s: reasons %q, want %s", test.name, got, test.reason)
		}
	}
}

func TestVeryLossyRecordingsGetNoVerdict(t *testing.T) {
	m, err := hearing(t, 44100, noise(44100, 24, 0.1, 1))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		codec             string
		bitrate, channels int
		measured          bool
	}{
		{"mp3", 40_000, 2, false},
		{"mp3", 48_000, 2, true},
		{"mp3", 32_000, 1, true},
		{"aac", 48_000, 2, false},
		{"aac", 64_000, 2, true},
		{"aac", 128_000, 6, true},
		{"opus", 24_000, 2, false},
		{"opus", 32_000, 2, true},
		{"vorbis", 0, 2, true}, // not known
		{"pcm_s16le", 1, 2, true},
	} {
		m.Audio.Codec, m.Audio.Bitrate, m.Audio.Channels = test.codec, test.bitrate, test.channels
		r := Embedded().judge(m)
		if r.Measured != test.measured || slices.Contains(r.ReliabilityReasons, ReasonLossy) == test.measured {
			t.Errorf("%s at %d bit/s in %d channels: measured %t, %v", test.codec, test.bitrate, test.channels,
				r.Measured, r.ReliabilityReasons)
		}
	}
}

func TestStricterTierFlagsNoMore(t *testing.T) {
	th := Thresholds{Recall: 0, HumanSafe: 2, PressSafe: 0.9}
	for z := -3.0; z < 5; z += 0.25 {
		for p := 0.0; p <= 1; p += 0.1 {
			got := th.Judge(Margins{Fused: z, Conservative: p})
			if got.PressSafe == Suspicious && got.HumanSafe != Suspicious ||
				got.HumanSafe == Suspicious && got.Recall != Suspicious {
				t.Fatalf("z %.2f, proto %.1f: %+v", z, p, got)
			}
			if (got.PressSafe == Human) != (got.Recall == Human) {
				t.Fatalf("z %.2f, proto %.1f: certified is what no tier flags, and nothing else: %+v", z, p, got)
			}
		}
	}
}

func TestPressSafeIsInconclusiveBetweenRecallAndItself(t *testing.T) {
	th := Thresholds{Recall: 0, HumanSafe: 2, PressSafe: 1}
	for _, test := range []struct {
		fused, conservative float64
		want                Tiers
	}{
		{-1, 0, Tiers{Human, Human, Human}},
		{0, 5, Tiers{Human, Human, Human}}, // at a threshold is below it
		{1, 0, Tiers{"", Human, Suspicious}},
		{1, 5, Tiers{"", Human, Suspicious}},
		{3, 1, Tiers{"", Suspicious, Suspicious}},
		{3, 5, Tiers{Suspicious, Suspicious, Suspicious}},
	} {
		if got := th.Judge(Margins{Fused: test.fused, Conservative: test.conservative}); got != test.want {
			t.Errorf("fused %g, conservative %g: %+v, want %+v", test.fused, test.conservative, got, test.want)
		}
	}
}

func TestReportIsTheSameEveryTime(t *testing.T) {
	x := lattice(48000, 12, 50, 0.0012)
	first, err := json.Marshal(judged(t, 48000, x))
	if err != nil {
		t.Fatal(err)
	}
	second, err := json.Marshal(judged(t, 48000, x))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Error("two reports on the same sound differ")
	}
	if len(first) > 64<<10 {
		t.Errorf("a report takes %d bytes", len(first))
	}
	var back Report
	if err := json.Unmarshal(first, &back); err != nil {
		t.Fatal(err)
	}
	third, err := json.Marshal(back)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, third) {
		t.Error("a report read back is written differently")
	}
}

func TestNullTiersAreWrittenAsNull(t *testing.T) {
	data, err := json.Marshal(Tiers{Recall: Human})
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"press_safe":null,"human_safe":null,"recall":"human"}`; string(data) != want {
		t.Errorf("tiers = %s, want %s", data, want)
	}
}

func FuzzParseModel(f *testing.F) {
	f.Add([]byte(`{"format":1}`))
	f.Add(modelFile[:200])
	f.Fuzz(func(_ *testing.T, data []byte) {
		_, _ = ParseModel(data)
	})
}
