package evaluation

import (
	"testing"

	"earmark/analyzer"
)

func TestOnlyWhatIsFlaggedIsNamed(t *testing.T) {
	ai := Outcome{AI: true, Measured: true, Margin: 2, Name: "suno"}
	of := func(o Outcome, change func(*Outcome)) Outcome {
		change(&o)
		return o
	}
	got := NamingOf([]Outcome{
		of(ai, func(o *Outcome) { o.Named = "suno" }),
		of(ai, func(o *Outcome) { o.Named = "udio" }),
		ai,
		of(ai, func(o *Outcome) { o.Named, o.Margin = "suno", 0 }),
		of(ai, func(o *Outcome) { o.Named, o.Measured = "suno", false }),
		{Measured: true, Margin: 2, Named: "suno"},
		{Measured: true, Margin: 2},
		{Measured: true, Margin: 0, Named: "suno"},
	}, analyzer.Thresholds{Recall: 0.5, HumanSafe: 1, PressSafe: 9})
	if want := (Naming{Right: Share{1, 3}, Wrong: Share{1, 3}, Human: Share{1, 2}}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}
