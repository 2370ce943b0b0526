package analyzer

import (
	"math"
	"slices"
	"sync"

	"github.com/tphakala/simd/f32"
)

// Spacings of which the phases are asked are found in two ways: by their combs in the averaged spectrum, which are
// strong where lines are far apart, and by the distances between what keeps its phase, where they are close.
const (
	combCandidates     = 12
	distanceCandidates = 8

	anyFrom = 17.5   // Hz: 20 at the lowest speed that is looked for
	anyTo   = 225.0  // Hz: 200 at the highest
	anyStep = 1.7e-4 // in log frequency: 2.7 Hz at 16 kHz, the width of a bin
	anyTop  = 0.1    // effect that a tooth counts for at most: decoders' lines are many and small, tones few and high

	sameStep = 6 // steps within which spacings are one

	rivalComb  = 1.4    // times a comb's strength, from which on another one tells what made it
	rivalNear  = 4e-3   // of a spacing, within which combs are one with their flanks
	rivalExact = 1.2e-3 // likewise, within which a comb is that of a known one

	distanceTo    = 60.0  // Hz: wider spacings have few lines, and the distances of notes are many
	distanceReach = 500.0 // Hz, of the distances that tell a spacing exactly
	steadyTo      = 10000 // Hz, up to which distances are taken
	steadyShare   = 0.015 // of cells, that distances are taken between
	steadySample  = 4     // cells of which one is looked at for that
)

// candidates are the spacings, in Hz, of which some may be a decoder's.
func (f Feature) candidates() []float64 { return append(f.byCombs(), f.Fine.byDistances()...) }

var (
	anySpacings = int(math.Log(anyTo/anyFrom) / anyStep)   // whose combs are laid on
	anyPoints   = int(math.Log(combTo/combFrom) / anyStep) // of the band
)

// anyAxis has the bin of each point of the band, and of each spacing 1/√teeth.
var anyAxis = sync.OnceValue(func() (a struct {
	bins   []int32
	scales []float32
},
) {
	for p := range anyPoints {
		a.bins = append(a.bins, int32(math.Round(combFrom*math.Exp(anyStep*float64(p))/binHz))-firstBin)
	}
	ones := make([]float32, anyPoints)
	f32.AddScalar(ones, ones, 1)
	a.scales = onAll(ones)
	for i, teeth := range a.scales {
		a.scales[i] = 1 / float32(math.Sqrt(float64(teeth)))
	}
	return a
})

// onAll sums the teeth of all spacings, lowest first, over the points of the band. On a logarithmic axis their combs
// are one, moved: its teeth lie at log 1, log 2, log 3 … above the spacing. So each tooth is added to all at once.
func onAll(points []float32) []float32 {
	sums := make([]float32, anySpacings)
	for k := math.Ceil(combFrom / anyTo); k*anyFrom < combTo; k++ {
		first := int(math.Round(math.Log(k*anyFrom/combFrom) / anyStep)) // point of the lowest one's tooth
		from, to := max(0, -first), min(anySpacings, anyPoints-first)
		f32.AccumulateAdd(sums[from:to], points[from+first:to+first], 0)
	}
	return sums
}

// everyComb is that of every spacing, lowest first, on [everyTooth] of a recording, as [comb.on] has it.
func everyComb(teeth []float32) []float32 {
	axis := anyAxis()
	points := make([]float32, anyPoints)
	for p, bin := range axis.bins {
		points[p] = teeth[bin]
	}
	sums := onAll(points)
	f32.Mul(sums, sums, axis.scales)
	return sums
}

// byCombs are the spacings whose combs stand out most.
func (f Feature) byCombs() []float64 {
	teeth := everyTooth(f.Effect)
	f32.Clamp(teeth, teeth, -anyTop, anyTop)
	sums := everyComb(teeth)
	out := make([]float64, combCandidates)
	for i := range out {
		best := f32.MaxIdx(sums)
		out[i] = anyFrom * math.Exp(anyStep*float64(best))
		clear(sums[max(0, best-sameStep):min(len(sums), best+sameStep+1)])
	}
	return out
}

// steady lists the cells that keep their phase most, each higher than its neighbours, lowest first.
func (f Fine) steady() []int32 {
	var counts [256]int
	for i := 0; i < len(f); i += steadySample {
		counts[f[i]]++
	}
	wanted := steadyShare * float64(len(f)) / steadySample
	least, above := len(counts)-1, 0
	for ; least > 0 && float64(above) < wanted; least-- {
		above += counts[least]
	}
	var out []int32
	for i := cell(combFrom); i < cell(steadyTo); i++ {
		if v := f[i]; int(v) > least && v >= f[i-1] && v > f[i+1] {
			out = append(out, int32(i))
		}
	}
	return out
}

// byDistances are the spacings that are found most often between what is steady.
func (f Fine) byDistances() []float64 {
	reach := int32(math.Round(distanceReach / fineHz))
	counts := make([]int32, reach+1)
	steady := f.steady()
	for i, a := range steady {
		for _, b := range steady[i+1:] {
			if b-a > reach {
				break
			}
			counts[b-a]++
		}
	}
	often := make([]int32, len(counts)) // a distance falls between two cells
	for i := 1; i < len(counts)-1; i++ {
		often[i] = counts[i-1] + 2*counts[i] + counts[i+1]
	}
	from, to := int(math.Round(anyFrom/fineHz)), int(math.Round(distanceTo/fineHz))
	left := slices.Clone(often[:to+1])
	clear(left[:from])
	out := make([]float64, distanceCandidates)
	for i := range out {
		best := from
		for k := from; k <= to; k++ {
			if left[k] > left[best] {
				best = k
			}
		}
		clear(left[max(from, best-3) : min(to, best+3)+1])
		out[i] = exactly(often, best) * fineHz
	}
	return out
}

// exactly is a distance in cells as its multiples tell it: twice, four times, eight times it, each looked for where the
// one before says.
func exactly(often []int32, cells int) float64 {
	const around = 2
	at := float64(cells)
	for n := 2.0; n*at+around < float64(len(often)-1); n *= 2 {
		middle := int(math.Round(n * at))
		best := middle
		for i := middle - around; i <= middle+around; i++ {
			if often[i] > often[best] {
				best = i
			}
		}
		at = float64(best) / n
	}
	return at
}

// outshone tells whether the comb that stands out most is far stronger than that of hz, which has this strength, and is
// none that a decoder may have beside it. Of a loop that repeats 32.8 times a second every seventh line is on 229.7 Hz.
func (f Feature) outshone(hz, strength float64) bool {
	teeth := everyTooth(f.Effect)
	middle, deviation := chance(teeth)
	all := everyComb(teeth)
	most := f32.MaxIdx(all)
	return float64(all[most]) > middle+deviation*rivalComb*strength &&
		!compatible(anyFrom*math.Exp(anyStep*float64(most)), hz)
}

// compatible tells whether a comb may be that of hz, of its multiples, or of another of the [Spacings].
func compatible(comb, hz float64) bool {
	times := math.Round(comb / hz)
	return times >= 1 && math.Abs(comb/hz-times) < rivalNear*times ||
		math.Abs(comb/Spacings[nearest(comb)]-1) < rivalExact
}
