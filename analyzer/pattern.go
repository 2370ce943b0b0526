package analyzer

import (
	"iter"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
)

const (
	mostMultiple = 40  // of a spacing that may have made its comb alone
	leastOwn     = 0.3 // share of a comb's strength that must be left without the multiples of any number

	// The teeth of 100 Suno tracks at another speed have a median effect of 0.41 at most.
	tallMedian = 0.5  // effect from which half of a comb's teeth are tones
	tallMost   = 0.99 // likewise, from which a tenth of them are; 1 is the bound of an effect

	buzzComb = 8.0 // strength from which a comb may be a buzz's

	lowestDrone = 40.0   // Hz
	droneStep   = 3.4e-4 // of the spacing: two bins at 16 kHz
	droneComb   = 15.0   // strength from which a comb is a drone's, where it is tall
	sameSpacing = 3e-4   // of the spacing, within which it is a decoder's
)

// teeth are the bins of the multiples of hz, with the multiples, as far as something was measured.
func (f Feature) teeth(hz float64) iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		for k := math.Ceil(combFrom / hz); k*hz <= combTo; k++ {
			i := int(math.Round(k*hz/binHz)) - firstBin
			if i < toothFlank || i >= Bins-toothFlank || f.Effect[i] == 0 {
				continue
			}
			if !yield(int(k), i) {
				return
			}
		}
	}
}

// copied tells whether the teeth of a spacing stand as a decoder's do, which copies the spectrum to all multiples as
// far up as there is sound. Hum and buzz fade on the way up.
func (f Feature) copied(hz float64) bool {
	const topShare = 0.4
	_, top := f.fade(hz)
	return !f.alternates(hz) && top >= topShare
}

// alternates tells whether every other tooth is missing: a clock that is a square wave leaves out the even ones, one at
// twice the spacing the odd ones.
func (f Feature) alternates(hz float64) bool {
	const evenShare, oddShare = 0.7, 0.4
	var sum, count [2]float64 // of even and of odd multiples
	for k, i := range f.teeth(hz) {
		sum[k%2] += float64(tooth(f.Effect, i))
		count[k%2]++
	}
	if count[0] == 0 || count[1] == 0 {
		return true
	}
	even, odd := sum[0]/count[0], sum[1]/count[1]
	return even < evenShare*odd || odd < oddShare*even
}

// fade is what the teeth of a spacing stand in the middle and the top third of their range, as shares of the bottom
// one.
func (f Feature) fade(hz float64) (middle, top float64) {
	var all []float64
	for _, i := range f.teeth(hz) {
		all = append(all, float64(tooth(f.Effect, i)))
	}
	third := len(all) / 3
	bottom := floats.Sum(all[:third])
	if bottom <= 0 {
		return 1, 1 // there is nothing to fade
	}
	return floats.Sum(all[third:2*third]) / bottom, floats.Sum(all[len(all)-third:]) / bottom
}

// sinks tells whether the teeth of a spacing sink into the noise on the way up: of 16 generators' lattices on a clock's
// spacing none does so far.
func (f Feature) sinks(hz float64) bool {
	const middleShare, topShare = 0.45, 0.3
	middle, top := f.fade(hz)
	return middle < middleShare && top < topShare
}

// buzzes tells whether the strongest comb is the overtones of mains hum or of a clock: it sinks, or every other tooth
// is missing.
func (f Feature) buzzes(combs []float64) bool {
	i := floats.MaxIdx(combs)
	return combs[i] >= buzzComb && (f.sinks(Spacings[i]) || f.alternates(Spacings[i])) &&
		slices.ContainsFunc(sharing(i, combs), func(hz float64) bool { return slices.Contains(clockSpacings, hz) })
}

// ownShare is the share of a comb's strength that is left without the multiples of one number, at the least: the
// overtones of 220 Hz are a strong comb of 20 Hz, of which nothing is left without every eleventh tooth.
func (f Feature) ownShare(hz float64) float64 {
	var all, count float64
	var sums, counts [mostMultiple + 1]float64 // of the multiples of each number
	for k, i := range f.teeth(hz) {
		v := float64(tooth(f.Effect, i))
		all += v
		count++
		for n := 2; n <= mostMultiple; n++ {
			if k%n == 0 {
				sums[n] += v
				counts[n]++
			}
		}
	}
	least := 1.0
	for n := 2; n <= mostMultiple && 4*n <= int(count); n++ {
		least = min(least, (all-sums[n])/all*math.Sqrt(count/(count-counts[n])))
	}
	return least
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
func (f Feature) tall(hz float64) bool {
	median, tenth := f.heights(hz)
	return median > tallMedian || tenth > tallMost
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
	heights := make([]float32, Bins)
	for i := toothFlank; i < Bins-toothFlank; i++ {
		heights[i] = tooth(f.Effect, i)
	}
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
	middle, deviation := f.chance()
	for _, hz := range Spacings {
		if math.Abs(found/hz-1) < sameSpacing {
			return false
		}
	}
	return (strength-middle)/deviation >= droneComb && f.tall(found)
}
