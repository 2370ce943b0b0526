package analyzer

import (
	"math"

	"github.com/tphakala/simd/f32"
)

// Reasons why a recording is less fit, or unfit, for a verdict.
const (
	ReasonShort       = "short"        // little sound to average over
	ReasonBandLimited = "band_limited" // little above the music's own lines to measure in
	ReasonLowRate     = "low_sample_rate"
	ReasonHum         = "hum"        // mains hum, buzz or a clock's tick stands where lines would be looked for
	ReasonLossy       = "very_lossy" // the encoder left little of the noise floor
)

const (
	fitReliability  = 0.6   // below it nothing is said
	fullSec         = 20.0  // seconds of sound from which length takes nothing away
	leastSec        = 8.0   // seconds of sound below which there is no verdict
	fullBandHz      = 10000 // bandwidth from which it takes nothing away
	leastBandHz     = 5000  // bandwidth below which there is no verdict
	latticeSegment  = 0.4   // strength that a segment's comb must reach to count as carrying the lattice
	curveBins       = 2     // bins of the measured band per point of the screen's curve
	geoSharpness    = 8
	lossyKbpsFloor  = 32 // per channel
	lossyReliablity = 0.7
	humReliability  = 0.5
)

// margins returns both heads' shares of the template's margin.
func (m *Model) margins(r Residual) (a, b float64) {
	return float64(f32.DotProduct(m.Peaks, PeakFeature(r))), float64(f32.DotProduct(m.Steady, SteadyFeature(r)))
}

// segmentScore is the template alone on one segment, as a probability.
func (m *Model) segmentScore(r Residual) float64 {
	a, b := m.margins(r)
	return m.Segment.at(a + b + m.Bias)
}

// judge turns a measurement into a report, all but the content hash.
func (m *Model) judge(in *Measurement) *Report {
	a, b := m.margins(in.Whole)
	comb := Strongest(m.Null, in.Combs)
	z := m.Fuse.Template*(a+b+m.Bias) + m.Fuse.Lattice*comb.Evidence + m.Fuse.Bias
	headA, headB := m.HeadA.at(a), m.HeadB.at(b)
	margins := Margins{Fused: z, Conservative: min(m.HeadA.logOdds(a), m.HeadB.logOdds(b))}
	out := &Report{
		DetectorVersion:    Version(),
		CalibrationVersion: CalibrationVersion(),
		SoundSHA256:        in.SoundSHA256,
		Audio:              in.Audio,
		HeardSec:           round(float64(in.HeardFrames)*frameHop/Rate, 2),
		Scores: Scores{
			Truth: round(sigmoid(z), 4), Geo: round(m.geo(comb.Evidence), 4),
			Proto: round(min(headA, headB), 4), HeadA: round(headA, 4), HeadB: round(headB, 4),
		},
		Margins:  margins,
		Origin:   "unknown",
		Waveform: in.Waveform,
		Spectrum: curve(in.Whole),
	}
	out.Audio.DurationSec = round(in.DecodedSec, 3) // as heard, whatever the container says
	out.Reliability, out.ReliabilityReasons = reliability(in)
	out.Measured = out.Reliability >= fitReliability
	out.Verdict = Human
	if out.Measured {
		out.Tiers = m.Tiers.Judge(margins)
		out.Verdict = out.Tiers.HumanSafe
	}
	spacing := 0.0
	if comb.Strength >= m.Lattice && (out.Tiers.Recall == Suspicious || !shared(comb.Index, in.Combs)) {
		spacing = Spacings[comb.Index]
	}
	out.Evidence.Lines = findLines(in.Whole, means(in.Segments), spacing)
	lattice := -1
	if spacing > 0 {
		lattice = comb.Index
		out.Evidence.Lattice = m.lattice(in, comb, out.Evidence.Lines)
	}
	out.Segments, out.EmbedTemporalStd = m.segments(in, lattice, out.Measured)
	return out
}

// Judge compares margins with the thresholds. A stricter tier never flags what a laxer one does not.
func (t Thresholds) Judge(m Margins) Tiers {
	verdict := func(flag bool) Verdict {
		if flag {
			return Suspicious
		}
		return Human
	}
	recall := m.Fused > t.Recall
	human := recall && m.Fused > t.HumanSafe
	press := human && m.Conservative > t.PressSafe
	return Tiers{PressSafe: verdict(press), HumanSafe: verdict(human), Recall: verdict(recall)}
}

// reliability says how fit a recording is for a verdict, 0 to 1, and what takes away from it.
func reliability(in *Measurement) (float64, []string) {
	score, reasons := 1.0, []string{}
	lower := func(factor float64, reason string) {
		if factor < 1 {
			score *= factor
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
		lower(ramp(bandwidth(in.Whole), leastBandHz, fullBandHz), ReasonBandLimited)
	}
	if in.Hum {
		lower(humReliability, ReasonHum)
	}
	switch in.Audio.Codec {
	case "mp3", "aac", "vorbis", "opus":
		if kbps := in.Audio.Bitrate / 1000; kbps > 0 && kbps < lossyKbpsFloor*min(in.Audio.Channels, 2) {
			lower(lossyReliablity, ReasonLossy)
		}
	}
	return round(score, 3), reasons
}

// bandwidth is the highest frequency up to which a recording carries sound, in Hz.
func bandwidth(r Residual) float64 {
	const width = 64 // bins
	for top := Bins; top >= width; top -= width {
		if f32.Mean(r.Level[top-width:top]) > floorDB {
			return hertz(float64(top))
		}
	}
	return 0
}

// geo is the lattice alone as a score: 0.5 where a spacing begins to be reported.
func (m *Model) geo(strength float64) float64 { return sigmoid(geoSharpness * (strength - m.Lattice)) }

// segments scores each ten seconds by the template, or by the recording's lattice where that stands out more: what
// decided is what is marked, and nothing where the recording is unfit for a verdict. lattice is the spacing's index, -1
// when none was found.
func (m *Model) segments(in *Measurement, lattice int, fit bool) (out []Segment, deviation float64) {
	out = make([]Segment, 0, len(in.Segments))
	var sum, squares float64
	for _, s := range in.Segments {
		score := s.Score
		marked := score >= m.Segment.Mark
		if lattice >= 0 {
			strength := m.Null[lattice].strength(s.Combs[lattice])
			score = max(score, m.geo(strength))
			marked = marked || strength >= m.Lattice
		}
		score = round(score, 4)
		sum += score
		squares += score * score
		out = append(out, Segment{
			StartSec: round(s.StartSec, 2), EndSec: round(min(s.EndSec, in.DecodedSec), 2),
			Score: score, Suspicious: marked && fit,
		})
	}
	if n := float64(len(out)); n > 0 {
		deviation = round(math.Sqrt(max(0, squares/n-sum/n*sum/n)), 4)
	}
	return out, deviation
}

func (m *Model) lattice(in *Measurement, comb Comb, lines []Line) *Lattice {
	l := &Lattice{SpacingHz: round(Spacings[comb.Index], 3), Strength: round(10*comb.Strength, 2)}
	for _, line := range lines {
		if !line.Lattice {
			continue
		}
		l.Lines++
		if l.FromHz == 0 || line.Hz < l.FromHz {
			l.FromHz = line.Hz
		}
		l.ToHz = max(l.ToHz, line.Hz)
	}
	for _, s := range in.Segments {
		if m.Null[comb.Index].strength(s.Combs[comb.Index]) > latticeSegment {
			l.Segments++
		}
	}
	return l
}

func means(segments []SegmentMeasurement) [][]int8 {
	out := make([][]int8, len(segments))
	for i, s := range segments {
		out[i] = s.Mean
	}
	return out
}

// curve thins the mean residual for the screen: the larger of neighbouring bins, so that a line one bin wide stays.
func curve(r Residual) Curve {
	c := Curve{FromHz: round(hertz(0.5), 3), StepHz: curveBins * binHz, Values: make([]float32, Bins/curveBins)}
	for i := range c.Values {
		top := r.Mean[curveBins*i]
		for _, v := range r.Mean[curveBins*i : curveBins*i+curveBins] {
			top = max(top, v)
		}
		c.Values[i] = float32(math.Round(float64(top)*20) / 20)
	}
	return c
}
