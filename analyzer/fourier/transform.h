#ifndef EARMARK_TRANSFORM_H
#define EARMARK_TRANSFORM_H

#include <stdint.h>

// POINTS complex numbers are ROWS rows of COLUMNS. They are taken by PIECE columns and then by LANES frequencies at a
// time, which the nearest cache has room for.
enum { ROWS = 64, COLUMNS = 128, POINTS = ROWS * COLUMNS, PIECE = 32, LANES = 16 };

// Tables are the same for all transforms.
typedef struct {
	float rows_re[ROWS], rows_im[ROWS];             // exp(-2πi·k/ROWS)
	float columns_re[COLUMNS], columns_im[COLUMNS]; // exp(-2πi·k/COLUMNS)
	float turn_re[POINTS], turn_im[POINTS];         // exp(-2πi·c·k/POINTS) at [c / PIECE][row that holds k][c % PIECE]
	float split_re[POINTS], split_im[POINTS];       // exp(-2πi·k/(2·POINTS))
	float signs[2 * PIECE + 1];                     // PIECE times 1, and -1, 1, -1 …
	int wide;                                       // use the instructions that transform_wide found
} tables;

// A room has the places that the numbers of one transform at a time need on their way.
typedef struct {
	float piece_re[ROWS * PIECE], piece_im[ROWS * PIECE];
	float lanes_re[POINTS], lanes_im[POINTS]; // [k / LANES][c][k % LANES]
	float swap_re[COLUMNS * LANES], swap_im[COLUMNS * LANES];
	float re[POINTS], im[POINTS];
} room;

// transform_wide tells whether this processor has AVX2 and FMA, which take half as long: 1, or 2 if AVX-512 as well.
int transform_wide(void);

// transform_complex replaces re, im by their transform.
void transform_complex(const tables *t, room *r, float *re, float *im);

// transform_power writes the squared magnitudes of n bins of 2·POINTS real samples times window, from bin first > 0 on.
void transform_power(const tables *t, room *r, float *to, int first, int n, const float *x, const float *window);

// transform_phasors does the same, and writes the numbers themselves at magnitude 127.
void transform_phasors(const tables *t, room *r, float *power, int8_t *re, int8_t *im, int first, int n,
	const float *x, const float *window);

// transform_fine adds the squared magnitudes of 2·ROWS frequencies of every bin's phasors over up to ROWS frames, times
// scale, to fine: n for each of the ROWS frequencies that lie within half a bin, ascending. Frames are half a transform
// apart.
void transform_fine(const tables *t, room *r, float *fine, const int8_t *re, const int8_t *im, int frames, int first,
	int n, float scale);

#endif
