package review

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"earmark/engine"
	"earmark/store"
	"earmark/ui/cell"
	"earmark/ui/player"
	"earmark/ui/screen"
)

// trackMsg answers a track that is to be shown.
type trackMsg struct {
	visit int
	track store.Track
	err   error
}

// aroundMsg answers what lies around the track that is shown, and the track itself as it is now.
type aroundMsg struct {
	seq            int
	track          store.Track
	previous, next store.Track // zero at the ends of the list
	upcoming       store.Track // the next undecided one
	hasUpcoming    bool
	err            error
}

// loads is what is under way, and what was read ahead.
type loads struct {
	lane screen.Lane

	visit    int // counts what the screen was opened for: answers to an earlier visit are dropped
	fetching bool
	lookSeq  int // of the look around
	around   aroundMsg
	known    bool // around belongs to the track that is shown
	steps    int  // tracks to go, once around is known
	onward   bool // to the next undecided track, once around is known
}

// maxSteps bounds the tracks to go: a key that was held leads on for a second after it was let go.
const maxSteps = int(time.Second / screen.KeyGap)

func newLoads(clock screen.Clock) loads {
	return loads{lane: screen.NewLane("review", screen.KeyGap, clock)}
}

// stale forgets what was read ahead: it belongs to another track.
func (l *loads) stale() {
	l.lookSeq++
	l.known, l.around = false, aroundMsg{}
}

// local is the path as the operating system takes it.
func local(row store.TrackRow) string { return engine.LocalPath(row.Path) }

// fetch reads a track to show it.
func (r *Review) fetch(id store.TrackID) tea.Cmd {
	r.fetching = true
	ctx, visit, s := r.kit.Context, r.visit, r.store
	return func() tea.Msg {
		t, err := s.Track(ctx, id)
		return trackMsg{visit: visit, track: t, err: err}
	}
}

func (r *Review) fetched(msg trackMsg) tea.Cmd {
	if msg.visit != r.visit || r.shown { // an undo that was asked for later came first
		return nil
	}
	r.fetching = false
	switch {
	case errors.Is(msg.err, context.Canceled):
		return nil
	case msg.err != nil:
		return screen.Fail("read the track", msg.err, "")
	}
	return r.put(msg.track, false)
}

// lookAround reads whatever a key may show next, and the track itself again. It waits for changes that are being
// written, which change the answer; their end comes as a hint.
func (r *Review) lookAround() tea.Cmd {
	if r.kit.Writes.Busy() || !r.shown || !r.front || !r.lane.Start() {
		return nil
	}
	r.lookSeq++
	ctx, seq, s, f, order, id := r.kit.Context, r.lookSeq, r.store, r.filter, r.sort, r.track.ID
	return func() tea.Msg {
		msg := look(ctx, s, f, order, id)
		msg.seq = seq
		return msg
	}
}

func look(ctx context.Context, s Store, f store.Filter, order store.Sort, id store.TrackID) (msg aroundMsg) {
	read := func(id store.TrackID) (t store.Track) {
		if msg.err == nil {
			t, msg.err = s.Track(ctx, id)
		}
		return t
	}
	msg.track = read(id)
	page, err := s.TracksAround(ctx, walked(f), order, id, 3)
	if msg.err = cmp.Or(msg.err, err); msg.err != nil {
		return msg
	}
	if i := slices.IndexFunc(page.Rows, func(row store.TrackRow) bool { return row.ID == id }); i >= 0 {
		if i > 0 {
			msg.previous = read(page.Rows[i-1].ID)
		}
		if i < len(page.Rows)-1 {
			msg.next = read(page.Rows[i+1].ID)
		}
	}
	row, ok, err := s.NextUndecided(ctx, f, order, id)
	if msg.err = cmp.Or(msg.err, err); !ok {
		return msg
	}
	msg.hasUpcoming, msg.upcoming = true, msg.next
	if row.ID != msg.next.ID {
		msg.upcoming = read(row.ID)
	}
	return msg
}

// walked is the list that the keys for next and previous go through: decided tracks stay in it, so that the way back to
// the one just decided is one key.
func walked(f store.Filter) store.Filter {
	f.Undecided, f.Decided, f.Decision = false, false, ""
	f.Terms = slices.DeleteFunc(slices.Clone(f.Terms), func(t store.Term) bool {
		return t.Field == "undecided" || t.Field == "decided" || t.Field == "decision"
	})
	return f
}

func (r *Review) surveyed(msg aroundMsg) tea.Cmd {
	gap := r.lane.Done()
	switch {
	case msg.seq != r.lookSeq:
		// Another track is shown by now, or something was decided: look again when the gap is over.
		r.lane.Start()
		return gap
	case errors.Is(msg.err, context.Canceled):
		return gap
	case msg.err != nil:
		r.steps, r.onward = 0, false
		return tea.Batch(gap, screen.Fail("read the tracks around "+nameOf(r.track.TrackRow), msg.err, ""))
	}
	r.renewed(msg.track)
	r.around, r.known = msg, true
	r.prepare()
	switch {
	case r.onward:
		return tea.Batch(gap, r.advance(""))
	case r.steps > 0:
		r.steps--
		return tea.Batch(gap, r.step(1))
	case r.steps < 0:
		r.steps++
		return tea.Batch(gap, r.step(-1))
	}
	return gap
}

// prepare has the tracks decoded ahead that the next key may ask for: the next undecided one first.
func (r *Review) prepare() {
	var ahead []player.Track
	add := func(t store.Track) {
		next := cued(t)
		if t.ID == 0 || t.ID == r.track.ID ||
			slices.ContainsFunc(ahead, func(t player.Track) bool { return t.Path == next.Path }) {
			return
		}
		ahead = append(ahead, next)
	}
	if r.around.hasUpcoming {
		add(r.around.upcoming)
	}
	add(r.around.next)
	add(r.around.previous)
	r.sound.Do(player.Preload{Tracks: ahead})
}

// cued is a track for the player, with its suspicious segments as the places that a key may jump to.
func cued(t store.Track) player.Track {
	p := player.Track{Path: local(t.TrackRow)}
	if t.Report == nil {
		return p
	}
	for _, s := range t.Report.Segments {
		if s.Suspicious {
			p.Cues = append(p.Cues, cell.Seconds(s.StartSec))
		}
	}
	return p
}

// step goes to the next or to the previous track of the list. What was playing goes on playing.
func (r *Review) step(by int) tea.Cmd {
	if !r.known {
		r.steps = max(-maxSteps, min(r.steps+by, maxSteps))
		return r.lookAround()
	}
	to, end := r.around.next, "This is the last track of the list."
	if by < 0 {
		to, end = r.around.previous, "This is the first track of the list."
	}
	if to.ID == 0 {
		r.steps = 0
		return screen.Status(end)
	}
	return r.put(to, r.state.Playing) // another step waits for the new neighbours
}

// advance goes to the next undecided track and plays it. Said is what was done before, for the status line.
func (r *Review) advance(said string) tea.Cmd {
	if !r.known {
		r.onward = true
		return tea.Batch(status(said), r.lookAround())
	}
	r.onward, r.steps = false, 0
	if !r.around.hasUpcoming {
		if said != "" {
			said += " "
		}
		return status(said + "Nothing else is undecided in this list.")
	}
	return tea.Batch(status(said), r.put(r.around.upcoming, true))
}

func status(text string) tea.Cmd {
	if text == "" {
		return nil
	}
	return screen.Status(text)
}
