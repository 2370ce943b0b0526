package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// JobStatus is where a job stands.
type JobStatus string

// The states of a job. Paused and cancelled are ours, the others are the job contract's.
const (
	JobQueued     JobStatus = "queued"
	JobProcessing JobStatus = "processing"
	JobPaused     JobStatus = "paused"
	JobCancelled  JobStatus = "cancelled"
	JobComplete   JobStatus = "complete" // every track finished, failures included
	JobFailed     JobStatus = "failed"   // the job itself, such as an unreadable manifest
)

// Counts are a job's counters, kept in the transactions that change its tracks.
type Counts struct {
	Total       int64 // tracks
	Processed   int64 // Succeeded + Failed
	Succeeded   int64 // Human + Suspicious
	Failed      int64
	Human       int64
	Suspicious  int64
	NotMeasured int64 // among Human: unfit for a verdict
	Undecided   int64 // processed, and no decision stands
	Flags       int64 // suspicious, and no decision stands
}

// Job is a set of tracks that were asked for together.
type Job struct {
	ID          JobID
	Name        string
	Status      JobStatus
	Source      string // what was asked for, in the asker's words
	Sealed      bool   // the source was read to its end: all its tracks are known
	Counts      Counts
	CreatedAt   time.Time
	StartedAt   time.Time // zero: not yet
	CompletedAt time.Time // zero: not yet
	Error       string    // why it failed
}

// sweepBatch bounds how many tracks one transaction changes, so that other writers are not kept waiting.
const sweepBatch = 5000

const jobColumns = `id, name, status, source, sealed, error, created_at, coalesce(started_at, 0),
	coalesce(completed_at, 0), total, succeeded, failed, human, suspicious, not_measured, undecided, flags`

const selectJobs = "SELECT " + jobColumns + " FROM jobs "

func scanJob(row interface{ Scan(dest ...any) error }) (Job, error) {
	var j Job
	var created, started, completed int64
	c := &j.Counts
	err := row.Scan(&j.ID, &j.Name, &j.Status, &j.Source, &j.Sealed, &j.Error, &created, &started, &completed,
		&c.Total, &c.Succeeded, &c.Failed, &c.Human, &c.Suspicious, &c.NotMeasured, &c.Undecided, &c.Flags)
	c.Processed = c.Succeeded + c.Failed
	j.CreatedAt, j.StartedAt, j.CompletedAt = fromMillis(created), fromMillis(started), fromMillis(completed)
	return j, err
}

func findJob(ctx context.Context, q querier, id JobID) (Job, error) {
	j, err := scanJob(q.QueryRowContext(ctx, selectJobs+"WHERE id = ?", id))
	if errors.Is(err, sql.ErrNoRows) {
		return j, fmt.Errorf("%s: %w", id, ErrNotFound)
	}
	return j, err
}

// Job reads one job, or gives ErrNotFound.
func (s *Store) Job(ctx context.Context, id JobID) (Job, error) {
	j, err := findJob(ctx, s.read, id)
	return j, s.explain(err)
}

// Jobs reads all jobs, newest first.
func (s *Store) Jobs(ctx context.Context) ([]Job, error) {
	return s.jobs(ctx, selectJobs+"ORDER BY id DESC")
}

// UnsealedJobs reads the jobs whose intake has not finished, oldest first. After a start these were cut off: walk them
// again.
func (s *Store) UnsealedJobs(ctx context.Context) ([]Job, error) {
	return s.jobs(ctx, selectJobs+"WHERE sealed = 0 AND status IN ('queued', 'paused') ORDER BY id")
}

func (s *Store) jobs(ctx context.Context, query string) ([]Job, error) {
	rows, err := s.read.QueryContext(ctx, query)
	if err != nil {
		return nil, s.explain(err)
	}
	defer rows.Close()
	var jobs []Job
	for rows.Next() {
		j, err := scanJob(rows)
		if err != nil {
			return nil, s.explain(err)
		}
		jobs = append(jobs, j)
	}
	return jobs, s.explain(rows.Err())
}

// refuse tells why a job could not be changed: it is not there, or its state forbids it.
func (t *tx) refuse(id JobID, verb string) error {
	j, err := findJob(t.ctx, t, id)
	if err != nil {
		return err
	}
	return fmt.Errorf("%s %s, which is %s: %w", verb, id, j.Status, ErrConflict)
}

// completeJob marks a job complete once all its tracks are processed.
func (t *tx) completeJob(id JobID) error {
	_, err := t.exec(`
		UPDATE jobs SET status = 'complete', completed_at = ?1, started_at = coalesce(started_at, ?1)
		WHERE id = ?2 AND sealed = 1 AND status IN ('queued', 'processing', 'paused') AND succeeded + failed = total`,
		millis(t.now), id)
	return err
}

// SetJobStatus pauses a job (JobPaused), lets it go on (JobQueued or JobProcessing: which of the two depends on whether
// it had started) or cancels it (JobCancelled: its queued tracks are cancelled, running ones are finished). Setting a
// state again changes nothing; any other change gives ErrConflict.
func (s *Store) SetJobStatus(ctx context.Context, id JobID, status JobStatus) error {
	var query string
	switch status {
	case JobPaused:
		query = "UPDATE jobs SET status = 'paused' WHERE id = ? AND status IN ('queued', 'processing', 'paused')"
	case JobQueued, JobProcessing:
		query = `UPDATE jobs SET status = iif(started_at IS NULL, 'queued', 'processing')
			WHERE id = ? AND status IN ('queued', 'processing', 'paused')`
	case JobCancelled:
		query = `UPDATE jobs SET status = 'cancelled', completed_at = coalesce(completed_at, ?2)
			WHERE id = ?1 AND status IN ('queued', 'processing', 'paused', 'cancelled')`
	default:
		return fmt.Errorf("set %s to %q: %w", id, status, ErrConflict)
	}
	err := s.update(ctx, func(t *tx) error {
		args := []any{id}
		if status == JobCancelled {
			args = append(args, millis(t.now))
		}
		n, err := t.exec(query, args...)
		if err == nil && n == 0 {
			err = t.refuse(id, "set to "+string(status)+":")
		}
		return err
	})
	if err != nil || status != JobCancelled {
		return err
	}
	return s.SweepCancelled(ctx)
}

// FailJob ends a job with an error of its own, such as a manifest that cannot be read. Its queued tracks are cancelled.
// A job whose intake was open stays unsealed: not all its tracks are known.
func (s *Store) FailJob(ctx context.Context, id JobID, message string) error {
	err := s.update(ctx, func(t *tx) error {
		n, err := t.exec(`UPDATE jobs SET status = 'failed', error = ?, completed_at = ?
			WHERE id = ? AND status IN ('queued', 'processing', 'paused')`, message, millis(t.now), id)
		if err == nil && n == 0 {
			err = t.refuse(id, "fail")
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.SweepCancelled(ctx)
}

// SweepCancelled cancels the queued tracks of jobs that were cancelled or failed, and the running ones whose lease has
// ended. The job's own state already keeps them from being claimed, so a sweep that is cut off is harmless, and Open
// goes on with it.
func (s *Store) SweepCancelled(ctx context.Context) error {
	for n := int64(sweepBatch); n == sweepBatch; {
		err := s.update(ctx, func(t *tx) (err error) {
			n, err = t.exec(`
				UPDATE tracks SET status = 'cancelled', owner = '', lease_until = 0 WHERE id IN (
					SELECT t.id FROM jobs j CROSS JOIN tracks t INDEXED BY tracks_claimable ON t.job_id = j.id
					WHERE j.status IN ('cancelled', 'failed')
						AND t.status IN ('queued', 'running') AND (t.status = 'queued' OR t.lease_until <= ?)
					LIMIT ?)`, millis(t.now), sweepBatch)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// RetryFailed queues the failed tracks of a job again, and after FailJob also those it cancelled, and tells how many.
// Items without a path stay failed: a bad line of a manifest does not get better. Decisions stand. A job that is not
// sealed waits for its source to be read again. It gives ErrConflict for a cancelled job.
func (s *Store) RetryFailed(ctx context.Context, id JobID) (total int64, err error) {
	for n := int64(sweepBatch); n == sweepBatch; total += n {
		err = s.update(ctx, func(t *tx) (err error) {
			n, err = t.requeue(id)
			return err
		})
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// requeue queues one batch of a job's failed and cancelled tracks. A failed job is opened in the transaction that
// leaves none of them: cut off before, it is still failed and can be retried. Any other job is opened at once, and what
// a cut leaves of it is failed tracks.
func (t *tx) requeue(id JobID) (int64, error) {
	j, err := findJob(t.ctx, t, id)
	if err != nil {
		return 0, err
	}
	if j.Status == JobCancelled {
		return 0, fmt.Errorf("retry %s, which is %s: %w", id, j.Status, ErrConflict)
	}
	n, err := t.exec(`
		UPDATE tracks SET status = 'queued', attempt = 0, error_code = '', error_message = '', processed_at = 0
		WHERE id IN (
			SELECT id FROM tracks INDEXED BY tracks_job_worst
			WHERE job_id = ?1 AND worst >= ?2 AND worst < ?3 AND path <> ''
			UNION ALL
			SELECT id FROM tracks INDEXED BY tracks_job_worst WHERE job_id = ?1 AND worst >= ?4
			LIMIT ?5)`,
		id, int64(rankFailed)*rankStep, int64(rankFailed+1)*rankStep, int64(rankCancelled)*rankStep, sweepBatch)
	if err != nil || j.Status == JobFailed && n == sweepBatch || j.Status != JobFailed && n == 0 {
		return n, err
	}
	_, err = t.exec(`UPDATE jobs SET status = iif(status IN ('complete', 'failed'), 'queued', status),
		completed_at = NULL, error = '' WHERE id = ?`, id)
	if err == nil {
		err = t.completeJob(id) // which may have had nothing left to do
	}
	return n, err
}
