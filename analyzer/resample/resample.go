// Package resample converts sound to another sample rate, in C, for no vector instruction can be written in Go.
//
// It is part of the lowest floor, and only the analyzer uses it.
package resample

/*
// Without -O3 nothing is vectorised.
#cgo CFLAGS: -O3
#include "convolve.h"
*/
import "C" //nolint:gocritic // cgo imports unsafe, too

import (
	"math"
	"sync"
	"unsafe" //nolint:gocritic // see above
)

// Resampler converts a mono signal with a polyphase windowed-sinc filter, block by block.
//
// What is measured of the sound ends at a pass band, so the transition band may reach from there to the first frequency
// that would alias into it; that keeps the filter short. The Kaiser window gives 90 dB of stop band (Oppenheim and
// Schafer, Discrete-Time Signal Processing, 3rd ed., section 7.5.3). At the same rate the input passes untouched.
type Resampler struct {
	up, down int       // output rate / input rate = up / down, in lowest terms
	taps     int       // of the filter at one phase, a multiple of C.LANES
	filters  []float32 // of taps each, time-reversed; the p-th is for output instants p/up past an input sample
	history  []float32 // input that later output needs
	at       C.place   // of the next output sample
	wide     C.int     // use the instructions that convolve_wide found
	out      []float32
}

// maxPhases bounds the filter bank: a rate with a larger ratio, which no recorder uses, is measured as if it were
// another one, off by 1/(2·down) of itself at most.
const maxPhases = 2000

const (
	stopBandDB  = 90.0
	maxTaps     = 512
	minimalTaps = 16
)

// New makes a resampler between rates in Hz that keeps what lies below passBand, in Hz too.
func New(from, to int, passBand float64) *Resampler {
	up, down := ratio(to, from)
	r := &Resampler{up: up, down: down, wide: C.convolve_wide()}
	if up == down {
		return r
	}
	// Downsampling: what lies above to-passBand folds into the pass band. Upsampling: images start at from-passBand,
	// or, where the source itself ends below the pass band, right above its Nyquist frequency.
	rate := float64(from)
	low, high := passBand, float64(min(from, to))-passBand
	if high < 1.05*low {
		low, high = 0.46*rate, 0.54*rate
	}
	cutoff, width := (low+high)/2/rate, (high-low)/rate // in cycles per input sample
	taps := int(math.Ceil((stopBandDB - 8) / (2.285 * 2 * math.Pi * width)))
	r.taps = min(max((taps+C.LANES-1)/C.LANES*C.LANES, minimalTaps), maxTaps)
	r.filters = last.bank(shape{up, r.taps, cutoff})
	r.history = make([]float32, r.taps/2-1, r.taps*4)
	return r
}

// shape is what a bank of filters depends on.
type shape struct {
	phases, taps int
	cutoff       float64 // cycles per input sample
}

// bank makes the filters.
func (s shape) bank() []float32 {
	beta := 0.1102 * (stopBandDB - 8.7)
	bank := make([]float32, 0, s.phases*s.taps)
	v := make([]float64, s.taps)
	for p := range s.phases {
		var sum float64
		for i := range v {
			// The output instant lies p/phases past input sample taps/2-1 of the window.
			x := float64(i-(s.taps/2-1)) - float64(p)/float64(s.phases)
			v[i] = sinc(2*s.cutoff*x) * kaiser(2*x/float64(s.taps), beta)
			sum += v[i]
		}
		for _, w := range v { // unit gain at DC in every phase: no images of DC, which are what is looked for
			bank = append(bank, float32(w/sum))
		}
	}
	return bank
}

// last keeps the filters that were made last: the other channel and most often the next recording need the same ones.
var last keeper

type keeper struct {
	mu      sync.Mutex
	shape   shape
	filters []float32
}

func (k *keeper) bank(s shape) []float32 {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.shape != s {
		k.shape, k.filters = s, s.bank()
	}
	return k.filters
}

// Reset forgets the samples so far.
func (r *Resampler) Reset() {
	if r.up == r.down {
		return
	}
	r.history = append(r.history[:0], make([]float32, r.taps/2-1)...)
	r.at = C.place{}
}

// Process appends one block of input and returns the output that it completes, valid until the next call.
func (r *Resampler) Process(in []float32) []float32 {
	if r.up == r.down || len(in) == 0 {
		return in
	}
	r.history = append(r.history, in...)
	if most := (len(r.history)*r.up)/r.down + 1; most > len(r.out) {
		r.out = make([]float32, most)
	}
	given := r.convolve()
	keep := min(int(r.at.skip), len(r.history))
	r.at.skip -= C.int(keep)
	r.history = r.history[:copy(r.history, r.history[keep:])]
	return r.out[:given]
}

func (r *Resampler) convolve() int {
	return int(C.convolve(numbers(r.out), numbers(r.history), C.int(len(r.history)),
		numbers(r.filters), C.int(r.taps), C.int(r.up), C.int(r.down), &r.at, r.wide))
}

func numbers(v []float32) *C.float { return (*C.float)(unsafe.Pointer(&v[0])) }

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
