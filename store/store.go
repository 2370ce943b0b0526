package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/mattn/go-sqlite3"
)

const (
	defaultBusy = 10 * time.Second // how long a writer waits for another program
	readers     = 4                // connections that read; one of them only watches for changes
	cacheKiB    = 16 << 10         // page cache of each connection
	statements  = 64               // prepared statements kept by each connection
)

// Store is one open database. It is safe for use by many goroutines.
type Store struct {
	path  string
	now   func() time.Time
	busy  time.Duration
	write *sql.DB
	read  *sql.DB
	watch *sql.Conn // never writes, so its data_version changes with every commit of others
}

// Option changes how Open works.
type Option func(*Store)

// WithClock replaces time.Now.
func WithClock(now func() time.Time) Option { return func(s *Store) { s.now = now } }

// withBusy replaces how long a writer waits for another program.
func withBusy(d time.Duration) Option { return func(s *Store) { s.busy = d } }

// Open opens the database at path, creating its folder and the file, and brings its schema up to date. Its errors name
// the path and what to do; they are ErrNewer, ErrNotDatabase, ErrReadOnly, ErrDiskFull, ErrLocked or ErrDamaged where
// one of these fits. A file that is not ours is left as it was.
func Open(ctx context.Context, path string, opts ...Option) (*Store, error) {
	if path == "" || path == ":memory:" {
		return nil, fmt.Errorf("database %q: a file is needed; choose one with --db", path)
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	s := &Store{path: path, now: time.Now, busy: defaultBusy}
	for _, o := range opts {
		o(s)
	}
	if err := s.open(ctx); err != nil {
		_ = s.Close()
		return nil, s.explain(err)
	}
	return s, nil
}

func (s *Store) open(ctx context.Context) error {
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return err
	}
	if err := s.inspect(ctx); err != nil {
		return err
	}
	write, err := sql.Open("sqlite3", s.dsn(url.Values{
		"_txlock":       {"immediate"},
		"_journal_mode": {"WAL"},
		"_synchronous":  {"NORMAL"},
		"_foreign_keys": {"on"},
	}))
	if err != nil {
		return err
	}
	write.SetMaxOpenConns(1)
	s.write = write
	if err := s.connect(ctx); err != nil {
		return err
	}
	steps, err := migrations()
	if err != nil {
		return err
	}
	if err := s.migrate(ctx, steps); err != nil {
		return err
	}
	read, err := sql.Open("sqlite3", s.dsn(url.Values{
		"mode":        {"ro"},
		"_query_only": {"on"},
	}))
	if err != nil {
		return err
	}
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	s.read = read
	if s.watch, err = read.Conn(ctx); err != nil {
		return err
	}
	return s.SweepCancelled(ctx)
}

// dsn holds every pragma, because a pragma run on a pool reaches only one of its connections.
func (s *Store) dsn(v url.Values) string {
	v.Set("_busy_timeout", strconv.FormatInt(s.busy.Milliseconds(), 10))
	v.Set("_cache_size", strconv.Itoa(-cacheKiB))
	v.Set("_stmt_cache_size", strconv.Itoa(statements))
	u := url.URL{Scheme: "file", Path: s.path, RawQuery: v.Encode()}
	return u.String()
}

// connect makes the first connection. Turning a new file to WAL does not wait in the busy handler: when two programs
// create the same file at once one of them is refused at once, and tries again here.
func (s *Store) connect(ctx context.Context) error {
	deadline := time.Now().Add(s.busy)
	for {
		var mode string
		err := s.write.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode)
		if err == nil && mode != "wal" {
			return fmt.Errorf("its folder does not support shared memory (journal mode %s): "+
				"choose a place on a local disk with --db", mode)
		}
		if !isBusy(err) || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// Close closes the database. The last program to do so folds the write-ahead log into the file.
func (s *Store) Close() error {
	var errs []error
	if s.watch != nil {
		if err := s.watch.Close(); !errors.Is(err, sql.ErrConnDone) { // closed before
			errs = append(errs, err)
		}
	}
	if s.read != nil {
		errs = append(errs, s.read.Close())
	}
	if s.write != nil {
		errs = append(errs, s.write.Close())
	}
	return errors.Join(errs...)
}

// Path is the absolute path of the database.
func (s *Store) Path() string { return s.path }

// Version is a number that changes with every commit, of this and of other programs. It costs microseconds: poll it to
// know whether anything has to be read again. Numbers of two Stores cannot be compared.
func (s *Store) Version(ctx context.Context) (int64, error) {
	var n int64
	err := s.watch.QueryRowContext(ctx, "PRAGMA data_version").Scan(&n)
	return n, s.explain(err)
}

// Health is what a check of the database found.
type Health struct {
	Path          string
	SchemaVersion int
	LatestSchema  int    // what this program would migrate to; the same after Open
	SizeBytes     int64  // the file and its write-ahead log
	QuickCheck    string // ok, or the first thing that is wrong
	JournalMode   string // wal
	SQLiteVersion string
}

// Check reads through the database and tells its health. It takes about a second for each gigabyte.
func (s *Store) Check(ctx context.Context) (Health, error) {
	h := Health{Path: s.path}
	h.SQLiteVersion, _, _ = sqlite3.Version()
	steps, err := migrations()
	if err != nil {
		return h, err
	}
	h.LatestSchema = len(steps)
	for _, name := range []string{s.path, s.path + "-wal"} {
		if info, err := os.Stat(name); err == nil {
			h.SizeBytes += info.Size()
		}
	}
	for _, q := range []struct {
		sql  string
		dest any
	}{
		{"PRAGMA user_version", &h.SchemaVersion},
		{"PRAGMA journal_mode", &h.JournalMode},
		{"PRAGMA quick_check(1)", &h.QuickCheck},
	} {
		if err := s.read.QueryRowContext(ctx, q.sql).Scan(q.dest); err != nil {
			return h, s.explain(err)
		}
	}
	return h, nil
}

// tx is a write transaction. It has one time, so that all its rows agree.
type tx struct {
	*sql.Tx
	ctx context.Context
	now time.Time
}

// update runs fn in one write transaction, which is rolled back when fn gives an error.
func (s *Store) update(ctx context.Context, fn func(*tx) error) error {
	t, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return s.explain(err)
	}
	defer func() { _ = t.Rollback() }() // no effect after Commit
	if err := fn(&tx{Tx: t, ctx: ctx, now: s.now()}); err != nil {
		return s.explain(err)
	}
	return s.explain(t.Commit())
}

// view runs fn on one state of the database.
func (s *Store) view(ctx context.Context, fn func(querier) error) error {
	t, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return s.explain(err)
	}
	defer func() { _ = t.Rollback() }() // nothing was written
	return s.explain(fn(t))
}

func (t *tx) exec(query string, args ...any) (int64, error) {
	res, err := t.ExecContext(t.ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (t *tx) queryRow(query string, args ...any) *sql.Row {
	return t.QueryRowContext(t.ctx, query, args...)
}

// querier is what reads: the pool or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// millis is how times are stored; the zero time is 0.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
