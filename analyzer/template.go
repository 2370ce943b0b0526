package analyzer

import (
	"encoding/base64"
	"encoding/binary"
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
	Weights Weights `json:"-"`                // of [featureElements]
	Bias    float64 `json:"bias"`
	Null    Null    `json:"null"` // margins of human music that it had not seen
}

// Margin is the template's log-odds on a [Feature.Vector].
func (t *Template) Margin(x []float32) float64 {
	return float64(f32.DotProduct(t.Weights, x)) + t.Bias
}

// fit is how well the template fits a [Feature.Vector] of that length, in units of its null.
func (t *Template) fit(x []float32, length float64) float64 {
	return t.Null.Standard(length*float64(f32.DotProduct(t.Weights, x)) + t.Bias)
}

// length is what a [Feature.Vector] counts as where a template is laid on: √s, with s the share of the band that
// carries sound. With length 1 each bin of what an encoder cut off at 11 kHz would weigh more, and of human recordings
// that went through mp3 at 64 kbit/s three in a hundred would pass a threshold that one in a hundred of others does.
func length(x []float32) float64 {
	measured := 0
	for _, v := range x[Bins:] {
		if v != 0 {
			measured++
		}
	}
	return math.Sqrt(float64(measured) / Bins)
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

// Weights is a vector of [featureElements] weights. A file keeps them in 255 steps: the error, 1/440 of the largest
// weight, is far below what the features are certain to.
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

// text is base64 of the size of a step, as an IEEE 754 number of 4 bytes with the lowest first, and of the steps, one
// byte each.
func (w Weights) text() []byte {
	scale := w.step()
	raw := binary.LittleEndian.AppendUint32(nil, math.Float32bits(scale))
	for _, v := range w {
		raw = append(raw, byte(int8(math.Round(float64(v/scale)))))
	}
	return base64.StdEncoding.AppendEncode(nil, raw)
}

// parseWeights reads what text gave.
func parseWeights(text []byte) (Weights, error) {
	raw, err := base64.StdEncoding.AppendDecode(nil, text)
	if err != nil {
		return nil, err
	}
	if got := len(raw) - 4; got != featureElements {
		return nil, fmt.Errorf("%d weights, want %d", got, featureElements)
	}
	scale := math.Float32frombits(binary.LittleEndian.Uint32(raw))
	w := make(Weights, featureElements)
	for i, b := range raw[4:] {
		w[i] = scale * float32(int8(b))
	}
	return w, nil
}
