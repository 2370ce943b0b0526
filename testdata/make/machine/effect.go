package machine

import (
	"math"
	"math/rand/v2"
)

// something is played by a machine without effects.
func something(rng *rand.Rand) song {
	return pick(rng, wavetable, drumMachine, fmChip)(rng)
}

// loops plays a few parts of up to two and a half seconds again and again, to the sample.
func loops(rng *rand.Rand) song {
	out := newSong()
	n := Rate/2 + rng.IntN(2*Rate)
	for range 4 {
		part := something(rng)
		from := rng.IntN(len(part.left) - n)
		enters, pauses := rng.IntN(8), 4+rng.IntN(30)
		for i := range out.left {
			if turn := i / n; turn >= enters && turn%pauses != pauses-1 {
				out.left[i] += part.left[from+i%n]
				out.right[i] += part.right[from+i%n]
			}
		}
	}
	return out
}

// stutter cuts a piece into beats and parts of beats, and plays each several times.
func stutter(rng *rand.Rand) song {
	source := drumMachine(rng)
	out := newSong()
	beat := Rate * 60 / (100 + rng.IntN(80))
	for at := 0; at < len(out.left); {
		parts := 1 << rng.IntN(6)
		n := beat / parts
		from := beat * rng.IntN(len(out.left)/beat-1)
		times := max(1, parts>>rng.IntN(2))
		at = repeat(out, source, at, from, n, times)
	}
	return out
}

// repeat copies n samples of source so many times, and says where that ends.
func repeat(out, source song, at, from, n, times int) int {
	for i := range min(n*times, len(out.left)-at) {
		out.left[at+i] = source.left[from+i%n]
		out.right[at+i] = source.right[from+i%n]
	}
	return at + n*times
}

// buffers holds a buffer now and then, as a program does that comes too late, a disc that skips, or who likes that.
func buffers(rng *rand.Rand) song {
	out := something(rng)
	source := out.copied()
	n := pick(rng, 256, 512, 1024, 2048, 588, 1176, 441, 480, 960, 735)
	share := 0.6 * rng.Float64()
	for at := 0; at+n < len(out.left); {
		if rng.Float64() < share {
			at = repeat(out, source, at, at, n, 4<<rng.IntN(6))
		} else {
			at += n * (8 << rng.IntN(6))
		}
	}
	return out
}

// gate opens and closes in time.
func gate(rng *rand.Rand) song {
	out := drumMachine(rng)
	period := 500 + 4000*rng.Float64()
	if rng.IntN(2) == 0 {
		period = math.Round(period)
	}
	wave := square
	if rng.IntN(2) == 0 {
		wave = sine
	}
	out.modulate(1/period, func(turn float64) float64 { return 0.6 + 0.4*wave(turn) })
	return out
}

// grains are short pieces of slow sound, one after the other at the same distance.
func grains(rng *rand.Rand) song {
	source := wavetable(rng)
	out := newSong()
	hop := 400 + rng.IntN(3000)
	n := hop * (1 + rng.IntN(4))
	astray := pick(rng, 0, 0, 100, 2000)
	for at := 0; at+n < len(out.left); at += hop {
		out.overlap(at, source, at/3+rng.IntN(astray+1), n, func(i int) float64 {
			return 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/float64(n))
		})
	}
	return out
}

// cyclicStretch makes a piece slower as early samplers did: cycles of the same length, which overlap a little.
func cyclicStretch(rng *rand.Rand) song {
	source := drumMachine(rng)
	out := newSong()
	n := 500 + rng.IntN(3000)
	slower := 1.1 + rng.Float64()
	fade := n / 8
	for at := 0; at < len(out.left); at += n {
		out.overlap(at, source, int(float64(at)/slower), min(n+fade, len(out.left)-at), func(i int) float64 {
			return min(1, float64(i)/float64(fade), float64(n+fade-i)/float64(fade))
		})
	}
	return out
}

// decimator keeps one sample in a few, of a few bits.
func decimator(rng *rand.Rand) song {
	out := drumMachine(rng)
	keep := 2 + rng.IntN(6)
	levels := math.Exp2(float64(4 + rng.IntN(6)))
	out.each(func(side []float64) {
		for i := range side {
			if i%keep != 0 {
				side[i] = side[i-1]
			} else {
				side[i] = math.Round(side[i]*levels) / levels
			}
		}
	})
	return out
}

// lowRate plays what was recorded at a low rate, with or without lines between the samples.
func lowRate(rng *rand.Rand) song {
	out := something(rng)
	rate := pick(rng, 8000, 11025, 22050, 16000, 12000, 32000, 26040, 8363.0)
	smooth := rng.IntN(2) == 0
	out.each(func(side []float64) {
		values := make([]float64, int(rate*Seconds)+1)
		for k := range values {
			values[k] = math.Round(127*side[min(int(float64(k)/rate*Rate), len(side)-1)]) / 127
		}
		p := player{sample: sample{values: values}, smooth: smooth}
		for i := range side {
			side[i] = p.next(rate / Rate)
		}
	})
	return out
}

// ringModulator multiplies a piece by a tone.
func ringModulator(rng *rand.Rand) song {
	out := drumMachine(rng)
	pitch := 20 + 800*rng.Float64()
	if rng.IntN(2) == 0 {
		pitch = math.Round(pitch)
	}
	wave := sine
	if rng.IntN(2) == 0 {
		wave = square
	}
	dry := rng.Float64()
	out.modulate(pitch/Rate, func(turn float64) float64 { return dry + (1-dry)*wave(turn) })
	return out
}
