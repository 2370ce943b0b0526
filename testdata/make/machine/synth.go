package machine

import (
	"math"
	"math/rand/v2"
)

// fmChip is six voices of two sines each, of which one bends the other (Chowning, Journal of the Audio Engineering
// Society 21, 1973), at the chip's own rate.
func fmChip(rng *rand.Rand) song {
	const own = 49716.0 // samples a second
	driver := pick(rng, 60, 70, 72.8, 140, 560, 700, 120.0)
	ticks := max(1, math.Round(driver/(4+6*rng.Float64()))) // of a row
	mixed := make([]float64, int(own*Seconds)+2)
	for _, lowest := range []int{40, 52, 64, 64, 60, 72} {
		rows := tune(rng, 32, 1+rng.IntN(3), lowest, 10)
		ratio := pick(rng, 0.5, 1, 2, 3, 4, 7.0)
		index, feedback := 4*rng.Float64(), 0.5*rng.Float64()
		fall := 0.5 + 6*rng.Float64()
		var carrier, modulator phase
		var pitch, since, bent float64
		on, last := false, -1
		for i := range mixed {
			if k := int(float64(i) / own * driver / ticks); k != last {
				last = k
				if n := rows[k%len(rows)]; n != rest {
					pitch = math.Round(hz(float64(n))/own*(1<<18)) / (1 << 18) * own
					since, on, carrier, modulator = 0, true, 0, 0
				}
			}
			if !on {
				continue
			}
			since += 1 / own
			level := math.Round(512*math.Exp(-fall*since)) / 512
			turn := modulator.turn(pitch * ratio / own)
			bent = index * level * math.Sin(2*math.Pi*turn+feedback*bent)
			mixed[i] += 0.1 * level * math.Sin(2*math.Pi*carrier.turn(pitch/own)+bent)
		}
	}
	out := newSong()
	p := player{sample: sample{values: mixed}, smooth: true}
	for i := range out.left {
		out.add(i, p.next(own/Rate), 0.5)
	}
	return out
}

// wavetable plays samples by notes that begin at blocks of samples, as programs do that are asked for one block after
// the other, and may play them in a room.
func wavetable(rng *rand.Rand) song {
	out := newSong()
	block := pick(rng, 64, 1, 128, 256, 441)
	row := 60 / (70 + 100*rng.Float64()) / 4 * Rate
	for v, instrument := range []func(*rand.Rand) sample{pad, pluck, cycle, pad, pluck, cycle, snare, kick} {
		rows := tune(rng, 64, 1+rng.IntN(4), 40+5*v, 9)
		sound, pan, fall := instrument(rng), rng.Float64(), 0.3+3*rng.Float64()
		for k := 0; ; k++ {
			at := int(float64(k)*row) / block * block
			if at >= len(out.left) {
				break
			}
			note := rows[k%len(rows)]
			if note == rest {
				continue
			}
			if v >= 6 {
				note = 60 // drums have no pitch
			}
			velocity := 0.6 + 0.4*rng.Float64()
			p := player{sample: sound, smooth: true}
			step := sound.rate * math.Exp2(float64(note-60)/12) / Rate
			low := 0.0
			for i := at; i < min(len(out.left), at+2*Rate); i++ {
				t := float64(i-at) / Rate
				low += 0.5 * (velocity*p.next(step)*math.Exp(-fall*t)*min(1, 200*t) - low)
				out.add(i, 0.15*low, pan)
			}
		}
	}
	if rng.IntN(2) == 0 {
		room(out, 1116+rng.IntN(50))
	}
	return out
}

// room is eight echoes that repeat (Schroeder, Journal of the Audio Engineering Society 10, 1962).
func room(s song, first int) {
	s.each(func(side []float64) {
		dry := append([]float64(nil), side...)
		wet := make([]float64, len(side))
		for _, delay := range []int{first, 1188, 1277, 1356, 1422, 1491, 1557, 1617} {
			for i := range wet {
				wet[i] = dry[i]
				if i >= delay {
					wet[i] += 0.8 * wet[i-delay]
				}
				side[i] += 0.03 * wet[i]
			}
		}
	})
}

// organ holds chords of sines, each wheel of which turns for as long as the piece is.
func organ(rng *rand.Rand) song {
	out := newSong()
	ratios := []float64{0.5, 1.5, 1, 2, 3, 4, 5, 6, 8}
	bars := make([]float64, len(ratios))
	for i := range bars {
		bars[i] = rng.Float64()
	}
	click, horn := 2*rng.Float64(), pick(rng, 0, 0.8, 6.7) // Hz
	for from := 0; from < len(out.left); {
		n := int((0.5 + 2*rng.Float64()) * Rate)
		root := 40 + rng.IntN(24)
		for _, interval := range []int{0, 4, 7, 12} {
			pitch := hz(float64(root + interval))
			for i := 0; i < n && from+i < len(out.left); i++ {
				t := float64(from+i) / Rate
				var sum float64
				for k, ratio := range ratios {
					sum += bars[k] * sine(pitch*ratio*t)
				}
				sum *= min(1, float64(i)/100, float64(n-i)/200)
				if i < 60 {
					sum += click * rng.NormFloat64()
				}
				out.add(from+i, 0.02*sum, 0.5+0.1*sine(horn*t))
			}
		}
		from += n
	}
	return out
}
