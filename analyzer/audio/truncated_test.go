package audio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"
)

func contents(tb testing.TB, path string) []byte {
	tb.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// ending reads a file to its end: how many seconds, whether truncated, and the error if there was one.
func ending(t *testing.T, data []byte) (seconds float64, s *Stream, err error) {
	t.Helper()
	s = open(t, write(t, "a", data))
	all, err := readAll(t, s)
	return float64(len(all)/s.info.Channels) / float64(s.info.SampleRate), s, err
}

func TestTruncated(t *testing.T) {
	wav := twenty().wav(1, 16)
	part := func(b []byte, n, of int) []byte { return b[:len(b)*n/of] }
	cutOff := func(name string, args ...string) func() []byte {
		return func() []byte { return part(twentyAs(t, name, args...), 2, 3) }
	}
	for _, test := range []struct {
		name  string
		data  func() []byte
		wants bool
	}{
		{"wav", func() []byte { return part(wav, 2, 3) }, true},
		{"wav, a moment is missing", func() []byte { return wav[:len(wav)-20_000] }, false},
		{"wav of unknown length", func() []byte {
			b := bytes.Clone(wav)
			binary.LittleEndian.PutUint32(b[4:], math.MaxUint32)
			binary.LittleEndian.PutUint32(b[40:], math.MaxUint32)
			return b
		}, false},
		{"wav of length 0", func() []byte {
			b := bytes.Clone(wav)
			binary.LittleEndian.PutUint32(b[40:], 0)
			return b
		}, false},
		{"wav 64", cutOff("a.w64"), true},
		{"rf64", cutOff("a.wav", "-rf64", "always"), true},
		{"aiff", cutOff("a.aiff"), true},
		{"caf", cutOff("a.caf"), true},
		{"flac", cutOff("a.flac"), true},
		{"vorbis", cutOff("a.ogg", "-c:a", "libvorbis"), true},
		{"opus", cutOff("a.opus", "-c:a", "libopus"), true},
		{"mp3", cutOff("a.mp3", "-q:a", "2"), true},
		{"mp3 without a header", func() []byte { // nothing says how long it was
			return part(twentyAs(t, "a.mp3", "-q:a", "2", "-write_xing", "0"), 2, 3)
		}, false},
		{"mp3 with a hole", func() []byte {
			b := twentyAs(t, "a.mp3", "-b:a", "128k")
			return append(part(b, 1, 3), b[len(b)/2:]...)
		}, true},
		{"m4a", cutOff("a.m4a", "-c:a", "aac", "-movflags", "faststart"), true},
		{"matroska", cutOff("a.mka", "-c:a", "flac"), true},
		{"aac", cutOff("a.aac", "-c:a", "aac"), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			seconds, s, err := ending(t, test.data())
			if err != nil || s.Truncated() != test.wants {
				t.Errorf("%.2f of %.2f s, truncated %v, %v", seconds, s.info.DurationSec, s.Truncated(), err)
			}
			stated := s.promised > 0 && test.name != "caf"
			if test.wants && stated && math.Abs(s.info.DurationSec-20) > 0.2 {
				t.Errorf("promises %.2f s", s.info.DurationSec)
			}
			if err := s.SeekFrame(0); err != nil || s.Truncated() {
				t.Errorf("seeking back: %v, truncated %v", err, s.Truncated())
			}
			for _, second := range []int64{15, 5, 18} { // in what is missing, and in what is there
				err := s.SeekFrame(second * int64(s.info.SampleRate))
				for buf := make([]float32, 8192); err == nil; {
					_, err = s.Read(buf)
				}
				if !errors.Is(err, io.EOF) || s.Truncated() != test.wants {
					t.Errorf("skipping to %d s: truncated %v, %v", second, s.Truncated(), err)
				}
			}
		})
	}
	t.Run("m4a without its index", func(t *testing.T) {
		path := write(t, "a", part(twentyAs(t, "a.m4a", "-c:a", "aac"), 2, 3))
		if e := failure(t, path); e == nil || e.Code != CodeLoadFailed {
			t.Errorf("%v", e)
		}
	})
}

// TestDamage damages the middle: sound before and an error, sound around a hole, but never silence about it.
func TestDamage(t *testing.T) {
	for _, test := range []struct {
		name string
		args []string
		more float64 // seconds that must be heard at least
		says string
	}{
		{"a.flac", nil, 9, "damaged after"},
		{"a.ogg", []string{"-c:a", "libvorbis"}, 15, ""},
		{"a.opus", []string{"-c:a", "libopus"}, 15, ""},
		{"a.mp3", []string{"-b:a", "128k"}, 18, ""},
		{"a.m4a", []string{"-c:a", "aac"}, 15, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := twentyAs(t, test.name, test.args...)
			for i := range 6000 {
				b[len(b)/2+i] ^= byte(37*i + 11)
			}
			seconds, s, err := ending(t, b)
			t.Logf("%.2f s, truncated %v, %v", seconds, s.Truncated(), err)
			if seconds < test.more {
				t.Errorf("only %.2f s of sound", seconds)
			}
			if (err != nil) != (test.says != "") {
				t.Errorf("ends with %v", err)
			}
		})
	}
}

func TestLengthOfMP3(t *testing.T) {
	file := func(args ...string) []byte { return twentyAs(t, "a.mp3", args...) }
	vbr, cbr := file("-q:a", "4"), file("-b:a", "128k")
	bare := file("-q:a", "4", "-write_xing", "0", "-id3v2_version", "0")
	low := contents(t, busy(22050, 1, 20).transcode(t, "a.mp3", "-b:a", "48k"))
	lie := func(frames uint32) []byte {
		b := bytes.Clone(vbr)
		i := bytes.Index(b, []byte("Xing"))
		binary.BigEndian.PutUint32(b[i+8:], frames)
		return b
	}
	for _, test := range []struct {
		name      string
		data      []byte
		seconds   float64
		truncated bool
	}{
		{"vbr", vbr, 20, false},
		{"cbr", cbr, 20, false},
		{"vbr without a header", bare, 20, false},
		{"header promises less", lie(100), 20, false},
		{"header promises nothing", lie(0), 20, false},
		{"header promises more", lie(6000), 20, true},
		{"header promises madness", lie(math.MaxUint32), 20, true},
		{"joined", append(bytes.Clone(vbr), append(cbr, bare...)...), 60, false},
		{"joined, tags between", append(append(bytes.Clone(bare), make([]byte, 3000)...), vbr...), 40, false},
		{"joined, of two kinds", append(bytes.Clone(cbr), low...), 40, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			seconds, s, err := ending(t, test.data)
			if err != nil || math.Abs(seconds-test.seconds) > 0.2 || s.Truncated() != test.truncated {
				t.Errorf("%.2f s, want %.2f; truncated %v, %v", seconds, test.seconds, s.Truncated(), err)
			}
			if !test.truncated && math.Abs(s.info.DurationSec-test.seconds) > 0.3 {
				t.Errorf("states %.2f s", s.info.DurationSec)
			}
		})
	}
	b := bytes.Clone(mp3Frames(200))
	copy(b[36:], "VBRI\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x90") // 400 frames
	seconds, s, err := ending(t, b)
	if err != nil || !s.Truncated() || math.Abs(seconds-199*1152/44100.0) > 0.1 {
		t.Errorf("VBRI: %.2f s, truncated %v, %v", seconds, s.Truncated(), err)
	}
}

func TestChainedOgg(t *testing.T) {
	one := contents(t, busy(44100, 2, 5).transcode(t, "a.ogg", "-c:a", "libvorbis", "-serial_offset", "7"))
	two := contents(t, busy(44100, 2, 8).transcode(t, "a.ogg", "-c:a", "libvorbis", "-serial_offset", "9"))
	seconds, s, err := ending(t, append(bytes.Clone(one), two...))
	if err != nil || s.Truncated() || math.Abs(seconds-13) > 0.2 {
		t.Errorf("%.2f s, truncated %v, %v", seconds, s.Truncated(), err)
	}
	if seconds, _, err = ending(t, append(bytes.Clone(two), two...)); err == nil {
		t.Errorf("two recordings with one number: %.2f s and no error", seconds)
	}
	// The second without its headers: only the time begins anew.
	bare := two
	for range 2 {
		bare = bare[1+bytes.Index(bare[1:], []byte("OggS")):]
	}
	for len(bare) > 0 && binary.LittleEndian.Uint64(bare[6:]) == 0 {
		bare = bare[1+bytes.Index(bare[1:], []byte("OggS")):]
	}
	if seconds, _, err = ending(t, append(bytes.Clone(two), bare...)); err == nil {
		t.Errorf("a time that begins anew: %.2f s and no error", seconds)
	}
	opus := contents(t, busy(48000, 2, 5).transcode(t, "a.opus", "-c:a", "libopus"))
	if seconds, _, err = ending(t, append(bytes.Clone(opus), opus...)); err == nil || math.Abs(seconds-5) > 0.1 {
		t.Errorf("two of opus: %.2f s, %v", seconds, err)
	}
}

// TestLongFiles reads two hours and asserts that memory does not grow. The wav file is sparse.
func TestLongFiles(t *testing.T) {
	const seconds = 7200
	wav := sound{rate: 48000, channels: 1}.wav(1, 8)
	binary.LittleEndian.PutUint32(wav[4:], uint32(36+seconds*48000))
	binary.LittleEndian.PutUint32(wav[40:], uint32(seconds*48000))
	path := filepath.Join(t.TempDir(), "long.wav")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(wav); err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(int64(len(wav)) + seconds*48000); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	frame := make([]byte, 72) // MPEG-2.5 layer 3, 8 kbit/s, 8 kHz, mono: 72 ms
	copy(frame, []byte{0xff, 0xe3, 0x18, 0xc0})
	mp3 := write(t, "long.mp3", bytes.Repeat(frame, seconds*1000/72))
	for _, path := range []string{path, mp3} {
		s := open(t, path)
		buf := make([]float32, 1<<15)
		var frames, early int64
		for {
			n, err := s.Read(buf)
			if frames += int64(n); err != nil {
				break
			}
			if early == 0 && frames > 1<<20 {
				early = residentBytes()
			}
		}
		if got := float64(frames) / float64(s.info.SampleRate); math.Abs(got-seconds) > 1 || s.Truncated() {
			t.Errorf("%s: %.1f s, truncated %v", filepath.Base(path), got, s.Truncated())
		}
		if grown := residentBytes() - early; grown > 16<<20 {
			t.Errorf("%s: grew by %d MB", filepath.Base(path), grown>>20)
		}
		if err := s.SeekFrame(frames / 2); err != nil {
			t.Error(err)
		}
		if n, err := s.Read(buf); n == 0 || err != nil {
			t.Errorf("%d frames, %v in the middle", n, err)
		}
	}
}
