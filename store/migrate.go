package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
)

// applicationID marks the file as ours in its header: "ermk".
const applicationID = 0x65726d6b

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migrations are the steps from an empty file to the latest schema. Step i+1 leads to schema i+1. A step that was
// released never changes: another is added.
func migrations() ([]string, error) {
	entries, err := fs.ReadDir(migrationFiles, "migrations")
	if err != nil {
		return nil, err
	}
	var steps []string
	for i, e := range entries { // sorted by name
		if !strings.HasPrefix(e.Name(), fmt.Sprintf("%04d_", i+1)) {
			return nil, fmt.Errorf("migration %s: want number %04d", e.Name(), i+1)
		}
		text, err := migrationFiles.ReadFile("migrations/" + e.Name())
		if err != nil {
			return nil, err
		}
		steps = append(steps, string(text))
	}
	return steps, nil
}

// inspect looks at an existing file without changing it, so that another program's database is not turned into ours.
func (s *Store) inspect(ctx context.Context) error {
	info, err := os.Stat(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return &fs.PathError{Op: "open", Path: s.path, Err: errors.New("not a regular file")}
	}
	if info.Size() == 0 {
		return nil
	}
	db, err := sql.Open("sqlite3", s.dsn(url.Values{"mode": {"ro"}}))
	if err != nil {
		return err
	}
	defer db.Close()
	steps, err := migrations()
	if err != nil {
		return err
	}
	_, err = s.schema(ctx, db, len(steps))
	return err
}

// schema is the version of the file, 0 for an empty one; latest is the newest that this program knows.
func (s *Store) schema(ctx context.Context, db querier, latest int) (int, error) {
	var app, version, tables int
	err := db.QueryRowContext(ctx, `
		SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master)
		FROM pragma_application_id, pragma_user_version`).Scan(&app, &version, &tables)
	switch {
	case err != nil:
		return 0, err
	case app == 0 && version == 0 && tables == 0:
		return 0, nil
	case app != applicationID:
		return 0, fmt.Errorf("database %s: %w: it belongs to another program; choose another place with --db",
			s.path, ErrNotDatabase)
	case version > latest:
		return 0, fmt.Errorf("database %s: %w (schema %d, this one knows %d): update earmark, "+
			"or choose another place with --db", s.path, ErrNewer, version, latest)
	}
	return version, nil
}

// migrate applies what is missing, each step in its own transaction. The version is read again in each, because
// another program may be doing the same.
func (s *Store) migrate(ctx context.Context, steps []string) error {
	for {
		done := false
		err := s.update(ctx, func(t *tx) error {
			version, err := s.schema(ctx, t, len(steps))
			if err != nil || version == len(steps) {
				done = true
				return err
			}
			if _, err := t.ExecContext(ctx, steps[version]); err != nil {
				return fmt.Errorf("migrate to schema %d: %w", version+1, err)
			}
			_, err = t.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d",
				applicationID, version+1))
			return err
		})
		if err != nil || done {
			return err
		}
	}
}
