#ifndef EARMARK_MEANS_H
#define EARMARK_MEANS_H

enum { SPAN = 31 }; // bins that a mean is of: the sum of 1, 2, 4, 8 and 16

// means_around writes the means of SPAN neighbours in x, of which there are n + SPAN - 1.
void means_around(int wide, float *to, const float *x, int n);

#endif
