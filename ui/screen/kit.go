package screen

import (
	"context"

	"earmark/ui/keys"
	"earmark/ui/theme"
)

// Kit is what every screen needs. It does not change while the program runs.
type Kit struct {
	Context  context.Context // of the whole program: commands end with it
	Clock    Clock
	Theme    *theme.Theme
	Keys     *keys.Table
	Reviewer string // who decides
	Home     string // the user's home folder, written ~ in long paths; "" leaves them as they are
	Writes   *Writes
}
