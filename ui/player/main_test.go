package player

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"earmark/analyzer/audio"
)

// TestMain gives ALSA a device that swallows everything, before its library reads the environment.
func TestMain(m *testing.M) {
	if os.Getenv(crashEnv) != "" {
		crash()
		return
	}
	dir, err := os.MkdirTemp("", "player")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	conf := filepath.Join(dir, "alsa.conf")
	err = os.WriteFile(conf, []byte("pcm.!default { type null }\nctl.!default { type null }\n"), 0o600)
	if err == nil {
		err = os.Setenv("ALSA_CONFIG_PATH", conf)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// recording is a generated Source: sample says what channel c holds at frame i.
type recording struct {
	rate, channels int
	frames         int64
	stated         float64 // seconds; 0 means what frames say
	sample         func(i int64, c int) float32
	fail           error         // instead of io.EOF
	gate           chan struct{} // when set, every Read waits for it
	openErr        error

	opens, seeks, reads, closes atomic.Int64
}

func (r *recording) open(context.Context, string) (Source, error) {
	r.opens.Add(1)
	if r.openErr != nil {
		return nil, r.openErr
	}
	return &playing{recording: r}, nil
}

type playing struct {
	*recording
	at int64
}

func (p *playing) Info() audio.Info {
	stated := p.stated
	if stated == 0 {
		stated = float64(p.frames) / float64(p.rate)
	}
	return audio.Info{DurationSec: stated, SampleRate: p.rate, Channels: p.channels, Codec: "pcm_f32le"}
}

func (p *playing) Read(dst []float32) (int, error) {
	if p.gate != nil {
		<-p.gate
	}
	p.reads.Add(1)
	n := int(min(int64(len(dst)/p.channels), p.frames-p.at))
	if n <= 0 {
		if p.fail != nil {
			return 0, p.fail
		}
		return 0, io.EOF
	}
	for i := range n {
		for c := range p.channels {
			dst[i*p.channels+c] = p.sample(p.at+int64(i), c)
		}
	}
	p.at += int64(n)
	return n, nil
}

func (p *playing) SeekFrame(frame int64) error {
	p.seeks.Add(1)
	p.at = frame
	return nil
}

func (p *playing) Close() error {
	p.closes.Add(1)
	return nil
}

// noise differs from frame to frame and from channel to channel, so that a frame tells where it comes from.
func noise(i int64, c int) float32 {
	x := uint64(i)*2 + uint64(c) + 1
	x *= 0x9e3779b97f4a7c15
	x ^= x >> 29
	x *= 0xbf58476d1ce4e5b9
	return float32(int32(x>>32)) / (1 << 31)
}

func tone(hz float64, rate int) func(int64, int) float32 {
	return func(i int64, _ int) float32 {
		return float32(math.Sin(2 * math.Pi * hz * float64(i) / float64(rate)))
	}
}

// music is stereo at Rate, the given seconds long, and tells where every frame comes from.
func music(seconds float64) *recording {
	return &recording{rate: Rate, channels: 2, frames: int64(seconds * Rate), sample: noise}
}

// rig is a player whose sound device is the test.
type rig struct {
	t *testing.T
	Player
	feed  *feed
	count int // frames pulled of this burst
}

// newRig starts a player in the bubble of synctest. Files are found in the map by their path.
func newRig(t *testing.T, files map[string]*recording) *rig {
	t.Helper()
	r := &rig{t: t}
	r.Player = New(Options{
		Open: func(ctx context.Context, path string) (Source, error) {
			if f := files[path]; f != nil {
				return f.open(ctx, path)
			}
			return nil, &audio.Error{Code: audio.CodeNotFound, Message: "there is no such file"}
		},
		speaker: func(f *feed) error {
			r.feed = f
			return nil
		},
	})
	t.Cleanup(r.Close)
	return r
}

// do carries out commands and waits until everything that follows from them has happened.
func (r *rig) do(commands ...Command) State {
	for _, c := range commands {
		r.Do(c)
		synctest.Wait()
	}
	return r.State()
}

// hear pulls n frames as the sound device would, in time, and lets the decoder follow.
func (r *rig) hear(n int) [][2]float64 {
	r.t.Helper()
	var all [][2]float64
	for n > 0 {
		if r.count == burstFrames {
			<-time.After(moment(burstFrames))
			r.count = 0
		}
		pcm := make([][2]float64, min(n, burstFrames-r.count, 512))
		r.count += len(pcm)
		if _, ok := r.feed.Stream(pcm); !ok {
			r.t.Fatal("the stream ended: the sound device would drop it")
		}
		for _, f := range pcm {
			if math.Abs(f[0]) > 1 || math.Abs(f[1]) > 1 || f[0] != f[0] || f[1] != f[1] {
				r.t.Fatalf("%v leaves for the loudspeaker", f)
			}
		}
		all = append(all, pcm...)
		n -= len(pcm)
		synctest.Wait()
	}
	return all
}

// want checks that pcm is what rec holds from a frame on, except for skip frames at the beginning.
func (r *rig) want(pcm [][2]float64, rec *recording, from int64, skip int) {
	r.t.Helper()
	for i := skip; i < len(pcm); i++ {
		at := from + int64(i)
		if want := [2]float64{float64(rec.sample(at, 0)), float64(rec.sample(at, 1))}; pcm[i] != want {
			r.t.Fatalf("frame %d of what is heard is %v, want frame %d of the file: %v", i, pcm[i], at, want)
		}
	}
}

func (r *rig) silence(pcm [][2]float64) {
	r.t.Helper()
	for i, f := range pcm {
		if f != [2]float64{} {
			r.t.Fatalf("frame %d is %v, want silence", i, f)
		}
	}
}

// at checks the playhead to a millisecond.
func (r *rig) at(want time.Duration) {
	r.t.Helper()
	if got := r.State().Position; (got - want).Abs() > time.Millisecond {
		r.t.Errorf("playhead at %v, want %v", got, want)
	}
}

var errDisk = errors.New("the disk is gone")

func track(path string) Track { return Track{Path: path} }
func play(path string) Play   { return Play{Track: track(path)} }
func secs(s float64) time.Duration {
	return time.Duration(s * float64(time.Second))
}
