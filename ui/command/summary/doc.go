// Package summary writes what commands print for people: the outcome of a scan, the list of jobs, and tables in
// general. Only ui/command and its packages import it.
//
// Invariants: whatever comes from a file (names, tags, messages) is cleaned before it is written; a track that failed
// or could not be measured is never counted or shown as human; nothing is told by color alone.
package summary
