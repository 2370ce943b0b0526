package analyzer

import (
	"math"
	"slices"
)

// Limits of what counts as a line for a person to look at.
const (
	lineHeightDB = 0.25
	lineSigmas   = 4.5  // mean residual over its standard error: noise alone has no such line
	lineShareDB  = 0.15 // height that a segment's own mean must reach to count as carrying the line
	maxLines     = 64
)

// findLines lists local maxima of the mean residual that stand still, strongest effect first. segments are the mean
// residuals of the segments in tenths of a dB.
func findLines(r Residual, segments [][]int8, lattice float64) []Line {
	type peak struct {
		line   Line
		effect float64
	}
	var peaks []peak
	// Frames overlap by half: the Hann window leaves them nearly independent (Welch 1967), so √frames it is.
	lineEffect := lineSigmas / math.Sqrt(float64(max(r.Frames, 1)))
	for i := 2; i < Bins-2; i++ {
		m := r.Mean[i]
		effect := float64(m) / (float64(r.Dev[i]) + effectOffsetDB)
		if m < lineHeightDB || effect < lineEffect || m < r.Mean[i-1] || m < r.Mean[i+1] ||
			m < r.Mean[i-2] || m < r.Mean[i+2] {
			continue
		}
		hz := hertz(float64(i) + vertex(r.Mean[i-1], m, r.Mean[i+1]))
		carried := 0
		for _, s := range segments {
			if float64(max(s[i-1], s[i], s[i+1]))/10 > lineShareDB {
				carried++
			}
		}
		line := Line{Hz: round(hz, 2), HeightDB: round(float64(m), 2)}
		if len(segments) > 0 {
			line.Share = round(float64(carried)/float64(len(segments)), 3)
		}
		line.Lattice = lattice > 0 && onLattice(hz, lattice)
		peaks = append(peaks, peak{line, effect})
	}
	slices.SortStableFunc(peaks, func(a, b peak) int {
		switch {
		case a.effect > b.effect:
			return -1
		case a.effect < b.effect:
			return 1
		}
		return 0
	})
	out := make([]Line, 0, min(len(peaks), maxLines))
	for _, p := range peaks[:min(len(peaks), maxLines)] {
		out = append(out, p.line)
	}
	return out
}

// onLattice tells whether hz lies within a bin and a half of a multiple of spacing.
func onLattice(hz, spacing float64) bool {
	return math.Abs(hz-math.Round(hz/spacing)*spacing) < min(1.5*binHz, spacing/5)
}

// vertex is the offset in bins of the top of the parabola through three neighbouring values, -0.5 … 0.5.
func vertex(left, mid, right float32) float64 {
	den := float64(left) - 2*float64(mid) + float64(right)
	if den >= 0 {
		return 0
	}
	return min(max(0.5*(float64(left)-float64(right))/den, -0.5), 0.5)
}

func round(v float64, digits int) float64 {
	p := math.Pow10(digits)
	return math.Round(v*p) / p
}
