package analyzer

import (
	"cmp"
	"math"
	"math/cmplx"
	"slices"
)

// An echo after τ seconds multiplies the spectrum by |1 + g·exp(-2πifτ)|: in decibels a wave along frequency with a
// period of 1/τ, strongest at τ in the cepstrum and at most g/2 times as strong at 2τ (Bogert, Healy and Tukey, The
// Quefrency Alanysis of Time Series for Echoes, 1963). A decoder's lines are narrow and repeat in the cepstrum at every
// multiple, nearly as strong. So what stands alone there is an echo, of a delay, a flanger, or a wall, and is taken out
// before lines are looked for: they would be found in its crests. Several echoes make waves at the sums and differences
// of their delays too, about as strong as the product of theirs.
const (
	leastEcho  = 0.5 // dB, that the strongest must have for any to be taken out
	strongEcho = 1.0 // dB, that only very regular lines reach: what is not is an echo
	weakEchoes = 6   // that may be found before it
	mostEchoes = 128 // of a whole, which has the sums and differences of delays too
	fewEchoes  = 8   // of a segment, and while it is asked whether enough was heard
	crestDB    = 18  // height that crests of echoes rarely have: four as strong as half the sound leave 7 lines at most
)

// Echo is a wave along frequency that was taken out.
type Echo struct {
	Seconds float64 `json:"delay_sec"`
	DB      float64 `json:"wave_db"` // amplitude of the wave
}

// withoutEchoes takes at most so many echoes out of both channels, and lists those of the middle, strongest first.
func (s Sound) withoutEchoes(most int) (clean Sound, echoes []Echo) {
	strong := func(e Echo) bool { return e.DB >= strongEcho }
	s.Mid, echoes = s.Mid.withoutEchoes(most)
	s.Echoed = slices.ContainsFunc(echoes, strong)
	if s.Side.Frames > 0 {
		var atSides []Echo
		s.Side, atSides = s.Side.withoutEchoes(most)
		s.Echoed = s.Echoed || slices.ContainsFunc(atSides, strong)
	}
	return s, echoes
}

func (r Residual) withoutEchoes(most int) (Residual, []Echo) {
	c := cepstra.Get().(*cepstrum) //nolint:errcheck,forcetypeassert // the pool has nothing else
	defer cepstra.Put(c)
	clear(c.lines)
	c.found, c.strong = c.found[:0], false
	clean := Residual{Frames: r.Frames, Level: slices.Clone(r.Level), Mean: slices.Clone(r.Mean), Dev: r.Dev}
	strongest := 0.0
	for len(c.found) < most && (strongest >= leastEcho || len(c.found) < weakEchoes) {
		at, ok := c.next(clean.Mean)
		if !ok {
			break
		}
		e := takeOut(clean, at)
		c.found, strongest = append(c.found, e), max(strongest, e.DB)
	}
	if strongest < leastEcho || strongest >= strongEcho && higher(findLines(r, nil, 0), crestDB) >= leastTones {
		return r, nil // the overtones of what is held repeat as echoes do
	}
	echoes := slices.DeleteFunc(slices.Clone(c.found), func(e Echo) bool { return framed(e.Seconds) })
	slices.SortFunc(echoes, func(a, b Echo) int { return cmp.Compare(b.DB, a.DB) })
	if len(echoes) > 0 && echoes[0].DB < leastEcho {
		echoes = nil
	}
	return clean, echoes
}

// framed tells whether a delay is that of the frames of an mp3 encoder, 1,152 samples long. At a low bit rate its waves
// are as strong as an echo's.
func framed(seconds float64) bool {
	const tolerance = 2e-4
	return math.Abs(seconds-1152.0/44100) < tolerance || math.Abs(seconds-1152.0/48000) < tolerance
}

// takeOut subtracts the wave of one echo, as it fits best.
func takeOut(r Residual, seconds float64) Echo {
	turn := cmplx.Exp(complex(0, 2*math.Pi*seconds*binHz))
	var cc, ss, cs, rc, rs float64
	at := complex(1, 0)
	for i, weight := range echoWindow()[:Bins] {
		c, s, m, w := real(at), imag(at), float64(r.Mean[i]), float64(weight)
		at *= turn
		if m == 0 {
			continue // nothing was measured here
		}
		cc, ss, cs = cc+w*c*c, ss+w*s*s, cs+w*c*s
		rc, rs = rc+w*c*m, rs+w*s*m
	}
	det := cc*ss - cs*cs
	if det <= 0 {
		return Echo{Seconds: seconds}
	}
	a, b := (rc*ss-rs*cs)/det, (rs*cc-rc*cs)/det
	at = complex(1, 0)
	for i := range r.Mean {
		wave := float32(a*real(at) + b*imag(at))
		at *= turn
		if r.Mean[i] != 0 {
			r.Mean[i] -= wave
			r.Level[i] -= wave
		}
	}
	return Echo{Seconds: seconds, DB: math.Hypot(a, b)}
}
