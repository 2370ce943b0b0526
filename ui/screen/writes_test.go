package screen

import (
	"errors"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
)

func TestWritesGoOneAfterTheOther(t *testing.T) {
	w, broken := &Writes{}, errors.New("broken")
	change := func(answer string, err error) func() (tea.Msg, error) {
		return func() (tea.Msg, error) { return answer, err }
	}
	cmd := w.Do(change("a", nil))
	if w.Do(change("b", broken)) != nil || w.Do(change("c", nil)) != nil {
		t.Fatal("two changes run at once")
	}
	for _, want := range []WrittenMsg{{Answer: "a"}, {Answer: "b", Err: broken}, {Answer: "c"}} {
		if cmd == nil || !w.Busy() {
			t.Fatalf("nothing runs before %v", want.Answer)
		}
		msg, _ := cmd().(WrittenMsg)
		if msg.Answer != want.Answer || !errors.Is(msg.Err, want.Err) {
			t.Errorf("%v, %v; want %v, %v", msg.Answer, msg.Err, want.Answer, want.Err)
		}
		cmd = msg.Next()
	}
	if cmd != nil || w.Busy() {
		t.Error("it does not come to an end")
	}
}

func TestAScreenAloneWaitsForNoOther(t *testing.T) {
	var w *Writes
	cmd := w.Do(func() (tea.Msg, error) { return "a", nil })
	if w.Busy() || cmd() != "a" {
		t.Error("the answer does not come at once")
	}
}
