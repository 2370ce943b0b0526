#ifndef EARMARK_VECTOR_H
#define EARMARK_VECTOR_H

#include <math.h>

float sqrtf(float) __attribute__((const)); // what it does to errno would keep it out of vectors

// The compiler turns the innermost loops into vector instructions: they run over neighbours with the same factors.
// Within a loop that is APART, what is written is not read at another place.
#ifdef __clang__
#define APART _Pragma("clang loop vectorize(assume_safety)")
#else
#define APART _Pragma("GCC ivdep")
#endif

// SHUFFLE picks from two vectors of four, where the compiler has a way to say it.
#if defined(__clang__) || __GNUC__ >= 12
#define SHUFFLE __builtin_shufflevector
#endif
#define INLINE static inline __attribute__((always_inline))

// WIDE and WIDER functions have the instructions that transform_wide asks for.
#if defined(__x86_64__) && defined(__GNUC__)
#define WIDE __attribute__((target("avx2,fma")))
#ifdef __clang__
#define WIDER __attribute__((target("avx2,fma,avx512f,avx512vl,avx512bw,avx512dq")))
#else
#define WIDER __attribute__((target("avx2,fma,avx512f,avx512vl,avx512bw,avx512dq,prefer-vector-width=512")))
#endif
#endif

#endif
