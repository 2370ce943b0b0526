package engine

import (
	"encoding/json"
	"io"
	"path/filepath"
	"time"

	"earmark/analyzer"
	"earmark/analyzer/audio"
	"earmark/engine/intake"
	"earmark/store"
)

// Record is the result record of the job contract, in its order of fields, followed by keys of our own. A failed track
// has null where a successful one has numbers; tier_verdicts, scores and audio are objects always.
type Record struct {
	ItemID             string           `json:"item_id"`
	Status             string           `json:"status"`  // success or failed
	Verdict            analyzer.Verdict `json:"verdict"` // of the human_safe tier; null when failed
	Tiers              analyzer.Tiers   `json:"tier_verdicts"`
	Scores             RecordScores     `json:"scores"`
	EmbedTemporalStd   *float64         `json:"embed_temporal_std"`
	Reliability        *float64         `json:"reliability"`
	Origin             *string          `json:"origin"`
	OriginConfidence   *float64         `json:"origin_confidence"`
	CalibrationVersion *string          `json:"calibration_version"`
	ProcessedAt        *string          `json:"processed_at"` // ISO 8601, UTC, whole seconds
	Audio              RecordAudio      `json:"audio"`
	Metadata           json.RawMessage  `json:"metadata"`
	Error              *string          `json:"error"` // code; null when successful

	Path               string             `json:"path"`
	ErrorMessage       *string            `json:"error_message"`
	Measured           bool               `json:"measured"` // false: unfit for a verdict, whatever verdict says
	ReliabilityReasons []string           `json:"reliability_reasons"`
	Margins            *analyzer.Margins  `json:"margins"`   // what the tiers are decided by; null when not measured
	Generator          *string            `json:"generator"` // whose template wins clearly
	DetectorVersion    *string            `json:"detector_version"`
	ContentSHA256      *string            `json:"content_sha256"`
	SoundSHA256        *string            `json:"sound_sha256"`
	HeardSec           *float64           `json:"heard_sec"`
	HeardFull          *bool              `json:"heard_full"` // false: a part of it was enough; null when failed
	Tags               audio.Tags         `json:"tags"`
	Evidence           analyzer.Evidence  `json:"evidence"`
	Segments           []analyzer.Segment `json:"segments"`
	Decision           *RecordDecision    `json:"decision"` // the one that stands
}

// RecordScores are the detector outputs of [analyzer.Scores], or nulls where nothing was measured.
type RecordScores struct {
	Truth *float64 `json:"truth_score"`
	Geo   *float64 `json:"geo_score"`
	Proto *float64 `json:"proto_score_v1"`
	HeadA *float64 `json:"head_a"`
	HeadB *float64 `json:"head_b"`
	HeadC *float64 `json:"head_c"`
}

// RecordAudio is what the contract tells of a file, or nulls.
type RecordAudio struct {
	DurationSec *float64 `json:"duration_sec"`
	Bitrate     *int     `json:"bitrate"` // bit/s
	SampleRate  *int     `json:"sample_rate"`
	Channels    *int     `json:"channels"`
	Codec       *string  `json:"codec"`
}

// RecordDecision is what a reviewer decided.
type RecordDecision struct {
	Kind     store.DecisionKind `json:"kind"`
	Reviewer string             `json:"reviewer"`
	Reason   string             `json:"reason"`
	Note     string             `json:"note"`
	At       string             `json:"at"`
}

// NewRecord gives the record of a processed track.
func NewRecord(t store.Track) Record {
	var fault *analyzer.Error
	if t.Status == store.TrackFailed {
		fault = &analyzer.Error{Code: t.ErrorCode, Message: t.ErrorMessage}
	}
	r := RecordOf(t.ItemID, t.Path, t.Report, fault, t.ProcessedAt)
	r.Status, r.Metadata = string(t.Status), t.Metadata
	if t.Decision != "" {
		r.Decision = &RecordDecision{
			Kind: t.Decision, Reviewer: t.Reviewer, Reason: t.Reason, Note: t.Note, At: iso(t.DecidedAt),
		}
	}
	return r
}

// RecordOf gives the record of one analysis, with a report or with an error. An empty itemID means the file's name.
func RecordOf(itemID, path string, report *analyzer.Report, fault *analyzer.Error, at time.Time) Record {
	path = intake.StorePath(path)
	if itemID == "" {
		itemID = filepath.Base(path)
	}
	r := Record{
		ItemID: intake.StorePath(itemID), Path: path, Status: string(store.TrackFailed),
		ReliabilityReasons: []string{}, Segments: []analyzer.Segment{},
		Evidence: analyzer.Evidence{Lines: []analyzer.Line{}},
	}
	if !at.IsZero() {
		r.ProcessedAt = new(iso(at))
	}
	if fault != nil {
		r.Error, r.ErrorMessage = &fault.Code, &fault.Message
		return r
	}
	if report == nil {
		return r
	}
	p := *report // pointers below are to a copy
	r.Status, r.Verdict, r.Tiers, r.Measured = string(store.TrackSuccess), p.Verdict, p.Tiers, p.Measured
	if s := &p.Scores; p.Measured { // what is unfit for a verdict is unfit for a score, and so are its segments
		r.Scores, r.Margins = RecordScores{&s.Truth, &s.Geo, &s.Proto, &s.HeadA, &s.HeadB, &s.HeadC}, &p.Margins
		r.EmbedTemporalStd, r.Segments = &p.EmbedTemporalStd, append(r.Segments, p.Segments...)
	}
	r.Reliability = &p.Reliability
	r.Origin, r.OriginConfidence = &p.Origin, &p.OriginConfidence
	r.CalibrationVersion, r.DetectorVersion = &p.CalibrationVersion, &p.DetectorVersion
	r.Audio = RecordAudio{
		&p.Audio.DurationSec, &p.Audio.Bitrate, &p.Audio.SampleRate, &p.Audio.Channels, &p.Audio.Codec,
	}
	r.ContentSHA256, r.SoundSHA256 = &p.ContentSHA256, &p.SoundSHA256
	r.HeardSec, r.HeardFull = &p.HeardSec, &p.Full
	r.Tags, r.Evidence.Lattice, r.Evidence.Scale = p.Audio.Tags, p.Evidence.Lattice, p.Evidence.Scale
	r.Evidence.Echoes = p.Evidence.Echoes
	if p.Generator != "" {
		r.Generator = &p.Generator
	}
	// A list is a list, also when it is empty.
	r.ReliabilityReasons = append(r.ReliabilityReasons, p.ReliabilityReasons...)
	r.Evidence.Lines = append(r.Evidence.Lines, p.Evidence.Lines...)
	return r
}

// Write writes the record as one line of NDJSON, or over several lines when indent is not empty.
func (r Record) Write(w io.Writer, indent string) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", indent)
	return enc.Encode(r)
}

func iso(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }
