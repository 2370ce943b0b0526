package analyzer

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

const (
	imageFrom  = 150.0  // Hz from the middle of an image and what it is one of, up to
	imageReach = 4500.0 // which they are compared
	imageBins  = 300    // that must be left to compare
	imageLine  = 2.5    // bins to either side of a line that belong to it
	imageLike  = 0.8    // correlation from which they are
)

// imageAxes are the frequencies, in Hz, that a resampler without a filter mirrors lines at, as those of early samplers
// and games do: half the rate that it takes samples at, and its multiples.
var imageAxes = []float64{4000, 5512.5, 6000, 7350, 8000, 11025, 12000}

// images lists the axes that most lines are mirrored at. The waves of echoes are mirrored at many.
func (f Feature) images() (axes []float64) {
	if f.Echoed {
		return nil
	}
	for _, axis := range imageAxes {
		if f.mirrored(axis, 0) > imageLike {
			axes = append(axes, axis)
		}
	}
	return axes
}

// imaged tells whether the teeth of a spacing are images of each other. The lines of a spacing that divides twice an
// axis fall upon each other there, so that what is one by chance counts for several. As those of a decoder do so too,
// what is not on the spacing, nor on half of it where that is wide enough, must be mirrored as well.
func (f Feature) imaged(hz float64) bool {
	without := hz
	if hz >= 2*minSpacing {
		without /= 2
	}
	return slices.ContainsFunc(f.axes, func(axis float64) bool {
		times := 2 * axis / hz
		return math.Abs(times-math.Round(times)) < sameSpacing*times && f.mirrored(axis, without) > imageLike
	})
}

// mirrored is how far what stands above a frequency is the mirror of what stands below it, without the lines of a
// spacing, which 0 is for none: Pearson's correlation.
func (f Feature) mirrored(axis, without float64) float64 {
	var below, above []float64
	for d := imageFrom; d < imageReach; d += binHz {
		low, high := (axis-d)/binHz-firstBin, (axis+d)/binHz-firstBin
		if low < 0 || high > Bins-2 {
			break
		}
		if without > 0 && math.Abs(math.Remainder(axis+d, without)) < imageLine*binHz {
			continue
		}
		below = append(below, float64(interpolate(f.Effect, low)))
		above = append(above, float64(interpolate(f.Effect, high)))
	}
	if len(below) < imageBins {
		return 0
	}
	like := stat.Correlation(below, above, nil)
	if math.IsNaN(like) {
		return 0
	}
	return like
}
