package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"earmark/analyzer"
	"earmark/engine/process"
	"earmark/store"
)

// Defaults of [Config].
const (
	DefaultLease       = time.Minute
	DefaultMemoryLimit = 1 << 30 // bytes a worker process

	stopGrace = 5 * time.Second // what cleaning up may take after a stop was cut short
)

// MemoryLimitEnv is the environment variable in which a worker finds its memory limit in bytes.
const MemoryLimitEnv = process.MemoryLimitEnv

// Config of an engine. The zero value is ready to use.
type Config struct {
	Workers      int           // tracks at once; 0: one for each processor
	Command      []string      // argv of a worker; empty: this program with the argument "worker"
	TrackTimeout time.Duration // for one track; 0: a minute and two seconds for each megabyte
	MemoryLimit  int64         // bytes for one worker; 0: DefaultMemoryLimit; below 0: none
	Full         bool          // hear every second of what is analysed here, and of the jobs that are made here
	Lease        time.Duration // how long a track stays ours without a sign of life; 0: DefaultLease
	Log          *slog.Logger  // nil: nothing is logged
}

func (c Config) withDefaults() (Config, error) {
	if c.Workers <= 0 {
		c.Workers = runtime.NumCPU()
	}
	if len(c.Command) == 0 {
		command, err := process.DefaultCommand()
		if err != nil {
			return c, fmt.Errorf("find this program: %w", err)
		}
		c.Command = command
	}
	if c.MemoryLimit == 0 {
		c.MemoryLimit = DefaultMemoryLimit
	}
	if c.Lease <= 0 {
		c.Lease = DefaultLease
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c, nil
}

func (c Config) newPool() *process.Pool {
	return process.NewPool(process.Config{Command: c.Command, MemoryLimit: max(c.MemoryLimit, 0), Log: c.Log})
}

// queue is what analysing needs of the store.
type queue interface {
	Claim(ctx context.Context, owner string, n int, lease time.Duration) ([]store.Claim, error)
	Renew(ctx context.Context, owner string, tracks []store.TrackID, lease time.Duration) error
	Release(ctx context.Context, owner string) error
	FindReport(
		ctx context.Context, contentSHA256, detectorVersion string, full bool,
	) (store.ReportID, bool, error)
	Finish(ctx context.Context, owner string, t store.TrackID, r *analyzer.Report) error
	FinishWith(ctx context.Context, owner string, t store.TrackID, id store.ReportID) error
	Fail(ctx context.Context, owner string, t store.TrackID, code, message string) error
}

// Engine works on the jobs of one store. All methods may be called from any goroutine.
type Engine struct {
	store   *store.Store
	queue   queue
	config  Config
	broken  error // found in New: reported by Start
	owner   string
	pool    *process.Pool
	flights flights
	hub     hub
	meters  meters

	life     context.Context //nolint:containedctx // ends when running tracks have to be given up
	giveUp   context.CancelFunc
	intake   context.Context //nolint:containedctx // ends when Stop is called
	endWalks context.CancelFunc
	stopping chan struct{} // closed by Stop
	drained  chan struct{} // closed when no track is running any more and none will
	kick     chan struct{} // there may be something to claim
	loops    sync.WaitGroup
	walks    sync.WaitGroup

	mu      sync.Mutex
	started bool
	stopped bool
	halted  error // why nothing is claimed
	held    bool  // tracks that were given up at a halt are still in our name
	errors  int   // claims that went wrong, one after the other
	empty   bool  // the last claim found nothing, and nothing has changed since
	running map[store.TrackID]store.Claim

	wishes    []*wish // to be heard in full, the next one last
	deepening map[store.TrackID]*wish

	walking map[store.JobID]context.CancelFunc
	cutOff  map[store.JobID]bool // walks begun here that ended too early: to be repeated
}

// New makes an engine that does nothing yet.
func New(s *store.Store, c Config) *Engine {
	c, err := c.withDefaults()
	e := &Engine{
		store: s, queue: s, config: c, broken: err,
		stopping: make(chan struct{}), drained: make(chan struct{}), kick: make(chan struct{}, 1),
		running: map[store.TrackID]store.Claim{}, deepening: map[store.TrackID]*wish{},
		walking: map[store.JobID]context.CancelFunc{}, cutOff: map[store.JobID]bool{},
		meters: meters{now: time.Now},
	}
	if e.broken == nil {
		e.owner, e.broken = process.Owner()
	}
	e.life, e.giveUp = context.WithCancel(context.Background())
	e.intake, e.endWalks = context.WithCancel(context.Background())
	return e
}

// ErrStopped is the answer of an engine that was stopped.
var ErrStopped = errors.New("the engine was stopped")

// Start lets go of the tracks of programs that died on this host, goes on with walks that were cut off, and begins to
// work on whatever is queued. ctx bounds starting only: the engine runs until Stop.
func (e *Engine) Start(ctx context.Context) error {
	if e.broken != nil {
		return e.broken
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.stopped:
		return ErrStopped
	case e.started:
		return errors.New("the engine was started twice")
	}
	if err := e.releaseDead(ctx); err != nil {
		return fmt.Errorf("recover: %w", err)
	}
	e.pool = e.config.newPool()
	e.started = true
	e.loops.Go(e.dispatch)
	e.loops.Go(e.keep)
	return nil
}

// Stop claims nothing more, ends walks (they go on at the next start) and what Deepen asked for, and waits for the
// running tracks; when ctx ends
// first they are given up and queued again. It returns when all worker processes are gone.
func (e *Engine) Stop(ctx context.Context) error {
	e.mu.Lock()
	started, again := e.started, e.stopped
	e.stopped = true
	e.refuseWishes(ErrStopped)
	e.mu.Unlock()
	if !again {
		e.endWalks()
		close(e.stopping)
	}
	walked := make(chan struct{})
	go func() {
		e.walks.Wait()
		close(walked)
	}()
	select {
	case <-walked:
	case <-ctx.Done(): // a folder on a network disk that is gone may never answer
	}
	if !started {
		return nil
	}
	select {
	case <-e.drained:
	case <-ctx.Done():
	}
	e.giveUp()
	<-e.drained
	e.loops.Wait()
	clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopGrace)
	defer cancel()
	e.pool.Close(clean)
	if err := e.queue.Release(clean, e.owner); err != nil {
		return fmt.Errorf("let running tracks go: %w", err)
	}
	e.hub.notify()
	return nil
}

// Running counts the tracks that are being analysed by this engine.
func (e *Engine) Running() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.running)
}

// Idle reports whether this engine has nothing to do: no track runs, no source is walked, and the last look into the
// queue found nothing.
func (e *Engine) Idle() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.running) == 0 && len(e.walking) == 0 && (e.empty || !e.started || e.stopped || e.halted != nil)
}

// Err says why the engine halted, or nil. Resume, Retry and CreateJob let it try again.
func (e *Engine) Err() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.halted
}
