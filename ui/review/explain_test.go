package review

import (
	"math"
	"strings"
	"testing"

	"earmark/analyzer"
	"earmark/analyzer/audio"
)

const (
	human      = analyzer.Human
	suspicious = analyzer.Suspicious
)

func segments(n, marked int) []analyzer.Segment {
	out := make([]analyzer.Segment, n)
	for i := range marked {
		out[i].Suspicious = true
	}
	return out
}

func report(press, safe, recall analyzer.Verdict, l *analyzer.Lattice, n, marked int) *analyzer.Report {
	return &analyzer.Report{
		Audio: audio.Info{SampleRate: 44_100}, Measured: true, Verdict: safe,
		Tiers:    analyzer.Tiers{PressSafe: press, HumanSafe: safe, Recall: recall},
		Evidence: analyzer.Evidence{Lattice: l}, Segments: segments(n, marked),
	}
}

func lattice(spacing, from, to float64, in int) *analyzer.Lattice {
	return &analyzer.Lattice{SpacingHz: spacing, FromHz: from, ToHz: to, Segments: in, Lines: 40, Strength: 12}
}

// moved is a report of a lattice at another speed.
func moved(l analyzer.Lattice, factor float64) *analyzer.Report {
	l.SpacingHz *= factor
	r := report("", suspicious, suspicious, &l, 2, 2)
	r.Evidence.Scale = factor
	return r
}

func TestExplain(t *testing.T) {
	unfit := report("", human, "", nil, 0, 0)
	unfit.Measured, unfit.ReliabilityReasons = false, []string{"very_lossy", "8 kHz \x1b[31msample rate"}
	at48 := report(suspicious, suspicious, suspicious, lattice(50, 1500, 15000, 9), 9, 9)
	at48.Audio.SampleRate = 48_000
	faster := report("", suspicious, suspicious, lattice(88.7168, 2750, 9670, 2), 2, 2)
	faster.Evidence.Scale, faster.Generator = 1.03, "ace-step"
	slower := report("", suspicious, suspicious, nil, 3, 3)
	slower.Evidence.Scale, slower.Generator = 0.95, "suno"
	inStep := lattice(25, 1525, 15900, 2)
	inStep.PhaseLock = 5.2
	unknown := lattice(25.03, 1525, 15900, 2)
	unknown.PhaseLock = 5.2
	inStepFaster, inStepSlower := moved(*inStep, 1.03), moved(*inStep, 0.92)
	for name, c := range map[string]struct {
		report *analyzer.Report
		want   string
	}{
		"lattice that keeps its phase": {
			report("", suspicious, suspicious, inStep, 2, 2),
			"Phase-locked lines every 25 Hz from 1.5 to 15.9 kHz in 2 of 2 segments: the spacing that a decoder " +
				"with a stride of 1280 at 32 kHz leaves.",
		},
		"lattice of no known spacing that keeps its phase": {
			report("", suspicious, suspicious, unknown, 2, 2),
			"Phase-locked lines every 25.03 Hz from 1.5 to 15.9 kHz in 2 of 2 segments: as a neural decoder leaves " +
				"them, unknown or at another speed, or an exact loop.",
		},
		"a change of speed that keeps phases in step": {
			inStepFaster,
			"Sped up by 3.00 %. Lines every 25.75 Hz from 1.5 to 15.9 kHz in 2 of 2 segments: the spacing " +
				"that a decoder with a stride of 1280 at 32 kHz leaves.",
		},
		"the same, slower": {
			inStepSlower,
			"Slowed down by 8.00 %. Lines every 23 Hz from 1.5 to 15.9 kHz in 2 of 2 segments: the spacing " +
				"that a decoder with a stride of 1280 at 32 kHz leaves.",
		},
		"sped up, with a lattice": {
			faster,
			"Speed or pitch +3.00 %. Lines every 88.72 Hz from 2.8 to 9.7 kHz in 2 of 2 segments: the spacing " +
				"that a decoder with a stride of 512 at 44.1 kHz leaves.",
		},
		"slowed down, by the template": {
			slower,
			"Speed or pitch -5.00 %. No regular lattice; the averaged spectrum matches what the decoder of " +
				"suno leaves in all 3 segments.",
		},
		"lattice": {
			report(suspicious, suspicious, suspicious, lattice(86.1328, 2670, 9388, 23), 24, 22),
			"Lines every 86.13 Hz from 2.7 to 9.4 kHz in 23 of 24 segments: the spacing that a decoder with a stride " +
				"of 512 at 44.1 kHz leaves; instruments do not.",
		},
		"lattice, other rate than the file": {
			report("", suspicious, suspicious, lattice(50, 1000, 16000, 3), 3, 3),
			"Lines every 50 Hz from 1 to 16 kHz in 3 of 3 segments: the spacing that a decoder with a stride of 640 " +
				"at 32 kHz leaves; instruments do not.",
		},
		"lattice, the file's own rate first": {
			at48,
			"Lines every 50 Hz from 1.5 to 15 kHz in 9 of 9 segments: the spacing that a decoder with a stride of " +
				"960 at 48 kHz leaves; instruments do not.",
		},
		"lattice of no known decoder": {
			report("", suspicious, suspicious, lattice(304, 2000, 12000, 1), 1, 1),
			"Lines every 304 Hz from 2 to 12 kHz in 1 of 1 segment: a regular lattice as the upsampling of a neural " +
				"decoder leaves it; instruments do not.",
		},
		"lattice without segments": {
			report("", suspicious, suspicious, lattice(400, 2000, 12000, 0), 0, 0),
			"Lines every 400 Hz from 2 to 12 kHz: the spacing that a decoder with a stride of 80 at 32 kHz leaves; " +
				"instruments do not.",
		},
		"lattice below every tier": {
			report(human, human, human, lattice(60, 1000, 2000, 1), 6, 0),
			"Lines every 60 Hz from 1 to 2 kHz in 1 of 6 segments: too weak for a flag. Chip sounds, drones and hum " +
				"leave such lines too.",
		},
		"template": {
			report("", suspicious, suspicious, nil, 12, 8),
			"No regular lattice; the averaged spectrum matches what neural decoders leave in 8 of 12 segments.",
		},
		"template everywhere": {
			report("", suspicious, suspicious, nil, 12, 12),
			"No regular lattice; the averaged spectrum matches what neural decoders leave in all 12 segments.",
		},
		"faint": {
			report("", human, suspicious, nil, 12, 0),
			"No regular lattice; the averaged spectrum is a little like what neural decoders leave: too little for " +
				"a flag.",
		},
		"nothing": {
			report(human, human, human, nil, 12, 0),
			"No marks of a neural decoder: no regular lattice, and an averaged spectrum as human recordings have it.",
		},
		"not measured": {
			unfit,
			"Not measured: an encoder that left little, 8 kHz sample rate. Nothing can be said of this " +
				"recording: decide by ear.",
		},
		"no report": {nil, ""},
	} {
		got, caveat := Explain(c.report)
		if got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, c.want)
		}
		if (caveat == "") != (c.report == nil) {
			t.Errorf("%s: caveat %q", name, caveat)
		}
		// Two lines of a small terminal hold the sentence, and no sentence says who made the music.
		if len([]rune(got)) > 158 {
			t.Errorf("%s: %d letters", name, len([]rune(got)))
		}
		for _, word := range []string{"is AI", "AI-made", "AI-generated", "fake", "proves"} {
			if strings.Contains(got+caveat, word) {
				t.Errorf("%s says %q", name, word)
			}
		}
	}
}

func TestExplainSurvivesAbsurdNumbers(t *testing.T) {
	for _, v := range []float64{0, -1, math.NaN(), math.Inf(1), 1e300} {
		if got, _ := Explain(report(suspicious, suspicious, suspicious, lattice(v, v, v, 99), 3, 3)); got == "" {
			t.Errorf("nothing is said for %v", v)
		}
	}
}

func TestNamedGenerator(t *testing.T) {
	for comment, want := range map[string]string{
		"made with suno; created=2026": "Suno",
		"Suno":                         "Suno",
		"https://www.udio.com/songs":   "Udio",
		"AI-generated demo":            "a generator",
		"recorded at home":             "",
		"Sunoshine studios":            "",
		"":                             "",
	} {
		if got, ok := NamedGenerator(comment); got != want || ok != (want != "") {
			t.Errorf("%q: %q", comment, got)
		}
	}
}
