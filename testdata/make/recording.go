package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"os/exec"
)

// sumsFile lists, beside the folders, the hash of every demo piece's samples before they are encoded.
const sumsFile = "SHA256SUMS"

// recording is sound as 16-bit samples, interleaved.
type recording struct {
	rate, channels int
	samples        []int16
}

// newRecording interleaves and rounds sides of equal length; what is over full scale is clipped.
func newRecording(rate int, sides ...[]float64) recording {
	r := recording{rate: rate, channels: len(sides), samples: make([]int16, 0, len(sides)*len(sides[0]))}
	for i := range sides[0] {
		for _, side := range sides {
			v := math.Round(side[i] * math.MaxInt16)
			r.samples = append(r.samples, int16(max(math.MinInt16, min(math.MaxInt16, v))))
		}
	}
	return r
}

// pcm is the samples as 16-bit little endian.
func (r recording) pcm() []byte {
	out := make([]byte, 0, 2*len(r.samples))
	for _, v := range r.samples {
		out = binary.LittleEndian.AppendUint16(out, uint16(v))
	}
	return out
}

// hash is the SHA-256 of the samples as 16-bit little endian, in hex.
func (r recording) hash() string {
	sum := sha256.Sum256(r.pcm())
	return hex.EncodeToString(sum[:])
}

// encode has ffmpeg write the recording to a file, without any trace of its version or of the time.
func encode(ctx context.Context, sound recording, path string, args ...string) error {
	all := []string{
		"-hide_banner", "-loglevel", "error", "-y",
		"-f", "s16le", "-ar", fmt.Sprint(sound.rate), "-ac", fmt.Sprint(sound.channels), "-i", "pipe:0",
		"-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact", "-threads", "1",
	}
	cmd := exec.CommandContext(ctx, "ffmpeg", append(append(all, args...), path)...)
	cmd.Stdin = bytes.NewReader(sound.pcm())
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("ffmpeg: %w: %s", err, bytes.TrimSpace(text))
	}
	return nil
}
