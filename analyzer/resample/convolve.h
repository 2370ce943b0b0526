#ifndef EARMARK_CONVOLVE_H
#define EARMARK_CONVOLVE_H

// LANES numbers are multiplied at once; filters are a multiple of it long.
enum { LANES = 8 };

// A place is where the next output lies: phase/up past an input sample.
typedef struct {
	int skip;  // input samples before the first that it needs
	int phase; // 0 … up-1
} place;

// convolve_wide tells whether this processor has AVX2 and FMA.
int convolve_wide(void);

// convolve writes all output that n samples of input give, and tells how much that is. filters holds up filters of taps
// numbers each; wide is what convolve_wide says, or 0.
int convolve(
	float *to, const float *x, int n, const float *filters, int taps, int up, int down, place *at, int wide);

#endif
