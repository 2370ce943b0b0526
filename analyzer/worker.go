package analyzer

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"syscall"
	"time"

	"earmark/analyzer/audio"
)

// Item is one line that a worker reads.
type Item struct {
	ID            string `json:"item_id"`
	Path          string `json:"path"`
	ContentSHA256 string `json:"content_sha256,omitempty"` // hashed by the caller already; empty: the worker hashes
	Full          bool   `json:"full,omitempty"`           // hear every second: see [Options]

	Thresholds *Thresholds `json:"thresholds,omitempty"` // when enough was heard: see [Options]
}

// Answer is one line that a worker writes: a report or an error, never both.
type Answer struct {
	ID     string  `json:"item_id"`
	Report *Report `json:"report"`
	Error  *Error  `json:"error"`
}

// ExitMemoryLimit is the status that a worker ends with when its own memory passes the limit.
const ExitMemoryLimit = 77

// memoryPoll is how often a worker looks at its own memory.
const memoryPoll = 50 * time.Millisecond

// Growth of the heap between two collections, in percent of what lives. A track of usual length needs none of them; a
// long one keeps so much of what was measured that as much again in garbage would not fit in 64 MiB.
const (
	usualGCPercent = 200
	longGCPercent  = 25
)

// maxItemLine bounds a line of input: a path has at most 4,096 bytes, which JSON can grow sixfold.
const maxItemLine = 1 << 20

// Serve is the life of a worker process: it reads one [Item] a line and writes one [Answer] a line, in order, until in
// ends. A file that cannot be analysed is an answer; an error of Serve means that the protocol itself broke.
//
// With a memoryLimit above 0, in bytes, the process ends with [ExitMemoryLimit] as soon as its peak passes it: what a
// decoder allocates cannot be refused from Go, only the track that caused it be given up.
func Serve(ctx context.Context, in io.Reader, out io.Writer, memoryLimit int64) error {
	defer debug.SetGCPercent(debug.SetGCPercent(usualGCPercent))
	if memoryLimit > 0 {
		watch, stop := context.WithCancel(ctx)
		defer stop()
		go watchMemory(watch, memoryLimit)
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 64<<10), maxItemLine)
	enc := json.NewEncoder(out)
	for lines.Scan() {
		if len(lines.Bytes()) == 0 {
			continue
		}
		debug.SetGCPercent(usualGCPercent) // a long recording lowers it until it is judged
		answer := answerLine(ctx, lines.Bytes())
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := enc.Encode(answer); err != nil {
			return fmt.Errorf("write answer for %s: %w", answer.ID, err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read item: %w", err)
	}
	return nil
}

func answerLine(ctx context.Context, line []byte) Answer {
	var item Item
	if err := json.Unmarshal(line, &item); err != nil {
		return Answer{Error: &Error{Code: "bad_item", Message: fmt.Sprintf("not an item: %v", err)}}
	}
	report, err := Analyze(ctx, item.Path, Options{
		ContentSHA256: item.ContentSHA256, Full: item.Full, Thresholds: item.Thresholds,
	})
	if err == nil {
		return Answer{ID: item.ID, Report: report}
	}
	var known *Error
	if !errors.As(err, &known) {
		known = &Error{Code: audio.CodeLoadFailed, Message: err.Error()}
	}
	return Answer{ID: item.ID, Error: known}
}

// watchMemory ends the process once its peak resident memory passes limit.
func watchMemory(ctx context.Context, limit int64) {
	tick := time.Tick(memoryPoll)
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick:
			if peak := peakMemory(); peak > limit {
				fmt.Fprintf(os.Stderr, "memory limit: %d MiB used, %d MiB allowed\n", peak>>20, limit>>20)
				os.Exit(ExitMemoryLimit)
			}
		}
	}
}

// peakMemory is the largest resident size of this process so far, in bytes.
func peakMemory() int64 {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		return 0
	}
	return use.Maxrss * maxrssUnit
}
