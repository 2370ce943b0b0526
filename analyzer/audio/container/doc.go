// Package container reads what a sound file says of itself, without decoding it: what kind of file it is, its tags, how
// long it claims to be, and which of its bytes are sound.
//
// It reads foreign bytes with bounded memory and time: nothing in it trusts a length, pictures are jumped over, and
// what it cannot read is left out rather than an error. Text may reach a terminal, so [Clean] goes over all of it.
//
// Only package audio imports it, and it imports nothing of this program.
package container
