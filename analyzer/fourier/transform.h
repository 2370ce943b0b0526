#ifndef EARMARK_TRANSFORM_H
#define EARMARK_TRANSFORM_H

#include <stdint.h>

// POINTS complex numbers are ROWS rows of COLUMNS.
enum { ROWS = 64, COLUMNS = 128, POINTS = ROWS * COLUMNS };

// A room is what one transform at a time needs: tables, and two places for the numbers on their way.
typedef struct {
	int wide;                                       // use the instructions that transform_wide found
	float rows_re[ROWS], rows_im[ROWS];             // exp(-2πi·k/ROWS)
	float columns_re[COLUMNS], columns_im[COLUMNS]; // exp(-2πi·k/COLUMNS)
	float turn_re[POINTS], turn_im[POINTS];         // exp(-2πi·c·k/POINTS) at [row that holds k][c]
	float split_re[POINTS], split_im[POINTS];       // exp(-2πi·k/(2·POINTS))
	float re[POINTS], im[POINTS], to_re[POINTS], to_im[POINTS];
} room;

// transform_wide tells whether this processor has AVX2 and FMA, which take half as long.
int transform_wide(void);

// transform_complex replaces re, im by their transform.
void transform_complex(room *r, float *re, float *im);

// transform_power writes the squared magnitudes of n bins of 2·POINTS real samples times window, from bin first > 0 on.
void transform_power(room *r, float *to, int first, int n, const float *x, const float *window);

// transform_phasors does the same, and writes the numbers themselves at magnitude 127.
void transform_phasors(room *r, float *power, int8_t *re, int8_t *im, int first, int n, const float *x,
	const float *window);

// transform_fine adds the squared magnitudes of 2·ROWS frequencies of every bin's phasors over up to ROWS frames, times
// scale, to fine: the ROWS of them that lie within half a bin, ascending, bin by bin. Frames are half a transform apart.
void transform_fine(room *r, float *fine, const int8_t *re, const int8_t *im, int frames, int first, int n, float scale);

#endif
