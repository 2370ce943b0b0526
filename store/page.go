package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Sort is an order of tracks. A leading minus reverses it: -title.
type Sort string

// The orders. Tracks that are equal keep the order of their intake.
const (
	// SortWorst is what needs a person first: suspicious tracks by falling score, then those suspicious at the recall
	// tier only, failed ones, those not measured, and human ones by falling score; then what is not processed yet.
	SortWorst    Sort = "worst"
	SortIntake   Sort = "intake"
	SortTitle    Sort = "title"  // without a title, by file name
	SortArtist   Sort = "artist" // without an artist, last
	SortPath     Sort = "path"
	SortDuration Sort = "duration" // shortest first
	SortDecided  Sort = "decided"  // latest decision first, undecided ones last
)

// orders maps each order to its column; the index of the same name has it. Decided runs downwards.
var orders = map[Sort]struct {
	column string
	down   bool
}{
	SortWorst:    {column: "worst"},
	SortIntake:   {column: "id"},
	SortTitle:    {column: "title_key"},
	SortArtist:   {column: "artist_key"},
	SortPath:     {column: "path_key"},
	SortDuration: {column: "duration"},
	SortDecided:  {column: "decided_at", down: true},
}

// Sorts lists the orders as people meet them.
func Sorts() []Sort {
	return []Sort{SortWorst, SortIntake, SortTitle, SortArtist, SortPath, SortDuration, SortDecided}
}

// ParseSort reads the name of an order, reversed when a minus leads it. Its errors list the names.
func ParseSort(text string) (Sort, error) {
	o := Sort(text)
	if _, ok := orders[o.base()]; !ok {
		var names []string
		for _, s := range Sorts() {
			names = append(names, string(s))
		}
		return "", fmt.Errorf("no order %q; there are %s, and each with a minus before it", text, list(names, "and"))
	}
	return o, nil
}

func (o Sort) base() Sort { return Sort(strings.TrimPrefix(string(o), "-")) }

// Desc tells whether the order is reversed.
func (o Sort) Desc() bool { return strings.HasPrefix(string(o), "-") }

// Reverse is the same order from its other end.
func (o Sort) Reverse() Sort {
	if o.Desc() {
		return o.base()
	}
	return "-" + o
}

// Direction is the way to read from a cursor.
type Direction int

// The directions. A page is in its order whichever way it was read.
const (
	Forward Direction = iota
	Backward
)

// Cursor is the place of a row in one order. It stays good when that row moves or no longer matches. The zero value is
// the start when read forward and the end when read backward.
type Cursor struct {
	sort Sort
	key  any
	id   TrackID
}

// Page is a run of rows. Before and After are where the pages next to it are read from.
type Page struct {
	Rows                []TrackRow
	Before, After       Cursor
	HasBefore, HasAfter bool // towards where it was read from, HasX is true unless that was the very end
}

// Most rows of a page, and how many there are when no limit is given.
const (
	maxPage     = 1000
	defaultPage = 50
)

// Tracks reads the page of at most limit rows that follows (Forward) or precedes (Backward) a cursor. The order is
// SortWorst unless another is given. ErrCursor means that the cursor comes from another order.
func (s *Store) Tracks(ctx context.Context, f Filter, sort Sort, from Cursor, dir Direction, limit int) (Page, error) {
	limit = pageSize(limit)
	var rows []keyedRow
	err := s.scan(ctx, f, sort, func(q querier, sc scan) (err error) {
		if from != (Cursor{}) && from.sort != sc.sort {
			return fmt.Errorf("%w: %s, not %s", ErrCursor, from.sort, sc.sort)
		}
		rows, err = sc.read(ctx, q, from, false, dir, limit+1)
		return err
	})
	if err != nil {
		return Page{}, err
	}
	more := len(rows) > limit
	rows = rows[:min(limit, len(rows))]
	if dir == Backward {
		slices.Reverse(rows)
		return newPage(rows, from, more, from != Cursor{}), nil
	}
	return newPage(rows, from, from != Cursor{}, more), nil
}

// TracksAround reads a page with the given track near its middle. A track that the filter leaves out still marks the
// place. It gives ErrNotFound when there is no such track.
func (s *Store) TracksAround(ctx context.Context, f Filter, sort Sort, id TrackID, limit int) (Page, error) {
	limit = pageSize(limit)
	var at Cursor
	var before, after []keyedRow
	err := s.scan(ctx, f, sort, func(q querier, sc scan) (err error) {
		if at, err = sc.cursor(ctx, q, id); err != nil {
			return err
		}
		if before, err = sc.read(ctx, q, at, false, Backward, limit+1); err != nil {
			return err
		}
		after, err = sc.read(ctx, q, at, true, Forward, limit+1)
		return err
	})
	if err != nil {
		return Page{}, err
	}
	nBefore := min(len(before), max(limit/2, limit-len(after)))
	nAfter := min(len(after), limit-nBefore)
	rows := slices.Clone(before[:nBefore])
	slices.Reverse(rows)
	rows = append(rows, after[:nAfter]...)
	return newPage(rows, at, nBefore < len(before), nAfter < len(after)), nil
}

// NextUndecided finds the first matching track behind another that is processed and has no standing decision; from the
// end it goes on at the start. It never gives that other track itself; without one (0) it begins at the start.
func (s *Store) NextUndecided(
	ctx context.Context, f Filter, sort Sort, after TrackID,
) (row TrackRow, ok bool, err error) {
	f.Undecided = true
	err = s.scan(ctx, f, sort, func(q querier, sc scan) error {
		starts := []Cursor{{}}
		if at, err := sc.cursor(ctx, q, after); err == nil {
			starts = []Cursor{at, {}}
		} else if !errors.Is(err, ErrNotFound) {
			return err
		}
		for _, from := range starts {
			rows, err := sc.read(ctx, q, from, false, Forward, 2)
			if err != nil {
				return err
			}
			for _, r := range rows {
				if r.ID != after {
					row, ok = r.TrackRow, true
					return nil
				}
			}
		}
		return nil
	})
	return row, ok, err
}

// CountMatching counts up to limit tracks; exact is false when there are more. For whole jobs read Counts instead.
func (s *Store) CountMatching(ctx context.Context, f Filter, limit int) (n int, exact bool, err error) {
	sc, err := newScan(f, SortWorst)
	if err != nil {
		return 0, false, err
	}
	n, err = sc.count(ctx, s.read, limit+1)
	return min(n, limit), n <= limit, s.explain(err)
}

// scan prepares a scan, and runs fn with it on one state of the database: a row that moves meanwhile is neither lost
// nor met twice.
func (s *Store) scan(ctx context.Context, f Filter, sort Sort, fn func(querier, scan) error) error {
	sc, err := newScan(f, sort)
	if err != nil {
		return err
	}
	return s.view(ctx, func(q querier) error {
		sc, err := sc.narrow(ctx, q)
		if err != nil {
			return err
		}
		return fn(q, sc)
	})
}

func pageSize(limit int) int {
	if limit <= 0 {
		return defaultPage
	}
	return min(limit, maxPage)
}

func newPage(rows []keyedRow, from Cursor, hasBefore, hasAfter bool) Page {
	p := Page{Before: from, After: from, HasBefore: hasBefore, HasAfter: hasAfter}
	if len(rows) > 0 {
		p.Before, p.After = rows[0].cursor, rows[len(rows)-1].cursor
	}
	for _, r := range rows {
		p.Rows = append(p.Rows, r.TrackRow)
	}
	return p
}

// cursor is the place of one track.
func (sc scan) cursor(ctx context.Context, q querier, id TrackID) (Cursor, error) {
	c := Cursor{sort: sc.sort, id: id}
	err := q.QueryRowContext(ctx, "SELECT "+sc.column+" FROM tracks WHERE id = ?", id).Scan(&c.key)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("%s: %w", id, ErrNotFound)
	}
	return c, err
}
