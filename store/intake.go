package store

import (
	"context"
	"encoding/json"
	"fmt"
)

// NewTrack is an item of a job as its intake found it.
type NewTrack struct {
	ItemID   string // unique in the job
	Path     string
	Metadata json.RawMessage // echoed in results; its title and artist are shown before those of the file's tags
	// A set code stores the item as failed at once, such as a bad line of a manifest.
	ErrorCode, ErrorMessage string
}

// CreateJob adds a queued job without tracks. None of its tracks can be claimed before SealJob.
func (s *Store) CreateJob(ctx context.Context, name, source string) (j Job, err error) {
	err = s.update(ctx, func(t *tx) error {
		j, err = scanJob(t.queryRow(`INSERT INTO jobs (name, source, status, created_at) VALUES (?, ?, 'queued', ?)
			RETURNING `+jobColumns, name, source, millis(t.now)))
		return err
	})
	return j, err
}

// AddTracks adds items to a job whose intake is open, in one transaction: give it up to a thousand at a time. Items
// whose ItemID the job has already are left as they are, so that an intake that was cut off can simply start again.
// It gives ErrConflict when the job is sealed or was cancelled.
func (s *Store) AddTracks(ctx context.Context, id JobID, tracks []NewTrack) error {
	return s.update(ctx, func(t *tx) error {
		j, err := findJob(ctx, t, id)
		if err != nil {
			return err
		}
		if j.Sealed || (j.Status != JobQueued && j.Status != JobPaused) {
			return fmt.Errorf("add tracks to %s (%s): %w", id, j.Status, ErrConflict)
		}
		insert, err := t.PrepareContext(ctx, `
			INSERT INTO tracks (job_id, item_id, path, metadata, title, artist, title_key, artist_key, path_key,
				status, error_code, error_message, processed_at)
			SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13
			WHERE NOT EXISTS (SELECT 1 FROM tracks WHERE job_id = ?1 AND item_id = ?2)`)
		if err != nil {
			return err
		}
		defer insert.Close()
		for _, n := range tracks {
			title, artist, err := named(n)
			if err != nil {
				return err
			}
			status, processed := TrackQueued, int64(0)
			if n.ErrorCode != "" {
				status, processed = TrackFailed, millis(t.now)
			}
			if _, err := insert.ExecContext(ctx, id, n.ItemID, n.Path, nullText(n.Metadata), title, artist,
				titleKey(title, n.Path, n.ItemID), artistKey(artist), fold(n.Path),
				status, n.ErrorCode, n.ErrorMessage, processed); err != nil {
				return fmt.Errorf("add item %q to %s: %w", n.ItemID, id, err)
			}
		}
		return nil
	})
}

// named reads title and artist from an item's metadata.
func named(n NewTrack) (title, artist string, err error) {
	if len(n.Metadata) == 0 {
		return "", "", nil
	}
	if !json.Valid(n.Metadata) {
		return "", "", fmt.Errorf("metadata of item %q is not JSON", n.ItemID)
	}
	var fields map[string]any
	if json.Unmarshal(n.Metadata, &fields) == nil { // else it is no object: it has no title, and is kept as it is
		title, _ = fields["title"].(string)
		artist, _ = fields["artist"].(string)
	}
	return title, artist, nil
}

// nullText stores nothing as NULL.
func nullText[T ~string | ~[]byte](text T) any {
	if len(text) == 0 {
		return nil
	}
	return string(text)
}

// SealJob ends the intake: from now on tracks can be claimed. A job without tracks, or with failed ones only, is
// complete at once.
func (s *Store) SealJob(ctx context.Context, id JobID) error {
	return s.update(ctx, func(t *tx) error {
		n, err := t.exec("UPDATE jobs SET sealed = 1 WHERE id = ? AND status NOT IN ('cancelled', 'failed')", id)
		if err != nil {
			return err
		}
		if n == 0 {
			return t.refuse(id, "seal")
		}
		return t.completeJob(id)
	})
}
