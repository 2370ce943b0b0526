#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "finite.h"
#include "ogg.h"

enum {
	CHUNK = 1 << 16,
	OPUS_RATE = 48000,  // what every opus stream is decoded at
	OPUS_PACKET = 5760, // frames of the longest packet, 120 ms
};

// next_page reads up to the end of a whole page; 0: there is none. Damaged ones are left out.
static int next_page(ogg_decoder *d, ogg_page *page) {
	for (;;) {
		int found = ogg_sync_pageout(&d->pages, page);
		if (found > 0) return 1;
		if (found < 0) continue;
		int64_t n = d->end - d->at < CHUNK ? d->end - d->at : CHUNK;
		char *to = n > 0 ? ogg_sync_buffer(&d->pages, n) : NULL;
		if (!to) return 0;
		ssize_t got;
		do got = pread(d->fd, to, n, d->at); while (got < 0 && errno == EINTR);
		if (got < 0) d->error = errno;
		if (got <= 0) return 0;
		d->at += got;
		ogg_sync_wrote(&d->pages, got);
	}
}

// next_packet gives the packet that comes next; 0: there is none.
static int next_packet(ogg_decoder *d, ogg_packet *packet) {
	for (;;) {
		int found = ogg_stream_packetout(&d->packets, packet);
		if (found > 0) return 1;
		if (found < 0) continue; // a hole
		ogg_page page;
		if (!next_page(d, &page)) return 0;
		if (ogg_page_bos(&page) || ogg_page_serialno(&page) != d->packets.serialno) {
			d->again = 1;
			d->at = d->end;
			return 0;
		}
		ogg_stream_pagein(&d->packets, &page);
		if (ogg_page_eos(&page) && ogg_page_granulepos(&page) >= 0) d->keep = ogg_page_granulepos(&page) - d->time;
	}
}

static const char *open_vorbis(ogg_decoder *d, ogg_packet *packet) {
	vorbis_info_init(&d->info);
	vorbis_comment_init(&d->comment);
	for (int i = 0; i < 3; i++) {
		if (i > 0 && !next_packet(d, packet)) return "it ends in its headers";
		if (vorbis_synthesis_headerin(&d->info, &d->comment, packet) != 0) return "its headers are damaged";
	}
	if (vorbis_synthesis_init(&d->vorbis, &d->info) != 0) return "its headers are damaged";
	vorbis_block_init(&d->vorbis, &d->block);
	d->rate = d->info.rate;
	d->channels = d->info.channels;
	return NULL;
}

// open_opus reads the header of RFC 7845, section 5.1.
static const char *open_opus(ogg_decoder *d, ogg_packet *packet) {
	const unsigned char *head = packet->packet;
	if (packet->bytes < 19 || head[8] >> 4 != 0 || head[9] < 1 || head[9] > 2 || head[18] != 0)
		return "its head is damaged";
	d->rate = OPUS_RATE;
	d->channels = head[9];
	d->skip = head[10] | head[11] << 8;
	int gain = (int16_t)(head[16] | head[17] << 8);
	if (!next_packet(d, packet)) return "it ends in its tags";
	d->sound = malloc(sizeof *d->sound * OPUS_PACKET * d->channels);
	d->opus = opus_decoder_create(OPUS_RATE, d->channels, NULL);
	if (!d->sound || !d->opus) return "out of memory";
	opus_decoder_ctl(d->opus, OPUS_SET_GAIN(gain));
	return NULL;
}

ogg_decoder *ogg_open(int fd, int64_t from, int64_t end, const char **why) {
	ogg_decoder *d = calloc(1, sizeof *d);
	*why = "out of memory";
	if (!d) return NULL;
	d->fd = fd;
	d->at = from;
	d->end = end;
	d->keep = INT64_MAX;
	ogg_sync_init(&d->pages);
	ogg_page page;
	ogg_packet packet;
	*why = "its first page is damaged";
	if (next_page(d, &page) && ogg_stream_init(&d->packets, ogg_page_serialno(&page)) == 0) {
		ogg_stream_pagein(&d->packets, &page);
		if (next_packet(d, &packet)) {
			int opus = packet.bytes >= 8 && memcmp(packet.packet, "OpusHead", 8) == 0;
			*why = opus ? open_opus(d, &packet) : open_vorbis(d, &packet);
		}
	}
	if (!*why) return d;
	if (d->error) *why = "reading it fails";
	ogg_close(d);
	return NULL;
}

void ogg_close(ogg_decoder *d) {
	vorbis_block_clear(&d->block);
	vorbis_dsp_clear(&d->vorbis);
	vorbis_comment_clear(&d->comment);
	vorbis_info_clear(&d->info);
	if (d->opus) opus_decoder_destroy(d->opus);
	free(d->sound);
	ogg_stream_clear(&d->packets);
	ogg_sync_clear(&d->pages);
	free(d);
}

static void decode_vorbis(ogg_decoder *d, ogg_packet *packet) {
	if (vorbis_synthesis(&d->block, packet) == 0) vorbis_synthesis_blockin(&d->vorbis, &d->block);
	d->from = 0;
	d->ready = vorbis_synthesis_pcmout(&d->vorbis, &d->planes);
	vorbis_synthesis_read(&d->vorbis, d->ready);
}

// The decoder for a single stream is used, not the one for several, which libsndfile and libopusfile use: that one asks
// the processor for its name with every packet, which on a virtual machine takes longer than decoding.
static void decode_opus(ogg_decoder *d, ogg_packet *packet) {
	int64_t n = opus_decode_float(d->opus, packet->packet, packet->bytes, d->sound, OPUS_PACKET, 0);
	if (n < 0) n = 0; // damaged
	d->time += n;
	if (packet->granulepos >= 0) d->time = packet->granulepos;
	if (n > d->keep) n = d->keep > 0 ? d->keep : 0;
	if (d->keep != INT64_MAX) d->keep -= n;
	int64_t skip = d->skip < n ? d->skip : n;
	d->skip -= skip;
	d->ready = n - skip;
	d->from = skip;
}

int64_t ogg_frames(ogg_decoder *d, float *to, int64_t frames) {
	int64_t done = 0;
	while (done < frames) {
		if (d->ready <= 0) {
			ogg_packet packet;
			if (!next_packet(d, &packet)) break;
			if (d->opus) decode_opus(d, &packet); else decode_vorbis(d, &packet);
			continue;
		}
		int64_t n = d->ready < frames - done ? d->ready : frames - done;
		float *out = to + done * d->channels;
		if (d->opus) memcpy(out, d->sound + d->from * d->channels, sizeof *out * n * d->channels);
		else for (int c = 0; c < d->channels; c++) {
			const float *plane = d->planes[c] + d->from;
			for (int64_t i = 0; i < n; i++) out[i * d->channels + c] = plane[i];
		}
		d->from += n;
		d->ready -= n;
		done += n;
	}
	make_finite(to, done * d->channels);
	return done;
}

int64_t ogg_skip(ogg_decoder *d) {
	ogg_packet packet;
	int64_t left = 0;
	while (next_packet(d, &packet)) left += packet.bytes;
	return left;
}

void ogg_jump(ogg_decoder *d, int64_t at) {
	ogg_sync_reset(&d->pages);
	ogg_stream_reset(&d->packets);
	d->at = at;
	d->ready = 0;
	d->again = 0;
	d->skip = 0;
	d->keep = INT64_MAX;
	d->time = 0;
	if (d->opus) opus_decoder_ctl(d->opus, OPUS_RESET_STATE);
	else vorbis_synthesis_restart(&d->vorbis);
}
