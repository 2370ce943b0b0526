package analyzer

import "github.com/tphakala/simd/f32"

// Reasons why a recording is less fit, or unfit, for a verdict.
const (
	ReasonShort       = "short"        // little sound to average over
	ReasonBandLimited = "band_limited" // little above the music's own lines to measure in
	ReasonLowRate     = "low_sample_rate"
	ReasonHum         = "hum"        // mains hum, buzz or a clock's tick stands where lines would be looked for
	ReasonTones       = "tones"      // steady tones stand so high that smaller lines cannot be told from theirs
	ReasonLossy       = "very_lossy" // the encoder left little of the noise floor
)

const (
	fitReliability  = 0.6   // below it nothing is said
	fullSec         = 20.0  // seconds of sound from which length takes nothing away
	leastSec        = 8.0   // seconds of sound below which there is no verdict
	fullBandHz      = 10000 // bandwidth from which it takes nothing away
	leastBandHz     = 5000  // bandwidth below which there is no verdict
	lossyKbpsFloor  = 32    // per channel
	lossyReliablity = 0.7
	humReliability  = 0.5
)

// reliability says how fit a recording is for a verdict, 0 to 1, and what takes away from it, by the feature of the
// whole, its combs and whether they are those of a tone.
func reliability(in *Measurement, whole Feature, combs []float64, tone bool) (float64, []string) {
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
	lower(ramp(float64(in.HeardFrames)*frameHop/Rate, leastSec, fullSec), ReasonShort)
	if nyquist := float64(in.Audio.SampleRate) / 2; nyquist < fullBandHz {
		lower(ramp(nyquist, leastBandHz, fullBandHz), ReasonLowRate)
	} else {
		lower(ramp(in.Whole.Mid.Bandwidth(), leastBandHz, fullBandHz), ReasonBandLimited)
	}
	hum := hums(combs, in.Whole.Mid.Mean) || whole.buzzes(combs)
	if hum {
		lower(humReliability, ReasonHum)
	}
	if tones(findLines(in.Whole.Mid, nil, 0)) || whole.drones() || !hum && tone {
		lower(humReliability, ReasonTones)
	}
	switch in.Audio.Codec {
	case "mp3", "aac", "vorbis", "opus":
		if kbps := in.Audio.Bitrate / 1000; kbps > 0 && kbps < lossyKbpsFloor*min(in.Audio.Channels, 2) {
			lower(lossyReliablity, ReasonLossy)
		}
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
