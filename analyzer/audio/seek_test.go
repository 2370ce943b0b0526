package audio

import (
	"errors"
	"io"
	"testing"
)

func TestSeekIsExact(t *testing.T) {
	const rate, seconds = 44100, 14
	s := busy(rate, 2, seconds)
	for _, test := range []struct {
		name string
		path func() string
	}{
		{"wav", func() string { return write(t, "a.wav", s.wav(1, 16)) }},
		{"aiff", func() string { return s.transcode(t, "a.aiff") }},
		{"flac", func() string { return s.transcode(t, "a.flac") }},
		{"caf", func() string { return s.transcode(t, "a.caf") }},
		{"vorbis", func() string { return s.transcode(t, "a.ogg", "-c:a", "libvorbis") }},
		{"vorbis 5.1", func() string {
			return busy(rate, 6, seconds).transcode(t, "a.ogg", "-c:a", "libvorbis")
		}},
		{"opus", func() string { return s.transcode(t, "a.opus", "-c:a", "libopus") }},
		{"opus cut", func() string { return cutOut(t, s.transcode(t, "a.opus", "-c:a", "libopus"), "1.234") }},
		{"mp3 vbr", func() string { return s.transcode(t, "a.mp3", "-q:a", "2") }},
		{"mp3 cbr", func() string { return s.transcode(t, "a.mp3", "-b:a", "320k") }},
		{"mp3 no header", func() string { return s.transcode(t, "a.mp3", "-q:a", "2", "-write_xing", "0") }},
		{"mp3 22 kHz", func() string { return s.transcode(t, "a.mp3", "-ar", "22050", "-ac", "1", "-b:a", "56k") }},
		{"m4a", func() string { return s.transcode(t, "a.m4a", "-c:a", "aac", "-aac_pns", "0") }},
		{"alac", func() string { return s.transcode(t, "a.m4a", "-c:a", "alac") }},
		{"aac", func() string { return s.transcode(t, "a.aac", "-c:a", "aac", "-aac_pns", "0") }},
		{"matroska", func() string { return s.transcode(t, "a.mka", "-c:a", "libvorbis") }},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := test.path()
			straight, info := decode(t, path)
			ch := info.Channels
			total := int64(len(straight) / ch)
			in := open(t, path)
			worst := 0.0
			for _, to := range []int64{
				total / 2, 0, 1, 1151, 1152, 5000, total / 3, total - 1000, 12 * int64(info.SampleRate), 100, total / 2,
				total/2 + 1, total/2 - 1, total - 1,
			} {
				if err := in.SeekFrame(to); err != nil {
					t.Fatalf("seek %d: %v", to, err)
				}
				if in.Position() != to {
					t.Errorf("position %d after seeking %d", in.Position(), to)
				}
				want := straight[to*int64(ch):]
				want = want[:min(len(want), 5000*ch)]
				got := make([]float32, len(want))
				for n := 0; n < len(got); {
					k, err := in.Read(got[n:])
					if err != nil {
						t.Fatalf("read at %d+%d: %v", to, n/ch, err)
					}
					n += k * ch
				}
				worst = max(worst, distance(got, want))
			}
			if !(worst <= 1e-6) {
				t.Errorf("differs by %.3g from a straight decode", worst)
			}
			for _, to := range []int64{total, total + 100_000} {
				if err := in.SeekFrame(to); err != nil {
					t.Fatalf("seek to %d: %v", to, err)
				}
				if n, err := in.Read(make([]float32, 64*ch)); n != 0 || !errors.Is(err, io.EOF) {
					t.Errorf("read %d frames, %v behind the end", n, err)
				}
				if in.Truncated() {
					t.Error("truncated after seeking behind the end")
				}
			}
			if err := in.SeekFrame(-5); err != nil || in.Position() != 0 {
				t.Errorf("seek before the beginning: at %d, %v", in.Position(), err)
			}
		})
	}
}
