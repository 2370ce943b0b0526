package store

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// allowed are the errors that a legal call at the wrong moment may give.
func allowed(tb testing.TB, what string, err error) {
	tb.Helper()
	for _, ok := range []error{ErrConflict, ErrLeaseLost, ErrNothingToUndo, ErrNotFound} {
		if errors.Is(err, ok) {
			return
		}
	}
	if err != nil {
		tb.Fatalf("%s: %v", what, err)
	}
}

// checkWhole checks what must hold between the tables at any time.
func checkWhole(tb testing.TB, s *Store) {
	tb.Helper()
	checkCounters(tb, s)
	for what, query := range map[string]string{
		"a standing decision is not the latest one that was not undone": `
			SELECT count(*) FROM tracks t WHERE coalesce(decision_id, 0) <> coalesce((
				SELECT max(d.id) FROM decisions d WHERE d.track_id = t.id AND d.kind <> 'undo'
					AND NOT EXISTS (SELECT 1 FROM decisions u WHERE u.undoes = d.id)), 0)`,
		"a standing decision is copied wrongly": `
			SELECT count(*) FROM tracks t JOIN decisions d ON d.id = t.decision_id
			WHERE (t.decision, t.reason, t.note, t.reviewer, t.decided_at)
				IS NOT (d.kind, d.reason, d.note, d.reviewer, d.at)`,
		"a decision names a report of another track": `
			SELECT count(*) FROM decisions d JOIN decisions u ON u.undoes = d.id
			WHERE u.report_id IS NOT d.report_id OR u.track_id <> d.track_id`,
		"a job is complete with tracks to do, or the other way round": `
			SELECT count(*) FROM jobs WHERE status NOT IN ('cancelled', 'failed')
				AND (status = 'complete') <> (sealed = 1 AND succeeded + failed = total)`,
		"a job has ended without a time, or the other way round": `
			SELECT count(*) FROM jobs
			WHERE (status IN ('complete', 'cancelled', 'failed')) <> (completed_at IS NOT NULL)`,
		"a track is cancelled in a job that goes on": `
			SELECT count(*) FROM tracks t JOIN jobs j ON j.id = t.job_id
			WHERE t.status = 'cancelled' AND j.status NOT IN ('cancelled', 'failed')`,
		"a running track has no lease": "SELECT count(*) FROM tracks WHERE (status = 'running') <> (lease_until > 0)",
	} {
		var n int
		must(tb, s.read.QueryRowContext(tb.Context(), query).Scan(&n))
		if n > 0 {
			tb.Fatalf("%d times: %s", n, what)
		}
	}
	checkJudged(tb, s)
}

// TestCountersAlwaysAgree runs random sequences of everything that can happen, and counts after each step.
func TestCountersAlwaysAgree(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			s, c := newStore(t)
			d := &dice{
				Rand: rand.New(rand.NewPCG(seed, 1)), s: s, t: t,
				held: map[string][]Claim{}, reports: []ReportID{1},
			}
			for range 300 {
				if d.IntN(4) == 0 {
					c.forward(time.Duration(d.IntN(50)) * time.Second)
				}
				d.step()
				checkWhole(t, s)
			}
		})
	}
}

// TestTracksAreCountedWhereTheyAre tries what a person may type into the sqlite3 shell.
func TestTracksAreCountedWhereTheyAre(t *testing.T) {
	s, _ := newStore(t)
	finished(t, s, "suspicious", "human")
	sealedJob(t, s, 1)
	_, err := s.write.ExecContext(t.Context(), "CREATE TEMP TABLE copy AS SELECT job_id, item_id, path, title_key, "+
		"artist_key, path_key, 'queued' AS status FROM tracks")
	must(t, err)
	const columns = "(job_id, item_id, path, title_key, artist_key, path_key, status)"
	for _, bad := range []string{
		"UPDATE tracks SET job_id = 2 WHERE id = 2",
		"UPDATE OR REPLACE tracks SET job_id = 1, item_id = (SELECT min(item_id) FROM tracks) WHERE job_id = 2",
		"UPDATE OR REPLACE tracks SET item_id = (SELECT min(item_id) FROM tracks) WHERE job_id = 1",
		"UPDATE OR REPLACE tracks SET id = 1 WHERE id = 2",
		"UPDATE OR REPLACE tracks SET rowid = 1 WHERE id = 2",
		"UPDATE OR REPLACE tracks SET oid = 1 WHERE id = 2",
		"REPLACE INTO tracks " + columns + " SELECT * FROM copy",
		"INSERT OR REPLACE INTO tracks (id, job_id, item_id, path, title_key, artist_key, path_key, status) " +
			"SELECT 1, job_id, 'new', path, title_key, artist_key, path_key, 'queued' FROM tracks WHERE id = 1",
	} {
		if _, err := s.write.ExecContext(t.Context(), "PRAGMA foreign_keys = off"); err != nil { // as in the shell
			t.Fatal(err)
		}
		if _, err := s.write.ExecContext(t.Context(), bad); err == nil {
			t.Errorf("accepted: %s", bad)
		}
		checkCounters(t, s)
	}
	for _, good := range []string{
		"UPDATE tracks SET status = 'cancelled' WHERE status = 'queued'", "DELETE FROM tracks WHERE job_id = 2",
		"INSERT OR REPLACE INTO tracks " + columns + " SELECT job_id, item_id || '~2', path, title_key, artist_key, " +
			"path_key, status FROM copy",
	} {
		_, err := s.write.ExecContext(t.Context(), good)
		must(t, err)
		checkCounters(t, s)
	}
}

// dice chooses what happens next.
type dice struct {
	*rand.Rand
	s       *Store
	t       *testing.T
	jobs    int64
	tracks  int
	held    map[string][]Claim
	reports []ReportID
}

func (d *dice) step() {
	ctx := d.t.Context()
	job := JobID(1 + d.Int64N(d.jobs+1))
	track := TrackID(1 + d.IntN(d.tracks+1))
	who := []string{"anna", "bert"}[d.IntN(2)]
	owner := []string{"w1", "w2", "w3"}[d.IntN(3)]
	kinds := []string{"suspicious", "human", "recall", "unmeasured"}
	switch d.IntN(18) {
	case 16:
		if d.IntN(3) == 0 {
			_, _, err := d.s.UndoCalibration(ctx, who)
			allowed(d.t, "undo calibration", err)
		} else {
			calibrate(d.t, d.s, 3*d.Float64(), 3*d.Float64(), d.Float64())
		}
	case 0:
		_, err := d.s.CreateJob(ctx, "n", "s")
		must(d.t, err)
		d.jobs++
	case 1, 2:
		var items []NewTrack
		for range d.IntN(12) {
			n := NewTrack{ItemID: fmt.Sprint(d.IntN(40)), Path: "/p"}
			if d.IntN(8) == 0 {
				n = NewTrack{ItemID: n.ItemID, ErrorCode: "bad_line"}
			}
			items = append(items, n)
		}
		allowed(d.t, "add", d.s.AddTracks(ctx, job, items))
		must(d.t, d.s.read.QueryRowContext(ctx, "SELECT count(*) FROM tracks").Scan(&d.tracks))
	case 3:
		allowed(d.t, "seal", d.s.SealJob(ctx, job))
	case 4, 5:
		cs, err := d.s.Claim(ctx, owner, 1+d.IntN(4), 30*time.Second)
		must(d.t, err)
		d.held[owner] = append(d.held[owner], cs...)
	case 6, 7, 8:
		for _, c := range d.held[owner] { // some of them lost by now
			n := d.IntN(50) // the same bytes give the same report
			content := fmt.Sprint(n)
			switch d.IntN(3) {
			case 0:
				allowed(d.t, "fail", d.s.Fail(ctx, owner, c.Track, "silent", "no sound"))
			case 1:
				allowed(d.t, "finish with", d.s.FinishWith(ctx, owner, c.Track, d.reports[d.IntN(len(d.reports))]))
			default:
				r := newReport(content, float64(n)/50, kinds[n%4])
				if d.IntN(2) == 0 {
					r = partial(content, float64(n)/70)
				}
				allowed(d.t, "finish", d.s.Finish(ctx, owner, c.Track, r))
				if id, ok, _ := d.s.FindReport(ctx, content, r.DetectorVersion, r.Full); ok {
					d.reports = append(d.reports, id)
				}
			}
		}
		d.held[owner] = nil
	case 17:
		n := d.IntN(50)
		allowed(d.t, "replace", d.s.Replace(ctx, track, newReport(fmt.Sprint(n), float64(n)/50, kinds[n%4])))
	case 9:
		must(d.t, d.s.Release(ctx, owner))
	case 10:
		to := []JobStatus{JobPaused, JobProcessing, JobQueued, JobCancelled, JobComplete}[min(d.IntN(12), 4)]
		allowed(d.t, "set status", d.s.SetJobStatus(ctx, job, to))
	case 11:
		_, err := d.s.RetryFailed(ctx, job)
		allowed(d.t, "retry", err)
	case 12:
		if d.IntN(8) == 0 {
			allowed(d.t, "fail job", d.s.FailJob(ctx, job, "manifest"))
		}
	case 13, 14:
		kind := []DecisionKind{DecideAI, DecideHuman, DecideSkip}[d.IntN(3)]
		_, err := d.s.Decide(ctx, NewDecision{track, kind, who, "reason", "note"})
		allowed(d.t, "decide", err)
	case 15:
		if d.IntN(2) == 0 {
			_, _, err := d.s.Undo(ctx, who)
			allowed(d.t, "undo", err)
		} else {
			_, err := d.s.UndoTrack(ctx, track, who)
			allowed(d.t, "undo track", err)
		}
	}
}
