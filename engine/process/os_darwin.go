package process

import (
	"fmt"
	"syscall"

	"golang.org/x/sys/unix"
)

const (
	workerNice = 5
	zombie     = 5 // SZOMB of sys/proc.h
)

// childAttributes puts a worker into a process group of its own. There is no parent-death signal here: workers end when
// their input does.
func childAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func settle(pid int) { _ = unix.Setpriority(unix.PRIO_PGRP, pid, workerNice) }

func signalName(s syscall.Signal) string { return fmt.Sprintf("%s (%s)", unix.SignalName(s), s) }

// startOf gives the start time of a process in microseconds since 1970.
func startOf(pid int) (string, error) {
	info, err := unix.SysctlKinfoProc("kern.proc.pid", pid)
	if err != nil {
		return "", err
	}
	if info.Proc.P_stat == zombie {
		return "", errEnded
	}
	return fmt.Sprintf("%d%06d", info.Proc.P_starttime.Sec, info.Proc.P_starttime.Usec), nil
}

// relate needs no boot identity here: start times are absolute.
func relate(string) relation { return sameMachine }
