// Package jobs is the first screen: every job with its state, how far it is and what it found, and the form for a new
// one. Only package ui imports it.
//
// Invariants: a job is shown as the database has it; rate and time left are the engine's. What cannot be undone
// (cancelling a job) asks for another key. A new job starts only after its files were counted.
package jobs
