// Package say puts what was measured and what was decided into words, the same on every screen. The screens of ui
// import it; it imports store and analyzer for their nouns.
//
// Invariants: "suspicious" is said of a recording that carries the marks of a neural decoder, and never that it "is
// AI": people say that. A failed or unmeasured track is never called human or suspicious. Whatever comes from a file
// is cleaned here before it is returned.
package say
