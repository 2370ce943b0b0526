package analyzer

import "earmark/analyzer/fourier"

// A decoder copies the spectrum to the same frequencies in every frame of its latent sequence, counted from the first
// sample: the lines that it leaves stand not only in one place, they keep their phase for as long as it runs. Music
// does not: even a held tone drifts and starts anew. So frames are taken together by phase alone. Over K frames a line
// that keeps its phase gives |Σ exp(iφ)|²/K = K, and anything else 1 on average, exponentially distributed (Rayleigh's
// test of circular data; Mardia and Jupp, Directional Statistics, section 6.3.1): a line far below the noise of one
// frame stands out, at a resolution of 1/12 Hz.
const (
	phaseFrames = fourier.Frames // of one sum
	leastPhases = phaseFrames / 2
	fineCells   = fourier.Cells // of a bin
	fineHz      = binHz / fineCells
	fineFirst   = firstBin - baseline/2
	fineBins    = Bins + baseline - 1
	keptGroups  = 2 // of the middle whose phasors are kept
)

// phases collects the phasors of one channel over as many frames as are summed at once.
type phases struct {
	re, im        []int8 // phaseFrames rows of fineBins
	frames, sound int    // rows in use, and those of them that are no silence

	keep int       // so many more times, put away what was summed
	kept []Phasors // that
}

func newPhases() phases {
	return phases{re: make([]int8, phaseFrames*fineBins), im: make([]int8, phaseFrames*fineBins)}
}

// row is where the phasors of the next frame go; nothing goes there in silence.
func (p *phases) row(silent bool) (re, im []int8) {
	from := p.frames * fineBins
	re, im = p.re[from:from+fineBins], p.im[from:from+fineBins]
	p.frames++
	if silent {
		clear(re)
		clear(im)
	} else {
		p.sound++
	}
	return re, im
}

// Fine is the spectrum of phases: how much more each frequency keeps its phase than chance would, as
// √(|Σ exp(iφ)|²/K) in steps of 1/fineSteps, fineCells for each bin. It is nil where too little was heard.
type Fine []uint8

const fineSteps = 24 // √K, the most there can be, is 8

// Phasors are those of frames that were summed at once, for what asks how the phases of lines go together.
type Phasors struct {
	re, im []int8 // frames rows of fineBins
	frames int
}

// fineSum is a [Fine] in the making, summed over groups of frames and channels.
type fineSum struct {
	sum    []float32
	groups int
}

// add takes what p collected, if it is enough, and empties it.
func (f *fineSum) add(p *phases, t *fourier.Transform) {
	if p.sound >= leastPhases {
		if f.sum == nil {
			f.sum = make([]float32, fineBins*fineCells)
			clear(f.sum) // by writing: to be read first, fresh memory takes a fault of the page more
		}
		const square = 127 * 127 // of a phasor
		t.Fine(f.sum, p.re, p.im, p.frames, fineFirst, 1/(square*float32(p.sound)))
		f.groups++
		if p.keep > 0 {
			p.keep--
			p.kept = append(p.kept, Phasors{p.re, p.im, p.frames})
			p.re, p.im = make([]int8, len(p.re)), make([]int8, len(p.im))
		}
	}
	p.frames, p.sound = 0, 0
}

func (f *fineSum) fine() Fine {
	if f.groups == 0 {
		return nil
	}
	out := make(Fine, len(f.sum))
	fourier.Roots(out, f.sum, fineSteps*fineSteps/float32(f.groups))
	return out
}

// cell is where in a [Fine] the frequency hz is, rounded.
func cell(hz float64) int {
	const first = fineCells*fineFirst - fineCells/2 - 0.5
	return int(hz*(1/fineHz) - first)
}
