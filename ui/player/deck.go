package player

import (
	"context"
	"fmt"
	"sync"
	"time"
)

const (
	queued   = 2 * Rate         // frames that a deck decodes ahead
	block    = 1024             // frames decoded at a time
	ready    = Rate / 10        // frames that have to wait before a starved deck is heard again
	fade     = Rate * 5 / 1000  // frames of a crossfade
	cueKept  = Rate * 3 / 4     // frames kept decoded at the cue
	loopLeft = Rate / 10        // frames of the shortest loop
	noSeek   = int64(-1)        // nothing to seek
	never    = int64(1<<62 - 1) // a place after every track
)

// deck is one opened track and the goroutine that decodes it. What the goroutine alone uses is in run; all else is
// guarded by mu, which is held for copying at most, never while decoding.
type deck struct {
	path   string
	cancel context.CancelFunc
	notify func()

	mu     sync.Mutex
	moved  sync.Cond // the decoder may have something to do
	queue  *queue
	opened bool
	closed bool
	ended  bool  // the decoder has put the last frame
	err    error // nothing more comes because of this
	length int64 // frames in the track, as stated; exact once known
	exact  bool
	seekTo int64 // place where the decoder has to go, or noSeek
	turn   int   // counts what makes a block under way worthless
	from   int64 // the loop
	to     int64 // its end; never for no loop
	cues   []cue
	on     bool // all cues are wanted, not the first alone
	starve bool // nothing is given out before ready frames wait
}

// cue is a place that is decoded ahead, besides what the queue holds.
type cue struct {
	place  int64
	frames []frame
	done   bool // frames are all that there is to have
}

func newDeck(opt *Options, track Track, notify func()) *deck {
	ctx, cancel := context.WithCancel(context.Background())
	d := &deck{
		path: track.Path, cancel: cancel, notify: notify,
		queue: newQueue(queued), seekTo: noSeek, to: never, starve: true,
	}
	d.moved.L = &d.mu
	d.setCues(track.Cues)
	go d.run(ctx, opt)
	return d
}

func place(t time.Duration) int64 { return int64(t.Seconds()*Rate + 0.5) }
func moment(place int64) time.Duration {
	return time.Duration(float64(place) / Rate * float64(time.Second))
}

// close ends the decoder; the file is closed when it returns from what it does.
func (d *deck) close() {
	d.cancel()
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	d.moved.Signal()
}

// run opens and decodes until the deck is closed.
func (d *deck) run(ctx context.Context, opt *Options) {
	defer d.cancel()
	src, err := opt.Open(ctx, d.path)
	if err != nil {
		d.fail(err)
		return
	}
	defer src.Close() //nolint:errcheck // read only: nothing can be lost
	c, err := newConverter(src)
	if err != nil {
		d.fail(err)
		return
	}
	d.mu.Lock()
	d.opened = true
	d.length = int64(max(0, src.Info().DurationSec)*Rate + 0.5)
	if d.length > 0 && d.queue.cursor() > d.length { // sought before it was known
		d.queue.clear(d.length)
		d.goTo(d.length)
	}
	d.mu.Unlock()
	d.notify()
	w := &decoder{deck: d, conv: c}
	for w.step() {
	}
}

func (d *deck) fail(err error) {
	d.mu.Lock()
	d.err, d.ended = fmt.Errorf("play %s: %w", d.path, err), true
	d.mu.Unlock()
	d.notify()
}

// seek makes place what is heard next. What is decoded already, in the queue or at the cue, is heard at once.
func (d *deck) seek(to int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.length > 0 {
		to = min(to, d.length)
	}
	to = max(to, 0)
	if d.to != never && (to < d.from || to >= d.to) {
		d.from, d.to = 0, never
	}
	if d.queue.skip(to) {
		d.moved.Signal()
		return
	}
	d.queue.clear(to)
	for _, c := range d.cues {
		if ahead := to - c.place; c.done && ahead >= 0 && ahead < int64(len(c.frames))-ready {
			d.queue.put(c.frames[ahead:])
			d.queue.cut(d.to)
			break
		}
	}
	d.starve = true
	d.goTo(d.queue.end())
}

// setCues changes the places that are decoded ahead; none leaves them as they are.
func (d *deck) setCues(at []time.Duration) {
	if len(at) == 0 {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	var cues []cue
	for _, t := range at[:min(len(at), MaxCues)] {
		c := cue{place: place(max(0, t))}
		for _, known := range d.cues {
			if known.place == c.place {
				c = known
			}
		}
		cues = append(cues, c)
	}
	d.cues = cues
	d.moved.Signal()
}

// setOn says whether the deck is the one that is heard.
func (d *deck) setOn(on bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.on = on
	if on {
		d.moved.Signal()
		return
	}
	for i := range d.cues[min(1, len(d.cues)):] { // the first stays
		d.cues[i+1].frames, d.cues[i+1].done = nil, false
	}
}

// nextCue returns which cue is wanted and not decoded yet. The caller holds mu.
func (d *deck) nextCue() (place int64, wanted bool) {
	for i, c := range d.cues {
		if i > 0 && !d.on {
			break
		}
		if !c.done {
			return c.place, true
		}
	}
	return 0, false
}

// saveCue keeps what was decoded at a cue, if it is still one.
func (d *deck) saveCue(place int64, frames []frame) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range d.cues {
		if d.cues[i].place == place {
			d.cues[i].frames, d.cues[i].done = frames, true
		}
	}
}

// goTo sends the decoder to a place, the end of what waits. The caller holds mu.
func (d *deck) goTo(place int64) {
	d.seekTo, d.ended = place, false
	if d.opened {
		d.err = nil
	}
	d.turn++
	d.moved.Signal()
}

// loop repeats from … to, or plays on with to = never.
func (d *deck) loop(from, to int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.from, d.to = from, to
	d.goTo(d.queue.cut(to))
}

// peek copies what comes next, not beyond a jump. Less than asked for, and not at the end, is an underrun.
func (d *deck) peek(dst [][2]float64) (n int, from int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.starve {
		if d.queue.length() < ready && !d.ended {
			return 0, d.queue.cursor()
		}
		d.starve = false
	}
	return d.queue.peek(dst), d.queue.cursor()
}

// take drops what was peeked, and says what comes after it.
func (d *deck) take(n int) (left int, ended bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.queue.take(n)
	left = d.queue.length()
	if left == 0 && !d.ended {
		d.starve = true
	}
	if len(d.queue.ring)-left >= 4*block {
		d.moved.Signal()
	}
	return left, d.ended && left == 0
}

// view is what the transport wants to know of a deck.
type view struct {
	opened, prepared bool // prepared: what Play needs is decoded
	length, cursor   int64
	from, to         int64
	err              error
}

func (d *deck) view() view {
	d.mu.Lock()
	defer d.mu.Unlock()
	return view{
		opened: d.opened, prepared: d.opened && (d.ended || d.queue.length() >= ready),
		length: d.length, cursor: d.queue.cursor(), from: d.from, to: d.to, err: d.err,
	}
}
