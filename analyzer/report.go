package analyzer

import (
	"encoding/json"
	"fmt"

	"earmark/analyzer/audio"
)

// Verdict is what a measurement says about a recording. The empty string stands for null: not evaluated, or
// inconclusive.
type Verdict string

// The two verdicts of the job contract.
const (
	Human      Verdict = "human"
	Suspicious Verdict = "suspicious"
)

// MarshalJSON writes null for "not evaluated" and "inconclusive".
func (v Verdict) MarshalJSON() ([]byte, error) {
	if v == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(v))
}

// Tiers holds one verdict per false-positive budget, or none where nothing was measured. PressSafe alone can be empty
// in a recording that was measured: inconclusive. A pipeline certifies what is human there and rejects what is
// suspicious; marks that recall flags are too many for the one, and below press-safe too few for the other.
type Tiers struct {
	PressSafe Verdict `json:"press_safe"` // no calibration track was flagged, clean or manipulated
	HumanSafe Verdict `json:"human_safe"` // about 1 % of human recordings are flagged
	Recall    Verdict `json:"recall"`     // about 7 % of human recordings are flagged
}

// Scores are detector outputs, 0 (no evidence of a neural decoder) to 1 (strong evidence), each a probability as fitted
// to recordings that the detector had not seen, as many human as generated.
type Scores struct {
	Truth float64 `json:"truth_score"`    // all detectors together, the number that reviewers see
	Geo   float64 `json:"geo_score"`      // the lattice alone: needs no examples of a generator
	Proto float64 `json:"proto_score_v1"` // the templates alone, the conservative score behind press_safe
	HeadA float64 `json:"head_a"`         // the template learned from all generators together
	HeadB float64 `json:"head_b"`         // the generator's template that fits best
	HeadC float64 `json:"head_c"`         // how clearly one factor of speed or pitch fits a template better than others
}

// Margins are what the tiers are decided by: log-odds, unrounded and unbounded, where [Scores] saturate.
type Margins struct {
	Fused        float64 `json:"fused"`        // all detectors together: recall and human_safe
	Conservative float64 `json:"conservative"` // the weaker evidence: press_safe
}

// Line is one narrow spectral line that stands still while the music moves.
type Line struct {
	Hz       float64 `json:"hz"`        // centre frequency
	HeightDB float64 `json:"height_db"` // mean height above the local spectral floor
	Share    float64 `json:"share"`     // share of segments in which it stands out, 0 to 1
	Lattice  bool    `json:"lattice"`   // lies on the lattice of Evidence
}

// Lattice is a set of equally spaced lines: frequencies n·SpacingHz for integer n.
type Lattice struct {
	SpacingHz float64 `json:"spacing_hz"`
	FromHz    float64 `json:"from_hz"`    // lowest line found
	ToHz      float64 `json:"to_hz"`      // highest line found
	Lines     int     `json:"lines"`      // how many teeth carry a line
	Strength  float64 `json:"strength"`   // of the comb; one human recording in a hundred passes 1
	PhaseLock float64 `json:"phase_lock"` // how far its lines keep their phase, likewise; 0: not measured
	Segments  int     `json:"segments"`   // segments in which the lattice stands out
}

// Evidence is what decided, for a person to look at.
type Evidence struct {
	Lattice *Lattice `json:"lattice"`          // nil when none was found
	Scale   float64  `json:"scale,omitempty"`  // factor of speed or pitch that was undone, 1.03: sped up by 3 %
	Echoes  []Echo   `json:"echoes,omitempty"` // taken out before anything was looked for, strongest first, at most 8
	Lines   []Line   `json:"lines"`            // strongest first, at most 64
}

// Segment is ten seconds of the recording and the evidence in it: something to listen to, never a verdict.
type Segment struct {
	StartSec   float64 `json:"start_sec"`
	EndSec     float64 `json:"end_sec"`
	Score      float64 `json:"score"` // 0 to 1, the detector on this segment alone
	Suspicious bool    `json:"suspicious"`
}

// Curve is the averaged spectrum for the screen: Values[i] belongs to FromHz + i·StepHz.
type Curve struct {
	FromHz float64   `json:"from_hz"`
	StepHz float64   `json:"step_hz"`
	Values []float32 `json:"values"` // dB above the local spectral floor, in steps of 0.05
}

// Report is the result of listening to one recording. It depends only on the recording, on the model and on how much
// was heard, which thresholds may decide: see [Options].
type Report struct {
	DetectorVersion    string `json:"detector_version"`
	CalibrationVersion string `json:"calibration_version"`
	ContentSHA256      string `json:"content_sha256"` // of the file, hex
	SoundSHA256        string `json:"sound_sha256"`   // of the samples in the order heard, as 16-bit little endian, hex

	Audio    audio.Info `json:"audio"`
	HeardSec float64    `json:"heard_sec"` // how much of the recording was measured
	Full     bool       `json:"full"`      // every second was heard: nothing more can be learned

	Verdict            Verdict  `json:"verdict"`
	Tiers              Tiers    `json:"tier_verdicts"`
	Scores             Scores   `json:"scores"`
	Margins            Margins  `json:"margins"`
	EmbedTemporalStd   float64  `json:"embed_temporal_std"` // standard deviation of the segment scores
	Reliability        float64  `json:"reliability"`        // 0 to 1; below 0.6 nothing is said
	ReliabilityReasons []string `json:"reliability_reasons"`
	Measured           bool     `json:"measured"` // false: unfit for a verdict, tiers are null
	Origin             string   `json:"origin"`   // suno, udio, elevenlabs or unknown
	OriginConfidence   float64  `json:"origin_confidence"`
	Generator          string   `json:"generator,omitempty"` // whose template wins clearly

	Evidence Evidence  `json:"evidence"`
	Segments []Segment `json:"segments"`

	Waveform []float32 `json:"waveform"` // 1,000 peaks of |sample| over equal slices of time, full scale = 1
	Spectrum Curve     `json:"spectrum"` // time-averaged residual: what the lines are read from
}

// Error is a recording that could not be analysed, with a code of the job contract.
type Error struct {
	Code    string `json:"code"`    // such as audio_load_failed, too_short, silent
	Message string `json:"message"` // what is wrong and what to do
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %s", e.Code, e.Message) }
