package machine

import (
	"math"
	"math/rand/v2"
)

// Rate is of samples, in Hz, and Seconds how long a piece is.
const (
	Rate    = 44100
	Seconds = 26
)

// Style is a kind of machine.
type Style struct {
	Name string
	play func(*rand.Rand) song
}

// Styles are all there are.
var Styles = []Style{
	{"console", console},
	{"handheld", handheld},
	{"home computer", homeComputer},
	{"tracker", fourChannels},
	{"later tracker", eightChannels},
	{"FM chip", fmChip},
	{"wavetable", wavetable},
	{"organ", organ},
	{"drum machine", drumMachine},
	{"robot voice", robotVoice},
	{"loops", loops},
	{"stutter", stutter},
	{"buffers", buffers},
	{"gate", gate},
	{"grains", grains},
	{"cyclic stretch", cyclicStretch},
	{"decimator", decimator},
	{"low-rate sampler", lowRate},
	{"ring modulator", ringModulator},
}

// Play is the piece of that seed, from -1 to 1, left and right in turn. Every other piece is clean, the others have
// noise at -70 or -54 dB.
func (s Style) Play(seed uint64) []float32 {
	rng := rand.New(rand.NewPCG(seed, 77))
	piece := s.play(rng)
	noise := []float64{0, 0, 0.0003, 0.002}[seed%4]
	peak := 1e-9
	for i := range piece.left {
		peak = max(peak, math.Abs(piece.left[i]), math.Abs(piece.right[i]))
	}
	out := make([]float32, 0, 2*len(piece.left))
	for i := range piece.left {
		for _, v := range []float64{piece.left[i], piece.right[i]} {
			out = append(out, float32(0.8*v/peak+noise*rng.NormFloat64()))
		}
	}
	return out
}

// song is the two sides of a piece.
type song struct{ left, right []float64 }

func newSong() song {
	return song{make([]float64, Rate*Seconds), make([]float64, Rate*Seconds)}
}

// copied is the same sound in other memory, for effects that read what they overwrite.
func (s song) copied() song {
	return song{append([]float64(nil), s.left...), append([]float64(nil), s.right...)}
}

// add mixes v in at sample i, from the left (0) to the right (1).
func (s song) add(i int, v, pan float64) {
	s.left[i] += v * (1 - pan)
	s.right[i] += v * pan
}

// overlap mixes in n samples of another piece, from its sample from on, as loud as window says of each.
func (s song) overlap(at int, other song, from, n int, window func(i int) float64) {
	for i := range n {
		gain := window(i)
		s.left[at+i] += gain * other.left[from+i]
		s.right[at+i] += gain * other.right[from+i]
	}
}

// each calls effect for both sides.
func (s song) each(effect func(side []float64)) {
	effect(s.left)
	effect(s.right)
}

// modulate multiplies both sides by a gain that repeats, a part of a turn for each sample.
func (s song) modulate(by float64, gain func(turn float64) float64) {
	s.each(func(side []float64) {
		var at phase
		for i := range side {
			side[i] *= gain(at.turn(by))
		}
	})
}

// hz is of a note, by its MIDI number.
func hz(note float64) float64 { return 440 * math.Exp2((note-69)/12) }

// rest is a row without a note.
const rest = -1

// tune wanders over a scale, from the lowest note up, with a note on one row in sparse.
func tune(rng *rand.Rand, rows, sparse, lowest, span int) []int {
	scale := [][]int{{0, 2, 4, 5, 7, 9, 11}, {0, 2, 3, 5, 7, 8, 10}, {0, 3, 5, 7, 10}}[rng.IntN(3)]
	out := make([]int, rows)
	degree := rng.IntN(span)
	for i := range out {
		out[i] = rest
		if rng.IntN(sparse) == 0 {
			degree = min(max(degree+rng.IntN(5)-2, 0), span-1)
			out[i] = lowest + 12*(degree/len(scale)) + scale[degree%len(scale)]
		}
	}
	return out
}

// pick is one of several.
func pick[T any](rng *rand.Rand, of ...T) T { return of[rng.IntN(len(of))] }

// phase counts the turns of an oscillator.
type phase float64

// turn goes on by a part of a turn, and says where it is, from 0 to 1.
func (p *phase) turn(by float64) float64 {
	*p += phase(by)
	*p -= phase(math.Floor(float64(*p)))
	return float64(*p)
}

func sine(turn float64) float64 { return math.Sin(2 * math.Pi * turn) }
func saw(turn float64) float64  { return 2*turn - 1 }

func triangle(turn float64) float64 { return 4*math.Abs(turn-0.5) - 1 }

func square(turn float64) float64 { return pulse(turn, 0.5) }

func pulse(turn, duty float64) float64 {
	if turn < duty {
		return 1
	}
	return -1
}
