// Package audio turns files into sound: one streaming decoder for measuring and for listening.
//
// Samples are float32 with full scale = 1.0 in every format, interleaved by channel, and memory does not grow with the
// length of the file. libsndfile decodes wav, aiff, flac, ogg vorbis, opus and mp3; an ffmpeg child process decodes
// aac, m4a and what libsndfile refuses. The format is read from the content, never from the name.
//
// The package imports nothing of this program. Errors are *[Error] with a code of the job contract.
package audio
