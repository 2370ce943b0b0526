package evaluation

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestROC(t *testing.T) {
	outcomes := synthetic()
	var b, again strings.Builder
	if err := ROC(&b, "Caught against false positives", outcomes); err != nil {
		t.Fatal(err)
	}
	wellFormed(t, b.String())
	golden(t, "roc.svg", b.String())
	if err := ROC(&again, "Caught against false positives", outcomes); err != nil || again.String() != b.String() {
		t.Error("the same outcomes give other bytes")
	}
	bad := outcomes[0]
	bad.Margin = math.NaN()
	outcomes = append(outcomes, bad)
	for name, some := range map[string][]Outcome{"nothing": nil, "NaN": outcomes, "human": outcomes[:2]} {
		if ROC(io.Discard, "", some) == nil {
			t.Errorf("%s: it is drawn", name)
		}
	}
	b.Reset()
	outcomes[len(outcomes)-1] = Outcome{AI: true, Source: "not\x00 <heard>", Manipulation: asIs}
	if err := ROC(&b, "A & B", outcomes); err != nil || !strings.Contains(b.String(), "not &lt;heard&gt;") {
		t.Errorf("a generator of which nothing was measured: %v", err)
	}
	wellFormed(t, b.String())
}

// TestAUCIsTheAreaUnderTheSteps holds without ties; with them the steps take the worse way.
func TestAUCIsTheAreaUnderTheSteps(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 50 {
		human, ai := make([]float64, 1+r.IntN(20)), make([]float64, 1+r.IntN(20))
		for i := range human {
			human[i] = r.NormFloat64()
		}
		for i := range ai {
			ai[i] = 1 + r.NormFloat64()
		}
		area, s := 0.0, steps(human, ai, len(ai))
		for i := 1; i < len(s); i++ {
			area += (s[i].falsePositives - s[i-1].falsePositives) * s[i-1].caught
		}
		if auc := AUC(human, ai); !near(area, auc) {
			t.Fatalf("area %g, AUC %g", area, auc)
		}
	}
	if s := steps([]float64{1, 1, 0}, []float64{1, 2}, 4); len(s) != 3 || s[0] != (step{0, 0.25}) ||
		s[1] != (step{2.0 / 3, 0.5}) || s[2] != (step{1, 0.5}) {
		t.Errorf("with ties and two AI recordings not measured: %v", s)
	}
}

// TestManyGenerators makes a figure whose legend is longer than its plot.
func TestManyGenerators(t *testing.T) {
	outcomes := synthetic()
	r := rand.New(rand.NewPCG(3, 4))
	for i := range 22 {
		for j := range 12 {
			outcomes = append(outcomes, Outcome{
				AI: true, Source: fmt.Sprintf("A generator of length %d", i), Measured: true,
				Manipulation: asIs, File: fmt.Sprint(j), Margin: float64(i)/5 - 2 + r.NormFloat64(), Probability: 0.5,
			})
		}
	}
	var b strings.Builder
	if err := ROC(&b, "Many", outcomes); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.String(), "A generator of leng…"); n != 22 {
		t.Errorf("%d of 22 generators are in the legend", n)
	}
}
