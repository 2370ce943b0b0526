package analyzer

import (
	"math"
	"slices"
	"testing"
)

// combed has lines on all multiples of hz, as steady as it says.
func combed(hz float64, steady float32) Feature {
	f := Feature{Peaks: make([]float32, Bins), Steady: make([]float32, Bins), Effect: make([]float32, Bins)}
	for k := 1.0; ; k++ {
		i := int(math.Round(k*hz/binHz)) - firstBin
		if i >= Bins {
			return f
		}
		if i >= 0 {
			f.Peaks[i], f.Steady[i], f.Effect[i] = steady, steady, steady
		}
	}
}

func TestOwnShareIsWhatTheMultiplesLeave(t *testing.T) {
	for name, test := range map[string]struct {
		overtones, comb float64
		own             bool
	}{
		"every eleventh tooth": {220, 20, false},
		"every third":          {200, 200.0 / 3, false},
		"all":                  {50, 50, true},
		"wide":                 {1000, 1000, true},
	} {
		share := noisy(combed(test.overtones, 0.3), 0.02, 4).ownShare(test.comb)
		if got := share >= leastOwn; got != test.own {
			t.Errorf("%s: a share of %.2f of the comb of %.1f Hz is its own", name, share, test.comb)
		}
	}
}

// falling has the overtones of hz, each a share of what its predecessor is in the octave below.
func falling(hz, height, octave float64) Feature {
	f := combed(hz, 1)
	for i, v := range f.Effect {
		octaves := math.Log2(hertz(float64(i)) / combFrom)
		f.Effect[i] = v * float32(min(height*math.Pow(octave, octaves), 1))
	}
	return f
}

// odd has lines on the odd multiples of hz, and a share of them on the even ones.
func odd(hz float64, steady, share float32) Feature {
	f := combed(hz, steady)
	for i, v := range combed(2*hz, steady).Effect {
		f.Effect[i] -= (1 - share) * v
	}
	return f
}

func TestOvertonesAreNoDecodersLines(t *testing.T) {
	for name, test := range map[string]struct {
		f                           Feature
		toned, drones, buzzes, held bool
	}{
		"a decoder's lines":             {combed(50, 0.2), false, false, false, false},
		"tall ones on its spacing":      {combed(400, 1), true, false, false, false},
		"a note that is held":           {combed(196, 1), false, true, false, false},
		"mains buzz":                    {falling(50, 0.6, 0.3), true, false, true, true},
		"a clock's square wave":         {odd(50, 0.4, 0.3), true, false, true, false},
		"a small tone":                  {falling(196, 0.3, 0.9), false, false, false, false},
		"lines that rise":               {falling(50, 0.002, 4), false, false, false, false},
		"a decoder's lines that fade":   {falling(150, 0.3, 0.8), false, false, false, false},
		"a faint tone on its spacing":   {falling(150, 0.8, 0.2), true, false, false, true},
		"small lines that fade, 200 Hz": {falling(200, 0.5, 0.5), true, false, false, true},
	} {
		f := noisy(test.f, 0.03, 5)
		for i, v := range f.Effect {
			f.Effect[i] = min(max(v, -1), 1)
		}
		combs := f.Combs()
		toned, drones, buzzes, held := f.toned(combs), f.drones(), f.buzzes(combs), f.holdsTone(combs)
		if toned != test.toned || drones != test.drones || buzzes != test.buzzes || held != test.held {
			t.Errorf("%s: a tone %t, a drone %t, a buzz %t, held %t; want %t, %t, %t, %t",
				name, toned, drones, buzzes, held, test.toned, test.drones, test.buzzes, test.held)
		}
	}
}

// A weak comb under strong echoes may be a decoder's lines of which the echoes' waves took some; a strong one is not.
func TestBuzzUnderStrongEchoesIsStrong(t *testing.T) {
	for name, test := range map[string]struct {
		noise float64
		want  bool
	}{"strong": {0.03, true}, "weak": {0.25, false}} {
		f := noisy(odd(50, 0.4, 0.3), test.noise, 5)
		combs := f.Combs()
		if !f.buzzes(combs) {
			t.Fatalf("%s: a comb of %.1f is no buzz without echoes", name, slices.Max(combs))
		}
		f.Echoed = true
		if got := f.buzzes(combs); got != test.want {
			t.Errorf("%s: a comb of %.1f is a buzz under strong echoes: %t", name, slices.Max(combs), got)
		}
	}
}
