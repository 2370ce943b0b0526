// Package analyzer listens to one recording and reports what a neural decoder left in it.
//
// It is the lowest floor: sound in, report out. It knows no job, no database and no screen, and imports nothing of
// this program but its own subpackages. Given the same bytes, the same model and the same options it always writes the
// same report.
//
// What it cannot measure it says it cannot measure: a file that does not decode, is too short or is silent is an
// [Error] with a code, and a recording that is unfit for a verdict carries Measured = false and null tiers. Neither is
// ever a flag.
package analyzer
