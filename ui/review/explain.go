package review

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"earmark/analyzer"
	"earmark/ui/cell"
	"earmark/ui/say"
)

// decoders are strides and sample rates of published neural decoders. The spacing of the lines that such a decoder
// leaves is rate / stride (arXiv 2506.19108); within one spacing the usual one comes first.
var decoders = []struct {
	stride int
	rate   int
}{
	{512, 44_100},
	{1024, 44_100},
	{2048, 44_100},
	{256, 44_100},
	{640, 32_000},
	{320, 32_000},
	{80, 32_000},
	{1280, 32_000},
	{1920, 48_000},
	{960, 48_000},
	{480, 48_000},
	{240, 48_000},
	{120, 48_000},
	{80, 48_000},
	{320, 24_000},
	{320, 16_000},
	{256, 22_050},
}

// spacingTolerance is how far a measured spacing may be from rate / stride, as a share: one part in three hundred is
// what a spectrum of 16,384 points resolves over a hundred lines. The phases of lines tell their spacing far better.
const (
	spacingTolerance = 1.0 / 300
	lockedTolerance  = 1.0 / 2000
)

// Explain says in one plain sentence what the evidence is, and in a second one what it does not show. Both are empty
// without a report.
func Explain(r *analyzer.Report) (evidence, caveat string) {
	if r == nil {
		return "", ""
	}
	flagged := r.Verdict == analyzer.Suspicious
	faint := !flagged && r.Tiers.Recall == analyzer.Suspicious
	lattice := r.Evidence.Lattice
	switch {
	case !r.Measured:
		return "Not measured" + because(r) + ". Nothing can be said of this recording: decide by ear.",
			"That is neither for nor against it."
	case lattice != nil && (flagged || faint):
		return latticeSentence(r, lattice), "Chip sounds, drones, loops that repeat to the sample, and a neural " +
			"codec or mastering tool on human music can leave lines too."
	case lattice != nil:
		return latticeLines(r, lattice) + ": too weak for a flag. Chip sounds, drones and hum leave such lines too.",
			notProof
	case flagged:
		return undone(r) + "No regular lattice; the averaged spectrum matches what " +
				decoderWords(r) + inSegments(r) + ".",
			"The match is learned from examples, not derived: listen before you decide."
	case faint:
		return "No regular lattice; the averaged spectrum is a little like what neural decoders leave" + inSegments(r) +
			": too little for a flag.", "About 7 in 100 human recordings look like this."
	default:
		return "No marks of a neural decoder: no regular lattice, and an averaged spectrum as human recordings " +
			"have it.", notProof
	}
}

// inPhase is the strength from which lines are said to keep their phase: three times what human music does.
const inPhase = 3

const notProof = "That is no proof of a human origin: a decoder that leaves no marks cannot be seen this way."

func latticeSentence(r *analyzer.Report, l *analyzer.Lattice) string {
	spacing, ends := l.SpacingHz, "; instruments do not."
	if r.Evidence.Scale > 0 {
		spacing /= r.Evidence.Scale
	}
	if r.Evidence.Scale > 0 || l.PhaseLock >= inPhase {
		ends = "." // two lines of a small terminal hold the sentence
	}
	tolerance := spacingTolerance
	if l.PhaseLock >= inPhase {
		tolerance = lockedTolerance
	}
	if stride, rate, ok := decoderOf(spacing, tolerance, r.Audio.SampleRate); ok {
		return undone(r) + fmt.Sprintf("%s: the spacing that a decoder with a stride of %d at %s leaves%s",
			latticeLines(r, l), stride, kilohertz(float64(rate)), ends)
	}
	if r.Evidence.Scale == 0 && l.PhaseLock >= inPhase {
		return latticeLines(r, l) + ": as a neural decoder leaves them, unknown or at another speed, or an exact loop."
	}
	return undone(r) + latticeLines(r, l) +
		": a regular lattice as the upsampling of a neural decoder leaves it" + ends
}

// undone says what change of speed or pitch was found, and undone before anything else was looked at. The lines show by
// how much all of them were moved, not whether the tempo changed as well; but where they still keep their phase, it was
// the speed that changed.
func undone(r *analyzer.Report) string {
	if !(r.Evidence.Scale > 0) {
		return ""
	}
	percent := 100 * (r.Evidence.Scale - 1)
	switch l := r.Evidence.Lattice; {
	case l == nil || l.PhaseLock < inPhase:
		return fmt.Sprintf("Speed or pitch %+.2f %%. ", percent)
	case percent < 0:
		return fmt.Sprintf("Slowed down by %.2f %%. ", -percent)
	default:
		return fmt.Sprintf("Sped up by %.2f %%. ", percent)
	}
}

// decoderWords is whose decoder the spectrum is like, as far as that is clear.
func decoderWords(r *analyzer.Report) string {
	if r.Generator != "" {
		return "the decoder of " + cell.Clean(r.Generator) + " leaves"
	}
	return "neural decoders leave"
}

// latticeLines is what was found where.
func latticeLines(r *analyzer.Report, l *analyzer.Lattice) string {
	kind := "Lines"
	if l.PhaseLock >= inPhase && r.Evidence.Scale == 0 { // a change of speed that is found has said so
		kind = "Phase-locked lines"
	}
	s := fmt.Sprintf("%s every %s from %s to %s", kind, hertz(l.SpacingHz), kilo(l.FromHz), kilohertz(l.ToHz))
	if l.Lines < 2 { // together they stand out, one by one they do not
		s = fmt.Sprintf("Faint %s every %s", strings.ToLower(kind), hertz(l.SpacingHz))
	}
	if n := len(r.Segments); n > 0 && l.Segments > 0 {
		s += " in " + cell.Count(int64(min(l.Segments, n))) + " of " + cell.Plural(int64(n), "segment", "segments")
	}
	return s
}

// decoderOf finds the decoder whose lines have this spacing, within a share of it: one at the rate of the file before
// others.
func decoderOf(spacing, tolerance float64, fileRate int) (stride, rate int, ok bool) {
	if !(spacing > 0) {
		return 0, 0, false
	}
	for _, d := range decoders {
		want := float64(d.rate) / float64(d.stride)
		if math.Abs(spacing-want) > want*tolerance || ok && d.rate != fileRate {
			continue
		}
		stride, rate, ok = d.stride, d.rate, true
		if rate == fileRate {
			break
		}
	}
	return stride, rate, ok
}

// inSegments says in how many segments the evidence stands out on its own.
func inSegments(r *analyzer.Report) string {
	n := 0
	for _, s := range r.Segments {
		if s.Suspicious {
			n++
		}
	}
	switch {
	case len(r.Segments) < 2 || n == 0:
		return ""
	case n == len(r.Segments):
		return " in all " + cell.Count(int64(n)) + " segments"
	default:
		return fmt.Sprintf(" in %d of %d segments", n, len(r.Segments))
	}
}

// because says why the reliability is low.
func because(r *analyzer.Report) string {
	reasons := make([]string, 0, len(r.ReliabilityReasons))
	for _, reason := range r.ReliabilityReasons {
		reasons = append(reasons, say.Unfit(reason))
	}
	if len(reasons) == 0 {
		return ""
	}
	return ": " + strings.Join(reasons, ", ")
}

// hertz writes a spacing with the digits that tell decoders apart, and no zeros behind them.
func hertz(v float64) string { return trimmed(v, 2) + " Hz" }

func kilohertz(v float64) string { return kilo(v) + " kHz" }

func kilo(v float64) string { return trimmed(v/1000, 1) }

func trimmed(v float64, digits int) string {
	s := strconv.FormatFloat(v, 'f', digits, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// generators are names that people and programs leave in tags.
var generators = []struct{ name, word string }{
	{"Suno", "suno"},
	{"Udio", "udio"},
	{"Stable Audio", "stable audio"},
	{"Stable Audio", "stableaudio"},
	{"MusicGen", "musicgen"},
	{"Riffusion", "riffusion"},
	{"Mureka", "mureka"},
	{"ElevenLabs", "elevenlabs"},
	{"ElevenLabs", "eleven music"},
	{"ACE-Step", "ace-step"},
	{"DiffRhythm", "diffrhythm"},
	{"HeartMuLa", "heartmula"},
	{"Boomy", "boomy"},
	{"Soundraw", "soundraw"},
	{"AIVA", "aiva"},
	{"a generator", "ai generated"},
	{"a generator", "ai-generated"},
	{"a generator", "generated by ai"},
}

// NamedGenerator finds the name of a generator in a comment tag. It is a signal of its own and no part of the score.
func NamedGenerator(comment string) (name string, ok bool) {
	words := " " + strings.Map(func(r rune) rune {
		if strings.ContainsRune(".,;:/()[]{}\"'=_!?|", r) {
			return ' '
		}
		return r
	}, strings.ToLower(comment)) + " "
	for _, g := range generators {
		if strings.Contains(words, " "+g.word+" ") {
			return g.name, true
		}
	}
	return "", false
}
