package player

import (
	"fmt"
	"os"
	"runtime/debug"
	"sync"

	"golang.org/x/sys/unix"
)

// QuietStderr points file descriptor 2 at the log, because ALSA writes there from C, over the screen. Call it before
// the first track is loaded, and restore when the screen is gone.
//
// In between everything written to standard error goes to the log, os.Stderr included. What the Go runtime says when
// the program dies of a panic goes to both: to the log, and to the standard error that was there before, so that the
// user sees it.
func QuietStderr(log *os.File) (restore func(), err error) {
	saved, err := unix.FcntlInt(2, unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil, fmt.Errorf("keep standard error: %w", err)
	}
	before := os.NewFile(uintptr(saved), "standard error")
	if err := debug.SetCrashOutput(before, debug.CrashOptions{}); err != nil {
		return nil, fmt.Errorf("keep standard error for crashes: %w", closing(before, err))
	}
	if err := unix.Dup2(int(log.Fd()), 2); err != nil {
		_ = debug.SetCrashOutput(nil, debug.CrashOptions{})
		return nil, fmt.Errorf("point standard error at %s: %w", log.Name(), closing(before, err))
	}
	return sync.OnceFunc(func() {
		_ = unix.Dup2(saved, 2)
		_ = debug.SetCrashOutput(nil, debug.CrashOptions{})
		_ = before.Close()
	}), nil
}

func closing(f *os.File, err error) error {
	_ = f.Close()
	return err
}
