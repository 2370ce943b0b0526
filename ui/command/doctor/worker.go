package doctor

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"time"

	"earmark/engine"
)

// A test tone: long enough to be measured.
const (
	toneRate    = 44100
	toneSeconds = 12
)

// Worker analyses a tone end to end: a file is written, a worker process started, its report stored and read.
func Worker(analyze func(ctx context.Context, path string) (engine.Record, error)) Check {
	return func(ctx context.Context) Finding {
		f := Finding{
			Thing: "worker", State: Broken,
			Todo: "install earmark again; if that does not help, report it with this line",
		}
		dir, err := os.MkdirTemp("", "earmark-doctor-")
		if err != nil {
			f.Found, f.Todo = fmt.Sprintf("no temporary folder: %v", err), "free some space, or set TMPDIR"
			return f
		}
		defer os.RemoveAll(dir) //nolint:errcheck // the system clears temporary folders too
		path := filepath.Join(dir, "tone.wav")
		if err := os.WriteFile(path, tone(), 0o600); err != nil {
			f.Found, f.Todo = fmt.Sprintf("no test tone: %v", err), "free some space, or set TMPDIR"
			return f
		}
		began := time.Now()
		r, err := analyze(ctx, path)
		took := time.Since(began)
		switch {
		case err != nil:
			f.Found = err.Error()
		case r.Error != nil:
			f.Found = fmt.Sprintf("a test tone fails: %s: %s", *r.Error, *r.ErrorMessage)
		case r.Audio.DurationSec == nil || math.Abs(*r.Audio.DurationSec-toneSeconds) > 0.1:
			f.Found = "a test tone is measured with a wrong length"
		default:
			f.State, f.Todo = OK, ""
			f.Found = fmt.Sprintf("starts, and analyses a test tone of %d s in %d ms", toneSeconds, took.Milliseconds())
		}
		return f
	}
}

// tone is a WAV file: 1 kHz at half of full scale, 16 bit, mono.
func tone() []byte {
	const frames, bytesEach = toneRate * toneSeconds, 2
	out := make([]byte, 0, 44+frames*bytesEach)
	out = append(out, "RIFF"...)
	out = binary.LittleEndian.AppendUint32(out, 36+frames*bytesEach)
	out = append(out, "WAVEfmt "...)
	out = binary.LittleEndian.AppendUint32(out, 16)
	for _, v := range []uint16{1, 1} { // PCM, one channel
		out = binary.LittleEndian.AppendUint16(out, v)
	}
	out = binary.LittleEndian.AppendUint32(out, toneRate)
	out = binary.LittleEndian.AppendUint32(out, toneRate*bytesEach)
	for _, v := range []uint16{bytesEach, 8 * bytesEach} {
		out = binary.LittleEndian.AppendUint16(out, v)
	}
	out = append(out, "data"...)
	out = binary.LittleEndian.AppendUint32(out, frames*bytesEach)
	for i := range frames {
		v := int16(math.Round(16384 * math.Sin(2*math.Pi*1000*float64(i)/toneRate)))
		out = binary.LittleEndian.AppendUint16(out, uint16(v))
	}
	return out
}
