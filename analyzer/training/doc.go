// Package training makes the analyzer's model from labelled recordings, and says how well it does on recordings that
// it has not seen.
//
// It imports the analyzer and nothing above it, and only the command line imports it. The split is by source for human
// music and by origin for generated music, never by file; both classes go through the same manipulations, so that no
// codec, rate or bandwidth predicts the label. On one machine the same files give the same model, byte for byte.
package training
