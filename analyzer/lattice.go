package analyzer

import (
	"math"
	"slices"
)

// Zero-insertion upsampling by strides k₁ … k_L copies the spectrum, and with it the large DC part of every layer, to
// multiples of rate/∏k ("A Fourier Explanation of AI-music Artifacts", ISMIR 2025, arXiv 2506.19108, published theory;
// the code is our own). The spacings looked for are therefore ratios of a usual sample rate and a product of small
// strides: a tone row or a tracker's tick rarely falls on one of them, and where it does (50 Hz), the calibration on
// human music says so. Any other number needs lines that keep their phase: see [Feature.anyLock].
var (
	decoderRates = []int{16000, 24000, 32000, 44100, 48000} // Hz
	oddFactors   = []int{1, 3, 5, 15}                       // of a stride product, beside powers of two
)

// Lattices that other things than a decoder make too. On one of them the lattice alone never decides, nor on a multiple
// of one that is itself as strong.
var (
	mainsSpacings = []float64{50, 60, 100, 120}
	// Mains hum and its buzz, the clocks of trackers and sound chips (50 and 60 Hz and parts, and of chords of three
	// tones, one a tick, every other line).
	clockSpacings = slices.Concat([]float64{20, 25, 30, 100.0 / 3}, mainsSpacings)
	// The frames of MPEG audio, 1,152 and 576 samples long, at 44.1 and 48 kHz.
	frameSpacings = []float64{44100.0 / 1152, 48000.0 / 1152, 44100.0 / 576, 48000.0 / 576}
	// The frames of phase vocoders, 2,048 samples long at 44.1 and 48 kHz.
	vocoderSpacings = []float64{44100.0 / 2048, 48000.0 / 2048}

	sharedSpacings = slices.Concat(clockSpacings, frameSpacings, vocoderSpacings)
)

const (
	minSpacing = 20.0   // Hz
	maxSpacing = 1300.0 // Hz
)

// Spacings lists the lattice spacings that are searched, in Hz, ascending.
var Spacings = spacings()

func spacings() []float64 {
	all := slices.Clone(sharedSpacings)
	for _, rate := range decoderRates {
		for _, odd := range oddFactors {
			for stride := odd; stride <= 4096; stride *= 2 {
				if hz := float64(rate) / float64(stride); hz >= minSpacing && hz <= maxSpacing {
					all = append(all, hz)
				}
			}
		}
	}
	slices.Sort(all)
	return slices.CompactFunc(all, func(a, b float64) bool { return math.Abs(a-b) < 1e-6*a })
}

// nearest is the index of the one of [Spacings] that is nearest to hz.
func nearest(hz float64) int {
	i, _ := slices.BinarySearch(Spacings, hz)
	switch {
	case i == len(Spacings) || i > 0 && hz/Spacings[i-1] < Spacings[i]/hz:
		return i - 1
	default:
		return i
	}
}

// dominance is the share of a lattice's strength that a shared spacing below it must reach to be its real spacing: the
// comb of half or a third of a spacing reaches 0.71 or 0.58 of it by itself.
const dominance = 0.85

// sharing lists the shared spacings whose makers may have left the comb of spacing i too.
func sharing(i int, combs []float64) []float64 {
	var out []float64
	for _, s := range sharedSpacings {
		j, _ := slices.BinarySearch(Spacings, s-1e-6)
		// Of the comb of p/q times a spacing, every q-th tooth is one of that spacing's.
		for q := 1.0; q <= 3; q++ {
			p := Spacings[i] / s * q
			if math.Abs(p-math.Round(p)) > 1e-4 {
				continue
			}
			least := dominance * combs[i]
			if q > 1 {
				least *= math.Sqrt(p * q)
			}
			if j == i || combs[j] >= least {
				out = append(out, s)
				break
			}
		}
	}
	return out
}

// Comb is the lattice that stands out most.
type Comb struct {
	Hz       float64 // spacing
	Strength float64 // in units of what human music does on this spacing
	Evidence float64 // Strength as far as it may decide: bounded, and less where hum or a clock explains it too
}

// Bounds of a lattice's part in the decision. They are such that a lattice alone can put a recording over the
// human-safe threshold, unless other things than a decoder make it too.
const (
	maxEvidence    = 5.0
	sharedEvidence = 1.0
	copiedEvidence = 3.0 // on a clock's spacing with a decoder's pattern, and beside a lock

	// Lines keep their phase if they are a decoder's, or are faint and close together: of 3,148 copies of 15 generators
	// whose lattices say more than 2 all but 50 are fainter than this or have locks of half that strength. Of 110 such
	// lattices of human music and of music by machines 91 are taller, and nearly all of these have weaker locks.
	lockBacking = 2.0  // evidence for each unit of the strongest lock
	faintMedian = 0.18 // effect that half of the teeth may reach
	faintTenth  = 0.45 // likewise, a tenth of them

	echoedEvidence = 1.5 // where strong echoes were taken out, of which something is always left

	// Of 240 human excerpts shifted by a semitone one in fifty has a vocoder's lattice stronger than 2.5, and two of
	// them more than 3.3; Udio's reaches 11 and more on the same spacing.
	vocoderEvidence = 1.5 // on a vocoder's spacing, unless it is far stronger
	vocoderStrength = 2.0 // that is taken off then
)

// bound is the most that the comb of spacing i, of this strength, may say.
func (f Feature) bound(i int, combs []float64, strength, backing float64) float64 {
	if f.ownShare(Spacings[i]) < leastOwn || f.overtones(i, combs) || f.imaged(Spacings[i]) {
		return sharedEvidence // the lattice is that of the multiples, or a tone's, or its lines count several times
	}
	most := maxEvidence
	if f.Echoed {
		most = echoedEvidence
	}
	for _, hz := range sharing(i, combs) {
		switch {
		case slices.Contains(vocoderSpacings, hz):
			most = min(most, max(vocoderEvidence, strength-vocoderStrength))
		case slices.Contains(frameSpacings, hz) || !f.copied(hz):
			return sharedEvidence
		default:
			most = min(most, copiedEvidence, backing)
		}
	}
	if hz := Spacings[i]; hz < maxLockSpacing && f.low(hz, faintMedian, faintTenth) {
		return most
	}
	return min(most, backing)
}

// backing is the most that a lattice of taller lines may say beside the strongest lock. Where phases were not heard, as
// in a segment or at another speed, it is not asked.
func (f Feature) backing(lock Lock) float64 {
	if f.Fine == nil {
		return maxEvidence
	}
	return max(sharedEvidence, lockBacking*lock.Strength)
}

// Strongest looks for the lattice with the most evidence among the [Feature.Combs]; backing is the most that one may
// say whose lines are not faint.
func (f Feature) Strongest(null []Null, combs []float64, backing float64) Comb {
	var best Comb
	for i, c := range combs {
		strength := null[i].Standard(c)
		evidence := strength
		if evidence > sharedEvidence {
			evidence = min(evidence, f.bound(i, combs, strength, backing))
		}
		if evidence > best.Evidence || evidence == best.Evidence && strength > best.Strength {
			best = Comb{Hz: Spacings[i], Strength: strength, Evidence: evidence}
		}
	}
	return best
}

// A decoder's lines are small: on 243 recordings of 17 generators nine tenths of a lattice's teeth stay below 10.6 dB,
// and below 7.8 dB on the spacings that hum and clocks share. What stands higher there is a tone of the recording.
const (
	humCombs    = 12.0 // comb strength from which a shared spacing is there beyond doubt
	humHeightDB = 9.5
)

// hums tells whether hum, buzz or a clock stands so high that nothing can be said of smaller lines.
func hums(strengths []float64, mean []float32) bool {
	for _, hz := range slices.Concat(clockSpacings, frameSpacings) {
		i, _ := slices.BinarySearch(Spacings, hz-1e-6)
		if strengths[i] < humCombs {
			continue
		}
		var heights []float32
		for _, tooth := range combs().known[i] {
			heights = append(heights, mean[tooth])
		}
		slices.Sort(heights)
		if len(heights) > 0 && heights[len(heights)*9/10] > humHeightDB {
			return true
		}
	}
	return false
}
