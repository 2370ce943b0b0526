// Package player lets a reviewer hear a recording: play, pause, seek, loop, volume, and the next track ready before it
// is asked for. Only package ui and its screens import it.
//
// How sound flows, each arrow a goroutine boundary:
//
//	Source → converter → queue (2 s) → output → beep's speaker, or a clock when there is no sound card
//
// One goroutine per opened track (deck) decodes, mixes to stereo, resamples to [Rate] and fills a queue. The output
// is pulled by the sound device; it only copies from the queue, so decoding can never stop the device, and an empty
// queue is heard as silence and does not end the track. One more goroutine (transport) owns every decision. The
// screen talks to it by [Player.Do], which puts a command into a channel, and reads [Player.State], which loads a
// snapshot: neither waits for a disk, a decoder or a sound device.
//
// Invariants:
//   - What is heard at 0 dB is what was decoded, sample for sample, when the recording has two channels and [Rate].
//     Nothing above full scale and no NaN reaches the device.
//   - Every jump (seek, pause, other track, volume) is a linear crossfade of 5 ms.
//   - [State.Position] is what is heard now, not what was decoded.
//   - beep's decoders are never used, and its speaker is never closed: oto v0.7.1 frees the ALSA handle twice
//     (faiface/beep #146). It is opened once, when the first track is loaded, and goes with the process.
package player
