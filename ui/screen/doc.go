// Package screen is what the screens and the root of the workstation say to each other: where to go, what went wrong,
// what was done, how often the database may be read, and in which order it is changed. Everything in ui may import it.
//
// Invariants: screens never import each other and never call the root; they answer with these messages. Messages that
// carry rows carry copies. A verb that leads to another screen (open, back, filter, all tracks) is answered with a
// message that is at hand or with a batch, never with a read alone: the root takes that answer before the next key.
package screen
