package player

// frame is one moment of stereo sound as it waits: float32 holds every 24-bit sample exactly and halves the memory.
type frame [2]float32

// queue is a ring of decoded frames that knows which place of the track every frame comes from. It is not safe for
// concurrent use; its deck guards it. Places are counted in frames at Rate from the beginning of the track.
type queue struct {
	ring        []frame
	read, write int64 // counts of frames taken and put, ever; write-read are waiting
	runs        []run // where the track jumps, oldest first; runs[0] covers read
}

// run says that the frames from at on, counted like queue.read, come from place on in the track.
type run struct{ at, place int64 }

func newQueue(capacity int) *queue {
	return &queue{ring: make([]frame, capacity), runs: []run{{}}}
}

// length returns how many frames wait.
func (q *queue) length() int { return int(q.write - q.read) }

// free returns how many frames fit.
func (q *queue) free() int { return len(q.ring) - q.length() }

// cursor returns the place of the frame that is read next.
func (q *queue) cursor() int64 { return q.runs[0].place + q.read - q.runs[0].at }

// end returns the place after the last frame that waits.
func (q *queue) end() int64 {
	last := q.runs[len(q.runs)-1]
	return last.place + q.write - last.at
}

// clear drops all frames; the next one put comes from place.
func (q *queue) clear(place int64) {
	q.read = q.write
	q.runs = append(q.runs[:0], run{q.write, place})
}

// jump says that the next frame put comes from place.
func (q *queue) jump(place int64) {
	switch {
	case q.length() == 0:
		q.clear(place)
	case q.end() != place:
		q.runs = append(q.runs, run{q.write, place})
	}
}

// put appends frames. The caller has made sure that they fit.
func (q *queue) put(frames []frame) {
	at := int(q.write % int64(len(q.ring)))
	n := copy(q.ring[at:], frames)
	copy(q.ring, frames[n:])
	q.write += int64(len(frames))
}

// peek copies what comes next without taking it, not beyond a jump, and returns how many frames that were.
func (q *queue) peek(dst [][2]float64) int {
	stop := q.write
	if len(q.runs) > 1 {
		stop = q.runs[1].at
	}
	n := min(len(dst), int(stop-q.read))
	at := int(q.read % int64(len(q.ring)))
	for i := range dst[:n] {
		f := q.ring[at]
		dst[i] = [2]float64{float64(f[0]), float64(f[1])}
		at = (at + 1) % len(q.ring)
	}
	return n
}

// take drops n frames that were peeked.
func (q *queue) take(n int) {
	q.read += int64(n)
	for len(q.runs) > 1 && q.runs[1].at <= q.read {
		q.runs = q.runs[:copy(q.runs, q.runs[1:])]
	}
}

// cut keeps what waits before the next jump and before limit, and returns the place after it.
func (q *queue) cut(limit int64) int64 {
	if len(q.runs) > 1 {
		q.write = q.runs[1].at
		q.runs = q.runs[:1]
	}
	if over := q.end() - limit; over > 0 {
		q.write = max(q.read, q.write-over)
	}
	return q.end()
}

// skip moves the cursor to place if that waits before the next jump, and says whether it did.
func (q *queue) skip(place int64) bool {
	stop := q.write
	if len(q.runs) > 1 {
		stop = q.runs[1].at
	}
	ahead := place - q.cursor()
	if ahead < 0 || q.read+ahead >= stop {
		return false
	}
	q.take(int(ahead))
	return true
}
