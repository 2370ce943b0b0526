package engine

import (
	"encoding/csv"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"earmark/analyzer"
	"earmark/store"
)

// column is one column of the CSV form. Text is guarded against formulas, numbers are not.
type column struct {
	name   string
	text   func(Record) string
	number func(Record) string
}

func csvWriter(w io.Writer) (write func(Record) error, finish func() error) {
	out := csv.NewWriter(w)
	row := make([]string, len(columns))
	for i, c := range columns {
		row[i] = c.name
	}
	headErr := out.Write(row)
	write = func(r Record) error {
		for i, c := range columns {
			if c.number != nil {
				row[i] = c.number(r)
			} else {
				row[i] = guard(c.text(r))
			}
		}
		return out.Write(row)
	}
	finish = func() error {
		out.Flush()
		return errors.Join(headErr, out.Error())
	}
	return write, finish
}

var columns = []column{
	{name: "item_id", text: func(r Record) string { return r.ItemID }},
	{name: "path", text: func(r Record) string { return r.Path }},
	{name: "title", text: func(r Record) string { return r.Tags.Title }},
	{name: "artist", text: func(r Record) string { return r.Tags.Artist }},
	{name: "album", text: func(r Record) string { return r.Tags.Album }},
	{name: "isrc", text: func(r Record) string { return r.Tags.ISRC }},
	{name: "status", text: func(r Record) string { return r.Status }},
	{name: "verdict", text: csvVerdict},
	{name: "press_safe", text: func(r Record) string { return string(r.Tiers.PressSafe) }},
	{name: "human_safe", text: func(r Record) string { return string(r.Tiers.HumanSafe) }},
	{name: "recall", text: func(r Record) string { return string(r.Tiers.Recall) }},
	{name: "truth_score", number: func(r Record) string { return decimal(r.Scores.Truth) }},
	{name: "geo_score", number: func(r Record) string { return decimal(r.Scores.Geo) }},
	{name: "proto_score_v1", number: func(r Record) string { return decimal(r.Scores.Proto) }},
	{name: "head_a", number: func(r Record) string { return decimal(r.Scores.HeadA) }},
	{name: "head_b", number: func(r Record) string { return decimal(r.Scores.HeadB) }},
	{name: "head_c", number: func(r Record) string { return decimal(r.Scores.HeadC) }},
	{name: "margin_fused", number: margin(func(m *analyzer.Margins) float64 { return m.Fused })},
	{name: "margin_conservative", number: margin(func(m *analyzer.Margins) float64 { return m.Conservative })},
	{name: "embed_temporal_std", number: func(r Record) string { return decimal(r.EmbedTemporalStd) }},
	{name: "reliability", number: func(r Record) string { return decimal(r.Reliability) }},
	{name: "reliability_reasons", text: func(r Record) string { return strings.Join(r.ReliabilityReasons, "; ") }},
	{name: "origin", text: func(r Record) string { return text(r.Origin) }},
	{name: "origin_confidence", number: func(r Record) string { return decimal(r.OriginConfidence) }},
	{name: "generator", text: func(r Record) string { return text(r.Generator) }},
	{name: "scale", number: scale},
	{name: "lattice_spacing_hz", number: lattice(func(l *analyzer.Lattice) float64 { return l.SpacingHz })},
	{name: "lattice_from_hz", number: lattice(func(l *analyzer.Lattice) float64 { return l.FromHz })},
	{name: "lattice_to_hz", number: lattice(func(l *analyzer.Lattice) float64 { return l.ToHz })},
	{name: "segments", number: func(r Record) string { return strconv.Itoa(len(r.Segments)) }},
	{name: "suspicious_segments", number: suspiciousSegments},
	{name: "decision", text: decided(func(d *RecordDecision) string { return string(d.Kind) })},
	{name: "reason", text: decided(func(d *RecordDecision) string { return d.Reason })},
	{name: "note", text: decided(func(d *RecordDecision) string { return d.Note })},
	{name: "reviewer", text: decided(func(d *RecordDecision) string { return d.Reviewer })},
	{name: "decided_at", text: decided(func(d *RecordDecision) string { return d.At })},
	{name: "error", text: func(r Record) string { return text(r.Error) }},
	{name: "error_message", text: func(r Record) string { return text(r.ErrorMessage) }},
	{name: "processed_at", text: func(r Record) string { return text(r.ProcessedAt) }},
	{name: "duration_sec", number: func(r Record) string { return decimal(r.Audio.DurationSec) }},
	{name: "bitrate", number: func(r Record) string { return whole(r.Audio.Bitrate) }},
	{name: "sample_rate", number: func(r Record) string { return whole(r.Audio.SampleRate) }},
	{name: "channels", number: func(r Record) string { return whole(r.Audio.Channels) }},
	{name: "codec", text: func(r Record) string { return text(r.Audio.Codec) }},
	{name: "detector_version", text: func(r Record) string { return text(r.DetectorVersion) }},
	{name: "calibration_version", text: func(r Record) string { return text(r.CalibrationVersion) }},
	{name: "content_sha256", text: func(r Record) string { return text(r.ContentSHA256) }},
	{name: "sound_sha256", text: func(r Record) string { return text(r.SoundSHA256) }},
	{name: "metadata", text: func(r Record) string { return string(r.Metadata) }},
}

// csvVerdict never calls a track human that nobody could measure.
func csvVerdict(r Record) string {
	if r.Status == string(store.TrackSuccess) && !r.Measured {
		return "not_measured"
	}
	return string(r.Verdict)
}

func suspiciousSegments(r Record) string {
	n := 0
	for _, s := range r.Segments {
		if s.Suspicious {
			n++
		}
	}
	return strconv.Itoa(n)
}

// scale is the change of speed or pitch that was undone, empty where there was none.
func scale(r Record) string {
	if !(r.Evidence.Scale > 0) {
		return ""
	}
	return decimal(&r.Evidence.Scale)
}

func lattice(of func(*analyzer.Lattice) float64) func(Record) string {
	return func(r Record) string {
		if r.Evidence.Lattice == nil {
			return ""
		}
		return decimal(new(of(r.Evidence.Lattice)))
	}
}

func margin(of func(*analyzer.Margins) float64) func(Record) string {
	return func(r Record) string {
		if r.Margins == nil {
			return ""
		}
		return decimal(new(of(r.Margins)))
	}
}

func decided(of func(*RecordDecision) string) func(Record) string {
	return func(r Record) string {
		if r.Decision == nil {
			return ""
		}
		return of(r.Decision)
	}
}

func decimal(x *float64) string {
	if x == nil {
		return ""
	}
	return strconv.FormatFloat(*x, 'g', -1, 64)
}

func whole(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

var plainNumber = regexp.MustCompile(`^[+-]?\d+([.,]\d+)?$`)

// guard keeps a spreadsheet from running a text as a formula.
func guard(cell string) string {
	if cell != "" && strings.ContainsRune("\t\r\n", rune(cell[0])) {
		return "'" + cell
	}
	switch c, _ := utf8.DecodeRuneInString(strings.TrimLeft(cell, " \t\r\n\u00a0\ufeff")); c {
	case '=', '+', '-', '@', '＝', '＋', '－', '＠':
		if !plainNumber.MatchString(cell) {
			return "'" + cell
		}
	}
	return cell
}
