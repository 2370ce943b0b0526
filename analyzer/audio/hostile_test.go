package audio

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

func TestNotSound(t *testing.T) {
	random := make([]byte, 200_000)
	for i := range random {
		random[i] = byte(rand.New(rand.NewPCG(1, uint64(i))).Uint32())
	}
	good := tone(44100, 2, 1, 440).wav(1, 16)
	withField := func(at int, value ...byte) []byte {
		b := bytes.Clone(good)
		copy(b[at:], value)
		return b
	}
	for _, test := range []struct {
		name, code, says string
		data             []byte
	}{
		{"empty.mp3", CodeEmpty, "empty", nil},
		{"text.mp3", CodeLoadFailed, "text", []byte("This is no music at all.\n")},
		{"utf8.mp3", CodeLoadFailed, "text", []byte(strings.Repeat("Größenwahn é 夜 ", 1000))},
		{"utf16.mp3", CodeLoadFailed, "text (UTF-16)", []byte("\xff\xfeH\x00e\x00l\x00l\x00o\x00")},
		{"page.mp3", CodeLoadFailed, "web page", []byte("\n<!DOCTYPE html><html>404</html>")},
		{"one byte", CodeLoadFailed, "unknown kind", []byte{0xff}},
		{"newline", CodeLoadFailed, "text", []byte("\n")},
		{"random", CodeLoadFailed, "unknown kind", random},
		{"zeros.wav", CodeLoadFailed, "zeros", make([]byte, 100_000)},
		{"png.mp3", CodeLoadFailed, "PNG picture", append([]byte("\x89PNG\r\n\x1a\n"), random...)},
		{"jpeg.mp3", CodeLoadFailed, "JPEG picture", append([]byte("\xff\xd8\xff\xe0\x00\x10JFIF"), random...)},
		{"zip.mp3", CodeLoadFailed, "unpack", append([]byte("PK\x03\x04"), random...)},
		{"pdf.mp3", CodeLoadFailed, "PDF", append([]byte("%PDF-1.7\n"), random...)},
		{"midi.mp3", CodeLoadFailed, "MIDI", append([]byte("MThd\x00\x00\x00\x06"), random...)},
		{"list.mp3", CodeLoadFailed, "playlist", []byte("#EXTM3U\nhttp://127.0.0.1:9/x.mp3\n")},
		{"concat.m4a", CodeLoadFailed, "text", []byte("ffconcat version 1.0\nfile /etc/passwd\n")},
		{"only tags", CodeLoadFailed, "no sound", id3Tag(3, 0, id3Frame(3, "TIT2", 0, "\x00Title"))},
		{"tags cut", CodeLoadFailed, "no sound", append([]byte("ID3\x03\x00\x00\x7f\x7f\x7f\x7f"), random...)},
		{"tags and text", CodeLoadFailed, "text", append(id3Tag(3, 0, id3Frame(3, "TIT2", 0, "\x00T")), "words"...)},
		{"info frame only", CodeLoadFailed, "", append([]byte("\xff\xfb\x90\x00"), append(make([]byte, 32),
			append([]byte("Info\x00\x00\x00\x01\x00\x00\x10\x00"), make([]byte, 417-48)...)...)...)},
		{"wav of 1 Hz", CodeLoadFailed, "1 Hz", withField(24, 1, 0, 0, 0)},
		{"wav of 10 MHz", CodeLoadFailed, "10000000 Hz", withField(24, 0x80, 0x96, 0x98, 0)},
		{"wav of 2 GHz", CodeLoadFailed, "", withField(24, 0xff, 0xff, 0xff, 0x7f)},
		{"wav of negative rate", CodeLoadFailed, "", withField(24, 0xff, 0xff, 0xff, 0xff)},
		{"wav without channels", CodeLoadFailed, "", withField(22, 0, 0)},
		{"wav of 1000 channels", CodeLoadFailed, "", withField(22, 0xe8, 3)},
		{"wav of 40 channels", CodeLoadFailed, "", withField(22, 40, 0, 0x44, 0xac, 0, 0, 0, 0, 0, 0, 80, 0)},
		{"wav of 0 bits", CodeLoadFailed, "", withField(34, 0, 0)},
		{"wav of an unknown codec", CodeLoadFailed, "", withField(20, 0x99, 0x99)},
		{"wav header alone", CodeLoadFailed, "", []byte("RIFF\x00\x00\x00\x00WAVE")},
		{"wav cut in its header", CodeLoadFailed, "", good[:30]},
		{"aiff header alone", CodeLoadFailed, "", []byte("FORM\x00\x00\x00\x04AIFF")},
		{"flac header alone", CodeLoadFailed, "", []byte("fLaC")},
		{"flac and noise", CodeLoadFailed, "", append([]byte("fLaC"), random...)},
		{"ogg header alone", CodeLoadFailed, "", []byte("OggS")},
		{"ogg and noise", CodeLoadFailed, "", append([]byte("OggS\x00\x02"), random...)},
		{"ogg of no codec", CodeLoadFailed, "", []byte("OggS\x00\x02" + strings.Repeat("\x00", 20) + "\x01\x03no")},
		{"mp4 header alone", CodeLoadFailed, "", []byte(emptyM4A)},
		{"mp4 and noise", CodeLoadFailed, "", append([]byte(emptyM4A), random...)},
		{"matroska and noise", CodeLoadFailed, "", append([]byte("\x1aE\xdf\xa3"), random...)},
		{"caf and noise", CodeLoadFailed, "", append([]byte("caff\x00\x01\x00\x00"), random...)},
		{"wma and noise", CodeLoadFailed, "", append([]byte("0&\xb2u\x8ef\xcf\x11\xa6\xd9"), random...)},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := write(t, "file", test.data)
			if test.name != "one byte" { // the name must not matter
				path = write(t, strings.ReplaceAll(test.name, " ", "."), test.data)
			}
			e := failure(t, path)
			if e == nil {
				t.Fatal("reads as sound")
			}
			if _, ok := FFmpeg(); !ok && e.Code == CodeDecoderMissing {
				return
			}
			if e.Code != test.code || !strings.Contains(e.Message, test.says) {
				t.Errorf("%v, want %s with %q", e, test.code, test.says)
			}
			checkText(t, e.Message)
			if strings.Contains(e.Message, filepath.Dir(path)) {
				t.Errorf("the message names the path: %s", e.Message)
			}
		})
	}
}

// checkText asserts that a message can be written to a terminal.
func checkText(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) || utf8.RuneCountInString(s) > 1000 {
		t.Fatalf("text %q", s)
	}
}

func TestNoFile(t *testing.T) {
	dir := t.TempDir()
	fifo, loop, locked := filepath.Join(dir, "fifo"), filepath.Join(dir, "loop"), filepath.Join(dir, "locked")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(loop, loop); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(locked, mp3Frames(9), 0); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ path, code, says string }{
		{dir, CodeLoadFailed, "folder"},
		{filepath.Join(dir, "missing.mp3"), CodeNotFound, "no such file"},
		{filepath.Join(dir, "missing", "a.mp3"), CodeNotFound, "no such file"},
		{"", CodeNotFound, "no such file"},
		{fifo, CodeLoadFailed, "pipe"},
		{"/dev/zero", CodeLoadFailed, "device"},
		{loop, CodeLoadFailed, "too many"},
		{filepath.Join(dir, strings.Repeat("x", 5000)), CodeLoadFailed, "too long"},
		{dir + "/a\x00b", CodeLoadFailed, ""},
		{locked, CodeLoadFailed, "permission"},
	} {
		if test.path == locked && os.Geteuid() == 0 {
			continue // nothing is locked for root
		}
		e := failure(t, test.path)
		if e == nil || e.Code != test.code || !strings.Contains(e.Message, test.says) {
			t.Errorf("%.40q: %v, want %s with %q", test.path, e, test.code, test.says)
		}
	}
}

// TestFormatByContent asserts that names mean nothing, not even to ffmpeg.
func TestFormatByContent(t *testing.T) {
	s := tone(44100, 1, 1, 440)
	m4a := s.transcode(t, "a.m4a", "-c:a", "aac")
	data, err := os.ReadFile(m4a)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	t.Chdir(dir)
	for _, name := range []string{
		"a.mp3", "-version", "-i.m4a", "concat:a|b", "http:x", "a%03d.m4a", "夜 ñ.txt", "new\nline",
		"back\\slash'quote\"", "bytes\xff\xfe.m4a", "subfile,,start,0,end,9,,:a", "a.m3u8",
	} {
		if strings.Contains(name, "\xff") && strings.Contains(os.Getenv("OSTYPE"), "darwin") {
			continue
		}
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Logf("%q: %v", name, err)
			continue
		}
		if _, info := decode(t, name); info.Codec != "aac" {
			t.Errorf("%q: %+v", name, info)
		}
	}
	if _, info := decode(t, write(t, "song.flac", s.wav(1, 24))); info.Codec != "pcm_s24le" {
		t.Errorf("wav called flac: %+v", info)
	}
	if _, info := decode(t, write(t, "song.wav", mp3Frames(50))); info.Codec != "mp3" {
		t.Errorf("mp3 called wav: %+v", info)
	}
}

func TestJunkBeforeFrames(t *testing.T) {
	for _, test := range []struct {
		name string
		data []byte
	}{
		{"zeros", append(make([]byte, 5000), mp3Frames(50)...)},
		{"noise with false syncs", append(bytes.Repeat([]byte("\xff\xfb\x90\x00 no"), 400), mp3Frames(50)...)},
		{"after a tag", bytes.Join([][]byte{
			id3Tag(3, 0, id3Frame(3, "TIT2", 0, "\x00T")), make([]byte, 70_000),
			mp3Frames(50),
		}, nil)},
		{"one frame", mp3Frames(1)},
		{"torn last frame", mp3Frames(50)[:49*417+100]},
		{"text behind", append(mp3Frames(50), strings.Repeat("lyrics ", 500)...)},
	} {
		t.Run(test.name, func(t *testing.T) {
			all, info := decode(t, write(t, "a", test.data))
			if info.Codec != "mp3" || info.SampleRate != 44100 || len(all) == 0 {
				t.Errorf("%+v with %d samples", info, len(all))
			}
		})
	}
}

func TestWithoutFFmpeg(t *testing.T) {
	s := tone(44100, 1, 1, 440)
	m4a := s.transcode(t, "a.m4a", "-c:a", "aac")
	mp3 := write(t, "a.mp3", mp3Frames(50))
	broken := write(t, "a.wav", []byte("RIFF\x00\x00\x00\x00WAVE"))
	t.Setenv("PATH", t.TempDir())
	for _, path := range []string{m4a, broken} {
		e := failure(t, path)
		if e == nil || e.Code != CodeDecoderMissing || !strings.Contains(e.Message, "apt install ffmpeg") ||
			!strings.Contains(e.Message, "brew install ffmpeg") {
			t.Errorf("%s: %v", filepath.Base(path), e)
		}
	}
	decode(t, mp3)
}

// script puts a program of the given name before all others. sh runs it.
func script(t *testing.T, dir, name, body string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+body), 0o700); err != nil {
		t.Fatal(err)
	}
}

// emptyM4A is what Sniff takes for an m4a file.
const emptyM4A = "\x00\x00\x00\x18ftypM4A \x00\x00\x02\x00isomiso2"

const probeAnswer = `echo '{"streams":[{"codec_name":"aac","sample_rate":"44100","channels":2,"time_base":"1/44100",
"duration":"10.0","bit_rate":"128000"}],"format":{}}'
`

// TestChild plays the ffmpeg that does what it should not.
func TestChild(t *testing.T) {
	m4a := write(t, "a.m4a", []byte(emptyM4A))
	for _, test := range []struct{ name, probe, run, says string }{
		{"fails", probeAnswer, "echo first >&2; printf 'last \\033[31mline\\n' >&2; exit 1", "ffmpeg: last [31mline"},
		{"fails after sound", probeAnswer, "head -c 80000 /dev/zero; exit 7", "ffmpeg: exit status 7"},
		{"floods stderr", probeAnswer, "head -c 3000000 /dev/zero >&2; echo >&2; echo end >&2; exit 1", "end"},
		{"gives nothing", probeAnswer, "echo 'no packets' >&2", "ffmpeg: no packets"},
		{"probe fails", "echo 'moov atom not found' >&2; exit 1", "", "ffprobe: moov atom not found"},
		{"probe floods", "head -c 30000000 /dev/zero", "", "ffprobe"},
		{"probe writes nonsense", "echo hello", "", "makes no sense"},
		{"no streams", "echo '{}'", "", "no sound"},
		{"protected", `echo '{"streams":[{"codec_tag_string":"drms","channels":2}]}'`, "", "protected"},
		{"no rate", `echo '{"streams":[{"codec_name":"aac","channels":2}]}'`, "", "sample rate of 0 Hz"},
		{"mad rate", `echo '{"streams":[{"sample_rate":"99999999999999999999","channels":2}]}'`, "", "sample rate"},
		{"mad channels", `echo '{"streams":[{"sample_rate":"44100","channels":4000000}]}'`, "", "channels"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			script(t, dir, "ffprobe", test.probe)
			script(t, dir, "ffmpeg", test.run)
			t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
			e := failure(t, m4a)
			if e == nil || e.Code != CodeLoadFailed || !strings.Contains(e.Message, test.says) {
				t.Errorf("%v, want %q", e, test.says)
			}
		})
	}
	t.Run("too short", func(t *testing.T) {
		dir := t.TempDir()
		script(t, dir, "ffprobe", probeAnswer)
		script(t, dir, "ffmpeg", "head -c 800003 /dev/zero") // not even whole frames
		t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
		s := open(t, m4a)
		all, err := readAll(t, s)
		if err != nil || len(all) != 200_000 || !s.Truncated() {
			t.Errorf("%d samples, %v, truncated %v", len(all), err, s.Truncated())
		}
		if e := s.TruncationError(); e.Code != CodeTruncated || !strings.Contains(e.Message, "2.3 s") {
			t.Error(e)
		}
	})
	t.Run("endless and cancelled", func(t *testing.T) {
		dir := t.TempDir()
		script(t, dir, "ffprobe", probeAnswer)
		script(t, dir, "ffmpeg", "exec cat /dev/zero")
		t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
		ctx, cancel := context.WithCancel(t.Context())
		s, err := Open(ctx, m4a)
		if err != nil {
			t.Fatal(err)
		}
		buf := make([]float32, 8192)
		if n, err := s.Read(buf); n != 4096 || err != nil {
			t.Fatalf("%d frames, %v", n, err)
		}
		process := s.dec.(*child).cmd.Process //nolint:errcheck,forcetypeassert // it is one
		cancel()
		if _, err := s.Read(buf); !errors.Is(err, context.Canceled) {
			t.Errorf("read after cancelling: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := process.Signal(syscall.Signal(0)); !errors.Is(err, os.ErrProcessDone) {
			t.Errorf("the process lives on: %v", err)
		}
	})
	t.Run("hangs and is cancelled", func(t *testing.T) {
		dir := t.TempDir()
		script(t, dir, "ffprobe", probeAnswer)
		script(t, dir, "ffmpeg", "head -c 8 /dev/zero; exec sleep 1000")
		t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		s, err := Open(ctx, m4a)
		if err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(50*time.Millisecond, cancel)
		defer timer.Stop()
		if _, err := s.Read(make([]float32, 8192)); err == nil {
			_, err = s.Read(make([]float32, 8192))
			if !errors.Is(err, context.Canceled) {
				t.Errorf("read: %v", err)
			}
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Run("closed early", func(t *testing.T) {
		dir := t.TempDir()
		script(t, dir, "ffprobe", probeAnswer)
		script(t, dir, "ffmpeg", "exec cat /dev/zero")
		t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
		s, err := Open(t.Context(), m4a)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Read(make([]float32, 64)); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error("second close:", err)
		}
		if _, err := s.Read(make([]float32, 64)); err == nil || errors.Is(err, io.EOF) {
			t.Errorf("read after close: %v", err)
		}
		if err := s.SeekFrame(0); err == nil {
			t.Error("seeks after close")
		}
	})
}

func TestCancelledBeforeOpen(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Open(ctx, "any"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestSmallReads(t *testing.T) {
	s := open(t, write(t, "a.wav", tone(44100, 2, 1, 440).wav(1, 16)))
	if n, err := s.Read(nil); n != 0 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if n, err := s.Read(make([]float32, 1)); n != 0 || err != nil {
		t.Errorf("less than a frame: %d, %v", n, err)
	}
	if n, err := s.Read(make([]float32, 7)); n != 3 || err != nil {
		t.Errorf("three and a half frames: %d, %v", n, err)
	}
}

// FuzzOpen opens and reads foreign bytes. libsndfile and what it loads, libvorbis and libopus run in this process: what
// crashes here, crashes.
func FuzzOpen(f *testing.F) {
	s := tone(8000, 1, 0.1, 440)
	if _, ok := FFmpeg(); ok {
		f.Add(contents(f, s.transcode(f, "a.ogg", "-c:a", "libvorbis")))
		f.Add(contents(f, s.transcode(f, "a.opus", "-c:a", "libopus")))
	}
	f.Setenv("PATH", "") // ffmpeg is another process: it is not what is tested here
	f.Add(s.wav(1, 16))
	f.Add(s.wav(1, 8))
	f.Add(s.wav(3, 64))
	f.Add(s.wav(7, 8))
	f.Add(append(id3Tag(3, 0, id3Frame(3, "TIT2", 0, "\x00T")), mp3Frames(6)...))
	aiff := []byte("FORM\x00\x00\x00\x4aAIFFCOMM\x00\x00\x00\x12\x00\x01\x00\x00\x00\x08\x00\x10\x40\x0b\xfa" +
		"\x00\x00\x00\x00\x00\x00\x00SSND\x00\x00\x00\x18\x00\x00\x00\x00\x00\x00\x00\x00")
	f.Add(append(aiff, make([]byte, 16)...))
	caf := []byte("caff\x00\x01\x00\x00desc\x00\x00\x00\x00\x00\x00\x00\x20")
	caf = binary.BigEndian.AppendUint64(caf, math.Float64bits(8000))
	caf = append(caf, "lpcm\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x10"...)
	f.Add(append(caf, "data\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00\x01\x02\x03\x04"...))
	seeds, _ := filepath.Glob("testdata/seed/*")
	for _, seed := range seeds {
		if data, err := os.ReadFile(seed); err == nil {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<18 {
			t.Skip()
		}
		s, err := Open(t.Context(), write(t, "fuzz", data))
		if err != nil {
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("%v is a %T", err, err)
			}
			checkText(t, e.Message)
			return
		}
		defer func() { _ = s.Close() }()
		info := s.Info()
		if info.SampleRate < minRate || info.Channels < 1 || info.Channels > maxChannels ||
			math.IsNaN(info.DurationSec) || info.DurationSec < 0 || info.Bitrate < 0 {
			t.Fatalf("%+v", info)
		}
		buf := make([]float32, 4096*info.Channels)
		read := func() {
			for range 200 {
				n, err := s.Read(buf)
				for _, v := range buf[:n*info.Channels] {
					if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
						t.Fatal("a sample is no number")
					}
				}
				if err != nil {
					_ = s.Truncated()
					_ = s.TruncationError()
					return
				}
			}
		}
		read()
		for _, to := range []int64{0, s.Position() / 2, s.Position() + 1000} {
			if s.SeekFrame(to) == nil {
				read()
			}
		}
	})
}
