package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"
)

const (
	benchTracks = 1_000_000
	benchQueued = 60_000 // the last ones, in the second job
	benchFirst  = 900_000
)

var benchOnce = sync.OnceValues(buildBench)

// benchStore opens the database of a million tracks; a writing benchmark gets a copy.
func benchStore(b *testing.B, writes bool) *Store {
	b.Helper()
	path, err := benchOnce()
	must(b, err)
	if writes {
		to := filepath.Join(b.TempDir(), "copy.db")
		must(b, copyFile(path, to))
		path = to
	}
	return openStore(b, path)
}

// buildBench makes the database by plain SQL, once for each schema, in the cache folder of the user.
func buildBench() (string, error) {
	steps, err := migrations()
	if err != nil {
		return "", err
	}
	ctx := context.Background() // the file outlives the benchmark that asks first
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	sum := sha256.Sum256(fmt.Append(nil, steps, benchSQL))
	path := filepath.Join(cache, "earmark-bench", fmt.Sprintf("%x.db", sum[:8]))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	start := time.Now()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", err
	}
	folder, err := os.MkdirTemp(filepath.Dir(path), "build-") // two builders do not meet
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // a temporary folder
	s, err := Open(ctx, filepath.Join(folder, "new.db"))
	if err != nil {
		return "", err
	}
	body, err := encodeReport(newReport("bench", 0.5, "human"))
	if err != nil {
		return "", errors.Join(err, s.Close())
	}
	// Indexes and triggers come back after the rows: a hundred times faster, and the same file.
	drop, create, err := benchIndexes(ctx, s)
	if err != nil {
		return "", errors.Join(err, s.Close())
	}
	run := append([]string{"PRAGMA cache_size = -500000"}, drop...)
	run = append(append(run, benchSQL...), create...)
	run = append(run, benchCounters, "ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)") // plans must not depend on ANALYZE
	for _, q := range run {
		args := []any{}
		if q == benchReports {
			args = append(args, body)
		}
		if _, err := s.write.ExecContext(ctx, q, args...); err != nil {
			return "", errors.Join(fmt.Errorf("%s: %w", q, err), s.Close())
		}
	}
	if err := s.Close(); err != nil {
		return "", err
	}
	info, err := os.Stat(s.Path())
	if err != nil {
		return "", err
	}
	fmt.Printf("built %s: %d MiB in %v\n", path, info.Size()>>20, time.Since(start).Round(time.Second))
	return path, os.Rename(s.Path(), path)
}

// benchIndexes lists what drops the indexes and triggers of tracks, and what makes them again.
func benchIndexes(ctx context.Context, s *Store) (drop, create []string, err error) {
	rows, err := s.write.QueryContext(ctx, `SELECT 'DROP ' || type || ' ' || name, sql FROM sqlite_master
		WHERE tbl_name = 'tracks' AND type IN ('index', 'trigger') AND sql IS NOT NULL`)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var d, c string
		if err := rows.Scan(&d, &c); err != nil {
			return nil, nil, err
		}
		drop, create = append(drop, d), append(create, c)
	}
	return drop, create, rows.Err()
}

const benchReports = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
	INSERT INTO reports (content_sha256, detector_version, sound_sha256, created_at, measured, fused, conservative,
		body)
	SELECT 'content' || i, '1', 'sound' || i, 1, 1, i / 1000.0, i / 1000.0, ? FROM n`

var benchSQL = []string{
	`INSERT INTO jobs (name, source, status, sealed, created_at, started_at, completed_at) VALUES
		('catalogue', '/music', 'complete', 1, 1, 1, 1), ('demos', '/demos', 'processing', 1, 1, 1, NULL)`,
	benchReports,
	`CREATE TEMP TABLE words AS WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 3999)
		SELECT i, char(97 + i * 7 % 26, 97 + i * 11 % 5, 97 + i / 26 % 26, 97 + i / 676 % 26, 97 + i * 3 % 26) AS w
		FROM n`,
	"CREATE UNIQUE INDEX temp.words_i ON words (i)",
	fmt.Sprintf(`
		WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %[1]d),
		h AS (SELECT i, (i * 2654435761) %% 4294967296 AS x, (i * 40503 + 77) %% 65536 AS y FROM n),
		kind AS (SELECT i, x, y, CASE WHEN i > %[2]d THEN 'queued' WHEN x %% 100 < 3 THEN 'sus'
			WHEN x %% 100 < 7 THEN 'recall' WHEN x %% 100 = 7 THEN 'failed' WHEN x %% 100 = 8 THEN 'unm'
			ELSE 'human' END AS k FROM h)
		INSERT INTO tracks (job_id, item_id, path, status, error_code, processed_at, report_id, verdict, press_safe,
			human_safe, recall, measured, score, reliability, duration, codec, title, artist,
			title_key, artist_key, path_key)
		SELECT iif(i <= %[3]d, 1, 2), w || '/' || i, p,
			CASE k WHEN 'queued' THEN k WHEN 'failed' THEN k ELSE 'success' END,
			iif(k = 'failed', 'too_short', ''), 1700000000000 + i, iif(k IN ('queued', 'failed'), NULL, 1 + i %% 1000),
			CASE k WHEN 'queued' THEN '' WHEN 'failed' THEN '' WHEN 'sus' THEN 'suspicious' ELSE 'human' END,
			iif(k = 'human', 'human', ''),
			CASE k WHEN 'sus' THEN 'suspicious' WHEN 'recall' THEN 'human' WHEN 'human' THEN 'human' ELSE '' END,
			CASE k WHEN 'sus' THEN 'suspicious' WHEN 'recall' THEN 'suspicious' WHEN 'human' THEN 'human' ELSE '' END,
			k IN ('sus', 'recall', 'human'),
			CASE k WHEN 'sus' THEN 0.7 + y / 220000.0 WHEN 'recall' THEN 0.5 + y / 330000.0
				WHEN 'human' THEN y / 140000.0 ELSE 0 END,
			iif(k = 'unm', 0.3, 0.9), iif(k IN ('queued', 'failed'), 0, 60 + y %% 300 + y / 65536.0),
			iif(k IN ('queued', 'failed'), '', 'mp3'),
			iif(k IN ('queued', 'failed'), '', t), iif(k IN ('queued', 'failed'), '', ar),
			iif(k IN ('queued', 'failed'), i || ' ' || t || '.mp3', t),
			iif(k IN ('queued', 'failed'), char(1114111), ar), p
		FROM (SELECT kind.*, a.w, a.w || ' ' || b.w AS ar, c.w || ' ' || d.w || ' ' || e.w AS t,
				'/music/' || a.w || ' ' || b.w || '/' || d.w || ' ' || a.w || '/'
					|| kind.i || ' ' || c.w || ' ' || d.w || '.mp3' AS p
			FROM kind CROSS JOIN words a ON a.i = x / 7 %% 4000 CROSS JOIN words b ON b.i = x / 7 %% 4000 %% 97
			CROSS JOIN words c ON c.i = y %% 4000 CROSS JOIN words d ON d.i = (x + y) %% 4000
			CROSS JOIN words e ON e.i = x %% 1999)`, benchTracks, benchTracks-benchQueued, benchFirst),
	`INSERT INTO decisions (track_id, report_id, kind, reviewer, reason, note, at)
		SELECT id, report_id, iif(id % 3 = 0, 'human', 'ai'), 'anna', '', '', 1700000000000 + id FROM tracks
		WHERE verdict = 'suspicious' AND id % 2 = 0 OR verdict = 'human' AND id % 50 = 0`,
	`UPDATE tracks SET (decision_id, decision, reviewer, decided_at) = (SELECT id, kind, reviewer, at FROM decisions
		WHERE track_id = tracks.id) WHERE id IN (SELECT track_id FROM decisions)`,
}

const benchCounters = `UPDATE jobs SET (total, succeeded, failed, human, suspicious, not_measured, undecided, flags) = (
	SELECT count(*), sum(status = 'success'), sum(status = 'failed'), sum(verdict = 'human'),
		sum(verdict = 'suspicious'), sum(status = 'success' AND measured = 0), sum(undecided),
		sum(verdict = 'suspicious' AND decision = '')
	FROM tracks WHERE job_id = jobs.id)`

// measure runs fn and reports its median and its 99th percentile.
func measure(b *testing.B, fn func(i int) error) {
	b.Helper()
	must(b, fn(0)) // the first one prepares statements
	var times []time.Duration
	for b.Loop() {
		start := time.Now()
		err := fn(len(times) + 1)
		times = append(times, time.Since(start))
		if err != nil {
			b.Fatal(err)
		}
	}
	slices.Sort(times)
	at := func(q float64) float64 { return float64(times[int(q*float64(len(times)-1))].Nanoseconds()) / 1000 }
	b.ReportMetric(at(0.5), "p50-µs")
	b.ReportMetric(at(0.99), "p99-µs")
	b.ReportMetric(0, "ns/op")
}

func BenchmarkPage(b *testing.B) {
	ctx := context.Background()
	s := benchStore(b, false)
	for _, job := range []JobID{0, 1} {
		for _, sort := range Sorts() {
			f := Filter{Job: job}
			name := fmt.Sprintf("job=%d/by=%s/", job, sort)
			first, err := s.Tracks(ctx, f, sort, Cursor{}, Forward, 50)
			must(b, err)
			b.Run(name+"first", func(b *testing.B) {
				measure(b, func(int) error { _, err := s.Tracks(ctx, f, sort, Cursor{}, Forward, 50); return err })
			})
			b.Run(name+"last", func(b *testing.B) {
				measure(b, func(int) error { _, err := s.Tracks(ctx, f, sort, Cursor{}, Backward, 50); return err })
			})
			b.Run(name+"next", func(b *testing.B) {
				from := first.After
				measure(b, func(int) error {
					p, err := s.Tracks(ctx, f, sort, from, Forward, 50)
					from = p.After
					return err
				})
			})
			b.Run(name+"around", func(b *testing.B) {
				r := rand.New(rand.NewPCG(1, 1))
				measure(b, func(int) error {
					_, err := s.TracksAround(ctx, f, sort, TrackID(1+r.IntN(benchFirst)), 50)
					return err
				})
			})
		}
	}
}

func BenchmarkFilter(b *testing.B) {
	ctx := context.Background()
	s := benchStore(b, false)
	for _, sort := range []Sort{SortWorst, SortTitle} {
		for _, text := range []string{
			"verdict:suspicious undecided", "undecided", "status:failed", "status:running", "decision:skip",
			"tier:press_safe", "score>0.9", "score<0.001", "artist~aaaaa", "artist~ab", "xyzzy",
			"undecided artist~xyzzy", "verdict:suspicious xyzzy", "reviewer:bert", "codec:flac",
		} {
			f, err := ParseFilter(text)
			must(b, err)
			b.Run(fmt.Sprintf("by=%s/%s", sort, text), func(b *testing.B) {
				measure(b, func(int) error { _, err := s.Tracks(ctx, f, sort, Cursor{}, Forward, 50); return err })
			})
		}
	}
	b.Run("count/verdict:suspicious undecided", func(b *testing.B) {
		measure(b, func(int) error {
			_, _, err := s.CountMatching(ctx, Filter{Verdict: "suspicious", Undecided: true}, 10_000)
			return err
		})
	})
	b.Run("count/xyzzy", func(b *testing.B) {
		f, err := ParseFilter("xyzzy")
		must(b, err)
		measure(b, func(int) error { _, _, err := s.CountMatching(ctx, f, 10_000); return err })
	})
}

func BenchmarkTrack(b *testing.B) {
	s := benchStore(b, false)
	r := rand.New(rand.NewPCG(1, 1))
	measure(b, func(int) error { _, err := s.Track(context.Background(), TrackID(1+r.IntN(benchFirst))); return err })
}

func BenchmarkNextUndecided(b *testing.B) {
	s := benchStore(b, false)
	after := TrackID(0)
	measure(b, func(int) error {
		row, _, err := s.NextUndecided(context.Background(), Filter{Job: 1, Verdict: "suspicious"}, SortWorst, after)
		after = row.ID
		return err
	})
}

func BenchmarkDecide(b *testing.B) {
	ctx := context.Background()
	s := benchStore(b, true)
	r := rand.New(rand.NewPCG(1, 1))
	b.Run("decide", func(b *testing.B) {
		measure(b, func(int) error {
			_, err := s.Decide(ctx, NewDecision{TrackID(1 + r.IntN(benchFirst)), DecideAI, "bert", "artefacts", ""})
			return err
		})
	})
	b.Run("undo", func(b *testing.B) {
		measure(b, func(int) error {
			if _, _, err := s.Undo(ctx, "bert"); !errors.Is(err, ErrNothingToUndo) {
				return err
			}
			return nil
		})
	})
}

func BenchmarkClaimAndFinish(b *testing.B) {
	ctx := context.Background()
	s := benchStore(b, true)
	measure(b, func(i int) error {
		cs, err := s.Claim(ctx, "w", 1, time.Hour)
		if err != nil || len(cs) != 1 {
			return fmt.Errorf("claimed %v: %w", cs, err)
		}
		return s.Finish(ctx, "w", cs[0].Track, newReport(fmt.Sprint("new", i), 0.4, "human"))
	})
}

func BenchmarkAddTracks(b *testing.B) {
	ctx := context.Background()
	s := benchStore(b, true)
	j, err := s.CreateJob(ctx, "n", "s")
	must(b, err)
	measure(b, func(i int) error {
		var items []NewTrack
		for k := range 1000 {
			item := fmt.Sprintf("artist %d/album/%d title.mp3", i%700, i*1000+k)
			items = append(items, NewTrack{ItemID: item, Path: "/music/" + item})
		}
		return s.AddTracks(ctx, j.ID, items)
	})
}
