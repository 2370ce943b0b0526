#include <string.h>

#include "transform.h"
#include "vector.h"

#define NARROW (COLUMNS / 2)

// down transforms each of a number of columns along the rows, in place: radix 4, decimation in frequency. Row p then
// holds frequency k whose digits to base 4 are those of p in reverse.
INLINE void down(room *r, float *restrict re, float *restrict im, int columns) {
	for (int len = ROWS; len >= 4; len /= 4) {
		int quarter = len / 4, step = ROWS / len;
		for (int from = 0; from < ROWS; from += len) {
			for (int j = 0; j < quarter; j++) {
				float w1r = r->rows_re[j * step], w1i = r->rows_im[j * step];
				float w2r = r->rows_re[2 * j * step], w2i = r->rows_im[2 * j * step];
				float w3r = r->rows_re[3 * j * step], w3i = r->rows_im[3 * j * step];
				float *ar = re + (from + j) * columns, *ai = im + (from + j) * columns;
				float *br = ar + quarter * columns, *bi = ai + quarter * columns;
				float *cr = br + quarter * columns, *ci = bi + quarter * columns;
				float *dr = cr + quarter * columns, *di = ci + quarter * columns;
				APART for (int c = 0; c < columns; c++) {
					float t0r = ar[c] + cr[c], t0i = ai[c] + ci[c], t1r = ar[c] - cr[c], t1i = ai[c] - ci[c];
					float t2r = br[c] + dr[c], t2i = bi[c] + di[c], t3r = bi[c] - di[c], t3i = dr[c] - br[c];
					float y1r = t1r + t3r, y1i = t1i + t3i, y2r = t0r - t2r, y2i = t0i - t2i;
					float y3r = t1r - t3r, y3i = t1i - t3i;
					ar[c] = t0r + t2r;
					ai[c] = t0i + t2i;
					br[c] = y1r * w1r - y1i * w1i;
					bi[c] = y1r * w1i + y1i * w1r;
					cr[c] = y2r * w2r - y2i * w2i;
					ci[c] = y2r * w2i + y2i * w2r;
					dr[c] = y3r * w3r - y3i * w3i;
					di[c] = y3r * w3i + y3i * w3r;
				}
			}
		}
	}
}

// turn multiplies by what lies between transforms of rows and of columns, and makes columns of rows, frequency k first.
INLINE void turn(room *r, float *restrict to_re, float *restrict to_im, float *restrict re, float *restrict im) {
	for (int i = 0; i < POINTS; i++) {
		float a = re[i], b = im[i];
		re[i] = a * r->turn_re[i] - b * r->turn_im[i];
		im[i] = a * r->turn_im[i] + b * r->turn_re[i];
	}
	for (int half = 0; half < 2; half++) {
		const float *from = half ? im : re;
		float *to = half ? to_im : to_re;
		for (int block = 0; block < COLUMNS; block += 16) {
			for (int p = 0; p < ROWS; p++) {
				int k = p / 16 + p / 4 % 4 * 4 + p % 4 * 16;
				for (int c = 0; c < 16; c++) to[(block + c) * ROWS + k] = from[p * COLUMNS + block + c];
			}
		}
	}
}

// along transforms COLUMNS rows of ROWS numbers each along the rows, from one place to the other and back (Stockham),
// so that the frequencies end up in order: radix 4 three times and radix 2. It ends where it began.
INLINE void along(room *r, float *restrict xr, float *restrict xi, float *restrict yr, float *restrict yi) {
	int stride = ROWS;
	for (int len = COLUMNS; len >= 8; len /= 4) {
		int quarter = len / 4, step = COLUMNS / len;
		for (int p = 0; p < quarter; p++) {
			float w1r = r->columns_re[p * step], w1i = r->columns_im[p * step];
			float w2r = r->columns_re[2 * p * step], w2i = r->columns_im[2 * p * step];
			float w3r = r->columns_re[3 * p * step], w3i = r->columns_im[3 * p * step];
			const float *restrict ar = xr + stride * p, *restrict ai = xi + stride * p;
			float *restrict to_r = yr + stride * 4 * p, *restrict to_i = yi + stride * 4 * p;
			int q4 = stride * quarter;
			APART for (int q = 0; q < stride; q++) {
				float t0r = ar[q] + ar[q + 2 * q4], t0i = ai[q] + ai[q + 2 * q4];
				float t1r = ar[q] - ar[q + 2 * q4], t1i = ai[q] - ai[q + 2 * q4];
				float t2r = ar[q + q4] + ar[q + 3 * q4], t2i = ai[q + q4] + ai[q + 3 * q4];
				float t3r = ai[q + q4] - ai[q + 3 * q4], t3i = ar[q + 3 * q4] - ar[q + q4];
				float y1r = t1r + t3r, y1i = t1i + t3i, y2r = t0r - t2r, y2i = t0i - t2i;
				float y3r = t1r - t3r, y3i = t1i - t3i;
				to_r[q] = t0r + t2r;
				to_i[q] = t0i + t2i;
				to_r[q + stride] = y1r * w1r - y1i * w1i;
				to_i[q + stride] = y1r * w1i + y1i * w1r;
				to_r[q + 2 * stride] = y2r * w2r - y2i * w2i;
				to_i[q + 2 * stride] = y2r * w2i + y2i * w2r;
				to_r[q + 3 * stride] = y3r * w3r - y3i * w3i;
				to_i[q + 3 * stride] = y3r * w3i + y3i * w3r;
			}
		}
		float *swap = xr;
		xr = yr, yr = swap, swap = xi, xi = yi, yi = swap;
		stride *= 4;
	}
	APART for (int q = 0; q < POINTS / 2; q++) {
		yr[q] = xr[q] + xr[q + POINTS / 2];
		yi[q] = xi[q] + xi[q + POINTS / 2];
		yr[q + POINTS / 2] = xr[q] - xr[q + POINTS / 2];
		yi[q + POINTS / 2] = xi[q] - xi[q + POINTS / 2];
	}
}

INLINE void whole(room *r, float *re, float *im) {
	down(r, re, im, COLUMNS);
	turn(r, r->to_re, r->to_im, re, im);
	along(r, r->to_re, r->to_im, re, im);
}

INLINE void complex(room *r, float *re, float *im) {
	whole(r, re, im);
	memcpy(re, r->to_re, sizeof r->to_re);
	memcpy(im, r->to_im, sizeof r->to_im);
}

// spectrum packs even samples as real parts and odd ones as imaginary, and takes their transforms E and O apart again:
// the whole is E + W·O (Press and others, Numerical Recipes, section 12.3). It writes twice that, to r->re and r->im.
INLINE void spectrum(room *r, int first, int n, const float *x, const float *window) {
	float *restrict re = r->re, *restrict im = r->im;
	for (int i = 0; i < POINTS; i++) {
		re[i] = x[2 * i] * window[2 * i];
		im[i] = x[2 * i + 1] * window[2 * i + 1];
	}
	whole(r, re, im);
	const float *restrict fr = r->to_re, *restrict fi = r->to_im, *wr = r->split_re, *wi = r->split_im;
	for (int i = 0; i < n; i++) {
		int k = first + i, m = POINTS - k;
		float er = fr[k] + fr[m], ei = fi[k] - fi[m], or = fi[k] + fi[m], oi = fr[m] - fr[k];
		re[i] = er + wr[k] * or - wi[k] * oi;
		im[i] = ei + wr[k] * oi + wi[k] * or;
	}
}

INLINE void power(room *r, float *restrict to, int first, int n, const float *x, const float *window) {
	spectrum(r, first, n, x, window);
	const float *restrict re = r->re, *restrict im = r->im;
	for (int i = 0; i < n; i++) to[i] = 0.25f * (re[i] * re[i] + im[i] * im[i]);
}

INLINE void phasors(room *r, float *restrict to, int8_t *restrict to_re, int8_t *restrict to_im, int first, int n,
	const float *x, const float *window) {
	power(r, to, first, n, x, window);
	const float *restrict re = r->re, *restrict im = r->im;
	for (int i = 0; i < n; i++) {
		float scale = 63.5f / sqrtf(to[i] + 1e-30f); // of half the number
		to_re[i] = (int8_t)((int)(re[i] * scale + 128.5f) - 128);
		to_im[i] = (int8_t)((int)(im[i] * scale + 128.5f) - 128);
	}
}

// fine takes NARROW bins at a time, which the nearest cache has room for, down the frames: at the even frequencies and,
// turned by half of one, at the odd ones. From frame to frame the middle of a bin turns by no or by half a circle. What
// is left in columns beyond the last bin is never looked at.
INLINE void fine(room *r, float *restrict to, const int8_t *re, const int8_t *im, int frames, int first, int n,
	float scale) {
	for (int block = 0; block < n; block += NARROW) {
		int width = n - block < NARROW ? n - block : NARROW;
		for (int k = 0; k < frames; k++) {
			float wr = r->columns_re[k], wi = r->columns_im[k];
			const int8_t *from_re = re + k * n + block, *from_im = im + k * n + block;
			float *restrict even_re = r->re + k * NARROW, *restrict even_im = r->im + k * NARROW;
			float *restrict odd_re = r->to_re + k * NARROW, *restrict odd_im = r->to_im + k * NARROW;
			APART for (int c = 0; c < width; c++) {
				float a = from_re[c], b = from_im[c];
				even_re[c] = a;
				even_im[c] = b;
				odd_re[c] = a * wr - b * wi;
				odd_im[c] = a * wi + b * wr;
			}
		}
		float *at[] = {r->re, r->im, r->to_re, r->to_im};
		for (int i = 0; i < 4; i++) memset(at[i] + frames * NARROW, 0, sizeof **at * (ROWS - frames) * NARROW);
		down(r, r->re, r->im, NARROW);
		down(r, r->to_re, r->to_im, NARROW);
		APART for (int i = 0; i < ROWS * NARROW; i++) {
			r->re[i] = r->re[i] * r->re[i] + r->im[i] * r->im[i];
			r->to_re[i] = r->to_re[i] * r->to_re[i] + r->to_im[i] * r->to_im[i];
		}
		int row[2][ROWS / 2]; // that hold the frequencies of bins with an even and with an odd number
		for (int j = 0; j < ROWS; j++) {
			int k = (j + ROWS * 3 / 4) % ROWS; // half of them lie below the middle of a bin with an even number
			row[j / (ROWS / 2)][j % (ROWS / 2)] = (k / 16 + k / 4 % 4 * 4 + k % 4 * 16) * NARROW;
		}
		for (int c = 0; c < width; c++) {
			float *restrict cells = to + (block + c) * ROWS;
			const int *rows = row[(first + block + c) % 2];
			for (int j = 0; j < ROWS / 2; j++) {
				cells[2 * j] += scale * r->re[rows[j] + c];
				cells[2 * j + 1] += scale * r->to_re[rows[j] + c];
			}
		}
	}
}

#ifdef WIDE
WIDE static void complex_wide(room *r, float *re, float *im) { complex(r, re, im); }
WIDE static void power_wide(room *r, float *to, int first, int n, const float *x, const float *window) {
	power(r, to, first, n, x, window);
}
WIDE static void phasors_wide(room *r, float *to, int8_t *re, int8_t *im, int first, int n, const float *x,
	const float *window) {
	phasors(r, to, re, im, first, n, x, window);
}
WIDE static void fine_wide(room *r, float *to, const int8_t *re, const int8_t *im, int frames, int first, int n,
	float scale) {
	fine(r, to, re, im, frames, first, n, scale);
}
int transform_wide(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
#else
#define complex_wide complex
#define power_wide power
#define phasors_wide phasors
#define fine_wide fine
int transform_wide(void) { return 0; }
#endif

void transform_complex(room *r, float *re, float *im) {
	if (r->wide) complex_wide(r, re, im); else complex(r, re, im);
}

void transform_power(room *r, float *to, int first, int n, const float *x, const float *window) {
	if (r->wide) power_wide(r, to, first, n, x, window); else power(r, to, first, n, x, window);
}

void transform_phasors(room *r, float *power, int8_t *re, int8_t *im, int first, int n, const float *x,
	const float *window) {
	if (r->wide) phasors_wide(r, power, re, im, first, n, x, window);
	else phasors(r, power, re, im, first, n, x, window);
}

void transform_fine(room *r, float *to, const int8_t *re, const int8_t *im, int frames, int first, int n, float scale) {
	if (r->wide) fine_wide(r, to, re, im, frames, first, n, scale);
	else fine(r, to, re, im, frames, first, n, scale);
}
