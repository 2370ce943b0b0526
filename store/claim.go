package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"earmark/analyzer"
)

// Claim is a track handed to an owner to be analysed.
type Claim struct {
	Track   TrackID
	Job     JobID
	ItemID  string
	Path    string
	Attempt int // 1 the first time; more when an earlier owner let it go or died
}

// Claim hands up to n tracks to owner until the lease ends: the oldest active job first, then in the order of its
// intake. Tracks whose lease has ended are handed out again. No answer and no error means that nothing is waiting.
func (s *Store) Claim(ctx context.Context, owner string, n int, lease time.Duration) ([]Claim, error) {
	if owner == "" {
		return nil, errors.New("claim: an owner is needed")
	}
	var claims []Claim
	err := s.update(ctx, func(t *tx) error {
		rows, err := t.QueryContext(ctx, `
			UPDATE tracks SET status = 'running', owner = ?1, lease_until = ?2, attempt = attempt + 1
			WHERE id IN (
				SELECT t.id
				FROM jobs j INDEXED BY jobs_claimable
				CROSS JOIN tracks t INDEXED BY tracks_claimable ON t.job_id = j.id
				WHERE j.sealed = 1 AND j.status IN ('queued', 'processing')
					AND t.status IN ('queued', 'running') AND (t.status = 'queued' OR t.lease_until <= ?3)
				ORDER BY j.id, t.id
				LIMIT ?4)
			RETURNING id, job_id, item_id, path, attempt`,
			owner, millis(t.now.Add(lease)), millis(t.now), n)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var c Claim
			if err := rows.Scan(&c.Track, &c.Job, &c.ItemID, &c.Path, &c.Attempt); err != nil {
				return err
			}
			claims = append(claims, c)
		}
		if err := rows.Err(); err != nil {
			return err
		}
		slices.SortFunc(claims, func(a, b Claim) int { // RETURNING promises no order
			return cmp.Or(cmp.Compare(a.Job, b.Job), cmp.Compare(a.Track, b.Track))
		})
		return t.startJobs(claims)
	})
	if err != nil {
		return nil, err
	}
	return claims, nil
}

// startJobs marks the jobs of claimed tracks as processing.
func (t *tx) startJobs(claims []Claim) error {
	var last JobID
	for _, c := range claims {
		if c.Job == last {
			continue
		}
		last = c.Job
		if _, err := t.exec(`UPDATE jobs SET status = 'processing', started_at = coalesce(started_at, ?)
			WHERE id = ? AND status = 'queued'`, millis(t.now), c.Job); err != nil {
			return err
		}
	}
	return nil
}

// Renew makes the leases of these tracks end that much from now, as far as owner holds them. What owner holds and does
// not name is handed out again once its lease has ended.
func (s *Store) Renew(ctx context.Context, owner string, tracks []TrackID, lease time.Duration) error {
	return s.update(ctx, func(t *tx) error {
		for _, id := range tracks {
			if _, err := t.exec("UPDATE tracks SET lease_until = ? WHERE id = ? AND status = 'running' AND owner = ?",
				millis(t.now.Add(lease)), id, owner); err != nil {
				return err
			}
		}
		return nil
	})
}

// Release lets go of everything owner holds: it is queued again, or cancelled where the job was. Call it at a clean
// stop, and for owners that are known to be dead.
func (s *Store) Release(ctx context.Context, owner string) error {
	return s.update(ctx, func(t *tx) error {
		_, err := t.exec(`
			UPDATE tracks SET owner = '', lease_until = 0, status = (
				SELECT iif(j.status IN ('cancelled', 'failed'), 'cancelled', 'queued') FROM jobs j
				WHERE j.id = tracks.job_id)
			WHERE status = 'running' AND owner = ?`, owner)
		return err
	})
}

// Owners names everyone who holds a running track, living or dead.
func (s *Store) Owners(ctx context.Context) ([]string, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT DISTINCT owner FROM tracks WHERE status = 'running' ORDER BY owner")
	if err != nil {
		return nil, s.explain(err)
	}
	defer rows.Close()
	var owners []string
	for rows.Next() {
		var o string
		if err := rows.Scan(&o); err != nil {
			return nil, s.explain(err)
		}
		owners = append(owners, o)
	}
	return owners, s.explain(rows.Err())
}

// Finish stores the report of a track that owner holds, with the counters and the end of the job, in one transaction.
// The report is kept once for each content hash and detector version, and one of a part of the recording gives way to
// one of the whole that is there already. The track is judged by the calibration that is in force. ErrLeaseLost means
// that somebody else has the track by now, and that nothing was changed.
func (s *Store) Finish(ctx context.Context, owner string, id TrackID, r *analyzer.Report) error {
	if r == nil || r.Verdict == "" {
		return fmt.Errorf("finish %s: a report with a verdict is needed", id)
	}
	body, err := encodeReport(r) // before the transaction, so that others do not wait for it
	if err != nil {
		return fmt.Errorf("finish %s: %w", id, err)
	}
	return s.update(ctx, func(t *tx) error {
		r, report, err := t.keep(r, body)
		if err != nil {
			return err
		}
		return t.finish(owner, id, report, r)
	})
}

// keep stores a report, unless a better one of the same recording is there already: then it gives that one.
func (t *tx) keep(r *analyzer.Report, body []byte) (*analyzer.Report, ReportID, error) {
	if !r.Full {
		id, err := lookUp(t.ctx, t, r.ContentSHA256, r.DetectorVersion, true)
		if err != nil {
			return nil, 0, err
		}
		if id != 0 {
			r, err = findReport(t.ctx, t, id)
			return r, id, err
		}
	}
	id, err := t.putReport(r, body)
	return r, id, err
}

// FinishWith is Finish with a report that is known already; see FindReport.
func (s *Store) FinishWith(ctx context.Context, owner string, id TrackID, report ReportID) error {
	r, err := findReport(ctx, s.read, report)
	if err != nil {
		return fmt.Errorf("finish %s: %w", id, s.explain(err))
	}
	return s.update(ctx, func(t *tx) error { return t.finish(owner, id, report, r) })
}

func (t *tx) finish(owner string, id TrackID, report ReportID, r *analyzer.Report) error {
	job, title, artist, err := t.held(owner, id)
	if err != nil {
		return err
	}
	tags := r.Audio.Tags
	title, artist = cmp.Or(title, tags.Title), cmp.Or(artist, tags.Artist)
	_, err = t.exec(`
		UPDATE tracks SET title = ?, artist = ?, artist_key = ?, title_key = coalesce(?, title_key) WHERE id = ?`,
		title, artist, artistKey(artist), nullText(fold(title)), id)
	if err == nil {
		err = t.show(id, report, r)
	}
	if err != nil {
		return fmt.Errorf("finish %s: %w", id, err)
	}
	return t.completeJob(job)
}

// Replace puts a report of the whole recording in the place of the one that an analysed track has. The decision on the
// track stands, and goes on naming the report that it judged; the track is judged by the calibration that is in force.
// It gives ErrConflict for a track without a report, or with one of other bytes.
func (s *Store) Replace(ctx context.Context, id TrackID, r *analyzer.Report) error {
	if r == nil || r.Verdict == "" || !r.Full {
		return fmt.Errorf("replace the report of %s: a report of the whole recording with a verdict is needed", id)
	}
	body, err := encodeReport(r)
	if err != nil {
		return fmt.Errorf("replace the report of %s: %w", id, err)
	}
	return s.update(ctx, func(t *tx) error {
		report, err := t.putReport(r, body)
		if err != nil {
			return err
		}
		return t.replace(id, report, r)
	})
}

// ReplaceWith is Replace with a report that is known already; see FindReport.
func (s *Store) ReplaceWith(ctx context.Context, id TrackID, report ReportID) error {
	r, err := findReport(ctx, s.read, report)
	if err != nil {
		return fmt.Errorf("replace the report of %s: %w", id, s.explain(err))
	}
	return s.update(ctx, func(t *tx) error { return t.replace(id, report, r) })
}

func (t *tx) replace(id TrackID, report ReportID, r *analyzer.Report) error {
	var same bool
	err := t.queryRow(`SELECT EXISTS (
			SELECT 1 FROM tracks t JOIN reports r ON r.id = t.report_id
			WHERE t.id = ? AND t.status = 'success' AND r.content_sha256 = ?)`, id, r.ContentSHA256).Scan(&same)
	if err == nil && !same {
		err = fmt.Errorf("it has none of the same recording: %w", ErrConflict)
	}
	if err == nil {
		err = t.show(id, report, r)
	}
	if err != nil {
		return fmt.Errorf("replace the report of %s: %w", id, err)
	}
	return nil
}

// show copies what lists show of a report to its track, as the calibration in force judges it.
func (t *tx) show(id TrackID, report ReportID, r *analyzer.Report) error {
	judged := *r
	if err := t.judge(&judged); err != nil {
		return err
	}
	r = &judged
	_, err := t.exec(`
		UPDATE tracks SET status = 'success', owner = '', lease_until = 0, processed_at = ?, report_id = ?,
			verdict = ?, press_safe = ?, human_safe = ?, recall = ?, measured = ?, score = ?, reliability = ?,
			duration = ?, codec = ?
		WHERE id = ?`,
		millis(t.now), report,
		string(r.Verdict), string(r.Tiers.PressSafe), string(r.Tiers.HumanSafe), string(r.Tiers.Recall),
		r.Measured, r.Scores.Truth, r.Reliability, r.Audio.DurationSec, r.Audio.Codec, id)
	return err
}

// Fail stores why a track that owner holds could not be analysed: code is one of the job contract's, message says what
// is wrong and what to do. A failure is never a flag. ErrLeaseLost is as in Finish.
func (s *Store) Fail(ctx context.Context, owner string, id TrackID, code, message string) error {
	if code == "" {
		return fmt.Errorf("fail %s: a code is needed", id)
	}
	return s.update(ctx, func(t *tx) error {
		job, _, _, err := t.held(owner, id)
		if err != nil {
			return err
		}
		_, err = t.exec(`UPDATE tracks SET status = 'failed', owner = '', lease_until = 0, processed_at = ?,
			error_code = ?, error_message = ? WHERE id = ?`, millis(t.now), code, message, id)
		if err != nil {
			return fmt.Errorf("fail %s: %w", id, err)
		}
		return t.completeJob(job)
	})
}

// held makes sure that owner still holds the track. A lease that has ended, but that nobody else took, is still good.
func (t *tx) held(owner string, id TrackID) (job JobID, title, artist string, err error) {
	err = t.queryRow("SELECT job_id, title, artist FROM tracks WHERE id = ? AND status = 'running' AND owner = ?",
		id, owner).Scan(&job, &title, &artist)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("%s: %w", id, ErrLeaseLost)
	}
	return job, title, artist, err
}
