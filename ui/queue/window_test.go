package queue

import (
	"math/rand/v2"
	"slices"
	"testing"

	"earmark/store"
)

// list is a list of track numbers as a store would page through it; its cursors are not used.
type list []store.TrackID

func (l list) page(from, to int) store.Page {
	from, to = max(0, from), min(to, len(l))
	p := store.Page{HasBefore: from > 0, HasAfter: to < len(l)}
	for _, id := range l[from:to] {
		p.Rows = append(p.Rows, store.TrackRow{ID: id})
	}
	return p
}

// fill reads what the window wants until it wants nothing more.
func fill(t *testing.T, w *window, l list) {
	t.Helper()
	for range 1000 {
		dir, _, ok := w.wants()
		if !ok {
			return
		}
		if dir == store.Forward {
			end := slices.Index(l, w.rows[len(w.rows)-1].ID) + 1
			w.extend(l.page(end, end+pageRows), dir)
		} else {
			start := slices.Index(l, w.rows[0].ID)
			w.extend(l.page(start-pageRows, start), dir)
		}
	}
	t.Fatal("the window never has enough")
}

func numbers(n int) list {
	l := make(list, n)
	for i := range l {
		l[i] = store.TrackID(i + 1)
	}
	return l
}

func check(t *testing.T, w *window, l list) {
	t.Helper()
	if len(w.rows) > maxRows+2*200 {
		t.Fatalf("%d rows in memory", len(w.rows))
	}
	if w.at < w.top || w.at >= w.top+w.height {
		t.Fatalf("cursor %d is outside of the screen at %d+%d", w.at, w.top, w.height)
	}
	if len(l) >= w.height && len(w.visible()) != w.height {
		t.Fatalf("%d of %d lines are filled", len(w.visible()), w.height)
	}
	first := slices.Index(l, w.rows[0].ID)
	for i, r := range w.rows {
		if l[first+i] != r.ID {
			t.Fatalf("row %d is track %d, want %d", i, r.ID, l[first+i])
		}
	}
}

func TestPagingReachesBothEnds(t *testing.T) {
	l := numbers(5000)
	w := &window{height: 18}
	w.show(l.page(0, 200), false)
	for range 400 {
		w.page(1)
		fill(t, w, l)
		check(t, w, l)
	}
	if r, _ := w.current(); r.ID != 5000 || w.below() {
		t.Fatalf("at track %d after paging down", r.ID)
	}
	for range 400 {
		w.page(-1)
		fill(t, w, l)
		check(t, w, l)
	}
	if r, _ := w.current(); r.ID != 1 || w.above() {
		t.Fatalf("at track %d after paging up", r.ID)
	}
}

func TestRandomWalkAgreesWithPlainIndex(t *testing.T) {
	l := numbers(3000)
	rnd := rand.New(rand.NewPCG(7, 7))
	w := &window{height: 20}
	w.show(l.page(0, 200), false)
	fill(t, w, l)
	want := 0
	for range 3000 {
		n := rnd.IntN(161) - 80
		w.move(n)
		fill(t, w, l)
		want = clamp(want+n, 0, len(l)-1)
		if r, _ := w.current(); r.ID != l[want] {
			t.Fatalf("at track %d, want %d", r.ID, l[want])
		}
		check(t, w, l)
	}
}

func TestCursorKeepsItsTrackWhileRowsMove(t *testing.T) {
	l := numbers(300)
	w := &window{height: 10}
	w.show(l.page(0, 200), false)
	w.move(50)
	offset := w.at - w.top
	// Ten worse tracks come in above.
	grown := append(numbers(0), l...)
	for i := range 10 {
		grown = slices.Insert(grown, 3, store.TrackID(1000+i))
	}
	w.reset(grown.page(0, 200), 51)
	if r, _ := w.current(); r.ID != 51 || w.at-w.top != offset {
		t.Fatalf("cursor on track %d at line %d, want 51 at %d", r.ID, w.at-w.top, offset)
	}
	// The track itself leaves, such as from a filter: the next one takes its place.
	gone := slices.DeleteFunc(slices.Clone(grown), func(id store.TrackID) bool { return id == 51 || id == 52 })
	w.reset(gone.page(0, 200), 51)
	if r, _ := w.current(); r.ID != 53 {
		t.Fatalf("cursor on track %d, want its next neighbour 53", r.ID)
	}
	w.reset(store.Page{}, 53)
	if _, ok := w.current(); ok || len(w.visible()) != 0 {
		t.Fatal("a row in an empty list")
	}
}

func TestHeadStaysInView(t *testing.T) {
	w := &window{height: 10}
	w.show(numbers(50).page(0, 50), false)
	w.move(2)
	w.reset(append(list{900, 901}, numbers(50)...).page(0, 52), 3)
	if r, _ := w.current(); r.ID != 3 || w.top != 0 {
		t.Fatalf("track %d, top %d: the head of the list went out of view", r.ID, w.top)
	}
}

func TestSmallLists(t *testing.T) {
	for n := range 4 {
		l := numbers(n)
		w := &window{height: 10}
		w.show(l.page(0, 200), false)
		w.page(1)
		w.page(-1)
		w.move(99)
		w.resize(2)
		if _, ok := w.current(); ok != (n > 0) {
			t.Errorf("%d rows: current is %v", n, ok)
		}
		if w.hasAfter || w.owed != 0 {
			t.Errorf("%d rows: owes %d", n, w.owed)
		}
	}
}
