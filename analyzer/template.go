package analyzer

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"

	"github.com/tphakala/simd/f32"
)

// Template is what one generator's decoder leaves in the spectrum, learned against human music: a linear classifier on
// [Feature.Vector].
type Template struct {
	Name    string  `json:"name"`             // of the generator or of a family that shares a decoder
	Origin  string  `json:"origin,omitempty"` // its name in the job contract: suno, udio or elevenlabs
	Tracks  int     `json:"tracks"`           // that it was learned from
	Weights Weights `json:"weights"`
	Bias    float64 `json:"bias"`
	Null    Null    `json:"null"` // margins of human music that it had not seen
}

// Margin is the template's log-odds on a [Feature.Vector].
func (t *Template) Margin(x []float32) float64 {
	return float64(f32.DotProduct(t.Weights, x)) + t.Bias
}

// Null is the distribution of one statistic on human music. 0 is where half of it lies, 1 what one recording in a
// hundred passes: that makes statistics of different kinds comparable.
type Null struct {
	Median float64 `json:"m"`
	Spread float64 `json:"s"` // 99 % quantile minus Median
}

// Standard is v in units of the null.
func (n Null) Standard(v float64) float64 {
	if n.Spread <= 0 {
		return 0
	}
	return (v - n.Median) / n.Spread
}

// Weights is a vector of [featureElements] weights. A file keeps them in 255 steps, as base64: the error, 1/440 of the
// largest weight, is far below what the features are certain to.
type Weights []float32

const weightSteps = 127

// Round takes every weight to the step that a file would keep.
func (w Weights) Round() {
	scale := w.step()
	for i, v := range w {
		w[i] = scale * float32(math.Round(float64(v/scale)))
	}
}

func (w Weights) step() float32 {
	var top float32
	for _, v := range w {
		top = max(top, v, -v)
	}
	return max(top, 1e-30) / weightSteps
}

type weightsFile struct {
	Step   float32 `json:"step"`
	Values string  `json:"int8"`
}

// MarshalJSON writes the size of a step and base64 of the steps, one byte each.
func (w Weights) MarshalJSON() ([]byte, error) {
	scale := w.step()
	raw := make([]byte, len(w))
	for i, v := range w {
		raw[i] = byte(int8(math.Round(float64(v / scale))))
	}
	return json.Marshal(weightsFile{Step: scale, Values: base64.StdEncoding.EncodeToString(raw)})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (w *Weights) UnmarshalJSON(text []byte) error {
	var file weightsFile
	if err := json.Unmarshal(text, &file); err != nil {
		return fmt.Errorf("weights: %w", err)
	}
	raw, err := base64.StdEncoding.DecodeString(file.Values)
	if err != nil {
		return fmt.Errorf("weights: %w", err)
	}
	*w = make(Weights, len(raw))
	for i, b := range raw {
		(*w)[i] = file.Step * float32(int8(b))
	}
	return nil
}
