package player

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

const (
	// burstFrames is the speaker's buffer: beep pulls that many frames at a time, and the device holds as many more.
	burstFrames = 1536
	// clockTick is how often a clock pulls the output when there is no sound device.
	clockTick = 20 * time.Millisecond

	openPatience = 700 * time.Millisecond // after that the playhead moves without the device
	retryAfter   = 5 * time.Second        // a device that failed is tried again by the next Play, not sooner
	stallAfter   = 2 * time.Second        // a device that has pulled nothing for so long is not waited for
)

// openSpeaker opens the sound device and makes it pull the feed from a goroutine of its own.
type openSpeaker func(*feed) error

var errNoSound = errors.New("sound was switched off")

// feed stands between the sound device and the output. It never lets the device run faster than time.
type feed struct {
	out    *output
	closed chan struct{}

	live  atomic.Bool  // the device is heard; else it gets silence, and a clock may pull the output
	last  atomic.Int64 // when it last pulled, in nanoseconds since start
	lost  atomic.Bool  // it takes sound without playing it
	start time.Time

	// Of the device's goroutine alone:
	count  int
	credit pace
}

func newFeed(out *output, closed chan struct{}) *feed {
	now := time.Now()
	return &feed{out: out, closed: closed, start: now, credit: newPace(now)}
}

// Stream is what the sound device pulls. It ends with the player.
func (f *feed) Stream(dst [][2]float64) (int, bool) {
	select {
	case <-f.closed:
		return 0, false
	default:
	}
	if f.count == 0 {
		f.begin()
	}
	f.count = (f.count + len(dst)) % burstFrames
	if f.live.Load() {
		f.out.pull(dst)
	} else {
		clear(dst)
	}
	return len(dst), true
}

func (f *feed) Err() error { return nil }

// begin is the start of a burst. It waits where the device pulls far ahead of time: that is one that plays nothing,
// such as ALSA's null device, or one whose sound server has gone. For beep tells nobody that writing has failed: it
// would pull in a hot loop, and the track be over in a moment.
func (f *feed) begin() {
	now := time.Now()
	for {
		wait, lost := f.credit.take(now, burstFrames)
		if lost && !f.lost.Swap(true) {
			f.out.wake()
		}
		if wait == 0 {
			break
		}
		timer := time.NewTimer(wait)
		select {
		case now = <-timer.C:
		case <-f.closed:
			timer.Stop()
			return
		}
	}
	f.last.Store(int64(now.Sub(f.start)))
	if f.live.Load() {
		f.out.burst(now, burstFrames)
	}
}

// greet is called when the device has been opened: from now on it is expected to pull.
func (f *feed) greet() { f.last.Store(int64(time.Since(f.start))) }

// stalled says whether the device has stopped pulling.
func (f *feed) stalled(now time.Time) bool {
	return now.Sub(f.start)-time.Duration(f.last.Load()) > stallAfter
}

// pace is an allowance of frames that grows somewhat faster than time. Devices that play keep to time once their
// buffer is full; what they do not use is kept up to paceAhead.
type pace struct {
	born, at time.Time
	credit   float64   // frames that may be pulled now
	short    time.Time // since when the allowance has been the limit; zero if the device is
}

const (
	paceAhead = Rate / 2                // frames that a device may take at once
	paceSpeed = 1.25                    // frames granted per frame of time
	paceGrace = 5 * time.Second         // a new device may fill a large buffer for that long
	paceLost  = 1500 * time.Millisecond // being held back for that long says that the device plays nothing
)

func newPace(now time.Time) pace { return pace{born: now, at: now, credit: paceAhead} }

// take asks for n frames. It returns how long to wait before asking again, 0 if they are granted.
func (p *pace) take(now time.Time, n int) (wait time.Duration, lost bool) {
	p.credit = min(paceAhead, p.credit+now.Sub(p.at).Seconds()*Rate*paceSpeed)
	p.at = now
	if p.credit >= float64(n) {
		p.credit -= float64(n)
		if p.credit > paceAhead/2 {
			p.short = time.Time{}
		}
		return 0, p.isLost(now)
	}
	if p.short.IsZero() {
		p.short = now
	}
	missing := (float64(n) - p.credit) / (Rate * paceSpeed)
	return time.Duration(missing*float64(time.Second)) + time.Microsecond, p.isLost(now)
}

func (p *pace) isLost(now time.Time) bool {
	return !p.short.IsZero() && now.Sub(p.short) > paceLost && now.Sub(p.born) > paceGrace
}

// clock pulls the output as time goes by, until stop is closed.
func (o *output) clock(stop <-chan struct{}) {
	var pcm [512][2]float64
	tick := time.NewTicker(clockTick)
	defer tick.Stop()
	start, pulled := time.Now(), int64(0)
	for {
		select {
		case <-stop:
			return
		case now := <-tick.C:
			due := place(now.Sub(start)) - pulled
			pulled += due
			for due = min(due, Rate/2); due > 0; due -= int64(len(pcm)) { // a machine that slept skips no music
				o.pull(pcm[:min(due, int64(len(pcm)))])
			}
			o.burst(now, 0)
		}
	}
}

// Check opens the sound device and returns nil, or what is wrong and what to do.
func Check() error {
	closed := make(chan struct{})
	defer close(closed)
	if err := openBeep(newFeed(newOutput(func() {}), closed)); err != nil {
		return errors.New(noDevice(err))
	}
	return nil
}

// noDevice says in plain words why the sound device could not be opened.
func noDevice(err error) string {
	if errors.Is(err, errNoSound) {
		return "Sound is switched off. The playhead moves without it."
	}
	cause := err.Error()
	if _, after, ok := strings.Cut(cause, "ALSA error: "); ok {
		cause = after
	}
	where := "on this machine"
	if os.Getenv("SSH_CONNECTION") != "" {
		where = "on the machine that you are logged in to by SSH"
	}
	return fmt.Sprintf("No sound device answers %s (%s). "+
		"Connect one, or start PipeWire or PulseAudio, then press play again.", where, cause)
}

const (
	deviceSlow = "The sound device has not answered yet. Playback goes on without sound until it does."
	deviceHung = "The sound device has stopped taking sound. Playback goes on without it until the device does."
	deviceLost = "The sound device plays nothing: its sound server has gone, or it is a null device. Start the sound " +
		"server, then start this program again."
)
