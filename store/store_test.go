package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"earmark/analyzer"
	"earmark/analyzer/audio"
)

// clock is a time that tests move by hand.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 2, 27, 10, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func newStore(tb testing.TB) (*Store, *clock) {
	tb.Helper()
	c := newClock()
	return openStore(tb, filepath.Join(tb.TempDir(), "earmark.db"), WithClock(c.now)), c
}

func openStore(tb testing.TB, path string, opts ...Option) *Store {
	tb.Helper()
	s, err := Open(tb.Context(), path, opts...)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func want(tb testing.TB, err, target error) {
	tb.Helper()
	if !errors.Is(err, target) {
		tb.Fatalf("error %v, want %v", err, target)
	}
}

// sealedJob makes a job of n tracks that can be claimed.
func sealedJob(tb testing.TB, s *Store, n int) Job {
	tb.Helper()
	ctx := tb.Context()
	j, err := s.CreateJob(ctx, "job", "/music")
	must(tb, err)
	var tracks []NewTrack
	for i := range n {
		item := fmt.Sprintf("disc/%04d.flac", i)
		tracks = append(tracks, NewTrack{ItemID: item, Path: "/music/" + item})
	}
	must(tb, s.AddTracks(ctx, j.ID, tracks))
	must(tb, s.SealJob(ctx, j.ID))
	return j
}

// claim takes n tracks, all of which have to be there.
func claim(tb testing.TB, s *Store, owner string, n int) []Claim {
	tb.Helper()
	cs, err := s.Claim(tb.Context(), owner, n, time.Minute)
	must(tb, err)
	if len(cs) != n {
		tb.Fatalf("claimed %d tracks, want %d", len(cs), n)
	}
	return cs
}

// builtIn are the thresholds that newReport is judged by.
var builtIn = analyzer.Thresholds{Recall: 1, HumanSafe: 2, PressSafe: 3, Tracks: 245}

// newReport is a report as the analyzer writes them; kind is suspicious, recall, human or unmeasured. Its fused margin
// is the score above the least that such a kind has.
func newReport(content string, score float64, kind string) *analyzer.Report {
	r := rand.New(rand.NewPCG(1, uint64(len(content))))
	rep := &analyzer.Report{
		DetectorVersion: "1.0.0+3f2a9c1d", CalibrationVersion: "2026-02",
		ContentSHA256: content, SoundSHA256: "s" + content,
		Audio: audio.Info{
			DurationSec: 180 + score*60, Bitrate: 320000, SampleRate: 44100, Channels: 2, Codec: "mp3",
			Tags: audio.Tags{Title: "Title " + content, Artist: "Artist " + content, ISRC: "USABC2600001"},
		},
		HeardSec: 180, Full: true, Verdict: analyzer.Human, Measured: true, Reliability: 0.9, Origin: "unknown",
		Scores: analyzer.Scores{Truth: score, Geo: score / 2, Proto: score / 3, HeadA: score / 5, HeadB: score / 7},
		Tiers:  analyzer.Tiers{PressSafe: analyzer.Human, HumanSafe: analyzer.Human, Recall: analyzer.Human},
	}
	rep.Margins = analyzer.Margins{Fused: score * 0.9, Conservative: score}
	switch kind {
	case "suspicious":
		rep.Margins.Fused += builtIn.HumanSafe + 0.05
		rep.Verdict = analyzer.Suspicious
		rep.Tiers = analyzer.Tiers{HumanSafe: analyzer.Suspicious, Recall: analyzer.Suspicious}
	case "recall":
		rep.Margins.Fused += builtIn.Recall + 0.05
		rep.Tiers.PressSafe, rep.Tiers.Recall = "", analyzer.Suspicious
	case "unmeasured":
		rep.Measured, rep.Tiers, rep.Reliability = false, analyzer.Tiers{}, 0.3
		rep.ReliabilityReasons = []string{"too quiet"}
	}
	for i := range 24 {
		rep.Segments = append(rep.Segments, analyzer.Segment{
			StartSec: float64(i * 10), EndSec: float64(i*10 + 10), Score: r.Float64(), Suspicious: i%3 == 0,
		})
	}
	for range 40 {
		line := analyzer.Line{Hz: r.Float64() * 16000, HeightDB: r.Float64() * 9}
		rep.Evidence.Lines = append(rep.Evidence.Lines, line)
	}
	rep.Evidence.Lattice = &analyzer.Lattice{SpacingHz: 86.1328125, FromHz: 2700, ToHz: 9400, Lines: 70, Strength: 9}
	for range 1000 {
		rep.Waveform = append(rep.Waveform, float32(r.IntN(1001))/1000)
	}
	for range 2048 {
		rep.Spectrum.Values = append(rep.Spectrum.Values, float32(float64(int(r.NormFloat64()*40))/20))
	}
	return rep
}

// finished makes a job whose tracks have the given kinds, "failed" among them, and gives their ids.
func finished(tb testing.TB, s *Store, kinds ...string) (Job, []TrackID) {
	tb.Helper()
	ctx := tb.Context()
	j := sealedJob(tb, s, len(kinds))
	var ids []TrackID
	for i, c := range claim(tb, s, "w", len(kinds)) {
		if kinds[i] == "failed" {
			must(tb, s.Fail(ctx, "w", c.Track, "too_short", "shorter than 5 s"))
		} else {
			content := fmt.Sprintf("%d/%d", j.ID, i)
			must(tb, s.Finish(ctx, "w", c.Track, newReport(content, float64(i)/float64(len(kinds)), kinds[i])))
		}
		ids = append(ids, c.Track)
	}
	return j, ids
}

// checkCounters counts every job's tracks and compares.
func checkCounters(tb testing.TB, s *Store) {
	tb.Helper()
	jobs, err := s.Jobs(tb.Context())
	must(tb, err)
	for _, j := range jobs {
		var c Counts
		err := s.read.QueryRowContext(tb.Context(), `
			SELECT count(*), coalesce(sum(status IN ('success', 'failed')), 0), coalesce(sum(status = 'success'), 0),
				coalesce(sum(status = 'failed'), 0), coalesce(sum(verdict = 'human'), 0),
				coalesce(sum(verdict = 'suspicious'), 0), coalesce(sum(status = 'success' AND measured = 0), 0),
				coalesce(sum(status IN ('success', 'failed') AND decision = ''), 0),
				coalesce(sum(verdict = 'suspicious' AND decision = ''), 0)
			FROM tracks NOT INDEXED WHERE job_id = ?`, j.ID).Scan(&c.Total, &c.Processed, &c.Succeeded, &c.Failed,
			&c.Human, &c.Suspicious, &c.NotMeasured, &c.Undecided, &c.Flags)
		must(tb, err)
		if c != j.Counts {
			tb.Fatalf("%s: counters %+v, counted %+v", j.ID, j.Counts, c)
		}
		if c.Human+c.Suspicious != c.Succeeded || c.Succeeded+c.Failed != c.Processed {
			tb.Fatalf("%s: counters do not add up: %+v", j.ID, c)
		}
	}
}

func TestOpenCreatesFolderAndFile(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "a b#?%41", "ünder", "earmark.db")
	s := openStore(t, path)
	if s.Path() != path {
		t.Errorf("path %s, want %s", s.Path(), path)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
	h, err := s.Check(ctx)
	must(t, err)
	if h.SchemaVersion != h.LatestSchema || h.SchemaVersion == 0 || h.JournalMode != "wal" || h.QuickCheck != "ok" ||
		h.SizeBytes == 0 || h.SQLiteVersion == "" {
		t.Errorf("health %+v", h)
	}
	for pragma, wanted := range map[string]string{
		"journal_mode": "wal", "synchronous": "1", "foreign_keys": "1", "busy_timeout": "10000",
	} {
		var got string
		must(t, s.write.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(&got))
		if got != wanted {
			t.Errorf("%s is %s, want %s", pragma, got, wanted)
		}
	}
	if _, err := s.read.ExecContext(ctx, "DELETE FROM jobs"); err == nil {
		t.Error("the read-only pool can write")
	}
	for _, bad := range []string{"", ":memory:"} {
		if _, err := Open(ctx, bad); err == nil {
			t.Errorf("Open(%q) gives no error", bad)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	lite := func(path string, statements string) error {
		db, err := sql.Open("sqlite3", path)
		if err != nil {
			return err
		}
		defer db.Close()
		_, err = db.ExecContext(t.Context(), statements)
		return err
	}
	cases := []struct {
		name string
		make func(path string) error
		is   error
		says string
	}{
		{
			"a text file", func(path string) error {
				return os.WriteFile(path, []byte(strings.Repeat("not a database\n", 99)), 0o600)
			},
			ErrNotDatabase, "--db",
		},
		{
			"another program's database", func(path string) error { return lite(path, "CREATE TABLE notes (x)") },
			ErrNotDatabase, "another program",
		},
		{
			"a newer database", func(path string) error {
				return lite(path, fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = 999", applicationID))
			}, ErrNewer, "update earmark",
		},
		{"a folder", func(path string) error { return os.Mkdir(path, 0o700) }, ErrReadOnly, "not a regular file"},
		{
			"a named pipe", func(path string) error { return syscall.Mkfifo(path, 0o600) },
			ErrReadOnly, "not a regular file",
		},
		{
			"a damaged database", func(path string) error {
				s, err := Open(t.Context(), path)
				if err != nil {
					return err
				}
				if err := s.Close(); err != nil {
					return err
				}
				f, err := os.OpenFile(path, os.O_RDWR, 0)
				if err != nil {
					return err
				}
				_, err = f.WriteAt([]byte(strings.Repeat("x", 3000)), 100) // the schema's page
				return errors.Join(err, f.Close())
			}, ErrDamaged, ".recover",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "some.db")
			must(t, c.make(path))
			var before []byte
			if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
				before, _ = os.ReadFile(path)
			}
			_, err := Open(t.Context(), path)
			want(t, err, c.is)
			if !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %q names no path or no way out", err)
			}
			if n := strings.Count(err.Error(), path); n > 2 {
				t.Errorf("error %q names the path %d times", err, n)
			}
			if before != nil {
				after, err := os.ReadFile(path)
				must(t, err)
				if !slices.Equal(before, after) {
					t.Error("the file was changed")
				}
			}
		})
	}
	t.Run("a file in the way of the folder", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "file")
		must(t, os.WriteFile(file, nil, 0o600))
		_, err := Open(t.Context(), filepath.Join(file, "earmark.db"))
		want(t, err, ErrReadOnly)
	})
}

func TestLockedFile(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "earmark.db")
	s := openStore(t, path, withBusy(20*time.Millisecond))
	other := openStore(t, path)
	hold, err := other.write.BeginTx(ctx, nil)
	must(t, err)
	_, err = s.CreateJob(ctx, "n", "s")
	want(t, err, ErrLocked)
	if !strings.Contains(err.Error(), path) {
		t.Errorf("error %q does not name the file", err)
	}
	if _, err := s.Jobs(ctx); err != nil {
		t.Errorf("reading while another program writes: %v", err)
	}
	must(t, hold.Rollback())
	_, err = s.CreateJob(ctx, "n", "s")
	must(t, err)
}

func TestFullDisk(t *testing.T) {
	ctx := t.Context()
	s, _ := newStore(t)
	j, err := s.CreateJob(ctx, "n", "s")
	must(t, err)
	var pages int
	must(t, s.write.QueryRowContext(ctx, "PRAGMA page_count").Scan(&pages))
	must(t, s.write.QueryRowContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", pages+4)).Scan(&pages))
	full := error(nil)
	for i := 0; full == nil && i < 100; i++ {
		full = s.AddTracks(ctx, j.ID, []NewTrack{{ItemID: fmt.Sprint(i), Path: strings.Repeat("x", 4000)}})
	}
	want(t, full, ErrDiskFull)
	if !strings.Contains(full.Error(), s.Path()) || !strings.Contains(full.Error(), "free some space") {
		t.Errorf("error %q names no path or no way out", full)
	}
	must(t, s.write.QueryRowContext(ctx, "PRAGMA max_page_count = 1000000").Scan(&pages))
	must(t, s.AddTracks(ctx, j.ID, []NewTrack{{ItemID: "after", Path: "x"}}))
	checkCounters(t, s)
}

func TestDiagnoseFileErrors(t *testing.T) {
	s := &Store{path: "/p"}
	full := &fs.PathError{Op: "mkdir", Path: "/p", Err: syscall.ENOSPC}
	want(t, s.explain(full), ErrDiskFull)
	want(t, s.explain(s.explain(full)), syscall.ENOSPC)
	want(t, s.explain(&fs.PathError{Op: "mkdir", Path: "/p", Err: syscall.EROFS}), ErrReadOnly)
	//nolint:errorlint // unchanged is more than not lost
	if s.explain(nil) != nil || s.explain(context.Canceled) != context.Canceled {
		t.Error("explain changes what it does not know")
	}
}

func TestVersionSeesEveryCommit(t *testing.T) {
	ctx := t.Context()
	s, _ := newStore(t)
	other := openStore(t, s.Path())
	last, err := s.Version(ctx)
	must(t, err)
	again, err := s.Version(ctx)
	must(t, err)
	if again != last {
		t.Error("version changes without a commit")
	}
	for i, writer := range []*Store{s, other, s, other} {
		_, err := writer.CreateJob(ctx, "n", "s")
		must(t, err)
		now, err := s.Version(ctx)
		must(t, err)
		if now == last {
			t.Errorf("commit %d is not seen", i)
		}
		last = now
	}
}

func TestIDs(t *testing.T) {
	for text, wanted := range map[string]JobID{
		"job_7": 7, "7": 7, "job_0": 0, "0": 0, "-1": 0, "": 0, "+3": 0, "trk_3": 0,
	} {
		got, err := ParseJobID(text)
		if (err == nil) != (wanted != 0) || err == nil && got != wanted {
			t.Errorf("ParseJobID(%q) = %d, %v", text, got, err)
		}
	}
}

func TestCancelledContext(t *testing.T) {
	s, _ := newStore(t)
	j := sealedJob(t, s, 3)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Job(ctx, j.ID)
	want(t, err, context.Canceled)
	want(t, s.SetJobStatus(ctx, j.ID, JobPaused), context.Canceled)
	claim(t, s, "w", 3) // the one writer is free again
}

func rawJSON(text string) json.RawMessage { return json.RawMessage(text) }
