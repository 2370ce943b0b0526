package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"earmark/analyzer"
)

// The kinds of a row of the history of calibrations.
const (
	CalibrationBuiltIn = "builtin" // what was in force before the first own one of this detector
	CalibrationOwn     = "own"     // quantiles on a catalogue of the user's own
	CalibrationUndo    = "undo"    // takes an own one back; its thresholds are those from before
)

// Calibration is one line of the append-only history of thresholds. The zero value stands for the thresholds that a
// report came with.
type Calibration struct {
	ID         CalibrationID
	Kind       string
	Version    string // as records name it
	Detector   string // whose margins the thresholds are compared with: others are left alone
	Thresholds analyzer.Thresholds
	Undoes     CalibrationID   // what an undo takes back, else 0
	Reviewer   string          // who applied it; empty for the built-in one
	Basis      json.RawMessage // what it was made of, as the person saw it; null for none
	At         time.Time
}

// NewCalibration is a calibration to be applied.
type NewCalibration struct {
	Detector   string
	Thresholds analyzer.Thresholds
	Digest     string // of what it was made of: the end of its version
	Before     string // version that has to be in force still
	Reviewer   string
	Basis      json.RawMessage

	// The detector's own, kept so that an undo finds them when the program is a newer one by then.
	BuiltIn        analyzer.Thresholds
	BuiltInVersion string
}

// Rejudged counts tracks whose judgement another calibration changes.
type Rejudged struct {
	Flagged int64 `json:"flagged"` // verdict from human to suspicious
	Cleared int64 `json:"cleared"` // verdict from suspicious to human
	Other   int64 `json:"other"`   // the verdict stays, a tier beside it changes
}

// Judge gives a report the tiers, the verdict and the version of the calibration. Nothing else in it changes.
func (c Calibration) Judge(r *analyzer.Report) {
	if c.ID == 0 || c.Detector != r.DetectorVersion {
		return
	}
	r.CalibrationVersion = c.Version
	if r.Measured {
		r.Tiers = c.Thresholds.Judge(r.Margins)
		r.Verdict = r.Tiers.HumanSafe
	}
}

// Given are the thresholds of a calibration; nil stands for those that a report came with.
func (c Calibration) Given() *analyzer.Thresholds {
	if c.ID == 0 {
		return nil
	}
	return &c.Thresholds
}

const calibrationColumns = `id, kind, version, detector_version, recall, human_safe, press_safe, tracks,
	coalesce(undoes, 0), reviewer, basis, at`

const selectCalibrations = "SELECT " + calibrationColumns + " FROM calibrations "

func scanCalibration(row interface{ Scan(dest ...any) error }) (Calibration, error) {
	var c Calibration
	var basis string
	var at int64
	err := row.Scan(&c.ID, &c.Kind, &c.Version, &c.Detector, &c.Thresholds.Recall, &c.Thresholds.HumanSafe,
		&c.Thresholds.PressSafe, &c.Thresholds.Tracks, &c.Undoes, &c.Reviewer, &basis, &at)
	c.Basis, c.At = json.RawMessage(basis), fromMillis(at)
	return c, err
}

// inForce is the latest calibration of a detector, or the zero value.
func inForce(ctx context.Context, q querier, detector string) (Calibration, error) {
	c, err := scanCalibration(q.QueryRowContext(ctx, selectCalibrations+
		"WHERE detector_version = ? ORDER BY id DESC LIMIT 1", detector))
	if errors.Is(err, sql.ErrNoRows) {
		return Calibration{}, nil
	}
	return c, err
}

// judge judges a report by the calibration in force.
func judge(ctx context.Context, q querier, r *analyzer.Report) error {
	c, err := inForce(ctx, q, r.DetectorVersion)
	if err != nil {
		return fmt.Errorf("calibration of detector %s: %w", r.DetectorVersion, err)
	}
	c.Judge(r)
	return nil
}

func (t *tx) judge(r *analyzer.Report) error { return judge(t.ctx, t, r) }

// Calibration is what is in force for the reports of a detector. The zero value means: the detector's own thresholds.
func (s *Store) Calibration(ctx context.Context, detector string) (Calibration, error) {
	c, err := inForce(ctx, s.read, detector)
	return c, s.explain(err)
}

// Calibrations reads the history, newest first.
func (s *Store) Calibrations(ctx context.Context) ([]Calibration, error) {
	rows, err := s.read.QueryContext(ctx, selectCalibrations+"ORDER BY id DESC")
	if err != nil {
		return nil, s.explain(err)
	}
	defer rows.Close()
	var all []Calibration
	for rows.Next() {
		c, err := scanCalibration(rows)
		if err != nil {
			return nil, s.explain(err)
		}
		all = append(all, c)
	}
	return all, s.explain(rows.Err())
}

// Calibrate appends a calibration and judges every track by it, in one transaction: after a kill either all of it has
// happened or nothing. It gives ErrConflict when something else than n.Before is in force by now.
func (s *Store) Calibrate(ctx context.Context, n NewCalibration) (c Calibration, changed Rejudged, err error) {
	if n.Reviewer == "" || n.Digest == "" || n.Detector == "" {
		return c, changed, errors.New("calibrate: a detector, a digest and a reviewer are needed")
	}
	err = s.update(ctx, func(t *tx) error {
		before, err := inForce(ctx, t, n.Detector)
		if err != nil {
			return err
		}
		if before.ID == 0 {
			before, err = t.putCalibration(Calibration{
				Kind: CalibrationBuiltIn, Version: n.BuiltInVersion, Detector: n.Detector, Thresholds: n.BuiltIn,
			})
			if err != nil {
				return err
			}
		}
		if before.Version != n.Before {
			return fmt.Errorf("calibrate: %s is in force by now, not %s; look at the preview again: %w",
				before.Version, n.Before, ErrConflict)
		}
		c, err = t.putCalibration(Calibration{
			Kind:    CalibrationOwn,
			Version: fmt.Sprintf("own-%s-%s", t.now.UTC().Format("2006-01-02-1504"), n.Digest),

			Detector: n.Detector, Thresholds: n.Thresholds, Reviewer: n.Reviewer, Basis: n.Basis,
		})
		if err != nil {
			return err
		}
		changed, err = t.rejudge(before, c)
		return err
	})
	return c, changed, err
}

// UndoCalibration takes back the own calibration that was applied last, and judges every track as before it. Undone
// again, it goes one further back; with nothing left it gives ErrNothingToUndo.
func (s *Store) UndoCalibration(ctx context.Context, reviewer string) (c Calibration, changed Rejudged, err error) {
	if reviewer == "" {
		return c, changed, errors.New("undo a calibration: a reviewer is needed")
	}
	const standing = "kind <> 'undo' AND NOT EXISTS (SELECT 1 FROM calibrations u WHERE u.undoes = c.id) "
	err = s.update(ctx, func(t *tx) error {
		last, err := scanCalibration(t.queryRow(selectCalibrations + "c WHERE kind = 'own' AND " + standing +
			"ORDER BY id DESC LIMIT 1"))
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("calibration: %w", ErrNothingToUndo)
		}
		if err != nil {
			return err
		}
		before, err := scanCalibration(t.queryRow(selectCalibrations+"c WHERE detector_version = ? AND id < ? AND "+
			standing+"ORDER BY id DESC LIMIT 1", last.Detector, last.ID))
		if err != nil {
			return fmt.Errorf("what was in force before %s: %w", last.Version, err)
		}
		before.Kind, before.Undoes, before.Reviewer = CalibrationUndo, last.ID, reviewer
		if c, err = t.putCalibration(before); err != nil {
			return err
		}
		changed, err = t.rejudge(last, c)
		return err
	})
	return c, changed, err
}

func (t *tx) putCalibration(c Calibration) (Calibration, error) {
	basis := string(c.Basis)
	if basis == "" {
		basis = "null"
	}
	return scanCalibration(t.queryRow(`
		INSERT INTO calibrations (kind, version, detector_version, recall, human_safe, press_safe, tracks, undoes,
			reviewer, basis, at)
		VALUES (?, ?, ?, ?, ?, ?, ?, nullif(?, 0), ?, ?, ?)
		RETURNING `+calibrationColumns,
		c.Kind, c.Version, c.Detector, c.Thresholds.Recall, c.Thresholds.HumanSafe, c.Thresholds.PressSafe,
		c.Thresholds.Tracks, c.Undoes, c.Reviewer, basis, millis(t.now)))
}
