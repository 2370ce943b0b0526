// Package chart draws for the terminal: the waveform of a recording with its segments, its spectrum with the lattice
// that was found, the progress of a job. Package ui and its screens import it; it
// imports nothing of this program.
//
// Every function is pure: numbers in, lines out, no state and no clock. Colors come in as lipgloss styles in [Style];
// the zero Style draws without any, and nothing that matters is said by color alone. With Style.ASCII only ASCII is
// used. Braille patterns are never used: screen readers spell them out.
//
// Every line has exactly the width that was asked for, in cells, and there are exactly as many as were asked for,
// whatever the numbers are: none, NaN, infinite or absurd.
package chart
