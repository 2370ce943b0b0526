package engine

import (
	"context"
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"earmark/store"
)

func TestNext(t *testing.T) {
	const lease = time.Minute
	for _, test := range []struct {
		name string
		s    situation
		want step
	}{
		{"work for free workers", situation{workers: 4, busy: 1}, step{claim: 3}},
		{"all busy", situation{workers: 2, busy: 2}, step{wait: longest}},
		{
			"queue was empty",
			situation{workers: 2, busy: 1, empty: true, since: time.Second},
			step{wait: 29 * time.Second},
		},
		{
			"empty for half a lease",
			situation{workers: 2, empty: true, since: 30 * time.Second, trimmed: true},
			step{claim: 2},
		},
		{
			"idle",
			situation{workers: 2, empty: true, since: time.Second, idle: 5 * time.Second},
			step{wait: 25 * time.Second},
		},
		{
			"idle, queue is asked first",
			situation{workers: 2, empty: true, since: 20 * time.Second, idle: 5 * time.Second},
			step{wait: 10 * time.Second},
		},
		{"idle for long", situation{workers: 2, empty: true, idle: trimAfter}, step{trim: true}},
		{
			"idle for long, no processes",
			situation{workers: 2, empty: true, idle: trimAfter, trimmed: true},
			step{wait: 30 * time.Second},
		},
		{"somebody looks at a track", situation{workers: 2, busy: 1, wishes: 3}, step{deepen: true}},
		{"somebody looks at one, queue was empty", situation{workers: 2, empty: true, wishes: 1}, step{deepen: true}},
		{"somebody looks at a track, all busy", situation{workers: 2, busy: 2, wishes: 1}, step{wait: longest}},
		{"stopping, tracks run", situation{workers: 2, busy: 1, stopping: true}, step{wait: longest}},
		{"stopping, nothing runs", situation{workers: 2, stopping: true}, step{done: true}},
		{"halted, tracks run", situation{workers: 2, busy: 1, halted: true, held: true}, step{wait: longest}},
		{"halted, tracks to give back", situation{workers: 2, halted: true, held: true}, step{letGo: true}},
		{"halted", situation{workers: 2, halted: true}, step{wait: longest}},
		{
			"halted and stopping",
			situation{workers: 2, halted: true, held: true, stopping: true},
			step{done: true},
		},
		{"claim went wrong", situation{workers: 2, errors: 1}, step{wait: firstBackoff}},
		{"claim went wrong a while ago", situation{workers: 2, errors: 1, since: firstBackoff}, step{claim: 2}},
		{"claim goes wrong all the time", situation{workers: 2, errors: claimTries}, step{halt: true}},
		{"claim goes wrong, all busy", situation{workers: 2, busy: 2, errors: 3}, step{wait: longest}},
	} {
		test.s.lease = lease
		if got := next(test.s); got != test.want {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
	}
	if backoff(1) != firstBackoff || backoff(3) != 4*firstBackoff || backoff(100) != longBackoff {
		t.Error("backoff")
	}
}

func TestRate(t *testing.T) {
	at := func(seconds float64) time.Time {
		return time.Unix(1000, 0).Add(time.Duration(seconds * float64(time.Second)))
	}
	var r rate
	if got := r.perSecond(at(0)); got != 0 {
		t.Errorf("before anything: %g", got)
	}
	r.add(at(0), 0)
	for i := 1; i <= 10; i++ {
		r.add(at(float64(i)), 4)
	}
	near := func(what string, got, want, tolerance float64) {
		t.Helper()
		if math.Abs(got-want) > tolerance*want {
			t.Errorf("%s: %.3f a second, want %.3f", what, got, want)
		}
	}
	near("after ten seconds of four each", r.perSecond(at(10)), 4, 0.05)
	for i := 11; i <= 200; i++ {
		r.add(at(float64(i)), 1)
	}
	near("long after it slowed down", r.perSecond(at(200)), 1, 0.05)
	near("a window after it stopped", r.perSecond(at(230)), math.Exp(-1), 0.05)
}

func TestMeters(t *testing.T) {
	now := time.Unix(1000, 0)
	m := meters{now: func() time.Time { return now }}
	job := store.Job{ID: 7, Status: store.JobProcessing, Counts: store.Counts{Total: 1000, Processed: 500}}
	m.observe([]store.Job{job}) // what was done before we looked is no speed
	read := func() Progress {
		p := Progress{Job: 7}
		m.read(&p)
		return p
	}
	if p := read(); p.Rate != 0 || p.Left != 0 {
		t.Errorf("at the first look %+v", p)
	}
	for range 20 {
		now = now.Add(time.Second)
		job.Counts.Processed += 2
		m.observe([]store.Job{job})
		m.heard(7, 400)
	}
	p := read()
	if math.Abs(p.Rate-2) > 0.1 || math.Abs(p.AudioRate-400) > 20 || math.Abs(p.Left.Seconds()-230) > 10 {
		t.Errorf("%+v", p)
	}
	job.Counts.Processed -= 100 // retried
	m.observe([]store.Job{job})
	if p := read(); p.Rate < 0 || p.Left <= 0 {
		t.Errorf("after a retry %+v", p)
	}
	job.Status = store.JobPaused
	m.observe([]store.Job{job})
	if p := read(); p.Rate != 0 || p.Left != 0 {
		t.Errorf("paused %+v", p)
	}
}

// refusing is a queue whose claims always go wrong.
type refusing struct {
	queue
	claims int
	freed  bool
}

func (q *refusing) Claim(context.Context, string, int, time.Duration) ([]store.Claim, error) {
	q.claims++
	return nil, store.ErrDiskFull
}

func (q *refusing) Release(context.Context, string) error {
	q.freed = true
	return nil
}

func TestClaimsThatAlwaysGoWrongHaltTheEngine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := New(nil, Config{Workers: 1})
		q := &refusing{}
		e.queue = q
		started := time.Now()
		e.loops.Go(e.dispatch)
		synctest.Wait()
		if q.claims != 1 || e.Err() != nil {
			t.Errorf("%d claims, %v", q.claims, e.Err())
		}
		changes, unsubscribe := e.Changes()
		defer unsubscribe()
		<-changes // time moves on by itself here
		synctest.Wait()
		if q.claims != claimTries || !q.freed || !errors.Is(e.Err(), store.ErrDiskFull) {
			t.Errorf("%d claims, %v", q.claims, e.Err())
		}
		if took := time.Since(started); took < 5*time.Second || took > 20*time.Second {
			t.Errorf("halted after %s", took)
		}
		_ = e.command(nil) // a person asks for something
		synctest.Wait()
		if q.claims != claimTries+1 || e.Err() != nil {
			t.Errorf("%d claims, %v", q.claims, e.Err())
		}
		close(e.stopping)
		e.loops.Wait()
	})
}

func TestPersist(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := New(nil, Config{})
		tries := 0
		err := e.persist(context.Background(), func() error { tries++; return store.ErrLocked })
		if !errors.Is(err, store.ErrLocked) || tries != claimTries {
			t.Errorf("%d tries, %v", tries, err)
		}
		tries = 0
		err = e.persist(context.Background(), func() error { tries++; return store.ErrLeaseLost })
		if !errors.Is(err, store.ErrLeaseLost) || tries != 1 {
			t.Errorf("%d tries, %v", tries, err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if err := e.persist(ctx, func() error { return store.ErrLocked }); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}
