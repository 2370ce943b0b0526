package store

import (
	"context"
	"fmt"

	"earmark/analyzer"
)

// rejudgeKiB is the page cache while tracks are judged again; what it holds is given back afterwards.
const rejudgeKiB = 512 << 10

// changedReport is a report that two calibrations judge differently.
type changedReport struct {
	id       ReportID
	from, to analyzer.Tiers
}

// changedReports compares two sets of thresholds on every report of a detector, those of a part of a recording
// included. It reads one index and no body.
func changedReports(ctx context.Context, q querier, detector string, from, to analyzer.Thresholds) (
	[]changedReport, error,
) {
	rows, err := q.QueryContext(ctx, `SELECT id, fused, conservative FROM reports INDEXED BY reports_margins
		WHERE detector_version IN (?, ?) AND measured = 1`, reportKey(detector, true), reportKey(detector, false))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var changed []changedReport
	for rows.Next() {
		var r changedReport
		var m analyzer.Margins
		if err := rows.Scan(&r.id, &m.Fused, &m.Conservative); err != nil {
			return nil, err
		}
		if r.from, r.to = from.Judge(m), to.Judge(m); r.from != r.to {
			changed = append(changed, r)
		}
	}
	return changed, rows.Err()
}

func (n *Rejudged) count(r changedReport, tracks int64) {
	switch {
	case r.from.HumanSafe == r.to.HumanSafe:
		n.Other += tracks
	case r.to.HumanSafe == analyzer.Suspicious:
		n.Flagged += tracks
	default:
		n.Cleared += tracks
	}
}

// Rejudged says what other thresholds would change among the tracks that a detector has measured. Nothing is written.
func (s *Store) Rejudged(ctx context.Context, detector string, from, to analyzer.Thresholds) (n Rejudged, err error) {
	err = s.view(ctx, func(q querier) error {
		changed, err := changedReports(ctx, q, detector, from, to)
		if err != nil {
			return err
		}
		for _, r := range changed {
			var tracks int64
			err := q.QueryRowContext(ctx, "SELECT count(*) FROM tracks WHERE report_id = ?", r.id).Scan(&tracks)
			if err != nil {
				return err
			}
			n.count(r, tracks)
		}
		return nil
	})
	return n, err
}

// rejudge brings the tracks from one calibration to another. Only those that it changes are written; the triggers keep
// the counters.
func (t *tx) rejudge(from, to Calibration) (n Rejudged, err error) {
	changed, err := changedReports(t.ctx, t, to.Detector, from.Thresholds, to.Thresholds)
	if err != nil || len(changed) == 0 {
		return n, err
	}
	// Each row stands in some twenty indexes. With their pages at hand, 66,000 of a million tracks took 21 s instead of
	// 37 s on two busy cores; other writers wait that long, which is the price of all or nothing.
	if _, err := t.exec(fmt.Sprintf("PRAGMA cache_size = %d", -rejudgeKiB)); err != nil {
		return n, err
	}
	defer func() { _, _ = t.exec(fmt.Sprintf("PRAGMA cache_size = %d", -cacheKiB)) }() // it can only stay too large
	update, err := t.PrepareContext(t.ctx, `
		UPDATE tracks SET verdict = ?, press_safe = ?, human_safe = ?, recall = ? WHERE report_id = ?`)
	if err != nil {
		return n, err
	}
	defer update.Close()
	for _, r := range changed {
		res, err := update.ExecContext(t.ctx, string(r.to.HumanSafe), string(r.to.PressSafe), string(r.to.HumanSafe),
			string(r.to.Recall), r.id)
		if err != nil {
			return n, err
		}
		tracks, err := res.RowsAffected()
		if err != nil {
			return n, err
		}
		n.count(r, tracks)
	}
	return n, nil
}
