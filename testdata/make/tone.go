package main

import (
	"context"
	"math"
	"path/filepath"
)

const (
	toneHz   = 997 // prime to the usual rates, so that peaks fall on every part of a period
	toneRate = 24000
	toneSec  = 0.6
)

// tones are the formats that a full-scale tone is stored in, by the file's name. What a decoder makes of them must
// reach 1.0, within what the encoder loses.
var tones = map[string][]string{
	"wav16.wav":  {"-c:a", "pcm_s16le"},
	"wav24.wav":  {"-c:a", "pcm_s24le"},
	"wavf32.wav": {"-c:a", "pcm_f32le"},
	"aiff.aiff":  {"-c:a", "pcm_s16be"},
	"flac.flac":  {"-c:a", "flac"},
	"vorbis.ogg": {"-c:a", "libvorbis", "-q:a", "6"},
	"opus.opus":  {"-c:a", "libopus", "-b:a", "96k"},
	"mp3.mp3":    {"-c:a", "libmp3lame", "-q:a", "0"},
	"aac.m4a":    {"-c:a", "aac", "-b:a", "96k"},
	"adts.aac":   {"-c:a", "aac", "-b:a", "96k"},
}

// makeTones writes the tone in every format, with a short fade at both ends for the sake of the lossy ones.
func makeTones(ctx context.Context, folder string) error {
	samples := make([]float64, int(toneSec*toneRate))
	for i := range samples {
		t := float64(i) / toneRate
		samples[i] = math.Sin(2*math.Pi*toneHz*t) * min(1, 20*t, 20*(toneSec-t))
	}
	sound := newRecording(toneRate, samples)
	for file, args := range tones {
		if err := encode(ctx, sound, filepath.Join(folder, file), args...); err != nil {
			return err
		}
	}
	return nil
}
