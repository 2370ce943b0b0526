package review

import (
	"errors"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"earmark/store"
	"earmark/ui/keys"
	"earmark/ui/say"
	"earmark/ui/screen"
)

// draft is what was chosen for a decision that is not made yet.
type draft struct{ reason, note string }

// decision is one that was made in this session.
type decision struct {
	kind   store.DecisionKind
	reason string
}

// decidedMsg answers a decision.
type decidedMsg struct {
	made store.NewDecision
	row  store.TrackRow // as it was before
	err  error
}

// undoneMsg answers an undo.
type undoneMsg struct {
	visit    int
	decision store.Decision
	track    store.Track
	err      error
}

// decisions is what was chosen for the next one, and what the latest ones were.
type decisions struct {
	drafts  map[store.TrackID]draft
	latest  decision
	undoing int // undos of this visit that are being written: each leads to its track
}

func newDecisions() decisions { return decisions{drafts: map[store.TrackID]draft{}} }

func (r *Review) draft() draft { return r.drafts[r.track.ID] }

// reason chooses the reason for the coming decision; the same digit again takes it back.
func (r *Review) reason(n int) tea.Cmd {
	if r.moving() {
		return r.wait()
	}
	d := r.draft()
	if text := say.Reason(n); text != d.reason {
		d.reason = text
	} else {
		d.reason = ""
	}
	r.keep(d)
	return nil
}

// Drafts is how many tracks have a reason or a note that waits for its decision.
func (r *Review) Drafts() int { return len(r.drafts) }

func (r *Review) keep(d draft) {
	if d == (draft{}) {
		delete(r.drafts, r.track.ID)
		return
	}
	r.drafts[r.track.ID] = d
}

// moving says that another track was asked for which is not shown yet: a decision would be meant for that one.
func (r *Review) moving() bool { return !r.shown || r.onward || r.steps != 0 || r.undoing > 0 }

// wait says why a key does nothing while that lasts.
func (r *Review) wait() tea.Cmd {
	return screen.Status("Another track is on its way; press the key again when you see it.")
}

// decide writes a decision on the track that is shown, and goes on to the next undecided one at once.
func (r *Review) decide(kind store.DecisionKind, reason string) tea.Cmd {
	row := r.track.TrackRow
	switch {
	case r.moving():
		return r.wait()
	case row.Status != store.TrackSuccess && row.Status != store.TrackFailed:
		return screen.Status(nameOf(row) + " is not analysed yet; it can be decided afterwards.")
	}
	cmd := r.submit(store.NewDecision{
		Track: row.ID, Kind: kind, Reviewer: r.kit.Reviewer, Reason: reason, Note: r.draft().note,
	})
	r.latest = decision{kind: kind, reason: reason}
	said := say.Decided(kind) + ": " + nameOf(row) + " " + r.kit.Theme.Glyph.Dot + " " +
		r.kit.Keys.Name(keys.ScopeReview, keys.Undo) + " undoes."
	// The write is started first: whatever the next screen reads comes after it.
	return tea.Batch(cmd, r.advance(upper(said)))
}

// submit shows a decision and writes it.
func (r *Review) submit(d store.NewDecision) tea.Cmd {
	before := r.track.TrackRow
	now := r.kit.Clock.Now()
	r.track.Decision, r.track.Reason, r.track.Note = d.Kind, d.Reason, d.Note
	r.track.Reviewer, r.track.DecidedAt = d.Reviewer, now
	r.lookSeq++ // what is being read now does not know of it
	ctx, s := r.kit.Context, r.store
	return r.kit.Writes.Do(func() (tea.Msg, error) {
		_, err := s.Decide(ctx, d)
		return decidedMsg{made: d, row: before, err: err}, err
	})
}

func (r *Review) decided(msg decidedMsg) tea.Cmd {
	if msg.err == nil {
		if d := r.drafts[msg.made.Track]; d.note == msg.made.Note {
			delete(r.drafts, msg.made.Track)
		}
		return nil
	}
	// Nothing was written: show it so, and keep what was chosen.
	if r.track.ID == msg.row.ID {
		report, history := r.track.Report, r.track.History
		r.track.TrackRow, r.track.Report, r.track.History = msg.row, report, history
	}
	r.drafts[msg.made.Track] = draft{reason: msg.made.Reason, note: msg.made.Note}
	todo := say.Advice(msg.err)
	if todo != "" {
		todo += ". "
	}
	return screen.Fail("save the decision on "+nameOf(msg.row), msg.err,
		todo+"Nothing was changed; reason and note are kept")
}

// undo takes back the reviewer's latest decision, of whatever day, and goes back to its track.
func (r *Review) undo() tea.Cmd {
	r.stale() // keys that go on from there wait for that track
	r.onward, r.steps = false, 0
	r.undoing++
	ctx, visit, s, reviewer := r.kit.Context, r.visit, r.store, r.kit.Reviewer
	return r.kit.Writes.Do(func() (tea.Msg, error) {
		d, row, err := s.Undo(ctx, reviewer)
		msg := undoneMsg{visit: visit, decision: d, track: store.Track{TrackRow: row}, err: err}
		if err != nil {
			return msg, err
		}
		// It is undone, also when this cannot be read now.
		if t, err := s.Track(ctx, row.ID); err == nil {
			msg.track = t
		}
		return msg, nil
	})
}

func (r *Review) undone(msg undoneMsg) tea.Cmd {
	here := msg.visit == r.visit
	if here {
		r.undoing--
	}
	switch {
	case errors.Is(msg.err, store.ErrNothingToUndo):
		return screen.Status("There is no decision of yours left to undo.")
	case msg.err != nil:
		return screen.Fail("undo the last decision", msg.err, "")
	}
	said := screen.Status(r.undoneWords(msg))
	if !here || r.note.Opened() {
		return said // the reviewer has gone elsewhere since, or writes about the track that is shown
	}
	return tea.Batch(r.put(msg.track, r.state.Playing), said)
}

// undoneWords says what was undone, and puts it at hand for the next decision.
func (r *Review) undoneWords(msg undoneMsg) string {
	name := nameOf(msg.track.TrackRow)
	undone := func(d store.Decision) bool { return d.ID == msg.decision.Undoes }
	i := slices.IndexFunc(msg.track.History, undone)
	if i < 0 {
		return "Undone: the decision on " + name + "."
	}
	d, stands := msg.track.History[i], msg.track.TrackRow
	if d.Reason != "" || d.Note != "" {
		r.drafts[d.Track] = draft{reason: d.Reason, note: d.Note}
	}
	kind := store.DecisionKind(d.Kind)
	switch {
	case stands.Decision != kind:
		return "Undone: " + say.Decided(kind) + " on " + name + "."
	case stands.Reviewer == d.Reviewer && stands.Reason == d.Reason && stands.Note != d.Note:
		return "Undone: the note on " + name + ". It is still " + say.Decided(kind) + "."
	default:
		return "Undone: your last change on " + name + ". It is still " + say.Decided(kind) + "."
	}
}

// openNote opens the line for a note, with what is there already. The track that is shown stays while it is open.
func (r *Review) openNote() {
	r.onward, r.steps = false, 0
	text := r.draft().note
	if text == "" {
		text = r.track.Note
	}
	r.note.Open(text)
}

func (r *Review) noteVerb(v keys.Verb) tea.Cmd {
	switch v {
	case keys.Leave:
		r.note.Close()
	case keys.Accept:
		r.note.Close()
		text := r.note.Value()
		if r.track.Decision == "" {
			d := r.draft()
			d.note = text
			r.keep(d)
			return screen.Status("The note is kept for your decision.")
		}
		if text == r.track.Note {
			return nil
		}
		// A decision that stands gets its note by another row of the history.
		return tea.Batch(screen.Status("Note saved."), r.submit(store.NewDecision{
			Track: r.track.ID, Kind: r.track.Decision, Reviewer: r.kit.Reviewer, Reason: r.track.Reason, Note: text,
		}))
	default: // the other verbs belong to the screen
	}
	return nil
}

func upper(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]-'a'+'A') + s[1:]
}
