// Package headless runs jobs without the workstation: it makes a job, shows how it goes on, and writes its records as
// they come. Only ui/command imports it.
//
// Invariants: whatever ends a run, [Session.Close] leaves no worker behind, and no track that would not be analysed at
// the next start; each record of a job is written once, whole, in the order of the intake.
package headless
