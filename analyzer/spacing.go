package analyzer

import (
	"math"
	"slices"
)

// A decoder that nobody has met may have any spacing, and a change of speed brings every spacing to any other. In the
// averaged spectrum some comb always fits a little, and what is in tune fits some very well; but a spacing whose lines
// also keep their phase, alone and on no grid of beats, is a decoder's, or that of a loop which repeats to the sample.
// So the phases are asked about the likeliest of all spacings.
//
// The numbers were chosen on recordings at other speeds: of 100 Suno tracks 90 to 95 have evidence of 3 and more then,
// of 28 of ACE-Step 24 or 25, of 18 of YuE 14 or 15. Of 671 human recordings that are fit one has more than 1.2.
const (
	anyLead  = 9.0 // deviations from which on it counts
	anySlope = 0.7 // evidence per deviation
	anyUnit  = 5.0 // deviations that fewer than one human recording in a hundred have, where lines are not faint

	// All evidence together with that of a spacing that nothing explains: a little more than human-safe asks for. A
	// loop that repeats to the sample locks as well as any decoder.
	anySum = 4.6

	// Contrast from which on lines say more than lockShared, and from which on as much as they can: those of music that
	// lock by chance are faint.
	faintLines, fullLines = 0.45, 0.65

	// Shares of the bottom third below which lines fall as overtones do: those of 17 tones that were held in noise fall
	// so far, and of 1,083 generated copies five.
	fallenMiddle, fallenTop = 0.7, 0.42

	loopLevel = 4.5 // mean of lines that are nearly all there is: of 735 generated copies five reach it, drums often do

	// Effect from which half of the teeth are overtones: a voice on one note keeps its phase where a machine sings it.
	// Of 780 generated copies at another speed that lock one in fifty has more than 0.35. Where a tenth of the teeth
	// are tones it is enough that the top falls so far; that of such copies falls to 0.72.
	voiceMedian = 0.4
	tallTop     = 0.6

	rivalShare = 0.3  // of the lead, that an unrelated spacing must not have: tones in tune lock on many
	mostRatio  = 12   // numbers up to which spacings are related
	sameRatio  = 3e-5 // of the ratio, within which they are
	nearClock  = 5e-3 // of a clock's spacing: those of screens and sound chips are not exact
)

// anyLock looks for the lattice of any spacing whose lines keep their phase most; Evidence is 0 where there is none.
func (f Feature) anyLock() Lock {
	if f.Fine == nil {
		return Lock{}
	}
	spacings := f.candidates()
	grids := make([]grid, len(spacings))
	usual, present := f.Fine.usual(), false
	for i, hz := range spacings {
		spacings[i] = f.Fine.refine(hz, usual)
		grids[i] = newGrid(spacings[i])
		level, floor, unit := f.Fine.beside(grids[i], spacings[i])
		if level > loopLevel {
			return Lock{}
		}
		present = present || level-floor >= anyLead*unit
	}
	if !present {
		return Lock{}
	}
	found := make([]Coherence, len(spacings))
	best := 0
	for i, hz := range spacings {
		found[i] = f.Fine.coherence(grids[i], hz)
		if found[i].Lead > found[best].Lead {
			best = i
		}
	}
	lead, hz := found[best].Lead, spacings[best]
	if lead < anyLead {
		return Lock{}
	}
	middle, top := f.Fine.thirds(grids[best])
	median, tenth := f.heights(hz)
	if middle < fallenMiddle && top < fallenTop || median > voiceMedian || tenth > tallMost && top < tallTop {
		return Lock{}
	}
	for i, other := range found {
		if other.Lead > rivalShare*lead && !related(spacings[i], hz) {
			return Lock{}
		}
	}
	return Lock{
		Hz: hz, Strength: lead / anyUnit, Evidence: min(anySlope*(lead-anyLead), found[best].anyBound(hz)),
		comb: f.comb(hz),
	}
}

// refine is the spacing near hz whose lines keep their phase most, to a cell at 16 kHz, by a part of them first.
func (f Fine) refine(hz, usual float64) float64 {
	const part, near = 128, 2
	// An odd step does not pass over every other tooth.
	step := math.Ceil((combTo-combFrom)/hz/part/2)*2 - 1
	search := func(around float64, steps int, step float64) float64 {
		best, most := around, 0.0
		for k := -steps; k <= steps; k++ {
			at := around * (1 + refineStep*float64(k))
			if stands := f.stands(at, usual, step); stands > most {
				best, most = at, stands
			}
		}
		return best
	}
	return search(search(hz, refineSteps, max(step, 1)), near, 1)
}

// related tells whether two spacings are small multiples of one.
func related(a, b float64) bool {
	for q := 1.0; q <= mostRatio; q++ {
		p := math.Round(a / b * q)
		if p >= 1 && p <= mostRatio && math.Abs(a/b*q/p-1) < sameRatio {
			return true
		}
	}
	return false
}

// anyBound is the most that the lattice of hz may say, which may be any.
func (c Coherence) anyBound(hz float64) float64 {
	among := func(spacings []float64, share float64) bool {
		return slices.ContainsFunc(spacings, func(s float64) bool { return math.Abs(hz/s-1) < share })
	}
	if among(clockSpacings, nearClock) || among(blockSpacings, sameSpacing) || among(frameSpacings, sameSpacing) {
		return lockShared
	}
	share := (c.Contrast - faintLines) / (fullLines - faintLines)
	return lockShared + (lockMost-lockShared)*min(max(share, 0), 1)
}
