package player

import "fmt"

// decoder fills a deck's queue, and decodes the cues while the queue is full enough. It belongs to one goroutine.
type decoder struct {
	deck *deck
	conv *converter
	at   int64 // place of the next frame for the queue
	here int64 // place of the next frame that conv gives
	fill bool  // the queue comes first: it ran half empty, and is not full again
	flow bool  // something was decoded since the last seek
	pcm  [block][2]float64
	tail [fade][2]float64
	out  [block]frame
}

// job is what a decoder does next, as it was decided under the deck's lock.
type job struct {
	turn     int
	seek     int64 // or noSeek
	cue      int64
	from, to int64
}

// step waits for something to do, does it, and says whether to go on.
func (w *decoder) step() bool {
	j, do := w.next()
	if do == nil {
		return false
	}
	do(j)
	return true
}

// next waits for something to do. It returns nil when the deck is closed.
func (w *decoder) next() (job, func(job)) {
	d := w.deck
	d.mu.Lock()
	defer d.mu.Unlock()
	for {
		j := job{turn: d.turn, seek: d.seekTo, from: d.from, to: d.to}
		cue, wanted := d.nextCue()
		switch waiting := d.queue.length(); {
		case waiting < queued/2:
			w.fill = true
		case d.queue.free() < block:
			w.fill = false
		}
		switch room := !d.ended && d.queue.free() >= block; {
		case d.closed:
			return j, nil
		case d.seekTo != noSeek:
			d.seekTo = noSeek
			return j, w.seek
		case room && (w.fill || !wanted) && w.at >= d.to:
			return j, w.wrap
		case room && (w.fill || !wanted):
			return j, w.decode
		case wanted:
			j.cue = cue
			return j, w.decodeCue
		}
		d.moved.Wait()
	}
}

// seek sends the queue to another place. It is reached by what is decoded next.
func (w *decoder) seek(j job) { w.at, w.flow = j.seek, false }

// read decodes from a place on. It seeks only if the decoder is elsewhere.
func (w *decoder) read(dst [][2]float64, place int64) (int, error) {
	if w.here != place {
		w.here = -1 // nowhere, if this fails
		if err := w.conv.seek(place); err != nil {
			return 0, err
		}
		w.here = place
	}
	n, err := w.conv.read(dst)
	w.here += int64(n)
	return n, err
}

// decode puts the next frames into the queue, not beyond the loop.
func (w *decoder) decode(j job) {
	n := min(block, j.to-w.at)
	got, err := w.read(w.pcm[:n], w.at)
	place := w.at
	w.at, w.flow = w.at+int64(got), w.flow || got > 0
	w.put(j.turn, w.pcm[:got], place)
	if err != nil || int64(got) < n {
		w.end(j.turn, err)
	}
}

// wrap goes from the end of the loop to its beginning: a crossfade into the first frames from what would come next.
func (w *decoder) wrap(j job) {
	tail, _ := w.read(w.tail[:], w.at)
	w.at = j.from
	got, err := w.read(w.pcm[:fade], w.at)
	for i := range w.pcm[:min(got, tail)] {
		g := (float64(i) + 0.5) / fade
		w.pcm[i][0] = w.pcm[i][0]*g + w.tail[i][0]*(1-g)
		w.pcm[i][1] = w.pcm[i][1]*g + w.tail[i][1]*(1-g)
	}
	w.at += int64(got)
	w.put(j.turn, w.pcm[:got], j.from)
	if err != nil || got == 0 {
		w.end(j.turn, err)
	}
}

// put hands frames to the queue, unless a seek has made them worthless.
func (w *decoder) put(turn int, pcm [][2]float64, place int64) {
	for i, f := range pcm {
		w.out[i] = frame{float32(f[0]), float32(f[1])}
	}
	d := w.deck
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.turn != turn || len(pcm) == 0 {
		return
	}
	if d.length > 0 && w.at > d.length { // the file says less than it holds
		d.length = w.at
		defer d.notify()
	}
	before := d.queue.length()
	d.queue.jump(place)
	d.queue.put(w.out[:len(pcm)])
	if before < ready && d.queue.length() >= ready {
		defer d.notify()
	}
}

// end is called where the track ends, or cannot be decoded any further.
func (w *decoder) end(turn int, err error) {
	d := w.deck
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.turn != turn {
		return
	}
	if err == nil && d.to != never && w.at > d.from+loopLeft {
		d.to = w.at // the track is shorter than was thought: so is the loop
		return
	}
	d.ended = true
	if err != nil {
		d.err = fmt.Errorf("play %s: %w", d.path, err)
	} else if w.flow && (!d.exact || w.at > d.length) {
		d.length, d.exact = w.at, true
	}
	d.notify()
}

// decodeCue decodes what is kept of a cue.
func (w *decoder) decodeCue(j job) {
	saved := make([]frame, 0, cueKept)
	for len(saved) < cueKept {
		n, err := w.read(w.pcm[:min(block, cueKept-len(saved))], j.cue+int64(len(saved)))
		for _, f := range w.pcm[:n] {
			saved = append(saved, frame{float32(f[0]), float32(f[1])})
		}
		if err != nil || n == 0 {
			break // behind the end, or damaged there: what is heard will tell
		}
	}
	w.deck.saveCue(j.cue, saved)
	w.deck.notify()
}
