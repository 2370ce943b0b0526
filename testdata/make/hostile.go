package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"earmark/testdata/make/synth"
)

// hostile is a file that a decoder must survive.
type hostile struct {
	file     string
	expected string // ok, or the code of the error
	why      string
	content  func(ctx context.Context, scratch string) ([]byte, error)
}

var hostiles = []hostile{
	{"empty.mp3", "file_empty", "no byte at all", given(nil)},
	{"zeros.flac", "audio_load_failed", "4 KB of zeros", given(make([]byte, 4096))},
	{"random.mp3", "audio_load_failed", "8 KB of noise, by the name an mp3", given(random(8<<10, 1))},
	{"page.mp3", "audio_load_failed", "the error page of a web server, saved as an mp3", given([]byte(errorPage))},
	{"tag-only.mp3", "audio_load_failed", "an ID3 tag and nothing after it", given(id3(frame("TIT2", "\x03Nothing")))},
	{
		"endless-tag.mp3", "audio_load_failed", "an ID3 tag that says it is 256 MB long",
		given([]byte("ID3\x04\x00\x00\x7f\x7f\x7f\x7fTIT2\x7f\x7f\x7f\x7f\x00\x00")),
	},

	{"truncated.mp3", "audio_truncated", "the first 60 % of a file", cut(plucked(16000, 1, 7), "mp3")},
	{"truncated.flac", "audio_truncated", "the first 60 % of a file", cut(plucked(16000, 1, 7), "flac")},
	{"truncated.wav", "audio_truncated", "the first 60 % of a file", cut(plucked(8000, 1, 3), "wav")},
	{"truncated.ogg", "audio_truncated", "the first 60 % of a file", cut(plucked(16000, 1, 7), "ogg")},
	{
		"truncated.m4a", "audio_truncated", "the first 60 % of a file that begins with its index",
		cut(plucked(16000, 1, 7), "fast.m4a"),
	},
	{
		"no-index.m4a", "audio_load_failed", "the first 60 % of a file that ends with its index",
		cut(plucked(16000, 1, 7), "m4a"),
	},

	{"claims-1-gb.wav", "audio_truncated", "a header that promises 1 GB", patched(40, "\x00\x00\x00\x40")},
	{"no-channels.wav", "audio_load_failed", "a header with 0 channels", patched(22, "\x00\x00")},
	{"no-rate.wav", "audio_load_failed", "a header with a rate of 0 Hz", patched(24, "\x00\x00\x00\x00")},
	{"no-samples.wav", "too_short", "a header that says there is nothing after it", headerOnly},

	{
		"silent.flac", "silent", "6 s of digital silence",
		encoded(recording{rate: 44100, channels: 1, samples: make([]int16, 6*44100)}, "flac"),
	},
	{"short.wav", "too_short", "half a second", encoded(plucked(8000, 1, 0.5), "wav")},
	{"telephone.wav", "ok", "8 kHz, one channel, mu-law", encoded(plucked(8000, 1, 5), "ulaw.wav")},
	{"192-khz.flac", "ok", "192 kHz", encoded(coarse(plucked(192000, 1, 5)), "flac")},
	{"surround.flac", "ok", "5.1 channels", encoded(coarse(plucked(32000, 6, 5)), "flac")},
	{"misnamed.mp3", "ok", "an ogg file with the wrong name", encoded(plucked(32000, 1, 5), "ogg")},
	{"joined.mp3", "ok", "two files of 3 s, one after the other, the first header knowing of 3 s only", joined},
	{
		"huge-tag.mp3", "ok", "an ID3 tag with a picture of 64 KB",
		tagged(frame("APIC", "\x00image/png\x00\x03\x00"+strings.Repeat("\x89PNG", 16<<10))),
	},
	{
		"escape-tags.mp3", "ok", "terminal escape sequences, line breaks and a change of direction in the tags",
		tagged(
			frame("TIT2", "\x03\x1b[2J\x1b[31mRed\x1b]0;owned\x07 Title"),
			frame("TPE1", "\x03Two\r\nLines\tand \u202eback\u202c"),
			frame("TALB", "\x03\xff\xfe\x80 not UTF-8"),
		),
	},
}

const errorPage = `<!doctype html>
<html><head><title>403 Forbidden</title></head>
<body><h1>Request has expired</h1><p>The link was valid for 60 seconds.</p></body></html>
`

// makeHostile writes the files and the table of what is expected of each.
func makeHostile(ctx context.Context, folder string) error {
	scratch, err := os.MkdirTemp("", "hostile")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch) //nolint:errcheck // a temporary folder
	var table strings.Builder
	table.WriteString("file\texpected\twhy\n")
	for _, h := range hostiles {
		content, err := h.content(ctx, scratch)
		if err != nil {
			return fmt.Errorf("%s: %w", h.file, err)
		}
		if err := os.WriteFile(filepath.Join(folder, h.file), content, 0o644); err != nil {
			return err
		}
		fmt.Fprintf(&table, "%s\t%s\t%s\n", h.file, h.expected, h.why)
	}
	return os.WriteFile(filepath.Join(folder, "expected.tsv"), []byte(table.String()), 0o644)
}

// content makes the bytes of a file; scratch is a folder for what is needed on the way.
type content = func(ctx context.Context, scratch string) ([]byte, error)

func given(b []byte) content {
	return func(context.Context, string) ([]byte, error) { return b, nil }
}

func random(n int, seed uint64) []byte {
	rng := rand.New(rand.NewPCG(seed, 0))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

// plucked is a few notes on a string, each channel with notes of its own.
func plucked(rate, channels int, sec float64) recording {
	s := synth.New(rate, uint64(rate+channels))
	sides := make([][]float64, channels)
	for c := range sides {
		mix := s.NewMix(sec)
		for at := 0.05 + 0.1*float64(c); at < sec; at += 0.75 {
			mix.Add(at, s.Pluck(synth.Nylon, synth.Hz(52+5*c), 0.7, 0.4), 0.5, 0)
		}
		sides[c] = mix.L
	}
	return newRecording(rate, sides...)
}

// coarse keeps the upper six bits of every sample, so that flac needs little space.
func coarse(r recording) recording {
	for i := range r.samples {
		r.samples[i] -= r.samples[i] % 1024
	}
	return r
}

// encoded stores a recording in a format: the end of a file's name, or ulaw.wav, or fast.m4a for an index in front.
func encoded(sound recording, format string) content {
	args := map[string][]string{
		"mp3":      {"-c:a", "libmp3lame", "-b:a", "24k", "-id3v2_version", "0"},
		"ogg":      {"-c:a", "libvorbis", "-q:a", "1"},
		"flac":     {"-c:a", "flac", "-compression_level", "12"},
		"wav":      {"-c:a", "pcm_s16le"},
		"ulaw.wav": {"-c:a", "pcm_mulaw"},
		"m4a":      {"-c:a", "aac", "-b:a", "32k"},
		"fast.m4a": {"-c:a", "aac", "-b:a", "32k", "-movflags", "+faststart"},
	}[format]
	return func(ctx context.Context, scratch string) ([]byte, error) {
		path := filepath.Join(scratch, "sound."+format)
		if err := encode(ctx, sound, path, args...); err != nil {
			return nil, err
		}
		return os.ReadFile(path)
	}
}

// cut is the first 60 % of a file.
func cut(sound recording, format string) content {
	return func(ctx context.Context, scratch string) ([]byte, error) {
		b, err := encoded(sound, format)(ctx, scratch)
		return b[:int(0.6*float64(len(b)))], err
	}
}

// patched is a wav file of 1 s with other bytes at an offset of its header.
func patched(offset int, with string) content {
	return func(ctx context.Context, scratch string) ([]byte, error) {
		b, err := encoded(plucked(8000, 1, 1), "wav")(ctx, scratch)
		return bytes.Join([][]byte{b[:offset], []byte(with), b[offset+len(with):]}, nil), err
	}
}

// headerOnly is the header of a wav file that truly has no samples.
func headerOnly(ctx context.Context, scratch string) ([]byte, error) {
	b, err := patched(40, "\x00\x00\x00\x00")(ctx, scratch)
	return b[:min(44, len(b))], err
}

func joined(ctx context.Context, scratch string) ([]byte, error) {
	b, err := encoded(plucked(24000, 1, 3), "mp3")(ctx, scratch)
	return append(b, b...), err
}

// tagged is an mp3 of 5 s behind an ID3 tag of the given frames.
func tagged(frames ...[]byte) content {
	return func(ctx context.Context, scratch string) ([]byte, error) {
		b, err := encoded(plucked(24000, 1, 5), "mp3")(ctx, scratch)
		return append(id3(frames...), b...), err
	}
}

// id3 is a tag of version 2.4.
func id3(frames ...[]byte) []byte {
	body := bytes.Join(frames, nil)
	return append(append([]byte("ID3\x04\x00\x00"), syncsafe(len(body))...), body...)
}

// frame is one entry of a tag. A text begins with its encoding: \x03 is UTF-8.
func frame(id, text string) []byte {
	b := append([]byte(id), syncsafe(len(text))...)
	return append(append(b, 0, 0), text...)
}

// syncsafe is a number as ID3 writes it, seven bits to the byte.
func syncsafe(n int) []byte {
	return []byte{byte(n >> 21 & 0x7f), byte(n >> 14 & 0x7f), byte(n >> 7 & 0x7f), byte(n & 0x7f)}
}
