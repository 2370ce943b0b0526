package song

import "earmark/testdata/make/synth"

// KitchenRadio is a jazz quartet: electric piano, double bass, brushes and ride, and a vibraphone with the tune.
func KitchenRadio(s *synth.Studio, m *synth.Mix) {
	c := s.Clock(138, 0.64, 0.009)
	chords := synth.Chords("Cm9:4 F13:4 Bbmaj9:4 G7:4 Cm9:4 F13:4 Dm7:4 G7:4 Cm9:4 F13:4 Bb6:4 Bb6:2")
	comp(s, m, c, chords, synth.Pattern("--x-------x-----", 0.25), 0.8, -0.35)
	comp(s, m, c, chords, synth.Pattern("x---------------", 0.25), 0.5, -0.35)
	m.Play(c, walk(chords), 1.1, 0.05, func(n synth.Note, sec float64) []float64 {
		return s.Pluck(synth.Double, n.Hz, sec+0.15, n.Velocity)
	})
	kit{ride: "X---x-x-X---x-x-", kick: ".-------.-------", snare: "------.-------.-"}.play(s, m, c, 4, 11, 1.1)
	for beat := range 44 {
		m.Add(c.At(float64(beat)), s.Brush(0.5+0.25*float64(beat%2), c.Sec(0.8)), 0.7, 0.3)
	}
	tune := synth.Line(`-:1 g5:.5 eb5:.5 d5:1 bb4:1  a4:.5 c5:.5 d5:.5 f5:.5 a5!:1.5 g5:.5  f5:2 -:.5 d5:.5 f5:.5 a5:.5
		ab5!:1 g5:.5 f5:.5 d5:1 b4:1  c5:.5 d5:.5 eb5:.5 g5:.5 bb5!:2  a5:1 f5:.5 d5:.5 eb5:1 c5:1
		d5:1.5 f5:.5 a5:1 c6!:1  b5:.5 ab5:.5 f5:.5 d5:.5 b4:2  -:.5 c5:.5 eb5:.5 g5:.5 d6!:1 bb5:1
		a5:.5 g5:.5 eb5:.5 c5:.5 d5:2  bb4:2`)
	m.Play(c, tune, 0.85, 0.3, func(n synth.Note, sec float64) []float64 {
		return s.Strike(synth.Vibes, n.Hz, sec+0.7, n.Velocity)
	})
	m.Reverb(1.0, 0.12)
}

// RainOnLineFour is slow and dusty: electric piano, a lazy drummer, bass, and a flute far away.
func RainOnLineFour(s *synth.Studio, m *synth.Mix) {
	c := s.Clock(84, 0.58, 0.011)
	chords := synth.Chords("Fmaj9:4 Em7:4 Dm9:4 G13:4 Fmaj9:4 Em7:2 A7:2 Dm9:4 G7sus4:2")
	comp(s, m, c, chords, synth.Pattern("X--x------x-----", 0.25), 0.6, -0.2)
	comp(s, m, c, chords, synth.Pattern("x---------------", 0.25), 0.35, 0.25)
	m.Play(c, roots(chords, synth.Pattern("X-----x---X---.-", 0.25)), 0.85, 0, bass(s))
	kit{
		kick: "X------x--X-----", snare: "----X-------X--.", hat: "x.x-x.x-x-x.x-x-", rim: "-------.-----.--",
	}.play(s, m, c, 4, 7, 0.85)
	tune := synth.Line(`-:2 a5:.5 g5:.5 e5:1  g5!:1.5 e5:.5 d5:2  -:1 f5:.5 e5:.5 c5:1 a4:1  b4:1.5 e5:.5 d5:2
		-:2 c6!:1 a5:.5 g5:.5  e5:1 g5:1 c#5:2  d5:1.5 f5:.5 a5:2  g5:2`)
	m.Play(c, tune, 0.4, 0.35, func(n synth.Note, sec float64) []float64 { return s.Flute(n.Hz, sec, n.Velocity) })
	m.Reverb(1.5, 0.16)
}

// GlassArcade is a pop song on synthesizers: pads, a pushing bass, drums, bells and a child's voice.
func GlassArcade(s *synth.Studio, m *synth.Mix) {
	c := s.Clock(118, 0.5, 0.005)
	chords := synth.Chords("Am:4 Fmaj7:4 C:4 G:4 Am7:4 F:4 Cadd9:4 G7sus4:4 Fmaj7:4 G:4")
	hold(m, c, chords, 57, 0.5, func(hz, sec float64) []float64 { return s.Pad(hz, sec, 0.7, 2600) })
	m.Play(c, roots(chords, synth.Pattern("X-x-x-x-X-x-x-x-", 0.25)), 0.75, 0, bass(s))
	kit{kick: "X---X---X---X---", snare: "----X-------X---", hat: "--X---X---X---X.", shaker: "x.x.x.x.x.x.x.x."}.
		play(s, m, c, 4, 10, 0.8)
	bells := synth.Line("e5:.5 a5:.5 c6:.5 a5:.5 b5!:.5 a5:.5 e5:.5 c5:.5")
	m.Play(c, synth.Bars(bells, 0, 4, 10), 0.32, -0.5, func(n synth.Note, sec float64) []float64 {
		return s.Strike(synth.Vibes, n.Hz, sec+0.8, n.Velocity)
	})
	tune := synth.Line(`-:1 e5:.5:da a4:.5:la c5:1.5:no -:.5  c5:.5:la d5:.5:le e5:1:na c5:1.5:no -:.5
		g5!:1:ha e5:.5:le d5:.5:di c5:1.5:na -:.5  b4:.5:la d5:.5:le g5:1.5:ho -:1.5
		e5:.5:da a5!:1:la g5:.5:le e5:1.5:no -:.5  f5:.5:la e5:.5:le c5:1:na a4:1.5:no -:.5
		g5:1:ha e5:1:le d5:1.5:no -:.5  d5:.5:la c5:.5:le d5:2.5:ho -:.5  a4:1:na c5:1:le e5:2:no  d5:3:ho`)
	sing(s, m, c, synth.Child, tune, 0.5, 0)
	m.Reverb(1.4, 0.15)
}

// CafeMeridiano is a bossa nova: guitar, double bass, shaker, rim and a flute.
func CafeMeridiano(s *synth.Studio, m *synth.Mix) {
	c := s.Clock(132, 0.51, 0.007)
	//nolint:dupword // chords last several bars
	chords := synth.Chords("Dm9:4 Dm9:4 G13:4 G13:4 Cmaj9:4 Am7:4 Bm7b5:4 E7:4 Am9:4 Am9:4 Am9:2")
	for _, chord := range chords {
		for _, stroke := range synth.Pattern("x-----x---x---x-", 0.25) {
			if stroke.At >= chord.Beats {
				break
			}
			at := c.At(chord.At + stroke.At)
			for i, pitch := range chord.Voicing(57) {
				m.Add(at+0.005*float64(i), s.Pluck(synth.Nylon, synth.Hz(pitch), 0.8, 0.6), 0.42, -0.3)
			}
		}
	}
	low := roots(chords, synth.Pattern("X-----.-X-----.-", 0.25))
	m.Play(c, low, 1, 0.05, func(n synth.Note, sec float64) []float64 {
		return s.Pluck(synth.Double, n.Hz, sec+0.5, n.Velocity)
	})
	kit{kick: ".-----..-.-----.", rim: "X--X---X--X--X--", shaker: "x.X.x.X.x.X.x.X."}.play(s, m, c, 4, 10, 1)
	tune := synth.Line(`e5:1.5 f5:.5 a5!:2  g5:.5 f5:.5 e5:1.5 d5:.5 c5:1  b4:1 d5:.5 e5:2 f5:.5  a5!:1.5 g5:.5 e5:2
		e5:1.5 d5:.5 b4:1 g5:1  e5:.5 c5:1.5 a4:2  f5!:1.5 e5:.5 d5:1 b4:1  g#4:1 b4:1 d5:1 f5:1
		e5!:3 -:1  c5:2 b4:2  a4:2`)
	m.Play(c, tune, 0.6, 0.2, func(n synth.Note, sec float64) []float64 { return s.Flute(n.Hz, sec, n.Velocity) })
	m.Reverb(1.1, 0.13)
}
