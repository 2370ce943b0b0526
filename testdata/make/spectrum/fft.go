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
	t.frame(signal, start)
	var energy float64
	for _, w := range t.window {
		energy += w * w
	}
	for k := range dst {
		re, im := real(t.work[k]), imag(t.work[k])
		dst[k] = (re*re + im*im) / energy
	}
}

// Change lets change write other numbers into the size/2+1 bins of each frame, frames being hop samples apart, and puts
// the frames together again, under the same window (Griffin and Lim, IEEE Transactions on Acoustics, Speech and Signal
// Processing 32(2), 1984). It returns as much as there is of signal.
func (t *Transform) Change(signal []float64, hop int, change func(bins []complex128)) []float64 {
	return t.Stretch(signal, hop, hop, change)[:len(signal)]
}

// Stretch is Change with frames that are taken step samples apart and put hop samples apart.
func (t *Transform) Stretch(signal []float64, step, hop int, change func(bins []complex128)) []float64 {
	frames := (len(signal) + step - 1) / step
	out, weight := make([]float64, frames*hop+t.size), make([]float64, frames*hop+t.size)
	for n := range frames {
		t.frame(signal, n*step)
		change(t.work[:t.size/2+1])
		t.back()
		for i, w := range t.window {
			out[n*hop+i] += w * real(t.work[i])
			weight[n*hop+i] += w * w
		}
	}
	for i, w := range weight {
		out[i] /= max(w, 1e-2)
	}
	return out
}

// frame transforms the frame that begins at start.
func (t *Transform) frame(signal []float64, start int) {
	for i, w := range t.window {
		var v float64
		if at := start + i; at >= 0 && at < len(signal) {
			v = signal[at]
		}
		t.work[t.reversed(i)] = complex(w*v, 0)
	}
	t.butterflies()
}

// back makes samples of the first size/2+1 bins.
func (t *Transform) back() {
	for k := 1; k < t.size/2; k++ {
		t.work[t.size-k] = cmplx.Conj(t.work[k])
	}
	// The inverse of x is the conjugate of the transform of the conjugate of x, over size. What comes out is real.
	scale := complex(1/float64(t.size), 0)
	for i := range t.work {
		if j := t.reversed(i); j >= i {
			t.work[i], t.work[j] = scale*cmplx.Conj(t.work[j]), scale*cmplx.Conj(t.work[i])
		}
	}
	t.butterflies()
}

// reversed is i with its bits in the other order.
func (t *Transform) reversed(i int) int {
	return int(bits.Reverse64(uint64(i)) >> (64 - bits.Len(uint(t.size-1))))
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
