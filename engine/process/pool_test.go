package process

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"earmark/analyzer"
)

// The test binary is its own worker: with this variable set it reads items and does what their path says.
const roleEnv = "PROCESS_TEST_ROLE"

func TestMain(m *testing.M) {
	_ = os.Setenv("GORACE", "atexit_sleep_ms=0") // a race build would let each worker end a second late
	switch os.Getenv(roleEnv) {
	case "":
		os.Exit(m.Run())
	case "worker":
		serve()
	case "broken":
		fmt.Fprintln(os.Stderr, "cannot find libsound.so")
		os.Exit(127)
	case "owner":
		owner, err := Owner()
		fmt.Println(owner, err)
		_, _ = bufio.NewReader(os.Stdin).ReadString('\n') // until killed
	case "parent":
		parent()
	}
	os.Exit(0)
}

func serve() {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		var item analyzer.Item
		if err := json.Unmarshal(in.Bytes(), &item); err != nil {
			os.Exit(3)
		}
		answer := analyzer.Answer{ID: item.ID, Report: &analyzer.Report{ContentSHA256: strconv.Itoa(os.Getpid())}}
		what, arg, _ := strings.Cut(item.Path, ":")
		switch what {
		case "refuse":
			answer = analyzer.Answer{ID: item.ID, Error: &analyzer.Error{Code: "too_short", Message: "2 s"}}
		case "once": // dies the first time
			if _, err := os.Stat(arg); err != nil {
				_ = os.WriteFile(arg, nil, 0o600)
				die(syscall.SIGKILL)
			}
		case "segv":
			die(syscall.SIGSEGV)
		case "panic":
			fmt.Fprintln(os.Stderr, "some library says hello\npanic: index out of range\n\ngoroutine 1 [running]:")
			os.Exit(2)
		case "memory":
			os.Exit(analyzer.ExitMemoryLimit)
		case "manners":
			adj, _ := os.ReadFile("/proc/self/oom_score_adj")
			nice, _ := syscall.Getpriority(syscall.PRIO_PROCESS, 0) // Linux counts from 20 downwards
			answer.Report.ContentSHA256 = fmt.Sprint(20-nice, " ", strings.TrimSpace(string(adj)))
		case "limit":
			answer.Report.ContentSHA256 = os.Getenv(MemoryLimitEnv)
		case "hang":
			// A decoder of its own, in the same process group.
			child := exec.CommandContext(context.Background(), os.Args[0])
			child.Env = append(os.Environ(), roleEnv+"=owner")
			if out, err := child.StdoutPipe(); err == nil && child.Start() == nil {
				_, _ = bufio.NewReader(out).ReadString('\n')
				_ = os.WriteFile(arg+".new", []byte(strconv.Itoa(child.Process.Pid)), 0o600)
				_ = os.Rename(arg+".new", arg)
			}
			forever()
		case "garbage":
			fmt.Println("\x1b[31mhello")
			continue
		case "other":
			answer.ID = "trk_999"
		case "both":
			answer.Error = &analyzer.Error{Code: "x"}
		case "neither":
			answer.Report = nil
		case "long":
			_, _ = os.Stdout.WriteString(strings.Repeat("x", longestAnswer+1<<20))
			forever()
		case "twice":
			write(answer)
		case "mute":
			_ = os.Stdout.Close()
			forever()
		}
		write(answer)
	}
}

func write(answer analyzer.Answer) {
	if err := json.NewEncoder(os.Stdout).Encode(answer); err != nil {
		os.Exit(4)
	}
}

func die(s syscall.Signal) {
	_ = syscall.Kill(os.Getpid(), s)
	forever()
}

// forever is longer than any test; a plain select{} is a deadlock that the runtime reports.
func forever() { <-time.After(time.Hour) }

// until polls for something that another process does and that sends us no sign.
func until(what string, reached func() bool) error {
	deadline := time.NewTimer(30 * time.Second)
	defer deadline.Stop()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !reached() {
		select {
		case <-tick.C:
		case <-deadline.C:
			return errors.New("waited in vain: " + what)
		}
	}
	return nil
}

func there(path string) func() bool {
	return func() bool {
		_, err := os.Stat(path)
		return err == nil
	}
}

func testPool(tb testing.TB, role string) *Pool {
	tb.Helper()
	command, err := DefaultCommand()
	if err != nil {
		tb.Fatal(err)
	}
	p := NewPool(Config{Command: command[:1], Env: []string{roleEnv + "=" + role}, MemoryLimit: 123})
	tb.Cleanup(func() { p.Close(context.Background()) })
	return p
}

const plenty = time.Minute

func analyze(tb testing.TB, p *Pool, path string, limit time.Duration) (string, error) {
	tb.Helper()
	report, err := p.Analyze(context.Background(), analyzer.Item{ID: "trk_1", Path: path}, limit)
	if err != nil {
		return "", err
	}
	return report.ContentSHA256, nil
}

func code(err error) string {
	if e, ok := errors.AsType[*analyzer.Error](err); ok {
		return e.Code
	}
	return fmt.Sprint(err)
}

func TestOneProcessServesManyTracks(t *testing.T) {
	p := testPool(t, "worker")
	first, err := analyze(t, p, "ok", plenty)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := analyze(t, p, "refuse", plenty); code(err) != "too_short" {
		t.Errorf("got %v", err)
	}
	if again, err := analyze(t, p, "ok", plenty); err != nil || again != first {
		t.Errorf("second process %s, %v", again, err)
	}
	if manners, err := analyze(t, p, "manners", plenty); runtime.GOOS == "linux" && manners != "5 500" {
		t.Errorf("priority and readiness to be killed: %q, %v", manners, err)
	}
	if limit, _ := analyze(t, p, "limit", plenty); limit != "123" {
		t.Errorf("memory limit passed on: %q", limit)
	}
}

func TestWhatAWorkerDoesCostsOneTrack(t *testing.T) {
	p := testPool(t, "worker")
	for _, test := range []struct{ path, code, message string }{
		{"segv", CodeCrashed, "SIGSEGV"},
		{"panic", CodeCrashed, "the worker ended with status 2: panic: index out of range"},
		{"memory", CodeMemoryLimit, "more memory"},
		{"garbage", CodeProtocol, "the worker wrote a line that is not an answer: [31mhello"},
		{"other", CodeProtocol, `an answer for "trk_999"`},
		{"both", CodeProtocol, "without one of"},
		{"neither", CodeProtocol, "without one of"},
		{"long", CodeProtocol, "longer than"},
		{"mute", CodeProtocol, "closed its output"},
	} {
		t.Run(test.path, func(t *testing.T) {
			_, err := analyze(t, p, test.path, plenty)
			if code(err) != test.code || !strings.Contains(err.Error(), test.message) {
				t.Errorf("got %v, want %s … %s", err, test.code, test.message)
			}
			if _, err := analyze(t, p, "ok", plenty); err != nil {
				t.Errorf("the next track: %v", err)
			}
		})
	}
}

func TestTrackIsTriedOnceMoreWhenItsWorkerDies(t *testing.T) {
	p := testPool(t, "worker")
	if _, err := analyze(t, p, "once:"+filepath.Join(t.TempDir(), "mark"), plenty); err != nil {
		t.Errorf("got %v", err)
	}
}

func TestAnswerThatNobodyAskedForIsNotGivenToTheNextTrack(t *testing.T) {
	p := testPool(t, "worker")
	for range 20 {
		if _, err := analyze(t, p, "twice", plenty); err != nil {
			t.Fatal(err)
		}
		report, err := p.Analyze(context.Background(), analyzer.Item{ID: "trk_2", Path: "ok"}, plenty)
		if err != nil {
			t.Fatalf("innocent track: %v (report %v)", err, report)
		}
	}
}

func TestTimeLimitKillsTheWholeGroup(t *testing.T) {
	p := testPool(t, "worker")
	file := filepath.Join(t.TempDir(), "pid")
	_, err := analyze(t, p, "hang:"+file, 3*time.Second)
	if code(err) != CodeTimeLimit {
		t.Fatalf("got %v", err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	pid, _ := strconv.Atoi(string(text))
	if err := waitGone(pid); err != nil {
		t.Error(err)
	}
}

// waitGone waits until a process that is not our child has ended.
func waitGone(pid int) error {
	return until(fmt.Sprintf("the end of process %d", pid), func() bool {
		_, err := startOf(pid)
		return err != nil
	})
}

func TestCancelEndsTheWorker(t *testing.T) {
	p := testPool(t, "worker")
	ctx, cancel := context.WithCancel(context.Background())
	file := filepath.Join(t.TempDir(), "pid")
	done := make(chan error, 1)
	go func() {
		_, err := p.Analyze(ctx, analyzer.Item{ID: "trk_1", Path: "hang:" + file}, plenty)
		done <- err
	}()
	if err := until("the worker to hang", there(file)); err != nil {
		t.Error(err)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestWorkerThatCannotStartIsNoTracksFault(t *testing.T) {
	var start *StartError
	p := NewPool(Config{Command: []string{"/no/such/program"}})
	t.Cleanup(func() { p.Close(context.Background()) })
	if _, err := analyze(t, p, "ok", plenty); !errors.As(err, &start) {
		t.Errorf("got %v", err)
	}
	if _, err := analyze(t, testPool(t, "broken"), "ok", plenty); !errors.As(err, &start) ||
		!strings.Contains(err.Error(), "cannot find libsound.so") {
		t.Errorf("got %v", err)
	}
}

func TestKilledIdleWorkerIsReplaced(t *testing.T) {
	p := testPool(t, "worker")
	first, err := analyze(t, p, "ok", plenty)
	if err != nil {
		t.Fatal(err)
	}
	pid, _ := strconv.Atoi(first)
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if second, err := analyze(t, p, "ok", plenty); err != nil || second == first {
		t.Errorf("got process %s again, %v", second, err)
	}
}

func TestTrimAndClose(t *testing.T) {
	p := testPool(t, "worker")
	pid := func() int {
		text, err := analyze(t, p, "ok", plenty)
		if err != nil {
			t.Fatal(err)
		}
		n, _ := strconv.Atoi(text)
		return n
	}
	first := pid()
	p.Trim()
	if err := waitGone(first); err != nil {
		t.Error(err)
	}
	second := pid()
	p.Close(context.Background())
	if _, err := startOf(second); err == nil {
		t.Error("a worker outlives Close")
	}
	if _, err := analyze(t, p, "ok", plenty); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

// parent is a program with a busy worker; the test kills it.
func parent() {
	p := NewPool(Config{Command: []string{os.Args[0]}, Env: []string{roleEnv + "=worker"}})
	report, err := p.Analyze(context.Background(), analyzer.Item{ID: "a", Path: "ok"}, plenty)
	if err != nil {
		fmt.Println(err)
		return
	}
	go func() {
		_, _ = p.Analyze(context.Background(), analyzer.Item{ID: "b", Path: "hang:" + os.Args[1]}, plenty)
	}()
	_ = until("the worker to hang", there(os.Args[1]))
	fmt.Println(report.ContentSHA256)
	forever()
}

func TestWorkersDieWithTheirProgram(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("without a parent-death signal a busy worker ends with its track")
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], filepath.Join(t.TempDir(), "pid"))
	cmd.Env = append(os.Environ(), roleEnv+"=parent")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	text, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	worker, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		t.Fatal(text)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	if err := waitGone(worker); err != nil {
		t.Error(err)
	}
	if grandchild, err := os.ReadFile(cmd.Args[1]); err == nil { // ends at the end of its input
		pid, _ := strconv.Atoi(string(grandchild))
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
}

func TestOwnerOfADeadProcessIsGone(t *testing.T) {
	self, err := Owner()
	if err != nil {
		t.Fatal(err)
	}
	other, _ := Owner()
	if self == other || Gone(self) || Gone(other) {
		t.Errorf("our own names %q and %q", self, other)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), roleEnv+"=owner")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	text, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	owner := strings.Fields(text)[0]
	if Gone(owner) {
		t.Errorf("%q lives", owner)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	// A zombie now: dead, though its number is taken.
	if err := until("the process to be gone", func() bool { return Gone(owner) }); err != nil {
		t.Error(err)
	}
	_ = cmd.Wait()
	if !Gone(owner) {
		t.Errorf("%q is gone", owner)
	}
}

func TestGoneIsCareful(t *testing.T) {
	self, err := Owner()
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.SplitN(self, ":", 3)
	start, _, _ := strings.Cut(parts[2], "-")
	for name, test := range map[string]struct {
		owner string
		gone  bool
	}{
		"another start, same number": {parts[0] + ":" + parts[1] + ":" + start + "1-1", true},
		"another host":               {"x" + parts[0] + ":" + parts[1] + ":" + start + "1-1", false},
		"garbage":                    {"hello", false},
		"empty":                      {"", false},
		"no number":                  {parts[0] + ":x:" + start, false},
		"a whole group":              {parts[0] + ":-1:" + start, false},
		"no start":                   {parts[0] + ":" + parts[1] + ":", false},
	} {
		if name == "no start" && relate("") == sameMachine {
			continue // the start time stands alone on this system
		}
		if got := Gone(test.owner); got != test.gone {
			t.Errorf("%s: Gone(%q) = %v", name, test.owner, got)
		}
	}
}

func TestTelling(t *testing.T) {
	for text, want := range map[string]string{
		"":                                "",
		"one\ntwo\n\n":                    "two",
		"noise\nfatal error: x\nmore":     "fatal error: x",
		"\x1b[2Jred\tx":                   "[2Jred x",
		strings.Repeat("é", 300):          strings.Repeat("é", 199) + "…",
		"SIGSEGV: segmentation violation": "SIGSEGV: segmentation violation",
	} {
		if got := telling([]byte(text)); got != want {
			t.Errorf("telling(%q) = %q, want %q", text, got, want)
		}
	}
	var kept tail
	for i := range 5000 {
		fmt.Fprintf(&kept, "%d\n", i)
	}
	text := kept.String()
	if len(text) > 2*keep+10 || !strings.HasPrefix(text, "0\n1\n") || !strings.HasSuffix(text, "4998\n4999\n") {
		t.Errorf("kept %d bytes", len(text))
	}
}

func FuzzParseAnswer(f *testing.F) {
	for _, seed := range []string{
		`{"item_id":"trk_1","report":{},"error":null}`, `{"item_id":"trk_1","error":{"code":"x"}}`, `{}`, "\x00", `[]`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		answer, err := parseAnswer(text, analyzer.Item{ID: "trk_1"})
		if err == nil && (answer.Report == nil) == (answer.Error == nil) {
			t.Errorf("accepted %q", text)
		}
	})
}

// BenchmarkRoundTrip is what a worker process costs a track.
func BenchmarkRoundTrip(b *testing.B) {
	p := testPool(b, "worker")
	for b.Loop() {
		if _, err := analyze(b, p, "ok", plenty); err != nil {
			b.Fatal(err)
		}
	}
}
