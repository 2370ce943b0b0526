package process

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"sync"
	"time"

	"earmark/analyzer"
)

// Codes of tracks that fail because of what their worker did.
const (
	CodeCrashed     = "worker_crashed"
	CodeProtocol    = "worker_protocol"
	CodeTimeLimit   = "time_limit"
	CodeMemoryLimit = "memory_limit"
)

// MemoryLimitEnv is the environment variable in which a worker finds its memory limit in bytes, to hand to
// [analyzer.Serve].
const MemoryLimitEnv = "EARMARK_WORKER_MEMORY_LIMIT"

// StartError says that workers cannot be started at all. It is no track's fault.
type StartError struct{ Err error }

func (e *StartError) Error() string {
	return fmt.Sprintf("start a worker: %v", e.Err)
}

func (e *StartError) Unwrap() error { return e.Err }

// ErrClosed is the answer of a pool after [Pool.Close].
var ErrClosed = errors.New("the worker pool is closed")

// Config says how to start a worker.
type Config struct {
	Command     []string // argv
	Env         []string // added to this process's environment
	MemoryLimit int64    // bytes, passed on in [MemoryLimitEnv]; 0: none
	Log         *slog.Logger
}

// DefaultCommand is this program as a worker. On Linux it is the running file itself, also after an upgrade has put
// another one in its place: old and new detector do not mix in one run.
func DefaultCommand() ([]string, error) {
	if runtime.GOOS == "linux" {
		return []string{"/proc/self/exe", "worker"}, nil
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return []string{self, "worker"}, nil
}

// Pool keeps worker processes. It starts one when none is idle; how many run at once is up to its callers.
type Pool struct {
	config Config
	starts chan func()

	mu     sync.Mutex
	idle   []*child
	all    map[*child]struct{}
	closed bool
}

// NewPool starts no process yet.
func NewPool(config Config) *Pool {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	p := &Pool{config: config, starts: make(chan func()), all: map[*child]struct{}{}}
	go func() {
		// The parent-death signal is tied to the thread that forked: keep one for as long as the pool lives.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		for start := range p.starts {
			start()
		}
	}()
	return p
}

// Analyze gives one item to a worker and waits for its answer. A track that cannot be analysed is an *[analyzer.Error],
// with the worker's code or one of this package. Other errors are ctx's, [ErrClosed] and *[StartError].
func (p *Pool) Analyze(ctx context.Context, item analyzer.Item, limit time.Duration) (*analyzer.Report, error) {
	for attempt := 1; ; attempt++ {
		c, err := p.take(attempt > 1)
		if err != nil {
			return nil, err
		}
		answer, err := c.ask(ctx, item, limit)
		if err == nil {
			p.put(c)
			if answer.Error != nil {
				return nil, answer.Error
			}
			return answer.Report, nil
		}
		p.discard(c)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		fault := c.judge(err, limit)
		p.config.Log.Warn("worker", "item", item.ID, "path", item.Path, "attempt", attempt,
			"code", fault.Code, "message", fault.Message, "stderr", c.stderr.String())
		if fault.Code != CodeCrashed && fault.Code != CodeProtocol {
			return nil, fault
		}
		if attempt == 1 {
			continue
		}
		if err := p.probe(ctx); err != nil {
			return nil, &StartError{err}
		}
		return nil, fault
	}
}

// probe starts a worker with nothing to do. One that does not end well then is broken itself.
func (p *Pool) probe(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	argv := p.config.Command
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Env = p.environment()
	cmd.SysProcAttr = childAttributes()
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("%w: %s", err, telling(out))
	}
	return nil
}

func (p *Pool) environment() []string {
	env := append(os.Environ(), p.config.Env...)
	if p.config.MemoryLimit > 0 {
		env = append(env, MemoryLimitEnv+"="+strconv.FormatInt(p.config.MemoryLimit, 10))
	}
	return env
}

// take gives a worker that is alive: an idle one, or a new one.
func (p *Pool) take(fresh bool) (*child, error) {
	p.mu.Lock()
	for !fresh && !p.closed && len(p.idle) > 0 {
		c := p.idle[len(p.idle)-1]
		p.idle = p.idle[:len(p.idle)-1]
		if c.ready() {
			p.mu.Unlock()
			return c, nil
		}
		delete(p.all, c)
		c.kill()
	}
	defer p.mu.Unlock()
	if p.closed {
		return nil, ErrClosed
	}
	var c *child
	var err error
	done := make(chan struct{})
	p.starts <- func() {
		c, err = startChild(p.config.Command, p.environment())
		close(done)
	}
	<-done
	if err != nil {
		return nil, &StartError{err}
	}
	p.all[c] = struct{}{}
	return c, nil
}

func (p *Pool) put(c *child) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		_ = c.in.Close()
		return
	}
	p.idle = append(p.idle, c)
}

// discard kills a worker and waits until it is gone.
func (p *Pool) discard(c *child) {
	c.kill()
	<-c.exited
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.all, c)
}

// Trim ends the workers that have nothing to do; the next track starts new ones.
func (p *Pool) Trim() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.idle {
		_ = c.in.Close()
		delete(p.all, c)
		go c.reap()
	}
	p.idle = nil
}

// Close ends every worker and waits for them: those that do not end at the end of their input are killed, and all of
// them at once when ctx ends. Tracks that are still being analysed fail with [ErrClosed] or the worker's death, so
// callers stop asking first.
func (p *Pool) Close(ctx context.Context) {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return
	}
	p.closed = true
	close(p.starts)
	rest := make([]*child, 0, len(p.all))
	for c := range p.all {
		_ = c.in.Close()
		rest = append(rest, c)
	}
	p.idle, p.all = nil, map[*child]struct{}{}
	p.mu.Unlock()
	grace := time.NewTimer(stopGrace)
	defer grace.Stop()
	for _, c := range rest {
		select {
		case <-c.exited:
		case <-grace.C:
			grace.Reset(0)
		case <-ctx.Done():
		}
		c.kill()
		<-c.exited
	}
}
