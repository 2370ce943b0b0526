package engine

import "time"

// Times of the schedule.
const (
	trimAfter    = 30 * time.Second // of idleness, then worker processes end
	firstBackoff = 100 * time.Millisecond
	longBackoff  = 5 * time.Second
	claimTries   = 8 // then the engine halts: about 12 s
)

// situation is all that the next step depends on.
type situation struct {
	workers  int // tracks that may run at once
	busy     int // tracks that run
	wishes   int // tracks that somebody looks at, to be heard in full
	stopping bool
	halted   bool
	held     bool          // halted, and tracks are still in our name
	errors   int           // claims that went wrong, one after the other
	empty    bool          // the last claim found nothing, and nothing has changed since
	since    time.Duration // since the last claim
	idle     time.Duration // since a track ran; unless one does
	trimmed  bool          // no worker process waits for work
	lease    time.Duration
}

// step is what to do: one of these, or nothing but waiting for that long or for a sign.
type step struct {
	claim  int  // take that many tracks
	deepen bool // hear a track in full that somebody looks at
	trim   bool // end idle worker processes
	halt   bool // give up claiming until a person asks for something
	letGo  bool // give back what is in our name
	done   bool
	wait   time.Duration
}

// longest is a wait that only a sign ends.
const longest = time.Hour

// next is the scheduling rule. A free worker takes one track and no more: nothing lies in a program's hands that
// another could do. What somebody looks at goes first. An empty queue is asked again when something changed, and after
// half a lease, when a track of a dead program may have come back.
func next(s situation) step {
	free := s.workers - s.busy
	switch {
	case s.stopping && s.busy == 0:
		return step{done: true}
	case s.stopping, s.halted && s.busy > 0:
		return step{wait: longest}
	case s.halted && s.held:
		return step{letGo: true}
	case s.halted, free <= 0:
		return step{wait: longest}
	case s.wishes > 0:
		return step{deepen: true}
	case s.errors >= claimTries:
		return step{halt: true}
	case s.errors > 0 && s.since < backoff(s.errors):
		return step{wait: backoff(s.errors) - s.since}
	case s.errors > 0, !s.empty, s.since >= s.lease/2:
		return step{claim: free}
	case s.busy > 0, s.trimmed:
		return step{wait: s.lease/2 - s.since}
	case s.idle >= trimAfter:
		return step{trim: true}
	default:
		return step{wait: min(s.lease/2-s.since, trimAfter-s.idle)}
	}
}

// backoff is the pause after a claim that went wrong for the nth time.
func backoff(n int) time.Duration { return min(firstBackoff<<min(n-1, 16), longBackoff) }
