package audio

import (
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// realFolder holds some hundred excerpts of real music, where it is there: they are not part of this repository.
const realFolder = "../../../shared/audio"

func realFiles(tb testing.TB) []string {
	tb.Helper()
	entries, err := os.ReadDir(realFolder)
	if err != nil {
		tb.Skipf("%s is not there: %v", realFolder, err)
	}
	var paths []string
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".tsv" {
			paths = append(paths, filepath.Join(realFolder, e.Name()))
		}
	}
	return paths
}

// raceDetector reports whether this test was built with it.
func raceDetector() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// everyThird is every third file of each format, all over the list, and one of each at least.
func everyThird(paths []string) []string {
	seen := map[string]int{}
	return slices.DeleteFunc(paths, func(path string) bool {
		format := filepath.Ext(path)
		seen[format]++
		return seen[format]%3 != 1
	})
}

// TestRealFiles opens each real file and reads it to its end; under the race detector every third, because nearly all
// of the time is C's, which it does not watch, and the third takes the same ways through Go as all of them.
func TestRealFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("half a minute")
	}
	paths := realFiles(t)
	if raceDetector() {
		paths = everyThird(paths)
	}
	_, ffmpeg := FFmpeg()
	var needed int
	for _, path := range paths {
		s, err := Open(t.Context(), path)
		if e, ok := errors.AsType[*Error](err); ok && e.Code == CodeDecoderMissing && !ffmpeg {
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(path), err)
			continue
		}
		if _, ok := s.dec.(*child); ok {
			needed++
		}
		checkReal(t, s, filepath.Base(path))
		if err := s.Close(); err != nil {
			t.Errorf("%s: close: %v", filepath.Base(path), err)
		}
	}
	t.Logf("%d files, of which %d needed ffmpeg", len(paths), needed)
}

func checkReal(t *testing.T, s *Stream, name string) {
	t.Helper()
	info := s.Info()
	buf := make([]float32, 8192*info.Channels)
	peak := 0.0
	for {
		n, err := s.Read(buf)
		if peak = max(peak, loudest(buf[:n*info.Channels], 0, 1)); !isNumber(peak) {
			t.Fatalf("%s: a sample is %v", name, peak)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	heard := s.seconds(s.Position())
	if s.Truncated() {
		t.Errorf("%s: %v", name, s.TruncationError())
	}
	// Opus files that were cut without re-encoding begin up to a second before their time 0.
	if math.Abs(heard-info.DurationSec) > 1 || heard < 1 || heard > 30 {
		t.Errorf("%s: %.2f s heard of %.2f s", name, heard, info.DurationSec)
	}
	if peak > 4 { // one of them is silent
		t.Errorf("%s: peaks at %g", name, peak)
	}
	if info.Bitrate < 16_000 || info.Bitrate > 3_000_000 {
		t.Errorf("%s: bit rate %d", name, info.Bitrate)
	}
}

// processorSeconds is what this process and its ended children have used of all processors.
func processorSeconds(tb testing.TB) float64 {
	tb.Helper()
	sum := 0.0
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var use syscall.Rusage
		if err := syscall.Getrusage(who, &use); err != nil {
			tb.Fatal(err)
		}
		sum += time.Duration(use.Utime.Nano() + use.Stime.Nano()).Seconds()
	}
	return sum
}

// BenchmarkDecode reports seconds of sound per second of processor time, and ffmpeg's own rate for the same file.
func BenchmarkDecode(b *testing.B) {
	music := busy(44100, 2, 120)
	for _, bench := range []struct {
		name string
		args []string
	}{
		{"a.wav", []string{"-c:a", "pcm_s16le"}},
		{"a.aiff", nil},
		{"a.flac", []string{"-sample_fmt", "s16"}},
		{"a.mp3", []string{"-q:a", "2"}},
		{"a.ogg", []string{"-c:a", "libvorbis", "-q:a", "5"}},
		{"a.opus", []string{"-c:a", "libopus", "-b:a", "128k"}},
		{"a.m4a", []string{"-c:a", "aac", "-b:a", "192k"}},
	} {
		b.Run(strings.TrimPrefix(filepath.Ext(bench.name), "."), func(b *testing.B) {
			path := music.transcode(b, bench.name, bench.args...)
			before := processorSeconds(b)
			cmd := exec.CommandContext(b.Context(), "ffmpeg", "-v", "error", "-threads", "1", "-i", path,
				"-c:a", "pcm_f32le", "-f", "null", "-")
			if err := cmd.Run(); err != nil {
				b.Fatal(err)
			}
			peer := 120 / (processorSeconds(b) - before)
			var buf []float32
			before = processorSeconds(b)
			b.ResetTimer()
			for b.Loop() {
				s, err := Open(b.Context(), path)
				if err != nil {
					b.Fatal(err)
				}
				if buf == nil {
					buf = make([]float32, 8192*s.Info().Channels)
				}
				for err == nil {
					_, err = s.Read(buf)
				}
				if !errors.Is(err, io.EOF) {
					b.Fatal(err)
				}
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(120*float64(b.N)/(processorSeconds(b)-before), "×realtime")
			b.ReportMetric(peer, "×realtime-ffmpeg")
		})
	}
}

// BenchmarkSeek seeks to places all over a file and reads a moment there.
func BenchmarkSeek(b *testing.B) {
	music := busy(44100, 2, 120)
	for _, bench := range []struct {
		name string
		args []string
	}{
		{"a.flac", nil},
		{"a.mp3", []string{"-q:a", "2"}},
		{"a.ogg", []string{"-c:a", "libvorbis", "-q:a", "5"}},
		{"a.opus", []string{"-c:a", "libopus"}},
		{"a.m4a", []string{"-c:a", "aac"}},
	} {
		b.Run(strings.TrimPrefix(filepath.Ext(bench.name), "."), func(b *testing.B) {
			s := open(b, music.transcode(b, bench.name, bench.args...))
			total := int64(119 * s.Info().SampleRate)
			buf := make([]float32, 2048)
			for i := int64(0); b.Loop(); i++ {
				if err := s.SeekFrame(i * 7919 * 101 % total); err != nil {
					b.Fatal(err)
				}
				if _, err := s.Read(buf); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkOpen opens a file of four minutes: all frames of an mp3 file are walked.
func BenchmarkOpen(b *testing.B) {
	path := write(b, "a.mp3", mp3Frames(240*44100/1152))
	for b.Loop() {
		s, err := Open(b.Context(), path)
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
