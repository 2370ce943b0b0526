// Package cell puts text into the cells of a terminal: cleaned of whatever could steer the terminal, cut and padded to
// an exact width. Titles, paths, tags and error texts come from foreign files and go through [Clean] before they are
// drawn. Everything below ui may import it; it imports nothing of the project.
//
// Invariants: the result of Clean holds no control character, no escape sequence and no bidirectional override;
// the result of Fit, FitLeft and Right is exactly as wide as asked for.
package cell
