package analyzer

import (
	"cmp"
	"math"
	"slices"
)

const (
	latticeShown   = 1.0 // strength from which a lattice is reported: one human recording in a hundred has it by chance
	latticeSegment = 0.5 // strength that a segment's comb must reach to count as carrying the lattice
	leastWindows   = 4   // to hear before it is asked, once, for the answer costs as much as hearing a window
	mostWindows    = 7   // to hear when nothing is clear then: thrice the excerpts that thresholds were set on
	shownEchoes    = 8   // of a report
	curveBins      = 2   // bins of the measured band per point of the screen's curve
)

// certain is how far beyond a threshold, in log-odds, hearing more is not expected to change the verdict.
const certain = 1.8

// enough tells whether a verdict is clear either way by the thresholds th, beyond the strictest one or far below the
// laxest, or so much was heard that the rest would rarely change it. Of 294 whole human tracks that are longer 90 were
// heard for mostWindows; hearing the rest moved their log-odds by 0.4 in the median, by 1.3 in nine of ten.
func (m *Model) enough(th Thresholds) func(heard func() Sound, windows int) bool {
	return func(heard func() Sound, windows int) bool {
		if windows >= mostWindows {
			return true
		}
		if windows != leastWindows {
			return false
		}
		f := heard().Feature()
		asIs := m.Find(f)
		if m.flags(asIs) {
			return th.clear(m.Margins(asIs))
		}
		// The lattice of any spacing makes nothing clear that is not clear without it.
		counts := m.atOtherSpeeds(f, asIs)
		return th.clear(m.Margins(counts)) && th.clear(m.Margins(counts.with(f.anyLock(), asIs)))
	}
}

func (t Thresholds) clear(at Margins) bool {
	if at.Fused > t.HumanSafe+certain && at.Conservative > t.PressSafe {
		return true
	}
	return at.Fused < t.Recall-certain
}

// flags tells whether a finding is enough for a flag.
func (m *Model) flags(f Finding) bool { return m.Margins(f).Fused > m.Tiers.HumanSafe }

// Weigh finds a feature as it is, and the finding that counts: another one only if that is not enough for a flag, and a
// change of speed or pitch hid what there is, or nobody knows the spacing.
func (m *Model) Weigh(f Feature) (asIs, counts Finding) {
	asIs = m.Find(f)
	if m.flags(asIs) {
		if f.axes = f.images(); f.axes != nil {
			asIs = m.Find(f)
		}
	}
	if m.flags(asIs) { // nothing was changed, or not enough to hide it
		return asIs, asIs
	}
	return asIs, m.search(f, asIs)
}

// pulsed tells whether what looks generated may be pulses, by the lattice that says more.
func (m *Model) pulsed(in *Measurement, whole Feature, found Finding) bool {
	if m.Margins(found).Fused <= m.Tiers.Recall || slices.Contains(pulsing, in.Audio.Codec) {
		return false
	}
	hz, evidence := found.Lattice.Hz, found.Lattice.Evidence
	if found.Lock.Evidence >= evidence {
		hz, evidence = found.Lock.Hz, found.Lock.Evidence
	}
	return evidence > 0 && whole.pulsed(hz*found.Factor)
}

// judge turns a measurement into a report, all but the content hash.
func (m *Model) judge(in *Measurement) *Report {
	whole := in.Whole.Feature()
	blend := in.Whole.Blend()
	asIs, f := m.Weigh(whole)
	margins := m.Margins(f)
	out := &Report{
		DetectorVersion:    Version(),
		CalibrationVersion: CalibrationVersion(),
		SoundSHA256:        in.SoundSHA256,
		Audio:              in.Audio,
		Full:               in.Full,
		HeardSec:           round(soundSec(in.HeardFrames), 2),
		Scores: Scores{
			Truth: round(m.Probability(f), 4), Geo: round(m.Geo.Probability(f.Geometry()), 4),
			Proto: round(m.Proto.Probability(f.Templates()), 4),
			HeadA: round(m.HeadA.Probability(f.General), 4), HeadB: round(m.HeadB.Probability(f.Family), 4),
			HeadC: round(m.HeadC.Probability(f.Peak), 4),
		},
		Margins:  margins,
		Origin:   "unknown",
		Waveform: in.Waveform,
		Spectrum: curve(blend),
	}
	out.Audio.DurationSec = round(in.DecodedSec, 3) // as heard, whatever the container says
	tone, pulses := in.HoldsTone(whole, asIs.combs), in.Buzzes(whole, asIs.combs) || m.pulsed(in, whole, f)
	out.Reliability, out.ReliabilityReasons = reliability(in, whole, asIs.combs, tone, pulses)
	out.Measured = out.Reliability >= fitReliability
	out.Verdict = Human
	if out.Measured {
		out.Tiers = m.Tiers.Judge(margins)
		out.Verdict = out.Tiers.HumanSafe
	}
	if out.Verdict == Suspicious {
		if t, confidence := m.Named(f); t != nil {
			out.Generator, out.OriginConfidence = t.Name, round(confidence, 3)
			out.Origin = cmp.Or(t.Origin, out.Origin)
		}
	}
	flagged := out.Tiers.Recall == Suspicious
	if flagged && f.Factor != 1 {
		out.Evidence.Scale = round(f.Factor, 4)
	}
	comb := m.shown(f, flagged)
	spacing := 0.0
	if comb != nil {
		spacing = comb.Hz * f.Factor
	}
	out.Evidence.Lines = findLines(blend, means(in.Segments), spacing)
	var carrying int
	for _, e := range in.Echoes[:min(len(in.Echoes), shownEchoes)] {
		out.Evidence.Echoes = append(out.Evidence.Echoes, Echo{Seconds: round(e.Seconds, 5), DB: round(e.DB, 2)})
	}
	out.Segments, out.EmbedTemporalStd, carrying = m.segments(in, f, comb, out.Measured)
	if comb != nil {
		l := describeLattice(*comb, spacing, carrying, out.Evidence.Lines)
		if f.Lock.Hz == comb.Hz {
			l.PhaseLock = round(max(f.Lock.Strength, 0), 2)
		}
		out.Evidence.Lattice = l
	}
	return out
}

// surelyLocked is the evidence of phases from which on they tell the spacing better than the comb does.
const surelyLocked = 1

// shown is the lattice that decided most, nil where there is none to speak of. Below every tier a lattice is shown only
// as the recording has it, and if hum or a clock does not explain it.
func (m *Model) shown(f Finding, flagged bool) *Comb {
	comb, strength := f.Lattice, f.Lattice.Strength
	if f.Lock.Evidence > min(comb.Evidence, surelyLocked) {
		hz := f.Lock.Hz
		comb, strength = Comb{Hz: hz, Strength: m.Lattice[nearest(hz)].Standard(f.Lock.comb)}, f.Lock.Strength
	}
	explained := f.Factor != 1 || len(sharing(nearest(comb.Hz), f.combs)) > 0
	if max(strength, comb.Evidence) < latticeShown || explained && !flagged {
		return nil
	}
	return &comb
}

// Judge compares margins with the thresholds. A stricter tier never flags what a laxer one does not. Between recall and
// press-safe the latter is inconclusive: see [Tiers].
func (t Thresholds) Judge(m Margins) Tiers {
	verdict := func(flag bool) Verdict {
		if flag {
			return Suspicious
		}
		return Human
	}
	recall := m.Fused > t.Recall
	human := recall && m.Fused > t.HumanSafe
	press := verdict(human && m.Conservative > t.PressSafe)
	if recall && press == Human {
		press = ""
	}
	return Tiers{PressSafe: press, HumanSafe: verdict(human), Recall: verdict(recall)}
}

// segments scores each stretch by the templates, or by the recording's lattice where that stands out more: what decided
// is what is marked, and nothing where the recording is unfit for a verdict. lattice is nil when none is shown;
// carrying is the number of segments with it.
func (m *Model) segments(
	in *Measurement, whole Finding, lattice *Comb, fit bool,
) (out []Segment, deviation float64, carrying int) {
	out = make([]Segment, 0, len(in.Segments))
	var sum, squares float64
	for _, s := range in.Segments {
		f := s.feature.feature()
		if whole.Factor != 1 {
			f = f.At(whole.Factor)
		}
		score := m.Segments.Probability(m.FitVector(f.Vector()).Templates())
		marked := score >= m.Mark
		if lattice != nil {
			strength := m.Lattice[nearest(lattice.Hz)].Standard(f.comb(lattice.Hz))
			score = max(score, m.Geo.Probability(min(strength, maxEvidence)))
			if strength >= latticeSegment {
				marked = true
				carrying++
			}
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
	return out, deviation, carrying
}

func describeLattice(comb Comb, spacing float64, segments int, lines []Line) *Lattice {
	l := &Lattice{SpacingHz: round(spacing, 3), Strength: round(comb.Strength, 2), Segments: segments}
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
	return l
}

func means(segments []SegmentMeasurement) [][]int8 {
	out := make([][]int8, len(segments))
	for i, s := range segments {
		out[i] = s.mean
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
