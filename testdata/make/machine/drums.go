package machine

import (
	"math"
	"math/rand/v2"
)

// drumMachine plays drums, a bass and a chord of saws that are a little out of tune, on steps of the same length.
func drumMachine(rng *rand.Rand) song {
	out := newSong()
	step := 60 / float64(90+rng.IntN(90)) / 4 * Rate
	if rng.IntN(2) == 0 {
		step = math.Round(step)
	}
	hit := func(sound []float64, at int, level float64) {
		for i, v := range sound {
			if at+i < len(out.left) {
				out.add(at+i, level*v, 0.5)
			}
		}
	}
	closed, open, clap := burst(rng, 0.01+0.03*rng.Float64(), 0.9), burst(rng, 0.1, 0.95), burst(rng, 0.05, 0.5)
	bass := bassDrum()
	hats := make([]float64, 16)
	for i := range hats {
		if rng.IntN(2) == 0 {
			hats[i] = 0.3 + 0.7*rng.Float64()
		}
	}
	rolls := 1 << rng.IntN(3) // hits in each of a bar's last steps
	for k := 0; float64(k)*step < float64(len(out.left)); k++ {
		at := int(float64(k) * step)
		switch k % 8 {
		case 0:
			hit(bass, at, 2)
		case 4:
			hit(bass, at, 2)
			hit(clap, at, 1.7)
		case 2, 6:
			hit(open, at, 0.9)
		}
		hit(closed, at, 1.8*hats[k%16])
		if k%16 >= 12 {
			for j := 1; j < rolls; j++ {
				hit(closed, at+int(step*float64(j)/float64(rolls)), 1)
			}
		}
	}
	saws(out, tune(rng, 16, 2, 33, 7), step, 1, 0.2, 0.4)
	saws(out, tune(rng, 32, 2, 57, 14), step, 7, 0.6, 0.08)
	return out
}

// burst is noise that dies away.
func burst(rng *rand.Rand, seconds, bright float64) []float64 {
	out := make([]float64, int(4*seconds*Rate))
	before := 0.0
	for i := range out {
		v := rng.NormFloat64()
		out[i] = 0.15 * (v - bright*before) * math.Exp(-float64(i)/seconds/Rate)
		before = v
	}
	return out
}

func bassDrum() []float64 {
	out := make([]float64, Rate/3)
	var at phase
	for i := range out {
		t := float64(i)
		out[i] = 0.5 * sine(at.turn((45+200*math.Exp(-t/900))/Rate)) * math.Exp(-t/6000)
	}
	return out
}

// saws are several for each note, through a filter that closes.
func saws(s song, rows []int, step float64, many int, corner, level float64) {
	at := make([]phase, many)
	var pitch, volume, left, right float64
	last := -1
	for i := range s.left {
		if k := int(float64(i) / step); k != last {
			last = k
			if n := rows[k%len(rows)]; n != rest {
				pitch, volume = hz(float64(n)), 1
			}
		}
		volume *= 0.99993
		var sides [2]float64
		for d := range at {
			v := saw(at[d].turn(pitch * (1 + 0.003*float64(d-many/2)) / Rate))
			sides[d%2] += v
			if many == 1 {
				sides[1] += v
			}
		}
		open := min(0.9, corner*(0.2+volume))
		left += open * (sides[0]*volume - left)
		right += open * (sides[1]*volume - right)
		s.left[i] += level / 2 * left
		s.right[i] += level / 2 * right
	}
}

// robotVoice is a saw that two formants turn into syllables, on one note or few, over a drum machine.
func robotVoice(rng *rand.Rand) song {
	out := drumMachine(rng)
	out.each(func(side []float64) {
		for i := range side {
			side[i] *= 0.4
		}
	})
	pitch := hz(float64(36 + rng.IntN(24)))
	notes := tune(rng, 16, 3, 40, 5)
	monotone := rng.IntN(2) == 0
	syllable := 4000 + rng.IntN(6000)
	var at phase
	var low, high formant
	level := 0.0
	for i := range out.left {
		if i%syllable == 0 {
			low.corner, high.corner = 0.04+0.08*rng.Float64(), 0.15+0.25*rng.Float64()
			level = 0.2 * float64(rng.IntN(3))
			if n := notes[i/syllable%16]; n != rest && !monotone {
				pitch = hz(float64(n))
			}
		}
		v := level * saw(at.turn(pitch/Rate))
		out.add(i, 0.6*low.pass(v)+0.6*high.pass(v)+0.2*v, 0.5)
	}
	return out
}

// formant is a resonance.
type formant struct{ corner, low, band float64 }

func (f *formant) pass(v float64) float64 {
	f.low += f.corner * f.band
	f.band += f.corner * (v - f.low - 0.2*f.band)
	return f.band
}
