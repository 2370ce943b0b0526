package machine

import (
	"math"
	"math/rand/v2"
)

// sample is a short recording that is played at the speed of the note.
type sample struct {
	values []float64
	loops  bool    // begins again at its end, for as long as the note is held
	rate   float64 // samples a second for middle C
}

const sampleRate = 16574 // Hz, of what is recorded as it sounds

// record makes a sample of 8 bits.
func record(n int, loops bool, rate float64, value func(i int) float64) sample {
	s := sample{make([]float64, n), loops, rate}
	for i := range s.values {
		s.values[i] = math.Round(127*value(i)) / 127
	}
	return s
}

// cycle is one turn of a wave.
func cycle(rng *rand.Rand) sample {
	n := 32 << rng.IntN(3)
	wave := pick(rng, saw, triangle, func(turn float64) float64 { return 0.8 * pulse(turn, 0.3) })
	return record(n, true, hz(60)*float64(n), func(i int) float64 { return wave(float64(i) / float64(n)) })
}

func snare(rng *rand.Rand) sample {
	n := 2000 + rng.IntN(4000)
	return record(n, false, sampleRate, func(i int) float64 {
		return 0.3 * rng.NormFloat64() * math.Exp(-5*float64(i)/float64(n))
	})
}

func kick(*rand.Rand) sample {
	var at phase
	return record(5000, false, sampleRate, func(i int) float64 {
		t := float64(i)
		return sine(at.turn((40+160*math.Exp(-t/600))/sampleRate)) * math.Exp(-t/2000)
	})
}

// pluck is a string (Karplus and Strong, Computer Music Journal 7, 1983).
func pluck(rng *rand.Rand) sample {
	period := int(sampleRate / hz(60))
	past := make([]float64, 12000)
	return record(len(past), false, float64(period)*hz(60), func(i int) float64 {
		if i < period {
			past[i] = 2*rng.Float64() - 1
		} else {
			past[i] = 0.498 * (past[i-period] + past[max(i-period-1, 0)])
		}
		return past[i]
	})
}

// pad is a chord whose end meets its beginning.
func pad(rng *rand.Rand) sample {
	n := 2000 + rng.IntN(8000)
	starts := [4]float64{rng.Float64(), rng.Float64(), rng.Float64(), rng.Float64()}
	return record(n, true, sampleRate, func(i int) float64 {
		var sum float64
		for k, ratio := range []float64{1, 1.26, 1.5, 2.01} {
			turns := math.Round(hz(60) * ratio / sampleRate * float64(n))
			for h := 1.0; h < 7; h++ {
				sum += 0.15 / h * sine(h*(turns*float64(i)/float64(n)+starts[k]))
			}
		}
		return sum
	})
}

// player reads a sample at any speed.
type player struct {
	sample
	at     float64 // of the next value, in samples; negative: nothing is played
	smooth bool    // draws lines between the samples
}

// next is the value here, and goes on by step.
func (p *player) next(step float64) float64 {
	if p.at < 0 {
		return 0
	}
	n := float64(len(p.values))
	if p.at >= n {
		if !p.loops {
			p.at = -1
			return 0
		}
		p.at = math.Mod(p.at, n)
	}
	i := int(p.at)
	v := p.values[i]
	if p.smooth {
		following := 0.0
		if i+1 < len(p.values) {
			following = p.values[i+1]
		} else if p.loops {
			following = p.values[0]
		}
		v += (following - v) * (p.at - float64(i))
	}
	p.at += step
	return v
}
