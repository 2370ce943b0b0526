#include "cells.h"
#include "transform.h"
#include "vector.h"

enum { SIDE = 32 };

INLINE void roots(uint8_t *restrict to, const float *restrict from, int n, float scale) {
	for (int bin = 0; bin < n; bin += SIDE) {
		uint8_t part[ROWS][SIDE];
		int bins = n - bin < SIDE ? n - bin : SIDE;
		for (int row = 0; row < ROWS; row++) {
			for (int i = 0; i < bins; i++) {
				float root = sqrtf(scale * from[row * n + bin + i]) + 0.5f;
				part[row][i] = (uint8_t)(int)(root < 255 ? root : 255);
			}
		}
		for (int i = 0; i < bins; i++) {
			for (int row = 0; row < ROWS; row++) to[(bin + i) * ROWS + row] = part[row][i];
		}
	}
}

// around sums in sixteen bits as far as the sums fit there.
INLINE void around(int32_t *restrict to, const uint8_t *cells, const int32_t *places, int n) {
	for (int from = 0; from < n; from += 256) {
		uint16_t part[AROUND] = {0};
		for (int k = from; k < n && k < from + 256; k++) {
			const uint8_t *cell = cells + places[k] - AROUND / 2;
			for (int i = 0; i < AROUND; i++) part[i] += cell[i];
		}
		for (int i = 0; i < AROUND; i++) to[i] += part[i];
	}
}

#ifdef WIDE
WIDE static void roots_wide(uint8_t *to, const float *from, int n, float scale) { roots(to, from, n, scale); }
WIDE static void around_wide(int32_t *to, const uint8_t *cells, const int32_t *places, int n) {
	around(to, cells, places, n);
}
#else
#define roots_wide roots
#define around_wide around
#endif

void cells_roots(int wide, uint8_t *to, const float *from, int n, float scale) {
	if (wide) roots_wide(to, from, n, scale); else roots(to, from, n, scale);
}

void cells_around(int wide, int32_t *to, const uint8_t *cells, const int32_t *places, int n) {
	if (wide) around_wide(to, cells, places, n); else around(to, cells, places, n);
}
