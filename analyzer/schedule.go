package analyzer

import (
	"iter"
	"math"
	"slices"
)

// A window is a piece of a recording that is heard without a break, in frames at the file's own rate.
type window struct{ from, to int64 }

// toEnd is the end of a window that reaches to the end of the recording, wherever that is: containers guess.
const toEnd = math.MaxInt64

const (
	windowSec   = 12 // the least length of a window
	straightSec = 90 // what is not longer is heard in one piece
	cheapSeeks  = 12 // windows are heard out of order only when seeking this often costs less than hearing all
)

// straight is one window with everything in it.
func straight() iter.Seq[window] {
	return func(yield func(window) bool) { yield(window{0, toEnd}) }
}

// windows gives the pieces in which a recording is to be heard when hearing may end early, in this order: the middle,
// the beginning, the end, then what lies halfway between any two that were given before, from the left to the right:
// the quarters, the eighths, … (van der Corput's sequence in base 2). However early it ends, what was heard is spread
// over the whole recording.
//
// All windows together are the recording, each part once. They are of the same length, within a frame, from windowSec
// to less than twice that; only the last one in time reaches to the end, wherever that is. seekSec is what a seek costs
// in seconds of sound (see [audio.Stream.SeekSec]). Where seeking costs more than it saves, the first mostWindows come
// in the order of time, which throws away what is decoded between them, and so do the others after them. spread is how
// many windows it takes for them to be spread. A recording that is short or does not say how long it is, is one window.
func windows(frames int64, rate int, seekSec float64) (order iter.Seq[window], spread int) {
	seconds := float64(frames) / float64(max(rate, 1))
	if !(seconds > straightSec) {
		return straight(), 1
	}
	count := int64(seconds / windowSec)
	numbers := places(count)
	spread = 1
	if !(seconds > cheapSeeks*seekSec) {
		all := slices.Collect(numbers)
		spread = min(mostWindows, len(all))
		slices.Sort(all[:spread])
		slices.Sort(all[spread:])
		numbers = slices.Values(all)
	}
	return func(yield func(window) bool) {
		for i := range numbers {
			w := window{frames * i / count, frames * (i + 1) / count}
			if i == count-1 {
				w.to = toEnd
			}
			if !yield(w) {
				return
			}
		}
	}, spread
}

// places gives the numbers below count, 3 or more, in the order of windows.
func places(count int64) iter.Seq[int64] {
	return func(yield func(int64) bool) {
		given := make([]bool, count)
		give := func(i int64) bool {
			if given[i] {
				return true
			}
			given[i] = true
			return yield(i)
		}
		last := count - 1
		if !give(last/2) || !give(0) || !give(last) {
			return
		}
		// When parts has passed count, every number has had its turn.
		for parts := int64(4); parts < 2*count; parts *= 2 {
			for odd := int64(1); odd < parts; odd += 2 {
				if !give((last*odd + parts/2) / parts) {
					return
				}
			}
		}
	}
}
