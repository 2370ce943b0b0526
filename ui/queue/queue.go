package queue

import (
	"context"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"earmark/store"
	"earmark/ui/cell"
	"earmark/ui/keys"
	"earmark/ui/prompt"
	"earmark/ui/saving"
	"earmark/ui/screen"
)

// Store is what the queue reads, and the one thing it writes.
type Store interface {
	Tracks(
		ctx context.Context, f store.Filter, sort store.Sort, from store.Cursor, dir store.Direction, limit int,
	) (store.Page, error)
	TracksAround(ctx context.Context, f store.Filter, sort store.Sort, id store.TrackID, limit int) (store.Page, error)
	CountMatching(ctx context.Context, f store.Filter, limit int) (n int, exact bool, err error)
	Jobs(ctx context.Context) ([]store.Job, error)
	Undo(ctx context.Context, reviewer string) (store.Decision, store.TrackRow, error)
}

// Queue is the screen. Only the program's loop touches it.
type Queue struct {
	kit    screen.Kit
	store  Store
	saving *saving.Dialog

	job    store.JobID // 0: all jobs
	text   string      // the filter as it was typed
	filter store.Filter
	sort   store.Sort

	line     *prompt.Line
	before   string // the filter before it was edited
	parseErr error  // why what is typed does not filter

	reads
	window window
	head   summary
	width  int
	height int
}

// New returns an empty queue; Open fills it.
func New(kit screen.Kit, s Store, export saving.Export) *Queue {
	q := &Queue{
		kit: kit, store: s, sort: store.SortWorst,
		line:   prompt.New(kit.Theme, "Filter", "verdict:suspicious undecided artist~name score>0.8 or words"),
		saving: saving.New("queue", kit, export),
	}
	q.line.Idle = "none; " + kit.Keys.Name(keys.ScopeQueue, keys.Filter) + " filters as you type"
	q.reads = newReads(kit.Clock)
	return q
}

// Open shows the tracks of a job, 0 for all. Filter and cursor stay while the job is the same.
func (q *Queue) Open(msg screen.OpenQueueMsg) tea.Cmd {
	if msg.Job != q.job || !q.loaded {
		q.job, q.text, q.head, q.loaded = msg.Job, "", summary{}, false
		q.window = window{height: q.window.height}
		q.filter = q.scoped(store.Filter{})
		q.line.Close()
		q.line.Set("")
	}
	q.fit()
	return q.want(q.again())
}

// Return shows the same list again, with the cursor on the track that was reviewed last.
func (q *Queue) Return(msg screen.BackMsg) tea.Cmd {
	var cmd tea.Cmd
	if msg.Track != 0 {
		q.window.moved = true
		cmd = q.want(load{kind: loadAround, track: msg.Track})
	} else {
		cmd = q.live()
	}
	if msg.Filter {
		q.edit()
	}
	q.fit()
	return cmd
}

// Job is the job that is shown, 0 for all.
func (q *Queue) Job() store.JobID { return q.job }

// Title is the name of the job, for the line of crumbs.
func (q *Queue) Title() string {
	switch {
	case q.job == 0:
		return "all tracks"
	case q.head.name == "":
		return q.job.String()
	default:
		return cell.Clean(q.head.name)
	}
}

// Scope says what keys mean now.
func (q *Queue) Scope() keys.Scope {
	switch {
	case q.saving.Opened():
		return q.saving.Scope()
	case q.line.Opened():
		return keys.ScopeInput
	default:
		return keys.ScopeQueue
	}
}

// Help is the footer.
func (q *Queue) Help() []key.Binding {
	k := q.kit.Keys
	switch s := q.Scope(); s {
	case keys.ScopeQueue:
		return k.Pick(s, keys.Open, keys.Down, keys.Up, keys.PageDown, keys.Filter, keys.NextSort, keys.Export,
			keys.Undo, keys.Back, keys.Help)
	case keys.ScopeInput:
		return k.Pick(s, keys.Accept, keys.Leave)
	default:
		return k.Pick(s, keys.Confirm, keys.Leave)
	}
}

// SetSize gives the room of the body.
func (q *Queue) SetSize(w, h int) {
	q.width, q.height = w, h
	q.fit()
}

// fit gives the rows what the lines above them leave.
func (q *Queue) fit() { q.window.resize(q.height - q.fixedLines()) }

// Update takes a message and answers with what is to be done.
func (q *Queue) Update(msg tea.Msg) tea.Cmd {
	cmd := q.update(msg)
	q.fit()
	return cmd
}

func (q *Queue) update(msg tea.Msg) tea.Cmd {
	if q.saving.Opened() {
		if cmd, taken := q.saving.Take(msg); taken {
			return cmd
		}
	}
	switch msg := msg.(type) {
	case keys.Verb:
		return q.verb(msg)
	case tea.KeyMsg:
		return q.typed(msg)
	case pageMsg:
		return q.arrived(msg)
	case countMsg:
		return q.countArrived(msg)
	case undoneMsg:
		return q.undone(msg)
	case screen.LaneMsg:
		return q.lane(msg)
	case screen.ChangedMsg, screen.ShownMsg:
		return q.live()
	default:
		return q.saving.Update(msg)
	}
}

func (q *Queue) verb(v keys.Verb) tea.Cmd {
	if q.line.Opened() {
		return q.lineVerb(v)
	}
	switch v {
	case keys.Down:
		return q.move(1)
	case keys.Up:
		return q.move(-1)
	case keys.PageDown:
		q.window.page(1)
		return q.more()
	case keys.PageUp:
		q.window.page(-1)
		return q.more()
	case keys.First:
		q.window.moved = false
		return q.want(load{kind: loadHead})
	case keys.Last:
		q.window.moved = true
		return q.want(load{kind: loadTail})
	case keys.Open:
		if row, ok := q.window.current(); ok {
			return screen.Send(screen.OpenReviewMsg{Track: row.ID, Filter: q.filter, Sort: q.sort})
		}
	case keys.Filter:
		q.edit()
	case keys.NextSort:
		return q.order(nextSort(q.sort))
	case keys.ReverseSort:
		return q.order(q.sort.Reverse())
	case keys.Undo:
		return q.undo()
	case keys.Export:
		q.saving.Open(q.filter, q.exportName())
	case keys.Back:
		if q.text != "" {
			return tea.Batch(q.setFilter("", store.Filter{}), screen.Status("Filter taken off."))
		}
		return screen.Send(screen.BackMsg{})
	default: // not a verb of the queue
	}
	return nil
}

func (q *Queue) move(n int) tea.Cmd {
	q.window.move(n)
	return q.more()
}

func (q *Queue) order(s store.Sort) tea.Cmd {
	q.sort = s
	return tea.Batch(q.want(q.again()), screen.Status("Order: "+sortWords(s)+"."))
}

func (q *Queue) exportName() string {
	if q.job == 0 {
		return saving.FileName("earmark-all")
	}
	return saving.FileName(q.Title())
}

func nextSort(s store.Sort) store.Sort {
	all := store.Sorts()
	for i, o := range all {
		if o == s || o.Reverse() == s {
			return all[(i+1)%len(all)]
		}
	}
	return all[0]
}

// sortWords says what an order puts first.
func sortWords(s store.Sort) string {
	words := map[store.Sort][2]string{
		store.SortWorst:    {"worst first", "best first"},
		store.SortIntake:   {"as they came in", "latest intake first"},
		store.SortTitle:    {"title A–Z", "title Z–A"},
		store.SortArtist:   {"artist A–Z", "artist Z–A"},
		store.SortPath:     {"path A–Z", "path Z–A"},
		store.SortDuration: {"shortest first", "longest first"},
		store.SortDecided:  {"latest decision first", "oldest decision first"},
	}
	if s.Desc() {
		return words[s.Reverse()][1]
	}
	return words[s][0]
}
