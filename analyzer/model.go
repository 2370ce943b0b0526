package analyzer

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"sync"
)

// ModelFormat is the version of the file that models are kept in.
const ModelFormat = 6

//go:embed model.txt
var modelFile []byte

// Embedded is the model that this program was built with. It must not be changed. It is parsed at first use: most
// commands need none.
var Embedded = sync.OnceValue(func() *Model {
	m, err := ParseModel(modelFile)
	if err != nil {
		panic(err) // the file is part of the program
	}
	return m
})

// Model is everything that was learned from labelled recordings. It is a text file, made by `earmark model train` and
// built into the program.
type Model struct {
	Format   int      `json:"format"`  // of this file; 6
	Version  string   `json:"version"` // of the detector: changes with the code that measures
	Training Training `json:"training"`

	Tiers Thresholds `json:"tiers"`
	Mark  float64    `json:"segment_mark"` // score of a segment that one in a hundred of human music passes

	Fused    Logit `json:"fused"`    // all evidence together as log-odds
	Proto    Logit `json:"proto"`    // the templates alone
	HeadA    Logit `json:"head_a"`   // the general template
	HeadB    Logit `json:"head_b"`   // the best generator's template
	HeadC    Logit `json:"head_c"`   // the scale search
	Geo      Logit `json:"geometry"` // the lattice and what keeps its phase
	Segments Logit `json:"segments"` // the templates alone on ten seconds

	Lattice   []Null     `json:"lattice_null"` // what the combs of human music do on each of [Spacings]
	Locks     []Null     `json:"lock_null"`    // and what its phases do
	General   Template   `json:"general"`      // learned from all generators together
	Templates []Template `json:"templates"`    // one a generator, or a family that shares a decoder

	id      string
	scaling scaling
}

// Training says what the model was made from.
type Training struct {
	Manifests     []string `json:"manifest_sha256"`
	Audio         string   `json:"audio_sha256"` // SHA-256 over the sorted hashes of all files
	Human         int      `json:"human_tracks"`
	AI            int      `json:"ai_tracks"`
	HumanSources  int      `json:"human_sources"`
	AIOrigins     int      `json:"ai_origins"`
	Manipulations []string `json:"manipulations"` // both classes alike
}

// Logit turns evidence x into the probability of a decoder, when as many recordings are human as generated. A share
// Unmarked of what decoders make shows no more than human music does; of the rest exp(Scale·x + Offset) times as many
// recordings have the evidence x as of human ones. Without that share every faint trace would have to count for more
// than it does, and every human recording with it.
type Logit struct {
	Scale    float64 `json:"scale"`
	Offset   float64 `json:"offset"`
	Unmarked float64 `json:"unmarked"` // 0 to 1
}

// LogOdds is the natural logarithm of the odds that a decoder left its marks: -∞ to +∞, where [Logit.Probability] ends
// at what is unmarked.
func (l Logit) LogOdds(x float64) float64 { return l.Scale*x + l.Offset }

// Probability is at least Unmarked / (1 + Unmarked), and less than 1.
func (l Logit) Probability(x float64) float64 {
	marked := sigmoid(l.LogOdds(x))
	unmarked := l.Unmarked * (1 - marked)
	generated := unmarked + (1-l.Unmarked)*marked
	return generated / (generated + 1 - marked)
}

// Thresholds are quantiles of [Margins] (for PressSafe: of the conservative one) on human music. Those of a model are
// [ConformalByKind] of copies scored by models that had not heard the source (cross-validation), those of a catalogue
// [Conformal] of recordings scored by the model itself.
type Thresholds struct {
	Recall    float64 `json:"recall"`     // α = 0.07
	HumanSafe float64 `json:"human_safe"` // α = 0.01
	PressSafe float64 `json:"press_safe"` // above every one, with a margin
	Tracks    int     `json:"tracks"`     // n: recordings of a catalogue, or measurements of copies and pieces
}

// Encode writes a model file: JSON, and then a line of weights for each template, the general one first. What many
// weights take to read as a part of the JSON is long beside a short recording.
func (m *Model) Encode() ([]byte, error) {
	out, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return nil, err
	}
	for _, t := range append([]Template{m.General}, m.Templates...) {
		out = append(append(out, '\n'), t.Weights.text()...)
	}
	return append(out, '\n'), nil
}

// ParseModel reads a model file.
func ParseModel(data []byte) (*Model, error) {
	var m Model
	header := json.NewDecoder(bytes.NewReader(data))
	if err := header.Decode(&m); err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	if m.Format != ModelFormat {
		return nil, fmt.Errorf("model: format %d, this program reads %d", m.Format, ModelFormat)
	}
	for _, null := range [][]Null{m.Lattice, m.Locks} {
		if len(null) != len(Spacings) {
			return nil, fmt.Errorf("model: %d lattice spacings, want %d", len(null), len(Spacings))
		}
	}
	weights := bytes.Split(bytes.TrimSpace(data[header.InputOffset():]), []byte{'\n'})
	if len(weights) != 1+len(m.Templates) {
		return nil, fmt.Errorf("model: weights of %d templates, want %d", len(weights), 1+len(m.Templates))
	}
	for i, text := range weights {
		t := &m.General
		if i > 0 {
			t = &m.Templates[i-1]
		}
		var err error
		if t.Weights, err = parseWeights(text); err != nil {
			return nil, fmt.Errorf("model: template %q: %w", t.Name, err)
		}
	}
	sum := sha256.Sum256(data)
	m.id = hex.EncodeToString(sum[:4])
	return &m, nil
}

// Version names the detector: a report made by another version is another report.
func Version() string { return Embedded().Version + "+" + Embedded().id }

// CalibrationVersion names the thresholds behind the tiers.
func CalibrationVersion() string {
	return fmt.Sprintf("builtin-%d-%s", Embedded().Tiers.Tracks, Embedded().id)
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
