// Package calibration works out thresholds of one's own from recordings that are known to be human, and what they would
// do, before anything is applied.
//
// Recall and human-safe are conformal quantiles of the fused margin: on average over catalogues they flag at most 7 %
// and 1 % of human recordings like these. They may be below the built-in ones, that is more sensitive: they are
// quantiles on the catalogue that they are for. A tier that the number of recordings cannot support keeps its built-in
// threshold.
// Press-safe lies a margin above every recording of the catalogue, and never below the built-in threshold, however few
// or unlike the recordings are: a false accusation is the worst that can happen.
//
// # Invariants
//
//   - A recording counts once, however often its sound is in the catalogue.
//   - A stricter tier never flags what a laxer one does not.
//   - The same recordings give the same thresholds and the same digest, in whatever order they come.
//
// The package imports analyzer and nothing else of this program; engine does not need it, ui/command joins the two.
package calibration
