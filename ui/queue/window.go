package queue

import (
	"slices"

	"earmark/store"
)

// maxRows is how many rows the window keeps; beyond it, those farthest from the cursor are forgotten.
const maxRows = 1200

// chunk is one page as it was read. The window is forgotten by whole chunks, because only their ends have cursors.
type chunk struct {
	rows          []store.TrackRow
	before, after store.Cursor
}

// window is the part of the list that is in memory, and the part of it that is on the screen. It knows no database.
type window struct {
	chunks              []chunk
	rows                []store.TrackRow // all chunks in one
	hasBefore, hasAfter bool             // there is more beyond the window
	at                  int              // the line of the cursor in rows
	top                 int              // the first line on the screen
	height              int              // lines on the screen
	owed                int              // lines that the cursor still has to go, once more rows are there
	moved               bool             // the reader has chosen a line: it keeps its track
}

// current is the row of the cursor.
func (w *window) current() (store.TrackRow, bool) {
	if w.at < 0 || w.at >= len(w.rows) {
		return store.TrackRow{}, false
	}
	return w.rows[w.at], true
}

// visible are the rows on the screen.
func (w *window) visible() []store.TrackRow {
	return w.rows[min(w.top, len(w.rows)):min(w.top+w.height, len(w.rows))]
}

// above and below say whether there is more than the screen shows.
func (w *window) above() bool { return w.top > 0 || w.hasBefore }
func (w *window) below() bool { return w.top+w.height < len(w.rows) || w.hasAfter }

func (w *window) resize(height int) {
	w.height = max(1, height)
	w.scroll()
}

// move takes the cursor by n lines as far as the window goes; the rest is owed until more rows are there.
func (w *window) move(n int) {
	w.moved = true
	want := w.at + n
	w.at = clamp(want, 0, max(0, len(w.rows)-1))
	w.owed = want - w.at
	if (w.owed < 0 && !w.hasBefore) || (w.owed > 0 && !w.hasAfter) {
		w.owed = 0
	}
	w.scroll()
}

// page moves cursor and screen together by n screens, so that the cursor keeps its place on the screen.
func (w *window) page(n int) {
	by := n * max(1, w.height-1)
	before := w.at
	w.move(by)
	w.top += w.at - before
	w.scroll()
}

// wants says on which side more rows should be read, before the reader gets there.
func (w *window) wants() (dir store.Direction, from store.Cursor, ok bool) {
	switch margin := w.height + w.height/2; {
	case len(w.chunks) == 0:
		return 0, from, false
	case w.hasAfter && (w.owed > 0 || w.at+margin >= len(w.rows)):
		return store.Forward, w.chunks[len(w.chunks)-1].after, true
	case w.hasBefore && (w.owed < 0 || w.at < margin):
		return store.Backward, w.chunks[0].before, true
	}
	return 0, from, false
}

// extend adds a page that was read where wants said.
func (w *window) extend(p store.Page, dir store.Direction) {
	c := chunk{rows: p.Rows, before: p.Before, after: p.After}
	if dir == store.Forward {
		w.chunks = append(w.chunks, c)
		w.hasAfter = p.HasAfter
	} else {
		w.chunks = slices.Insert(w.chunks, 0, c)
		w.hasBefore = p.HasBefore
		w.at += len(p.Rows)
		w.top += len(p.Rows)
	}
	w.trim(dir)
	w.flatten()
	if owed := w.owed; owed != 0 {
		w.move(owed)
	}
	w.scroll()
}

// trim forgets chunks at the end that the reader moves away from.
func (w *window) trim(dir store.Direction) {
	total := 0
	for _, c := range w.chunks {
		total += len(c.rows)
	}
	for total > maxRows && len(w.chunks) > 2 {
		if dir == store.Forward {
			n := len(w.chunks[0].rows)
			if w.top < n+w.height {
				return
			}
			w.chunks = w.chunks[1:]
			w.at, w.top, total = w.at-n, w.top-n, total-n
			w.hasBefore = true
			continue
		}
		n := len(w.chunks[len(w.chunks)-1].rows)
		if w.top+2*w.height > total-n {
			return
		}
		w.chunks = w.chunks[:len(w.chunks)-1]
		total -= n
		w.hasAfter = true
	}
}

// reset replaces everything by a new page. The cursor goes to track keep and stays at its height on the screen; when
// that is gone it stays where it was, between the same neighbours.
func (w *window) reset(p store.Page, keep store.TrackID) {
	old, oldAt, offset := w.rows, w.at, w.at-w.top
	atHead := w.top == 0 && !w.hasBefore
	w.chunks = []chunk{{rows: p.Rows, before: p.Before, after: p.After}}
	w.hasBefore, w.hasAfter = p.HasBefore, p.HasAfter
	w.flatten()
	switch at := w.find(keep); {
	case keep != 0 && at >= 0:
		w.at = at
	case keep != 0:
		w.at = w.nearest(old, oldAt)
	default:
		w.at = 0
	}
	w.top = w.at - offset
	if atHead && !w.hasBefore && w.at < w.height {
		w.top = 0 // whoever sees the head of the list goes on seeing it
	}
	w.scroll()
}

// show puts the first or the last line of a page under the cursor.
func (w *window) show(p store.Page, last bool) {
	w.chunks = []chunk{{rows: p.Rows, before: p.Before, after: p.After}}
	w.hasBefore, w.hasAfter, w.owed = p.HasBefore, p.HasAfter, 0
	w.flatten()
	w.at, w.top = 0, 0
	if last {
		w.at = max(0, len(w.rows)-1)
		w.top = w.at
	}
	w.scroll()
}

// nearest finds the line of the closest old neighbour that is still there: the next one first.
func (w *window) nearest(old []store.TrackRow, at int) int {
	lines := make(map[store.TrackID]int, len(w.rows))
	for i, r := range w.rows {
		lines[r.ID] = i
	}
	for _, r := range old[min(at, len(old)):] {
		if i, ok := lines[r.ID]; ok {
			return i
		}
	}
	for i := min(at, len(old)) - 1; i >= 0; i-- {
		if line, ok := lines[old[i].ID]; ok {
			return line
		}
	}
	return clamp(at, 0, max(0, len(w.rows)-1))
}

func (w *window) find(id store.TrackID) int {
	return slices.IndexFunc(w.rows, func(r store.TrackRow) bool { return r.ID == id })
}

func (w *window) flatten() {
	w.rows = nil
	for _, c := range w.chunks {
		w.rows = append(w.rows, c.rows...)
	}
}

// scroll brings the cursor onto the screen and leaves no blank lines while there are rows to fill them.
func (w *window) scroll() {
	w.at = clamp(w.at, 0, max(0, len(w.rows)-1))
	w.top = clamp(w.top, w.at-w.height+1, w.at)
	w.top = clamp(w.top, 0, max(0, len(w.rows)-w.height))
}

func clamp(v, low, high int) int { return max(low, min(v, high)) }
