#ifndef EARMARK_OGG_H
#define EARMARK_OGG_H

#include <stdint.h>
#include <ogg/ogg.h>
#include <opus/opus.h>
#include <vorbis/codec.h>

// A vorbis stream in a part of a file, or an opus stream of one or two channels, decoded by libvorbis or libopus.

typedef struct {
	int fd, error;   // error: errno of a read that failed
	int64_t at, end; // of the file: what is read next, and where the stream ends
	int again;       // another stream has begun

	ogg_sync_state pages;
	ogg_stream_state packets;
	int rate, channels;
	int64_t ready, from; // frames that are decoded and not yet read, and where they begin in planes or sound

	vorbis_info info;
	vorbis_comment comment;
	vorbis_dsp_state vorbis;
	vorbis_block block;
	float **planes; // of one packet, channel by channel

	OpusDecoder *opus; // NULL: it is vorbis
	float *sound;      // of one packet, interleaved
	int64_t skip;      // frames that are not to be heard, at the beginning
	int64_t keep;      // frames that are to be heard until the end, once its page has come
	int64_t time;      // in frames, as the pages state it
} ogg_decoder;

// ogg_open reads the headers from the bytes from … end of fd. NULL: why says what is wrong.
ogg_decoder *ogg_open(int fd, int64_t from, int64_t end, const char **why);
// ogg_frames decodes up to so many frames, interleaved. Fewer: the end, or what error and again say.
int64_t ogg_frames(ogg_decoder *d, float *to, int64_t frames);
// ogg_jump goes on with the page at the given offset, with a decoder that has heard nothing.
void ogg_jump(ogg_decoder *d, int64_t at);
// ogg_skip goes to the end without decoding and returns how many bytes of sound were left.
int64_t ogg_skip(ogg_decoder *d);
void ogg_close(ogg_decoder *d);

#endif
