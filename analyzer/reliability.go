package analyzer

import "github.com/tphakala/simd/f32"

// Reasons why a recording is less fit, or unfit, for a verdict.
const (
	ReasonShort       = "short"        // little sound to average over
	ReasonBandLimited = "band_limited" // little above the music's own lines to measure in
	ReasonLowRate     = "low_sample_rate"
	ReasonHum         = "hum"        // mains hum, buzz, clicks or a clock's tick stand where lines would be looked for
	ReasonTones       = "tones"      // steady tones stand so high that smaller lines cannot be told from theirs
	ReasonLossy       = "very_lossy" // the encoder left little of the lines, if there were any
)

const (
	fitReliability   = 0.6   // below it nothing is said
	unfitReliability = 0.5   // of what is unfit altogether
	fullSec          = 20.0  // seconds of sound from which length takes nothing away
	leastSec         = 8.0   // seconds of sound below which there is no verdict
	fullBandHz       = 10000 // bandwidth from which it takes nothing away
	leastBandHz      = 5000  // bandwidth below which there is no verdict
)

// leastKbps are the bit rates per channel below which there is no verdict. Of 25 Suno tracks that are all flagged as
// they are, 15 were left at 20 kbit/s of mp3 and 7 at 16, 7 at 24 of aac and 10 at 12 of opus; but 23 at 16 of opus,
// and all at 20 to 26 of vorbis.
var leastKbps = map[string]int{"mp3": 24, "aac": 30, "vorbis": 18, "opus": 15}

// reliability says how fit a recording is for a verdict, 0 to 1, and what takes away from it, by the feature of the
// whole, its combs and whether they are those of a tone, or of pulses.
func reliability(in *Measurement, whole Feature, combs []float64, tone, pulses bool) (float64, []string) {
	score, reasons := 1.0, []string{}
	lower := func(factor float64, reason string) {
		if factor < 1 {
			score = min(score, factor) // the worst decides: a short track is no less fit for having a low rate
			reasons = append(reasons, reason)
		}
	}
	// Linear from the least (0.6) to the full amount (1), and towards 0 below the least.
	ramp := func(x, least, full float64) float64 {
		if x < least {
			return 0.59 * x / least
		}
		return min(1, fitReliability+(1-fitReliability)*(x-least)/(full-least))
	}
	lower(ramp(soundSec(in.HeardFrames), leastSec, fullSec), ReasonShort)
	if nyquist := float64(in.Audio.SampleRate) / 2; nyquist < fullBandHz {
		lower(ramp(nyquist, leastBandHz, fullBandHz), ReasonLowRate)
	} else {
		lower(ramp(in.Whole.Mid.Bandwidth(), leastBandHz, fullBandHz), ReasonBandLimited)
	}
	hum := pulses || hums(combs, in.Whole.Mid.Mean) || whole.buzzes(combs)
	if hum {
		lower(unfitReliability, ReasonHum)
	}
	if tones(findLines(in.Whole.Mid, nil, 0)) || whole.drones() || !hum && tone {
		lower(unfitReliability, ReasonTones)
	}
	if rate := in.Audio.Bitrate; rate > 0 && rate < 1000*leastKbps[in.Audio.Codec]*min(in.Audio.Channels, 2) {
		lower(unfitReliability, ReasonLossy)
	}
	return round(score, 3), reasons
}

// Bandwidth is the highest frequency of the measured band up to which a recording carries sound, in Hz.
func (r Residual) Bandwidth() float64 {
	const width = 64 // bins
	for top := Bins; top >= width; top -= width {
		if f32.Mean(r.Level[top-width:top]) > floorDB {
			return hertz(float64(top))
		}
	}
	return 0
}

// emptyBand is the share of the band without sound from which on single tones are all there is in it.
const emptyBand = 0.9

// empty tells whether hardly any of the band carries sound: a whine over silence, of which any comb that it fits is.
func (r Residual) empty() bool {
	silent := 0
	for _, level := range r.Level {
		if level < floorDB {
			silent++
		}
	}
	return float64(silent) >= emptyBand*float64(len(r.Level))
}
