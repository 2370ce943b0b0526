package analyzer

import (
	"math"
	"slices"
	"sync"

	"github.com/tphakala/simd/f32"

	"earmark/analyzer/fourier"
)

const (
	clearEcho   = 6.0                        // times the middle of the cepstrum
	secondShare = 0.5                        // of a peak's strength, that twice its time has where lines repeat
	thirdShare  = 0.3                        // likewise, three times
	shortPeriod = 90                         // points, 2 ms: lines that are farther apart have peaks everywhere
	productMost = 4.0                        // times the product of two waves, of one at the sum of their delays
	echoStep    = 1 / (fourier.Real * binHz) // seconds a point of the cepstrum
	firstEcho   = 177                        // points, 4 ms: the baseline of the residual has taken out what is shorter
	lastEcho    = 7927                       // points, 180 ms: half a period a bin is 186
)

// cepstrum is the spectrum of a [Residual]: echoes and lines are peaks in it, at the time that they repeat after.
type cepstrum struct {
	fft    *fourier.Transform
	in     []float32 // the mean residual, and zeros
	size   []float32 // of each point
	some   []float32
	found  []Echo
	strong bool   // one of them is
	lines  []bool // points that belong to lines, not to echoes
}

var cepstra = sync.Pool{New: func() any {
	return &cepstrum{
		fft: fourier.New(), in: make([]float32, fourier.Real), size: make([]float32, fourier.Points),
		lines: make([]bool, fourier.Points),
	}
}}

// echoWindow is a Hann window over the measured band, and zeros.
var echoWindow = sync.OnceValue(func() []float32 {
	w := make([]float32, fourier.Real)
	for i := range Bins {
		w[i] = float32(0.5 - 0.5*math.Cos(2*math.Pi*(float64(i)+0.5)/Bins))
	}
	return w
})

// next looks for the strongest peak of the cepstrum that is no line's, and gives its time.
func (c *cepstrum) next(mean []float32) (seconds float64, ok bool) {
	copy(c.in, mean)
	c.fft.Power(c.size[1:], 1, c.in, echoWindow())
	f32.Sqrt(c.size, c.size)
	c.some = c.some[:0]
	for i := firstEcho; i < lastEcho; i += 8 { // neighbours differ little
		c.some = append(c.some, c.size[i])
	}
	least := clearEcho * median(c.some)
	for {
		best, size := 0, least
		for i := firstEcho; i < lastEcho; i++ {
			if v := c.size[i]; v > size && !c.lines[i] && v >= c.size[i-1] && v >= c.size[i+1] {
				best, size = i, v
			}
		}
		if best == 0 {
			return 0, false
		}
		db := 4 * float64(size) / Bins // a wave's amplitude over its size: the window's mean is 1/2
		at := (float64(best) + vertex(c.size[best-1], c.size[best], c.size[best+1])) * echoStep
		strong := c.strong || db >= strongEcho
		base, ok := c.repeats(best, strong)
		if !ok || c.follows(at, db) {
			c.strong = strong
			if strong {
				clear(c.lines) // some may be what this one makes of others
			}
			return at, true
		}
		c.mark(best, 3)
		for n := 1; n*base < len(c.lines); n++ {
			c.mark(n*base, 3+n)
		}
	}
}

func (c *cepstrum) mark(at, around int) {
	for i := max(0, at-around); i <= min(at+around, len(c.lines)-1); i++ {
		c.lines[i] = true
	}
}

// follows tells whether a wave is what echoes that were found make of each other, where one of them is strong. Several
// pairs may have the same sum or difference.
func (c *cepstrum) follows(seconds, db float64) bool {
	if !c.strong {
		return false
	}
	const tolerance = 1.5 * echoStep
	for _, a := range c.found {
		for _, b := range c.found {
			if db > productMost*a.DB*b.DB*math.Ln10/20 {
				continue
			}
			if math.Abs(seconds-a.Seconds-b.Seconds) < tolerance ||
				math.Abs(seconds-math.Abs(a.Seconds-b.Seconds)) < tolerance {
				return true
			}
		}
	}
	return false
}

// repeats tells whether a peak is one of lines, and the time that it and they are multiples of. No decoder's lines are
// closer than [minSpacing].
func (c *cepstrum) repeats(at int, strong bool) (base int, ok bool) {
	if !strong && transformed(float64(at)*echoStep) {
		return at, true
	}
	near := func(i, around int, share float32) bool {
		return slices.Max(c.size[max(0, i-around):min(i+around+1, len(c.size))]) >= share*c.size[at]
	}
	for n := 1; n <= 8 && at/n >= firstEcho; n++ {
		base := at / n
		if float64(base)*echoStep*minSpacing <= 1 &&
			near(base, 2, secondShare) && near(2*at/n, 3, secondShare) && near(3*at/n, 4, thirdShare) {
			return base, true
		}
	}
	if strong {
		return 0, false
	}
	// A weak one may be the strongest of uneven lines.
	for _, hz := range Spacings {
		period := 1 / (hz * echoStep)
		n := math.Round(float64(at) / period)
		if period < shortPeriod || math.Abs(float64(at)-n*period) > 1 {
			continue
		}
		others := 0
		for m := 1.0; m*period < lastEcho; m++ {
			if i := int(math.Round(m * period)); m != n && i >= firstEcho && near(i, 1, thirdShare) {
				others++
			}
		}
		if others >= 2 {
			return int(math.Round(period)), true
		}
	}
	return 0, false
}

// transformed tells whether a time is a multiple of 512 samples at 44.1 or 48 kHz: the stride of decoders that end in
// an inverse Fourier transform, whose lines can be so close that they are a wave themselves. Whole milliseconds are
// taken for delays.
func transformed(seconds float64) bool {
	multipleOf := func(of float64) bool {
		const tolerance = 2e-5
		return math.Abs(seconds-math.Round(seconds/of)*of) < tolerance
	}
	return (multipleOf(512.0/44100) || multipleOf(512.0/48000)) && !multipleOf(1e-3)
}
