package player

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// machine is a player with a sound device of the test's making, in the bubble of synctest.
func machine(t *testing.T, speaker openSpeaker, opt Options) Player {
	t.Helper()
	rec := music(600)
	opt.Open = func(ctx context.Context, path string) (Source, error) { return rec.open(ctx, path) }
	opt.speaker = speaker
	p := New(opt)
	t.Cleanup(p.Close)
	return p
}

// pass lets time pass, and all that happens in it.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func TestWithoutADeviceThePlayheadMoves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		p := machine(t, func(*feed) error {
			tries++
			return errors.New("failed to initialize speaker: oto: ALSA error: No such file or directory")
		}, Options{})
		p.Do(play("a"))
		pass(3 * time.Second)
		s := p.State()
		if !s.Silent || !strings.Contains(s.SilentReason, "No such file or directory") {
			t.Fatalf("%+v", s)
		}
		at := func(want time.Duration) {
			t.Helper()
			if got := p.State().Position; got > want || got < want-2*clockTick {
				t.Errorf("playhead at %v, want %v", got, want)
			}
		}
		at(3 * time.Second)
		p.Do(Toggle{})
		pass(time.Minute)
		at(3 * time.Second)
		p.Do(Toggle{})
		pass(time.Second)
		at(4 * time.Second)
		p.Do(Seek{To: 100 * time.Second})
		pass(time.Second)
		at(101 * time.Second)
		p.Do(Loop{From: 200 * time.Second, To: 202 * time.Second})
		pass(5 * time.Second)
		at(201 * time.Second)
		p.Do(Unloop{})
		p.Do(Seek{To: 599 * time.Second})
		pass(2 * time.Second)
		if s := p.State(); !s.Ended || s.Playing || s.Position != 600*time.Second {
			t.Errorf("at the end: %+v", s)
		}
		if tries != 2 {
			t.Errorf("the device was tried %d times, want at Play and at Toggle a minute later", tries)
		}
	})
}

func TestADeviceThatComesBackIsUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		err := errors.New("no device")
		p := machine(t, func(f *feed) error {
			if err == nil {
				go device(f, Rate)
			}
			return err
		}, Options{})
		p.Do(play("a"))
		pass(time.Second)
		p.Do(play("a")) // too soon to try again
		pass(time.Second)
		if s := p.State(); !s.Silent {
			t.Fatalf("%+v", s)
		}
		err = nil
		pass(10 * time.Second)
		p.Do(play("b"))
		pass(time.Second)
		if s := p.State(); s.Silent || s.Position < 900*time.Millisecond {
			t.Errorf("%+v", s)
		}
	})
}

// device pulls a feed as beep does, at a number of frames a second; 0 is as fast as it can.
func device(f *feed, speed int) {
	pcm := make([][2]float64, 512)
	for {
		for range burstFrames / len(pcm) {
			if _, ok := f.Stream(pcm); !ok {
				return
			}
		}
		if speed > 0 {
			select {
			case <-time.After(time.Second * burstFrames / time.Duration(speed)):
			case <-f.closed:
				return
			}
		}
	}
}

func TestSlowDevice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := machine(t, func(f *feed) error {
			<-time.After(5 * time.Second)
			go device(f, Rate)
			return nil
		}, Options{})
		p.Do(play("a"))
		pass(500 * time.Millisecond)
		if s := p.State(); s.Silent || s.Position != 0 {
			t.Fatalf("impatient: %+v", s)
		}
		pass(2500 * time.Millisecond)
		if s := p.State(); s.SilentReason != deviceSlow || s.Position < 1500*time.Millisecond {
			t.Fatalf("not moving: %+v", s)
		}
		pass(3 * time.Second)
		before := p.State()
		pass(time.Second)
		if s := p.State(); s.Silent || s.Position-before.Position != time.Second {
			t.Fatalf("%v → %+v", before.Position, s)
		}
	})
}

func TestDeviceThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var f *feed
		p := machine(t, func(opened *feed) error {
			f = opened
			return nil
		}, Options{})
		p.Do(play("a"))
		pass(10 * time.Second)
		s := p.State()
		if s.SilentReason != deviceHung || s.Position < 7*time.Second || s.Position > 8500*time.Millisecond {
			t.Fatalf("%+v", s)
		}
		go device(f, Rate)
		pass(2 * time.Second)
		if s := p.State(); s.Silent || !s.Playing {
			t.Fatalf("it pulls again: %+v", s)
		}
	})
}

func TestDeviceThatPlaysNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := machine(t, func(f *feed) error {
			go device(f, 0) // as beep does after its device was lost
			return nil
		}, Options{})
		p.Do(play("a"))
		pass(4 * time.Second)
		if s := p.State(); s.Silent || s.Position > 6*time.Second {
			t.Fatalf("faster than time: %+v", s)
		}
		pass(16 * time.Second)
		s := p.State()
		if s.SilentReason != deviceLost || s.Position < 19*time.Second || s.Position > 22*time.Second {
			t.Fatalf("%+v", s)
		}
	})
}

func TestPaceLetsDevicesThatPlayAlone(t *testing.T) {
	for name, d := range map[string]struct {
		buffer int     // frames the device takes before it plays
		speed  float64 // of its clock
		lost   bool
	}{
		"ordinary":             {buffer: 2 * burstFrames, speed: 1},
		"its clock is fast":    {buffer: burstFrames, speed: 1.01},
		"its clock is slow":    {buffer: burstFrames, speed: 0.99},
		"bluetooth, 1 s ahead": {buffer: Rate, speed: 1},
		"no clock":             {buffer: burstFrames, speed: 1000, lost: true},
	} {
		t.Run(name, func(t *testing.T) {
			now := time.Unix(0, 0)
			p := newPace(now)
			start, lost := now, false
			for pulled := 0; now.Sub(start) < time.Minute; {
				wait, isLost := p.take(now, burstFrames)
				lost = lost || isLost
				if wait > 0 {
					now = now.Add(wait)
					continue
				}
				pulled += burstFrames
				if ready := start.Add(secs(float64(pulled-d.buffer) / Rate / d.speed)); ready.After(now) {
					now = ready
				}
			}
			if lost != d.lost {
				t.Errorf("lost: %v", lost)
			}
		})
	}
}

func TestSoundSwitchedOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := machine(t, func(*feed) error {
			t.Error("the device was opened")
			return nil
		}, Options{NoSound: true, VolumeDB: -100})
		if s := p.State(); s.VolumeDB != VolumeMin || s.Silent {
			t.Errorf("before: %+v", s)
		}
		p.Do(play("a"))
		pass(time.Second)
		if s := p.State(); !s.Silent || s.Position < 900*time.Millisecond || !strings.Contains(s.SilentReason, "off") {
			t.Errorf("%+v", s)
		}
	})
}

func TestReasonsSayWhatToDo(t *testing.T) {
	t.Setenv("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22")
	if got := noDevice(errors.New("oto: ALSA error: Host is down")); !strings.Contains(got, "SSH (Host is down)") {
		t.Error(got)
	}
	t.Setenv("SSH_CONNECTION", "")
	if got := noDevice(errors.New("no output")); !strings.Contains(got, "on this machine (no output)") {
		t.Error(got)
	}
}

// The rest of this file opens beep's speaker on ALSA's null device.

func TestRealSpeaker(t *testing.T) {
	if err := Check(); err != nil {
		t.Fatal(err)
	}
	rec := music(1)
	p := New(Options{Open: rec.open})
	defer p.Close()
	p.Do(play("a"))
	timeout := time.After(20 * time.Second)
	for moved := false; ; {
		select {
		case <-p.Changes():
		case <-time.After(20 * time.Millisecond):
		case <-timeout:
			t.Fatalf("not heard to the end: %+v", p.State())
		}
		s := p.State()
		if s.Silent {
			t.Fatal(s.SilentReason)
		}
		moved = moved || s.Playing && s.Position > 100*time.Millisecond && s.Position < time.Second
		if s.Ended {
			if !moved || s.Position < 900*time.Millisecond || s.Underruns != 0 {
				t.Errorf("moved %v; %+v", moved, s)
			}
			return
		}
	}
}

func TestRealSpeakerIsSharedByPlayers(t *testing.T) {
	for range 2 {
		rec := music(0.2)
		p := New(Options{Open: rec.open})
		p.Do(play("a"))
		timeout := time.After(20 * time.Second)
		for !p.State().Ended {
			select {
			case <-p.Changes():
			case <-timeout:
				t.Fatalf("%+v", p.State())
			}
		}
		p.Close()
	}
}
