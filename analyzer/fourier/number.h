#ifndef EARMARK_NUMBER_H
#define EARMARK_NUMBER_H

#include "vector.h"

typedef struct { float re, im; } number; // complex

INLINE number at(const float *re, const float *im, int i) { return (number){re[i], im[i]}; }
INLINE void put(float *re, float *im, int i, number a) { re[i] = a.re, im[i] = a.im; }
INLINE number plus(number a, number b) { return (number){a.re + b.re, a.im + b.im}; }
INLINE number minus(number a, number b) { return (number){a.re - b.re, a.im - b.im}; }
INLINE number turned(number a) { return (number){a.im, -a.re}; } // by a quarter of a circle
INLINE number times(number a, number w) { return (number){a.re * w.re - a.im * w.im, a.re * w.im + a.im * w.re}; }

INLINE float square(number a) { return a.re * a.re + a.im * a.im; }

// radix4 transforms four numbers.
INLINE void radix4(number y[4], number a, number b, number c, number d) {
	number t0 = plus(a, c), t1 = minus(a, c), t2 = plus(b, d), t3 = turned(minus(b, d));
	y[0] = plus(t0, t2), y[1] = plus(t1, t3), y[2] = minus(t0, t2), y[3] = minus(t1, t3);
}

#endif
