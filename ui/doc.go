// Package ui is the workstation: the root of the screens (jobs, queue, review) in one terminal program. The command
// line starts it by [Run]; it is the top floor and may import every other.
//
// How a key travels: root → is it a verb in the scope that holds (package keys)? → global verbs here, the others to the
// screen in front, which may put another one in front before the next key. Screens answer with commands; a command
// reads or writes and answers with one message. What changed in the database, and what is heard, comes as hints from
// outside: screens read again.
//
// Invariants: Update does no I/O, takes no lock and starts no goroutine. Errors stay until they are dismissed, and say
// what to do. Quitting loses nothing: running work goes on at the next start, and a decision that is being written is
// waited for; when it cannot be written the program stays.
package ui
