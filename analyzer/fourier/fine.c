#include <string.h>

#include "down.h"
#include "number.h"
#include "transform.h"
#include "vector.h"

// around adds what a number of bins have at every other frequency that lies within half a bin, from the lowest or, if
// odd, from the one above it. From frame to frame the middle of a bin turns by no or by half a circle: with every other
// frame of every other bin negated, all have their middle at frequency 0. The last step is made for the frequencies
// around it alone.
INLINE void around(const tables *t, room *r, float *to, const int8_t *re, const int8_t *im, int frames, int first,
	int n, int bins, int odd, float scale) {
	for (int k = 0; k < frames; k++) {
		number w = odd ? at(t->columns_re, t->columns_im, k) : (number){1, 0};
		const float *sign = t->signs + (k & 1 ? PIECE + 1 - (first & 1) : 0);
		const int8_t *from_re = re + k * n, *from_im = im + k * n;
		float *put_re = r->piece_re + k * PIECE, *put_im = r->piece_im + k * PIECE;
		APART for (int c = 0; c < bins; c++) {
			number a = {from_re[c] * sign[c], from_im[c] * sign[c]};
			put(put_re, put_im, c, times(a, w));
		}
	}
	memset(r->piece_re + frames * PIECE, 0, sizeof(float) * (ROWS - frames) * PIECE);
	memset(r->piece_im + frames * PIECE, 0, sizeof(float) * (ROWS - frames) * PIECE);
	down(t, r, ROWS);
	down(t, r, ROWS / 4);
	for (int p = 0; p < ROWS / 4; p++) { // four rows: their frequencies are p / 4 + p % 4 · 4, and that ± 16 and + 32
		const float *piece_re = r->piece_re + 4 * p * PIECE, *piece_im = r->piece_im + 4 * p * PIECE;
		float *below = to + (2 * (p / 4 + p % 4 * 4) + odd) * n, *above = below + ROWS / 2 * n;
		APART for (int c = 0; c < bins; c++) {
			number y[4];
			radix4(y, at(piece_re, piece_im, c), at(piece_re, piece_im, c + PIECE),
				at(piece_re, piece_im, c + 2 * PIECE), at(piece_re, piece_im, c + 3 * PIECE));
			above[c] += scale * square(y[0]);
			below[c] += scale * square(y[3]);
		}
	}
}

// fine takes PIECE bins at a time. What is left in columns beyond the last bin is never looked at.
INLINE void fine(const tables *t, room *r, float *to, const int8_t *re, const int8_t *im, int frames, int first,
	int n, float scale) {
	for (int from = 0; from < n; from += PIECE) {
		int bins = n - from < PIECE ? n - from : PIECE;
		for (int odd = 0; odd < 2; odd++)
			around(t, r, to + from, re + from, im + from, frames, first + from, n, bins, odd, scale);
	}
}

#define VARIANT(variant, attribute) \
	attribute static void fine_##variant(const tables *t, room *r, float *to, const int8_t *re, const int8_t *im, \
		int frames, int first, int n, float scale) { fine(t, r, to, re, im, frames, first, n, scale); }

VARIANT(plain, )
#ifdef WIDE
VARIANT(wide, WIDE)
VARIANT(wider, WIDER)
#endif

void transform_fine(const tables *t, room *r, float *to, const int8_t *re, const int8_t *im, int frames, int first,
	int n, float scale) {
	static void (*const variants[])(const tables *, room *, float *, const int8_t *, const int8_t *, int, int, int,
		float) = {
		fine_plain,
#ifdef WIDE
		fine_wide, fine_wider,
#endif
	};
	variants[t->wide](t, r, to, re, im, frames, first, n, scale);
}
