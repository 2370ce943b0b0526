package analyzer

import (
	"math"
	"slices"
	"sync"

	"earmark/analyzer/fourier"
)

// Coherence is how far the lines of one lattice keep their phase, above what the recording does beside them and on any
// other grid that has them.
type Coherence struct {
	Contrast float64 // of √(|Σ exp(iφ)|²/K), which by chance is about 0.9; √K - 0.9 where the lines are all there is
	Lead     float64 // Contrast in deviations of what the recording does beside the teeth
	Sinks    bool    // nearly all of it is at the bottom of the range, as the overtones of a faint tone are
}

const (
	// The frames of latent sequences follow each other 20 to 200 times a second. Lattices with wider spacings come of
	// the layers above them, and of the blocks of 64 to 256 samples that synthesisers and studio programs work in.
	maxLockSpacing = 201.0 // Hz

	refineStep  = 2.5e-6 // of the factor of a change of speed: one cell at 16 kHz
	refineSteps = 60     // to either side, as far as the averaged spectrum is uncertain

	lockReach    = fourier.Reach // cells, 12 Hz, to either side of a tooth that it is compared with
	lockSpread   = 0.4           // of the mean of one tooth by chance, at the least; music spreads more
	lockPresent  = 3.0           // deviations from which on a lattice is worth asking what else made it
	lockTone     = 6.0           // mean from which on the lines are a tone: decoders reach 5.2, a tone that is held 8
	lowestTempo  = 0.4           // Hz, of the grids that sequenced music locks to
	tempoSamples = 500           // cells that a grid of more is judged by, at the least
	chanceLevel  = 0.886         // mean of √(|Σ exp(iφ)|²/K) by chance: √π/2
)

// lockable tells whether decoders are known or likely to lock to a spacing: to some only trackers and sound chips do.
func lockable(hz float64) bool {
	return hz < maxLockSpacing && !slices.Contains([]float64{20, 30, 60, 100, 120}, hz)
}

// grid is the cells of one lattice.
type grid struct {
	first int // multiple of the spacing that the first cell is
	cells []int32
}

func newGrid(hz float64) grid {
	var g grid
	for k := math.Ceil(combFrom / hz); k*hz <= combTo; k++ {
		c := cell(k * hz)
		if c < lockReach || c+lockReach >= fineBins*fineCells {
			continue
		}
		if len(g.cells) == 0 {
			g.first = int(k)
		}
		g.cells = append(g.cells, int32(c))
	}
	return g
}

var grids = sync.OnceValue(func() []grid { return newGrids(1) })

// newGrids are those of [Spacings] times factor, empty where decoders do not lock.
func newGrids(factor float64) []grid {
	out := make([]grid, len(Spacings))
	for i, hz := range Spacings {
		if lockable(hz) {
			out[i] = newGrid(hz * factor)
		}
	}
	return out
}

// Locks has the coherence of each of [Spacings]. It is nil where nothing was measured.
func (f Fine) Locks() []Coherence { return f.locks(grids(), 1) }

func (f Fine) locks(grids []grid, factor float64) []Coherence {
	if f == nil {
		return nil
	}
	out := make([]Coherence, len(Spacings))
	for i, g := range grids {
		if len(g.cells) > 0 {
			out[i] = f.coherence(g, Spacings[i]*factor)
		}
	}
	return out
}

// LocksAt is Locks of what was there before a change of speed by about factor, and by how much it was: a change of
// speed keeps phases in step, and shows its factor far more exactly than the averaged spectrum can. A change of pitch
// that keeps the tempo does not.
func (f Fine) LocksAt(factor float64) ([]Coherence, float64) {
	if f == nil {
		return nil, factor
	}
	usual := f.usual()
	best, most := factor, 0.0
	for k := -refineSteps; k <= refineSteps; k++ {
		at := factor * (1 + refineStep*float64(k))
		for _, hz := range Spacings {
			if !lockable(hz) {
				continue
			}
			if stands := f.stands(hz*at, usual, 1); stands > most {
				best, most = at, stands
			}
		}
	}
	return f.locks(newGrids(best), best), best
}

// usual is the mean of the cells, by every sixteenth: what is left out is like its neighbours.
func (f Fine) usual() float64 {
	const step = 16
	sum, n := 0, 0
	for i := 0; i < len(f); i += step {
		sum += int(f[i])
		n++
	}
	return float64(sum) / float64(n)
}

// stands is what every step-th tooth of hz stands above what is usual, times √teeth.
func (f Fine) stands(hz, usual, step float64) float64 {
	sum, n := 0, 0
	for t := math.Ceil(combFrom / hz); t*hz <= combTo; t += step {
		sum += int(f[cell(t*hz)])
		n++
	}
	return (float64(sum)/float64(n) - usual) * math.Sqrt(float64(n))
}

// coherence is that of the lattice of hz, whose teeth are g; the lines of a tone count for nothing.
func (f Fine) coherence(g grid, hz float64) Coherence {
	level, floor, unit := f.beside(g, hz)
	if level > lockTone {
		return Coherence{}
	}
	if level-floor <= lockPresent*unit {
		return Coherence{Contrast: level - floor, Lead: (level - floor) / unit}
	}
	floor = max(floor, f.tempo(hz))
	return Coherence{Contrast: level - floor, Lead: (level - floor) / unit, Sinks: f.sinks(g)}
}

// beside is the mean of the teeth of hz, what the recording does beside them, and the deviation of that.
func (f Fine) beside(g grid, hz float64) (level, floor, unit float64) {
	n := float64(len(g.cells)) * fineSteps
	sums := fourier.Around(f, g.cells)
	level = f.own(g, int(sums[lockReach]))
	near := min(int(hz/2/fineHz), lockReach)
	middle, deviation := spread(sums[lockReach-near : lockReach+near+1])
	return level, float64(middle) / n, max(deviation/n, lockSpread/math.Sqrt(float64(len(g.cells))))
}

// sinks tells whether the thirds of a grid's cells stand above chance less and less: of 16 generators' locks none does
// as much, but for those on spacings that clocks and vocoders have too.
func (f Fine) sinks(g grid) bool {
	const middleShare, topShare = 0.42, 0.36
	middle, top := f.thirds(g)
	return middle < middleShare && top < topShare
}

// thirds are what the middle and the top third of a grid's cells stand above chance, as shares of the bottom one.
func (f Fine) thirds(g grid) (middle, top float64) {
	third := func(n int) float64 {
		cells := g.cells[n*len(g.cells)/3 : (n+1)*len(g.cells)/3]
		sum := 0
		for _, c := range cells {
			sum += int(f[c])
		}
		return float64(sum)/float64(max(len(cells), 1))/fineSteps - chanceLevel
	}
	bottom := max(third(0), 1e-3)
	return third(1) / bottom, third(2) / bottom
}

// own is the mean of a grid's cells, of which all is the sum, without the multiples of the number that takes most away:
// where only every third tooth is there, the lattice is another one.
func (f Fine) own(g grid, all int) float64 {
	least := float64(all) / float64(len(g.cells))
	for n := 2; n <= mostMultiple && 4*n <= len(g.cells); n++ {
		sum, left := all, len(g.cells)
		for j := (n - g.first%n) % n; j < len(g.cells); j += n {
			sum -= int(f[g.cells[j]])
			left--
		}
		least = min(least, float64(sum)/float64(left))
	}
	return least / fineSteps
}

// tempo is the mean of the strongest grid that hz is a multiple of, without the teeth of hz. Music that a machine
// repeats to the sample locks to the grid of its beats, and so to each lattice whose spacing is on it; a decoder locks
// to its own.
func (f Fine) tempo(hz float64) float64 {
	most := 0.0
	for q := 2; hz/float64(q) >= lowestTempo; q++ {
		grid := hz / float64(q)
		from, to := int(math.Ceil(combFrom/grid)), int(combTo/grid)
		step := max(1, (to-from)/tempoSamples)
		for divisor(step, q) > 1 { // or some of its beats would never be looked at
			step++
		}
		sum, n := 0, 0
		for k, beyond, more := from, from%q, step%q; k <= to; k += step {
			if beyond != 0 {
				sum += int(f[cell(float64(k)*grid)])
				n++
			}
			if beyond += more; beyond >= q {
				beyond -= q
			}
		}
		most = max(most, float64(sum)/float64(n)/fineSteps)
	}
	return most
}

func divisor(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
