package resample

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

const passBand = 16000

func tone(hz float64, rate, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(math.Cos(2 * math.Pi * hz * float64(i) / float64(rate)))
	}
	return x
}

// TestTonesKeepTheirPlace compares with the tone as it is at the other rate: nothing is moved, delayed or weakened, and
// no image comes in.
func TestTonesKeepTheirPlace(t *testing.T) {
	for _, rate := range []int{22050, 32000, 37800, 48000, 88200, 96000, 192000} {
		for _, hz := range []float64{0, 100, 4000, 0.45 * float64(min(rate, 35000))} {
			r := New(rate, 44100, passBand)
			got := r.Process(tone(hz, rate, rate/4))
			want := tone(hz, 44100, len(got))
			if math.Abs(float64(len(got))-44100.0/4) > 600 {
				t.Errorf("%d Hz: a quarter of a second gives %d samples", rate, len(got))
			}
			for i := 600; i < len(got); i++ { // the first of them need what was before the first of the input
				if off := math.Abs(float64(got[i] - want[i])); off > 1e-4 {
					t.Errorf("%d Hz, a tone of %.0f Hz: sample %d is %.6f, want %.6f", rate, hz, i, got[i], want[i])
					break
				}
			}
		}
	}
}

func TestWhatWouldFoldIntoThePassBandIsGone(t *testing.T) {
	for _, rate := range []int{48000, 96000} {
		const below = 44100 - passBand + 300
		if below > rate/2 {
			continue
		}
		got := New(rate, 44100, passBand).Process(tone(below, rate, rate/4))
		for i, v := range got[600:] {
			if math.Abs(float64(v)) > 1e-4 {
				t.Fatalf("%d Hz: sample %d of a tone of %d Hz is %.6f", rate, i, below, v)
			}
		}
	}
}

func TestBlocksAreOneSignal(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	x := make([]float32, 30000)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	for _, rate := range []int{8000, 44100, 48000, 96000} {
		r := New(rate, 44100, passBand)
		want := slices.Clone(r.Process(x))
		for range 2 { // the second time after a new start
			r.Reset()
			var got []float32
			for rest := x; len(rest) > 0; {
				n := min(len(rest), rng.IntN(900))
				got = append(got, r.Process(rest[:n])...)
				rest = rest[n:]
			}
			if !slices.Equal(got, want) {
				t.Errorf("%d Hz: %d samples in blocks, %d at once, or others", rate, len(got), len(want))
			}
		}
	}
}

// TestEveryProcessorHearsTheSame compares with the sum of products in double precision.
func TestEveryProcessorHearsTheSame(t *testing.T) {
	x := tone(3000, 48000, 5000)
	for _, name := range []string{"best", "plain"} {
		r := New(48000, 44100, passBand)
		if name == "plain" {
			r.wide = 0
		}
		heard := append(slices.Clone(r.history), x...)
		for i, v := range r.Process(x) {
			from, phase := i*r.down/r.up, i*r.down%r.up
			var want float64
			for k, h := range r.filters[phase*r.taps : (phase+1)*r.taps] {
				want += float64(h) * float64(heard[from+k])
			}
			if math.Abs(float64(v)-want) > 1e-6 {
				t.Fatalf("%s: sample %d: %.8f, want %.8f", name, i, v, want)
			}
		}
	}
}

func BenchmarkProcess(b *testing.B) {
	r, x := New(48000, 44100, passBand), tone(3000, 48000, 8192)
	b.SetBytes(4 * 8192)
	for b.Loop() {
		r.Process(x)
	}
}
