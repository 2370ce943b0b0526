package player

import (
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"earmark/analyzer/audio"
)

func TestWhatIsHeardIsTheFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := music(10)
		r := newRig(t, map[string]*recording{"a": rec})
		s := r.do(play("a"))
		if !s.Playing || s.Path != "a" || s.Duration != 10*time.Second || s.Opening || s.Silent || s.Err != nil {
			t.Fatalf("after Play: %+v", s)
		}
		pcm := r.hear(3 * Rate)
		r.want(pcm, rec, 0, fade)
		for i := 1; i < fade; i++ { // the fade-in is the file too, softer
			if g := pcm[i][0] / float64(rec.sample(int64(i), 0)); math.Abs(g-(float64(i)+0.5)/fade) > 1e-6 {
				t.Fatalf("fade-in: gain %v at frame %d", g, i)
			}
		}
		if s := r.State(); s.Underruns != 0 {
			t.Errorf("%d underruns", s.Underruns)
		}
	})
}

func TestPauseLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := music(10)
		r := newRig(t, map[string]*recording{"a": rec})
		r.do(play("a"))
		r.hear(Rate)
		if s := r.do(Toggle{}); s.Playing {
			t.Fatal("still playing")
		}
		tail := r.hear(Rate)
		r.silence(tail[fade:])
		if tail[0] == [2]float64{} || math.Abs(tail[fade-1][0]) > 1.0/fade {
			t.Errorf("pausing clicks: %v … %v", tail[0], tail[fade-1])
		}
		r.at(time.Second)
		r.do(Toggle{})
		r.want(r.hear(Rate), rec, Rate, fade)
	})
}

func TestSeekIsExact(t *testing.T) {
	for name, at := range map[string]time.Duration{
		"ahead, waiting in the queue": secs(2.25), "far ahead": secs(7.3), "back": secs(0.4), "to the beginning": 0,
		"before the beginning": -time.Second,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				rec := music(10)
				r := newRig(t, map[string]*recording{"a": rec})
				r.do(play("a"))
				r.hear(Rate)
				s := r.do(Seek{To: at})
				if want := max(0, at); s.Position != want {
					t.Errorf("playhead at %v right after the seek, want %v", s.Position, want)
				}
				r.want(r.hear(Rate), rec, place(max(0, at)), fade)
			})
		})
	}
}

func TestSkipsAddUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := music(60)
		r := newRig(t, map[string]*recording{"a": rec})
		s := r.do(play("a"), Skip{By: 5 * time.Second}, Skip{By: 5 * time.Second}, Skip{By: -2 * time.Second})
		if s.Position != 8*time.Second {
			t.Errorf("playhead at %v, want 8s", s.Position)
		}
		r.want(r.hear(Rate), rec, 8*Rate, fade)
	})
}

func TestJumpsCrossfade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// A track that stands at one level: any dip, click or overshoot shows.
		level := &recording{rate: Rate, channels: 2, frames: 60 * Rate, sample: func(int64, int) float32 { return 0.5 }}
		r := newRig(t, map[string]*recording{"a": level, "b": level})
		r.do(Preload{[]Track{track("b")}}, play("a"))
		r.hear(Rate)
		for name, c := range map[string]Command{
			"seek": Seek{To: 1500 * time.Millisecond}, "back": Seek{}, "volume": Volume{}, "track": play("b"),
			"loop": Loop{From: 10 * time.Second, To: 11 * time.Second},
		} {
			r.do(c)
			for i, f := range r.hear(Rate / 10) {
				if math.Abs(f[0]-0.5) > 1e-3 {
					t.Fatalf("%s: %v at frame %d", name, f[0], i)
				}
			}
		}
	})
}

func TestLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := music(10)
		r := newRig(t, map[string]*recording{"a": rec})
		r.do(play("a"))
		r.hear(Rate / 2)
		s := r.do(Loop{From: 2 * time.Second, To: 3 * time.Second})
		if !s.Looping() || s.LoopFrom != 2*time.Second || s.LoopTo != 3*time.Second || s.Position != 2*time.Second {
			t.Fatalf("after Loop: %+v", s)
		}
		r.want(r.hear(Rate), rec, 2*Rate, fade)
		for range 3 {
			lap := r.hear(Rate)
			r.want(lap, rec, 2*Rate, fade)
			for i := range fade { // across the end: from what comes after it into the beginning
				g := (float64(i) + 0.5) / fade
				want := g*float64(rec.sample(int64(2*Rate+i), 0)) + (1-g)*float64(rec.sample(int64(3*Rate+i), 0))
				if math.Abs(lap[i][0]-want) > 1e-6 {
					t.Fatalf("crossfade at %d: %v, want %v", i, lap[i][0], want)
				}
			}
		}
		r.hear(Rate / 2)
		if s := r.do(Unloop{}); s.Looping() {
			t.Error("still looping")
		}
		r.want(r.hear(2*Rate), rec, 2*Rate+Rate/2, 0) // the beginning of the next lap was not heard
	})
}

func TestLoopAroundThePlayheadIsNotHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := music(10)
		r := newRig(t, map[string]*recording{"a": rec})
		r.do(play("a"))
		r.hear(Rate)
		r.do(Loop{From: secs(0.5), To: secs(1.5)})
		r.want(r.hear(Rate/2), rec, Rate, 0)
		r.want(r.hear(Rate/2), rec, Rate/2, fade)
		s := r.do(Seek{To: secs(0.75)})
		if !s.Looping() {
			t.Error("a seek within the loop ended it")
		}
		if s = r.do(Seek{To: secs(5)}); s.Looping() {
			t.Error("a seek out of the loop did not end it")
		}
		r.want(r.hear(Rate), rec, 5*Rate, fade)
	})
}

func TestLoopLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, map[string]*recording{"a": music(10)})
		r.do(play("a"))
		for _, l := range []Loop{
			{From: secs(3), To: secs(3.05)}, {From: secs(3), To: secs(2)}, {From: secs(10), To: secs(11)},
		} {
			if s := r.do(l); s.Looping() {
				t.Errorf("%+v was accepted", l)
			}
		}
		if s := r.do(Loop{From: -time.Second, To: secs(20)}); s.LoopFrom != 0 || s.LoopTo != secs(10) {
			t.Errorf("loop %v … %v, want the whole track", s.LoopFrom, s.LoopTo)
		}
		r.hear(12 * Rate)
		if s := r.State(); s.Ended || !s.Playing {
			t.Errorf("a loop ended: %+v", s)
		}
		if s := r.do(play("a")); s.Looping() {
			t.Error("Play from the beginning keeps the loop")
		}
	})
}

func TestLoopInATrackShorterThanItSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := music(4)
		rec.stated = 10
		r := newRig(t, map[string]*recording{"a": rec})
		r.do(play("a"), Loop{From: secs(3), To: secs(5)})
		r.want(r.hear(Rate), rec, 3*Rate, fade)
		r.want(r.hear(Rate), rec, 3*Rate, fade)
	})
}

func TestEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := music(1.5)
		rec.stated = 1.6
		r := newRig(t, map[string]*recording{"a": rec})
		r.do(play("a"))
		r.want(r.hear(3*Rate/2), rec, 0, fade)
		r.silence(r.hear(Rate))
		s := r.State()
		if !s.Ended || s.Playing || s.Underruns != 0 || s.Position != secs(1.5) || s.Duration != secs(1.5) {
			t.Fatalf("at the end: %+v", s)
		}
		if s = r.do(Toggle{}); s.Ended || !s.Playing || s.Position != 0 {
			t.Fatalf("played again: %+v", s)
		}
		r.want(r.hear(Rate), rec, 0, fade)
		if s = r.do(Seek{To: time.Hour}); s.Ended { // to the end; it is noticed when the device gets there
			t.Fatal("ended before it was heard")
		}
		r.hear(Rate)
		if s = r.State(); !s.Ended || s.Position != secs(1.5) {
			t.Fatalf("sought to the end: %+v", s)
		}
		if s = r.do(Seek{To: time.Second}); s.Ended || s.Playing || s.Position != time.Second {
			t.Fatalf("sought back from the end: %+v", s)
		}
		r.silence(r.hear(Rate / 10))
		r.do(Resume{})
		r.want(r.hear(Rate/2), rec, Rate, fade)
	})
}

func TestVolume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := &recording{rate: Rate, channels: 2, frames: 60 * Rate, sample: func(int64, int) float32 { return 1 }}
		r := newRig(t, map[string]*recording{"a": rec})
		r.do(play("a"))
		level := func() float64 { return r.hear(2 * fade)[2*fade-1][0] }
		if got := level(); got != 1 {
			t.Errorf("full scale is heard as %v at 0 dB", got)
		}
		for _, step := range []struct {
			c     Command
			db    int
			muted bool
			level float64
		}{
			{Volume{Steps: 1}, 0, false, 1},
			{Volume{Steps: -2}, -6, false, math.Pow(10, -0.3)},
			{Mute{}, -6, true, 0},
			{Mute{}, -6, false, math.Pow(10, -0.3)},
			{Volume{Steps: -100}, -60, false, 0.001},
			{Mute{}, -60, true, 0},
			{Volume{Steps: 1}, -57, false, math.Pow(10, -2.85)},
			{Volume{Steps: 100}, 0, false, 1},
		} {
			s := r.do(step.c)
			if s.VolumeDB != step.db || s.Muted != step.muted {
				t.Errorf("%#v: %d dB, muted %v", step.c, s.VolumeDB, s.Muted)
			}
			if got := level(); math.Abs(got-step.level) > 1e-9 {
				t.Errorf("%#v: heard at %v, want %v", step.c, got, step.level)
			}
		}
	})
}

func TestNothingAboveFullScaleIsHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bad := []float32{1.7, -9, float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), 1e30, 0.25}
		rec := &recording{rate: Rate, channels: 2, frames: Rate, sample: func(i int64, _ int) float32 {
			return bad[i%int64(len(bad))]
		}}
		r := newRig(t, map[string]*recording{"a": rec})
		r.do(play("a"))
		pcm := r.hear(Rate / 2)
		for i, want := range []float64{1, -1, 0, 0, 0, 0, 0.25} {
			if got := pcm[7*fade+i][0]; got != want {
				t.Errorf("%v is heard as %v, want %v", bad[i], got, want)
			}
		}
	})
}

func TestPreloadedTrackStartsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b, c := music(10), music(20), music(30)
		r := newRig(t, map[string]*recording{"a": a, "b": b, "c": c})
		next := Track{Path: "b", Cues: []time.Duration{10 * time.Second}}
		s := r.do(play("a"), Preload{[]Track{next, track("a"), track("c")}})
		if len(s.Ready) != 2 || a.opens.Load() != 1 {
			t.Fatalf("ready: %v", s.Ready)
		}
		r.hear(Rate)
		b.gate = make(chan struct{}) // from now on the decoder of b gets nothing: it has to be there already
		r.do(play("b"))
		r.want(r.hear(Rate), b, 0, fade)
		r.do(Seek{To: 10 * time.Second})
		r.want(r.hear(Rate/2), b, 10*Rate, fade)
		close(b.gate)
		synctest.Wait()
		r.want(r.hear(Rate), b, 10*Rate+Rate/2, 0)
		if b.opens.Load() != 1 {
			t.Errorf("opened %d times", b.opens.Load())
		}

		a.gate = make(chan struct{})
		r.do(play("a")) // the one before waits at its beginning
		r.want(r.hear(Rate), a, 0, fade)
		close(a.gate)

		r.do(Preload{})
		if b.closes.Load() != 1 || c.closes.Load() != 1 || a.closes.Load() != 0 {
			t.Error("what is not named again is not closed")
		}
	})
}

func TestCuesOfTheTrackThatIsOnAreReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := music(60)
		r := newRig(t, map[string]*recording{"a": rec, "b": music(60)})
		cues := []time.Duration{secs(50), secs(10), secs(20), secs(59.9), time.Hour}
		r.do(Preload{[]Track{{Path: "a", Cues: cues}}})
		for range 2 {
			for _, at := range cues[:3] {
				rec.gate = nil
				r.do(play("b"), Play{Track: Track{Path: "a", Cues: cues}})
				r.hear(Rate)
				rec.gate = make(chan struct{})
				r.do(Seek{To: at})
				r.want(r.hear(Rate/2), rec, place(at), fade)
				close(rec.gate)
				synctest.Wait()
				r.want(r.hear(Rate), rec, place(at)+Rate/2, 0) // and goes on without a seam
			}
		}
		seeks := rec.seeks.Load()
		r.hear(5 * Rate)
		if got := rec.seeks.Load() - seeks; got != 0 {
			t.Errorf("%d seeks while nothing jumps", got)
		}
		if s := r.State(); s.Underruns != 0 || s.Err != nil {
			t.Errorf("%+v", s)
		}
	})
}

func TestBackAndForthKeepsFewFilesOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		files := map[string]*recording{}
		names := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
		for _, n := range names {
			files[n] = music(3)
		}
		r := newRig(t, files)
		for _, n := range names {
			r.do(play(n), Preload{[]Track{track("a"), track("b"), track("c"), track("d"), track("e")}})
			open := 0
			for _, f := range files {
				open += int(f.opens.Load() - f.closes.Load())
			}
			if open > MaxPreload+1 {
				t.Fatalf("%d files are open", open)
			}
		}
		r.Close()
		synctest.Wait()
		for n, f := range files {
			if f.opens.Load() != f.closes.Load() {
				t.Errorf("%s stays open", n)
			}
		}
		r.Do(play("a")) // a closed player ignores commands
		r.Close()
	})
}

func TestLateDecodingIsSilenceNotTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := music(60)
		r := newRig(t, map[string]*recording{"a": rec})
		r.do(play("a"))
		r.hear(Rate)
		rec.gate = make(chan struct{})
		r.hear(512)
		pcm := r.hear(4 * Rate)
		s := r.State()
		if s.Underruns != 1 || !s.Playing || s.Ended {
			t.Fatalf("starved: %+v", s)
		}
		r.silence(pcm[3*Rate:])
		cursor := s.Position
		r.hear(Rate)
		if got := r.State().Position; got != cursor {
			t.Errorf("the playhead moved from %v to %v in silence", cursor, got)
		}
		close(rec.gate)
		synctest.Wait()
		r.want(r.hear(Rate), rec, place(cursor), fade)
	})
}

func TestTroubleWithFiles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := music(1)
		broken.fail = errDisk
		shut := music(1)
		shut.openErr = errDisk
		odd := music(1)
		odd.channels = 0
		r := newRig(t, map[string]*recording{"broken": broken, "shut": shut, "good": music(3), "odd": odd})

		s := r.do(play("missing"))
		var e *audio.Error
		if !errors.As(s.Err, &e) || e.Code != audio.CodeNotFound || s.Playing || s.Ended || s.Opening {
			t.Errorf("missing: %+v", s)
		}
		s = r.do(Toggle{}, Seek{To: time.Second}, Loop{To: time.Second}, Skip{By: time.Second})
		if s.Playing || s.Err == nil {
			t.Errorf("a track that cannot be opened plays: %+v", s)
		}
		if s = r.do(play("shut")); !errors.Is(s.Err, errDisk) || s.Path != "shut" {
			t.Errorf("shut: %+v", s)
		}
		shut.openErr = nil
		if s = r.do(play("shut")); s.Err != nil || !s.Playing {
			t.Errorf("it is not tried afresh: %+v", s)
		}
		if s = r.do(play("odd")); s.Err == nil || s.Playing {
			t.Errorf("no channels: %+v", s)
		}

		s = r.do(Preload{[]Track{track("missing")}}, play("broken"))
		if s.Err == nil || !s.Playing || len(s.Ready) != 0 {
			t.Errorf("broken: %+v", s)
		}
		r.want(r.hear(Rate), broken, 0, fade) // what can be decoded is heard
		r.hear(Rate)
		if s = r.State(); !s.Ended || !errors.Is(s.Err, errDisk) || s.Playing {
			t.Errorf("after what can be decoded: %+v", s)
		}
		if s = r.do(play("good")); s.Err != nil || !s.Playing {
			t.Errorf("after a broken one: %+v", s)
		}
		if s = r.do(Stop{}); s.Path != "" || s.Playing || s.Position != 0 {
			t.Errorf("stopped: %+v", s)
		}
		r.do(Toggle{}, Seek{}, Skip{}, Loop{To: time.Second}, Unloop{}, Volume{}, Mute{})
	})
}

func TestPlayheadIsWhatIsHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, map[string]*recording{"a": music(10)})
		r.do(play("a"))
		// The device holds one burst, and pulls the next when half of time has passed.
		r.hear(4 * burstFrames)
		first := r.State().Position
		r.at(moment(2 * burstFrames))
		<-time.After(moment(burstFrames / 2))
		r.at(first + moment(burstFrames/2))
		<-time.After(time.Second) // the device is stuck: the playhead does not run away
		r.at(moment(4 * burstFrames))
		r.do(Seek{To: 3 * time.Second})
		for range 40 {
			before := r.State().Position
			r.hear(burstFrames)
			if after := r.State().Position; after < before-moment(burstFrames) {
				t.Fatalf("the playhead jumps back from %v to %v", before, after)
			}
		}
	})
}

func TestChangesMerge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, map[string]*recording{"a": music(1)})
		r.do(play("a"), Pause{}, Resume{}, Volume{Steps: -1})
		<-r.Changes()
		select {
		case <-r.Changes():
			t.Error("a second hint without a change")
		default:
		}
		r.hear(2 * Rate)
		<-r.Changes()
		if !r.State().Ended {
			t.Error("the hint came before the change")
		}
	})
}
