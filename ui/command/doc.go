// Package command is the command line: it reads what was typed, runs it, and gives the exit code. Only main imports it.
//
// Each command is one cobra.Command in one tree ([program.tree]); help, shell completions and the man page are made
// from that tree and from nothing else.
//
// # Invariants
//
//   - Data goes to standard output; messages, errors and progress go to standard error. With --quiet only errors do.
//   - Nothing animates, and nothing is asked, where there is no terminal.
//   - Color is off when the stream is no terminal, with NO_COLOR, with TERM=dumb and with --no-color.
//   - An error names the thing and what to do. Exit codes are those of [exitDone] and its neighbours.
//   - A command that only reads makes no database. `earmark worker` and `earmark version` open neither database nor
//     configuration.
//   - After an interruption nothing is lost: the job stays, and the message says how to go on.
package command
