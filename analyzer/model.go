package analyzer

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"sync"

	"github.com/tphakala/simd/f32"
)

//go:embed model.json
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

// Model is everything that was learned from labelled recordings. It is a small text file, made by `earmark model
// train` and built into the program.
type Model struct {
	Format   int      `json:"format"`  // of this file; 1
	Version  string   `json:"version"` // of the detector: changes with the code that measures
	Training Training `json:"training"`

	Peaks  Weights `json:"peaks"`  // head A: weights on [PeakFeature]
	Steady Weights `json:"steady"` // head B: weights on [SteadyFeature]
	Bias   float64 `json:"bias"`
	HeadA  Logit   `json:"head_a"` // head A's share of the margin to a probability
	HeadB  Logit   `json:"head_b"`

	Null    []Null  `json:"lattice_null"` // what human music does on each of [Spacings]
	Lattice float64 `json:"lattice_at"`   // lattice strength above which a spacing is reported
	Fuse    Fuse    `json:"fuse"`
	Segment Logit   `json:"segment"`

	Tiers Thresholds `json:"tiers"`

	id string
}

// Training says what the model was made from.
type Training struct {
	Manifest      string   `json:"manifest_sha256"`
	Audio         string   `json:"audio_sha256"` // SHA-256 over the sorted hashes of all files
	Human         int      `json:"human_tracks"`
	AI            int      `json:"ai_tracks"`
	HumanSources  int      `json:"human_sources"`
	AIOrigins     int      `json:"ai_origins"`
	Manipulations []string `json:"manipulations"` // both classes alike
}

// Logit turns a margin x into a probability: 1 / (1 + exp(-(Scale·x + Offset))).
type Logit struct {
	Scale  float64 `json:"scale"`
	Offset float64 `json:"offset"`
	Mark   float64 `json:"mark,omitempty"` // probability from which a segment is marked
}

func (l Logit) logOdds(x float64) float64 { return l.Scale*x + l.Offset }

func (l Logit) at(x float64) float64 { return sigmoid(l.logOdds(x)) }

// Null is the distribution of one spacing's comb strength on human music.
type Null struct {
	Median float64 `json:"m"`
	Sigma  float64 `json:"s"` // 1.4826 · median absolute deviation
}

// strength is a comb in units of ten standard deviations of human music.
func (n Null) strength(comb float32) float64 { return (float64(comb) - n.Median) / (10 * n.Sigma) }

// Fuse joins the template's margin and the lattice: z = Template·margin + Lattice·evidence + Bias, truth = sigmoid(z).
type Fuse struct {
	Template float64 `json:"template"`
	Lattice  float64 `json:"lattice"`
	Bias     float64 `json:"bias"`
}

// Thresholds are quantiles of [Margins] (for PressSafe: of the conservative one) on human music that the template had
// not seen: split-conformal, the k-th smallest of n with k = ceil((n+1)·(1-α)).
type Thresholds struct {
	Recall    float64 `json:"recall"`     // α = 0.07
	HumanSafe float64 `json:"human_safe"` // α = 0.01
	PressSafe float64 `json:"press_safe"` // above every one, with a margin
	Tracks    int     `json:"tracks"`     // n
}

// ParseModel reads a model file.
func ParseModel(data []byte) (*Model, error) {
	var m Model
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	if m.Format != 1 {
		return nil, fmt.Errorf("model: format %d, this program reads 1", m.Format)
	}
	if len(m.Peaks) != Bins || len(m.Steady) != Bins || len(m.Null) != len(Spacings) {
		return nil, fmt.Errorf("model: %d and %d weights and %d spacings, want %d, %d and %d",
			len(m.Peaks), len(m.Steady), len(m.Null), Bins, Bins, len(Spacings))
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

// Weights is a float32 vector, written as base64 of its little-endian bytes.
type Weights []float32

// MarshalText writes base64.
func (w Weights) MarshalText() ([]byte, error) {
	raw := make([]byte, 4*len(w))
	for i, v := range w {
		binary.LittleEndian.PutUint32(raw[4*i:], math.Float32bits(v))
	}
	return []byte(base64.StdEncoding.EncodeToString(raw)), nil
}

// UnmarshalText reads base64.
func (w *Weights) UnmarshalText(text []byte) error {
	raw, err := base64.StdEncoding.DecodeString(string(text))
	if err != nil {
		return fmt.Errorf("weights: %w", err)
	}
	if len(raw)%4 != 0 {
		return fmt.Errorf("weights: %d bytes are no whole number of float32", len(raw))
	}
	*w = make(Weights, len(raw)/4)
	for i := range *w {
		(*w)[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
	}
	return nil
}

// Features of the two heads, [Bins] elements each, scaled so that their squares sum to about 1.
const (
	peakCeilingDB  = 5
	peakFloorBins  = 10
	steadyOffsetDB = 0.1
)

// PeakFeature is what stands above the local floor of the averaged spectrum: the mean level minus its running minimum
// over ten bins, at most 5 dB, over the highest peak of the recording.
func PeakFeature(r Residual) []float32 {
	out := make([]float32, Bins)
	top := float32(1e-3)
	for i := range out {
		low := r.Level[i]
		for j := max(0, i-peakFloorBins/2); j < min(Bins, i+peakFloorBins/2); j++ {
			low = min(low, r.Level[j])
		}
		out[i] = min(r.Level[i]-low, peakCeilingDB)
		top = max(top, out[i])
	}
	f32.Scale(out, out, 3/top/float32(math.Sqrt(Bins)))
	return out
}

// SteadyFeature is how reliably each bin stands above its neighbours: tanh of twice the mean residual over its
// deviation, over the root mean square of the whole.
func SteadyFeature(r Residual) []float32 {
	out := make([]float32, Bins)
	for i := range out {
		out[i] = float32(math.Tanh(2 * float64(r.Mean[i]) / (float64(r.Dev[i]) + steadyOffsetDB)))
	}
	rms := float32(math.Sqrt(float64(f32.SumOfSquares(out)) / Bins))
	f32.Scale(out, out, 1/(rms+1e-3)/float32(math.Sqrt(Bins)))
	return out
}

// Comb is the lattice that stands out most.
type Comb struct {
	Index    int     // in [Spacings]
	Strength float64 // in units of ten standard deviations of human music
	Evidence float64 // Strength as far as it may decide: bounded, and less where hum or a clock explains it too
}

// Bounds of the lattice's part in the fused score, in units of ten standard deviations.
const (
	maxEvidence    = 3
	sharedEvidence = 0.5
)

// Strongest looks for the lattice with the most evidence among the comb strengths of all [Spacings].
func Strongest(null []Null, combs []float32) Comb {
	var best Comb
	for i, c := range combs {
		if null[i].Sigma <= 0 {
			continue
		}
		strength := null[i].strength(c)
		evidence := min(strength, maxEvidence)
		if shared(i, combs) {
			evidence = min(strength, sharedEvidence)
		}
		if evidence > best.Evidence || evidence == best.Evidence && strength > best.Strength {
			best = Comb{Index: i, Strength: strength, Evidence: evidence}
		}
	}
	return best
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
