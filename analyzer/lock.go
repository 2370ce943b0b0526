package analyzer

import "slices"

// Lock is the lattice whose lines keep their phase most.
type Lock struct {
	Hz       float64 // spacing
	Strength float64 // in units of what human music does on this spacing
	Evidence float64 // Strength as far as it may decide: bounded, and less where other things than a decoder lock

	comb float64 // strength of its comb
}

const (
	// Evidence begins at lockFrom and rises by lockSlope, chosen by cross-validation with whole generators left out. At
	// another speed one of many factors always locks a little.
	lockFrom  = 0.5
	movedFrom = 2.0
	lockSlope = 1.5
	lockMost  = 5.0

	lockShared = 1.0  // most evidence on the spacings of clocks and of blocks of samples, and where the lines sink
	lockClear  = 4.0  // on those of clocks, where the lines stand out as a decoder's do
	clearLines = 0.45 // Contrast from which on they do; a clock's clicks are fainter
)

// blockSpacings are those of blocks of samples that studio programs take events at.
var blockSpacings = []float64{
	48000.0 / 2048, 48000.0 / 1024, 48000.0 / 512, 48000.0 / 256, 44100.0 / 1024, 44100.0 / 512, 44100.0 / 256,
}

// strongestLock looks for the lattice with the most evidence among the [Fine.Locks], where evidence begins at from.
func strongestLock(null []Null, locks []Coherence, combs []float64, from float64) Lock {
	var best Lock
	for i, l := range locks {
		if !lockable(Spacings[i]) {
			continue
		}
		strength := null[i].Standard(l.Lead)
		evidence := min(max(lockSlope*(strength-from), 0), l.bound(Spacings[i]))
		if evidence > best.Evidence || evidence == best.Evidence && strength > best.Strength {
			best = Lock{Hz: Spacings[i], Strength: strength, Evidence: evidence, comb: combs[i]}
		}
	}
	return best
}

// lock is the strongest of a recording as it is. On a clock's spacing it says little where the comb is a tone's, and
// nothing where its lines are images of each other.
func (f Feature) lock(null []Null, combs []float64, locks []Coherence) Lock {
	l := strongestLock(null, locks, combs, lockFrom)
	if slices.Contains(clockSpacings, l.Hz) && f.overtones(nearest(l.Hz), combs) {
		l.Evidence = min(l.Evidence, lockShared)
	}
	if f.imaged(l.Hz) {
		l.Evidence = 0
	}
	return l
}

// bound is the most that the lattice of hz may say.
func (c Coherence) bound(hz float64) float64 {
	switch {
	case slices.Contains(blockSpacings, hz), slices.Contains(frameSpacings, hz),
		c.Sinks && !slices.Contains(sharedSpacings, hz):
		return lockShared
	case !slices.Contains(clockSpacings, hz):
		return lockMost
	case c.Contrast < clearLines:
		return lockShared
	default:
		return lockClear
	}
}
