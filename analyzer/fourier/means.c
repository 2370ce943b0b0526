#include "means.h"
#include "transform.h"
#include "vector.h"

enum { PART = 1024 }; // of the bins, so that what is summed stays near

// means sums the SPAN neighbours as 1, 2, 4, 8 and 16 of them.
INLINE void means(float *restrict to, const float *restrict x, int n) {
	for (int from = 0; from < n; from += PART, x += PART, to += PART) {
		float two[PART + SPAN], four[PART + SPAN], eight[PART + SPAN], sixteen[PART + SPAN];
		int bins = n - from < PART ? n - from : PART;
		for (int i = 0; i < bins + 29; i++) two[i] = x[i] + x[i + 1];
		for (int i = 0; i < bins + 27; i++) four[i] = two[i] + two[i + 2];
		for (int i = 0; i < bins + 23; i++) eight[i] = four[i] + four[i + 4];
		for (int i = 0; i < bins + 15; i++) sixteen[i] = eight[i] + eight[i + 8];
		for (int i = 0; i < bins; i++)
			to[i] = (x[i] + two[i + 1] + four[i + 3] + eight[i + 7] + sixteen[i + 15]) * (1.0f / SPAN);
	}
}

static void means_plain(float *to, const float *x, int n) { means(to, x, n); }
#ifdef WIDE
WIDE static void means_wide(float *to, const float *x, int n) { means(to, x, n); }
WIDER static void means_wider(float *to, const float *x, int n) { means(to, x, n); }
#endif

void means_around(int wide, float *to, const float *x, int n) {
	static void (*const variants[])(float *, const float *, int) = {
		means_plain,
#ifdef WIDE
		means_wide, means_wider,
#endif
	};
	variants[wide](to, x, n);
}
