// Package engine does the work: it finds the recordings that a person points at, hands them to worker processes, and
// keeps what comes back in the store.
//
// # What is promised
//
//   - A track that was claimed is finished, failed with a code, or claimed again. A kill of this program at any moment
//     loses at most the analyses that were running; what is in the store is not analysed again.
//   - The same bytes are not analysed twice by one version of the detector: a report is found by the hash of the file,
//     and of two files with the same bytes that one program has in hand at once the second waits for the first. A
//     report of a part of a recording serves until all of it is asked for: by the job, by the configuration, or by
//     [Engine.Deepen] for a track that somebody looks at, which goes before everything that is queued.
//   - Programs on one database share its tracks by claim and lease. Owners whose process is gone on this host are
//     released at the next start, or within half a lease by another running program; others by the end of their lease.
//   - A failure is never a flag, and never an error of the job: the track carries a code and a sentence.
//   - When the database cannot be written or workers cannot be started, no track is blamed. The engine halts, says why
//     ([Engine.Err], [Engine.Wait]), lets its tracks go, and goes on at the next command.
//
// # Jobs and their intake
//
// A job is created before its source is walked, and nothing of it is claimed before the walk is over. A walk that was
// cut off is repeated by the next program; items that are there already are left alone. A manifest that can be read
// only once (standard input, a pipe) is first copied next to the database, where it stays until the walk is over. A job
// whose source could not be read to its end is failed and stays unsealed, so that it never passes for a complete list;
// a retry reads the source again.
//
// # Memory
//
// Nothing grows with the number of tracks of a job except the ids of a manifest (package intake).
//
// The package imports store, analyzer and its own packages intake and process. Only ui and main import it.
package engine
