package review

import (
	"context"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"earmark/store"
	"earmark/ui/chart"
	"earmark/ui/keys"
	"earmark/ui/player"
	"earmark/ui/prompt"
	"earmark/ui/say"
	"earmark/ui/screen"
)

// Store is what review reads and writes.
type Store interface {
	Track(ctx context.Context, id store.TrackID) (store.Track, error)
	Tracks(
		ctx context.Context, f store.Filter, sort store.Sort, from store.Cursor, dir store.Direction, limit int,
	) (store.Page, error)
	TracksAround(ctx context.Context, f store.Filter, sort store.Sort, id store.TrackID, limit int) (store.Page, error)
	NextUndecided(
		ctx context.Context, f store.Filter, sort store.Sort, after store.TrackID,
	) (store.TrackRow, bool, error)
	Decide(ctx context.Context, d store.NewDecision) (store.Decision, error)
	Undo(ctx context.Context, reviewer string) (store.Decision, store.TrackRow, error)
}

// Player is the sound; player.Player is one. Neither method waits for anything.
type Player interface {
	Do(c player.Command)
	State() player.State
}

// Review is the screen. Only the program's loop touches it.
type Review struct {
	kit    screen.Kit
	store  Store
	sound  Player
	engine Engine
	look   chart.Style

	filter store.Filter // the list that is gone through
	sort   store.Sort

	loads
	decisions
	depths

	track store.Track // what is shown; only its ID is known until then
	shown bool
	state player.State
	on    string // the path that was put on last
	front bool   // the screen is in front: the playhead moves
	ticks bool   // a look at the playhead is due

	note    *prompt.Line
	details bool // history and file details instead of the charts, where both do not fit
	view    struct{ from, to float64 }

	width, height int
}

// New returns an empty screen; Open fills it.
func New(kit screen.Kit, s Store, sound Player, e Engine) *Review {
	r := &Review{
		kit: kit, store: s, sound: sound, engine: e, look: kit.Theme.Chart(),
		note: prompt.New(kit.Theme, "Note",
			"what the next person should know; "+kit.Keys.Name(keys.ScopeInput, keys.Accept)+" keeps it"),
	}
	r.loads = newLoads(kit.Clock)
	r.decisions = newDecisions()
	r.depths = newDepths()
	return r
}

// Open shows a track of a list. It is put on, and waits for the play key. Until it is read no other track is shown: no
// key could be meant for that.
func (r *Review) Open(msg screen.OpenReviewMsg) tea.Cmd {
	r.end()
	r.filter, r.sort, r.front = msg.Filter, msg.Sort, true
	if r.shown && r.track.ID == msg.Track {
		return tea.Batch(r.lookAround(), r.listen(), r.deepen())
	}
	r.leaveDepth()
	r.track, r.shown = store.Track{TrackRow: store.TrackRow{ID: msg.Track}}, false
	return tea.Batch(r.fetch(msg.Track), r.listen())
}

// Leave stops the sound: on other screens there is no key for it.
func (r *Review) Leave() {
	r.end()
	r.leaveDepth()
	r.front = false
	r.sound.Do(player.Pause{})
	r.state.Playing = false
}

// end forgets where keys were to lead: the next visit begins at its own track and stays there.
func (r *Review) end() {
	r.visit++
	r.stale()
	r.onward, r.steps, r.undoing = false, 0, 0
	r.note.Close()
}

// Track is the track that is shown, 0 for none.
func (r *Review) Track() store.TrackID { return r.track.ID }

// Title is the name of the screen, for the line of crumbs.
func (r *Review) Title() string { return "Review" }

// Scope says what keys mean now.
func (r *Review) Scope() keys.Scope {
	if r.note.Opened() {
		return keys.ScopeInput
	}
	return keys.ScopeReview
}

// Help is the footer.
func (r *Review) Help() []key.Binding {
	s := r.Scope()
	if s == keys.ScopeInput {
		return r.kit.Keys.Pick(s, keys.Accept, keys.Leave)
	}
	return r.kit.Keys.Pick(s, keys.DecideAI, keys.DecideHuman, keys.DecideSkip, keys.Undo, keys.Note, keys.PlayPause,
		keys.NextSegment, keys.LoopSegment, keys.NextTrack, keys.ZoomIn, keys.Details, keys.Help)
}

// SetSize gives the room of the body.
func (r *Review) SetSize(w, h int) { r.width, r.height = w, h }

// Update takes a message and answers with what is to be done.
func (r *Review) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case keys.Verb:
		return r.verb(msg)
	case tea.KeyMsg:
		r.note.Update(msg)
	case trackMsg:
		return r.fetched(msg)
	case aroundMsg:
		return r.surveyed(msg)
	case decidedMsg:
		return r.decided(msg)
	case undoneMsg:
		return r.undone(msg)
	case deepenedMsg:
		return r.deepened(msg)
	case soundMsg:
		return r.heard(msg)
	case playheadMsg:
		r.ticks = false
		return r.listen()
	case screen.SoundMsg:
		return r.listen()
	case screen.LaneMsg:
		if r.lane.Again(msg) {
			return r.lookAround()
		}
	case screen.ChangedMsg, screen.ShownMsg:
		return r.lookAround()
	}
	return nil
}

func (r *Review) verb(v keys.Verb) tea.Cmd {
	if r.note.Opened() {
		return r.noteVerb(v)
	}
	switch v {
	case keys.Back, keys.Open:
		return screen.Send(screen.BackMsg{Track: r.track.ID})
	case keys.Filter:
		return screen.Send(screen.BackMsg{Track: r.track.ID, Filter: true})
	case keys.Undo:
		return r.undo()
	case keys.Details:
		r.details = !r.details
	case keys.Note:
		r.openNote()
	default:
		if !r.shown {
			return r.wait()
		}
		return r.onTrack(v)
	}
	return nil
}

// onTrack does something with the track that is shown.
func (r *Review) onTrack(v keys.Verb) tea.Cmd {
	if cmd, ok := r.soundVerb(v); ok {
		return cmd
	}
	if n, ok := v.ReasonNumber(); ok {
		return r.reason(n)
	}
	switch v {
	case keys.DecideAI:
		return r.decide(store.DecideAI, r.draft().reason)
	case keys.DecideHuman:
		return r.decide(store.DecideHuman, r.draft().reason)
	case keys.DecideSkip:
		return r.decide(store.DecideSkip, r.draft().reason)
	case keys.RepeatDecision:
		if r.latest.kind == "" {
			return screen.Status("There is no decision of this session to repeat.")
		}
		return r.decide(r.latest.kind, r.latest.reason)
	case keys.NextTrack:
		return r.step(1)
	case keys.PreviousTrack:
		return r.step(-1)
	case keys.NextUndecided:
		return r.advance("")
	case keys.ZoomIn, keys.ZoomOut, keys.PanLeft, keys.PanRight:
		r.zoom(v)
	default: // not a verb of review
	}
	return nil
}

// put shows a track and puts it on.
func (r *Review) put(t store.Track, play bool) tea.Cmd {
	if r.track.ID != t.ID || !r.shown {
		r.view.from, r.view.to = 0, 0
		r.leaveDepth()
	}
	r.track, r.shown = t, true
	r.stale()
	if path := local(t.TrackRow); path != r.on || play {
		r.on = path
		r.sound.Do(player.Play{Track: cued(t), Paused: !play})
	}
	return tea.Batch(r.lookAround(), r.listen(), r.deepen())
}

// nameOf is what a track is called in a sentence.
func nameOf(row store.TrackRow) string { return say.Title(row) }
