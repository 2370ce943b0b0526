// Earmark finds the marks that neural decoders leave in music, and gives people a queue to review by ear.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"earmark/ui/command"
)

// version is set by the linker; empty, it is what the Go tool noted.
var version string

func main() {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // nohup keeps its promise
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	// The first signal asks for a clean end. The second one finds the system's own handling, and skips the cleaning.
	context.AfterFunc(ctx, stop)
	// Caught, a broken pipe is an error of the write, and workers are stopped cleanly.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	os.Exit(command.Run(ctx, version, os.Args[1:]))
}
