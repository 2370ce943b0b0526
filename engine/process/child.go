package process

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"earmark/analyzer"
)

const (
	longestAnswer = 16 << 20        // bytes; a report of a two-hour recording has less than 1 MiB
	drainTime     = time.Second     // how long pipes are read on after the worker's end
	stopGrace     = 2 * time.Second // from the end of its input to a worker's end
)

// child is one worker process. It is asked by one goroutine at a time.
type child struct {
	cmd    *exec.Cmd
	in     *os.File
	lines  chan outputLine // closed when the worker's output ends
	stderr *tail
	exited chan struct{} // closed when the process is gone and its group is killed
	once   sync.Once
}

type outputLine struct {
	text []byte
	err  error
}

func startChild(argv, env []string) (*child, error) {
	if len(argv) == 0 {
		return nil, errors.New("no command")
	}
	var files []*os.File
	closeAll := func(list []*os.File) {
		for _, f := range list {
			_ = f.Close()
		}
	}
	for range 3 {
		r, w, err := os.Pipe()
		if err != nil {
			closeAll(files)
			return nil, err
		}
		files = append(files, r, w)
	}
	theirs := []*os.File{files[0], files[3], files[5]}
	in, out, errs := files[1], files[2], files[4]
	cmd := exec.Command(argv[0], argv[1:]...) //nolint:noctx // it outlives the call; kill ends it with its group
	if argv[0] == "/proc/self/exe" {
		cmd.Args[0] = os.Args[0]
	}
	cmd.Env = env
	cmd.Stdin, cmd.Stdout, cmd.Stderr = theirs[0], theirs[1], theirs[2]
	cmd.SysProcAttr = childAttributes()
	err := cmd.Start()
	closeAll(theirs)
	if err != nil {
		closeAll([]*os.File{in, out, errs})
		return nil, err
	}
	settle(cmd.Process.Pid)
	c := &child{cmd: cmd, in: in, lines: make(chan outputLine, 1), stderr: &tail{}, exited: make(chan struct{})}
	var readers sync.WaitGroup
	readers.Go(func() { _, _ = io.Copy(c.stderr, errs); _ = errs.Close() })
	go func() { c.readLines(out); _ = out.Close() }()
	go func() {
		_ = cmd.Wait() // the state is read from cmd.ProcessState
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		deadline := time.Now().Add(drainTime)
		_ = out.SetReadDeadline(deadline)
		_ = errs.SetReadDeadline(deadline)
		readers.Wait()
		_ = in.Close()
		close(c.exited)
	}()
	return c, nil
}

// readLines hands on what the worker writes, line by line, until its output ends or a line is too long.
func (c *child) readLines(out io.Reader) {
	defer close(c.lines)
	in := bufio.NewReaderSize(out, 64<<10)
	var buf []byte
	for {
		part, err := in.ReadSlice('\n')
		buf = append(buf, part...)
		switch {
		case len(buf) > longestAnswer:
			c.hand(outputLine{err: &protocolError{fmt.Sprintf("wrote an answer longer than %d bytes", longestAnswer)}})
			return
		case err == nil:
			if !c.hand(outputLine{text: buf}) {
				return
			}
			buf = nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return
		}
	}
}

// hand passes a line on. A worker that is gone gets rid of one line at most: nobody reads a second.
func (c *child) hand(l outputLine) bool {
	select {
	case c.lines <- l:
		return true
	default:
	}
	select {
	case c.lines <- l:
		return true
	case <-c.exited:
		return false
	}
}

// ready says whether the worker is alive and silent, as one without a task has to be.
func (c *child) ready() bool {
	select {
	case <-c.exited:
		return false
	case <-c.lines: // something that nobody asked for, or the end of its output
		return false
	default:
		return true
	}
}

// ask sends one item and waits for its answer, ctx, the limit or the worker's end.
func (c *child) ask(ctx context.Context, item analyzer.Item, limit time.Duration) (analyzer.Answer, error) {
	c.stderr.Reset()
	text, err := json.Marshal(item)
	if err != nil {
		return analyzer.Answer{}, err
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	_ = c.in.SetWriteDeadline(time.Now().Add(limit))
	stop := context.AfterFunc(ctx, c.kill)
	defer stop()
	if _, err := c.in.Write(append(text, '\n')); err != nil {
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return analyzer.Answer{}, errTimeLimit
		}
		return analyzer.Answer{}, errDied
	}
	select {
	case l, open := <-c.lines:
		if !open {
			return analyzer.Answer{}, c.ended()
		}
		if l.err != nil {
			return analyzer.Answer{}, l.err
		}
		return parseAnswer(l.text, item)
	case <-timer.C:
		return analyzer.Answer{}, errTimeLimit
	}
}

// ended tells a worker that died from one that lives on without an output.
func (c *child) ended() error {
	timer := time.NewTimer(drainTime)
	defer timer.Stop()
	select {
	case <-c.exited:
		return errDied
	case <-timer.C:
		return &protocolError{"closed its output"}
	}
}

// kill ends the worker and everything it started.
func (c *child) kill() {
	c.once.Do(func() {
		select {
		case <-c.exited:
		default:
			_ = syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL) // already gone: nothing to do
		}
	})
}

// reap gives the worker time to end after its input has ended, then kills it.
func (c *child) reap() {
	grace := time.NewTimer(stopGrace)
	defer grace.Stop()
	select {
	case <-c.exited:
	case <-grace.C:
		c.kill()
	}
}
