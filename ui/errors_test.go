package ui

import (
	"errors"
	"fmt"
	"testing"

	"earmark/ui/keys"
	"earmark/ui/screen"
)

func TestErrorsKeepTheCursorOnItsOwn(t *testing.T) {
	add := func(e *errorList, names ...string) {
		for _, name := range names {
			e.add(screen.ErrorMsg{Doing: name, Err: errors.New("broken")})
		}
	}
	for name, c := range map[string]struct {
		at   int
		then string
		want string
	}{
		"a new one":              {1, "d", "b: broken"},
		"a repeated one below":   {1, "a", "b: broken"},
		"a repeated one above":   {1, "c", "b: broken"},
		"the selected one again": {1, "b", "b: broken (2 times)"},
		"from the first":         {0, "d", "c: broken"},
	} {
		a := &app{}
		add(&a.errors, "a", "b", "c") // c is the latest
		a.overlay, a.errors.at = overlayErrors, c.at
		add(&a.errors, c.then)
		if got := a.errors.list[a.errors.at].String(); got != c.want {
			t.Errorf("%s: the cursor is on %q, want %q", name, got, c.want)
		}
		a.errorsVerb(keys.Dismiss)
		for _, p := range a.errors.list {
			if p.String() == c.want {
				t.Errorf("%s: another one was dismissed than %q", name, c.want)
			}
		}
	}
}

func TestErrorsKeepTheCursorWhenItsOwnIsDropped(t *testing.T) {
	var e errorList
	for i := range maxErrors + 1 {
		e.add(screen.ErrorMsg{Doing: fmt.Sprint(i), Err: errors.New("broken")})
		e.at = len(e.list) - 1
	}
	e.add(screen.ErrorMsg{Doing: "last", Err: errors.New("broken")})
	if e.at != maxErrors-1 || e.lost != 2 {
		t.Errorf("line %d of %d, %d dropped", e.at, len(e.list), e.lost)
	}
}
