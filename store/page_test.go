package store

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"earmark/analyzer/audio"
)

func audioTags(title, artist string) audio.Tags { return audio.Tags{Title: title, Artist: artist} }

// library fills a database with two jobs of random tracks, with many ties in every order.
func library(tb testing.TB) *Store {
	tb.Helper()
	ctx := tb.Context()
	s, c := newStore(tb)
	r := rand.New(rand.NewPCG(3, 4))
	sealedJob(tb, s, 60)
	sealedJob(tb, s, 60)
	kinds := []string{"suspicious", "human", "recall", "unmeasured"}
	for i, cl := range claim(tb, s, "w", 110) {
		c.forward(time.Duration(r.IntN(2)) * time.Second)
		switch k := r.IntN(6); k {
		case 4:
			must(tb, s.Fail(ctx, "w", cl.Track, "silent", ""))
		case 5:
			continue
		default:
			rep := newReport(fmt.Sprint(i), float64(r.IntN(4))/4, kinds[k])
			title, artist := []string{"", "Blue", "blue", "Zoë"}[r.IntN(4)], []string{"", "A", "b"}[r.IntN(3)]
			rep.Audio.Tags = audioTags(title, artist)
			rep.Audio.DurationSec = float64(r.IntN(5))
			must(tb, s.Finish(ctx, "w", cl.Track, rep))
		}
		if r.IntN(3) == 0 {
			_, err := s.Decide(ctx, NewDecision{Track: cl.Track, Kind: DecideAI, Reviewer: "a"})
			must(tb, err)
		}
	}
	return s
}

// plain is the order that a plain query without our indexes and cursors gives.
func plain(tb testing.TB, s *Store, job JobID, where, order string) []TrackID {
	tb.Helper()
	rows, err := s.read.QueryContext(tb.Context(),
		"SELECT id FROM tracks NOT INDEXED WHERE (?1 = 0 OR job_id = ?1) AND "+where+" ORDER BY "+order, job)
	must(tb, err)
	defer rows.Close()
	var ids []TrackID
	for rows.Next() {
		var id TrackID
		must(tb, rows.Scan(&id))
		ids = append(ids, id)
	}
	must(tb, rows.Err())
	return ids
}

const plainWorst = `CASE WHEN verdict = 'suspicious' THEN 0 WHEN recall = 'suspicious' THEN 1
	WHEN status = 'failed' THEN 2 WHEN status = 'success' AND measured = 0 THEN 3 WHEN status = 'success' THEN 4
	WHEN status = 'running' THEN 5 ELSE 6 END, score DESC, id`

var plainOrders = map[Sort]string{
	SortWorst: plainWorst, SortIntake: "id", SortTitle: "title_key, id", SortArtist: "artist = '', artist_key, id",
	SortPath: "path_key, id", SortDuration: "duration, id", SortDecided: "decided_at DESC, id DESC",
}

func ids(rows []TrackRow) (out []TrackID) {
	for _, r := range rows {
		out = append(out, r.ID)
	}
	return out
}

func TestPagesInEveryOrder(t *testing.T) {
	ctx := t.Context()
	s := library(t)
	for _, job := range []JobID{0, 1, 2} {
		for _, c := range []struct{ text, where string }{
			{"", "true"},
			{"undecided", "status IN ('success', 'failed') AND decision = ''"},
			{"verdict:suspicious", "verdict = 'suspicious'"},
			{"status:success -verdict:suspicious", "verdict = 'human'"},
			{"blue status:queued", "false"},
		} {
			for sort, order := range plainOrders {
				for _, reversed := range []bool{false, true} {
					f, err := ParseFilter(c.text)
					must(t, err)
					f.Job = job
					wanted := plain(t, s, job, c.where, order)
					if reversed {
						sort = sort.Reverse()
						slices.Reverse(wanted)
					}
					for _, limit := range []int{1, 7, 50} {
						if limit == 1 && job == 0 {
							continue // enough seen of it
						}
						checkPages(t, s, f, sort, limit, wanted)
					}
					for i, id := range wanted {
						p, err := s.TracksAround(ctx, f, sort, id, 10)
						must(t, err)
						got := ids(p.Rows)
						first := i - slices.Index(got, id)
						end := first + len(got)
						if first > i || len(got) != min(10, len(wanted)) || !slices.Equal(got, wanted[first:end]) ||
							p.HasBefore != (first > 0) || p.HasAfter != (end < len(wanted)) {
							t.Fatalf("%q by %s around %d: %v of %v, %v %v",
								f, sort, id, got, wanted, p.HasBefore, p.HasAfter)
						}
					}
				}
			}
		}
	}
}

func checkPages(t *testing.T, s *Store, f Filter, sort Sort, limit int, wanted []TrackID) {
	t.Helper()
	var forward, backward []TrackID
	for from, more := (Cursor{}), true; more; {
		p, err := s.Tracks(t.Context(), f, sort, from, Forward, limit)
		must(t, err)
		forward = append(forward, ids(p.Rows)...)
		if len(p.Rows) > limit || p.HasBefore != (from != Cursor{}) {
			t.Fatalf("%q by %s: %d rows, before %v", f, sort, len(p.Rows), p.HasBefore)
		}
		from, more = p.After, p.HasAfter
	}
	for from, more := (Cursor{}), true; more; {
		p, err := s.Tracks(t.Context(), f, sort, from, Backward, limit)
		must(t, err)
		backward = append(ids(p.Rows), backward...)
		from, more = p.Before, p.HasBefore
	}
	if !slices.Equal(forward, wanted) || !slices.Equal(backward, wanted) {
		t.Fatalf("%q by %s in pages of %d: forward\n%v, backward\n%v, want\n%v",
			f, sort, limit, forward, backward, wanted)
	}
}

func TestNextUndecided(t *testing.T) {
	ctx := t.Context()
	s := library(t)
	for _, sort := range []Sort{SortWorst, SortTitle, "-artist"} {
		f := Filter{Job: 1, Verdict: "suspicious"}
		wanted := ids(all(t, s, Filter{Job: 1, Verdict: "suspicious", Undecided: true}, sort))
		if len(wanted) < 3 {
			t.Fatalf("too few: %v", wanted)
		}
		row, ok, err := s.NextUndecided(ctx, f, sort, 0)
		if row.ID != wanted[0] || !ok || err != nil {
			t.Errorf("by %s: the first is %v, %v, %v, want %v", sort, row.ID, ok, err, wanted[0])
		}
		for i, id := range wanted {
			row, ok, err := s.NextUndecided(ctx, f, sort, id)
			if next := wanted[(i+1)%len(wanted)]; row.ID != next || !ok || err != nil {
				t.Errorf("by %s: after %v comes %v, %v, %v, want %v", sort, id, row.ID, ok, err, next)
			}
		}
	}
	for {
		row, ok, err := s.NextUndecided(ctx, Filter{}, SortWorst, 0)
		must(t, err)
		if !ok {
			break
		}
		_, err = s.Decide(ctx, NewDecision{Track: row.ID, Kind: DecideSkip, Reviewer: "a"})
		must(t, err)
		if again, ok, err := s.NextUndecided(ctx, Filter{}, SortWorst, row.ID); err != nil || ok && again.ID == row.ID {
			t.Fatalf("after %v comes %v, %v", row.ID, again.ID, err)
		}
	}
	checkCounters(t, s)
}

func all(tb testing.TB, s *Store, f Filter, sort Sort) []TrackRow {
	tb.Helper()
	p, err := s.Tracks(tb.Context(), f, sort, Cursor{}, Forward, maxPage)
	must(tb, err)
	return p.Rows
}

func TestCursorOfARowThatMoved(t *testing.T) {
	ctx := t.Context()
	s := library(t)
	rows := all(t, s, Filter{Undecided: true}, SortWorst)
	first, err := s.Tracks(ctx, Filter{Undecided: true}, SortWorst, Cursor{}, Forward, 5)
	must(t, err)
	_, err = s.Decide(ctx, NewDecision{Track: first.Rows[4].ID, Kind: DecideAI, Reviewer: "a"})
	must(t, err)
	next, err := s.Tracks(ctx, Filter{Undecided: true}, SortWorst, first.After, Forward, 5)
	must(t, err)
	if !slices.Equal(ids(next.Rows), ids(rows[5:10])) {
		t.Errorf("the next page is %v, want %v", ids(next.Rows), ids(rows[5:10]))
	}
	_, err = s.Tracks(ctx, Filter{}, SortTitle, first.After, Forward, 5)
	want(t, err, ErrCursor)
	_, err = s.Tracks(ctx, Filter{}, "loudest", Cursor{}, Forward, 5)
	if err == nil || !strings.Contains(err.Error(), "artist") {
		t.Errorf("error %v lists no orders", err)
	}
	_, err = s.TracksAround(ctx, Filter{}, "", 999, 5)
	want(t, err, ErrNotFound)
}

func TestEach(t *testing.T) {
	ctx := t.Context()
	s := library(t)
	wanted := plain(t, s, 1, "true", "id")
	var got []TrackID
	must(t, s.Each(ctx, Filter{Job: 1}, "", func(tr Track) error {
		if (tr.Report != nil) != (tr.Status == TrackSuccess) || (len(tr.History) > 0) != (tr.Decision != "") {
			t.Errorf("track %+v", tr)
		}
		// The consumer may write: nothing is held while it runs.
		if tr.Status == TrackFailed {
			_, err := s.Decide(ctx, NewDecision{Track: tr.ID, Kind: DecideSkip, Reviewer: "b"})
			must(t, err)
		}
		got = append(got, tr.ID)
		return nil
	}))
	if !slices.Equal(got, wanted) {
		t.Errorf("each gives %v, want %v", got, wanted)
	}
	stop := fmt.Errorf("stop")
	n := 0
	want(t, s.Each(ctx, Filter{}, SortTitle, func(Track) error { n++; return stop }), stop)
	if n != 1 {
		t.Errorf("%d calls after the error", n)
	}
}

var (
	tiesQuery = regexp.MustCompile(`id [<>]=? \? AND`)
	tiesPlan  = regexp.MustCompile(`=\? AND id[<>]\?\)`)
)

// planner explains every query instead of running it.
type planner struct {
	*sql.DB
	tb   testing.TB
	seen int
}

func (p *planner) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	rows, err := p.DB.QueryContext(ctx, "EXPLAIN QUERY PLAN "+query, args...)
	must(p.tb, err)
	defer rows.Close()
	var plan []string
	for rows.Next() {
		var a, b, c int
		var detail string
		must(p.tb, rows.Scan(&a, &b, &c, &detail))
		plan = append(plan, detail)
	}
	must(p.tb, rows.Err())
	for _, step := range plan {
		if strings.Contains(step, "TEMP B-TREE") || !strings.Contains(step, "INDEX tracks_") {
			p.tb.Errorf("%s\n%v", query, plan)
		}
		if strings.Contains(query, "job_id = ?") && !strings.Contains(step, "(job_id=?") {
			p.tb.Errorf("does not seek its job: %s\n%v", query, plan)
		}
		if tiesQuery.MatchString(query) && !tiesPlan.MatchString(step) {
			p.tb.Errorf("does not seek past ties: %s\n%v", query, plan)
		}
	}
	p.seen++
	return p.DB.QueryContext(ctx, query, args...) //nolint:sqlclosecheck // the caller closes them
}

// TestNoPageSorts asks SQLite for its plan of every kind of page.
func TestNoPageSorts(t *testing.T) {
	ctx := t.Context()
	s := library(t)
	p := &planner{DB: s.read, tb: t}
	for _, text := range []string{
		"", "undecided", "verdict:suspicious undecided", "status:failed", "-status:failed decision:ai", "artist~x",
		"x undecided", "score>0.8 duration<60", "reason~x reviewer:y", "tier:recall",
	} {
		for _, sort := range Sorts() {
			for _, sort := range []Sort{sort, sort.Reverse()} {
				for _, job := range []JobID{0, 1} {
					f, err := ParseFilter(text)
					must(t, err)
					f.Job = job
					sc, err := newScan(f, sort)
					must(t, err)
					at, err := sc.cursor(ctx, s.read, 30)
					must(t, err)
					for _, from := range []Cursor{{}, at} {
						for _, dir := range []Direction{Forward, Backward} {
							_, err := sc.read(ctx, p, from, dir == Forward, dir, 50)
							must(t, err)
						}
					}
				}
			}
		}
	}
	if p.seen < 1000 {
		t.Errorf("only %d queries", p.seen)
	}
}

func TestParseSort(t *testing.T) {
	for _, o := range Sorts() {
		for _, text := range []Sort{o, o.Reverse()} {
			got, err := ParseSort(string(text))
			if got != text || err != nil || got.Reverse().Reverse() != got || got.Desc() == got.Reverse().Desc() {
				t.Errorf("%s reads as %s, %v", text, got, err)
			}
		}
	}
	for _, bad := range []string{"", "-", "--title", "loudest"} {
		if _, err := ParseSort(bad); err == nil {
			t.Errorf("accepted %q", bad)
		}
	}
}
