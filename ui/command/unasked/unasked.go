// Package unasked keeps commands from talking to the terminal when they start. Only ui/command imports it.
//
// Bubble Tea's first version asks the terminal for its background in an init function (tea_init.go), so that every
// command of this program would do so, `earmark version` too: escape sequences on a terminal that wanted none, and
// seconds of waiting on one that does not answer. Package initialisation goes by import path among those whose imports
// are ready (Go specification, "Program initialization"), and "earmark/…" comes before "github.com/…": here the answer
// is given before the question is asked. The workstation does ask, after [End].
package unasked

import (
	"os"

	"github.com/charmbracelet/lipgloss"
)

func init() { lipgloss.SetHasDarkBackground(true) }

// End lets the terminal be asked again, from here on.
func End() { lipgloss.SetDefaultRenderer(lipgloss.NewRenderer(os.Stdout)) }
