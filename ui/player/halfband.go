package player

import "math"

// taps is how many pairs of coefficients the half-band filter has: 95 taps, every second one zero. Its pass band ends
// at 0.227 of the higher rate (20 kHz of 88.2), its stop band begins at 0.273, 70 dB down.
const taps = 24

// halfBandTaps are the coefficients at distance ±1, ±3, ±5 … of a Kaiser-windowed sinc; the one in the middle is ½.
var halfBandTaps = func() (h [taps]float64) {
	const beta = 6.76 // 70 dB; Kaiser 1974
	sum := 0.0
	for k := range h {
		d := float64(2*k + 1)
		r := d / (2 * taps)
		h[k] = math.Sin(math.Pi*d/2) / (math.Pi * d) * bessel0(beta*math.Sqrt(1-r*r)) / bessel0(beta)
		sum += 2 * h[k]
	}
	for k := range h {
		h[k] *= 0.5 / sum // gain exactly 1 at 0 Hz
	}
	return h
}()

// bessel0 is the modified Bessel function of the first kind and order zero.
func bessel0(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > 1e-12*sum; k++ {
		term *= x * x / (4 * k * k)
		sum += term
	}
	return sum
}

// halfBand doubles or halves the rate of a stream without delay: frame 0 stays frame 0.
type halfBand struct {
	src   streamer
	up    bool
	reach int // frames of src needed on both sides of the current one
	buf   [][2]float64
	at    int // index of the current source frame in buf
	end   int // frames of buf that hold something; 0 past the real end
	done  bool
	odd   bool // up: the frame between two source frames is next
	block [512][2]float64
}

func newHalfBand(src streamer, up bool) *halfBand {
	h := &halfBand{src: src, up: up, reach: 2*taps - 1}
	if up {
		h.reach = taps
	}
	h.buf = make([][2]float64, h.reach, 4096)
	h.at, h.end = h.reach, h.reach
	return h
}

func (h *halfBand) Err() error { return h.src.Err() }

// fill makes the current frame and its surroundings available and says whether there is a current frame.
func (h *halfBand) fill() bool {
	for !h.done && h.at+h.reach >= len(h.buf) {
		if h.at > 2048 { // keep what the filter still sees
			keep := h.at - h.reach
			h.buf = h.buf[:copy(h.buf, h.buf[keep:])]
			h.at -= keep
			h.end -= keep
		}
		n, ok := h.src.Stream(h.block[:])
		h.buf = append(h.buf, h.block[:n]...)
		h.end += n
		if !ok || n == 0 { // silence after the end
			h.done = true
			h.buf = append(h.buf, make([][2]float64, h.reach+1)...)
		}
	}
	return h.at < h.end
}

func (h *halfBand) Stream(dst [][2]float64) (int, bool) {
	for i := range dst {
		if !h.fill() {
			return i, i > 0
		}
		switch {
		case !h.up: // ½x[n] + Σ h[k]·(x[n−2k−1] + x[n+2k+1]), every second n
			x := h.buf[h.at]
			y := [2]float64{x[0] / 2, x[1] / 2}
			for k, c := range halfBandTaps {
				a, b := h.buf[h.at-2*k-1], h.buf[h.at+2*k+1]
				y[0] += c * (a[0] + b[0])
				y[1] += c * (a[1] + b[1])
			}
			dst[i] = y
			h.at += 2
		case h.odd: // Σ 2h[k]·(x[n−k] + x[n+1+k])
			var y [2]float64
			for k, c := range halfBandTaps {
				a, b := h.buf[h.at-k], h.buf[h.at+1+k]
				y[0] += 2 * c * (a[0] + b[0])
				y[1] += 2 * c * (a[1] + b[1])
			}
			dst[i] = y
			h.odd = false
			h.at++
		default: // the source's own frame, untouched
			dst[i] = h.buf[h.at]
			h.odd = true
		}
	}
	return len(dst), true
}
