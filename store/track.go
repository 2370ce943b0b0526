package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"earmark/analyzer"
)

// TrackStatus is where a track stands.
type TrackStatus string

// The states of a track. Success and failed are the job contract's.
const (
	TrackQueued    TrackStatus = "queued"
	TrackRunning   TrackStatus = "running"
	TrackSuccess   TrackStatus = "success"
	TrackFailed    TrackStatus = "failed"
	TrackCancelled TrackStatus = "cancelled"
)

// TrackRow is what lists show of a track: flat, and a copy.
type TrackRow struct {
	ID                      TrackID
	Job                     JobID
	ItemID, Path            string
	Status                  TrackStatus
	ErrorCode, ErrorMessage string           // set when Status is TrackFailed
	Verdict                 analyzer.Verdict // empty unless Status is TrackSuccess
	Tiers                   analyzer.Tiers
	Measured                bool    // false: show no verdict
	Score                   float64 // 0 to 1; 0 where not measured
	Reliability             float64 // 0 to 1
	Title, Artist, Codec    string
	DurationSec             float64
	Decision                DecisionKind // that stands; empty for none
	Reason, Note, Reviewer  string       // of that decision
	DecidedAt, ProcessedAt  time.Time    // zero: not yet
}

// Track is all that is known of a track.
type Track struct {
	TrackRow
	Metadata json.RawMessage  // nil when the item had none
	ReportID ReportID         // 0: none
	Report   *analyzer.Report // as the calibration in force judges it
	History  []Decision       // oldest first
}

const rowColumns = `id, job_id, item_id, path, status, error_code, error_message, verdict, press_safe, human_safe,
	recall, measured, score, reliability, title, artist, codec, duration, decision, reason, note, reviewer,
	decided_at, processed_at`

func scanRow(row interface{ Scan(dest ...any) error }, more ...any) (TrackRow, error) {
	var r TrackRow
	var decided, processed int64
	dest := []any{
		&r.ID, &r.Job, &r.ItemID, &r.Path, &r.Status, &r.ErrorCode, &r.ErrorMessage, &r.Verdict, &r.Tiers.PressSafe,
		&r.Tiers.HumanSafe, &r.Tiers.Recall, &r.Measured, &r.Score, &r.Reliability, &r.Title, &r.Artist, &r.Codec,
		&r.DurationSec, &r.Decision, &r.Reason, &r.Note, &r.Reviewer, &decided, &processed,
	}
	err := row.Scan(append(dest, more...)...)
	r.DecidedAt, r.ProcessedAt = fromMillis(decided), fromMillis(processed)
	return r, err
}

func findRow(ctx context.Context, q querier, id TrackID) (TrackRow, error) {
	r, err := scanRow(q.QueryRowContext(ctx, "SELECT "+rowColumns+" FROM tracks WHERE id = ?", id))
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("%s: %w", id, ErrNotFound)
	}
	return r, err
}

// Track reads one track with its report and history, or gives ErrNotFound.
func (s *Store) Track(ctx context.Context, id TrackID) (t Track, err error) {
	err = s.view(ctx, func(q querier) error {
		row, err := findRow(ctx, q, id)
		if err == nil {
			t, err = whole(ctx, q, row)
		}
		return err
	})
	return t, err
}

// whole adds to a row what lists do not show.
func whole(ctx context.Context, q querier, row TrackRow) (Track, error) {
	t := Track{TrackRow: row}
	var metadata sql.NullString
	err := q.QueryRowContext(ctx, "SELECT metadata, coalesce(report_id, 0) FROM tracks WHERE id = ?", row.ID).
		Scan(&metadata, &t.ReportID)
	if err != nil {
		return t, err
	}
	if metadata.Valid {
		t.Metadata = json.RawMessage(metadata.String)
	}
	if t.ReportID != 0 {
		if t.Report, err = findReport(ctx, q, t.ReportID); err == nil {
			err = judge(ctx, q, t.Report)
		}
		if err != nil {
			return t, fmt.Errorf("%s: %w", row.ID, err)
		}
	}
	t.History, err = history(ctx, q, row.ID)
	return t, err
}

// eachPage is how many rows Each reads at a time.
const eachPage = 200

// Each calls fn for every matching track, in the order of the intake unless another is given, and stops at the first
// error. Memory does not grow with the number of tracks, and no read transaction is open while fn runs. Tracks that
// change while it goes on are seen as they are when their turn comes.
func (s *Store) Each(ctx context.Context, f Filter, sort Sort, fn func(Track) error) error {
	if sort == "" {
		sort = SortIntake
	}
	for from := (Cursor{}); ; {
		page, err := s.Tracks(ctx, f, sort, from, Forward, eachPage)
		if err != nil {
			return err
		}
		for _, row := range page.Rows {
			t, err := s.Track(ctx, row.ID)
			if err != nil {
				return err
			}
			if err := fn(t); err != nil {
				return err
			}
		}
		if !page.HasAfter {
			return nil
		}
		from = page.After
	}
}

// noName sorts after every name.
const noName = "\U0010FFFF"

// titleKey is what a track is sorted and found by: its title, or what a screen shows instead.
func titleKey(title, path, item string) string {
	if title != "" {
		return fold(title)
	}
	if path != "" {
		return fold(filepath.Base(path))
	}
	return fold(item)
}

func artistKey(artist string) string {
	if key := fold(artist); key != "" {
		return key
	}
	return noName
}

// fold makes text that people would call the same equal: lower case, compatibility forms, no accents. File names may be
// no UTF-8; of these only the ASCII letters are folded.
func fold(text string) string {
	ascii := true
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	if ascii || !utf8.ValidString(text) {
		return lowerASCII(text)
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(text) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// lowerASCII is SQLite's lower().
func lowerASCII(text string) string {
	b := []byte(text)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
