package analyzer

import (
	"math"
	"math/cmplx"

	"github.com/tphakala/simd/f32"
	"gonum.org/v1/gonum/dsp/fourier"
)

// Buzz, the edges of a dimmer and the ticks of a clock have lines at equal distances that keep their phase, as a
// decoder's do. But all their overtones rise at one moment: what repeats with them is a pulse. What repeats with a
// decoder's lines is like noise, because each layer turns their phases in its own way. So a recording is averaged over
// its repetitions, and every overtone made alike: of pulses that leaves a high peak, of noise none (phase-only
// synthesis: Oppenheim and Lim, The importance of phase in signals, Proc. IEEE 69, 1981).
const (
	pulseHz   = 5.0 / 3 // of which all clocks' spacings are multiples
	pulseFrom = 1500.0  // Hz, of the overtones
	pulseTo   = 16000.0 // Hz

	// Of 243 generated recordings none has more than 1.55 on its decoder's own spacing; of 37 human ones that a
	// sawtooth, pulse or rectified sine of 50 or 60 Hz brings over the human-safe threshold 33 have more than 1.8.
	pulsePeak = 1.7
	pulseComb = 2.5 // strength of the comb from which the pulses may be what made it
)

// pulses averages what repeats 5/3 times a second, and so with every one of the [clockSpacings].
type pulses struct {
	average []float32 // of three fifths of a second at the recording's own rate; nil: no number of samples are that
	running []float32 // of the same length, since the last multiple of it
	from    int       // first sample of running that was heard
	at      int       // next one

	samples []float32 // those to be added, after the two before them
	steps   []float32 // from each to the next
}

func newPulses(rate int) pulses {
	if rate%5 != 0 {
		return pulses{}
	}
	return pulses{
		average: make([]float32, rate*3/5), running: make([]float32, rate*3/5),
		samples: make([]float32, readFrames+2), steps: make([]float32, readFrames+1),
	}
}

// begin goes on at another frame of the recording.
func (p *pulses) begin(frame int64) {
	p.end()
	if p.average != nil {
		p.from = int(frame % int64(len(p.average)))
		p.at = p.from
		clear(p.samples[:2])
	}
}

// add takes the samples that follow, [readFrames] at most. Their second difference is about as loud at the top of the
// range as at the bottom.
func (p *pulses) add(samples []float32) {
	if p.average == nil {
		return
	}
	copy(p.samples[2:], samples)
	steps := p.steps[:len(samples)+1]
	f32.Sub(steps, p.samples[1:len(samples)+2], p.samples[:len(samples)+1])
	for from := 0; from < len(samples); {
		n := min(len(samples)-from, len(p.running)-p.at)
		f32.Sub(p.running[p.at:p.at+n], steps[from+1:from+1+n], steps[from:from+n])
		from, p.at = from+n, p.at+n
		if p.at == len(p.running) {
			p.end()
			p.from, p.at = 0, 0
		}
	}
	copy(p.samples[:2], p.samples[len(samples):len(samples)+2])
}

// end adds what runs to the average, each repetition as loud as every other: a single stroke is no repetition.
func (p *pulses) end() {
	heard := p.running[p.from:p.at]
	if square := f32.SumOfSquares(heard) / float32(max(len(heard), 1)); square > 0 && square < damagedSquare {
		f32.Scale(heard, heard, 1/float32(math.Sqrt(float64(square))))
		f32.AccumulateAdd(p.average[p.from:p.at], heard, 0)
	}
	p.from = p.at
}

// overtones are those of an average, pulseHz from one to the next.
type overtones struct {
	all       []complex128 // none where nothing could be averaged
	alike     []complex128 // of one repetition, several points for each overtone
	transform *fourier.CmplxFFT
}

func (p *pulses) overtones() *overtones {
	const points = 2048
	o := &overtones{alike: make([]complex128, points), transform: fourier.NewCmplxFFT(points)}
	if p.average == nil {
		return o
	}
	x := make([]float64, len(p.average))
	for i, v := range p.average {
		x[i] = float64(v)
	}
	o.all = fourier.NewFFT(len(x)).Coefficients(nil, x)
	o.all = o.all[:min(len(o.all), int(pulseTo/pulseHz))]
	return o
}

// pulsed tells whether what repeats with hz, a multiple of pulseHz, has a peak that those of the multiples beside it
// have not, which a single stroke raises as well.
func (o *overtones) pulsed(hz float64) bool {
	step := int(math.Round(hz / pulseHz))
	peak := o.peak(step)
	return peak >= pulsePeak*max(o.peak(step-1), 1) && peak >= pulsePeak*o.peak(step+1)
}

// peak is that of what every step-th overtone makes when all are alike, over its root mean square.
func (o *overtones) peak(step int) float64 {
	n := 0
	for k := (int(pulseFrom/pulseHz) + step - 1) / step * step; k < len(o.all); k += step {
		v := o.all[k]
		if size := cmplx.Abs(v); size > 0 {
			v /= complex(size, 0)
		}
		o.alike[n] = v
		n++
	}
	if n == 0 {
		return 0
	}
	clear(o.alike[n:])
	var most float64 // a square: roots cost more than all the rest
	for _, v := range o.transform.Coefficients(o.alike, o.alike) {
		most = max(most, real(v)*real(v)+imag(v)*imag(v))
	}
	return math.Sqrt(most / float64(n))
}
