package synth

import (
	"math"
	"reflect"
	"testing"
)

func TestLine(t *testing.T) {
	t.Parallel()
	got := Line("a4:1 -:.5 c#5!:1.5:la bb3?:2")
	want := []Note{
		{At: 0, Beats: 1, Hz: 440, Velocity: 0.72},
		{At: 1.5, Beats: 1.5, Hz: Hz(73), Velocity: 0.95, Text: "la"},
		{At: 3, Beats: 2, Hz: Hz(58), Velocity: 0.5},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func TestChords(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text    string
		bass    int
		low     int
		voicing []int
	}{
		{"C:4", 36, 60, []int{60, 64, 67}},
		{"Am7:4", 45, 57, []int{57, 60, 64, 67}},
		{"Bbmaj9:4", 46, 55, []int{57, 58, 60, 62, 65}},
		{"D/F#:4", 42, 62, []int{62, 66, 69}},
		{"F#m7b5:2", 42, 60, []int{60, 64, 66, 69}},
	}
	for _, tt := range tests {
		c := Chords(tt.text)[0]
		if got := c.Voicing(tt.low); c.Bass != tt.bass || !reflect.DeepEqual(got, tt.voicing) {
			t.Errorf("%s: bass %d, %v; want %d, %v", tt.text, c.Bass, got, tt.bass, tt.voicing)
		}
	}
}

func TestNotationErrors(t *testing.T) {
	t.Parallel()
	for _, read := range []func(){
		func() { Line("a4") }, func() { Line("h4:1") }, func() { Line("a:1") },
		func() { Chords("Cfoo:4") }, func() { Chords("C") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("read without complaint")
				}
			}()
			read()
		}()
	}
}

// TestLoudness uses the reference of ITU-R BS.1770: a full-scale sine of 997 Hz on one channel has -3.01 LUFS, and on
// two 3 dB more.
func TestLoudness(t *testing.T) {
	t.Parallel()
	for _, rate := range []int{44100, 48000} {
		m := New(rate, 1).NewMix(3)
		for i := range m.L {
			m.L[i] = math.Sin(2 * math.Pi * 997 * float64(i) / float64(rate))
		}
		if got := Loudness(m); math.Abs(got+3.01) > 0.1 {
			t.Errorf("one side at %d Hz: %.2f LUFS", rate, got)
		}
		copy(m.R, m.L)
		if got := Loudness(m); math.Abs(got) > 0.1 {
			t.Errorf("both sides at %d Hz: %.2f LUFS", rate, got)
		}
	}
}

// TestPitch counts the zero crossings of what plays one note, and finds the note within the players' own detuning.
func TestPitch(t *testing.T) {
	t.Parallel()
	s := New(44100, 5)
	for name, note := range map[string][]float64{
		"pluck": s.Pluck(Nylon, 220, 1.5, 0.7),
		"flute": s.Flute(220, 1.5, 0.7),
		"bar":   s.Strike(Marimba, 220, 1.5, 0.7),
	} {
		for range 4 {
			LowPass(s.Rate, 230, 0.7).Run(note)
		}
		crossings := 0
		from, to := s.samples(0.3), s.samples(1.2)
		for i := from; i < to; i++ {
			if note[i-1] < 0 && note[i] >= 0 {
				crossings++
			}
		}
		if hz := float64(crossings) / 0.9; math.Abs(hz-220) > 5 {
			t.Errorf("%s: %.1f Hz, want 220", name, hz)
		}
	}
}

// TestMaster asks for a loudness and a ceiling, and for both at once.
func TestMaster(t *testing.T) {
	t.Parallel()
	s := New(44100, 9)
	m := s.NewMix(6)
	for beat := range 10 {
		m.Add(0.5*float64(beat), s.Snare(0.8), 0.1, 0)
		m.Add(0.5*float64(beat), s.Electric(330, 0.5, 0.7), 0.1, 0.2)
	}
	s.Master(m, -18, 0.3)
	var peak float64
	for i := range m.L {
		peak = max(peak, math.Abs(m.L[i]), math.Abs(m.R[i]))
	}
	if got := Loudness(m); math.Abs(got+18) > 1 || peak > ceiling+0.01 {
		t.Errorf("%.1f LUFS, peak %.2f; want -18, %.2f", got, peak, ceiling)
	}
	if last := math.Abs(m.L[len(m.L)-1]); last > 1e-4 {
		t.Errorf("ends at %.4f", last)
	}
}
