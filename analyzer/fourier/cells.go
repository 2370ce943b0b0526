package fourier

// #include "cells.h"
// #include "transform.h"
import "C" //nolint:gocritic // cgo imports unsafe, too

import (
	"slices"
	"unsafe" //nolint:gocritic // see above
)

// Reach is how far [Around] looks to either side.
const Reach = C.AROUND / 2

// Roots writes √(scale·x) for each x of from, rounded, and at most 255: what [Transform.Fine] has in rows, the [Cells]
// of a bin together.
func Roots(to []uint8, from []float32, scale float32) { roots(C.transform_wide(), to, from, scale) }

func roots(wide C.int, to []uint8, from []float32, scale float32) {
	if len(from) < Cells {
		return
	}
	to = to[:len(from)]
	C.cells_roots(wide, (*C.uint8_t)(unsafe.Pointer(&to[0])), (*C.float)(unsafe.Pointer(&from[0])),
		C.int(len(from)/Cells), C.float(scale))
}

// Around sums the cells that lie up to [Reach] below and above places, by how far below or above they lie. It panics
// where they would lie beyond an end.
func Around(cells []uint8, places []int32) [2*Reach + 1]int32 {
	return around(C.transform_wide(), cells, places)
}

func around(wide C.int, cells []uint8, places []int32) (sums [2*Reach + 1]int32) {
	if len(places) == 0 {
		return sums
	}
	_, _ = cells[slices.Min(places)-Reach], cells[slices.Max(places)+Reach]
	C.cells_around(wide, (*C.int32_t)(unsafe.Pointer(&sums[0])), (*C.uint8_t)(unsafe.Pointer(&cells[0])),
		(*C.int32_t)(unsafe.Pointer(&places[0])), C.int(len(places)))
	return sums
}
