// Package fourier is the transform that the analyzer spends its time in: 8,192 complex or 16,384 real numbers in single
// precision, and what goes over the many cells of a fine spectrum. It is in C, for no vector instruction can be written
// in Go.
//
// It is part of the lowest floor, and only the analyzer uses it.
package fourier

/*
// Without -O3 nothing is vectorised.
#cgo CFLAGS: -O3
#cgo LDFLAGS: -lm
#include "transform.h"
*/
import "C" //nolint:gocritic // cgo imports unsafe, too

import (
	"math"
	"sync"
	"unsafe" //nolint:gocritic // see above
)

// Sizes of a transform.
const (
	Points = C.POINTS     // complex numbers
	Real   = 2 * C.POINTS // real samples
	Frames = C.ROWS       // of phasors, at most, see [Transform.Fine]
	Cells  = C.ROWS       // of a bin, likewise
)

// Transform has room for one transform at a time.
type Transform struct {
	tables *C.tables
	room   *C.room
}

// New makes the room.
func New() *Transform { return &Transform{tables(), new(C.room)} }

var tables = sync.OnceValue(newTables)

func newTables() *C.tables {
	t := &C.tables{wide: C.transform_wide()}
	circle := func(i, of int) (re, im C.float) {
		sin, cos := math.Sincos(-2 * math.Pi * float64(i) / float64(of))
		return C.float(cos), C.float(sin)
	}
	for i := range t.rows_re {
		t.rows_re[i], t.rows_im[i] = circle(i, C.ROWS)
	}
	for i := range t.columns_re {
		t.columns_re[i], t.columns_im[i] = circle(i, C.COLUMNS)
	}
	for p := range C.ROWS {
		k := p/16 + p/4%4*4 + p%4*16
		for c := range C.COLUMNS {
			at := (c/C.PIECE*C.ROWS+p)*C.PIECE + c%C.PIECE
			t.turn_re[at], t.turn_im[at] = circle(k*c, Points)
		}
	}
	for i := range t.split_re {
		t.split_re[i], t.split_im[i] = circle(i, Real)
	}
	for i := range t.signs {
		t.signs[i] = 1
		if i >= C.PIECE && i%2 == 0 {
			t.signs[i] = -1
		}
	}
	return t
}

// Complex replaces re and im, [Points] elements each, by X[k] = Σ x[n]·exp(-2πi·kn/Points). With re and im exchanged
// it is the inverse, times Points.
func (t *Transform) Complex(re, im []float32) {
	re, im = re[:Points], im[:Points]
	C.transform_complex(t.tables, t.room, (*C.float)(unsafe.Pointer(&re[0])), (*C.float)(unsafe.Pointer(&im[0])))
}

// Power writes |Σ window[n]·x[n]·exp(-2πi·kn/Real)|² for the bins k from first, above 0, up; x and window have [Real]
// elements.
func (t *Transform) Power(power []float32, first int, x, window []float32) {
	x, window = x[:Real], window[:Real]
	if first <= 0 || first+len(power) > Points {
		panic("fourier: bins beyond the transform")
	}
	C.transform_power(t.tables, t.room, (*C.float)(unsafe.Pointer(&power[0])), C.int(first), C.int(len(power)),
		(*C.float)(unsafe.Pointer(&x[0])), (*C.float)(unsafe.Pointer(&window[0])))
}

// Phasors does what [Transform.Power] does, and writes each number itself at magnitude 127 to re and im, which are as
// long as power: its phase.
func (t *Transform) Phasors(power []float32, re, im []int8, first int, x, window []float32) {
	x, window, re, im = x[:Real], window[:Real], re[:len(power)], im[:len(power)]
	if first <= 0 || first+len(power) > Points {
		panic("fourier: bins beyond the transform")
	}
	C.transform_phasors(t.tables, t.room, (*C.float)(unsafe.Pointer(&power[0])), (*C.int8_t)(unsafe.Pointer(&re[0])),
		(*C.int8_t)(unsafe.Pointer(&im[0])), C.int(first), C.int(len(power)),
		(*C.float)(unsafe.Pointer(&x[0])), (*C.float)(unsafe.Pointer(&window[0])))
}

// Fine adds |Σ u[k]·exp(-2πi·f·k)|²·scale to sum, over the phasors u of the bins from first up in 1 to [Frames] frames
// that are [Real]/2 samples apart, frame after frame in re and im. There are [Cells] rows in sum of what all bins have
// at one frequency, from half a bin below their middle to half a bin above, ascending.
func (t *Transform) Fine(sum []float32, re, im []int8, frames, first int, scale float32) {
	n := len(sum) / Cells
	if frames < 1 || frames > Frames || n < 1 {
		panic("fourier: no frames or too many, or no bins")
	}
	re, im = re[:frames*n], im[:frames*n]
	C.transform_fine(t.tables, t.room, (*C.float)(unsafe.Pointer(&sum[0])), (*C.int8_t)(unsafe.Pointer(&re[0])),
		(*C.int8_t)(unsafe.Pointer(&im[0])), C.int(frames), C.int(first), C.int(n), C.float(scale))
}
