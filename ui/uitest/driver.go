package uitest

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"earmark/ui/keys"
	"earmark/ui/screen"
)

// Start is the frozen time of every test.
var Start = time.Date(2026, 3, 2, 14, 30, 0, 0, time.UTC)

// Clock is a clock that a test moves. It is a screen.Clock.
type Clock struct {
	now    time.Time
	timers []timer
}

type timer struct {
	at  time.Time
	msg tea.Msg
}

// Now is the frozen time.
func (c *Clock) Now() time.Time { return c.now }

// After delivers msg once the test has moved the clock by d.
func (c *Clock) After(d time.Duration, msg tea.Msg) tea.Cmd {
	return func() tea.Msg {
		c.timers = append(c.timers, timer{c.now.Add(d), msg})
		return nil
	}
}

// NewClock returns a clock at Start.
func NewClock() *Clock { return &Clock{now: Start} }

// Model is a screen or the root.
type Model interface {
	Update(msg tea.Msg) tea.Cmd
	View() string
}

// Driver runs a model: it is the terminal, the program loop and the clock in one.
type Driver struct {
	tb    testing.TB
	clock *Clock
	model Model

	// Seen holds every message that the model got, latest last.
	Seen []tea.Msg
	// Hold, when set, keeps commands from running: they collect in Held until Release.
	Hold bool
	Held []tea.Cmd
}

// NewDriver returns a driver of a model.
func NewDriver(tb testing.TB, clock *Clock, m Model) *Driver {
	tb.Helper()
	return &Driver{tb: tb, clock: clock, model: m}
}

// maxSteps is far more than any test needs; a model that never comes to rest stops the test.
const maxSteps = 100_000

// Run runs a command, and whatever comes of it, until nothing is left to do.
func (d *Driver) Run(cmd tea.Cmd) {
	d.tb.Helper()
	queue := []tea.Cmd{cmd}
	for steps := 0; len(queue) > 0; steps++ {
		if steps == maxSteps {
			d.tb.Fatal("the model never comes to rest")
		}
		next := queue[0]
		queue = queue[1:]
		switch {
		case next == nil:
			continue
		case d.Hold:
			d.Held = append(d.Held, next)
			continue
		}
		msg := next()
		if msg == nil {
			continue
		}
		if _, ok := msg.(tea.QuitMsg); ok {
			d.Seen = append(d.Seen, msg)
			return // the program's loop ends here
		}
		if cmds, ok := commands(msg); ok {
			queue = append(queue, cmds...)
			continue
		}
		queue = append(queue, d.apply(msg))
	}
}

func (d *Driver) apply(msg tea.Msg) tea.Cmd {
	d.Seen = append(d.Seen, msg)
	return d.model.Update(msg)
}

// Release runs the commands that were held.
func (d *Driver) Release() {
	d.tb.Helper()
	held := d.Held
	d.Hold, d.Held = false, nil
	for _, cmd := range held {
		d.Run(cmd)
	}
}

// Send gives the model a message.
func (d *Driver) Send(msg tea.Msg) {
	d.tb.Helper()
	d.Run(d.apply(msg))
}

// Press gives the model keys by the names that Bubble Tea gives them: "a", "enter", "ctrl+c", " ".
func (d *Driver) Press(names ...string) {
	d.tb.Helper()
	for _, k := range names {
		d.Send(Key(k))
	}
}

// Type gives the model a text, letter by letter.
func (d *Driver) Type(text string) {
	d.tb.Helper()
	for _, r := range text {
		d.Send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}})
	}
}

// Advance moves the clock and delivers what comes due, in its order.
func (d *Driver) Advance(by time.Duration) {
	d.tb.Helper()
	end := d.clock.now.Add(by)
	for {
		slices.SortStableFunc(d.clock.timers, func(a, b timer) int { return a.at.Compare(b.at) })
		if len(d.clock.timers) == 0 || d.clock.timers[0].at.After(end) {
			break
		}
		due := d.clock.timers[0]
		d.clock.timers = d.clock.timers[1:]
		d.clock.now = due.at
		d.Send(due.msg)
	}
	d.clock.now = end
}

// Contains fails the test unless the view holds every text.
func (d *Driver) Contains(texts ...string) {
	d.tb.Helper()
	view := d.model.View()
	for _, text := range texts {
		if !strings.Contains(view, text) {
			d.tb.Errorf("the view lacks %q:\n%s", text, view)
		}
	}
}

// Lacks fails the test if the view holds any of the texts.
func (d *Driver) Lacks(texts ...string) {
	d.tb.Helper()
	view := d.model.View()
	for _, text := range texts {
		if strings.Contains(view, text) {
			d.tb.Errorf("the view holds %q:\n%s", text, view)
		}
	}
}

// Key is the message of a key by its name.
func Key(name string) tea.KeyMsg {
	if name == " " {
		return tea.KeyMsg{Type: tea.KeySpace, Runes: []rune{' '}}
	}
	for t := tea.KeyType(-128); t < 128; t++ {
		if t != tea.KeyRunes && (tea.KeyMsg{Type: t}).String() == name {
			return tea.KeyMsg{Type: t}
		}
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(name)}
}

var cmdType = reflect.TypeFor[tea.Cmd]()

// commands takes the commands out of a batch or a sequence, whose type Bubble Tea does not export.
func commands(msg tea.Msg) ([]tea.Cmd, bool) {
	v := reflect.ValueOf(msg)
	if v.Kind() != reflect.Slice || v.Type().Elem() != cmdType {
		return nil, false
	}
	out := make([]tea.Cmd, v.Len())
	for i := range out {
		out[i], _ = reflect.TypeAssert[tea.Cmd](v.Index(i))
	}
	return out, true
}

// Scoped is a screen that says what keys mean.
type Scoped interface {
	Model
	Scope() keys.Scope
}

// Keyed turns keys into verbs for a screen and carries out its changes of the database, as the root does.
func Keyed(s Scoped, table *keys.Table) Model { return keyed{s, table} }

type keyed struct {
	Scoped
	table *keys.Table
}

// Update passes a verb on for a key that has one; letters go to the screen as they are.
func (k keyed) Update(msg tea.Msg) tea.Cmd {
	if key, ok := msg.(tea.KeyMsg); ok {
		if v, ok := k.table.Verb(k.Scope(), key); ok {
			return k.Scoped.Update(v)
		}
		if !k.Scope().Typing() {
			return nil
		}
	}
	if written, ok := msg.(screen.WrittenMsg); ok {
		return tea.Batch(written.Next(), k.Scoped.Update(written.Answer), k.Scoped.Update(screen.ChangedMsg{}))
	}
	return k.Scoped.Update(msg)
}
