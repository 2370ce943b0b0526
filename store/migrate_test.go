package store

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"earmark/analyzer"
)

func TestMigrationsRunInOrderAndOnce(t *testing.T) {
	ctx := t.Context()
	s, _ := newStore(t)
	released, err := migrations()
	must(t, err)
	steps := append(slices.Clone(released),
		"CREATE TABLE shelf (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT; INSERT INTO shelf VALUES (1, 'a')",
		"ALTER TABLE shelf ADD COLUMN place TEXT NOT NULL DEFAULT 'x'; INSERT INTO shelf (name) VALUES ('b')",
	)
	j := sealedJob(t, s, 2) // what the old file holds
	must(t, s.migrate(ctx, steps[:len(steps)-1]))
	must(t, s.migrate(ctx, steps))
	must(t, s.migrate(ctx, steps))
	var n, version int
	must(t, s.write.QueryRowContext(ctx, `
		SELECT count(*), (SELECT user_version FROM pragma_user_version)
		FROM shelf WHERE place = 'x'`).Scan(&n, &version))
	if n != 2 || version != len(steps) {
		t.Errorf("%d rows at schema %d, want 2 at %d", n, version, len(steps))
	}
	if got, err := s.Job(ctx, j.ID); err != nil || got.Counts.Total != 2 {
		t.Errorf("the old job reads %+v, %v", got, err)
	}
	_, err = Open(ctx, s.Path()) // this program knows fewer steps
	want(t, err, ErrNewer)
}

func TestMigrationIsAllOrNothing(t *testing.T) {
	ctx := t.Context()
	s, _ := newStore(t)
	released, err := migrations()
	must(t, err)
	bad := append(slices.Clone(released),
		"CREATE TABLE shelf (id INTEGER PRIMARY KEY) STRICT; INSERT INTO nowhere VALUES (1)")
	err = s.migrate(ctx, bad)
	if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("migrate to schema %d", len(bad))) {
		t.Fatalf("error %v does not name the step", err)
	}
	var n, version int
	must(t, s.write.QueryRowContext(ctx, `
		SELECT count(*), (SELECT user_version FROM pragma_user_version)
		FROM sqlite_master WHERE name = 'shelf'`).Scan(&n, &version))
	if n != 0 || version != len(released) {
		t.Errorf("a failed step left %d tables at schema %d", n, version)
	}
	openStore(t, s.Path())
}

// A database from before there were calibrations keeps its reports, and takes new ones.
func TestOldReportsSurviveTheirMigration(t *testing.T) {
	ctx := t.Context()
	steps, err := migrations()
	must(t, err)
	path := filepath.Join(t.TempDir(), "old.db")
	db, err := sql.Open("sqlite3", path)
	must(t, err)
	old := newReport("c", 0, "human")
	old.DetectorVersion = "0.9"
	body, err := encodeReport(old)
	must(t, err)
	_, err = db.ExecContext(ctx, steps[0])
	must(t, err)
	_, err = db.ExecContext(ctx, fmt.Sprintf(`
		INSERT INTO jobs (name, source, status, created_at) VALUES ('old', '/music', 'queued', 1);
		INSERT INTO reports (content_sha256, detector_version, sound_sha256, created_at, body)
			VALUES ('c', '0.9', 's', 1, ?);
		INSERT INTO tracks
			(job_id, item_id, path, status, report_id, verdict, measured, title_key, artist_key, path_key)
			VALUES (1, 'i', 'p', 'success', 1, 'human', 1, '', '', '');
		PRAGMA application_id = %d; PRAGMA user_version = 1`, applicationID), body)
	must(t, err)
	must(t, db.Close())

	s := openStore(t, path)
	track, err := s.Track(ctx, 1)
	must(t, err)
	if track.Report == nil || track.Report.DetectorVersion != "0.9" || track.Verdict != analyzer.Human {
		t.Errorf("the old track reads %+v", track)
	}
	finished(t, s, "human")
}

// A database from before press-safe could be inconclusive certifies nothing that recall flags.
func TestOldCertificatesAreTakenBack(t *testing.T) {
	ctx := t.Context()
	s, _ := newStore(t)
	steps, err := migrations()
	must(t, err)
	const at = 2 // schema before
	kinds := []string{"suspicious", "recall", "human", "unmeasured", "failed"}
	job, ids := finished(t, s, kinds...)
	before, err := s.Job(ctx, job.ID)
	must(t, err)
	for _, i := range []int{0, 1} { // as they were kept then
		track, err := s.Track(ctx, ids[i])
		must(t, err)
		old := *track.Report
		old.Tiers.PressSafe = analyzer.Human
		body, err := encodeReport(&old)
		must(t, err)
		_, err = s.write.ExecContext(ctx, `UPDATE reports SET body = ? WHERE id = ?;
			UPDATE tracks SET press_safe = 'human' WHERE id = ?`, body, track.ReportID, ids[i])
		must(t, err)
	}
	_, err = s.write.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", at))
	must(t, err)
	must(t, s.migrate(ctx, steps[:at+1]))
	for i, want := range []analyzer.Verdict{"", "", analyzer.Human, "", ""} {
		track, err := s.Track(ctx, ids[i])
		must(t, err)
		if got := track.Tiers.PressSafe; got != want {
			t.Errorf("%s: press-safe is %q, want %q", kinds[i], got, want)
		}
		if track.Report != nil && track.Report.Tiers != track.Tiers {
			t.Errorf("%s: the report says %+v, the row %+v", kinds[i], track.Report.Tiers, track.Tiers)
		}
	}
	if after, err := s.Job(ctx, job.ID); err != nil || after.Counts != before.Counts {
		t.Errorf("counts became %+v, %v; were %+v", after.Counts, err, before.Counts)
	}
	checkWhole(t, s)
}

func TestManyOpenOneNewFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "earmark.db")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			s, err := Open(t.Context(), path)
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := s.CreateJob(t.Context(), "n", "s"); err != nil {
				t.Error(err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	jobs, err := openStore(t, path).Jobs(t.Context())
	if len(jobs) != 8 || err != nil {
		t.Errorf("%d jobs, %v", len(jobs), err)
	}
}

func TestSchemaIsStrict(t *testing.T) {
	s, _ := newStore(t)
	rows, err := s.read.QueryContext(t.Context(), `
		SELECT name, strict FROM pragma_table_list
		WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'`)
	must(t, err)
	defer rows.Close()
	tables := 0
	for rows.Next() {
		var name string
		var strict bool
		must(t, rows.Scan(&name, &strict))
		if !strict {
			t.Errorf("table %s is not STRICT", name)
		}
		tables++
	}
	must(t, rows.Err())
	if tables != 5 {
		t.Errorf("%d tables", tables)
	}
	for _, bad := range []string{
		"INSERT INTO jobs (name, source, status, created_at) VALUES ('n', 's', 'lost', 1)",
		"INSERT INTO jobs (name, source, status, created_at) VALUES ('n', 's', 'queued', 'noon')",
		`INSERT INTO tracks (job_id, item_id, path, status, title_key, artist_key, path_key)
			VALUES (99, 'i', 'p', 'queued', '', '', '')`,
	} {
		if _, err := s.write.ExecContext(t.Context(), bad); err == nil {
			t.Errorf("accepted: %s", bad)
		}
	}
	if _, err := os.Stat("migrations/0001_start.sql"); err != nil {
		t.Error(err)
	}
}
