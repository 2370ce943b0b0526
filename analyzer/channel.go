package analyzer

import (
	"github.com/tphakala/simd/f32"

	"earmark/analyzer/resample"
)

// channel is the middle or the side on its way from samples to averages.
type channel struct {
	resample *resample.Resampler
	in       []float32 // one block at the file's own rate
	samples  []float32 // at Rate, that wait for a full frame
	segment  *moments
	whole    *total
	phases   phases
}

func newChannel(rate int) channel {
	return channel{
		resample: resample.New(rate, Rate, passBandHz), in: make([]float32, readFrames),
		segment: newMoments(), whole: newTotal(), phases: newPhases(),
	}
}

// restart forgets what waits for a full frame: the next sample is not its neighbour.
func (c *channel) restart() {
	c.resample.Reset()
	c.samples = c.samples[:0]
}

// frame measures the frame that starts at sample from of those that wait, and tells whether there was sound in it.
func (c *channel) frame(s *spectrum, fine *fineSum, from int) bool {
	x := c.samples[from : from+frameLen]
	sounds := loud(x)
	re, im := c.phases.row(!sounds)
	if sounds {
		s.frame(x, re, im)
		c.segment.add(s)
	}
	if c.phases.frames == phaseFrames {
		fine.add(&c.phases, s.transform)
	}
	return sounds
}

// loud tells whether there is sound in a frame: neither silence nor damaged floating-point samples, whose power no
// number may hold.
func loud(x []float32) bool {
	square := f32.SumOfSquares(x) / frameLen
	return square >= silentSquare && square < damagedSquare
}
