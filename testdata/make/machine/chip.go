package machine

import (
	"math"
	"math/rand/v2"
)

// chip is a sound chip and the program that plays it: all registers change on the tick of the screen.
type chip struct {
	clocks []float64 // ticks a second
	master float64   // Hz, of which a pitch is a whole part; 0: it plays any
	shape  func(v *chipVoice, voice int, turn float64) float64
	noise  register
	steps  bool // volumes are of 16 steps and fall evenly
}

func console(rng *rand.Rand) song {
	return pulseChip(rng, 1789773.0/16, register{1, 15, 6}, 60.0988, 50.007)
}

func handheld(rng *rand.Rand) song {
	return pulseChip(rng, 131072, register{1, 7, 1}, 59.7275)
}

// pulseChip plays pulses, and in one piece of three a noise that soon repeats.
func pulseChip(rng *rand.Rand, master float64, short register, clocks ...float64) song {
	c := chip{clocks: clocks, master: master, shape: pulses, noise: register{1, 15, 1}, steps: true}
	if rng.IntN(3) == 0 {
		c.noise = short
	}
	return c.play(rng)
}

func homeComputer(rng *rand.Rand) song {
	c := chip{
		clocks: []float64{50.1245, 59.826, 100.249}, noise: register{0x7ffff8, 23, 5},
		shape: func(v *chipVoice, _ int, turn float64) float64 {
			switch v.wave {
			case 1:
				return saw(turn)
			case 2:
				return triangle(turn)
			default:
				return pulse(turn, 0.5+0.4*math.Sin(float64(v.age)*0.05))
			}
		},
	}
	out := c.play(rng)
	if rng.IntN(2) == 0 {
		sweep(out, Rate/c.clocks[0])
	}
	return out
}

// pulses are two pulse waves and a triangle in steps.
func pulses(v *chipVoice, voice int, turn float64) float64 {
	if voice == 2 {
		return math.Round(7.5*triangle(turn)) / 7.5
	}
	return pulse(turn, []float64{0.125, 0.25, 0.5, 0.75}[v.wave])
}

// register makes the noise of a sound chip: a shift register with feedback, which repeats itself.
type register struct {
	bits  uint32
	width int
	tap   int
}

func (r *register) step() float64 {
	bit := (r.bits ^ r.bits>>r.tap) & 1
	r.bits = r.bits>>1 | bit<<(r.width-1)
	return 2*float64(r.bits&1) - 1
}

// chipVoice is one voice and its instrument.
type chipVoice struct {
	tune     []int
	arpeggio [3]float64 // semitones, one a tick
	vibrato  float64    // semitones
	fall     float64    // of the volume, a tick
	wave     int

	note, age  int
	hz, volume float64
	at         phase
}

func (c chip) voice(rng *rand.Rand, lowest int) *chipVoice {
	return &chipVoice{
		tune:     tune(rng, 32, 1+rng.IntN(3), lowest, 12),
		arpeggio: [3]float64{0, pick(rng, 0, 3, 4, 12.0), pick(rng, 0, 7, 12.0)},
		vibrato:  pick(rng, 0, 0, 0.15, 0.4),
		fall:     pick(rng, 0, 0.5, 1, 0.25),
		wave:     rng.IntN(4),
		note:     rest,
	}
}

// tick sets the voice's registers.
func (c chip) tick(v *chipVoice) {
	if v.note == rest {
		return
	}
	v.hz = hz(float64(v.note) + v.arpeggio[v.age%3] + v.vibrato*math.Sin(0.7*float64(v.age)))
	if c.master > 0 {
		v.hz = c.master / math.Round(c.master/v.hz)
	}
	if c.steps {
		v.volume = max(0, math.Round(15-v.fall*float64(v.age))/15)
	} else {
		v.volume = math.Exp(-0.03 * v.fall * float64(v.age))
	}
	v.age++
}

func (c chip) play(rng *rand.Rand) song {
	out := newSong()
	tick := Rate / pick(rng, c.clocks...)
	over := pick(rng, 1, 4) // samples of the chip in one of ours: 1 folds what is too high
	speed := 3 + rng.IntN(5)
	voices := []*chipVoice{c.voice(rng, 64), c.voice(rng, 52), c.voice(rng, 40)}
	drums := tune(rng, 32, 2, 0, 4)
	base := pick(rng, 4000, 8192, 16384, 32768, 65536, 7457, 13983, 27965.0) // Hz, of the noise
	var noiseAt, noiseHz, noiseVolume float64
	noise := 1.0
	last := -1
	for i := range out.left {
		if k := int(float64(i) / tick); k != last {
			last = k
			if row := k / speed % 32; k%speed == 0 {
				for _, v := range voices {
					if v.tune[row] != rest {
						v.note, v.age = v.tune[row], 0
					}
				}
				if drums[row] != rest {
					noiseVolume, noiseHz = 1.125, base/float64(int(1)<<(drums[row]%3))
				}
			}
			for _, v := range voices {
				c.tick(v)
			}
			noiseVolume = max(0, noiseVolume-0.125)
		}
		var sum float64
		for range over {
			for n, v := range voices {
				sum += v.volume * c.shape(v, n, v.at.turn(v.hz/Rate/float64(over)))
			}
			for noiseAt += noiseHz / Rate / float64(over); noiseAt >= 1; noiseAt-- {
				noise = c.noise.step()
			}
			sum += noise * noiseVolume
		}
		out.add(i, sum/float64(over), 0.5)
	}
	return out
}

// sweep is a filter whose corner a program moves, once a tick.
func sweep(s song, tick float64) {
	s.each(func(side []float64) {
		var low, band float64
		for i, v := range side {
			corner := 0.15 + 0.12*math.Sin(0.03*math.Floor(float64(i)/tick))
			low += corner * band
			band += corner * (v - low - 0.6*band)
			side[i] = low
		}
	})
}
