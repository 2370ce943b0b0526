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

	buzzComb = 8.0 // strength from which a comb may be a buzz's

	sunkMiddle, sunkTop = 0.45, 0.3 // shares of the bottom third below which a comb sinks
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
	middle, top := f.fade(hz)
	return middle < sunkMiddle && top < sunkTop
}

// buzzes tells whether the strongest comb is the overtones of mains hum or of a clock: it sinks, or every other tooth
// is missing.
func (f Feature) buzzes(combs []float64) bool {
	i := floats.MaxIdx(combs)
	least := buzzComb
	if f.Echoed {
		least = humCombs // weaker ones may be a decoder's lines of which the echoes' waves took some
	}
	return combs[i] >= least && (f.sinks(Spacings[i]) || f.alternates(Spacings[i])) &&
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
