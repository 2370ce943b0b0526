// Package spectrum looks at sound by frequency: a transform, an average over time, and a comb that searches for equally
// spaced lines.
//
// It is the second opinion by which the fixtures' test judges what the generator made, so it shares nothing with the
// program's own detector and is kept plain enough to be read in one sitting.
package spectrum
