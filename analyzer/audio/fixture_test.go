package audio

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// What makes, encodes and compares samples here shares nothing with another goroutine and goes over hundreds of
// millions of them: the directive norace keeps the race detector from watching each one. It watches the decoders.

// sound is a recording made for a test, interleaved.
type sound struct {
	rate, channels int
	samples        []float32
}

// tone is a sine of full scale on all channels, but for one second of fading at both ends, which encoders like.
//
//go:norace
func tone(rate, channels int, seconds, hz float64) sound {
	n := int(seconds * float64(rate))
	s := sound{rate: rate, channels: channels, samples: make([]float32, 0, n*channels)}
	for i := range n {
		t := float64(i) / float64(rate)
		v := math.Sin(2*math.Pi*hz*t) * min(1, 4*t, 4*(seconds-t))
		for range channels {
			s.samples = append(s.samples, float32(v))
		}
	}
	return s
}

// busy is a sound in which every moment differs from every other, with another course on each channel.
//
//go:norace
func busy(rate, channels int, seconds float64) sound {
	n := int(seconds * float64(rate))
	s := sound{rate: rate, channels: channels, samples: make([]float32, 0, n*channels)}
	seed := uint32(1)
	for i := range n {
		t := float64(i) / float64(rate)
		for c := range channels {
			seed = seed*1664525 + 1013904223
			noise := float64(seed>>8)/(1<<24) - 0.5
			hz := 200 + 100*float64(c) + 40*t
			s.samples = append(s.samples, float32(0.4*math.Sin(2*math.Pi*hz*t)+0.2*noise*(1+math.Sin(7*t))))
		}
	}
	return s
}

// twenty is twenty seconds of busy stereo, for what is cut, damaged and joined.
var twenty = sync.OnceValue(func() sound { return busy(44100, 2, 20) })

// twentyFiles are the files that [twentyAs] has made, by name and arguments.
var twentyFiles sync.Map

// twentyAs is twenty as [sound.transcode] encodes it, encoded once for all tests. Each gets bytes of its own.
func twentyAs(tb testing.TB, name string, args ...string) []byte {
	tb.Helper()
	key := strings.Join(append([]string{name}, args...), " ")
	data, ok := twentyFiles.Load(key)
	if !ok {
		data, _ = twentyFiles.LoadOrStore(key, contents(tb, twenty().transcode(tb, name, args...)))
	}
	return bytes.Clone(data.([]byte)) //nolint:errcheck,forcetypeassert // nothing else is in it
}

// wav writes s as a wav file: format tag 1 is integers of the given bits, 3 floats, 7 mu-law.
//
//go:norace
func (s sound) wav(tag, bits int) []byte {
	data := make([]byte, 0, len(s.samples)*bits/8)
	for _, v := range s.samples {
		data = encode(data, v, tag, bits)
	}
	block := s.channels * bits / 8
	var f []byte
	u16 := func(v int) { f = binary.LittleEndian.AppendUint16(f, uint16(v)) }
	u32 := func(v int) { f = binary.LittleEndian.AppendUint32(f, uint32(v)) }
	u16(tag)
	u16(s.channels)
	u32(s.rate)
	u32(s.rate * block)
	u16(block)
	u16(bits)
	return riff("WAVE", chunkBytes("fmt ", f), chunkBytes("data", data))
}

// encode appends a sample.
//
//go:norace
func encode(data []byte, v float32, tag, bits int) []byte {
	x := float64(v)
	switch {
	case tag == 3 && bits == 64:
		return binary.LittleEndian.AppendUint64(data, math.Float64bits(x))
	case tag == 3:
		return binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
	case tag == 7:
		return append(data, muLaw(x))
	case bits == 8:
		return append(data, byte(math.Round(x*127)+128))
	}
	i := int64(math.Round(x * (float64(int64(1)<<(bits-1)) - 1)))
	for shift := 0; shift < bits; shift += 8 {
		data = append(data, byte(i>>shift))
	}
	return data
}

// muLaw encodes as ITU-T G.711 does.
//
//go:norace
func muLaw(x float64) byte {
	sign := byte(0x80)
	if x < 0 {
		sign, x = 0, -x
	}
	v := int(min(x*32767, 32635)) + 132
	exp := 7
	for exp > 0 && v < 1<<(exp+7) {
		exp--
	}
	return ^(sign ^ 0x80 | byte(exp<<4) | byte(v>>(exp+3)&15))
}

func riff(form string, chunks ...[]byte) []byte {
	body := []byte(form)
	for _, c := range chunks {
		body = append(body, c...)
	}
	return chunkBytes("RIFF", body)
}

func chunkBytes(name string, body []byte) []byte {
	b := append([]byte(name), binary.LittleEndian.AppendUint32(nil, uint32(len(body)))...)
	b = append(b, body...)
	if len(body)%2 == 1 {
		b = append(b, 0)
	}
	return b
}

// write puts a file into the test's folder.
func write(tb testing.TB, name string, data []byte) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

// needFFmpeg skips the test where ffmpeg is not installed.
func needFFmpeg(tb testing.TB) {
	tb.Helper()
	if _, ok := FFmpeg(); !ok {
		tb.Skip("ffmpeg and ffprobe are not installed: nothing makes this test's files")
	}
}

// transcode encodes s with ffmpeg into a file of the given name, with the arguments between input and output.
func (s sound) transcode(tb testing.TB, name string, args ...string) string {
	tb.Helper()
	needFFmpeg(tb)
	in := write(tb, "in.wav", s.wav(3, 32))
	out := filepath.Join(tb.TempDir(), name)
	full := append([]string{"-nostdin", "-v", "error", "-i", in}, args...)
	cmd := exec.CommandContext(tb.Context(), "ffmpeg", append(full, "-y", out)...)
	if msg, err := cmd.CombinedOutput(); err != nil {
		tb.Skipf("this ffmpeg does not encode %s: %v: %s", name, err, msg)
	}
	return out
}

// cutOut is what is left of a file from so many seconds on, not encoded again.
func cutOut(tb testing.TB, path, from string) string {
	tb.Helper()
	out := filepath.Join(tb.TempDir(), filepath.Base(path))
	args := []string{"-nostdin", "-v", "error", "-ss", from, "-i", path, "-c", "copy", out}
	cmd := exec.CommandContext(tb.Context(), "ffmpeg", args...)
	if msg, err := cmd.CombinedOutput(); err != nil {
		tb.Fatalf("cut %s: %v: %s", path, err, msg)
	}
	return out
}

// open opens a file that must open.
func open(tb testing.TB, path string) *Stream {
	tb.Helper()
	s, err := Open(tb.Context(), path)
	if err != nil {
		tb.Fatalf("open %s: %v", filepath.Base(path), err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Errorf("close: %v", err)
		}
	})
	return s
}

// readAll reads to the end with odd block sizes, and returns the error it ended with, nil for io.EOF.
func readAll(tb testing.TB, s *Stream) ([]float32, error) {
	tb.Helper()
	var all []float32
	buf := make([]float32, 3001*s.Info().Channels)
	for {
		n, err := s.Read(buf)
		all = append(all, buf[:n*s.Info().Channels]...)
		if got := s.Position(); got*int64(s.Info().Channels) != int64(len(all)) {
			tb.Fatalf("position %d after %d samples", got, len(all))
		}
		switch {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return all, err
		case n == 0:
			tb.Fatal("nothing read, and no error")
		}
	}
}

// decode opens and reads a file that must be whole.
func decode(tb testing.TB, path string) ([]float32, Info) {
	tb.Helper()
	s := open(tb, path)
	all, err := readAll(tb, s)
	if err != nil {
		tb.Fatalf("read %s: %v", filepath.Base(path), err)
	}
	if s.Truncated() {
		tb.Errorf("%s reads as truncated: %d of %d frames", filepath.Base(path), s.Position(), s.promised)
	}
	return all, s.Info()
}

// failure is the error of opening and reading a file to its end.
func failure(tb testing.TB, path string) *Error {
	tb.Helper()
	s, err := Open(context.Background(), path)
	if err == nil {
		_, err = readAll(tb, s)
		_ = s.Close()
	}
	if err == nil {
		return nil
	}
	var e *Error
	if !errors.As(err, &e) {
		tb.Fatalf("%v is a %T, not an *Error", err, err)
	}
	return e
}

// loudest is the highest level in every step-th sample from the first on: NaN where a sample is NaN, else infinite
// where one is.
//
//go:norace
func loudest(samples []float32, first, step int) float64 {
	var level float32
	for i := first; i < len(samples); i += step {
		v := samples[i]
		if v <= level && -v <= level {
			continue // as nearly all are; NaN compares as false
		}
		level = max(level, v, -v)
	}
	return float64(level)
}

// isNumber is false for NaN and both infinities.
func isNumber(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// firstDifference is where two recordings of one length differ first; -1 where they do not. NaN differs from all.
//
//go:norace
func firstDifference(got, want []float32) int {
	for i := range got {
		if got[i] != want[i] {
			return i
		}
	}
	return -1
}

// distance is the largest difference between two recordings of one length: NaN where a sample is NaN.
//
//go:norace
func distance(got, want []float32) float64 {
	worst := 0.0
	for i := range got {
		d := float64(got[i] - want[i])
		worst = max(worst, d, -d)
	}
	return worst
}
