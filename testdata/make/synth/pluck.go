package synth

import "math"

// String is how a plucked string is made and played.
type String struct {
	Bright float64 // hardness of the pick, 0 (thumb) to 1 (plectrum)
	Ring   float64 // seconds until the lowest note has died away by 60 dB
	Pick   float64 // where it is plucked, as a share of its length (0.1 is near the bridge)
}

// The strings that the pieces play.
var (
	Nylon  = String{Bright: 0.42, Ring: 4, Pick: 0.22}
	Steel  = String{Bright: 0.78, Ring: 6, Pick: 0.13}
	Harp   = String{Bright: 0.55, Ring: 7, Pick: 0.37}
	Double = String{Bright: 0.16, Ring: 2.2, Pick: 0.28} // a double bass, plucked
)

// Pluck plays one note on a string.
//
// It is the algorithm of Karplus and Strong: a delay of one period, filled with noise, is read round and round through
// a mild low-pass filter, as a wave runs to and fro on a string and loses its treble first. The delay has a fractional
// length, which shrinks a little while the string swings out wide, so that the note starts sharp and settles.
func (s *Studio) Pluck(kind String, hz, sec, velocity float64) []float64 {
	hz = s.detune(hz, 3)
	period := s.Rate / hz
	line := make([]float64, int(period)+4)
	s.excite(line, kind, velocity)

	ring := kind.Ring * math.Pow(110/hz, 0.35)
	loss := math.Pow(10, -3/(ring*hz)) // a round trip
	soft := 0.5 - 0.38*kind.Bright     // share of the neighbouring sample in the loop's filter
	sharp := 0.0012 * velocity * s.rng.Float64()
	sharpDecay := s.decay(0.9)

	out := make([]float64, s.samples(sec))
	var last float64
	write, size := 0, len(line)
	for i := range out {
		length := period*(1-sharp) - soft
		sharp *= sharpDecay
		whole := int(length)
		frac := length - float64(whole)
		a := line[(write-whole+size)%size]
		b := line[(write-whole-1+size)%size]
		x := a + frac*(b-a)
		y := loss * ((1-soft)*x + soft*last)
		last = x
		line[write] = y
		out[i] = y
		write++
		if write == size {
			write = 0
		}
	}
	return s.fade(s.body(out, velocity), 0.0005, 0.06)
}

// excite fills the string with a noise burst: the shape it is pulled into. A soft finger has less treble, and plucking
// at a share p of the length leaves out every harmonic that has a node there.
func (s *Studio) excite(line []float64, kind String, velocity float64) {
	bright := min(0.98, kind.Bright*(0.7+0.4*velocity))
	var once, twice float64
	for i := range line {
		once += bright * (s.noise() - once)
		twice += bright * (once - twice)
		line[i] = twice
	}
	shift := max(1, int(kind.Pick*float64(len(line))))
	past := append([]float64(nil), line...)
	var mean float64
	for i := range line {
		line[i] -= 0.9 * past[(i-shift+len(line))%len(line)]
		mean += line[i] / float64(len(line))
	}
	var power float64
	for i := range line {
		line[i] -= mean
		power += line[i] * line[i]
	}
	level := velocity / math.Sqrt(power/float64(len(line))+1e-12)
	for i := range line {
		line[i] *= level * 0.35
	}
}

// body is the box of the instrument: three broad resonances, and the knock of the finger on it.
func (s *Studio) body(x []float64, velocity float64) []float64 {
	modes := [3]*Biquad{BandPass(s.Rate, 108, 3), BandPass(s.Rate, 212, 4), BandPass(s.Rate, 430, 3)}
	knock := s.decay(0.06)
	level := 0.03 * velocity
	for i, v := range x {
		in := v + level*s.noise()
		level *= knock
		x[i] = v + 0.5*modes[0].Next(in) + 0.4*modes[1].Next(in) + 0.3*modes[2].Next(in)
	}
	return x
}
