// Package evaluation says how well a detector does on recordings that its model has not seen, as a table, as figures
// and in a few numbers of the field.
//
// It computes and draws, and reads no sound: whoever has outcomes of cross-validation may import it. Invariants: a
// recording that was not measured is never flagged and never caught; of generated music it counts as missed, and of
// human music it makes no rate look lower; a measured outcome without a finite margin is an error; the same outcomes
// give the same bytes.
//
// Intervals take recordings as independent of each other. Those of one source, or of one recording under several
// manipulations, are not: there they are narrower than they should be.
package evaluation
