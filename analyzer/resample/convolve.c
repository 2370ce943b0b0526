#include <string.h>

#include "convolve.h"

#define INLINE static inline __attribute__((always_inline))

typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));
typedef float half __attribute__((vector_size(LANES / 2 * sizeof(float))));

INLINE int all(float *restrict to, const float *x, int n, const float *filters, int taps, int up, int down, place *at) {
	int skip = at->skip, phase = at->phase, given = 0;
	for (; skip + taps <= n; given++) {
		const float *h = filters + phase * taps, *from = x + skip;
		lanes sum = {0};
		for (int i = 0; i < taps; i += LANES) {
			lanes a, b;
			memcpy(&a, from + i, sizeof a);
			memcpy(&b, h + i, sizeof b);
			sum += a * b;
		}
		half low, high;
		memcpy(&low, &sum, sizeof low);
		memcpy(&high, (char *)&sum + sizeof low, sizeof high);
		low += high;
		to[given] = (low[0] + low[2]) + (low[1] + low[3]);
		phase += down;
		while (phase >= up) {
			phase -= up;
			skip++;
		}
	}
	at->skip = skip, at->phase = phase;
	return given;
}

#if defined(__x86_64__) && defined(__GNUC__)
__attribute__((target("avx2,fma")))
static int all_wide(float *to, const float *x, int n, const float *filters, int taps, int up, int down, place *at) {
	return all(to, x, n, filters, taps, up, down, at);
}
int convolve_wide(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
#else
#define all_wide all
int convolve_wide(void) { return 0; }
#endif

int convolve(
	float *to, const float *x, int n, const float *filters, int taps, int up, int down, place *at, int wide) {
	return wide ? all_wide(to, x, n, filters, taps, up, down, at) : all(to, x, n, filters, taps, up, down, at);
}
