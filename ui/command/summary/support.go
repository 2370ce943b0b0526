package summary

import (
	"fmt"
	"io"

	"earmark/analyzer"
	"earmark/engine/calibration"
	"earmark/ui/cell"
)

// Tier is a threshold of a model with what its calibration supports.
type Tier struct {
	Name      string
	Threshold float64
	Support   analyzer.Support
}

// TiersOf are the thresholds of a model, the strictest first.
func TiersOf(m *analyzer.Model) []Tier {
	of := func(alpha float64) analyzer.Support { return m.Support(alpha, calibration.Confidence) }
	return []Tier{
		{"press-safe", m.Tiers.PressSafe, of(0)},
		{"human-safe", m.Tiers.HumanSafe, of(analyzer.HumanSafeRate)},
		{"recall", m.Tiers.Recall, of(analyzer.RecallRate)},
	}
}

// Supported says what one threshold flags of human music, as far as its calibration can tell.
func (t Tier) Supported() string {
	above := cell.Count(int64(t.Support.Above))
	if t.Support.Above > 0 {
		above = "at most " + above
	}
	return fmt.Sprintf("%s of %s flagged; at most %s human tracks at %.3g %%", above,
		cell.Plural(int64(t.Support.Measurements), "human measurement", "human measurements"),
		inHundred(t.Support.Bound), 100*calibration.Confidence)
}

// Counted says what the bounds of a model count, and what they would be if they counted less.
func Counted(m *analyzer.Model) (what, less string) {
	press := TiersOf(m)[0].Support
	what = cell.Plural(int64(press.Tracks), "human track", "human tracks") +
		", not measurements: pieces and copies of one track are not independent"
	less = fmt.Sprintf("by its %s alone, press-safe flags at most %s",
		cell.Plural(int64(press.Sources), "source", "sources"), inHundred(press.SourceBound))
	return what, less
}

func inHundred(rate float64) string { return fmt.Sprintf("%.3g in 100", 100*rate) }

// Support writes what the built-in thresholds of a model flag of human music.
func Support(w io.Writer, m *analyzer.Model) {
	fmt.Fprintln(w, "\nThe built-in thresholds, on the human music that they were set on:")
	var rows [][]string
	for _, t := range TiersOf(m) {
		rows = append(rows, []string{t.Name, t.Supported()})
	}
	Columns(w, "  ", []Column{{}, {Most: noLimit}}, rows, 0)
	what, less := Counted(m)
	fmt.Fprintf(w, "  counted: %s;\n  %s\n", what, less)
}
