// Package queue is the list of the tracks of one job, or of all: worst first, filtered as one types, live while the
// engine works. Only package ui imports it.
//
// Invariants: only a window of rows around the cursor is in memory, read by key, so that a page at row 500,000 costs
// what the first one costs. The cursor stays on its track while rows move around it. The screen never writes but
// to undo and to export.
package queue
