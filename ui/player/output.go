package player

import (
	"math"
	"sync"
	"sync/atomic"
	"time"
)

// output is what the sound device hears: the deck that is on, paused or playing, at a volume, with crossfades. It is
// pulled by the sound device's goroutine or by a clock, and steered by the transport. Its lock is held for copying.
type output struct {
	wake func() // something happened that the transport should see

	mu    sync.Mutex
	deck  *deck
	chain chain
	faded int          // frames of the fade-in that are done
	tail  [][2]float64 // what was heard before a jump, fading out, still to be added
	ended bool
	heard timeline

	underruns atomic.Int64
	playhead  atomic.Pointer[playhead]
}

func newOutput(wake func()) *output {
	o := &output{wake: wake}
	o.chain = newChain(o)
	o.chain.pause(true)
	o.playhead.Store(&playhead{})
	return o
}

// pull fills dst completely.
func (o *output) pull(dst [][2]float64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.chain.Stream(dst)
	if o.chain.paused() {
		o.heard.still(len(dst), o.cursor())
	}
	for i := 0; i < len(o.tail) && i < len(dst); i++ {
		dst[i][0] += o.tail[i][0]
		dst[i][1] += o.tail[i][1]
	}
	o.tail = o.tail[min(len(o.tail), len(dst)):]
	for i := range dst {
		dst[i][0] = max(-1, min(1, dst[i][0]))
		dst[i][1] = max(-1, min(1, dst[i][1]))
	}
	o.publish()
}

// Stream gives the deck's sound to the chain, silence where there is none. It is called by pull.
func (o *output) Stream(dst [][2]float64) (int, bool) {
	n := 0
	for n < len(dst) && o.deck != nil && !o.ended {
		got, from := o.deck.peek(dst[n:])
		if got == 0 && o.starved() {
			break
		}
		for i := n; i < n+got && o.faded < fade; i++ {
			g := (float64(o.faded) + 0.5) / fade
			dst[i][0] *= g
			dst[i][1] *= g
			o.faded++
		}
		o.heard.moving(got, from)
		n += got
		left, ended := o.deck.take(got)
		if ended {
			o.ended = true
			o.wake()
		} else if left == 0 {
			o.underrun(dst[:n])
		}
	}
	if n < len(dst) {
		o.heard.still(len(dst)-n, o.cursor())
	}
	clear(dst[n:])
	return len(dst), true
}

func (o *output) Err() error { return nil }

// starved is asked when the deck gave nothing: at its end there is nothing to wait for.
func (o *output) starved() bool {
	_, ended := o.deck.take(0)
	return !ended
}

// underrun lets what is there fade out.
func (o *output) underrun(pcm [][2]float64) {
	o.underruns.Add(1)
	last := pcm[max(0, len(pcm)-fade):]
	for i := range last {
		g := 1 - (float64(i)+0.5)/float64(len(last))
		last[i][0] *= g
		last[i][1] *= g
	}
	o.faded = 0
}

func (o *output) cursor() int64 {
	if o.deck == nil {
		return 0
	}
	return o.deck.view().cursor
}

// jump carries out a change between two sounds and crossfades.
func (o *output) jump(change func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.fadeOut()
	change()
	o.faded = 0
	o.publish()
}

// fadeOut keeps what would have come next, for the crossfade. It is not taken: after a pause it is heard in full.
func (o *output) fadeOut() {
	if o.deck == nil || o.chain.paused() || o.ended {
		return
	}
	next := make([][2]float64, fade)
	n, _ := o.deck.peek(next)
	gain := o.chain.gain()
	for i := range next[:n] {
		g := gain * (1 - (float64(i)+0.5)/float64(n)) * math.Min(1, float64(o.faded+i)/fade)
		next[i][0] *= g
		next[i][1] *= g
	}
	for i, f := range o.tail[:min(len(o.tail), n)] {
		next[i][0] += f[0]
		next[i][1] += f[1]
	}
	o.tail = next[:n]
}

// play puts a deck on at a place, also the one that is on; nil takes it off.
func (o *output) play(d *deck, at int64, paused bool) {
	o.jump(func() {
		o.deck, o.ended = d, false
		o.chain.pause(paused)
		if d != nil {
			d.seek(at)
		}
		o.heard.restart(o.cursor())
	})
}

func (o *output) pause(paused bool) {
	if paused != o.chain.paused() {
		o.jump(func() { o.chain.pause(paused) })
	}
}

func (o *output) volume(db int, muted bool) { o.jump(func() { o.chain.volume(db, muted) }) }

// atEnd says whether the deck that is on has been pulled to its end.
func (o *output) atEnd() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.ended
}

// burst is called by the device before it pulls a buffer, with how many frames were pulled before and not yet heard.
func (o *output) burst(now time.Time, waiting int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.heard.burst(now, int64(waiting))
	o.publish()
}

func (o *output) publish() {
	o.playhead.Store(&playhead{deck: o.deck, timeline: o.heard})
}
