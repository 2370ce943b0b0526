package song

import "earmark/testdata/make/synth"

// LowTideLetters is a guitar alone, picked with the fingers.
func LowTideLetters(s *synth.Studio, m *synth.Mix) {
	c := s.Clock(80, 0.5, 0.009)
	chords := synth.Chords("Am9:4 Fmaj7:4 C/E:4 G6:4 Dm9:4 E7:4 Am:2")
	fingers{synth.Nylon, "2341324", 0.5, 57}.play(s, m, c, chords, 0.5, 0.05)
	m.Play(c, roots(chords, synth.Pattern("X-------.---x---", 0.25)), 0.75, -0.05,
		func(n synth.Note, _ float64) []float64 { return s.Pluck(synth.Nylon, 2*n.Hz, 2, n.Velocity) })
	//nolint:dupword // notes come again
	tune := synth.Line(`-:1 e5:1.5 d5:.5 c5:1  c5:1 b4:.5 a4:.5 c5:2  -:1 g4:1 c5:1 e5:1
		d5!:1.5 b4:.5 e5?:2  f5!:1 e5:.5 d5:.5 a4:2  g#4:1 b4:1 e5:1 d5?:1  c5:2`)
	m.Play(c, tune, 0.95, 0, func(n synth.Note, sec float64) []float64 {
		return s.Pluck(synth.Nylon, n.Hz, sec+0.8, n.Velocity)
	})
	m.Reverb(1.3, 0.16)
}

// AmberDelta is a harp alone, runs of five tones over an open bass.
func AmberDelta(s *synth.Studio, m *synth.Mix) {
	c := s.Clock(92, 0.54, 0.008)
	chords := synth.Chords("Fadd9:4 Dm7:4 Bbadd9:4 C6:4 F/A:4 Bbmaj9:4 C7sus4:4 F:1")
	fingers{synth.Harp, "0-23-134", 0.5, 53}.play(s, m, c, chords, 0.55, -0.1)
	m.Play(c, roots(chords, synth.Pattern("X-----x-.-------", 0.25)), 0.75, 0,
		func(n synth.Note, _ float64) []float64 { return s.Pluck(synth.Harp, 2*n.Hz, 2.4, n.Velocity) })
	tune := synth.Line(`c5:.5 d5:.5 f5!:1 -:2  a5:.25 g5:.25 f5:.5 d5:1 c5?:2  d5:.5 f5:.5 g5:.5 a5:.5 c6!:1 a5:1
		g5:1.5 e5:.5 -:2  a5:.25 c6:.25 a5:.25 g5:.25 f5:1 c5:2  d5:.5 f5:.5 a5:1 g5:.5 f5:.5 d5:1
		c5?:1 d5:.5 f5:.5 g5:2  f5:1`)
	m.Play(c, tune, 0.9, 0.15, func(n synth.Note, sec float64) []float64 {
		return s.Pluck(synth.Harp, n.Hz, sec+1.2, n.Velocity)
	})
	m.Reverb(1.6, 0.18)
}

// NinePaperBoats is a marimba, a kalimba and a shaker in three-four time.
func NinePaperBoats(s *synth.Studio, m *synth.Mix) {
	c := s.Clock(126, 0.53, 0.007)
	chords := synth.Chords(`D6:3 Bm7:3 Gmaj7:3 A7sus4:3 D/F#:3 Em7:3 G6:3 A:3
		Bm7:3 F#m7:3 Gmaj9:3 D/F#:3 Em9:3 A7:3`)
	strike := func(bar synth.Bar) func(synth.Note, float64) []float64 {
		return func(n synth.Note, sec float64) []float64 { return s.Strike(bar, n.Hz, sec+0.6, n.Velocity) }
	}
	for _, chord := range chords {
		for i, pitch := range chord.Voicing(62) {
			for _, beat := range []float64{1, 2} {
				at := c.At(chord.At + beat + 0.008*float64(i))
				m.Add(at, s.Strike(synth.Marimba, synth.Hz(pitch), 0.7, 0.42), 0.6, -0.3)
			}
		}
	}
	m.Play(c, roots(chords, synth.Pattern("X---------.-", 0.25)), 0.9, -0.1, func(n synth.Note, _ float64) []float64 {
		return s.Strike(synth.Marimba, 2*n.Hz, 1.2, n.Velocity)
	})
	//nolint:dupword // notes come again
	tune := synth.Line(`f#5:1 a5:.5 b5:.5 a5:1  d6!:2 b5:1  b5:1 a5:.5 g5:.5 f#5:1  e5:2 -:1
		f#5:1 e5:.5 f#5:.5 a5:1  g5:2 e5:1  d5:1 e5:.5 g5:.5 b5:1  a5!:2 -:1
		d6!:1 c#6:.5 b5:.5 f#5:1  a5:2 c#5:1  b4:1 d5:1 f#5:1  a5:1.5 f#5:1.5  g5:1 f#5:.5 e5:.5 b5:1  a5:1.5 c#6!:1.5`)
	m.Play(c, tune, 1, 0.25, strike(synth.Kalimba))
	kit{shaker: "X-.-x-.-x-.-"}.play(s, m, c, 3, 14, 0.55)
	m.Reverb(1.1, 0.14)
}

// LongWayToOstend is a folk band: strummed steel strings, bass, drums, and a flute with the tune.
func LongWayToOstend(s *synth.Studio, m *synth.Mix) {
	c := s.Clock(106, 0.52, 0.008)
	chords := synth.Chords("D:4 A/C#:4 Bm7:4 G:4 D:4 Em7:4 Gadd9:4 A7sus4:4 D:2")
	strum(s, m, c, chords, synth.Pattern("X---x-x.--x.x-x.", 0.25), 0.3, -0.45)
	strum(s, m, c, chords, synth.Pattern("X---x-x.--x.x-x.", 0.25), 0.26, 0.5)
	m.Play(c, roots(chords, synth.Pattern("X-----x-X---.-x-", 0.25)), 0.8, 0, bass(s))
	kit{kick: "X------.x-X-----", snare: "----X-------X--.", hat: "x-x-x-x-x-x-x-x."}.play(s, m, c, 4, 8, 0.8)
	//nolint:dupword // notes come again
	tune := synth.Line(`a5:1.5 f#5:.5 d5:1 e5:1  e5:1 c#5:.5 e5:.5 a5!:2
		f#5:1 b5:1 a5:.5 f#5:.5 d5:1  b4:1 d5:.5 e5:.5 g5:2
		f#5:1 a5:.5 b5:.5 d6!:2  b5:1 g5:1 e5:1.5 f#5:.5  g5:.5 a5:.5 b5:1 d6:1 b5:1  a5!:2 e5:1 a5:1  f#5:2`)
	m.Play(c, tune, 0.62, 0.12, func(n synth.Note, sec float64) []float64 {
		return s.Flute(n.Hz, sec*1.02, n.Velocity)
	})
	m.Reverb(1.2, 0.13)
}

// bass is the electric bass as an instrument for Play.
func bass(s *synth.Studio) func(n synth.Note, sec float64) []float64 {
	return func(n synth.Note, sec float64) []float64 { return s.Bass(n.Hz, sec*1.1+0.08, n.Velocity) }
}
