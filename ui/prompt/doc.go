// Package prompt is one line of typed text with a label: a filter, a note, a path. The screens of ui use it.
//
// Invariants: it only takes keys while it is open, and shows that it is; what is pasted loses control characters.
package prompt
