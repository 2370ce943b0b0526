// Package audio turns files into sound: one streaming decoder for measuring and for listening.
//
// Samples are float32 with full scale = 1.0 in every format, interleaved by channel, never clipped and always finite
// (what a damaged float file holds instead of a number reads as 0). Memory does not grow with the length of a file or
// of its tags.
//
// The format is read from the content, never from the name. Package container walks the file without decoding: that
// gives the tags, the bit rate and how much sound is promised. libsndfile decodes wav, aiff, flac and mp3 (sndfile.go),
// libvorbis and libopus what is theirs (ogg.go); an ffmpeg child process decodes aac, m4a and what these refuse
// (child.go).
//
// How damage ends:
//   - the sound stops early and so does the file: [Stream.Read] gives all there is, then io.EOF, and
//     [Stream.Truncated] says true. A hole that a decoder jumps over counts as missing, too;
//   - the decoder stops in the middle of the file: all there is, then an [Error] with [CodeLoadFailed];
//   - less than 2 % or a quarter of a second is missing: nothing is said.
//
// The package imports nothing of this program but its own part container. Errors are *[Error] with a code of the job
// contract, or the context's.
//
// libmpg123, which decodes mp3 below libsndfile, writes its notes on damaged files to file descriptor 2, and nothing
// in libsndfile keeps it from doing so: a program that owns the terminal must point that descriptor elsewhere.
package audio
