package analyzer

import (
	"cmp"
	"math"
	"math/cmplx"
	"slices"
	"sync"

	"github.com/tphakala/simd/f32"

	"earmark/analyzer/fourier"
)

// An echo after τ seconds multiplies the spectrum by |1 + g·exp(-2πifτ)|: in decibels a wave along frequency with a
// period of 1/τ, strongest at τ in the cepstrum and at most g/2 times as strong at 2τ (Bogert, Healy and Tukey, The
// Quefrency Alanysis of Time Series for Echoes, 1963). A decoder's lines are narrow and repeat in the cepstrum at every
// multiple, nearly as strong. So what stands alone there is an echo, of a delay, a flanger, or a wall, and is taken out
// before lines are looked for: they would be found in its crests.
const (
	clearEcho   = 6.0                        // times the middle of the cepstrum
	secondShare = 0.5                        // of a peak's strength, that twice its time has where lines repeat
	thirdShare  = 0.3                        // likewise, three times
	leastEcho   = 0.5                        // dB, that the strongest must have for any to be taken out
	strongEcho  = 1.0                        // dB, that only very regular lines reach: what is not is an echo
	shortPeriod = 90                         // points, 2 ms: lines that are farther apart have peaks everywhere
	weakEchoes  = 6                          // that may be found before it
	mostEchoes  = 64                         // of a whole, which has the sums and differences of delays too
	fewEchoes   = 8                          // of a segment, and while it is asked whether enough was heard
	echoStep    = 1 / (fourier.Real * binHz) // seconds a point of the cepstrum
	firstEcho   = 177                        // points, 4 ms: the baseline of the residual has taken out what is shorter
	lastEcho    = 7927                       // points, 180 ms: half a period a bin is 186
)

// Echo is a wave along frequency that was taken out.
type Echo struct {
	Seconds float64 `json:"delay_sec"`
	DB      float64 `json:"wave_db"` // amplitude of the wave
}

type cepstrum struct {
	fft    *fourier.Transform
	in     []float32 // the mean residual, and zeros
	size   []float32 // of each point
	some   []float32
	strong bool   // a strong echo was found
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

// withoutEchoes takes at most so many echoes out of both channels, and lists those of the middle, strongest first.
func (s Sound) withoutEchoes(most int) (clean Sound, echoes []Echo) {
	s.Mid, echoes = s.Mid.withoutEchoes(most)
	if s.Side.Frames > 0 {
		s.Side, _ = s.Side.withoutEchoes(most)
	}
	return s, echoes
}

func (r Residual) withoutEchoes(most int) (Residual, []Echo) {
	c := cepstra.Get().(*cepstrum) //nolint:errcheck,forcetypeassert // the pool has nothing else
	defer cepstra.Put(c)
	clear(c.lines)
	c.strong = false
	clean := Residual{Frames: r.Frames, Level: slices.Clone(r.Level), Mean: slices.Clone(r.Mean), Dev: r.Dev}
	var echoes []Echo
	strongest := 0.0
	for len(echoes) < most && (strongest >= leastEcho || len(echoes) < weakEchoes) {
		at, ok := c.next(clean.Mean)
		if !ok {
			break
		}
		e := takeOut(clean, at)
		echoes, strongest = append(echoes, e), max(strongest, e.DB)
	}
	if strongest < leastEcho {
		return r, nil
	}
	slices.SortFunc(echoes, func(a, b Echo) int { return cmp.Compare(b.DB, a.DB) })
	return clean, echoes
}

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
		strong := c.strong || 4*size/Bins >= strongEcho // a wave's amplitude over its size: the window's mean is 1/2
		base, ok := c.repeats(best, strong)
		if !ok {
			c.strong = strong
			return (float64(best) + vertex(c.size[best-1], c.size[best], c.size[best+1])) * echoStep, true
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

// takeOut subtracts the wave of one echo, as it fits best.
func takeOut(r Residual, seconds float64) Echo {
	turn := cmplx.Exp(complex(0, 2*math.Pi*seconds*binHz))
	var cc, ss, cs, rc, rs float64
	at := complex(1, 0)
	for i, weight := range echoWindow()[:Bins] {
		c, s, m, w := real(at), imag(at), float64(r.Mean[i]), float64(weight)
		at *= turn
		if m == 0 {
			continue // nothing was measured here
		}
		cc, ss, cs = cc+w*c*c, ss+w*s*s, cs+w*c*s
		rc, rs = rc+w*c*m, rs+w*s*m
	}
	det := cc*ss - cs*cs
	if det <= 0 {
		return Echo{Seconds: seconds}
	}
	a, b := (rc*ss-rs*cs)/det, (rs*cc-rc*cs)/det
	at = complex(1, 0)
	for i := range r.Mean {
		wave := float32(a*real(at) + b*imag(at))
		at *= turn
		if r.Mean[i] != 0 {
			r.Mean[i] -= wave
			r.Level[i] -= wave
		}
	}
	return Echo{Seconds: seconds, DB: math.Hypot(a, b)}
}
