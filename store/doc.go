// Package store keeps jobs, tracks, reports, decisions and calibrations in one SQLite file. It is the only place with
// SQL.
//
// The engine and the screens may import it; it imports the analyzer for its reports and nothing above.
//
// # Invariants
//
//   - Every change is one transaction: after a kill at any moment the file holds what was last committed.
//   - The counters of a job are kept by triggers in the transaction that changes a track. Nothing counts rows. No
//     statement on tracks, of this package or of a person with the sqlite3 shell, can make them wrong; one that sets
//     them in jobs, or replaces a row there, can.
//   - A running track belongs to one owner until its lease ends. An owner that lost it gets ErrLeaseLost and changes
//     nothing.
//   - A report is kept once for each content hash and detector version, and once more if it heard only a part: the one
//     of the whole takes its place on a track, and it stays what earlier decisions name. Rows of tracks carry a flat
//     copy of what lists show, so that a page reads neither reports nor a join.
//   - The thresholds in force are those of the latest calibration of the detector that made a report, or without one
//     those that the report came with. Every track is judged by them at any time, by a report of a part as by one of
//     the whole: another calibration judges all tracks again in the transaction that appends it, and leaves reports and
//     decisions as they are.
//   - Decisions are append-only: each names its reviewer, its time and the report it judged. Undo is another row. The
//     decision that stands on a track is its latest one that was not undone. Analysing a track again never removes a
//     decision: only people do.
//   - Pages are found by key, never by offset, and every order has an index, so that no page sorts.
//
// # Handles
//
// All writing goes through one connection whose transactions begin IMMEDIATE; reading has a pool that cannot write. Two
// programs on one file wait for each other in SQLite's busy handler and see each other's changes through Version.
package store
