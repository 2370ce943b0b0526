#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "finite.h"
#include "source.h"

static sf_count_t source_size(void *p) { return ((source *)p)->size; }
static sf_count_t source_tell(void *p) { return ((source *)p)->pos; }
static sf_count_t source_write(const void *b, sf_count_t n, void *p) { (void)b; (void)n; (void)p; return 0; }

static sf_count_t source_seek(sf_count_t off, int whence, void *p) {
	source *s = p;
	int64_t from = whence == SEEK_CUR ? s->pos : whence == SEEK_END ? s->size : 0;
	if (off < -from || off > INT64_MAX - from) return -1;
	return s->pos = from + off; // behind the end is allowed, as it is in a file: nothing is read there
}

// source_fetch reads up to n bytes at pos, not beyond a piece.
static int64_t source_fetch(source *s, int64_t pos, unsigned char *to, int64_t n) {
	if (pos < s->head_n) {
		if (n > s->head_n - pos) n = s->head_n - pos;
		memcpy(to, s->head + pos, n);
		return n;
	}
	int64_t lo = 0, hi = s->count - 1;
	if (s->last <= hi && s->pieces[s->last].at <= pos) lo = s->last;
	while (lo < hi) { // the last piece that begins at or before pos
		int64_t mid = (lo + hi + 1) / 2;
		if (s->pieces[mid].at <= pos) lo = mid; else hi = mid - 1;
	}
	s->last = lo;
	piece *c = s->pieces + lo;
	int64_t in = pos - c->at;
	if (lo >= s->count || in < 0 || in >= c->n) return 0;
	if (n > c->n - in) n = c->n - in;
	ssize_t got;
	do got = pread(s->fd, to, n, c->off + in); while (got < 0 && errno == EINTR);
	if (got < 0) s->error = errno;
	return got < 0 ? 0 : got;
}

static sf_count_t source_read(void *to, sf_count_t n, void *p) {
	source *s = p;
	unsigned char *b = to;
	sf_count_t done = 0;
	while (done < n && s->pos < s->size) {
		int64_t in = s->pos - s->buf_at, got;
		if (in >= 0 && in < s->buf_n) {
			got = s->buf_n - in;
			if (got > n - done) got = n - done;
			memcpy(b + done, s->buf + in, got);
		} else if (n - done >= BUFFER) {
			got = source_fetch(s, s->pos, b + done, n - done);
		} else {
			s->buf_at = s->pos;
			s->buf_n = source_fetch(s, s->pos, s->buf, BUFFER);
			if (s->buf_n == 0) break;
			continue;
		}
		if (got <= 0) break;
		done += got;
		s->pos += got;
	}
	return done;
}

void source_close(source *s) {
	if (s->snd) sf_close(s->snd);
	free(s->head);
	free(s->pieces);
	free(s);
}

source *source_open(int fd, const void *head, int64_t head_n, int64_t count) {
	source *s = calloc(1, sizeof *s);
	if (!s) return NULL;
	s->fd = fd;
	s->size = s->head_n = head_n;
	s->count = count;
	s->head = malloc(head_n + 1);
	s->pieces = calloc(count + 1, sizeof *s->pieces);
	if (!s->head || !s->pieces) {
		source_close(s);
		return NULL;
	}
	if (head_n) memcpy(s->head, head, head_n);
	return s;
}

void source_piece(source *s, int64_t i, int64_t off, int64_t n) {
	s->pieces[i] = (piece){s->size, off, n};
	s->size += n;
}

// source_start opens libsndfile on the source. why gets libsndfile's reason when it refuses.
int source_start(source *s, SF_INFO *info, char *why, size_t why_n) {
	static SF_VIRTUAL_IO io = {source_size, source_seek, source_read, source_write, source_tell};
	memset(info, 0, sizeof *info);
	s->snd = sf_open_virtual(&io, SFM_READ, info, s);
	s->sixteen = (info->format & SF_FORMAT_SUBMASK) == SF_FORMAT_PCM_16;
	if (s->snd) return 1;
	strncpy(why, sf_strerror(NULL), why_n - 1);
	return 0;
}

// sixteen_bits decodes as libsndfile does, but several samples at once.
static int64_t sixteen_bits(source *s, float *to, int64_t frames, int channels) {
	short part[4096];
	int64_t done = 0, most = sizeof part / sizeof *part / channels;
	while (done < frames) {
		int64_t want = frames - done < most ? frames - done : most, n = sf_readf_short(s->snd, part, want);
		for (int64_t i = 0; i < n * channels; i++) to[done * channels + i] = part[i] / 32768.0f;
		if (n > 0) done += n;
		if (n < want) break;
	}
	return done;
}

// source_frames decodes, and puts 0 where a file of floats holds no number.
int64_t source_frames(source *s, float *to, int64_t frames, int channels) {
	if (s->sixteen) return sixteen_bits(s, to, frames, channels);
	int64_t n = sf_readf_float(s->snd, to, frames);
	if (n <= 0) return 0;
	make_finite(to, n * channels);
	return n;
}
