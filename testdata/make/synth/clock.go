package synth

import "math"

// Clock turns beats into seconds the way players do: swung, never exactly on the grid, the tempo breathing.
type Clock struct {
	Tempo float64 // beats a minute
	Swing float64 // where the second half of a beat falls: 0.5 straight, 0.66 a triplet
	Loose float64 // standard deviation of a player's timing, in seconds
	Start float64 // seconds before the first beat

	studio *Studio
}

// Clock returns a clock that starts a third of a second into the recording.
func (s *Studio) Clock(tempo, swing, loose float64) *Clock {
	return &Clock{Tempo: tempo, Swing: swing, Loose: loose, Start: 0.3, studio: s}
}

// At is the second at which a stroke on the given beat sounds. Asked twice it gives two answers, as two strokes would.
func (c *Clock) At(beat float64) float64 {
	whole := math.Floor(beat)
	part := beat - whole
	if part < 0.5 {
		part *= 2 * c.Swing
	} else {
		part = c.Swing + (part-0.5)*2*(1-c.Swing)
	}
	beat = whole + part
	breathing := 0.06 * math.Sin(2*math.Pi*beat/23)
	late := c.Loose * max(-2, min(2, c.studio.rng.NormFloat64()))
	return max(0, c.Start+(beat+breathing)*60/c.Tempo+late)
}

// Sec is how long a number of beats lasts, in seconds.
func (c *Clock) Sec(beats float64) float64 { return beats * 60 / c.Tempo }

// Play lays every note into the mix, each made by the instrument at the moment it is played. The instrument is given
// the note's length in seconds.
func (m *Mix) Play(c *Clock, notes []Note, gain, pan float64, instrument func(n Note, sec float64) []float64) {
	for _, n := range notes {
		n.Velocity *= 1 + 0.08*c.studio.rng.NormFloat64()
		m.Add(c.At(n.At), instrument(n, c.Sec(n.Beats)), gain, pan)
	}
}
