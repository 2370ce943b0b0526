package audio

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"testing"
)

// oggSum is the checksum of an Ogg page whose own field for it holds zeros (RFC 3533, section 6).
func oggSum(page []byte) uint32 {
	var sum uint32
	for _, b := range page {
		sum ^= uint32(b) << 24
		for range 8 {
			if sum&(1<<31) != 0 {
				sum = sum<<1 ^ 0x04c11db7
			} else {
				sum <<= 1
			}
		}
	}
	return sum
}

// stampEarlier takes so many samples from the time stamp of page number n.
func stampEarlier(t *testing.T, ogg []byte, n int, samples uint64) {
	t.Helper()
	for at, number := 0, 0; at+27 <= len(ogg); number++ {
		if !bytes.HasPrefix(ogg[at:], []byte("OggS")) {
			t.Fatalf("no page at %d", at)
		}
		head := 27 + int(ogg[at+26])
		size := head
		for _, lace := range ogg[at+27 : at+head] {
			size += int(lace)
		}
		if number == n {
			page := ogg[at : at+size]
			binary.LittleEndian.PutUint64(page[6:], binary.LittleEndian.Uint64(page[6:])-samples)
			binary.LittleEndian.PutUint32(page[22:], 0)
			binary.LittleEndian.PutUint32(page[22:], oggSum(page))
			return
		}
		at += size
	}
	t.Fatalf("there is no page %d", n)
}

func TestErrorsOfFFmpegHoldNoAddresses(t *testing.T) {
	c := &child{path: "/m/a.wav"}
	c.errors.buf = []byte("first\n[pcm_s16le @ 0x557732359600] Decoder requires channel count\n")
	if got := c.failed("ffprobe", nil).Message; got != "ffprobe: Decoder requires channel count" {
		t.Errorf("%q differs from run to run", got)
	}
}

// ffmpeg stamps a page early where its source had a gap. libsndfile calls the file malformed there; players play it.
// What ffprobe would say stands in the file, and it takes a tenth of a second to start.
func TestOpusPageStampedEarly(t *testing.T) {
	const seconds = 12
	path := busy(48000, 2, seconds).transcode(t, "a.opus", "-c:a", "libopus", "-b:a", "96k")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	stampEarlier(t, data, 6, 488)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	script(t, bin, "ffprobe", "exit 1")
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	s := open(t, path)
	if i := s.Info(); i.Codec != "opus" || i.SampleRate != 48000 || i.Channels != 2 ||
		math.Abs(i.DurationSec-seconds) > 0.04 || i.Bitrate < 50_000 || i.Bitrate > 200_000 {
		t.Errorf("%+v", i)
	}
	if _, err := readAll(t, s); err != nil {
		t.Fatal(err)
	}
	if lost := seconds*48000 - s.Position(); lost < 0 || lost > 1920 || s.Truncated() {
		t.Errorf("%d frames lost, truncated %v; a packet or two may be", lost, s.Truncated())
	}
}
