package spectrum

import (
	"math"
	"math/bits"
	"math/cmplx"
)

// Transform is a discrete Fourier transform of windowed frames of real samples.
type Transform struct {
	size   int
	window []float64
	turns  []complex128 // exp(-2πik/size)
	work   []complex128
}

// NewTransform prepares frames of the given size, a power of two, under a Hann window.
func NewTransform(size int) *Transform {
	t := &Transform{
		size:   size,
		window: make([]float64, size),
		turns:  make([]complex128, size/2),
		work:   make([]complex128, size),
	}
	for i := range t.window {
		t.window[i] = 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/float64(size))
	}
	for k := range t.turns {
		t.turns[k] = cmplx.Rect(1, -2*math.Pi*float64(k)/float64(size))
	}
	return t
}

// Power writes the power of the frame into dst, which has size/2 values: bin k stands for k·rate/size hertz. It is
// scaled so that white noise of power 1 gives 1 in every bin. Samples before and after the signal count as zero.
func (t *Transform) Power(dst, signal []float64, start int) {
	shift := 64 - bits.Len(uint(t.size-1))
	var energy float64
	for i, w := range t.window {
		var v float64
		if at := start + i; at >= 0 && at < len(signal) {
			v = signal[at]
		}
		t.work[bits.Reverse64(uint64(i))>>shift] = complex(w*v, 0)
		energy += w * w
	}
	t.butterflies()
	for k := range dst {
		re, im := real(t.work[k]), imag(t.work[k])
		dst[k] = (re*re + im*im) / energy
	}
}

// butterflies is the radix-2 transform of Cooley and Tukey on bit-reversed input.
func (t *Transform) butterflies() {
	for half := 1; half < t.size; half *= 2 {
		step := t.size / (2 * half)
		for start := 0; start < t.size; start += 2 * half {
			low := t.work[start : start+half]
			high := t.work[start+half : start+2*half]
			for k := range low {
				turned := high[k] * t.turns[k*step]
				low[k], high[k] = low[k]+turned, low[k]-turned
			}
		}
	}
}
