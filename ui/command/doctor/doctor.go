package doctor

import (
	"context"
	"fmt"
	"io"

	"earmark/ui/cell"
	"earmark/ui/theme"
)

// State says how bad a finding is.
type State string

// The states.
const (
	OK     State = "ok"
	Note   State = "note"   // something is missing that not everybody needs
	Broken State = "broken" // analysing or keeping results does not work
)

// Finding is what was found about one thing.
type Finding struct {
	Thing string `json:"thing"`
	State State  `json:"state"`
	Found string `json:"found"`
	Todo  string `json:"todo,omitempty"` // what to do; empty when it is fine
}

// Check looks at one thing.
type Check func(ctx context.Context) Finding

// Examine runs the checks one after the other, and hands each finding to tell as soon as it is there. It reports
// whether something is broken. The end of ctx ends it.
func Examine(ctx context.Context, checks []Check, tell func(Finding)) (broken bool, err error) {
	for _, check := range checks {
		f := check(ctx)
		if err := ctx.Err(); err != nil {
			return broken, err
		}
		broken = broken || f.State == Broken
		tell(f)
	}
	return broken, nil
}

// Write writes a finding for people. A width above 0 is where lines end.
func Write(w io.Writer, f Finding, t *theme.Theme, width int) {
	const name, state = 15, 8
	mark := t.Clear.Render(cell.Fit("ok", state))
	switch f.State {
	case Note:
		mark = t.Warn.Render(cell.Fit("note", state))
	case Broken:
		mark = t.Error.Render(cell.Fit("broken", state))
	case OK:
	}
	room := 1 << 12
	if width > 0 {
		room = max(20, width-name-state)
	}
	lines := cell.Wrap(cell.Clean(f.Found), room, 100)
	if f.Todo != "" {
		lines = append(lines, cell.Wrap(t.Glyph.Right+" "+cell.Clean(f.Todo), room, 100)...)
	}
	for i, line := range lines {
		if i == 0 {
			fmt.Fprintf(w, "%s%s%s\n", cell.Fit(f.Thing, name), mark, line)
			continue
		}
		fmt.Fprintf(w, "%*s%s\n", name+state, "", line)
	}
}
