package audio

import "earmark/analyzer/audio/container"

// Info describes a file as its container states it. It is known as soon as the file is open.
type Info struct {
	DurationSec float64 `json:"duration_sec"` // as the container states it; 0 where it does not say
	Bitrate     int     `json:"bitrate"`      // bit/s, averaged over the file
	SampleRate  int     `json:"sample_rate"`  // Hz
	Channels    int     `json:"channels"`
	Codec       string  `json:"codec"` // mp3, vorbis, opus, flac, aac, alac, pcm_s16le, pcm_f32le, …
	Tags        Tags    `json:"tags"`
}

// Tags are what the file says of itself. They are shown, and never read for a score.
type Tags = container.Tags

// Codes of the errors that a file can give.
const (
	CodeLoadFailed     = "audio_load_failed" // not audio, damaged, or unreadable
	CodeDecoderMissing = "decoder_missing"   // needs a program that is not installed
	CodeNotFound       = "file_not_found"
	CodeEmpty          = "file_empty"
	CodeTruncated      = "audio_truncated" // ends far from what its size and bit rate promise
)

// Error is a file that cannot be read as sound.
type Error struct {
	Code    string // one of the Code constants
	Message string // what is wrong and what to do, without the path
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// loadFailed is an [Error] with [CodeLoadFailed]. Part of the message can come from the file, so it is cleaned.
func loadFailed(message string) *Error {
	return &Error{Code: CodeLoadFailed, Message: container.Clean(message)}
}
