package training

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
)

// encodings are the file formats that training lets every recording go through, whatever its own was.
var encodings = []Manipulation{
	encode("mp3 128 kbit/s, 44.1 kHz", ".mp3", "-c:a", "libmp3lame", "-b:a", "128k", "-ar", "44100"),
	encode("mp3 192 kbit/s, 48 kHz", ".mp3", "-c:a", "libmp3lame", "-b:a", "192k", "-ar", "48000"),
	encode("mp3 64 kbit/s, 44.1 kHz", ".mp3", "-c:a", "libmp3lame", "-b:a", "64k", "-ar", "44100"),
	encode("vorbis q4, 44.1 kHz", ".ogg", "-c:a", "libvorbis", "-q:a", "4", "-ar", "44100"),
	encode("vorbis q5, 48 kHz", ".ogg", "-c:a", "libvorbis", "-q:a", "5", "-ar", "48000"),
	encode("aac 128 kbit/s, 44.1 kHz", ".m4a", "-c:a", "aac", "-b:a", "128k", "-ar", "44100"),
	encode("opus 96 kbit/s", ".opus", "-c:a", "libopus", "-b:a", "96k"),
}

// rates are the sample rates of copies, in Hz.
var rates = []string{"44100", "48000"}

// lossless is a copy that keeps the sound and loses what the file was.
var lossless = encode("flac", ".flac", "-c:a", "flac")

// treatments are what studios and channels do to recordings, each time with other parameters.
var treatments = []struct {
	name  string
	graph func(*rand.Rand) string
}{
	{"noise", func(r *rand.Rand) string {
		return fmt.Sprintf("aeval=val(ch)+%.5f*(random(0)+random(1)+random(2)-1.5):c=same", between(r, 0.0005, 0.008))
	}},
	{"equaliser", func(r *rand.Rand) string {
		return fmt.Sprintf("equalizer=f=%.0f:t=q:w=1:g=%.1f,treble=g=%.1f:f=%.0f",
			between(r, 300, 4000), between(r, -6, 6), between(r, -6, 6), between(r, 4000, 9000))
	}},
	{"compressor and limiter", func(r *rand.Rand) string {
		return fmt.Sprintf("acompressor=threshold=%.3f:ratio=%.1f:attack=5:release=80:makeup=%.1f,alimiter=limit=0.8",
			between(r, 0.05, 0.2), between(r, 2, 8), between(r, 1, 4))
	}},
	{"echoes", func(r *rand.Rand) string { return echoes(r, 1+r.IntN(5), 4, 160) }},
	{"echo", func(r *rand.Rand) string { return echoes(r, 1, 2, 60) }},
	{"room", func(r *rand.Rand) string { return echoes(r, 24, 8, 500) }},
	{"low-pass", func(r *rand.Rand) string {
		f := between(r, 9000, 15500)
		return fmt.Sprintf("lowpass=f=%.0f,lowpass=f=%.0f,lowpass=f=%.0f", f, f, f)
	}},
	{"8 bit", func(*rand.Rand) string { return "acrusher=bits=8:mode=lin:aa=1:mix=1" }},
}

// echoes are repetitions at fixed delays, in milliseconds: few are a comb filter, many a room.
func echoes(r *rand.Rand, n int, from, to float64) string {
	delays, decays := make([]string, n), make([]string, n)
	for i := range n {
		at := between(r, from, to)
		delays[i] = fmt.Sprintf("%.2f", at)
		decays[i] = fmt.Sprintf("%.3f", between(r, 0.15, 0.6)*(1.2-at/to))
		if n > 8 {
			decays[i] = fmt.Sprintf("%.3f", 0.35*between(r, 0.3, 1)*(1.1-at/to))
		}
	}
	return "aecho=0.7:0.7:" + strings.Join(delays, "|") + ":" + strings.Join(decays, "|")
}

// shift is another pitch at the same tempo, two semitones up or down at most. Templates learn from it where its lines
// are moved back: which of them are left, and what a phase vocoder leaves in human music. Learning from overlapped
// pieces as well finds fewer of either.
func shift(r *rand.Rand) Manipulation {
	factor := semitone(between(r, -2, 2))
	m := filter(shifted, vocode(factor))
	m.Factor = factor
	return m
}

const shifted = "pitch"

func between(r *rand.Rand, low, high float64) float64 { return low + (high-low)*r.Float64() }

// at is the same at another sample rate, in Hz.
func (m Manipulation) at(rate string) Manipulation {
	m.Args = slices.Concat(m.Args, []string{"-ar", rate})
	return m
}

// copies is what training hears of a recording, never the file itself: a lossless copy, one through an encoder, one
// that was treated and one at another pitch. Which ones, and at which sample rate, is read off its hash, so that
// nothing about the file decides.
func copies(t Track) []Manipulation {
	h := fnv.New64a()
	_, _ = h.Write([]byte(t.SHA256))
	r := rand.New(rand.NewPCG(h.Sum64(), 0))
	treatment := treatments[r.IntN(len(treatments))]
	rate := func() string { return rates[r.IntN(len(rates))] }
	return []Manipulation{
		lossless.at(rate()),
		encodings[r.IntN(len(encodings))],
		filter(treatment.name, treatment.graph(r)).at(rate()),
		shift(r).at(rate()),
	}
}

// copyKind is which of a recording's [copies] the one of that name is.
func copyKind(manip string) string {
	switch {
	case manip == lossless.Name, manip == shifted:
		return manip
	case slices.ContainsFunc(encodings, func(m Manipulation) bool { return m.Name == manip }):
		return "encoded"
	default:
		return "treated"
	}
}
