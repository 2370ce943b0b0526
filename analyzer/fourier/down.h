#ifndef EARMARK_DOWN_H
#define EARMARK_DOWN_H

#include "number.h"
#include "transform.h"

// down is one step of the transform of each of PIECE columns along the rows, in place: radix 4, decimation in
// frequency, of len rows each. After the last step, which is not made here, row p holds frequency k whose digits to base
// 4 are those of p in reverse.
INLINE void down(const tables *t, room *r, int len) {
	int quarter = len / 4 * PIECE, step = ROWS / len;
	for (int from = 0; from < ROWS; from += len) {
		for (int j = 0; j < len / 4; j++) {
			number w1 = at(t->rows_re, t->rows_im, j * step);
			number w2 = at(t->rows_re, t->rows_im, 2 * j * step), w3 = at(t->rows_re, t->rows_im, 3 * j * step);
			float *re = r->piece_re + (from + j) * PIECE, *im = r->piece_im + (from + j) * PIECE;
			APART for (int c = 0; c < PIECE; c++) {
				number y[4];
				radix4(y, at(re, im, c), at(re, im, c + quarter), at(re, im, c + 2 * quarter),
					at(re, im, c + 3 * quarter));
				put(re, im, c, y[0]);
				put(re, im, c + quarter, times(y[1], w1));
				put(re, im, c + 2 * quarter, times(y[2], w2));
				put(re, im, c + 3 * quarter, times(y[3], w3));
			}
		}
	}
}

#endif
