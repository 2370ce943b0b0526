package player

import (
	"errors"
	"io"
	"math"
	"testing"
	"time"
)

// convert reads n frames from a place on.
func convert(t *testing.T, rec *recording, at int64, n int) [][2]float64 {
	t.Helper()
	c, err := newConverter(&playing{recording: rec})
	if err != nil {
		t.Fatal(err)
	}
	if at > 0 {
		if err := c.seek(at); err != nil {
			t.Fatal(err)
		}
	}
	pcm := make([][2]float64, n)
	got, err := c.read(pcm)
	if err != nil {
		t.Fatal(err)
	}
	return pcm[:got]
}

// sine fits a sine of hz to pcm, whose first frame is at place, and returns its size, how late it is in seconds, and
// the level of all else in dB below it.
func sine(pcm [][2]float64, at int64, hz float64) (size, late, rest float64) {
	var c, s, e float64
	phase := func(i int) float64 { return 2 * math.Pi * hz * float64(at+int64(i)) / Rate }
	for i, f := range pcm {
		c += f[0] * math.Cos(phase(i)) * 2 / float64(len(pcm))
		s += f[0] * math.Sin(phase(i)) * 2 / float64(len(pcm))
	}
	for i, f := range pcm {
		d := f[0] - c*math.Cos(phase(i)) - s*math.Sin(phase(i))
		e += d * d * 2 / float64(len(pcm))
	}
	size = math.Hypot(c, s)
	return size, math.Atan2(-c, s) / (2 * math.Pi * hz), 10 * math.Log10(e/size/size)
}

func TestEveryRateKeepsPitchLevelAndTime(t *testing.T) {
	for _, tc := range []struct {
		rate int
		hz   float64
		rest float64 // dB; what resampling adds
	}{
		{44100, 1000, -75},
		{44100, 10000, -65},
		{44100, 16000, -55},
		{48000, 18000, -120},
		{8000, 1000, -75},
		{8000, 3000, -60},
		{11025, 3000, -70},
		{22050, 8000, -60},
		{32000, 12000, -70},
		{88200, 16000, -55},
		{96000, 18000, -65},
		{176400, 10000, -70},
		{192000, 1000, -75},
		{192000, 18000, -65},
		{44099, 1000, -75},
	} {
		rec := &recording{rate: tc.rate, channels: 1, frames: int64(tc.rate) * 4, sample: tone(tc.hz, tc.rate)}
		for _, at := range []int64{0, 1, Rate, Rate + 12345} {
			pcm := convert(t, rec, at, Rate/4)
			if len(pcm) != Rate/4 {
				t.Fatalf("%d Hz: %d frames", tc.rate, len(pcm))
			}
			const skip = Rate / 20 // the beginning of a sine is a step for a filter
			size, late, rest := sine(pcm[skip:], at+skip, tc.hz)
			limit := 1.0 / Rate / 1000
			if tc.rate == 44099 {
				limit = 1.0 / 44099
			}
			if math.Abs(size-1) > 0.01 || math.Abs(late) > limit || rest > tc.rest {
				t.Errorf("%.0f Hz at %d Hz from %d: size %.4f, late by %.2g s, the rest at %.1f dB",
					tc.hz, tc.rate, at, size, late, rest)
			}
		}
	}
}

func TestWhatCannotBeHeardDoesNotFoldBack(t *testing.T) {
	for _, tc := range []struct {
		rate int
		hz   float64
	}{{96000, 30000}, {96000, 40000}, {192000, 47000}, {192000, 90000}, {88200, 30000}, {176400, 70000}} {
		rec := &recording{rate: tc.rate, channels: 1, frames: int64(tc.rate), sample: tone(tc.hz, tc.rate)}
		peak := 0.0
		for _, f := range convert(t, rec, 0, Rate/10)[1000:] {
			peak = max(peak, math.Abs(f[0]))
		}
		if peak > 0.001 {
			t.Errorf("%.0f Hz in a recording at %d Hz is heard at %.1f dB", tc.hz, tc.rate, 20*math.Log10(peak))
		}
	}
}

func TestResamplingEndsWhereTheRecordingEnds(t *testing.T) {
	for _, rate := range []int{8000, 22050, 44100, 44099, 48000, 64000, 88200, 96000, 192000} {
		for _, frames := range []int64{0, 1, 7, 511, 512, 513, 1024, int64(rate / 8)} {
			rec := &recording{rate: rate, channels: 2, frames: frames, sample: func(int64, int) float32 { return 0.5 }}
			got, want := len(convert(t, rec, 0, Rate/4)), float64(frames)*Rate/float64(rate)
			if math.Abs(float64(got)-want) > max(2, Rate/float64(rate)) {
				t.Errorf("%d frames at %d Hz become %d at %d Hz, want %.1f", frames, rate, got, Rate, want)
			}
		}
	}
}

func TestSeekGivesTheSameFrames(t *testing.T) {
	for _, rate := range []int{8000, 22050, 44100, 48000, 88200, 96000, 192000} {
		rec := &recording{rate: rate, channels: 2, frames: int64(rate) * 2, sample: noise}
		all := convert(t, rec, 0, Rate/2)
		for _, at := range []int64{1, 100, 4321, 20000} {
			for i, f := range convert(t, rec, at, 1000) {
				want := all[at+int64(i)]
				if math.Abs(f[0]-want[0]) > 1e-6 || math.Abs(f[1]-want[1]) > 1e-6 {
					t.Fatalf("%d Hz: frame %d after a seek to %d is %v, want %v", rate, i, at, f, want)
				}
			}
		}
	}
}

func TestEveryLayoutBecomesStereo(t *testing.T) {
	const h = math.Sqrt2 / 2
	for _, tc := range []struct {
		channels, lit int
		want          [2]float64
	}{
		{1, 0, [2]float64{1, 1}},
		{2, 0, [2]float64{1, 0}},
		{2, 1, [2]float64{0, 1}},
		{3, 2, [2]float64{h / (1 + h), h / (1 + h)}},
		{6, 0, [2]float64{1 / (1 + 2*h), 0}},
		{6, 2, [2]float64{h / (1 + 2*h), h / (1 + 2*h)}},
		{6, 3, [2]float64{}},
		{6, 5, [2]float64{0, h / (1 + 2*h)}},
		{12, 11, [2]float64{1. / 12, 1. / 12}},
	} {
		rec := &recording{rate: Rate, channels: tc.channels, frames: 10, sample: func(_ int64, c int) float32 {
			if c == tc.lit {
				return 1
			}
			return 0
		}}
		got := convert(t, rec, 0, 10)[5]
		if math.Abs(got[0]-tc.want[0]) > 1e-9 || math.Abs(got[1]-tc.want[1]) > 1e-9 {
			t.Errorf("channel %d of %d is heard as %v, want %v", tc.lit, tc.channels, got, tc.want)
		}
	}
	for channels := 1; channels <= 12; channels++ {
		rec := &recording{rate: Rate, channels: channels, frames: 10, sample: func(int64, int) float32 { return 1 }}
		got := convert(t, rec, 0, 10)[5]
		if math.Abs(got[0]-1) > 1e-9 || math.Abs(got[1]-1) > 1e-9 {
			t.Errorf("full scale in all of %d channels is heard as %v", channels, got)
		}
	}
}

// stubborn is a Source that misbehaves.
type stubborn struct {
	playing
	read func(dst []float32) (int, error)
}

func (s *stubborn) Read(dst []float32) (int, error) { return s.read(dst) }

func TestSourcesThatMisbehave(t *testing.T) {
	rec := music(1)
	calls := 0
	for name, tc := range map[string]struct {
		read func(dst []float32) (int, error)
		n    int
		err  error
	}{
		"gives nothing, for ever":   {func([]float32) (int, error) { return 0, nil }, 0, io.ErrNoProgress},
		"gives frames with the end": {func(d []float32) (int, error) { return len(d) / 2, io.EOF }, 512, nil},
		"gives one frame at a time": {func([]float32) (int, error) {
			calls++
			if calls > 700 {
				return 0, io.EOF
			}
			return 1, nil
		}, 700, nil},
		"fails": {func([]float32) (int, error) { return 3, errDisk }, 3, errDisk},
	} {
		c, err := newConverter(&stubborn{playing{recording: rec}, tc.read})
		if err != nil {
			t.Fatal(err)
		}
		n, err := c.read(make([][2]float64, Rate))
		if n != tc.n || !errors.Is(err, tc.err) {
			t.Errorf("%s: %d frames, %v", name, n, err)
		}
	}
}

func quiet(int64, int) float32 { return 0.1 }

func BenchmarkConvert(b *testing.B) {
	for _, tc := range []struct {
		name           string
		rate, channels int
	}{
		{"48000 stereo", 48000, 2}, {"44100 stereo", 44100, 2}, {"96000 5.1", 96000, 6}, {"192000 stereo", 192000, 2},
	} {
		b.Run(tc.name, func(b *testing.B) {
			rec := &recording{rate: tc.rate, channels: tc.channels, frames: 1 << 50, sample: quiet}
			c, err := newConverter(&playing{recording: rec})
			if err != nil {
				b.Fatal(err)
			}
			pcm := make([][2]float64, Rate/10)
			start := time.Now()
			for b.Loop() {
				if _, err := c.read(pcm); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(0.1*float64(b.N)/time.Since(start).Seconds(), "×realtime")
		})
	}
}
