package song

import "earmark/testdata/make/synth"

// fingers is an accompaniment on plucked strings: a pattern of digits, one every step beats, that picks from the
// chord's voicing counted from below (0 is the lowest). Characters other than digits are rests.
type fingers struct {
	kind    synth.String
	pattern string
	step    float64
	low     int // MIDI note from which the chords are voiced
}

// play picks through the chords, letting every string ring into the next few notes.
func (f fingers) play(s *synth.Studio, m *synth.Mix, c *synth.Clock, chords []synth.Chord, gain, pan float64) {
	for _, chord := range chords {
		voicing := chord.Voicing(f.low)
		for i := range int(chord.Beats / f.step) {
			digit := int(f.pattern[i%len(f.pattern)]) - '0'
			if digit < 0 || digit > 9 {
				continue
			}
			pitch := voicing[digit%len(voicing)] + 12*(digit/len(voicing))
			velocity := 0.6
			if i%4 == 0 {
				velocity = 0.75
			}
			note := s.Pluck(f.kind, synth.Hz(pitch), 1.6, velocity)
			m.Add(c.At(chord.At+float64(i)*f.step), note, gain, pan)
		}
	}
}

// strum strikes whole chords in a rhythm of one bar of four beats, its strokes alternately down and up, string after
// string.
func strum(
	s *synth.Studio, m *synth.Mix, c *synth.Clock, chords []synth.Chord, rhythm []synth.Note, gain, pan float64,
) {
	for _, chord := range chords {
		voicing := chord.Voicing(52)
		voicing = append(voicing, voicing[0]+12)
		for k, stroke := range rhythm {
			if stroke.At >= chord.Beats {
				break
			}
			at := c.At(chord.At + stroke.At)
			for i := range voicing {
				pitch := voicing[i]
				if k%2 == 1 {
					pitch = voicing[len(voicing)-1-i]
				}
				note := s.Pluck(synth.Steel, synth.Hz(pitch), 0.9, 0.7*stroke.Velocity)
				m.Add(at+0.014*float64(i), note, gain, pan)
			}
		}
	}
}

// hold gives every tone of every chord to an instrument for the chord's whole length, spread from left to right.
func hold(m *synth.Mix, c *synth.Clock, chords []synth.Chord, low int, gain float64,
	instrument func(hz, sec float64) []float64,
) {
	for _, chord := range chords {
		voicing := chord.Voicing(low)
		for i, pitch := range voicing {
			pan := 0.7 * (2*float64(i)/float64(len(voicing)-1) - 1)
			m.Add(c.At(chord.At), instrument(synth.Hz(pitch), c.Sec(chord.Beats)+0.4), gain, pan)
		}
	}
}

// comp strikes the chords on a keyboard in a rhythm of one bar.
func comp(s *synth.Studio, m *synth.Mix, c *synth.Clock, chords []synth.Chord, rhythm []synth.Note, gain, pan float64) {
	for _, chord := range chords {
		for _, stroke := range rhythm {
			if stroke.At >= chord.Beats {
				break
			}
			at := c.At(chord.At + stroke.At)
			for i, pitch := range chord.Voicing(53) {
				note := s.Electric(synth.Hz(pitch), c.Sec(stroke.Beats), 0.75*stroke.Velocity)
				m.Add(at+0.004*float64(i), note, gain, pan)
			}
		}
	}
}

// walk is a bass line of one note a beat: the root, two chord tones, and a step towards the next root.
func walk(chords []synth.Chord) []synth.Note {
	var line []synth.Note
	for i, chord := range chords {
		next := chords[(i+1)%len(chords)].Bass
		steps := []int{chord.Bass, chord.Bass + interval(chord, 1), chord.Bass + interval(chord, 2), next + 1}
		if next > chord.Bass {
			steps[3] = next - 1
		}
		for beat := range int(chord.Beats) {
			line = append(line, synth.Note{
				At: chord.At + float64(beat), Beats: 0.92, Hz: synth.Hz(steps[beat%4]), Velocity: 0.7,
			})
		}
	}
	return line
}

// interval is the distance of a chord's nth tone above its bass, in semitones.
func interval(chord synth.Chord, n int) int { return (chord.Tones[n] - chord.Bass%12 + 12) % 12 }

// roots is a bass line in a rhythm of one bar: the root on each stroke, the fifth on ghost notes.
func roots(chords []synth.Chord, rhythm []synth.Note) []synth.Note {
	var line []synth.Note
	for _, chord := range chords {
		for _, stroke := range rhythm {
			if stroke.At >= chord.Beats {
				break
			}
			pitch := chord.Bass
			if stroke.Velocity < 0.5 {
				pitch, stroke.Velocity = pitch+interval(chord, 2), 0.55
			}
			stroke.At += chord.At
			stroke.Hz = synth.Hz(pitch)
			line = append(line, stroke)
		}
	}
	return line
}

// kit is a drummer's bar in sixteenths, written as synth.Pattern reads it.
type kit struct{ kick, snare, hat, ride, rim, shaker string }

// play repeats the bar of the given number of beats, from the start.
func (k kit) play(s *synth.Studio, m *synth.Mix, c *synth.Clock, beats float64, times int, gain float64) {
	parts := []struct {
		pattern string
		level   float64
		pan     float64
		stroke  func(velocity float64) []float64
	}{
		{k.kick, 0.85, 0, s.Kick},
		{k.snare, 0.5, 0.1, s.Snare},
		{k.hat, 0.3, 0.35, func(v float64) []float64 { return s.Hat(v, 0.04+0.09*v) }},
		{k.ride, 0.32, -0.4, s.Ride},
		{k.rim, 0.5, -0.2, s.Rim},
		{k.shaker, 0.35, 0.5, s.Shaker},
	}
	for _, p := range parts {
		notes := synth.Bars(synth.Pattern(p.pattern, 0.25), 0, beats, times)
		m.Play(c, notes, gain*p.level, p.pan, func(n synth.Note, _ float64) []float64 { return p.stroke(n.Velocity) })
	}
}

// sing lays a sung line into the mix.
func sing(s *synth.Studio, m *synth.Mix, c *synth.Clock, who synth.Singer, line []synth.Note, gain, pan float64) {
	at, voice := s.Sing(who, line, c)
	m.Add(at, voice, gain, pan)
}
