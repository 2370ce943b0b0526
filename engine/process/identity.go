package process

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
)

var instances atomic.Int64

// Owner gives a name for this process that can be checked from outside, host:pid:start-instance. Each call gives
// another instance, so that two engines in one process keep their tracks apart.
func Owner() (string, error) {
	host, err := os.Hostname()
	if err != nil {
		return "", err
	}
	pid := os.Getpid()
	start, err := startOf(pid)
	if err != nil {
		return "", fmt.Errorf("start time of process %d: %w", pid, err)
	}
	return fmt.Sprintf("%s:%d:%s-%d", cleanHost(host), pid, start, instances.Add(1)), nil
}

func cleanHost(host string) string { return strings.ReplaceAll(host, ":", "_") }

// Gone reports whether the process that an owner names ran on this host and certainly runs no more. Owners on other
// hosts, in other process namespaces, and names that are not understood are never gone: their leases expire.
func Gone(owner string) bool {
	host, rest, ok := strings.Cut(owner, ":")
	pidText, start, ok2 := strings.Cut(rest, ":")
	pid, err := strconv.Atoi(pidText)
	if !ok || !ok2 || err != nil || pid <= 0 {
		return false
	}
	start, _, _ = strings.Cut(start, "-")
	here, err := os.Hostname()
	if err != nil || cleanHost(here) != host {
		return false
	}
	switch relate(start) {
	case beforeBoot:
		return true
	case elsewhere:
		return false
	case sameMachine:
	}
	if err := syscall.Kill(pid, 0); errors.Is(err, syscall.ESRCH) {
		return true
	}
	now, err := startOf(pid)
	if errors.Is(err, errEnded) {
		return true
	}
	// A process that exists but cannot be looked at (another user's) may be the owner.
	return err == nil && now != start
}

// relation of a start time to the machine as it runs now.
type relation int

const (
	sameMachine relation = iota
	beforeBoot           // the machine was started anew since
	elsewhere            // counted in another process namespace: process ids mean nothing here
)

// errEnded is a process that ended and waits for its parent to notice.
var errEnded = errors.New("ended")
