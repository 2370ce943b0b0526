package evaluation

import "earmark/analyzer"

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
