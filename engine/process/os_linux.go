package process

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// workerNice lowers the priority of workers: below the screen and the sound of the same program.
const workerNice = 5

// childAttributes puts a worker into a process group of its own (so that Ctrl-C in the terminal does not reach it and
// all of it can be killed) and lets it die with its parent.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// settle makes a new worker yield to everything else. What is not allowed is left as it is.
func settle(pid int) {
	_ = unix.Setpriority(unix.PRIO_PGRP, pid, workerNice)
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/oom_score_adj", pid), []byte("500"), 0)
}

func signalName(s syscall.Signal) string {
	return fmt.Sprintf("%s (%s)", unix.SignalName(s), s)
}

// startOf gives boot.namespace.ticks: the boot and the process namespace that pid is counted in, and the start time of
// the process in clock ticks since boot (proc(5), field 22 of stat).
func startOf(pid int) (string, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", err
	}
	// The command in field 2 may hold blanks and brackets; fields are counted after its last bracket.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 20 {
		return "", fmt.Errorf("stat of process %d has %d fields", pid, len(fields))
	}
	if fields[0] == "Z" || fields[0] == "X" {
		return "", errEnded
	}
	if _, err := strconv.ParseUint(fields[19], 10, 64); err != nil {
		return "", err
	}
	return machine() + "." + fields[19], nil
}

func machine() string {
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		boot = nil
	}
	short, _, _ := strings.Cut(string(boot), "-")
	namespace, err := os.Readlink("/proc/self/ns/pid") // "pid:[4026531836]"
	if err != nil {
		namespace = ""
	}
	return strings.TrimSpace(short) + "." + strings.Trim(namespace, "pid:[]")
}

func relate(start string) relation {
	then, now := strings.Split(start, "."), strings.Split(machine(), ".")
	switch {
	case len(then) != 3:
		return elsewhere
	case then[0] != now[0]:
		return beforeBoot
	case then[1] != now[1]:
		return elsewhere
	}
	return sameMachine
}
