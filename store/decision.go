package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// DecisionKind is what a person decided.
type DecisionKind string

// The decisions. Skip means: heard, and unsure.
const (
	DecideAI    DecisionKind = "ai"
	DecideHuman DecisionKind = "human"
	DecideSkip  DecisionKind = "skip"
)

// kindUndo is the kind of a row of the history that takes an earlier one back.
const kindUndo = "undo"

// Decision is one line of the append-only history of a track.
type Decision struct {
	ID                     DecisionID
	Track                  TrackID
	Report                 ReportID   // that was judged; 0 when there was none
	Kind                   string     // a DecisionKind, or undo
	Undoes                 DecisionID // what an undo takes back, else 0
	Reviewer, Reason, Note string
	At                     time.Time
}

// NewDecision is a decision to be made.
type NewDecision struct {
	Track                  TrackID
	Kind                   DecisionKind
	Reviewer, Reason, Note string // a reviewer is needed
}

const decisionColumns = `id, track_id, coalesce(report_id, 0), kind, coalesce(undoes, 0), reviewer, reason, note, at`

func scanDecision(row interface{ Scan(dest ...any) error }) (Decision, error) {
	var d Decision
	var at int64
	err := row.Scan(&d.ID, &d.Track, &d.Report, &d.Kind, &d.Undoes, &d.Reviewer, &d.Reason, &d.Note, &at)
	d.At = fromMillis(at)
	return d, err
}

func history(ctx context.Context, q querier, id TrackID) ([]Decision, error) {
	rows, err := q.QueryContext(ctx, "SELECT "+decisionColumns+" FROM decisions WHERE track_id = ? ORDER BY id", id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ds []Decision
	for rows.Next() {
		d, err := scanDecision(rows)
		if err != nil {
			return nil, err
		}
		ds = append(ds, d)
	}
	return ds, rows.Err()
}

// Decide appends a decision that judges the report that stands now, and makes it the one that stands on the track. It
// gives ErrConflict for a track that was not analysed yet.
func (s *Store) Decide(ctx context.Context, n NewDecision) (d Decision, err error) {
	switch n.Kind {
	case DecideAI, DecideHuman, DecideSkip:
	default:
		return d, fmt.Errorf("decide %s: %q is not ai, human or skip", n.Track, n.Kind)
	}
	if n.Reviewer == "" {
		return d, fmt.Errorf("decide %s: a reviewer is needed", n.Track)
	}
	err = s.update(ctx, func(t *tx) error {
		row, err := findRow(ctx, t, n.Track)
		if err != nil {
			return err
		}
		if row.Status != TrackSuccess && row.Status != TrackFailed {
			return fmt.Errorf("decide %s, which is %s: %w", n.Track, row.Status, ErrConflict)
		}
		d, err = t.decide(Decision{
			Track: n.Track, Kind: string(n.Kind), Reviewer: n.Reviewer, Reason: n.Reason, Note: n.Note,
		})
		if err != nil {
			return err
		}
		return t.stand(n.Track, d)
	})
	return d, err
}

// decide appends a row to the history. An undo names the report of what it undoes, a decision the one that stands.
func (t *tx) decide(d Decision) (Decision, error) {
	return scanDecision(t.queryRow(`
		INSERT INTO decisions (track_id, report_id, kind, undoes, reviewer, reason, note, at)
		SELECT id, iif(?1 = 'undo', nullif(?2, 0), report_id), ?1, nullif(?3, 0), ?4, ?5, ?6, ?7
		FROM tracks WHERE id = ?8
		RETURNING `+decisionColumns,
		d.Kind, d.Report, d.Undoes, d.Reviewer, d.Reason, d.Note, millis(t.now), d.Track))
}

// stand copies a decision to its track; the zero decision leaves it undecided.
func (t *tx) stand(id TrackID, d Decision) error {
	_, err := t.exec(`
		UPDATE tracks SET decision_id = nullif(?, 0), decision = ?, reason = ?, note = ?, reviewer = ?, decided_at = ?
		WHERE id = ?`, d.ID, d.Kind, d.Reason, d.Note, d.Reviewer, millis(d.At), id)
	return err
}

// Undo takes back the latest decision of this reviewer that stands anywhere in the database, from whatever day, and
// gives the new row of the history and the track as it is now. What stood before on that track stands again. Undone
// again, it goes one further back; with nothing left it gives ErrNothingToUndo. A decision that somebody has overruled
// since does not stand, and is passed over.
func (s *Store) Undo(ctx context.Context, reviewer string) (d Decision, row TrackRow, err error) {
	err = s.update(ctx, func(t *tx) error {
		var id DecisionID
		err := t.queryRow(`
			SELECT decision_id FROM tracks INDEXED BY tracks_standing
			WHERE reviewer = ? AND decision_id IS NOT NULL ORDER BY decision_id DESC LIMIT 1`, reviewer).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("%s: %w", reviewer, ErrNothingToUndo)
		}
		if err != nil {
			return err
		}
		if d, err = t.undo(id, reviewer); err != nil {
			return err
		}
		row, err = findRow(ctx, t, d.Track)
		return err
	})
	return d, row, err
}

// UndoTrack takes back the decision that stands on a track, whoever made it, in the name of reviewer. What stood before
// stands again. It gives ErrNothingToUndo when none stands.
func (s *Store) UndoTrack(ctx context.Context, id TrackID, reviewer string) (d Decision, err error) {
	if reviewer == "" {
		return d, fmt.Errorf("undo %s: a reviewer is needed", id)
	}
	err = s.update(ctx, func(t *tx) error {
		var standing DecisionID
		err := t.queryRow("SELECT coalesce(decision_id, 0) FROM tracks WHERE id = ?", id).Scan(&standing)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return fmt.Errorf("%s: %w", id, ErrNotFound)
		case err != nil:
			return err
		case standing == 0:
			return fmt.Errorf("%s: %w", id, ErrNothingToUndo)
		}
		d, err = t.undo(standing, reviewer)
		return err
	})
	return d, err
}

// undo appends the undo of a standing decision and lets the one before it stand.
func (t *tx) undo(id DecisionID, reviewer string) (Decision, error) {
	old, err := scanDecision(t.queryRow("SELECT "+decisionColumns+" FROM decisions WHERE id = ?", id))
	if err != nil {
		return Decision{}, err
	}
	d, err := t.decide(Decision{
		Track: old.Track, Report: old.Report, Kind: kindUndo, Undoes: id, Reviewer: reviewer,
	})
	if err != nil {
		return Decision{}, err
	}
	before, err := scanDecision(t.queryRow(`
		SELECT `+decisionColumns+` FROM decisions d
		WHERE track_id = ? AND kind <> 'undo' AND NOT EXISTS (SELECT 1 FROM decisions u WHERE u.undoes = d.id)
		ORDER BY id DESC LIMIT 1`, old.Track))
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return Decision{}, err
	}
	return d, t.stand(old.Track, before) // the zero decision when there was none before
}
