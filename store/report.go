package store

import (
	"bytes"
	"compress/flate"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"earmark/analyzer"
)

// A report is stored as one byte for the format and then, deflated: the waveform and the spectrum as curves, and the
// rest as JSON.
const reportFormat = 1

// maxReport bounds what a body may inflate to: a thousand times what reports are, and small beside the memory.
const maxReport = 16 << 20

var errReport = errors.New("damaged report")

// A report that was made of a part of the recording is kept beside the one of the whole, under a detector_version with
// this at its end: a decision goes on naming the report that it judged.
const partly = " partly"

func reportKey(detectorVersion string, full bool) string {
	if full {
		return detectorVersion
	}
	return detectorVersion + partly
}

// FindReport looks for the report that this version of the detector made of this content: the one of the whole
// recording or, unless full is asked for, the one of a part of it.
func (s *Store) FindReport(
	ctx context.Context, contentSHA256, detectorVersion string, full bool,
) (ReportID, bool, error) {
	id, err := lookUp(ctx, s.read, contentSHA256, detectorVersion, full)
	return id, id != 0, s.explain(err)
}

// lookUp is FindReport; 0: there is none.
func lookUp(ctx context.Context, q querier, contentSHA256, detectorVersion string, full bool) (id ReportID, err error) {
	err = q.QueryRowContext(ctx, `SELECT id FROM reports WHERE content_sha256 = ? AND detector_version IN (?, ?)
		ORDER BY length(detector_version) LIMIT 1`,
		contentSHA256, detectorVersion, reportKey(detectorVersion, full)).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return id, err
}

// Report reads one report as the analyzer made it, by the thresholds that it came with, or gives ErrNotFound.
func (s *Store) Report(ctx context.Context, id ReportID) (*analyzer.Report, error) {
	r, err := findReport(ctx, s.read, id)
	return r, s.explain(err)
}

// KeepReport stores a report that belongs to no track yet, so that FindReport finds it. One of a part of the recording
// gives way to one of the whole that is there already.
func (s *Store) KeepReport(ctx context.Context, r *analyzer.Report) error {
	if r == nil || r.Verdict == "" {
		return errors.New("keep a report: one with a verdict is needed")
	}
	body, err := encodeReport(r)
	if err != nil {
		return fmt.Errorf("keep the report of %s: %w", r.ContentSHA256, err)
	}
	return s.update(ctx, func(t *tx) error {
		_, _, err := t.keep(r, body)
		return err
	})
}

// findReport reads one report, or gives ErrNotFound.
func findReport(ctx context.Context, q querier, id ReportID) (*analyzer.Report, error) {
	var body []byte
	var version string
	err := q.QueryRowContext(ctx, "SELECT body, detector_version FROM reports WHERE id = ?", id).Scan(&body, &version)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("report %d: %w", id, ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	r, err := decodeReport(body)
	if err != nil {
		return nil, fmt.Errorf("report %d: %w", id, err)
	}
	r.Full = !strings.HasSuffix(version, partly) // old bodies do not say
	if r.Tiers.Recall == analyzer.Suspicious && r.Tiers.PressSafe == analyzer.Human {
		r.Tiers.PressSafe = "" // old bodies certify what recall flags; migration 0003 did this to the tracks
	}
	return r, nil
}

// putReport inserts a report, or finds the one of the same content and detector that heard as much.
func (t *tx) putReport(r *analyzer.Report, body []byte) (id ReportID, err error) {
	version := reportKey(r.DetectorVersion, r.Full)
	_, err = t.exec(`
		INSERT INTO reports (content_sha256, detector_version, sound_sha256, created_at, measured, fused, conservative,
			body)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (content_sha256, detector_version) DO NOTHING`,
		r.ContentSHA256, version, r.SoundSHA256, millis(t.now), r.Measured, r.Margins.Fused, r.Margins.Conservative,
		body)
	if err != nil {
		return 0, err
	}
	err = t.queryRow("SELECT id FROM reports WHERE content_sha256 = ? AND detector_version = ?",
		r.ContentSHA256, version).Scan(&id)
	return id, err
}

// deflaters has writers that wait for the next report: a new one takes as long as what it writes.
var deflaters = sync.Pool{New: func() any {
	w, err := flate.NewWriter(nil, flate.BestCompression)
	if err != nil {
		panic(err) // there is such a level
	}
	return w
}}

func encodeReport(r *analyzer.Report) ([]byte, error) {
	rest := *r
	rest.Waveform, rest.Spectrum.Values = nil, nil
	text, err := json.Marshal(&rest)
	if err != nil {
		return nil, fmt.Errorf("encode report: %w", err)
	}
	raw := appendCurve(nil, r.Waveform)
	raw = appendCurve(raw, r.Spectrum.Values)
	raw = append(raw, text...)

	out := bytes.NewBuffer([]byte{reportFormat})
	w := deflaters.Get().(*flate.Writer) //nolint:errcheck,forcetypeassert // the pool has nothing else
	defer deflaters.Put(w)
	w.Reset(out)
	if _, err := w.Write(raw); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}

func decodeReport(body []byte) (*analyzer.Report, error) {
	if len(body) == 0 || body[0] != reportFormat {
		return nil, fmt.Errorf("%w: unknown format", errReport)
	}
	raw, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(body[1:])), maxReport))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errReport, err)
	}
	waveform, raw, err := readCurve(raw)
	if err != nil {
		return nil, err
	}
	spectrum, raw, err := readCurve(raw)
	if err != nil {
		return nil, err
	}
	var r analyzer.Report
	if err := json.Unmarshal(raw, &r); err != nil {
		return nil, fmt.Errorf("%w: %w", errReport, err)
	}
	r.Waveform, r.Spectrum.Values = waveform, spectrum
	return &r, nil
}
