package song

import "earmark/testdata/make/synth"

// HarbourSteps is a singer with a guitar, and a pad behind them.
func HarbourSteps(s *synth.Studio, m *synth.Mix) {
	c := s.Clock(76, 0.53, 0.009)
	chords := synth.Chords("G:4 Em7:4 Cadd9:4 D7sus4:4 G/B:4 Cmaj7:4 D:2 G:2")
	fingers{synth.Nylon, "01323213", 0.5, 55}.play(s, m, c, chords, 0.55, -0.3)
	low := roots(chords, synth.Pattern("X-------x-------", 0.25))
	m.Play(c, low, 0.8, -0.1, func(n synth.Note, _ float64) []float64 {
		return s.Pluck(synth.Nylon, 2*n.Hz, 2, n.Velocity)
	})
	hold(m, c, chords, 55, 0.25, func(hz, sec float64) []float64 { return s.Pad(hz, sec, 0.5, 1500) })
	tune := synth.Line(`-:1 b4:1:la d5:.5:le g5!:1.5:no  f#5:.5:da e5:.5:le d5:1:na b4:2:no
		c5:.5:la d5:.5:le e5:1:ha g5:1:la e5:1:no  d5:3:hu -:1
		d5:.5:da e5:.5:le g5!:1:na a5:.5:le b5:1.5:ho  a5:.5:la g5:.5:le e5:1:na c5:2:mo  d5:1:la f#5:1:le  g5:2:no`)
	sing(s, m, c, synth.Alto, tune, 0.42, 0.05)
	m.Reverb(1.7, 0.17)
}

// MillersDaughter is a ballad in three-four time, a tenor with a steel-string guitar.
func MillersDaughter(s *synth.Studio, m *synth.Mix) {
	c := s.Clock(104, 0.53, 0.008)
	chords := synth.Chords("Em:3 Em7:3 G:3 D:3 Cmaj7:3 G/B:3 Am7:3 Bm7:3 Em:3 D/F#:3 G:3 Am7:3 Em:2")
	fingers{synth.Steel, "0-1232", 0.5, 55}.play(s, m, c, chords, 0.5, -0.35)
	m.Play(c, roots(chords, synth.Pattern("X-----------", 0.25)), 0.85, -0.2, func(n synth.Note, _ float64) []float64 {
		return s.Pluck(synth.Steel, 2*n.Hz, 1.9, n.Velocity)
	})
	tune := synth.Line(`e4:1:la g4:1:le b4:1:no  b4:2:ha a4:1:le  b4!:1:da d5:1:le b4:1:no  a4:2:na f#4:1:no
		g4:1:la e4:1:le g4:1:na  b4:2:ho d5:1:le  e5!:1:sa d5:1:le c5:1:no  b4:2:na -:1
		b4:1:la e5!:1:le d5:1:no  a4:2:ha f#4:1:le  g4:1:da b4:1:le a4:1:no  g4:1:la f#4:1:le a4:1:na  e4:2:mo`)
	sing(s, m, c, synth.Tenor, tune, 0.4, 0.1)
	shaker := synth.Bars(synth.Pattern("----.---.---", 0.25), 12, 3, 8)
	m.Play(c, shaker, 0.6, 0.4, func(n synth.Note, _ float64) []float64 { return s.Shaker(n.Velocity) })
	m.Reverb(1.4, 0.15)
}

// part is one voice of a choir: who sings it, where they stand, and what.
type part struct {
	who  synth.Singer
	pan  float64
	line string
}

// choir gives every part to three singers.
func choir(s *synth.Studio, m *synth.Mix, c *synth.Clock, parts []part, gain float64) {
	for _, p := range parts {
		for k := range 3 {
			sing(s, m, c, p.who, synth.Line(p.line), gain, p.pan+0.18*float64(k-1))
		}
	}
}

// WinterPsalm is a choir in four parts without instruments.
func WinterPsalm(s *synth.Studio, m *synth.Mix) {
	c := s.Clock(76, 0.5, 0.02)
	choir(s, m, c, []part{
		{synth.Alto, -0.5, `f4:2:a a4:1:a g4:1:e  a4:2:a bb4:2:o  c5:1:a d5!:1:a c5:1:e a4:1:a  bb4:2:o a4:2:a
			g4:1:e a4:1:a bb4:1:o g4:1:a  a4:2:a g4:2:e  f4:2:a`},
		//nolint:dupword // notes come again
		{synth.Child, 0.5, `d4:2:a e4:1:a e4:1:e  f4:2:a f4:2:o  f4:1:a f4:1:a g4:1:e f4:1:a  g4:2:o e4:2:a
			d4:1:e f4:1:a g4:1:o d4:1:a  f4:2:a e4:2:e  d4:2:a`},
		{synth.Tenor, -0.2, `a3:2:a c4:1:a c4:1:e  c4:2:a d4:2:o  c4:1:a bb3:1:a c4:1:e d4:1:a  d4:2:o c#4:2:a
			bb3:1:e c4:1:a d4:1:o bb3:1:a  d4:2:a c#4:2:e  a3:2:a`},
		{synth.Bari, 0.2, `d3:2:a a2:1:a c3:1:e  f3:2:a bb2:2:o  a2:1:a bb2:1:a e3:1:e d3:1:a  g2:2:o a2:2:a
			g2:1:e f3:1:a e3:1:o g2:1:a  d3:2:a a2:2:e  d3:2:a`},
	}, 0.5)
	m.Reverb(2.6, 0.3)
}

// CathedralOfSnow is a choir over a string section, rising.
func CathedralOfSnow(s *synth.Studio, m *synth.Mix) {
	c := s.Clock(84, 0.5, 0.018)
	chords := synth.Chords("Cm:4 Abmaj7:4 Eb/G:4 Bb:4 Fm7:4 Abadd9:2 Bb:2 Cm:2")
	hold(m, c, chords, 48, 0.42, func(hz, sec float64) []float64 { return s.Strings(hz, sec, 0.7, 3) })
	low := roots(chords, synth.Pattern("X-------x-------", 0.25))
	m.Play(c, low, 1.6, 0, func(n synth.Note, sec float64) []float64 {
		return s.Strings(n.Hz*2, sec*2, n.Velocity, 2)
	})
	choir(s, m, c, []part{
		{synth.Alto, -0.35, `g4:2:a c5:2:a  eb5!:3:o d5:1:a  bb4:2:a eb5:2:e  f5!:3:a d5:1:o
			c5:1:a eb5:1:a ab5!:2:o  g5:2:a f5:2:e  g5:2:a`},
		{synth.Tenor, 0.35, `eb4:2:a g4:2:a  ab4:3:o ab4:1:a  g4:2:a bb4:2:e  bb4:3:a f4:1:o
			ab4:1:a c5:1:a c5:2:o  c5:2:a d5:2:e  eb5:2:a`},
	}, 0.2)
	high := synth.Line(`-:8 -:2 bb5?:2 f5:2 d5:2  c6:2 ab5:2 eb6!:2 d6:2  c6:2`)
	m.Play(c, high, 1.1, 0.2, func(n synth.Note, sec float64) []float64 {
		return s.Strings(n.Hz, sec*1.1, n.Velocity, 3)
	})
	for _, beat := range []float64{0, 8, 16, 22} {
		m.Add(c.At(beat), s.Kick(0.8), 0.9, 0)
	}
	m.Reverb(2.8, 0.26)
}
