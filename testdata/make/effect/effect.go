package effect

import (
	"math"
	"math/rand/v2"
)

// Rate is that of the samples, in Hz.
const Rate = 44100

// Effect changes a recording in one way.
type Effect struct {
	Name  string
	apply func(rng *rand.Rand, s stereo)
}

// Effects are all there are.
var Effects = []Effect{
	{"stepped gain", steppedGain},
	{"ramped gain", rampedGain},
	{"block limiter", blockLimiter},
	{"tremolo", tremolo},
	{"stepped filter", steppedFilter},
	{"telephone bursts", telephoneBursts},
	{"cable clock", cableClock},
	{"looped noise", loopedNoise},
	{"looped-noise hats", loopedHats},
	{"resonator", resonator},
	{"strings", sympatheticStrings},
	{"feedback network", feedbackNetwork},
	{"console echo", consoleEcho},
	{"echo watermark", echoWatermark},
	{"band watermark", bandWatermark},
	{"robot", robot},
	{"whisper", whisper},
	{"denoiser", denoiser},
	{"freeze", freeze},
	{"rounded spectrum", roundedSpectrum},
	{"phase vocoder", phaseVocoder},
	{"dropouts", dropouts},
	{"packets", packets},
	{"block coder", blockCoder},
	{"grains", grains},
	{"handheld", handheld},
	{"telephone", telephone},
}

// Apply changes both sides of a recording in place, with parameters that are drawn from seed.
func (e Effect) Apply(seed uint64, left, right []float64) {
	e.apply(rand.New(rand.NewPCG(seed, 78)), stereo{left, right})
}

// stereo is the two sides of a recording, as long as each other.
type stereo [2][]float64

// each lets change write both sides anew from what they are.
func (s stereo) each(change func(x []float64) []float64) {
	for _, x := range s {
		copy(x, change(x))
	}
}

// level is the root of the mean square of the left side, times a random gain from and to so many dB.
func (s stereo) level(rng *rand.Rand, from, to float64) float64 {
	sum := 0.0
	for _, v := range s[0] {
		sum += v * v
	}
	return math.Sqrt(sum/float64(max(len(s[0]), 1))) * math.Pow(10, between(rng, from, to)/20)
}

func pick[T any](rng *rand.Rand, of ...T) T { return of[rng.IntN(len(of))] }

func between(rng *rand.Rand, from, to float64) float64 { return from + (to-from)*rng.Float64() }

// seconds is the time of a sample.
func seconds(i int) float64 { return float64(i) / Rate }

// part is how far a number is past the last whole one.
func part(turns float64) float64 { return turns - math.Floor(turns) }

// swing goes from 0 to 1 and back, hz times a second.
func swing(hz, t float64) float64 { return 0.5 + 0.5*math.Sin(2*math.Pi*hz*t) }
