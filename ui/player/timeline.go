package player

import "time"

// timeline knows which place of the track the device plays at a given moment. The device pulls ahead of what is heard,
// in bursts; so the last stretches that it pulled are kept, and time says how far it has come in them. It is a plain
// value: a copy of it is a snapshot.
type timeline struct {
	pulled   int64 // frames pulled ever
	heard    int64 // frames of them that were heard at the moment since
	since    time.Time
	stretch  [8]stretch // oldest first
	stretchN int
}

// stretch is a row of frames that were pulled: from place on, or standing still there.
type stretch struct {
	at, n, place int64
	still        bool
}

// playhead is the snapshot that State reads.
type playhead struct {
	deck *deck
	timeline
}

func (l *timeline) moving(n int, place int64) {
	l.add(stretch{at: l.pulled, n: int64(n), place: place})
}

func (l *timeline) still(n int, place int64) {
	l.add(stretch{at: l.pulled, n: int64(n), place: place, still: true})
}

func (l *timeline) add(s stretch) {
	l.pulled += s.n
	if l.stretchN > 0 {
		last := &l.stretch[l.stretchN-1]
		goesOn := last.place == s.place && s.still || !s.still && last.place+last.n == s.place
		if last.still == s.still && goesOn {
			last.n += s.n
			return
		}
	}
	if l.stretchN == len(l.stretch) {
		l.stretchN = copy(l.stretch[:], l.stretch[1:])
	}
	l.stretch[l.stretchN] = s
	l.stretchN++
}

// restart forgets what was pulled: from now on place is heard, until what is pulled next is.
func (l *timeline) restart(place int64) {
	l.stretch[0] = stretch{at: l.pulled, place: place, still: true}
	l.stretchN = 1
}

// burst sets the clock: of all that was pulled, waiting frames are not heard yet now.
func (l *timeline) burst(now time.Time, waiting int64) { l.heard, l.since = l.pulled-waiting, now }

// place returns what is heard at a moment.
func (l *timeline) place(now time.Time) int64 {
	if l.stretchN == 0 {
		return 0
	}
	at := l.heard + place(now.Sub(l.since))
	s := l.stretch[0]
	for _, next := range l.stretch[1:l.stretchN] {
		if next.at > at {
			break
		}
		s = next
	}
	if s.still {
		return s.place
	}
	return s.place + min(max(at-s.at, 0), s.n)
}
