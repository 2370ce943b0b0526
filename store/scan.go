package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// scan walks one index in one order. The index is named in the query, so that no statistics of the file can choose
// another plan, and no query sorts, unless it has been narrowed to a few tracks.
type scan struct {
	sort      Sort
	column    string
	ascending bool // of the sort itself
	index     string
	by        string // the index that decides what the facet cannot: indexWorst, indexText, or none
	where     []string
	args      []any
	ranks     ranks
}

// keyedRow is a row and its place in the order.
type keyedRow struct {
	TrackRow
	cursor Cursor
}

func newScan(f Filter, sort Sort) (scan, error) {
	if sort == "" {
		sort = SortWorst
	}
	if _, err := ParseSort(string(sort)); err != nil {
		return scan{}, err
	}
	order := orders[sort.base()]
	sc := scan{
		sort: sort, column: order.column, ascending: sort.Desc() == order.down,
		index: string(sort.base()), ranks: allRanks,
	}
	for _, t := range f.terms() {
		c, err := t.condition()
		if err != nil {
			return scan{}, fmt.Errorf("%w: %q: %w", ErrFilter, t.String(), err)
		}
		sc.where = append(sc.where, c.sql)
		sc.args = append(sc.args, c.args...)
		sc.ranks &= c.ranks
		if index := fields[t.Field].index; index != "" && sc.by != indexText {
			sc.by = index
		}
	}
	switch {
	case sort.base() != SortWorst:
	case sc.by != "":
		sc.index = sc.by
	case f.Undecided:
		sc.index = "undecided"
		sc.where = append(sc.where, "undecided = 1")
	}
	if f.Job != 0 {
		sc.index = "job_" + sc.index
		sc.where = append([]string{"job_id = ?"}, sc.where...)
		sc.args = append([]any{f.Job}, sc.args...)
	}
	return sc, nil
}

// few is how many tracks are quicker to find first, and then to sort, than to meet in their order.
const few = 2000

// narrow looks in the order by worst, whose indexes have most of what filters ask for, when the order is another one.
// What is rare would else take a look at every row: seconds for a million, where this takes a fifth of one. What more
// than few tracks have soon fills a page in any order, and is not narrowed.
func (sc scan) narrow(ctx context.Context, q querier) (scan, error) {
	if sc.by == "" || sc.column == "worst" || sc.ranks == 0 {
		return sc, nil
	}
	by := sc
	by.column = "worst"
	by.index = strings.TrimSuffix(sc.index, string(sc.sort.base())) + sc.by
	where, args := by.clauses(by.bounds())
	rows, err := q.QueryContext(ctx, "SELECT id FROM tracks INDEXED BY tracks_"+by.index+where+" LIMIT ?",
		append(args, few+1)...)
	if err != nil {
		return sc, err
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return sc, err
		}
		ids = append(ids, strconv.FormatInt(id, 10))
	}
	if len(ids) <= few {
		sc.index = ""
		sc.where = append(sc.where, "id IN ("+strings.Join(ids, ", ")+")")
	}
	return sc, rows.Err()
}

// bound is one end of the part of the index that is looked at; the zero value is none.
type bound struct {
	column, op string
	key        any
}

// bounds are the ends of the ranks that can match, in the order by worst.
func (sc scan) bounds() (low, high bound) {
	if sc.column != "worst" || sc.ranks == allRanks || sc.ranks == 0 {
		return bound{}, bound{}
	}
	first, last := rankSuspicious, rankCancelled
	for sc.ranks&(1<<first) == 0 {
		first++
	}
	for sc.ranks&(1<<last) == 0 {
		last--
	}
	return bound{"worst", ">=", int64(first) * rankStep}, bound{"worst", "<", int64(last+1) * rankStep}
}

// before tells whether the cursor comes before an end; none does before an end that is not there.
func (c Cursor) before(end bound) bool {
	key, isWorst := c.key.(int64)
	at, bounded := end.key.(int64)
	return isWorst && bounded && key < at
}

// read gives up to limit rows from a cursor on, in the direction that they are met. SQLite seeks (key, id) > (?, ?) in
// an index by key only, and a million queued tracks have one key: so rows with the cursor's key are read by id first,
// and then those beyond the key.
func (sc scan) read(
	ctx context.Context, q querier, from Cursor, inclusive bool, dir Direction, limit int,
) ([]keyedRow, error) {
	if sc.ranks == 0 { // the conditions exclude each other
		return nil, nil
	}
	up := sc.ascending == (dir == Forward)
	low, high := sc.bounds()
	beyond, way := ">", "ASC"
	if !up {
		beyond, way = "<", "DESC"
	}
	orEqual := beyond
	if inclusive {
		orEqual += "="
	}
	var out []keyedRow
	if from != (Cursor{}) {
		ties := []bound{{"id", orEqual, int64(from.id)}}
		if sc.column != "id" {
			ties = append(ties, bound{sc.column, "=", from.key})
		}
		var err error
		out, err = sc.query(ctx, q, out, limit, "id "+way, ties...)
		if err != nil || len(out) >= limit || sc.column == "id" {
			return out, err
		}
		// The cursor may lie outside of the ranks that can match: then it is no bound.
		if up && !from.before(low) {
			low = bound{sc.column, beyond, from.key}
		}
		if !up && (high.op == "" || from.before(high)) {
			high = bound{sc.column, beyond, from.key}
		}
	}
	sorted := sc.column + " " + way
	if sc.column != "id" {
		sorted += ", id " + way
	}
	return sc.query(ctx, q, out, limit, sorted, low, high)
}

// query appends matching rows to out until it has limit of them.
func (sc scan) query(
	ctx context.Context, q querier, out []keyedRow, limit int, sorted string, ends ...bound,
) ([]keyedRow, error) {
	index := " INDEXED BY tracks_" + sc.index
	if sc.index == "" {
		index = ""
	}
	where, args := sc.clauses(ends...)
	rows, err := q.QueryContext(ctx, "SELECT "+rowColumns+", "+sc.column+" FROM tracks"+index+where+
		" ORDER BY "+sorted+" LIMIT ?", append(args, limit-len(out))...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		r := keyedRow{cursor: Cursor{sort: sc.sort}}
		if r.TrackRow, err = scanRow(rows, &r.cursor.key); err != nil {
			return nil, err
		}
		r.cursor.id = r.ID
		out = append(out, r)
	}
	return out, rows.Err()
}

// count counts matching rows, at most limit.
func (sc scan) count(ctx context.Context, q querier, limit int) (n int, err error) {
	if sc.ranks == 0 {
		return 0, nil
	}
	where, args := sc.clauses(sc.bounds())
	err = q.QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1 FROM tracks INDEXED BY tracks_"+sc.index+
		where+" LIMIT ?)", append(args, limit)...).Scan(&n)
	return n, err
}

func (sc scan) clauses(ends ...bound) (where string, args []any) {
	clauses := slices.Clone(sc.where)
	args = slices.Clone(sc.args)
	for _, b := range ends {
		if b.op != "" {
			clauses = append(clauses, b.column+" "+b.op+" ?")
			args = append(args, b.key)
		}
	}
	if len(clauses) == 0 {
		return "", args
	}
	return " WHERE " + strings.Join(clauses, " AND "), args
}
