package evaluation

import (
	"fmt"
	"math"

	"earmark/analyzer"
)

// Outcome is what a model that had not seen a recording, nor its group, says of it under one manipulation.
type Outcome struct {
	AI           bool
	Source       string // human: where it comes from; AI: the generator
	Manipulation string
	Margin       float64 // log-odds of all detectors together, [earmark/analyzer.Margins] Fused
	Conservative float64 // log-odds of the weaker evidence, [earmark/analyzer.Margins] Conservative
	Probability  float64 // of AI, 0 to 1
	Measured     bool    // false: nothing is said, and the three numbers above mean nothing
	File         string

	Name  string // what a generator is to be named; human: none
	Named string // what it is named if it is flagged; empty: nothing
}

// Check finds what no detector can have said of a recording that it measured, and names that sums have.
func Check(outcomes []Outcome) error {
	for _, o := range outcomes {
		if o.Manipulation == All || o.AI && (o.Source == Human || o.Source == AllAI) {
			return fmt.Errorf("%s: %q under %q would be taken for a sum", o.File, o.Source, o.Manipulation)
		}
		if !o.Measured {
			continue
		}
		for _, margin := range []float64{o.Margin, o.Conservative} {
			if math.IsNaN(margin) || math.IsInf(margin, 0) {
				return fmt.Errorf("%s (%s): a margin of %g in a measured recording", o.File, o.Manipulation, margin)
			}
		}
		if !(o.Probability >= 0 && o.Probability <= 1) { // NaN too
			return fmt.Errorf("%s (%s): a probability of %g", o.File, o.Manipulation, o.Probability)
		}
	}
	return nil
}

// margins of the measured ones of one class.
func margins(outcomes []Outcome, ai bool) []float64 {
	var out []float64
	for _, o := range outcomes {
		if o.Measured && o.AI == ai {
			out = append(out, o.Margin)
		}
	}
	return out
}

// Naming is how often what is flagged at human-safe is named, and how often wrongly.
type Naming struct {
	Right, Wrong Share // of flagged generated recordings: as what they are, and as another generator
	Human        Share // of flagged human music
}

// NamingOf counts the outcomes.
func NamingOf(outcomes []Outcome, tiers analyzer.Thresholds) (n Naming) {
	for _, o := range outcomes {
		judged := tiers.Judge(analyzer.Margins{Fused: o.Margin, Conservative: o.Conservative})
		switch {
		case !o.Measured || judged.HumanSafe != analyzer.Suspicious:
		case o.AI:
			n.Right = n.Right.with(o, o.Named == o.Name)
			n.Wrong = n.Wrong.with(o, o.Named != "" && o.Named != o.Name)
		default:
			n.Human = n.Human.with(o, o.Named != "")
		}
	}
	return n
}
