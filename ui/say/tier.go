package say

import (
	"fmt"
	"strings"

	"earmark/analyzer"
	"earmark/store"
	"earmark/ui/cell"
)

// Score is the number that reviewers see, to two digits; a dash where nothing was measured.
func Score(r store.TrackRow) string {
	if r.Status != store.TrackSuccess || !r.Measured {
		return "–"
	}
	return fmt.Sprintf("%.2f", r.Score)
}

// Strength says how strong the evidence is, by the tiers it reaches: they are calibrated on human recordings, while the
// score is a probability only where half of the recordings are generated.
func Strength(r store.TrackRow) string {
	switch {
	case StateOf(r) > NotFlagged || StateOf(r) == Failed || StateOf(r) == NotMeasured:
		return ""
	case r.Tiers.PressSafe == analyzer.Suspicious:
		return "very strong: above every human recording tested"
	case r.Tiers.HumanSafe == analyzer.Suspicious:
		return "strong: about 1 in 100 human recordings get this far"
	case r.Tiers.Recall == analyzer.Suspicious:
		return "faint: about 7 in 100 human recordings get this far"
	default:
		return "no evidence: most human recordings score like this"
	}
}

// Tier is one false-positive budget and what it says.
type Tier struct {
	Name    string // press-safe, human-safe, recall
	Word    string // flagged, not flagged, inconclusive, not measured
	Flagged bool
}

// Inconclusive is the word for a recording that press-safe neither certifies nor rejects.
const Inconclusive = "inconclusive"

// Tiers are the three budgets, the strictest first.
func Tiers(ts analyzer.Tiers) []Tier {
	word := func(name string, v analyzer.Verdict) Tier {
		switch {
		case v == analyzer.Suspicious:
			return Tier{name, "flagged", true}
		case v == analyzer.Human:
			return Tier{name, "not flagged", false}
		case ts != (analyzer.Tiers{}): // the others are there: it was measured
			return Tier{name, Inconclusive, false}
		default:
			return Tier{name, "not measured", false}
		}
	}
	return []Tier{word("press-safe", ts.PressSafe), word("human-safe", ts.HumanSafe), word("recall", ts.Recall)}
}

// Reliability puts the number into words. Below 0.6 it asks for caution, as the job contract does.
func Reliability(v float64) string {
	switch {
	case v < 0.6:
		return "low"
	case v < 0.8:
		return "fair"
	default:
		return "good"
	}
}

// Unfit says why a recording is less fit for a verdict, by the name that its report has for that. What may be said of
// one that is measured has room in a line of eighty columns.
func Unfit(reason string) string {
	switch reason {
	case analyzer.ReasonShort:
		return "little sound"
	case analyzer.ReasonBandLimited:
		return "a narrow band"
	case analyzer.ReasonLowRate:
		return "a low sample rate"
	case analyzer.ReasonHum:
		return "hum, buzz, clicks or a clock's tick at equal distances"
	case analyzer.ReasonTones:
		return "tones that are held and hide what is smaller"
	case analyzer.ReasonLossy:
		return "an encoder that left little"
	default:
		return strings.ReplaceAll(cell.Clean(reason), "_", " ")
	}
}

// Codec is the short name of a codec: what the container calls pcm_s16le is PCM.
func Codec(name string) string {
	switch name = cell.Clean(name); {
	case strings.HasPrefix(name, "pcm_"):
		return "PCM"
	case name == "mp3" || name == "flac" || name == "aac" || name == "alac":
		return strings.ToUpper(name)
	case name == "":
		return ""
	default:
		r := []rune(name)
		return strings.ToUpper(string(r[:1])) + string(r[1:])
	}
}
