package fourier

// #include "means.h"
// #include "transform.h"
import "C" //nolint:gocritic // cgo imports unsafe, too

import "unsafe" //nolint:gocritic // see above

// Span is how many neighbours [Means] takes the mean of.
const Span = C.SPAN

// Means writes to to[i] the mean of x[i] … x[i+Span-1].
func Means(to, x []float32) { means(C.transform_wide(), to, x) }

func means(wide C.int, to, x []float32) {
	if len(to) == 0 {
		return
	}
	x = x[:len(to)+Span-1]
	C.means_around(wide, (*C.float)(unsafe.Pointer(&to[0])), (*C.float)(unsafe.Pointer(&x[0])), C.int(len(to)))
}
