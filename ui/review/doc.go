// Package review is one track, to hear and to decide on: what was measured in words and pictures, the sound, and the
// keys for a verdict. Only package ui imports it.
//
// How a decision goes: the key changes the screen and starts the next undecided track at once, which was read and
// decoded ahead; the decision is written meanwhile. Writes are carried out one after the other in the order of the
// keys. One that fails is taken back on the screen and reported, and its reason and note are kept for the next try.
//
// A track of which only a part was heard is heard in full while it is shown, and the screen renews itself when that is
// done: the sound goes on, and so does whatever is being decided. A decision stands, whatever the rest of the track
// says.
//
// Invariants: a decision is only made on the track that the screen shows, and on none while another one was asked for;
// once the screen is left or opened anew, nothing that was asked for before leads anywhere; nothing is shown as a
// verdict that was not measured; what is said about evidence says what was measured ("the marks of a neural decoder"),
// never who made the music.
package review
