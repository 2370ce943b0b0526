package queue

import (
	"context"
	"errors"
	"fmt"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"earmark/store"
	"earmark/ui/cell"
	"earmark/ui/say"
	"earmark/ui/screen"
)

const (
	pageRows   = 200    // rows of one read: several screens, well under a millisecond each hundred
	countLimit = 10_000 // a filter that matches more is shown as "more than"
	countGap   = 500 * time.Millisecond
	countEvery = 3 * time.Second // while rows change under the same filter
)

type loadKind int

const (
	loadHead   loadKind = iota // the first page
	loadTail                   // the last page
	loadAround                 // the page that holds a track
	loadMore                   // the page next to the window
)

// load is one read of a page.
type load struct {
	kind  loadKind
	track store.TrackID   // loadAround
	dir   store.Direction // loadMore
	from  store.Cursor    // loadMore
	live  bool            // nobody asked for it: the database changed
}

type pageMsg struct {
	seq  int
	load load
	page store.Page
	head summary
	err  error
}

type countMsg struct {
	filter string // what was counted, with its job
	n      int
	exact  bool
	err    error
}

type undoneMsg struct {
	row store.TrackRow
	err error
}

// reads is what is under way.
type reads struct {
	keyLane, liveLane, countLane screen.Lane

	seq      int       // of the latest read or wish: an answer to another one is dropped
	counting string    // the filter whose number was last asked for
	counted  time.Time // when that was
	loaded   bool
	next     *load // what to read once the lane is free; never loadMore, whose cursor would be of older rows
	cancel   context.CancelFunc
	uncount  context.CancelFunc
}

func newReads(clock screen.Clock) reads {
	return reads{
		keyLane:   screen.NewLane("queue.key", screen.KeyGap, clock),
		liveLane:  screen.NewLane("queue.live", screen.LiveGap, clock),
		countLane: screen.NewLane("queue.count", countGap, clock),
		cancel:    func() {},
		uncount:   func() {},
	}
}

// again reads the same place once more: the head, or around the track that the reader chose.
func (q *Queue) again() load {
	if row, ok := q.window.current(); ok && q.window.moved {
		return load{kind: loadAround, track: row.ID}
	}
	return load{kind: loadHead}
}

// want reads what a key asks for, now or as soon as the lane is free. A later wish replaces an earlier one.
func (q *Queue) want(l load) tea.Cmd {
	if !q.keyLane.Start() {
		q.cancel() // nobody waits for it any more,
		q.seq++    // and its answer may be on its way
		q.next = &l
		return nil
	}
	q.next = nil
	return q.read(l)
}

// more reads on when the cursor comes near the end of what is in memory. What is to be read anew goes first, and when
// the lane is not free, more is asked again at the end of its gap: the window may have other ends by then.
func (q *Queue) more() tea.Cmd {
	dir, from, ok := q.window.wants()
	if !ok || q.next != nil || !q.keyLane.Start() {
		return nil
	}
	return q.read(load{kind: loadMore, dir: dir, from: from})
}

// live reads what changed, unless a key is being answered.
func (q *Queue) live() tea.Cmd {
	if !q.loaded || !q.liveLane.Start() {
		return nil
	}
	if q.keyLane.Busy() || q.next != nil {
		gap := q.liveLane.Done()
		q.liveLane.Start() // keeps the wish for after the gap
		return gap
	}
	l := q.again()
	l.live = true
	return q.read(l)
}

func (q *Queue) lane(msg screen.LaneMsg) tea.Cmd {
	switch {
	case q.keyLane.Again(msg):
		if q.next != nil {
			return q.want(*q.next)
		}
		return q.more()
	case q.liveLane.Again(msg):
		return q.live()
	case q.countLane.Again(msg):
		return q.count()
	}
	return nil
}

// read is the command; it captures values only.
func (q *Queue) read(l load) tea.Cmd {
	q.seq++
	ctx, cancel := context.WithCancel(q.kit.Context)
	q.cancel = cancel
	seq, s, f, order, job := q.seq, q.store, q.filter, q.sort, q.job
	return func() tea.Msg {
		defer cancel()
		msg := pageMsg{seq: seq, load: l}
		switch l.kind {
		case loadHead:
			msg.page, msg.err = s.Tracks(ctx, f, order, store.Cursor{}, store.Forward, pageRows)
		case loadTail:
			msg.page, msg.err = s.Tracks(ctx, f, order, store.Cursor{}, store.Backward, pageRows)
		case loadMore:
			msg.page, msg.err = s.Tracks(ctx, f, order, l.from, l.dir, pageRows)
		case loadAround:
			msg.page, msg.err = s.TracksAround(ctx, f, order, l.track, pageRows)
			if errors.Is(msg.err, store.ErrNotFound) {
				msg.page, msg.err = s.Tracks(ctx, f, order, store.Cursor{}, store.Forward, pageRows)
			}
		}
		if msg.err == nil && l.kind != loadMore {
			var jobs []store.Job
			jobs, msg.err = s.Jobs(ctx)
			msg.head = summarize(jobs, job)
		}
		return msg
	}
}

func (q *Queue) arrived(msg pageMsg) tea.Cmd {
	var gap tea.Cmd
	if msg.load.live {
		gap = q.liveLane.Done()
	} else {
		gap = q.keyLane.Done()
	}
	switch {
	case msg.seq != q.seq || errors.Is(msg.err, context.Canceled): // superseded
		if msg.load.live {
			q.liveLane.Start() // what changed is still to be read: keeps the wish for after the gap
		}
		return gap
	case msg.err != nil:
		return tea.Batch(gap, screen.Fail("read the tracks", msg.err, ""))
	}
	current, _ := q.window.current()
	switch l := msg.load; l.kind {
	case loadHead:
		if l.live {
			q.window.reset(msg.page, 0)
		} else {
			q.window.show(msg.page, false)
		}
	case loadTail:
		q.window.show(msg.page, true)
	case loadMore:
		q.window.extend(msg.page, l.dir)
	case loadAround:
		keep := l.track
		if l.live && current.ID != l.track {
			keep = current.ID // the cursor went on meanwhile
			if !holds(msg.page, keep) {
				return tea.Batch(gap, q.live())
			}
		}
		q.window.reset(msg.page, keep)
	}
	if msg.load.kind != loadMore {
		matching := q.head.matching
		q.head, q.loaded = msg.head, true
		q.head.matching = matching
	}
	return tea.Batch(gap, q.more(), q.count())
}

func holds(p store.Page, id store.TrackID) bool {
	for _, r := range p.Rows {
		if r.ID == id {
			return true
		}
	}
	return false
}

// count says how many tracks the filter leaves. Without a filter the counters of the job know.
func (q *Queue) count() tea.Cmd {
	if q.text == "" {
		q.head.matching = ""
		return nil
	}
	now, filter := q.kit.Clock.Now(), q.filter.String()
	if q.head.matching != "" && now.Sub(q.counted) < countEvery {
		return nil
	}
	if q.counting != filter {
		q.uncount()
	}
	if !q.countLane.Start() {
		return nil
	}
	q.counting, q.counted = filter, now
	ctx, cancel := context.WithCancel(q.kit.Context)
	q.uncount = cancel
	s, f := q.store, q.filter
	return func() tea.Msg {
		defer cancel()
		n, exact, err := s.CountMatching(ctx, f, countLimit)
		return countMsg{filter: filter, n: n, exact: exact, err: err}
	}
}

func (q *Queue) countArrived(msg countMsg) tea.Cmd {
	gap := q.countLane.Done()
	switch {
	case msg.filter != q.filter.String() || errors.Is(msg.err, context.Canceled):
		q.countLane.Start() // it counted another filter: again after the gap
	case msg.err != nil:
		return tea.Batch(gap, screen.Fail("count the tracks", msg.err, ""))
	case msg.exact:
		q.head.matching = fmt.Sprintf("%s of %s match", cell.Count(int64(msg.n)), cell.Count(q.head.counts.Total))
	default:
		q.head.matching = "more than " + cell.Count(countLimit) + " match"
	}
	return gap
}

func (q *Queue) undo() tea.Cmd {
	ctx, s, reviewer := q.kit.Context, q.store, q.kit.Reviewer
	return q.kit.Writes.Do(func() (tea.Msg, error) {
		_, row, err := s.Undo(ctx, reviewer)
		return undoneMsg{row: row, err: err}, err
	})
}

func (q *Queue) undone(msg undoneMsg) tea.Cmd {
	switch {
	case errors.Is(msg.err, store.ErrNothingToUndo):
		return screen.Status("There is no decision of yours left to undo.")
	case msg.err != nil:
		return screen.Fail("undo the last decision", msg.err, "")
	}
	q.window.moved = true
	return tea.Batch(
		q.want(load{kind: loadAround, track: msg.row.ID}),
		screen.Status("Undone: the decision on "+say.Name(msg.row)+"."),
	)
}
