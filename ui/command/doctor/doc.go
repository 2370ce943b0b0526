// Package doctor looks at what the program needs and says, for each thing, what was found and what to do. Only
// ui/command imports it.
//
// Invariants: a check changes nothing that is kept, ends within its patience, and never stops the others; a finding is
// Broken only when recordings cannot be analysed or results cannot be kept.
package doctor
