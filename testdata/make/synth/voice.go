package synth

import "math"

// Singer is a voice.
type Singer struct {
	Size   float64 // length of the throat against an average man's; formants lie that much lower
	Breath float64 // air beside the tone, 0 to 1
	Sway   float64 // depth of the vibrato in cents
}

// The singers of the pieces.
var (
	Alto  = Singer{Size: 0.87, Breath: 0.18, Sway: 26}
	Tenor = Singer{Size: 0.98, Breath: 0.15, Sway: 24}
	Child = Singer{Size: 0.8, Breath: 0.25, Sway: 12}
	Bari  = Singer{Size: 1.05, Breath: 0.14, Sway: 20}
)

// vowel holds the first five resonances of a throat that says it, in hertz, after Peterson and Barney (1952).
type vowel [5]float64

var vowels = map[byte]vowel{
	'a': {730, 1090, 2440, 3400, 4500},
	'e': {480, 1800, 2500, 3500, 4500},
	'i': {290, 2250, 3000, 3600, 4600},
	'o': {500, 860, 2410, 3300, 4400},
	'u': {310, 870, 2240, 3250, 4300},
}

var formantWidths = vowel{75, 95, 130, 220, 320}

// consonant is how a syllable begins.
type consonant struct {
	sec    float64 // how long it lasts
	voiced float64 // loudness of the voice meanwhile
	noise  float64 // loudness of the air meanwhile
	first  float64 // first resonance meanwhile, in hertz; 0 keeps the vowel's
}

var consonants = map[byte]consonant{
	'l': {0.06, 0.4, 0, 330},
	'n': {0.07, 0.3, 0, 260},
	'm': {0.08, 0.28, 0, 240},
	'd': {0.035, 0.05, 0.35, 300},
	't': {0.05, 0, 0.5, 0},
	's': {0.1, 0, 0.9, 0},
	'h': {0.07, 0.1, 0.45, 0},
}

// Sing sings a line of notes that carry syllables ("la", "no", "u"), from the start of the first note on. Pitch and
// vowel glide from note to note as they do in a throat; the clock says when.
func (s *Studio) Sing(who Singer, line []Note, clock *Clock) (start float64, out []float64) {
	if len(line) == 0 {
		return 0, nil
	}
	type event struct {
		from, to int
		note     Note
		con      consonant
		vow      vowel
	}
	start = clock.At(line[0].At)
	events := make([]event, len(line))
	for i, n := range line {
		e := event{from: s.samples(clock.At(n.At) - start), to: s.samples(clock.At(n.At+n.Beats) - start), note: n}
		e.note.Hz = s.detune(n.Hz, 5)
		if text := n.Text; text != "" {
			e.con, e.vow = consonants[text[0]], vowels[text[len(text)-1]]
		}
		if e.vow == (vowel{}) {
			e.vow = vowels['a']
		}
		events[i] = e
	}
	out = make([]float64, events[len(events)-1].to+s.samples(0.25))

	throat := newThroat(s, who)
	now := 0
	for i := range out {
		for now+1 < len(events) && i >= events[now+1].from {
			now++
		}
		e := &events[now]
		voiced, noise, shape := 0.0, 0.0, e.vow
		switch into := i - e.from; {
		case i >= e.to:
		case into < s.samples(e.con.sec):
			voiced, noise = e.con.voiced, e.con.noise
			if e.con.first > 0 {
				shape[0] = e.con.first
			}
		default:
			voiced = 1
		}
		out[i] = throat.next(i, e.note.Hz, voiced*e.note.Velocity, noise*e.note.Velocity, shape)
	}
	return start, out
}

// throat turns pitch, loudness and vowel into a voice: a buzz from the vocal folds through five resonances in a row
// (Klatt, "Software for a cascade/parallel formant synthesizer", 1980).
type throat struct {
	studio           *Studio
	who              Singer
	sing             *sway
	hz, voiced, air  float64 // where the glides have got to
	shape            vowel
	folds, tilt      float64
	rows             [5]resonator
	hiss             *Biquad
	glide, open, mix float64 // smoothing factors a sample
}

func newThroat(s *Studio, who Singer) *throat {
	t := &throat{studio: s, who: who, sing: s.newSway(5.3, who.Sway, 0.3), hiss: BandPass(s.Rate, 8500, 0.6)}
	t.glide = 1 - math.Exp(-1/(0.035*s.Rate))
	t.open = 1 - math.Exp(-1/(0.018*s.Rate))
	t.mix = 1 - math.Exp(-1/(0.045*s.Rate))
	return t
}

func (t *throat) next(i int, hz, voiced, noise float64, shape vowel) float64 {
	if i == 0 {
		t.hz, t.shape = hz, shape
	}
	rate := t.studio.Rate
	t.hz += t.glide * (hz - t.hz)
	t.voiced += t.open * (voiced - t.voiced)
	t.air += t.open * (noise - t.air)
	if i%32 == 0 {
		for k := range t.rows {
			t.shape[k] += 32 * t.mix * (shape[k] - t.shape[k])
			t.rows[k].tune(rate, t.shape[k]/t.who.Size, formantWidths[k])
		}
	}
	dp := t.hz * t.sing.next(t.studio, i) / rate
	if t.folds += dp; t.folds >= 1 {
		t.folds--
	}
	n := t.studio.noise()
	// The folds let more air through while they are open, half of each period.
	breath := t.who.Breath * 0.12 * n
	if t.folds < 0.5 {
		breath *= 1.8
	}
	t.tilt += 0.16 * (t.voiced*(saw(t.folds, dp)+breath) - t.tilt)
	v := t.tilt
	for k := range t.rows {
		v = t.rows[k].next(v)
	}
	return 0.2*v + 0.4*t.hiss.Next(n)*(t.air+0.12*t.who.Breath*t.voiced)
}
