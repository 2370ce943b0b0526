package player

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// crashEnv names the log in a process that the test started to see it crash.
const crashEnv = "PLAYER_TEST_CRASH"

func crash() {
	log, err := os.Create(os.Getenv(crashEnv))
	if err != nil {
		panic(err)
	}
	restore, err := QuietStderr(log)
	if err != nil {
		panic(err)
	}
	c := func(s string) { _, _ = unix.Write(2, []byte(s)) } // as C does
	c("ALSA lib one\n")
	fmt.Fprintln(os.Stderr, "from Go")
	restore()
	restore()
	c("after restore\n")
	if _, err = QuietStderr(log); err != nil {
		panic(err)
	}
	c("ALSA lib two\n")
	panic("the end of the world")
}

func TestQuietStderr(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "log")
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(os.Environ(), crashEnv+"="+path)
	var seen strings.Builder
	cmd.Stderr = &seen
	if err := cmd.Run(); err == nil {
		t.Fatal("it did not crash")
	}
	log, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for text, where := range map[string]struct{ log, seen bool }{
		"ALSA lib one":                {log: true},
		"from Go":                     {log: true},
		"after restore":               {seen: true},
		"ALSA lib two":                {log: true},
		"panic: the end of the world": {log: true, seen: true},
	} {
		if got := strings.Contains(string(log), text); got != where.log {
			t.Errorf("%q in the log: %v\n%s", text, got, log)
		}
		if got := strings.Contains(seen.String(), text); got != where.seen {
			t.Errorf("%q on the screen: %v\n%s", text, got, seen.String())
		}
	}
}

func TestQuietStderrNeedsALog(t *testing.T) {
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	_ = log.Close()
	if restore, err := QuietStderr(log); err == nil {
		restore()
		t.Error("a closed log was accepted")
	}
}
