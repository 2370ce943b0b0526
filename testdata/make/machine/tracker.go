package machine

import (
	"math"
	"math/rand/v2"
)

func fourChannels(rng *rand.Rand) song  { return tracker(rng, 4, false) }
func eightChannels(rng *rand.Rand) song { return tracker(rng, 8, true) }

// An effect changes a note on every tick.
const (
	noEffect = iota
	arpeggio
	slide
	vibrato
	again
	effects
)

// tracker plays samples in rows of a few ticks, two and a half beats of which are a second over the tempo. Later ones
// draw lines between samples, and do not jump from one volume to the next.
func tracker(rng *rand.Rand, channels int, later bool) song {
	out := newSong()
	tempo := float64(100 + rng.IntN(80))
	if rng.IntN(3) == 0 {
		tempo = 125 // what nobody changed
	}
	tick := 2.5 / tempo * Rate
	if rng.IntN(2) == 0 {
		tick = math.Floor(tick)
	}
	speed := 3 + rng.IntN(4)
	apart := rng.Float64()
	for c := range channels {
		instrument := []func(*rand.Rand) sample{cycle, pluck, snare, kick, pad, cycle, pluck, pad}[(c+rng.IntN(3))%8]
		v := trackerVoice{
			player: player{instrument(rng), -1, later || rng.IntN(2) == 0},
			rows:   tune(rng, 64, 1+rng.IntN(3), 48+rng.IntN(20), 10),
			effect: rng.IntN(effects),
		}
		pan := 0.5 + apart/2*[]float64{-1, 1, 1, -1}[c%4]
		last := -1
		for i := range out.left {
			if k := int(float64(i) / tick); k != last {
				last = k
				if k%speed == 0 {
					v.row(k / speed)
				}
				v.tick()
			}
			if later {
				v.volume += (v.wanted - v.volume) / 40
			} else {
				v.volume = v.wanted
			}
			out.add(i, 0.2*v.volume*v.next(v.step), pan)
		}
	}
	return out
}

// trackerVoice is a channel with one instrument and one effect.
type trackerVoice struct {
	player
	rows   []int
	effect int

	note, age      int
	started        bool
	step           float64
	wanted, volume float64
}

func (v *trackerVoice) row(k int) {
	if n := v.rows[k%len(v.rows)]; n != rest {
		v.note, v.age, v.at, v.wanted, v.started = n, 0, 0, 1, true
	}
}

func (v *trackerVoice) tick() {
	if !v.started {
		return
	}
	note := float64(v.note)
	switch v.effect {
	case arpeggio:
		note += []float64{0, 4, 7}[v.age%3]
	case slide:
		v.wanted = max(0, 1-0.06*float64(v.age))
	case vibrato:
		note += 0.3 * math.Sin(0.8*float64(v.age))
	case again:
		if v.age%3 == 0 {
			v.at = 0
		}
	}
	v.step = v.rate * math.Exp2((note-60)/12) / Rate
	v.age++
}
