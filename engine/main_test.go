package engine

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"earmark/analyzer"
	"earmark/engine/process"
	"earmark/store"
)

// The test binary plays every part: with roleEnv set it is a worker, a whole program, or just a process that dies.
const (
	roleEnv = "ENGINE_TEST_ROLE"
	logEnv  = "ENGINE_TEST_LOG"  // each analysis appends "pid path\n" to this file
	gateEnv = "ENGINE_TEST_GATE" // a named pipe: each analysis takes a byte from it first
)

func TestMain(m *testing.M) {
	_ = os.Setenv("GORACE", "atexit_sleep_ms=0") // a race build would let each worker end a second late
	var err error
	switch os.Getenv(roleEnv) {
	case "":
		os.Exit(m.Run())
	case "worker":
		err = testWorker()
	case "program":
		err = testProgram(os.Args[1])
	case "creator":
		err = testCreator(os.Args[1], os.Args[2])
	case "owner":
		var owner string
		owner, err = process.Owner()
		fmt.Println(owner)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// nearRecall is a threshold by which the test worker finds a recording unclear that starts with the word near.
const nearRecall = -7.5

// testWorker does what the first word of a file says. It hears files and reports, as the real one does; only the
// listening is made up.
func testWorker() error {
	var gate *os.File
	if path := os.Getenv(gateEnv); path != "" {
		var err error
		if gate, err = os.OpenFile(path, os.O_RDWR, 0); err != nil {
			return err
		}
	}
	log, err := os.OpenFile(os.Getenv(logEnv), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	in, out := bufio.NewScanner(os.Stdin), json.NewEncoder(os.Stdout)
	for in.Scan() {
		var item analyzer.Item
		if err := json.Unmarshal(in.Bytes(), &item); err != nil {
			return err
		}
		if gate != nil {
			if _, err := gate.Read(make([]byte, 1)); err != nil {
				return err
			}
		}
		if _, err := fmt.Fprintf(log, "%d %s\n", os.Getpid(), item.Path); err != nil {
			return err
		}
		if err := out.Encode(hear(item)); err != nil {
			return err
		}
	}
	return in.Err()
}

func hear(item analyzer.Item) analyzer.Answer {
	text, err := os.ReadFile(item.Path)
	if err != nil {
		return analyzer.Answer{ID: item.ID, Error: &analyzer.Error{Code: "file_not_found", Message: err.Error()}}
	}
	what, _, _ := strings.Cut(string(text), " ")
	report := &analyzer.Report{
		DetectorVersion: analyzer.Version(), CalibrationVersion: analyzer.CalibrationVersion(),
		ContentSHA256: item.ContentSHA256, SoundSHA256: item.ContentSHA256, HeardSec: 200, Verdict: analyzer.Human,
		Tiers:  analyzer.Tiers{PressSafe: analyzer.Human, HumanSafe: analyzer.Human, Recall: analyzer.Human},
		Scores: analyzer.Scores{Truth: 0.25}, Reliability: 0.9, Measured: true, Origin: "unknown",
	}
	report.Audio.DurationSec, report.Audio.Codec = 200, "mp3"
	report.Audio.Tags.Title = "Title of " + filepath.Base(item.Path)
	report.Full = true
	if what == "near" { // clear by the detector's own thresholds
		report.Full = item.Full || item.Thresholds != nil && item.Thresholds.Recall == nearRecall
	}
	if what == "partly" { // the evidence is in the part that is heard only when it is asked for
		if report.Full = item.Full; report.Full {
			what = "suspicious"
		} else {
			report.HeardSec = 72
		}
	}
	switch what {
	case "suspicious":
		report.Verdict, report.Scores.Truth = analyzer.Suspicious, 0.99
		report.Tiers = analyzer.Tiers{HumanSafe: analyzer.Suspicious, Recall: analyzer.Suspicious}
	case "unmeasured":
		report.Measured, report.Tiers, report.Reliability = false, analyzer.Tiers{}, 0.3
		report.ReliabilityReasons = []string{"too little sound above 5 kHz"}
	case "short":
		return analyzer.Answer{ID: item.ID, Error: &analyzer.Error{Code: "too_short", Message: "2 s of sound"}}
	case "crash":
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		<-time.After(time.Hour)
	case "hang":
		<-time.After(time.Hour)
	case "garbage":
		fmt.Println("tuning in …")
	case "change":
		_ = os.WriteFile(item.Path, []byte("ok and then some"), 0o600)
	case "refused":
		report.Verdict = "" // the store has to refuse it
	}
	return analyzer.Answer{ID: item.ID, Report: report}
}

// testProgram works on everything in a database until nothing is left, with two workers.
func testProgram(database string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, database)
	if err != nil {
		return err
	}
	defer s.Close()
	e := New(s, workerConfig(2, os.Getenv(logEnv), os.Getenv(gateEnv)))
	if err := e.Start(ctx); err != nil {
		return err
	}
	jobs, err := s.Jobs(ctx)
	if err != nil {
		return err
	}
	for _, j := range jobs {
		if _, err := e.Wait(ctx, j.ID); err != nil {
			return err
		}
	}
	return e.Stop(ctx)
}

// testCreator makes a job and does nothing for it.
func testCreator(database, folder string) error {
	s, err := store.Open(context.Background(), database)
	if err != nil {
		return err
	}
	defer s.Close()
	_, err = New(s, Config{}).CreateJob(context.Background(), Source{Paths: []string{folder}})
	return err
}

// workerConfig makes this binary its own worker.
func workerConfig(workers int, log, gate string) Config {
	return Config{
		Workers: workers,
		Command: []string{"env", roleEnv + "=worker", logEnv + "=" + log, gateEnv + "=" + gate, os.Args[0]},
	}
}

// bench is a database, a folder of music and a record of what was analysed.
type bench struct {
	testing.TB
	dir, database, music, log, gate string
	store                           *store.Store
}

func newBench(tb testing.TB) *bench {
	tb.Helper()
	dir := tb.TempDir()
	b := &bench{
		TB: tb, dir: dir, database: filepath.Join(dir, "x.db"), music: filepath.Join(dir, "music"),
		log: filepath.Join(dir, "log"),
	}
	b.store = b.open()
	if err := os.Mkdir(b.music, 0o755); err != nil {
		tb.Fatal(err)
	}
	return b
}

func (b *bench) open() *store.Store {
	b.Helper()
	s, err := store.Open(context.Background(), b.database)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	return s
}

// gated makes each analysis wait for [bench.let].
func (b *bench) gated() *bench {
	b.Helper()
	b.gate = filepath.Join(b.dir, "gate")
	if err := syscall.Mkfifo(b.gate, 0o600); err != nil {
		b.Fatal(err)
	}
	f, err := os.OpenFile(b.gate, os.O_RDWR, 0) // kept open: the pipe keeps its bytes between readers
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = f.Close() })
	return b
}

// let lets n analyses happen.
func (b *bench) let(n int) {
	b.Helper()
	f, err := os.OpenFile(b.gate, os.O_RDWR, 0)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(strings.Repeat("x", n)); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) put(name, text string) {
	b.Helper()
	path := filepath.Join(b.music, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
}

// fill makes n files of different content.
func (b *bench) fill(n int) {
	b.Helper()
	for i := range n {
		b.put(fmt.Sprintf("%04d.mp3", i), "ok "+strconv.Itoa(i))
	}
}

func (b *bench) engine(s *store.Store, workers int, change ...func(*Config)) *Engine {
	b.Helper()
	c := workerConfig(workers, b.log, b.gate)
	for _, f := range change {
		f(&c)
	}
	e := New(s, c)
	b.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = e.Stop(ctx)
	})
	return e
}

func (b *bench) start(e *Engine) {
	b.Helper()
	if err := e.Start(context.Background()); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) job(e *Engine, paths ...string) store.Job {
	b.Helper()
	if len(paths) == 0 {
		paths = []string{b.music}
	}
	job, err := e.CreateJob(context.Background(), Source{Paths: paths})
	if err != nil {
		b.Fatal(err)
	}
	return job
}

func (b *bench) wait(e *Engine, id store.JobID) store.Job {
	b.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	job, err := e.Wait(ctx, id)
	if err != nil {
		b.Fatalf("wait for %s (%+v): %v", id, job.Counts, err)
	}
	return job
}

// tracks gives the tracks of a job by item id.
func (b *bench) tracks(s *store.Store, id store.JobID) map[string]store.Track {
	b.Helper()
	all := map[string]store.Track{}
	err := s.Each(context.Background(), store.Filter{Job: id}, store.SortIntake, func(t store.Track) error {
		all[t.ItemID] = t
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return all
}

// analyses counts how often each file was analysed, and names the last worker.
func (b *bench) analyses() (count map[string]int, total, lastPID int) {
	b.Helper()
	text, err := os.ReadFile(b.log)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		b.Fatal(err)
	}
	count = map[string]int{}
	for l := range strings.Lines(string(text)) {
		pid, path, _ := strings.Cut(strings.TrimSpace(l), " ")
		lastPID, _ = strconv.Atoi(pid)
		count[filepath.Base(path)]++
		total++
	}
	return count, total, lastPID
}

// until polls for something that another process does and that sends no sign.
func (b *bench) until(what string, reached func() bool) {
	b.Helper()
	deadline := time.NewTimer(time.Minute)
	defer deadline.Stop()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !reached() {
		select {
		case <-tick.C:
		case <-deadline.C:
			b.Fatalf("waited in vain for %s", what)
		}
	}
}

// deadOwner is the name of a process that has ended.
func deadOwner(tb testing.TB) string {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), roleEnv+"=owner")
	out, err := cmd.Output()
	if err != nil {
		tb.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}
