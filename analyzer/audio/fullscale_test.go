package audio

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// TestFullScale asserts that a sine of amplitude 1.0 reads as 1.0 in every format.
func TestFullScale(t *testing.T) {
	stereo := tone(44100, 2, 3, 997)
	for _, test := range []struct {
		name  string
		path  func(t *testing.T) string
		codec string
		loss  float64 // of the amplitude, that the encoder may cost
	}{
		{"wav 8", wavFile(stereo, 1, 8), "pcm_u8", 0.009},
		{"wav 16", wavFile(stereo, 1, 16), "pcm_s16le", 1e-4},
		{"wav 24", wavFile(stereo, 1, 24), "pcm_s24le", 1e-5},
		{"wav 32", wavFile(stereo, 1, 32), "pcm_s32le", 1e-5},
		{"wav float", wavFile(stereo, 3, 32), "pcm_f32le", 1e-5},
		{"wav double", wavFile(stereo, 3, 64), "pcm_f64le", 1e-5},
		{"wav mu-law", wavFile(stereo, 7, 8), "pcm_mulaw", 0.03},
		{"wav a-law", encoded(stereo, "a.wav", "-c:a", "pcm_alaw"), "pcm_alaw", 0.03},
		{"wav adpcm", encoded(stereo, "a.wav", "-c:a", "adpcm_ima_wav"), "adpcm_ima_wav", 0.03},
		{"wav 64", encoded(stereo, "a.w64", "-c:a", "pcm_s24le"), "pcm_s24le", 1e-5},
		{"rf64", encoded(stereo, "a.wav", "-rf64", "always"), "pcm_s16le", 1e-4},
		{"aiff", encoded(stereo, "a.aiff"), "pcm_s16be", 1e-4},
		{"aiff 24", encoded(stereo, "a.aiff", "-c:a", "pcm_s24be"), "pcm_s24be", 1e-5},
		{"aifc float", encoded(stereo, "a.aiff", "-c:a", "pcm_f32be"), "pcm_f32be", 1e-5},
		{"aifc little", encoded(stereo, "a.aiff", "-c:a", "pcm_s16le"), "pcm_s16le", 1e-4},
		{"au", encoded(stereo, "a.au"), "pcm_s16be", 1e-4},
		{"caf", encoded(stereo, "a.caf"), "pcm_s16be", 1e-4},
		{"caf alac", encoded(stereo, "a.caf", "-c:a", "alac"), "alac", 1e-4},
		{"flac 16", encoded(stereo, "a.flac", "-sample_fmt", "s16"), "flac", 1e-4},
		{"flac 24", encoded(stereo, "a.flac", "-sample_fmt", "s32"), "flac", 1e-5},
		{"ogg flac", encoded(stereo, "a.oga", "-c:a", "flac"), "flac", 1e-4},
		{"vorbis", encoded(stereo, "a.ogg", "-c:a", "libvorbis", "-q:a", "6"), "vorbis", 0.02},
		{"opus", encoded(stereo, "a.opus", "-c:a", "libopus", "-b:a", "192k"), "opus", 0.03},
		{"mp3", encoded(stereo, "a.mp3", "-b:a", "320k"), "mp3", 0.01},
		{"mp2", encoded(stereo, "a.mp2", "-b:a", "256k"), "mp2", 0.02},
		{"aac", encoded(stereo, "a.aac", "-c:a", "aac", "-b:a", "320k", "-aac_pns", "0"), "aac", 0.02},
		{"m4a", encoded(stereo, "a.m4a", "-c:a", "aac", "-b:a", "320k", "-aac_pns", "0"), "aac", 0.02},
		{"m4a alac", encoded(stereo, "a.m4a", "-c:a", "alac"), "alac", 1e-4},
		{"matroska", encoded(stereo, "a.mka", "-c:a", "flac"), "flac", 1e-4},
		{"webm", encoded(stereo, "a.webm", "-c:a", "libopus", "-b:a", "192k"), "opus", 0.03},
		{"wavpack", encoded(stereo, "a.wv", "-sample_fmt", "s16p"), "wavpack", 1e-4},
		{"wma", encoded(stereo, "a.wma", "-b:a", "192k"), "wmav2", 0.03},
		{"mp3 in wav", encoded(stereo, "a.wav", "-c:a", "libmp3lame", "-b:a", "320k"), "mp3", 0.01},
		{"8 kHz mono", wavFile(tone(8000, 1, 3, 997), 1, 16), "pcm_s16le", 0.005},
		{"8 kHz mp3", encoded(tone(8000, 1, 3, 997), "a.mp3", "-b:a", "64k"), "mp3", 0.06},
		{"192 kHz", wavFile(tone(192_000, 2, 1, 997), 1, 24), "pcm_s24le", 1e-5},
		{"192 kHz flac", encoded(tone(192_000, 2, 1, 997), "a.flac", "-sample_fmt", "s32"), "flac", 1e-5},
		{"5.1", wavFile(tone(48000, 6, 1, 997), 1, 24), "pcm_s24le", 1e-5},
		{"5.1 flac", encoded(tone(48000, 6, 1, 997), "a.flac"), "flac", 1e-4},
		{"5.1 aac", encoded(tone(48000, 6, 2, 97), "a.m4a",
			"-c:a", "aac", "-b:a", "640k", "-aac_pns", "0"), "aac", 0.06},
	} {
		t.Run(test.name, func(t *testing.T) {
			all, info := decode(t, test.path(t))
			if info.Codec != test.codec {
				t.Errorf("codec %q, want %q", info.Codec, test.codec)
			}
			for c := range info.Channels {
				if peak := middlePeak(all, info, c); math.Abs(peak-1) > test.loss {
					t.Errorf("channel %d peaks at %.6f", c, peak)
				}
			}
			seconds := float64(len(all)/info.Channels) / float64(info.SampleRate)
			if math.Abs(seconds-info.DurationSec) > 0.1 {
				t.Errorf("decoded %.3f s of %.3f s", seconds, info.DurationSec)
			}
			if info.Bitrate < 8000 || info.Bitrate > 12_000_000 {
				t.Errorf("bit rate %d", info.Bitrate)
			}
		})
	}
}

func wavFile(s sound, tag, bits int) func(t *testing.T) string {
	return func(t *testing.T) string {
		t.Helper()
		return write(t, "a.wav", s.wav(tag, bits))
	}
}

func encoded(s sound, name string, args ...string) func(t *testing.T) string {
	return func(t *testing.T) string {
		t.Helper()
		return s.transcode(t, name, args...)
	}
}

// middlePeak is the mean of the ten highest peaks of a channel in the middle half: one overshoot of an encoder is not
// its level.
func middlePeak(all []float32, info Info, channel int) float64 {
	frames := len(all) / info.Channels
	var peaks []float64
	window := info.SampleRate / 50
	for from := frames / 4; from+window < frames*3/4; from += window {
		block := all[from*info.Channels : (from+window)*info.Channels]
		peaks = append(peaks, loudest(block, channel, info.Channels))
	}
	sum := 0.0
	for _, p := range peaks {
		sum += p
	}
	return sum / float64(max(len(peaks), 1))
}

// TestLevelsAboveFullScale asserts that nothing clips: lossy decoders and float files go above 1.
func TestLevelsAboveFullScale(t *testing.T) {
	s := tone(44100, 1, 1, 997)
	for i := range s.samples {
		s.samples[i] *= 4
	}
	all, info := decode(t, write(t, "a.wav", s.wav(3, 32)))
	if peak := middlePeak(all, info, 0); math.Abs(peak-4) > 1e-3 {
		t.Errorf("peaks at %f, want 4", peak)
	}
}

func TestNoNumbersReadAsZero(t *testing.T) {
	s := tone(44100, 1, 1, 997)
	for i, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		s.samples[1000+i] = float32(bad)
	}
	all, _ := decode(t, write(t, "a.wav", s.wav(3, 32)))
	if v := loudest(all, 0, 1); !isNumber(v) {
		t.Fatalf("a sample is %v", v)
	}
	if all[999] == 0 || all[1000] != 0 || all[1002] != 0 || all[1003] == 0 {
		t.Errorf("samples around the damage: %v", all[999:1004])
	}
}

func TestShapesOfWav(t *testing.T) {
	for _, rate := range []int{8000, 11025, 22050, 32000, 44100, 48000, 88200, 96000, 192_000} {
		for _, channels := range []int{1, 2, 6} {
			t.Run(fmt.Sprintf("%d Hz, %d channels", rate, channels), func(t *testing.T) {
				s := busy(rate, channels, 0.3)
				all, info := decode(t, write(t, "a.wav", s.wav(3, 32)))
				if info.SampleRate != rate || info.Channels != channels || len(all) != len(s.samples) {
					t.Fatalf("%+v with %d of %d samples", info, len(all), len(s.samples))
				}
				if i := firstDifference(all, s.samples); i >= 0 {
					t.Fatalf("sample %d is %v, want %v", i, all[i], s.samples[i])
				}
				if want := rate * channels * 32; info.Bitrate != want {
					t.Errorf("bit rate %d, want %d", info.Bitrate, want)
				}
			})
		}
	}
}

// TestSixteenBits asserts that each number of sixteen bits is read as the fraction of 32,768 that it stands for, also
// with so many channels that few frames are read at once.
func TestSixteenBits(t *testing.T) {
	want, scaled := make([]float32, 1<<16), make([]float32, 1<<16)
	for i := range want {
		want[i] = float32(i-1<<15) / (1 << 15)
		scaled[i] = float32(i-1<<15) / (1<<15 - 1) // as encode does
	}
	for _, test := range []struct {
		name string
		path func(t *testing.T) string
	}{
		{"wav", wavFile(sound{44100, 1, scaled}, 1, 16)},
		{"wav, 2 channels", wavFile(sound{44100, 2, scaled}, 1, 16)},
		{"wav, 32 channels", wavFile(sound{44100, 32, scaled}, 1, 16)},
		{"flac", encoded(sound{44100, 2, want}, "a.flac", "-sample_fmt", "s16")},
		{"aiff", encoded(sound{44100, 2, want}, "a.aiff", "-c:a", "pcm_s16be")},
	} {
		t.Run(test.name, func(t *testing.T) {
			all, _ := decode(t, test.path(t))
			if len(all) != len(want) {
				t.Fatalf("%d samples, want %d", len(all), len(want))
			}
			if i := firstDifference(all, want); i >= 0 {
				t.Fatalf("sample %d is %g, want %g", i, all[i], want[i])
			}
		})
	}
}

func TestVersionAndProgram(t *testing.T) {
	if v := LibsndfileVersion(); !strings.Contains(v, "sndfile") {
		t.Errorf("version %q", v)
	}
	t.Setenv("PATH", "")
	if path, ok := FFmpeg(); ok {
		t.Errorf("found %s without a PATH", path)
	}
}
