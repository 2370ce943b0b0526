package screen

import (
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

type stillClock struct{ asked []time.Duration }

func (*stillClock) Now() time.Time { return time.Time{} }

func (c *stillClock) After(d time.Duration, msg tea.Msg) tea.Cmd {
	c.asked = append(c.asked, d)
	return Send(msg)
}

func TestLane(t *testing.T) {
	clock := &stillClock{}
	l := NewLane("a", KeyGap, clock)
	if !l.Start() || !l.Busy() {
		t.Fatal("the first read has to wait")
	}
	for range 2 {
		if l.Start() {
			t.Fatal("two reads at once")
		}
	}
	gap := l.Done()
	if l.Start() {
		t.Fatal("no gap")
	}
	if l.Again("b") {
		t.Fatal("answers another lane's message")
	}
	if end, ok := gap().(LaneMsg); !ok || !l.Again(end) {
		t.Fatal("the wish was lost")
	}
	if l.Again("a") {
		t.Fatal("one wish, two reads")
	}
	if !l.Start() {
		t.Fatal("no read after the gap")
	}
	l.Done()
	if l.Done() != nil || len(clock.asked) != 2 || clock.asked[0] != KeyGap {
		t.Fatalf("gaps: %v", clock.asked)
	}
	if l.Again("a") {
		t.Fatal("a read that nobody wished for")
	}
}
