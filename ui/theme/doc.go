// Package theme holds every colour and every glyph of the workstation. Screens name a role ("suspicious", "selected"),
// never a colour, and put a glyph and a word beside it, so that nothing is told by colour alone.
// Everything in ui may import it; it imports only chart, whose looks it sets.
//
// Invariants: each role is a pair for light and dark backgrounds at 16, 256 and 2²⁴ colours; suspicious is orange and
// its counterpart blue, which people who see no difference between red and green can tell apart. Without colour
// ([Options.Profile] = termenv.Ascii) no escape sequence is written at all.
package theme
