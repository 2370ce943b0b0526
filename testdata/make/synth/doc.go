// Package synth is a small studio: instruments, a notation to play them from, a room, and a mastering chain.
//
// Everything is computed from a seed, so the same piece is the same sound on every run. Every note is detuned by a few
// cents, sways a little and is played a few milliseconds off the grid, and a hiss lies under all of it. That is not
// decoration: a machine that repeats a note exactly draws spectral lines that stand still, which is the very thing
// the detector looks for, and recordings by people have none.
//
// Instruments return mono samples that a Mix places in time and between the loudspeakers. Units are seconds, hertz,
// beats, and full scale = 1 throughout. Only the fixtures' generator imports this package.
package synth
