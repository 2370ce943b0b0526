package evaluation

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"earmark/analyzer"
)

var update = os.Getenv("UPDATE_GOLDEN") != "" // as `make golden` sets it

// golden compares text with testdata/name.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; make golden accepts it.\n--- got\n%s--- want\n%s", path, got, want)
	}
}

const asIs, mp3 = "as it is", "mp3 128 kbit/s"

var tiers = analyzer.Thresholds{Recall: 0.5, HumanSafe: 1.5, PressSafe: 2.5}

// synthetic outcomes are those of a detector that catches some generators, and others hardly.
func synthetic() []Outcome {
	r := rand.New(rand.NewPCG(1, 2))
	var out []Outcome
	add := func(ai bool, source string, n int, mean, deviation float64) {
		for i := range n {
			for _, manipulation := range []string{asIs, mp3} {
				o := Outcome{
					AI: ai, Source: source, Manipulation: manipulation, Measured: i%20 != 19,
					File: fmt.Sprintf("%s/%d", source, i),
				}
				o.Margin = mean + deviation*r.NormFloat64()
				if manipulation == mp3 {
					o.Margin = 0.8 * o.Margin
				}
				o.Margin = math.Round(100*o.Margin) / 100
				o.Conservative = o.Margin - 0.5
				o.Probability = 1 / (1 + math.Exp(-1.4*o.Margin)) // too sure of itself
				out = append(out, o)
			}
		}
	}
	for i := range 12 {
		add(false, fmt.Sprintf("collection %d", i), 20, -1.8, 1)
	}
	add(true, "Suno", 100, 3.5, 1.2)
	add(true, "ACE-Step", 28, 5, 1)
	add(true, "Stable <Audio> & kin", 20, 0.4, 1.4)
	add(true, "DiffRhythm", 14, 0.8, 1.6)
	add(true, "Udio", 26, -1.2, 1.1)
	return out
}

// wellFormed fails the test unless text is XML.
func wellFormed(t *testing.T, text string) {
	t.Helper()
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}
