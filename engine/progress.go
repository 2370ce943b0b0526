package engine

import (
	"math"
	"slices"
	"sync"
	"time"

	"earmark/store"
)

// window is the time over which rates are averaged: what is older counts less and less.
const window = 30 * time.Second

// Progress of one job. The rate is taken from the job's counters, so that it includes what other programs do.
type Progress struct {
	Job       store.JobID
	Rate      float64       // tracks a second, averaged over about half a minute
	AudioRate float64       // seconds of sound analysed by this program each second: times real time
	Left      time.Duration // until all tracks are done at this rate; 0: not known, or nothing is left
	Workers   int           // tracks of this job that this program analyses now
	Running   []string      // their item ids, sorted
}

// Progress tells how fast a job goes on. It reads no database.
func (e *Engine) Progress(id store.JobID) Progress {
	p := Progress{Job: id}
	e.mu.Lock()
	for _, c := range e.running {
		if c.Job == id {
			p.Running = append(p.Running, c.ItemID)
		}
	}
	e.mu.Unlock()
	slices.Sort(p.Running)
	p.Workers = len(p.Running)
	e.meters.read(&p)
	return p
}

// rate estimates events a second as an exponentially weighted mean: each event's weight falls by e in one window. The
// sum of weights is divided by the integral of the weight over the time since the start, which corrects the estimate
// for a window that is not full yet.
type rate struct {
	start, last time.Time
	sum         float64
}

func (r *rate) add(now time.Time, n float64) {
	if r.start.IsZero() {
		r.start, r.last = now, now
	}
	r.sum = r.sum*math.Exp(-now.Sub(r.last).Seconds()/window.Seconds()) + n
	r.last = now
}

func (r *rate) perSecond(now time.Time) float64 {
	age := now.Sub(r.start)
	if r.start.IsZero() || age <= 0 {
		return 0
	}
	weight := window.Seconds() * -math.Expm1(-age.Seconds()/window.Seconds())
	return r.sum * math.Exp(-now.Sub(r.last).Seconds()/window.Seconds()) / weight
}

// meter measures one job.
type meter struct {
	tracks, sound rate
	processed     int64
	left          int64
	active        bool
}

type meters struct {
	now func() time.Time
	mu  sync.Mutex
	of  map[store.JobID]*meter
}

// observe takes the counters of all jobs. Only jobs that are being processed are measured.
func (m *meters) observe(jobs []store.Job) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, j := range jobs {
		if j.Status != store.JobProcessing {
			delete(m.of, j.ID)
			continue
		}
		one := m.get(j.ID)
		// The first look at a job, and a retry that takes tracks back, say nothing about speed.
		done := max(j.Counts.Processed-one.processed, 0)
		if !one.active {
			done = 0
		}
		one.active = true
		one.tracks.add(m.now(), float64(done))
		one.processed = j.Counts.Processed
		one.left = j.Counts.Total - j.Counts.Processed
	}
}

// heard adds seconds of sound that were analysed here.
func (m *meters) heard(id store.JobID, seconds float64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.get(id).sound.add(m.now(), seconds)
}

func (m *meters) get(id store.JobID) *meter {
	if m.of == nil {
		m.of = map[store.JobID]*meter{}
	}
	one := m.of[id]
	if one == nil {
		one = &meter{}
		one.sound.add(m.now(), 0)
		m.of[id] = one
	}
	return one
}

func (m *meters) read(p *Progress) {
	m.mu.Lock()
	defer m.mu.Unlock()
	one := m.of[p.Job]
	if one == nil {
		return
	}
	now := m.now()
	p.Rate, p.AudioRate = one.tracks.perSecond(now), one.sound.perSecond(now)
	if one.left > 0 && p.Rate > 0 {
		seconds := min(float64(one.left)/p.Rate, (1000 * time.Hour).Seconds())
		p.Left = time.Duration(seconds * float64(time.Second))
	}
}

// hub passes on that something changed. Hints merge: a subscriber that is busy finds one when it comes back.
type hub struct {
	mu   sync.Mutex
	subs map[chan struct{}]struct{}
}

// Changes gives a channel on which a hint arrives after something may have changed: read the database then. Hints
// merge, nothing blocks. The function ends the subscription.
func (e *Engine) Changes() (<-chan struct{}, func()) {
	ch := make(chan struct{}, 1)
	e.hub.mu.Lock()
	defer e.hub.mu.Unlock()
	if e.hub.subs == nil {
		e.hub.subs = map[chan struct{}]struct{}{}
	}
	e.hub.subs[ch] = struct{}{}
	return ch, func() {
		e.hub.mu.Lock()
		defer e.hub.mu.Unlock()
		delete(e.hub.subs, ch)
	}
}

func (h *hub) notify() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for ch := range h.subs {
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}
