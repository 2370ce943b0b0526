package analyzer

import (
	"math"

	"github.com/tphakala/simd/f32"
)

// resampler converts a mono signal to [Rate] with a polyphase windowed-sinc filter, block by block.
//
// The measured band ends at 16 kHz, so the transition band may reach from there to the first frequency that would
// alias into it; that keeps the filter short. The Kaiser window gives 90 dB of stop band (Oppenheim and Schafer,
// Discrete-Time Signal Processing, 3rd ed., section 7.5.3). With an integer ratio of 1 the input passes untouched.
type resampler struct {
	up, down int // output rate / input rate = up / down, in lowest terms
	taps     int
	phases   [][]float32 // phases[p] is the filter for output instants p/up past an input sample, time-reversed
	history  []float32
	phase    int // of the next output sample, 0 … up-1
	skip     int // input samples to drop before the next output sample
	out      []float32
}

// maxPhases bounds the filter bank: a rate with a larger ratio is measured as if it were the nearest rate with a
// smaller one, an error below 1/4,000 in frequency only for rates that no recorder uses.
const maxPhases = 2000

const (
	stopBandDB  = 90.0
	passBandHz  = 16000.0
	maxTaps     = 512
	minimalTaps = 16
)

func newResampler(rate int) *resampler {
	up, down := ratio(Rate, rate)
	r := &resampler{up: up, down: down}
	if up == down {
		return r
	}
	// Downsampling: what lies above Rate-passBand folds into the pass band. Upsampling: images start at rate-passBand,
	// or, where the source itself ends below the pass band, right above its Nyquist frequency.
	low, high := passBandHz, float64(min(Rate, rate))-passBandHz
	if high < 1.05*low {
		low, high = 0.46*float64(rate), 0.54*float64(rate)
	}
	cutoff, width := (low+high)/2/float64(rate), (high-low)/float64(rate) // in cycles per input sample
	taps := int(math.Ceil((stopBandDB - 8) / (2.285 * 2 * math.Pi * width)))
	r.taps = min(max((taps+7)/8*8, minimalTaps), maxTaps)
	beta := 0.1102 * (stopBandDB - 8.7)
	r.phases = make([][]float32, up)
	for p := range r.phases {
		h := make([]float32, r.taps)
		var sum float64
		v := make([]float64, r.taps)
		for i := range v {
			// The output instant lies p/up past input sample taps/2-1 of the window.
			x := float64(i-(r.taps/2-1)) - float64(p)/float64(up)
			v[i] = sinc(2*cutoff*x) * kaiser(2*x/float64(r.taps), beta)
			sum += v[i]
		}
		for i := range v {
			h[i] = float32(v[i] / sum) // unit gain at DC in every phase: no images of DC, which are what is looked for
		}
		r.phases[p] = h
	}
	r.history = make([]float32, r.taps/2-1, r.taps*4)
	return r
}

// reset forgets the samples so far.
func (r *resampler) reset() {
	if r.up == r.down {
		return
	}
	r.history = append(r.history[:0], make([]float32, r.taps/2-1)...)
	r.phase, r.skip = 0, 0
}

// process appends one block of input and returns the output that it completes, valid until the next call.
func (r *resampler) process(in []float32) []float32 {
	if r.up == r.down {
		return in
	}
	r.history = append(r.history, in...)
	r.out = r.out[:0]
	pos := r.skip
	for pos+r.taps <= len(r.history) {
		r.out = append(r.out, f32.DotProduct(r.history[pos:pos+r.taps], r.phases[r.phase]))
		r.phase += r.down
		pos += r.phase / r.up
		r.phase %= r.up
	}
	keep := min(pos, len(r.history))
	r.skip = pos - keep
	n := copy(r.history, r.history[keep:])
	r.history = r.history[:n]
	return r.out
}

// ratio returns a/b in lowest terms, approximated where the numerator would exceed maxPhases.
func ratio(a, b int) (int, int) {
	x, y := a, b
	for y != 0 {
		x, y = y, x%y
	}
	a, b = a/x, b/x
	if a > maxPhases {
		return maxPhases, max(1, (b*maxPhases+a/2)/a)
	}
	return a, b
}

func sinc(x float64) float64 {
	if math.Abs(x) < 1e-12 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

// kaiser is the Kaiser window at x in -1 … 1.
func kaiser(x, beta float64) float64 {
	if x <= -1 || x >= 1 {
		return 0
	}
	return besselI0(beta*math.Sqrt(1-x*x)) / besselI0(beta)
}

// besselI0 is the modified Bessel function of the first kind and order zero, by its power series.
func besselI0(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1; term > 1e-12*sum; k++ {
		term *= (x / 2 / float64(k)) * (x / 2 / float64(k))
		sum += term
	}
	return sum
}
