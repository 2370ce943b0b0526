package training

import (
	"context"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"earmark/analyzer"
	"earmark/analyzer/audio"
)

// Manipulation is something that happens to recordings on their way: both classes go through the same ones.
type Manipulation struct {
	Name   string
	Suffix string   // of the file that ffmpeg writes; empty: the recording as it is
	Args   []string // for ffmpeg, between input and output
	Voice  bool     // a human recording is mixed in, 6 dB below
	Factor float64  // by which it moves every line, where training undoes that; 0: it does not
}

// AsIs is the recording untouched.
var AsIs = Manipulation{Name: "as it is"}

func encode(name, suffix string, args ...string) Manipulation {
	return Manipulation{Name: name, Suffix: suffix, Args: args}
}

func filter(name, graph string) Manipulation {
	return encode(name, ".flac", "-af", graph, "-c:a", "flac")
}

// Manipulations are what an evaluation lets tracks go through.
var Manipulations = slices.Concat([]Manipulation{AsIs}, encodings, []Manipulation{
	encode("mp3 320 kbit/s, 44.1 kHz", ".mp3", "-c:a", "libmp3lame", "-b:a", "320k", "-ar", "44100"),
	encode("44.1 to 48 kHz and back", ".flac", "-af", "aresample=48000,aresample=44100", "-c:a", "flac"),
	encode("mono", ".flac", "-ac", "1", "-c:a", "flac"),
	encode("8 bit", ".flac", "-af", "acrusher=bits=8:mode=lin:aa=1:mix=1", "-c:a", "flac"),
	filter("noise at -50 dB", "aeval=val(ch)+0.006*(random(0)+random(1)+random(2)-1.5):c=same"),
	filter("equaliser", "equalizer=f=120:t=q:w=1:g=4,equalizer=f=3000:t=q:w=1:g=-4,treble=g=3:f=9000"),
	filter("compressor and limiter",
		"acompressor=threshold=0.06:ratio=6:attack=5:release=80:makeup=4,alimiter=limit=0.7"),
	filter("reverb", "aecho=0.8:0.7:23|41|67|101|139:0.4|0.32|0.27|0.2|0.15"),
	filter("fade", "afade=t=in:d=8,areverse,afade=t=in:d=8,areverse"),
	encode("cut of 20 s", ".flac", "-t", "20", "-c:a", "flac"),
	{Name: "human recording mixed in, 6 dB down", Suffix: ".flac", Args: []string{"-c:a", "flac"}, Voice: true},
	speed(1.03), speed(0.95), speed(1.08), speed(0.92),
	pitch(1), pitch(-2), overlap(1), pitch(-1), pitch(2),
})

// speed plays the recording at factor times its speed: tempo and pitch change together.
func speed(factor float64) Manipulation {
	return filter(fmt.Sprintf("speed %+.0f %%", (factor-1)*100),
		fmt.Sprintf("aresample=48000,asetrate=%d,aresample=44100", int(48000*factor+0.5)))
}

// pitch shifts by semitones with a phase vocoder, which keeps the tempo.
func pitch(semitones int) Manipulation {
	return filter(fmt.Sprintf("pitch %+d semitones", semitones), vocode(semitone(float64(semitones))))
}

// overlap shifts by semitones and keeps the tempo by overlapping pieces of sound where they match (WSOLA).
func overlap(semitones int) Manipulation {
	factor := semitone(float64(semitones))
	return filter(fmt.Sprintf("pitch %+d semitones, overlapped", semitones),
		fmt.Sprintf("aresample=48000,asetrate=%.0f,aresample=44100,atempo=%.6f", 48000*factor, 1/factor))
}

// Moves tells whether the manipulation of that name is a change of speed or pitch. Such copies are rarer in catalogues
// than among [Manipulations], and probabilities are for catalogues.
func Moves(name string) bool {
	return strings.HasPrefix(name, "speed ") || strings.HasPrefix(name, "pitch ")
}

func semitone(n float64) float64 { return math.Pow(2, n/12) }

func vocode(factor float64) string { return fmt.Sprintf("rubberband=pitch=%.6f", factor) }

// apply makes the manipulated file, or the piece of a whole track, and gives its path and what removes it.
func (m Manipulation) apply(ctx context.Context, t Track, piece int) (path string, remove func(), err error) {
	if m.Suffix == "" {
		return t.File, func() {}, nil
	}
	dir, err := os.MkdirTemp("", "earmark-train-")
	if err != nil {
		return "", nil, err
	}
	remove = func() { _ = os.RemoveAll(dir) }
	args := []string{"-nostdin", "-v", "error", "-threads", "1"}
	if t.Whole {
		from, err := pieceStart(ctx, t.File, piece)
		if err != nil {
			remove()
			return "", nil, err
		}
		args = append(args, "-ss", strconv.FormatFloat(from, 'f', 3, 64), "-t", strconv.Itoa(pieceSec))
	}
	args = append(args, "-i", t.File)
	if m.Voice {
		args = append(args, "-i", t.voice, "-filter_complex",
			"[1:a]volume=-6dB[v];[0:a][v]amix=inputs=2:duration=first:normalize=0,volume=-3dB")
	} else {
		args = append(args, "-map", "0:a:0")
	}
	args = append(args, m.Args...)
	path = filepath.Join(dir, "manipulated"+m.Suffix)
	if msg, err := exec.CommandContext(ctx, "ffmpeg", append(args, path)...).CombinedOutput(); err != nil {
		remove()
		return "", nil, &manipulationError{fmt.Errorf("%s (%s): ffmpeg: %w: %s", t.File, m.Name, err, msg)}
	}
	return path, remove, nil
}

// undo moves lines back to where they were.
func (m Manipulation) undo(f analyzer.Feature) analyzer.Feature {
	if m.Factor == 0 {
		return f
	}
	return f.At(m.Factor)
}

// manipulationError is a recording that cannot be read, or that ffmpeg could not manipulate: it is left out, and named.
type manipulationError struct{ error }

// pieceStart is where a piece of a whole track begins, in seconds: pieces are spread evenly, and the same every time.
func pieceStart(ctx context.Context, path string, piece int) (float64, error) {
	in, err := audio.Open(ctx, path)
	if err != nil {
		return 0, &manipulationError{fmt.Errorf("%s: %w", path, err)}
	}
	defer in.Close() //nolint:errcheck // opened for reading, nothing to lose
	if in.Frames() <= 0 {
		return 0, &manipulationError{fmt.Errorf("%s: does not say how long it is", path)}
	}
	seconds := float64(in.Frames()) / float64(in.Info().SampleRate)
	return max(0, (seconds-pieceSec)*(float64(piece)+0.5)/pieces), nil
}
