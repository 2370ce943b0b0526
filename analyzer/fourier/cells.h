#ifndef EARMARK_CELLS_H
#define EARMARK_CELLS_H

#include <stdint.h>

enum { AROUND = 571 }; // cells that cells_around looks at, around a place

// cells_roots writes square roots of rows of n numbers times scale, rounded, at most 255, as columns.
void cells_roots(int wide, uint8_t *to, const float *from, int n, float scale);

// cells_around adds the AROUND cells around each of n places to sums.
void cells_around(int wide, int32_t *sums, const uint8_t *cells, const int32_t *places, int n);

#endif
