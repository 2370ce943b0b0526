// Package screen is what the screens and the root of the workstation say to each other: where to go, what went wrong,
// what was done, and how often the database may be read. Everything in ui may import it.
//
// Invariants: screens never import each other and never call the root; they answer with these messages. Messages that
// carry rows carry copies.
package screen
