// Command make makes the fixtures of the project: go run ./testdata/make (or make fixtures), from the top folder.
//
//	testdata/demo     twelve pieces of music, six of them passed through a simulated neural decoder (demo.go)
//	testdata/hostile  files that a decoder must survive, with what is expected of each (hostile.go)
//	testdata/tone     a full-scale tone in every format (tone.go)
//
// What is made is the same on every run: fixed seeds, no clock. The sound is made here and encoded by the ffmpeg
// program; encoders differ between versions, so testdata/SHA256SUMS holds the hash of every piece before encoding, and
// a test makes the pieces again and compares.
//
// Packages machine and effect have no files: tests of the detector play the one and put music through the other. To see
// what the detector looks for, begin with package neural. This command shares no code with the program.
package main
