package analyzer

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"earmark/analyzer/audio"
)

// wavFile writes mono samples as 16-bit PCM.
func wavFile(t *testing.T, rate int, x []float32) string {
	t.Helper()
	data := make([]byte, 44+2*len(x))
	copy(data, "RIFF")
	binary.LittleEndian.PutUint32(data[4:], uint32(len(data)-8))
	copy(data[8:], "WAVEfmt ")
	binary.LittleEndian.PutUint32(data[16:], 16)
	binary.LittleEndian.PutUint16(data[20:], 1)
	binary.LittleEndian.PutUint16(data[22:], 1)
	binary.LittleEndian.PutUint32(data[24:], uint32(rate))
	binary.LittleEndian.PutUint32(data[28:], uint32(2*rate))
	binary.LittleEndian.PutUint16(data[32:], 2)
	binary.LittleEndian.PutUint16(data[34:], 16)
	copy(data[36:], "data")
	binary.LittleEndian.PutUint32(data[40:], uint32(2*len(x)))
	for i, v := range x {
		binary.LittleEndian.PutUint16(data[44+2*i:], uint16(int16(min(max(v, -1), 1)*32767)))
	}
	path := filepath.Join(t.TempDir(), "sound.wav")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestHearingEndsWhenItIsEnough(t *testing.T) {
	const rate, seconds = 44100, 120
	path := wavFile(t, rate, noise(rate, seconds, 0.1, 1))
	asked := 0
	m, err := Measure(t.Context(), path, func(_ func() Sound, windows int) bool {
		asked++
		return windows == 3
	})
	if err != nil {
		t.Fatal(err)
	}
	if asked != 3 || m.Full || math.Abs(m.DecodedSec-seconds) > 0.01 || len(m.Segments) != 3 {
		t.Errorf("asked %d times, full %v, %.2f s, %d segments", asked, m.Full, m.DecodedSec, len(m.Segments))
	}
	if heard := float64(m.HeardFrames) * frameHop / Rate; heard < 34 || heard > 37 {
		t.Errorf("%.1f s were measured, want about three windows of 12 s", heard)
	}
	for i, s := range m.Segments {
		if math.Abs(s.EndSec-s.StartSec-windowSec) > 0.01 {
			t.Errorf("segment %d is of %.2f s, want the whole window", i, s.EndSec-s.StartSec)
		}
		if i > 0 && m.Segments[i-1].EndSec > s.StartSec {
			t.Errorf("segments %d and %d overlap or are out of order", i-1, i)
		}
	}
	if m.Segments[0].StartSec != 0 || math.Abs(m.Segments[2].EndSec-seconds) > 0.01 {
		t.Errorf("the beginning or the end was not heard: %.1f … %.1f s", m.Segments[0].StartSec, m.Segments[2].EndSec)
	}
	if m.Waveform[10] == 0 || m.Waveform[990] == 0 || m.Waveform[250] != 0 {
		t.Error("the waveform is not that of the windows that were heard")
	}
}

func TestHearingGoesOnUntilThereIsSoundEnough(t *testing.T) {
	x := make([]float32, 120*Rate)
	copy(x, noise(Rate, leastSec-1, 0.1, 1))
	m, err := Measure(t.Context(), wavFile(t, Rate, x), func(func() Sound, int) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	if !m.Full {
		t.Errorf("hearing ended with %d frames of sound", m.HeardFrames)
	}
}

func TestHearingInWindowsIsHearingTheWhole(t *testing.T) {
	const rate = 48000
	path := wavFile(t, rate, lattice(rate, 100, 200, 0.0012))
	whole, err := Measure(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	parts, err := Measure(t.Context(), path, func(func() Sound, int) bool { return false })
	if err != nil {
		t.Fatal(err)
	}
	if !whole.Full || !parts.Full || whole.DecodedSec != parts.DecodedSec {
		t.Errorf("full %v and %v, %.2f and %.2f s", whole.Full, parts.Full, whole.DecodedSec, parts.DecodedSec)
	}
	if parts.HeardFrames > whole.HeardFrames || parts.HeardFrames < whole.HeardFrames*9/10 {
		t.Errorf("%d frames in windows, %d in one piece", parts.HeardFrames, whole.HeardFrames)
	}
	a, b := whole.Whole.Feature().Vector(), parts.Whole.Feature().Vector()
	var dot float64
	for i := range a {
		dot += float64(a[i]) * float64(b[i])
	}
	if dot < 2*0.93 {
		t.Errorf("in windows and in one piece agree by %.3f", dot/2)
	}
}

// TestHearingEndsByTheThresholdsInForce hears a recording that is clear by the built-in thresholds as a database hears
// it whose thresholds lie elsewhere.
func TestHearingEndsByTheThresholdsInForce(t *testing.T) {
	const rate, seconds = 44100, mostWindows*windowSec + 8 // as many windows as are heard at the most
	path := wavFile(t, rate, noise(rate, seconds, 0.1, 1))
	hear := func(th *Thresholds) *Report {
		line, err := json.Marshal(Item{ID: "1", Path: path, Thresholds: th})
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := Serve(t.Context(), bytes.NewReader(line), &out, 0); err != nil {
			t.Fatal(err)
		}
		var a Answer
		if err := json.Unmarshal(out.Bytes(), &a); err != nil || a.Report == nil {
			t.Fatalf("%s, %v", out.Bytes(), err)
		}
		return a.Report
	}
	builtIn := hear(nil)
	at := builtIn.Margins.Fused
	if builtIn.Full || !Embedded().Tiers.clear(builtIn.Margins) {
		t.Fatalf("%.0f s were heard at %+v", builtIn.HeardSec, builtIn.Margins)
	}
	for _, test := range []struct {
		what string
		th   Thresholds
		full bool
	}{
		{"far below recall", Thresholds{Recall: at + 5, HumanSafe: at + 9, PressSafe: 99}, false},
		{"near recall", Thresholds{Recall: at, HumanSafe: at + 9, PressSafe: 99}, true},
		{"between recall and human-safe", Thresholds{Recall: at - 5, HumanSafe: at + 5, PressSafe: -99}, true},
		{"near human-safe", Thresholds{Recall: at - 9, HumanSafe: at, PressSafe: -99}, true},
		{"below press-safe only", Thresholds{Recall: at - 9, HumanSafe: at - 5, PressSafe: 99}, true},
		{"far above all", Thresholds{Recall: at - 9, HumanSafe: at - 5, PressSafe: -99}, false},
	} {
		r := hear(&test.th)
		if r.Full != test.full {
			t.Errorf("%s: all was heard: %v, %.0f s", test.what, r.Full, r.HeardSec)
		}
		if !test.full && (r.HeardSec != builtIn.HeardSec || r.Tiers != builtIn.Tiers) {
			t.Errorf("%s: %.0f s were heard, tiers %+v", test.what, r.HeardSec, r.Tiers)
		}
	}
}

// TestHearingEndsWithoutAClearVerdict hears a long recording by thresholds next to which it lies.
func TestHearingEndsWithoutAClearVerdict(t *testing.T) {
	const rate, seconds = 44100, 240
	path := wavFile(t, rate, noise(rate, seconds, 0.1, 1))
	at := func(th *Thresholds) *Report {
		r, err := Analyze(t.Context(), path, Options{Thresholds: th})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	sure := at(nil)
	unclear := at(&Thresholds{Recall: sure.Margins.Fused, HumanSafe: 99, PressSafe: 99})
	more := float64(mostWindows) / leastWindows
	if unclear.Full || unclear.HeardSec < 0.95*more*sure.HeardSec || unclear.HeardSec > 100 {
		t.Errorf("%.0f s were heard, %.0f s of a clear one, all: %v", unclear.HeardSec, sure.HeardSec, unclear.Full)
	}
}

// TestHearingGoesOnWhereAChangeOfSpeedMayHideSomething hears what is far below recall as it is, and near it at another
// speed: what decides in the end decides when it is enough.
func TestHearingGoesOnWhereAChangeOfSpeedMayHideSomething(t *testing.T) {
	const seconds, windows = 200, mostWindows * windowSec
	in, err := audio.Open(t.Context(), filepath.Join("..", "testdata", "demo", "rain-on-line-four.mp3"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close() //nolint:errcheck // opened for reading, nothing to lose
	rate, channels := in.Info().SampleRate, in.Info().Channels
	all := make([]float32, int(in.Frames())*channels)
	n, err := in.Read(all)
	if err != nil {
		t.Fatal(err)
	}
	left := make([]float32, seconds*rate)
	for i := range left {
		left[i] = all[i%n*channels]
	}
	r, err := Analyze(t.Context(), wavFile(t, rate*97/100, left), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.HeardSec < 0.9*windows && !Embedded().Tiers.clear(r.Margins) {
		t.Errorf("%.0f s were heard, and the margins are %+v", r.HeardSec, r.Margins)
	}
}
