package analyzer

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

const (
	toneHeightDB = 12.0 // line that is higher is a tone of the recording
	toneShare    = 0.5  // share of such lines from which there is no verdict: 243 generated ones have 0.39 at most
	leastTones   = 16

	// The teeth of 100 Suno tracks at another speed have a median effect of 0.41 at most.
	tallMedian = 0.5  // effect from which half of a comb's teeth are tones
	tallMost   = 0.99 // likewise, from which a tenth of them are; 1 is the bound of an effect

	lowestDrone = 40.0   // Hz
	droneStep   = 3.4e-4 // of the spacing: two bins at 16 kHz
	faintComb   = 5.0    // strength from which a comb is there
	droneComb   = 15.0   // strength from which a comb is a drone's, where it is tall
	sameSpacing = 3e-4   // of the spacing, within which it is a decoder's
)

// tones tells whether most of the lines are tones of the recording itself: a drone, a sustained chord, a sound chip.
func tones(lines []Line) bool {
	tall := higher(lines, toneHeightDB)
	return tall >= leastTones && float64(tall) >= toneShare*float64(len(lines))
}

func higher(lines []Line, db float64) (n int) {
	for _, l := range lines {
		if l.HeightDB > db {
			n++
		}
	}
	return n
}

// toned tells whether the strongest comb is the overtones of a tone: of a note that is held, a drone, a sound chip.
// They stand high where a decoder's lines are small, sink into the noise on the way up, or every other one is missing.
// At some speed the comb of every tone is a decoder's.
func (f Feature) toned(combs []float64) bool {
	i := floats.MaxIdx(combs)
	if combs[i] < humCombs {
		return false
	}
	hz := Spacings[i]
	return f.tall(hz) || f.alternates(hz) || f.sinks(hz)
}

// tall tells whether the teeth of a spacing stand higher than a decoder's do.
func (f Feature) tall(hz float64) bool { return !f.low(hz, tallMedian, tallMost) }

// low tells whether half of a spacing's teeth and nine tenths of them stand no higher than that.
func (f Feature) low(hz float64, median, tenth float32) bool {
	half, most := f.heights(hz)
	return half <= median && most <= tenth
}

// heights are the effect that half of a spacing's teeth reach, and that a tenth of them do.
func (f Feature) heights(hz float64) (median, tenth float32) {
	var effects []float32
	for _, i := range f.teeth(hz) {
		effects = append(effects, slices.Max(f.Effect[i-1:i+2]))
	}
	n := len(effects)
	if n == 0 {
		return 1, 1
	}
	slices.Sort(effects)
	return effects[n/2], effects[n*9/10]
}

// drones tells whether the strongest comb of all spacings is tall and no decoder's: a note is held. Its overtones, and
// what sampling folded back of them, meet many a lattice.
func (f Feature) drones() bool {
	tones := 0
	for i := 1; i < Bins-1; i++ {
		if v := f.Effect[i]; v > tallMost && v >= f.Effect[i-1] && v > f.Effect[i+1] {
			tones++
		}
	}
	if tones < leastTones {
		return false
	}
	heights := everyTooth(f.Effect)
	found, strength := 0.0, math.Inf(-1)
	for hz := lowestDrone; hz < maxSpacing; hz *= 1 + droneStep {
		var sum float32
		teeth := 0
		step := hz / binHz
		for at := math.Ceil(combFrom/hz)*step - firstBin + 0.5; at < combTo/binHz-firstBin; at += step {
			sum += heights[int(at)]
			teeth++
		}
		if v := float64(sum) / math.Sqrt(float64(teeth)); v > strength {
			found, strength = hz, v
		}
	}
	middle, deviation := chance(heights)
	for _, hz := range Spacings {
		if math.Abs(found/hz-1) < sameSpacing {
			return false
		}
	}
	return (strength-middle)/deviation >= droneComb && f.tall(found)
}

// heldTones are the combs that a tone which is held leaves on a spacing that a decoder may have: from a strength on,
// less than these shares of the bottom third are left in the middle and at the top. They keep clear of 3,100 copies of
// generated recordings: theirs fade to 0.22 and 0.16 at most above 8, to 0.40 and 0.08 above 13, and to 0.50 above 18.
// Weaker ones whose teeth are tall may be a decoder's for all that; see [Feature.sawtooth].
var heldTones = []struct {
	strength, middle, top float64
	tall                  bool
}{
	{strength: 8, middle: 0.2, top: 0.2},
	{strength: 13, middle: 0.35, top: 0.25},
	{strength: 18, middle: sunkMiddle, top: sunkTop, tall: true},
}

// holdsTone tells whether the strongest comb is that of one of the [heldTones].
func (f Feature) holdsTone(combs []float64) bool {
	i := floats.MaxIdx(combs)
	middle, top := f.fade(Spacings[i])
	_, tenth := f.heights(Spacings[i])
	for _, tone := range heldTones {
		if combs[i] >= tone.strength && middle < tone.middle && top < tone.top && (tone.tall || tenth <= tallMost) {
			return true
		}
	}
	return false
}

// overtones tells whether the comb of spacing i is there and sinks: it may be of a tone that is held, and more faintly
// than [Feature.holdsTone] can be sure of.
func (f Feature) overtones(i int, combs []float64) bool {
	return combs[i] >= faintComb && f.sinks(Spacings[i])
}

const (
	waveComb      = 12.0 // strength from which a comb may be a sawtooth's
	waveTeeth     = 5    // of which the tallest counts
	leastWaves    = 3    // of those
	waveHeightDB  = 3.0
	waveFlattest  = -3.8 // dB an octave
	waveSteep     = -7.0 // likewise
	noiseShare    = 0.75 // of the slope of steep ones, that is theirs and not that of what they stand in
	waveScatterDB = 1.2
)

// sawtooth tells whether the strongest comb is tall and its teeth, of every five the tallest, fall on a straight line,
// as the overtones of a sawtooth or a pulse do by 6 dB an octave and those of a triangle by 12, and those of none of
// 1,950 copies of generated recordings and of human music. Steep ones must come as much nearer to the noise: a
// decoder's lines fall with the sound that they are copies of.
func (f Feature) sawtooth(r Residual, combs []float64) bool {
	i := floats.MaxIdx(combs)
	if _, tenth := f.heights(Spacings[i]); combs[i] < waveComb || tenth <= tallMost {
		return false
	}
	var octaves, levels, heights []float64
	for k, bin := range f.teeth(Spacings[i]) {
		octaves = append(octaves, math.Log2(float64(k)))
		levels = append(levels, float64(slices.Max(r.Level[bin-1:bin+2])))
		heights = append(heights, float64(slices.Max(r.Mean[bin-1:bin+2])))
	}
	var x, level, height []float64
	for from := 0; from+waveTeeth <= len(levels); from += waveTeeth {
		tallest := from + floats.MaxIdx(levels[from:from+waveTeeth])
		if heights[tallest] < waveHeightDB {
			break // from here on there is noise
		}
		x = append(x, octaves[tallest])
		level, height = append(level, levels[tallest]), append(height, heights[tallest])
	}
	if len(x) < leastWaves {
		return false
	}
	start, slope := stat.LinearRegression(x, level, nil, false)
	_, sinks := stat.LinearRegression(x, height, nil, false)
	for n := range level {
		level[n] -= start + slope*x[n]
	}
	return slope < waveFlattest && (slope > waveSteep || sinks < noiseShare*slope) &&
		stat.StdDev(level, nil) < waveScatterDB
}
