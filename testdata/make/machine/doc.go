// Package machine plays music as machines do: exactly. Sound chips and trackers change every voice on the tick of a
// clock, synthesisers hold a pitch to the last digit, drum machines hit on the sample, samplers and effects repeat what
// they hold as often as they are told. Any of that can draw lines at equal distances, as a neural decoder does, and a
// detector that takes one for the other accuses people of what their instruments did.
//
// A style is a kind of machine, a seed is a piece: the clock, the instruments, the tune, the effects and the noise are
// drawn at random from what such machines can do. So there is as much of it as anybody wants, no piece was ever learned
// from, and nobody has to be asked for the rights. It is not pretty, and it is no substitute for recordings: how often
// real music does such things it cannot say.
//
// Only a test of the detector imports the package: go test ./analyzer -run MusicByMachines -v -songs 100 plays a
// hundred pieces of each style to it and counts.
package machine
