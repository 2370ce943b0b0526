// Package uitest drives the workstation's models in tests, without a terminal and without waiting: keys and messages go
// in, commands are run to their end, and the view is compared with a golden file. Only tests import it.
//
// Invariants: time is frozen and moves only by [Driver.Advance]; a store is a real one in a temporary folder, filled
// with made-up reports that never change.
package uitest
