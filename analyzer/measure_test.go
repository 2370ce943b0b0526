package analyzer

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"slices"
	"testing"

	"earmark/analyzer/audio"
)

// hearing measures a mono signal at a rate without a file.
func hearing(tb testing.TB, rate int, x []float32) (*Measurement, error) {
	tb.Helper()
	return heard(rate, 1, x)
}

// heard measures interleaved samples of ch channels.
func heard(rate, ch int, x []float32) (*Measurement, error) {
	l := newListener(audio.Info{SampleRate: rate, Channels: ch, Codec: "pcm_f32le"}, int64(len(x)/ch))
	l.begin(window{0, toEnd})
	for len(x) > 0 {
		n := min(len(x), readFrames*ch)
		l.hear(x[:n])
		x = x[n:]
	}
	l.endWindow()
	return l.finish()
}

// signal renders seconds of f(t).
func signal(rate int, seconds float64, f func(t float64) float64) []float32 {
	out := make([]float32, int(float64(rate)*seconds))
	for i := range out {
		out[i] = float32(f(float64(i) / float64(rate)))
	}
	return out
}

func noise(rate int, seconds, level float64, seed uint64) []float32 {
	rng := rand.New(rand.NewPCG(seed, seed))
	return signal(rate, seconds, func(float64) float64 { return level * rng.NormFloat64() })
}

// lattice adds lines at the multiples of spacing, each level above nothing, to noise: what a decoder leaves. Together
// the lines repeat after the fewest samples that hold a whole number of periods, so that many are computed.
func lattice(rate int, seconds, spacing, level float64) []float32 {
	out := noise(rate, seconds, 0.05, 3)
	period := 1
	for period < len(out) && math.Abs(math.Remainder(float64(period)*spacing/float64(rate), 1)) > 1e-9 {
		period++
	}
	lines := make([]float64, period)
	rng := rand.New(rand.NewPCG(9, 9))
	for hz := spacing; hz < float64(rate)/2; hz += spacing {
		z := cmplx.Rect(level, rng.Float64()*2*math.Pi)
		step := cmplx.Rect(1, 2*math.Pi*hz/float64(rate))
		for i := range lines {
			lines[i] += real(z)
			z *= step
		}
	}
	for i := range out {
		out[i] += float32(lines[i%period])
	}
	return out
}

func TestFullScaleSineIsZeroDecibels(t *testing.T) {
	hz := hertz(1000)
	m, err := hearing(t, Rate, signal(Rate, 10, func(t float64) float64 { return math.Sin(2 * math.Pi * hz * t) }))
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Whole.Mid.Level[1000]; math.Abs(float64(got)) > 0.01 {
		t.Errorf("level at the sine = %.3f dB, want 0", got)
	}
}

func TestResamplerKeepsFrequencyAndLevel(t *testing.T) {
	for _, rate := range []int{8000, 11025, 22050, 32000, 44056, 44100, 48000, 88200, 96000, 176400, 192000} {
		bin := 600.0 // 2,616 Hz, within every rate's band
		hz := hertz(bin)
		m, err := hearing(t, rate, signal(rate, 8, func(t float64) float64 { return 0.5 * math.Sin(2*math.Pi*hz*t) }))
		if err != nil {
			t.Fatalf("%d Hz: %v", rate, err)
		}
		got := float64(m.Whole.Mid.Level[int(bin)])
		if math.Abs(got-20*math.Log10(0.5)) > 0.1 {
			t.Errorf("%d Hz: level = %.2f dB, want -6.02", rate, got)
		}
		for i, level := range m.Whole.Mid.Level {
			// Images and aliases of the filter must stay below what 16 bits resolve.
			if math.Abs(float64(i)-bin) > 30 && level > -85 && hertz(float64(i)) < 0.45*float64(rate) {
				t.Errorf("%d Hz: image of %.1f dB at %.0f Hz", rate, level, hertz(float64(i)))
				break
			}
		}
	}
}

func TestLatticeIsFound(t *testing.T) {
	for _, spacing := range []float64{44100.0 / 512, 44100.0 / 2048, 48000.0 / 640, 50, 200} {
		m, err := hearing(t, Rate, lattice(Rate, 12, spacing, 0.0015))
		if err != nil {
			t.Fatal(err)
		}
		combs := m.Whole.Feature().Combs()
		best := 0
		for i, c := range combs {
			if c > combs[best] {
				best = i
			}
		}
		if math.Abs(Spacings[best]-spacing) > 0.01 {
			t.Errorf("strongest comb at %.3f Hz, want %.3f", Spacings[best], spacing)
		}
		lines := findLines(m.Whole.Blend(), means(m.Segments), spacing)
		if len(lines) < 10 {
			t.Fatalf("%.2f Hz: %d lines found", spacing, len(lines))
		}
		for _, l := range lines[:10] {
			if !l.Lattice || math.Abs(l.Hz-math.Round(l.Hz/spacing)*spacing) > 1 || l.Share < 1 {
				t.Errorf("%.2f Hz: line %+v is not on the lattice in every segment", spacing, l)
			}
		}
	}
}

func TestNothingToMeasureIsAnErrorWithItsCode(t *testing.T) {
	for _, test := range []struct {
		name string
		x    []float32
		code string
	}{
		{"nothing", nil, CodeTooShort},
		{"half a second", noise(Rate, 0.5, 0.1, 1), CodeTooShort},
		{"three seconds", noise(Rate, 3, 0.1, 1), CodeTooShort},
		{"silence", make([]float32, 30*Rate), CodeSilent},
		{"dither", noise(Rate, 30, 1.0/65536, 1), CodeSilent},
		{"a click in silence", append(make([]float32, 30*Rate), noise(Rate, 0.1, 0.5, 2)...), CodeSilent},
	} {
		_, err := hearing(t, Rate, test.x)
		var got *Error
		if !errors.As(err, &got) || got.Code != test.code {
			t.Errorf("%s: error %v, want code %s", test.name, err, test.code)
		}
	}
}

func TestLevelChangesNothing(t *testing.T) {
	x := lattice(Rate, 12, 50, 0.0015)
	loud, err := hearing(t, Rate, x)
	if err != nil {
		t.Fatal(err)
	}
	for i := range x {
		x[i] /= 16
	}
	quiet, err := hearing(t, Rate, x)
	if err != nil {
		t.Fatal(err)
	}
	before, after := loud.Whole.Feature(), quiet.Whole.Feature()
	for i := range before.Effect {
		if d := math.Abs(float64(before.Effect[i] - after.Effect[i])); d > 0.05 {
			t.Fatalf("bin at %.1f Hz moves by %.3f when the level drops by 24 dB", hertz(float64(i)), d)
		}
	}
}

// A decoder's lines show at the sides too, and a recording whose channels are the same has none.
func TestSidesCountLikeTheMiddle(t *testing.T) {
	mid, side := lattice(Rate, 12, 50, 0.0015), lattice(Rate, 12, 50, 0.0015)
	stereo := make([]float32, 2*len(mid))
	for i, m := range mid {
		s := side[(i+5000)%len(side)]
		stereo[2*i], stereo[2*i+1] = m+s, m-s
	}
	m, err := heard(Rate, 2, stereo)
	if err != nil {
		t.Fatal(err)
	}
	if m.Whole.Side.Frames == 0 {
		t.Fatal("the sides were not measured")
	}
	tooth := int(math.Round(5000/binHz)) - firstBin
	if got, want := m.Whole.Side.Mean[tooth], m.Whole.Mid.Mean[tooth]; math.Abs(float64(got-want)) > 1 {
		t.Errorf("a line that is in both stands %.1f dB high at the sides and %.1f dB in the middle", got, want)
	}
	for i, v := range mid {
		stereo[2*i], stereo[2*i+1] = v, v
	}
	m, err = heard(Rate, 2, stereo)
	if err != nil {
		t.Fatal(err)
	}
	if m.Whole.Side.Frames != 0 {
		t.Error("two equal channels have sides")
	}
}

func TestChannelsThatAreInverseAreMeasured(t *testing.T) {
	mono := lattice(Rate, 30, 200, 0.0012)
	stereo := make([]float32, 2*len(mono))
	for i, v := range mono {
		stereo[2*i], stereo[2*i+1] = v, -v
	}
	m, err := heard(Rate, 2, stereo)
	if err != nil {
		t.Fatal(err)
	}
	want, err := hearing(t, Rate, mono)
	if err != nil {
		t.Fatal(err)
	}
	if m.HeardFrames != want.HeardFrames || len(m.Segments) != len(want.Segments) ||
		!slices.Equal(m.Whole.Mid.Mean, want.Whole.Mid.Mean) {
		t.Errorf("%d frames and %d segments, other than those of one of the channels", m.HeardFrames, len(m.Segments))
	}
}

func TestDamagedSamplesAreNoSound(t *testing.T) {
	x := noise(Rate, 30, 0.1, 1)
	for i, v := range []float32{1e15, -1e25, math.MaxFloat32} {
		x[(7*i+5)*Rate] = v
	}
	m, err := hearing(t, Rate, x)
	if err != nil {
		t.Fatal(err)
	}
	if all := len(x) / frameHop; m.HeardFrames >= all || m.HeardFrames < all-10 {
		t.Errorf("%d of %d frames were measured, want all but those with a damaged sample", m.HeardFrames, all)
	}
	if _, err := json.Marshal(Embedded().judge(m)); err != nil {
		t.Error(err)
	}
}

func TestAWhineOverSilenceIsNotMeasured(t *testing.T) {
	x := signal(Rate, 24, func(at float64) float64 { return 0.01 * math.Sin(2*math.Pi*15734.26*at) })
	for i, v := range noise(Rate, 24, 2e-6, 1) {
		x[i] += v
	}
	m, err := hearing(t, Rate, x)
	if err != nil {
		t.Fatal(err)
	}
	if r := Embedded().judge(m); r.Measured || !slices.Contains(r.ReliabilityReasons, ReasonTones) {
		t.Errorf("measured %v, %v", r.Measured, r.ReliabilityReasons)
	}
}

func TestSegmentsCoverTheRecording(t *testing.T) {
	m, err := hearing(t, 48000, noise(48000, 34, 0.1, 4))
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Segments) != 3 {
		t.Fatalf("%d segments of 34 s, want 3 and a tail of 4 s that is none", len(m.Segments))
	}
	m, err = hearing(t, 48000, noise(48000, 37, 0.1, 4))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(m.Segments); n != 4 || math.Abs(m.Segments[3].EndSec-37) > 0.2 {
		t.Fatalf("segments %d, last ends at %.2f, want 4 and 37", n, m.Segments[n-1].EndSec)
	}
}

func BenchmarkMeasure(b *testing.B) {
	for _, rate := range []int{44100, 48000} {
		x := noise(rate, 60, 0.1, 1)
		name := "44.1kHz"
		if rate == 48000 {
			name = "48kHz"
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				l := newListener(audio.Info{SampleRate: rate, Channels: 1}, int64(len(x)))
				l.begin(window{0, toEnd})
				for at := 0; at < len(x); at += readFrames {
					n := min(readFrames, len(x)-at)
					l.hear(x[at : at+n])
				}
				if _, err := l.finish(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(60*float64(b.N)/b.Elapsed().Seconds(), "×realtime")
		})
	}
}

func TestLittleEndian(t *testing.T) {
	if got := littleEndian([]int16{1, -2, 0x1234}); !bytes.Equal(got, []byte{1, 0, 0xfe, 0xff, 0x34, 0x12}) {
		t.Errorf("%x", got)
	}
	if got := littleEndian(nil); len(got) != 0 {
		t.Errorf("%x of nothing", got)
	}
}
