// Package effect does to a recording what programs, players and cables do to music: gains that are set block by block,
// resonators, vocoders and the like, packets that are lost, clocks that are heard. Much of that repeats, or works in
// frames, as a neural decoder does, and a detector that takes one for the other accuses people of what their tools did.
//
// An effect is a name and a way to draw its parameters at random. None of them copies a product, and how often music
// goes through such things they cannot say.
//
// Only a test of the detector imports the package: go test ./analyzer -run EffectsOnMusic -v -excerpts 4 puts every
// fourth human excerpt through each effect and counts.
package effect
