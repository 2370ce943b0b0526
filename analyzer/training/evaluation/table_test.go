package evaluation

import (
	"math"
	"strings"
	"testing"
)

func near(a, b float64) bool { return math.Abs(a-b) < 1e-4 }

// TestInterval compares with R's binom.test.
func TestInterval(t *testing.T) {
	for _, test := range []struct {
		share     Share
		low, high float64
	}{
		{Share{0, 10}, 0, 0.308498},
		{Share{10, 10}, 0.691502, 1},
		{Share{1, 10}, 0.002529, 0.445016},
		{Share{5, 100}, 0.016432, 0.112835},
		{Share{1, 1}, 0.025, 1},
		{Share{0, 0}, 0, 1},
	} {
		if low, high := test.share.Interval(); !near(low, test.low) || !near(high, test.high) {
			t.Errorf("%+v: %.6f to %.6f, want %.6f to %.6f", test.share, low, high, test.low, test.high)
		}
	}
	if s := (Share{}).WithInterval(); s != "–" {
		t.Errorf("a share of nothing is written as %q", s)
	}
}

func TestThreshold(t *testing.T) {
	upTo := func(n int) (out []float64) {
		for i := range n {
			out = append(out, float64(n-i)) // n … 1
		}
		return out
	}
	for _, test := range []struct {
		human []float64
		rate  float64
		want  float64
		ok    bool
	}{
		{upTo(99), 0.01, 99, true}, // the largest of 99 is what a hundredth passes 1 time in 100
		{upTo(98), 0.01, 0, false},
		{upTo(199), 0.01, 198, true},
		{upTo(99), 0.29, 71, true}, // 100 · 0.29 is 28.999999999999996
		{upTo(3), 0, 3, true},
		{upTo(1), 0, 1, true},
		{nil, 0, 0, false},
		{nil, 0.01, 0, false},
		{[]float64{2, 5, 5, 1}, 0, 5, true},
		{[]float64{2, 5, 5, 1}, 0.4, 5, true},
	} {
		got, ok := Threshold(test.human, test.rate)
		if got != test.want || ok != test.ok {
			t.Errorf("%d at a rate of %g: %g, %t; want %g, %t", len(test.human), test.rate, got, ok, test.want, test.ok)
		}
	}
}

func TestAUC(t *testing.T) {
	for _, test := range []struct {
		human, ai []float64
		want      float64
	}{
		{[]float64{1, 2}, []float64{3, 4}, 1},
		{[]float64{3, 4}, []float64{1, 2}, 0},
		{[]float64{1, 1}, []float64{1, 1, 1}, 0.5},
		{[]float64{1, 2, 3}, []float64{2, 3}, 4.0 / 6},
		{[]float64{math.Inf(-1)}, []float64{0}, 1},
		{nil, []float64{1}, math.NaN()},
		{[]float64{1}, nil, math.NaN()},
		{[]float64{math.NaN()}, []float64{1}, math.NaN()},
	} {
		got := AUC(test.human, test.ai)
		if same := near(got, test.want) || math.IsNaN(got) && math.IsNaN(test.want); !same {
			t.Errorf("%v against %v: %g, want %g", test.ai, test.human, got, test.want)
		}
	}
}

func TestNotMeasuredIsNeverCaught(t *testing.T) {
	high := Outcome{AI: true, Source: "g", Manipulation: asIs, Measured: true, Margin: 9, Conservative: 9}
	unknown := high
	unknown.Measured, unknown.Margin, unknown.Conservative = false, math.NaN(), math.Inf(1)
	loud := high
	loud.Measured = false // whatever numbers it has
	human := Outcome{Source: "h", Manipulation: asIs, Probability: 0.1, Measured: true}
	deaf := Outcome{Source: "h", Manipulation: asIs, Margin: 99, Conservative: 99}
	table, err := Tabulate([]Outcome{high, unknown, loud, human, deaf}, tiers, asIs)
	if err != nil {
		t.Fatal(err)
	}
	rows := table[len(table)/2:]
	if h := rows[0]; h.Source != Human || h.HumanSafe != (Share{0, 1}) || h.Outcomes != 2 || h.NotMeasured != 1 {
		t.Errorf("human: %+v", h)
	}
	g, one, none := rows[2], Share{1, 3}, Share{}
	if g.Recall != one || g.HumanSafe != one || g.PressSafe != one || g.Same0 != one || g.Clean0 != one ||
		g.Same1 != none || g.NotMeasured != 2 || g.AUC != 1 {
		t.Errorf("generator: %+v", g)
	}
}

func TestBadOutcomesAreErrors(t *testing.T) {
	good := Outcome{AI: true, Source: "g", Manipulation: asIs, Measured: true, File: "x.wav"}
	for name, spoil := range map[string]func(*Outcome){
		"margin":       func(o *Outcome) { o.Margin = math.NaN() },
		"infinite":     func(o *Outcome) { o.Margin = math.Inf(1) },
		"conservative": func(o *Outcome) { o.Conservative = math.NaN() },
		"probability":  func(o *Outcome) { o.Probability = math.NaN() },
		"above 1":      func(o *Outcome) { o.Probability = 1.01 },
		"source":       func(o *Outcome) { o.Source = AllAI },
		"manipulation": func(o *Outcome) { o.Manipulation = All },
	} {
		bad := good
		spoil(&bad)
		outcomes := append(synthetic(), bad)
		_, err := Tabulate(outcomes, tiers, asIs)
		if err == nil || !strings.Contains(err.Error(), "x.wav") {
			t.Errorf("%s: table: %v", name, err)
		}
	}
}

func TestEmptyClasses(t *testing.T) {
	var human, ai []Outcome
	for _, o := range synthetic() {
		if o.AI {
			ai = append(ai, o)
		} else {
			human = append(human, o)
		}
	}
	for name, outcomes := range map[string][]Outcome{"nothing": nil, "human": human, "AI": ai} {
		table, err := Tabulate(outcomes, tiers, asIs)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, r := range table {
			if !math.IsNaN(r.AUC) || r.Source != Human && (r.Same0.Of != 0 || r.Clean1.Of != 0) {
				t.Errorf("%s: %+v", name, r)
			}
		}
	}
}

func TestGoldenTable(t *testing.T) {
	table, err := Tabulate(synthetic(), tiers, asIs)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := table.Markdown(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "table.md", b.String())
}
