package analyzer

import (
	"bytes"
	"math"
	"testing"
)

func TestModelIsWrittenAsItWasRead(t *testing.T) {
	m, err := ParseModel(modelFile)
	if err != nil {
		t.Fatal(err)
	}
	text, err := m.Encode()
	if err != nil || !bytes.Equal(text, modelFile) {
		t.Errorf("%v: %d bytes were read and %d written", err, len(modelFile), len(text))
	}
	last := bytes.LastIndexByte(text[:len(text)-1], '\n')
	for name, wrong := range map[string][]byte{
		"a template without weights": text[:last+1],
		"weights cut off":            text[:last+100],
		"weights of no template":     append(bytes.Clone(text), text[last+1:]...),
	} {
		if _, err := ParseModel(wrong); err == nil {
			t.Errorf("%s: read without an error", name)
		}
	}
}

func TestProbabilityOfWhatIsUnmarked(t *testing.T) {
	l := Logit{Scale: 2, Offset: -3, Unmarked: 0.25}
	for _, c := range []struct{ evidence, want float64 }{
		{math.Inf(-1), 0.2}, // 0.25 / 1.25
		{-1000, 0.2},
		{1.5, 0.5}, // as many human as marked recordings: (0.25 + 0.75) / 2
		{1000, 1},
	} {
		if got := l.Probability(c.evidence); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("evidence %g: a probability of %g, want %g", c.evidence, got, c.want)
		}
	}
	last := 0.0
	for x := -5.0; x < 8; x += 0.01 {
		p := l.Probability(x)
		if p <= last || p >= 1 {
			t.Fatalf("evidence %g: a probability of %g after %g", x, p, last)
		}
		last = p
	}
	if plain := (Logit{Scale: 2, Offset: -3}); math.Abs(plain.Probability(2)-sigmoid(1)) > 1e-12 {
		t.Errorf("with nothing unmarked %g, want a logistic curve, %g", plain.Probability(2), sigmoid(1))
	}
}
