package review

import (
	"context"
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
	decision store.Decision
	track    store.Track
	err      error
}

// decisions is what is being written, and what was chosen for the next one.
type decisions struct {
	writes []tea.Cmd // the first one runs; the others wait for its answer
	drafts map[store.TrackID]draft
	latest decision
}

func newDecisions() decisions { return decisions{drafts: map[store.TrackID]draft{}} }

// write carries out changes of the database one after the other, in the order of the keys: an undo never overtakes the
// decision before it.
func (r *Review) write(cmd tea.Cmd) tea.Cmd {
	r.writes = append(r.writes, cmd)
	if len(r.writes) == 1 {
		return cmd
	}
	return nil
}

// written goes on with the next change, and looks around again when there is none.
func (r *Review) written() tea.Cmd {
	r.writes = r.writes[1:]
	if len(r.writes) > 0 {
		return r.writes[0]
	}
	return r.lookAround()
}

func (r *Review) draft() draft { return r.drafts[r.track.ID] }

// reason chooses the reason for the coming decision; the same digit again takes it back.
func (r *Review) reason(n int) {
	d := r.draft()
	if text := say.Reason(n); text != d.reason {
		d.reason = text
	} else {
		d.reason = ""
	}
	r.keep(d)
}

func (r *Review) keep(d draft) {
	if d == (draft{}) {
		delete(r.drafts, r.track.ID)
		return
	}
	r.drafts[r.track.ID] = d
}

// decide writes a decision on the track that is shown, and goes on to the next undecided one at once.
func (r *Review) decide(kind store.DecisionKind, reason string) tea.Cmd {
	row := r.track.TrackRow
	switch {
	case r.onward:
		return nil // the next track is on its way: this key was not meant for the one that is decided
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
	return r.write(func() tea.Msg {
		_, err := s.Decide(ctx, d)
		return decidedMsg{made: d, row: before, err: err}
	})
}

func (r *Review) decided(msg decidedMsg) tea.Cmd {
	next := r.written()
	if msg.err == nil {
		if d := r.drafts[msg.made.Track]; d.note == msg.made.Note {
			delete(r.drafts, msg.made.Track)
		}
		return next
	}
	// Nothing was written: show it so, and keep what was chosen.
	if r.track.ID == msg.row.ID {
		report, history := r.track.Report, r.track.History
		r.track.TrackRow, r.track.Report, r.track.History = msg.row, report, history
	}
	r.drafts[msg.made.Track] = draft{reason: msg.made.Reason, note: msg.made.Note}
	if errors.Is(msg.err, context.Canceled) {
		return next
	}
	todo := say.Advice(msg.err)
	if todo != "" {
		todo += ". "
	}
	return tea.Batch(next, screen.Fail("save the decision on "+nameOf(msg.row), msg.err,
		todo+"It is still undecided, and its reason and note are kept"))
}

// undo takes back the reviewer's latest decision, of whatever day, and goes back to its track.
func (r *Review) undo() tea.Cmd {
	ctx, s, reviewer := r.kit.Context, r.store, r.kit.Reviewer
	r.onward, r.steps = false, 0
	return r.write(func() tea.Msg {
		d, row, err := s.Undo(ctx, reviewer)
		if err != nil {
			return undoneMsg{err: err}
		}
		t, err := s.Track(ctx, row.ID)
		return undoneMsg{decision: d, track: t, err: err}
	})
}

func (r *Review) undone(msg undoneMsg) tea.Cmd {
	next := r.written()
	switch {
	case errors.Is(msg.err, context.Canceled):
		return next
	case errors.Is(msg.err, store.ErrNothingToUndo):
		return tea.Batch(next, screen.Status("There is no decision of yours left to undo."))
	case msg.err != nil:
		return tea.Batch(next, screen.Fail("undo the last decision", msg.err, ""))
	}
	said := "Undone: "
	undone := func(d store.Decision) bool { return d.ID == msg.decision.Undoes }
	if i := slices.IndexFunc(msg.track.History, undone); i >= 0 {
		d := msg.track.History[i]
		said += say.Decided(store.DecisionKind(d.Kind)) + " on "
		if d.Reason != "" || d.Note != "" {
			r.drafts[d.Track] = draft{reason: d.Reason, note: d.Note} // at hand for the next decision
		}
	}
	return tea.Batch(next, r.put(msg.track, r.state.Playing), screen.Status(said+nameOf(msg.track.TrackRow)+"."))
}

// openNote opens the line for a note, with what is there already.
func (r *Review) openNote() {
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
