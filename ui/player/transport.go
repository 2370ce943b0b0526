package player

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// transport carries out the commands. All fields below the line belong to the goroutine in run.
type transport struct {
	opt      Options
	commands chan Command
	wake     chan struct{} // a deck, the output or the device has news
	changes  chan struct{}
	closing  chan struct{}
	closed   chan struct{}
	closer   sync.Once
	state    atomic.Pointer[snapshot]
	out      *output

	// ---
	on      *deck   // what is heard
	aside   []*deck // what is kept ready, oldest first
	playing bool
	ended   bool
	db      int
	muted   bool
	sound   sound
}

// snapshot is State without the position, which is computed when it is asked for.
type snapshot struct {
	State
	deck *deck
	from time.Duration
}

// sound is the transport's side of the sound device.
type sound struct {
	feed   *feed
	opened chan error // gets one answer while the device is being opened; nil else
	tried  time.Time
	err    error         // why the last try failed
	open   bool          // the device pulls the feed
	stop   chan struct{} // ends the clock that pulls instead; nil when none does
	clocks sync.WaitGroup
	reason string
}

func newTransport(opt Options) *transport {
	t := &transport{
		opt: opt, db: max(VolumeMin, min(VolumeMax, opt.VolumeDB)),
		commands: make(chan Command, 256), wake: make(chan struct{}, 1), changes: make(chan struct{}, 1),
		closing: make(chan struct{}), closed: make(chan struct{}),
	}
	t.out = newOutput(func() { hint(t.wake) })
	t.out.volume(t.db, false)
	t.publish()
	return t
}

// hint merges: whoever reads the channel looks at everything anyway.
func hint(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Do never waits in practice: carrying out a command touches memory only, and 256 of them fit.
func (t *transport) Do(c Command) {
	select {
	case t.commands <- c:
	case <-t.closing:
	}
}

func (t *transport) Changes() <-chan struct{} { return t.changes }

func (t *transport) State() State {
	s := t.state.Load()
	state := s.State
	state.Underruns = int(t.out.underruns.Load())
	if s.deck != nil {
		state.Position = s.from
		if head := t.out.playhead.Load(); head.deck == s.deck {
			state.Position = moment(head.place(time.Now()))
		}
		if state.Duration > 0 {
			state.Position = min(state.Position, state.Duration)
		}
	}
	return state
}

func (t *transport) Close() {
	t.closer.Do(func() { close(t.closing) })
	<-t.closed
}

func (t *transport) run() {
	defer close(t.closed)
	watch := time.NewTicker(time.Second / 2)
	defer watch.Stop()
	for {
		select {
		case c := <-t.commands:
			c.apply(t)
		case <-t.wake:
			t.news()
		case err := <-t.sound.opened:
			t.sound.opened, t.sound.err, t.sound.open = nil, err, err == nil
			t.sound.feed.greet()
		case <-watch.C:
			if !t.playing {
				continue
			}
		case <-t.closing:
			t.shutDown()
			return
		}
		t.choose()
		t.publish()
	}
}

func (t *transport) shutDown() {
	t.sound.unclock()
	t.out.play(nil, 0, true)
	for _, d := range append(t.aside, t.on) {
		if d != nil {
			d.close()
		}
	}
}

// news looks at what the decks and the output may have to tell.
func (t *transport) news() {
	if t.on == nil {
		return
	}
	v := t.on.view()
	failed := v.err != nil && !v.opened
	if t.playing && (failed || t.out.atEnd()) {
		t.playing, t.ended = false, !failed
		t.out.pause(true)
	}
}

// put makes a deck the one that is on. The one before is kept, rewound, for the way back.
func (t *transport) put(d *deck, at int64, paused bool) {
	before := t.on
	t.on, t.playing, t.ended = d, !paused && d != nil, false
	t.out.play(d, at, !t.playing)
	switch {
	case before == nil || before == d:
	case before.view().err != nil:
		before.close()
	default:
		before.setOn(false)
		before.loop(0, never)
		before.seek(0)
		t.aside = append(t.aside, before)
		t.drop(max(0, len(t.aside)-MaxPreload))
	}
	if d != nil {
		d.setOn(true)
		t.openSound()
	}
}

// drop closes the n decks that were put aside first.
func (t *transport) drop(n int) {
	for _, d := range t.aside[:n] {
		d.close()
	}
	t.aside = slices.Delete(t.aside, 0, n)
}

// find takes a deck out of those that are kept ready; one that has failed is tried afresh.
func (t *transport) find(track Track) *deck {
	for i, d := range t.aside {
		if d.path == track.Path {
			t.aside = slices.Delete(t.aside, i, i+1)
			if d.view().err == nil {
				d.setCues(track.Cues)
				return d
			}
			d.close()
			break
		}
	}
	return newDeck(&t.opt, track, t.out.wake)
}

func (t *transport) openSound() {
	s := &t.sound
	if s.open || s.opened != nil || !s.tried.IsZero() && time.Since(s.tried) < retryAfter {
		return
	}
	s.tried = time.Now()
	if t.opt.NoSound {
		s.err = errNoSound
		return
	}
	f := newFeed(t.out, t.closing)
	opened := make(chan error, 1)
	s.feed, s.opened = f, opened
	go func() { opened <- t.opt.speaker(f) }()
}

// choose decides what pulls the output: the sound device, or a clock when it does not.
func (t *transport) choose() {
	s, now := &t.sound, time.Now()
	switch {
	case s.tried.IsZero():
		s.reason = ""
	case s.open && s.feed.lost.Load():
		s.reason = deviceLost
	case s.open && s.feed.stalled(now):
		s.reason = deviceHung
	case s.open:
		s.reason = ""
	case s.opened == nil:
		s.reason = noDevice(s.err)
	case s.err == nil && now.Sub(s.tried) > openPatience:
		s.reason = deviceSlow
	}
	live := s.open && s.reason == ""
	if s.feed != nil && !live {
		s.feed.live.Store(false)
	}
	if s.reason != "" && t.playing {
		s.clock(t.out)
	} else {
		s.unclock()
	}
	if live {
		s.feed.live.Store(true)
	}
}

func (s *sound) clock(o *output) {
	if s.stop == nil {
		stop := make(chan struct{})
		s.stop = stop
		s.clocks.Go(func() { o.clock(stop) })
	}
}

func (s *sound) unclock() {
	if s.stop != nil {
		close(s.stop)
		s.stop = nil
		s.clocks.Wait()
	}
}

// publish makes the snapshot for State and hints that there is one.
func (t *transport) publish() {
	s := &snapshot{deck: t.on, State: State{
		Playing: t.playing, Ended: t.ended, VolumeDB: t.db, Muted: t.muted,
		Silent: t.sound.reason != "", SilentReason: t.sound.reason,
	}}
	if t.on != nil {
		v := t.on.view()
		s.Path, s.Err, s.Opening = t.on.path, v.err, !v.opened && v.err == nil
		s.Duration, s.from = moment(v.length), moment(v.cursor)
		if v.to != never {
			s.LoopFrom, s.LoopTo = moment(v.from), moment(v.to)
		}
	}
	for _, d := range t.aside {
		if d.view().prepared {
			s.Ready = append(s.Ready, d.path)
		}
	}
	t.state.Store(s)
	hint(t.changes)
}
