#ifndef EARMARK_FINITE_H
#define EARMARK_FINITE_H

#include <stdint.h>
#include <string.h>

// make_finite puts 0 where there is no number.
static inline void make_finite(float *samples, int64_t n) {
	uint32_t bad = 0, u;
	for (int64_t i = 0; i < n; i++) {
		memcpy(&u, samples + i, sizeof u);
		bad |= (u & 0x7f800000u) == 0x7f800000u;
	}
	for (int64_t i = 0; bad && i < n; i++) {
		memcpy(&u, samples + i, sizeof u);
		if ((u & 0x7f800000u) == 0x7f800000u) samples[i] = 0;
	}
}

#endif
