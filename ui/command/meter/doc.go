// Package meter draws one line of progress on a terminal. Only ui/command imports it.
//
// Invariants: a line never wraps, whatever the width; nothing is drawn but by Draw, so that a stream that is no
// terminal stays free of control characters; after Clear the terminal is as it was.
package meter
