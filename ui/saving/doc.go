// Package saving asks where an export goes and writes it. The queue and the jobs screen of ui use it.
//
// Invariants: a file that is there already is only replaced after another key than the one that asked; the status line
// says where the file is, an error says what to do.
package saving
