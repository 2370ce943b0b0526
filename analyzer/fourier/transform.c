#include <string.h>

#include "down.h"
#include "number.h"
#include "transform.h"
#include "vector.h"

// deepest is the last step of down, for rows of four, and multiplies by what lies between transforms of rows and of
// columns.
INLINE void deepest(const tables *t, room *r, int piece) {
	const float *turn_re = t->turn_re + piece * ROWS, *turn_im = t->turn_im + piece * ROWS;
	for (int from = 0; from < ROWS * PIECE; from += 4 * PIECE) {
		float *re = r->piece_re + from, *im = r->piece_im + from;
		const float *wr = turn_re + from, *wi = turn_im + from;
		APART for (int c = 0; c < PIECE; c++) {
			number y[4];
			radix4(y, at(re, im, c), at(re, im, c + PIECE), at(re, im, c + 2 * PIECE), at(re, im, c + 3 * PIECE));
			put(re, im, c, times(y[0], at(wr, wi, c)));
			put(re, im, c + PIECE, times(y[1], at(wr, wi, c + PIECE)));
			put(re, im, c + 2 * PIECE, times(y[2], at(wr, wi, c + 2 * PIECE)));
			put(re, im, c + 3 * PIECE, times(y[3], at(wr, wi, c + 3 * PIECE)));
		}
	}
}

// across writes the columns of a square of four numbers from four rows as rows.
INLINE void across(float *to, const float *from, int row) {
#ifdef SHUFFLE
	typedef float four __attribute__((vector_size(16)));
	four a, b, c, d;
	memcpy(&a, from, sizeof a);
	memcpy(&b, from + row, sizeof b);
	memcpy(&c, from + 2 * row, sizeof c);
	memcpy(&d, from + 3 * row, sizeof d);
	four low_ab = SHUFFLE(a, b, 0, 4, 1, 5), low_cd = SHUFFLE(c, d, 0, 4, 1, 5);
	four high_ab = SHUFFLE(a, b, 2, 6, 3, 7), high_cd = SHUFFLE(c, d, 2, 6, 3, 7);
	a = SHUFFLE(low_ab, low_cd, 0, 1, 4, 5), b = SHUFFLE(low_ab, low_cd, 2, 3, 6, 7);
	c = SHUFFLE(high_ab, high_cd, 0, 1, 4, 5), d = SHUFFLE(high_ab, high_cd, 2, 3, 6, 7);
	memcpy(to, &a, sizeof a);
	memcpy(to + LANES, &b, sizeof b);
	memcpy(to + 2 * LANES, &c, sizeof c);
	memcpy(to + 3 * LANES, &d, sizeof d);
#else
	for (int c = 0; c < 4; c++)
		for (int p = 0; p < 4; p++) to[c * LANES + p] = from[p * row + c];
#endif
}

// rows transforms a piece of columns along the rows, and makes columns of rows.
INLINE void rows(const tables *t, room *r, int piece) {
	down(t, r, ROWS);
	down(t, r, ROWS / 4);
	deepest(t, r, piece);
	for (int p = 0; p < ROWS / 4; p++) { // holds frequency p / 4 · 4 + p % 4 · LANES, and p + 16, 32, 48 the next ones
		for (int c = 0; c < PIECE; c += 4) {
			int to = p % 4 * LANES * COLUMNS + (piece + c) * LANES + p / 4 * 4, from = p * PIECE + c;
			across(r->lanes_re + to, r->piece_re + from, ROWS / 4 * PIECE);
			across(r->lanes_im + to, r->piece_im + from, ROWS / 4 * PIECE);
		}
	}
}

// columns transforms COLUMNS rows of LANES numbers each along the rows, from one place to the other and back
// (Stockham), so that the frequencies end up in order: radix 4 three times and radix 2.
INLINE void columns(const tables *t, room *r, float *restrict to_re, float *restrict to_im, int lane) {
	float *restrict xr = r->lanes_re + lane * COLUMNS, *restrict xi = r->lanes_im + lane * COLUMNS;
	float *restrict yr = r->swap_re, *restrict yi = r->swap_im;
	int stride = LANES;
	for (int len = COLUMNS; len >= 8; len /= 4) {
		int quarter = stride * len / 4, step = COLUMNS / len;
		for (int p = 0; p < len / 4; p++) {
			number w1 = at(t->columns_re, t->columns_im, p * step);
			number w2 = at(t->columns_re, t->columns_im, 2 * p * step);
			number w3 = at(t->columns_re, t->columns_im, 3 * p * step);
			const float *restrict re = xr + stride * p, *restrict im = xi + stride * p;
			float *restrict put_re = yr + stride * 4 * p, *restrict put_im = yi + stride * 4 * p;
			APART for (int q = 0; q < stride; q++) {
				number y[4];
				radix4(y, at(re, im, q), at(re, im, q + quarter), at(re, im, q + 2 * quarter),
					at(re, im, q + 3 * quarter));
				put(put_re, put_im, q, y[0]);
				put(put_re, put_im, q + stride, times(y[1], w1));
				put(put_re, put_im, q + 2 * stride, times(y[2], w2));
				put(put_re, put_im, q + 3 * stride, times(y[3], w3));
			}
		}
		float *swap = xr;
		xr = yr, yr = swap, swap = xi, xi = yi, yi = swap;
		stride *= 4;
	}
	for (int k = 0; k < COLUMNS / 2; k++) {
		const float *restrict re = xr + k * LANES, *restrict im = xi + k * LANES;
		float *restrict low_re = to_re + k * ROWS + lane, *restrict low_im = to_im + k * ROWS + lane;
		APART for (int q = 0; q < LANES; q++) {
			number a = at(re, im, q), b = at(re, im, q + COLUMNS / 2 * LANES);
			put(low_re, low_im, q, plus(a, b));
			put(low_re, low_im, q + POINTS / 2, minus(a, b));
		}
	}
}

INLINE void complex(const tables *t, room *r, float *re, float *im) {
	for (int piece = 0; piece < COLUMNS; piece += PIECE) {
		for (int p = 0; p < ROWS; p++) {
			memcpy(r->piece_re + p * PIECE, re + p * COLUMNS + piece, sizeof *re * PIECE);
			memcpy(r->piece_im + p * PIECE, im + p * COLUMNS + piece, sizeof *im * PIECE);
		}
		rows(t, r, piece);
	}
	for (int lane = 0; lane < ROWS; lane += LANES) columns(t, r, re, im, lane);
}

// pack takes even samples as real parts and odd ones as imaginary.
INLINE void pack(const tables *t, room *r, const float *restrict x, const float *restrict window) {
	for (int piece = 0; piece < COLUMNS; piece += PIECE) {
		for (int p = 0; p < ROWS; p++) {
			float *restrict re = r->piece_re + p * PIECE, *restrict im = r->piece_im + p * PIECE;
			const float *restrict from = x + 2 * (p * COLUMNS + piece), *restrict w = window + 2 * (p * COLUMNS + piece);
			for (int c = 0; c < PIECE; c++) {
				re[c] = from[2 * c] * w[2 * c];
				im[c] = from[2 * c + 1] * w[2 * c + 1];
			}
		}
		rows(t, r, piece);
	}
	for (int lane = 0; lane < ROWS; lane += LANES) columns(t, r, r->re, r->im, lane);
}

// twice takes the transforms E and O of even and of odd samples apart again: the whole is E + W·O (Press and others,
// Numerical Recipes, section 12.3). It is twice that.
INLINE number twice(const tables *t, const room *r, int k) {
	number a = at(r->re, r->im, k), b = at(r->re, r->im, POINTS - k), w = at(t->split_re, t->split_im, k);
	number e = {a.re + b.re, a.im - b.im}, o = {a.im + b.im, b.re - a.re};
	return (number){e.re + w.re * o.re - w.im * o.im, e.im + w.re * o.im + w.im * o.re};
}

INLINE void power(const tables *t, room *r, float *restrict to, int first, int n, const float *x, const float *window) {
	pack(t, r, x, window);
	for (int i = 0; i < n; i++) to[i] = 0.25f * square(twice(t, r, first + i));
}

INLINE void phasors(const tables *t, room *r, float *restrict to, int8_t *restrict to_re, int8_t *restrict to_im,
	int first, int n, const float *x, const float *window) {
	pack(t, r, x, window);
	float *restrict re = r->lanes_re, *restrict im = r->lanes_im;
	for (int i = 0; i < n; i++) {
		number a = twice(t, r, first + i);
		put(re, im, i, a);
		to[i] = 0.25f * square(a);
	}
	for (int i = 0; i < n; i++) {
		float scale = 63.5f / sqrtf(to[i] + 1e-30f); // of half the number
		to_re[i] = (int8_t)((int)(re[i] * scale + 128.5f) - 128);
		to_im[i] = (int8_t)((int)(im[i] * scale + 128.5f) - 128);
	}
}

// VARIANT is all of it with the instructions that attribute names.
#define VARIANT(variant, attribute) \
	attribute static void complex_##variant(const tables *t, room *r, float *re, float *im) { complex(t, r, re, im); } \
	attribute static void power_##variant(const tables *t, room *r, float *to, int first, int n, const float *x, \
		const float *window) { power(t, r, to, first, n, x, window); } \
	attribute static void phasors_##variant(const tables *t, room *r, float *to, int8_t *re, int8_t *im, int first, \
		int n, const float *x, const float *window) { phasors(t, r, to, re, im, first, n, x, window); }
#define FUNCTIONS(variant) {complex_##variant, power_##variant, phasors_##variant}

VARIANT(plain, )
#ifdef WIDE
VARIANT(wide, WIDE)
VARIANT(wider, WIDER)
#endif

static const struct {
	void (*complex)(const tables *, room *, float *, float *);
	void (*power)(const tables *, room *, float *, int, int, const float *, const float *);
	void (*phasors)(const tables *, room *, float *, int8_t *, int8_t *, int, int, const float *, const float *);
} variants[] = {
	FUNCTIONS(plain),
#ifdef WIDE
	FUNCTIONS(wide), FUNCTIONS(wider),
#endif
};

int transform_wide(void) {
#ifdef WIDE
	int wide = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
	return wide && __builtin_cpu_supports("avx512vbmi2") ? 2 : wide; // what came before slows down for its widest
#else
	return 0;
#endif
}

void transform_complex(const tables *t, room *r, float *re, float *im) { variants[t->wide].complex(t, r, re, im); }

void transform_power(const tables *t, room *r, float *to, int first, int n, const float *x, const float *window) {
	variants[t->wide].power(t, r, to, first, n, x, window);
}

void transform_phasors(const tables *t, room *r, float *power, int8_t *re, int8_t *im, int first, int n,
	const float *x, const float *window) {
	variants[t->wide].phasors(t, r, power, re, im, first, n, x, window);
}
