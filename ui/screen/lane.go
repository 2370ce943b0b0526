package screen

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// How often a screen reads: what a key asks for at most eight times a second, what changed by itself twice. Together
// that is ten reads a second, and a key that comes after a pause is answered at once.
const (
	KeyGap  = 125 * time.Millisecond
	LiveGap = 500 * time.Millisecond
)

// Clock is the time, and a message after a while. Tests have their own.
type Clock interface {
	Now() time.Time
	After(d time.Duration, msg tea.Msg) tea.Cmd
}

// WallClock is the real time.
type WallClock struct{}

// Now is time.Now.
func (WallClock) Now() time.Time { return time.Now() }

// After is tea.Tick.
func (WallClock) After(d time.Duration, msg tea.Msg) tea.Cmd {
	return tea.Tick(d, func(time.Time) tea.Msg { return msg })
}

// LaneMsg says that a lane may read again.
type LaneMsg string

// Lane lets one read run at a time, and leaves a gap before the next. Wishes that come meanwhile are one wish.
type Lane struct {
	name   string
	gap    time.Duration
	clock  Clock
	busy   bool // a read runs
	cools  bool // the gap runs
	wanted bool
}

// NewLane returns a lane; its name tells its LaneMsg from those of others.
func NewLane(name string, gap time.Duration, clock Clock) Lane {
	return Lane{name: name, gap: gap, clock: clock}
}

// Start says whether a read may start now; the caller then starts it. When not, the wish is kept.
func (l *Lane) Start() bool {
	if l.busy || l.cools {
		l.wanted = true
		return false
	}
	l.busy, l.wanted = true, false
	return true
}

// Busy says whether a read runs.
func (l *Lane) Busy() bool { return l.busy }

// Done ends the read and begins the gap.
func (l *Lane) Done() tea.Cmd {
	if !l.busy {
		return nil
	}
	l.busy, l.cools = false, true
	return l.clock.After(l.gap, LaneMsg(l.name))
}

// Again takes the end of the gap, and says whether a wish was kept: the caller then asks for Start.
func (l *Lane) Again(msg LaneMsg) bool {
	if string(msg) != l.name || !l.cools {
		return false
	}
	l.cools = false
	wanted := l.wanted
	l.wanted = false
	return wanted
}
