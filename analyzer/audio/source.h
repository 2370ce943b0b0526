#ifndef EARMARK_SOURCE_H
#define EARMARK_SOURCE_H

#include <stddef.h>
#include <stdint.h>
#include <sndfile.h>

// A source is what libsndfile takes for a file: a header of our making, then pieces of the real one. Reading goes
// through a buffer, because the decoders ask for a few bytes at a time.

enum { BUFFER = 1 << 16 };

typedef struct { int64_t at, off, n; } piece; // at: where it begins for libsndfile

typedef struct {
	SNDFILE *snd;
	int fd, error; // error: errno of a read that failed
	int sixteen;   // bits of an integer are a sample
	int64_t size, pos;
	int64_t head_n, count, last;
	unsigned char *head;
	piece *pieces;
	int64_t buf_at, buf_n;
	unsigned char buf[BUFFER];
} source;

// source_open takes what libsndfile will read, but for the pieces; NULL: out of memory.
source *source_open(int fd, const void *head, int64_t head_n, int64_t count);
void source_piece(source *s, int64_t i, int64_t off, int64_t n);
int source_start(source *s, SF_INFO *info, char *why, size_t why_n);
int64_t source_frames(source *s, float *to, int64_t frames, int channels);
void source_close(source *s);

#endif
