package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"earmark/testdata/make/neural"
	"earmark/testdata/make/song"
	"earmark/testdata/make/synth"
)

// piece is one demo recording: what is played, where it has been, and how it is stored.
type piece struct {
	play    func(*synth.Studio, *synth.Mix)
	seed    uint64
	seconds float64
	rate    int
	mono    bool    // in the larger formats, to keep the repository small
	loud    float64 // LUFS
	decoder *neural.Decoder

	file, title, artist, album string
}

// pieces is the demo. The seeds are what every note's chance follows from; the strides are those of decoders that are
// in use, and the lines stand at multiples of rate / (product of the strides). Formats and rates are shared out alike
// between the two classes, because what merely goes with a class must not be mistaken for it.
var pieces = []piece{
	// As they are.
	{
		song.LowTideLetters, 101, 20, 44100, true, -19, nil,
		"low-tide-letters.ogg", "Low Tide Letters", "Marit Osk", "Letters, Unsent",
	},
	{
		song.KitchenRadio, 102, 20, 44100, true, -19, nil,
		"kitchen-radio.mp3", "Kitchen Radio", "The Percolators", "Second Cup",
	},
	{
		song.HarbourSteps, 103, 22.5, 48000, false, -16, nil,
		"harbour-steps.ogg", "Harbour Steps", "Ines Calloway", "Harbour Steps",
	},
	{
		song.NinePaperBoats, 104, 20, 44100, true, -19, nil,
		"nine-paper-boats.wav", "Nine Paper Boats", "Tamsin & the Woodblocks", "Puddle Atlas",
	},
	{
		song.WinterPsalm, 105, 20, 44100, true, -20, nil,
		"winter-psalm.flac", "Winter Psalm", "Vox Borealis Kammerkor", "Short Days",
	},
	{
		song.LongWayToOstend, 106, 20, 48000, false, -16, nil,
		"long-way-to-ostend.mp3", "Long Way to Ostend", "Ferry Weather", "Timetables",
	},
	// Passed through a decoder: the seed of its weights, and the strides of its layers.
	{
		song.GlassArcade, 201, 20, 44100, false, -16, loudDecoder(1, 8, 8, 4, 2), // 512: every 86.13 Hz
		"glass-arcade.mp3", "Glass Arcade", "Neon Orchard", "Insert Coin",
	},
	{
		song.RainOnLineFour, 202, 20, 48000, true, -19, decoder(2, 5, 4, 4, 3), // 240: every 200 Hz
		"rain-on-line-four.mp3", "Rain on Line Four", "Dormitory Tapes", "Night Bus",
	},
	{
		song.MillersDaughter, 203, 22, 48000, false, -16, loudDecoder(3, 8, 5, 4, 4), // 640: every 75 Hz
		"millers-daughter.ogg", "The Miller's Daughter", "Rowan Ashgrove", "Weir and Wheel",
	},
	{
		song.CathedralOfSnow, 204, 20, 44100, true, -20, decoder(4, 8, 5, 4, 4), // 640: every 68.91 Hz
		"cathedral-of-snow.flac", "Cathedral of Snow", "Aurelian Skies", "Monuments",
	},
	{
		song.AmberDelta, 205, 20, 44100, true, -19, decoder(5, 8, 8, 4, 4, 2), // 2,048: every 21.53 Hz
		"amber-delta.ogg", "Amber Delta", "Sefu Linden", "Five Tones",
	},
	{
		song.CafeMeridiano, 206, 20, 44100, true, -19, decoder(6, 8, 8, 4, 2), // 512: every 86.13 Hz
		"cafe-meridiano.wav", "Café Meridiano", "Trio Cavaquim", "Sombra e Sal",
	},
}

// decoder is a simulated decoder with the given weights and strides; the height of the lines is the same in all.
func decoder(seed uint64, strides ...int) *neural.Decoder {
	return &neural.Decoder{Strides: strides, Seed: seed, Gain: 0.03}
}

// loudDecoder leaves higher lines, for a piece with few quiet moments to see them in.
func loudDecoder(seed uint64, strides ...int) *neural.Decoder {
	return &neural.Decoder{Strides: strides, Seed: seed, Gain: 0.05}
}

// isrc is a code that is well formed and cannot have been given out: ZZ is no registrant's country.
func (p piece) isrc() string { return fmt.Sprintf("ZZEMK26%05d", p.seed) }

// render plays, masters and, where there is a decoder, decodes the piece, as 16-bit samples.
func (p piece) render() recording {
	studio := synth.New(p.rate, p.seed)
	mix := studio.NewMix(p.seconds)
	p.play(studio, mix)
	if p.mono {
		mix.Mono()
	}
	studio.Master(mix, p.loud, 1.2)
	if p.decoder != nil {
		p.decoder.Pass(mix)
	}
	if p.mono {
		return newRecording(p.rate, mix.L)
	}
	return newRecording(p.rate, mix.L, mix.R)
}

// makeDemo writes the pieces, their labels, and the hashes of their sound.
func makeDemo(ctx context.Context, folder string) error {
	hashes := make([]string, len(pieces))
	errs := make([]error, len(pieces))
	var wg sync.WaitGroup
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, p := range pieces {
		wg.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			sound := p.render()
			hashes[i] = sound.hash()
			errs[i] = p.encode(ctx, folder, sound)
		})
	}
	wg.Wait()
	labels := []string{"file\tclass\tstride\tspacing_hz\ttitle\n"}
	var sums []string
	for i, p := range pieces {
		if errs[i] != nil {
			return fmt.Errorf("%s: %w", p.file, errs[i])
		}
		class, stride, spacing := "human", "", ""
		if d := p.decoder; d != nil {
			class, stride = "ai", strconv.Itoa(d.Stride())
			spacing = strconv.FormatFloat(d.Spacing(float64(p.rate)), 'f', 3, 64)
		}
		labels = append(labels, strings.Join([]string{p.file, class, stride, spacing, p.title}, "\t")+"\n")
		sums = append(sums, hashes[i]+"  demo/"+p.file+"\n")
	}
	err := os.WriteFile(filepath.Join(folder, "labels.tsv"), []byte(strings.Join(labels, "")), 0o644)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(filepath.Dir(folder), sumsFile), []byte(strings.Join(sums, "")), 0o644)
}

// encode stores the sound in the format that the file's name ends with, with tags.
func (p piece) encode(ctx context.Context, folder string, sound recording) error {
	bitrate := "112k"
	if p.mono {
		bitrate = "64k"
	}
	args := map[string][]string{
		".mp3":  {"-c:a", "libmp3lame", "-b:a", bitrate, "-id3v2_version", "3"},
		".ogg":  {"-c:a", "libvorbis", "-q:a", "2"},
		".flac": {"-c:a", "flac", "-compression_level", "12"},
		".wav":  {"-c:a", "pcm_s16le"},
	}[filepath.Ext(p.file)]
	isrc := "ISRC"
	if filepath.Ext(p.file) == ".mp3" {
		isrc = "TSRC" // what ID3 calls it
	}
	for _, tag := range [][2]string{{"title", p.title}, {"artist", p.artist}, {"album", p.album}, {isrc, p.isrc()}} {
		args = append(args, "-metadata", tag[0]+"="+tag[1])
	}
	return encode(ctx, sound, filepath.Join(folder, p.file), args...)
}
