package audio

import (
	"bytes"
	"encoding/binary"
	"math"
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
func TestOpusPageStampedEarly(t *testing.T) {
	const seconds = 12
	data := contents(t, busy(48000, 2, seconds).transcode(t, "a.opus", "-c:a", "libopus", "-b:a", "96k"))
	stampEarlier(t, data, 6, 488)
	path := write(t, "a.opus", data)
	t.Setenv("PATH", t.TempDir()) // without ffmpeg
	all, i := decode(t, path)
	if i.Codec != "opus" || i.SampleRate != 48000 || i.Channels != 2 || i.DurationSec != seconds ||
		i.Bitrate < 50_000 || i.Bitrate > 200_000 {
		t.Errorf("%+v", i)
	}
	if len(all) != seconds*48000*2 {
		t.Errorf("%d samples", len(all))
	}
}

// TestOpusGain asserts that the gain in the head is heard: 6.02 dB, in steps of 1/256 dB (RFC 7845, section 5.1).
func TestOpusGain(t *testing.T) {
	data := contents(t, busy(48000, 1, 3).transcode(t, "a.opus", "-c:a", "libopus"))
	plain, _ := decode(t, write(t, "a.opus", data))
	at := bytes.Index(data, []byte("OpusHead"))
	binary.LittleEndian.PutUint16(data[at+16:], 1541)
	stampEarlier(t, data, 0, 0) // the checksum anew
	loud, _ := decode(t, write(t, "a.opus", data))
	if len(loud) != len(plain) {
		t.Fatalf("%d and %d samples", len(loud), len(plain))
	}
	if ratio := loudest(loud, 0, 1) / loudest(plain, 0, 1); math.Abs(ratio-2) > 0.002 {
		t.Errorf("%.4f times as loud", ratio)
	}
}

// What is cut without re-encoding begins with a page, before the time that it states as 0, and is heard from there.
func TestOpusCutWithoutEncoding(t *testing.T) {
	path := busy(48000, 2, 12).transcode(t, "a.opus", "-c:a", "libopus")
	whole, _ := decode(t, path)
	got, info := decode(t, cutOut(t, path, "1.234"))
	if stated := info.DurationSec * 48000 * 2; float64(len(got)) <= stated+2000 {
		t.Fatalf("%d samples of %.0f stated: this one does not begin before its time 0", len(got), stated)
	}
	const runUp = 48000 // samples
	want := whole[len(whole)-len(got)+runUp:]
	if off := distance(got[runUp:], want); off > 1e-4 {
		t.Errorf("differs by %g from what it was cut from", off)
	}
}
