package analyzer

import (
	"math"
	"sync"

	"github.com/tphakala/simd/f32"
)

const (
	combFrom   = 1500.0  // Hz, below it music fills every comb
	combTo     = 15900.0 // Hz
	toothFlank = 4       // bins from a tooth to the flanks that it is compared with
	otherCombs = 400     // spacings of no meaning that a recording's own spread is taken from
)

// comb is the bins of one spacing's teeth.
type comb []int32

func newComb(hz float64) comb {
	c := make(comb, 0, int((combTo-combFrom)/hz)+1) // there are thousands of them
	for k := math.Ceil(combFrom / hz); k*hz <= combTo; k++ {
		i := int(math.Round(k*hz/binHz)) - firstBin
		if i >= toothFlank && i < Bins-toothFlank {
			c = append(c, int32(i))
		}
	}
	return c
}

// on is the comb's strength on [everyTooth] of a recording: their sum over √teeth, so that noise has the same spread at
// every spacing.
func (c comb) on(teeth []float32) float64 {
	var sum float32
	for _, i := range c {
		sum += teeth[i]
	}
	return float64(sum) / math.Sqrt(float64(max(len(c), 1)))
}

// everyTooth is what the bins of [Feature.Effect] stand above both flanks, as [tooth] has it.
func everyTooth(effect []float32) []float32 {
	out := make([]float32, len(effect))
	above := out[toothFlank : len(out)-toothFlank]
	f32.Add(above, effect, effect[2*toothFlank:])
	f32.Scale(above, above, 0.5)
	f32.Sub(above, effect[toothFlank:], above)
	return out
}

// tooth is what bin i stands above its flanks.
func tooth(effect []float32, i int) float32 {
	return effect[i] - 0.5*(effect[i-toothFlank]+effect[i+toothFlank])
}

// combs are those of all [Spacings], and those of other spacings over the same range.
var combs = sync.OnceValue(func() (c struct{ known, other []comb }) {
	for _, hz := range Spacings {
		c.known = append(c.known, newComb(hz))
	}
	for i := range otherCombs {
		c.other = append(c.other, newComb(minSpacing*math.Pow(maxSpacing/minSpacing, (float64(i)+0.5)/otherCombs)))
	}
	return c
})

// Combs are the strengths of all [Spacings], each above what the recording does at any spacing, in deviations of that:
// tonal music lies on many combs a little, and a decoder on its own much.
func (f Feature) Combs() []float64 {
	teeth := everyTooth(f.Effect)
	middle, deviation := chance(teeth)
	known := combs().known
	out := make([]float64, len(known))
	for i, k := range known {
		out[i] = (k.on(teeth) - middle) / deviation
	}
	return out
}

// comb is the strength of one spacing as [Feature.Combs] has those of all [Spacings].
func (f Feature) comb(hz float64) float64 {
	teeth := everyTooth(f.Effect)
	middle, deviation := chance(teeth)
	return (newComb(hz).on(teeth) - middle) / deviation
}

// chance is what a recording does at spacings of no meaning.
func chance(teeth []float32) (middle, deviation float64) {
	other := make([]float64, 0, otherCombs)
	for _, o := range combs().other {
		other = append(other, o.on(teeth))
	}
	middle, deviation = spread(other)
	return middle, max(deviation, 1e-3)
}
