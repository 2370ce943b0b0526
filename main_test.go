package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets scripts and tests run this program as the command earmark, workers included.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"earmark": main})
}

// TestScript runs the scripts of the command line.
func TestScript(t *testing.T) {
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("ui", "command", "testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			for key, value := range environment(env.WorkDir) {
				env.Setenv(key, value)
			}
			env.Setenv("REPO", root)
			if path, err := exec.LookPath("earmark"); err == nil {
				env.Setenv("EARMARK", path)
			}
			return os.MkdirAll(filepath.Join(env.WorkDir, "home"), 0o700)
		},
		Condition: func(cond string) (bool, error) {
			if cond == "pty" { // not in every bare root
				f, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
				if err == nil {
					err = f.Close()
				}
				return err == nil, nil
			}
			name, ok := strings.CutPrefix(cond, "fixture:")
			if !ok {
				return false, errors.New("unknown condition " + cond)
			}
			_, err := os.Stat(filepath.Join("testdata", name))
			return err == nil, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code": code, "noise": noise, "records": records, "field": field,
		},
	})
}

// environment keeps a run away from the user's own files and sound.
func environment(dir string) map[string]string {
	return map[string]string{
		"HOME": filepath.Join(dir, "home"), "LANG": "C.UTF-8", "LC_ALL": "", "TERM": "xterm-256color", "NO_COLOR": "",
		"XDG_CONFIG_HOME": filepath.Join(dir, "config"), "XDG_DATA_HOME": filepath.Join(dir, "data"),
		"XDG_STATE_HOME": filepath.Join(dir, "state"), "XDG_CACHE_HOME": filepath.Join(dir, "cache"),
		// The race detector holds each process back for a second at its end, in case a goroutine still runs into
		// something. There are some two hundred processes here, workers included, and a hundredth is time enough.
		"GORACE": strings.TrimSpace(os.Getenv("GORACE") + " atexit_sleep_ms=10"),
	}
}

// code runs a command that has to end with an exit code: code 2 earmark scan.
func code(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N command [args...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	switch err := ts.Exec(args[1], args[2:]...); {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// noise writes WAV files of some seconds of noise, each different: noise 12 a.wav b.wav.
func noise(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: noise SECONDS file...")
	}
	seconds, err := strconv.ParseFloat(args[0], 64)
	ts.Check(err)
	for _, name := range args[1:] {
		path := ts.MkAbs(name)
		ts.Check(os.MkdirAll(filepath.Dir(path), 0o700))
		ts.Check(os.WriteFile(path, noiseFile(filepath.Base(path), seconds), 0o600))
	}
}

// noiseFile is noise at a quarter of full scale, 22,050 Hz, mono, 16 bit. The same name gives the same bytes.
func noiseFile(name string, seconds float64) []byte {
	const rate = 22050
	var seed [32]byte
	copy(seed[:], name)
	random := rand.New(rand.NewChaCha8(seed))
	frames := int(seconds * rate)
	out := []byte("RIFF")
	out = binary.LittleEndian.AppendUint32(out, uint32(36+2*frames))
	out = append(out, "WAVEfmt "...)
	out = binary.LittleEndian.AppendUint32(out, 16)
	out = binary.LittleEndian.AppendUint32(out, 1|1<<16) // PCM, one channel
	out = binary.LittleEndian.AppendUint32(out, rate)
	out = binary.LittleEndian.AppendUint32(out, 2*rate)
	out = binary.LittleEndian.AppendUint32(out, 2|16<<16)
	out = append(out, "data"...)
	out = binary.LittleEndian.AppendUint32(out, uint32(2*frames))
	for range frames {
		out = binary.LittleEndian.AppendUint16(out, uint16(int16(8192*(2*random.Float64()-1))))
	}
	return out
}

// contract are the keys of a result record, in their order.
var contract = []string{
	"item_id", "status", "verdict", "tier_verdicts", "scores", "embed_temporal_std", "reliability", "origin",
	"origin_confidence", "calibration_version", "processed_at", "audio", "metadata", "error",
}

// records checks that a file has so many lines, each a result record of the contract: records stdout 3.
func records(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: records file N")
	}
	want, err := strconv.Atoi(args[1])
	ts.Check(err)
	lines := linesOf(ts.ReadFile(args[0]))
	if len(lines) != want {
		ts.Fatalf("%d records, want %d", len(lines), want)
	}
	for _, line := range lines {
		if keys := keysOf(ts, line); len(keys) < len(contract) || !slices.Equal(keys[:len(contract)], contract) {
			ts.Fatalf("not a record of the contract: %s", line)
		}
	}
}

func linesOf(text string) []string {
	return slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool { return line == "" })
}

// keysOf gives the keys of an object in their order.
func keysOf(ts *testscript.TestScript, object string) []string {
	dec := json.NewDecoder(strings.NewReader(object))
	_, err := dec.Token() // {
	ts.Check(err)
	var keys []string
	for dec.More() {
		key, err := dec.Token()
		ts.Check(err)
		var value json.RawMessage
		ts.Check(dec.Decode(&value))
		keys = append(keys, fmt.Sprint(key))
	}
	return keys
}

// field checks a value in a line of a file, as JSON: field stdout 1 tier_verdicts.recall '"human"'. Line 0 is the file.
func field(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 4 {
		ts.Fatalf("usage: [!] field file line path value")
	}
	text := ts.ReadFile(args[0])
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	if n > 0 {
		lines := linesOf(text)
		if n > len(lines) {
			ts.Fatalf("%d lines", len(lines))
		}
		text = lines[n-1]
	}
	value := json.RawMessage(text)
	for key := range strings.SplitSeq(args[2], ".") {
		var object map[string]json.RawMessage
		ts.Check(json.Unmarshal(value, &object))
		var ok bool
		if value, ok = object[key]; !ok {
			ts.Fatalf("no %s", args[2])
		}
	}
	if (string(value) == args[3]) == neg {
		ts.Fatalf("%s is %s", args[2], value)
	}
}

// corpus makes a folder with so many files of noise, and gives the names in the order of the intake.
func corpus(t *testing.T, n int) (dir string, names []string) {
	t.Helper()
	dir = t.TempDir()
	for i := range n {
		name := string(rune('a'+i)) + ".wav"
		if err := os.WriteFile(filepath.Join(dir, name), noiseFile(name, 12), 0o600); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	return dir, names
}

// run is earmark as a process of its own, with folders of its own.
type run struct {
	*exec.Cmd
	lines *bufio.Scanner // of its standard output
	said  *strings.Builder
}

func start(t *testing.T, home string, args ...string) *run {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "earmark", args...)
	cmd.Env = os.Environ()
	for key, value := range environment(home) {
		cmd.Env = append(cmd.Env, key+"="+value)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	r := &run{Cmd: cmd, lines: bufio.NewScanner(out), said: &strings.Builder{}}
	r.lines.Buffer(nil, 1<<20)
	cmd.Stderr = r.said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return r
}

// take reads so many records; fewer at the end of the output.
func (r *run) take(n int) []string {
	var lines []string
	for len(lines) < n && r.lines.Scan() {
		lines = append(lines, r.lines.Text())
	}
	return lines
}

// rest reads to the end and gives the exit code; -1 after a signal.
func (r *run) rest(t *testing.T) (lines []string, code int) {
	t.Helper()
	lines = r.take(1 << 20)
	err := r.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return lines, r.ProcessState.ExitCode()
}

// complete checks that the records are those of all files, each once and successful.
func complete(t *testing.T, lines, names []string) {
	t.Helper()
	var got []string
	for _, line := range lines {
		var r struct {
			Item   string `json:"item_id"`
			Status string `json:"status"`
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		if r.Status != "success" {
			t.Errorf("%s: %s", r.Item, line)
		}
		got = append(got, r.Item)
	}
	if !slices.Equal(got, names) {
		t.Errorf("records of %v, want %v", got, names)
	}
}

// TestKilledScanGoesOn kills the program in the middle of a scan. The next start brings the job to its end, and what
// was done is not done again: its files are gone by then.
func TestKilledScanGoesOn(t *testing.T) {
	dir, names := corpus(t, 12)
	home := t.TempDir()
	first := start(t, home, "scan", "--json", "--workers", "1", dir)
	done := first.take(4)
	if len(done) != 4 {
		t.Fatalf("%d records: %s", len(done), first.said)
	}
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	more, _ := first.rest(t)
	done = append(done, more...)
	for _, name := range names[:len(done)] {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	second := start(t, home, "scan", "--json", "--resume", "job_1")
	all, code := second.rest(t)
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, second.said)
	}
	complete(t, all, names)
	if !slices.Equal(all[:len(done)], done) {
		t.Error("the records of before changed")
	}
}

// TestInterruptedScan stops at once, says how to go on, and goes on.
func TestInterruptedScan(t *testing.T) {
	dir, names := corpus(t, 12)
	home := t.TempDir()
	first := start(t, home, "scan", "--json", "--workers", "1", dir)
	first.take(2)
	if err := first.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	lines, code := first.rest(t)
	if code != 130 || len(lines) >= len(names)-2 {
		t.Errorf("exit code %d after %d more records: %s", code, len(lines), first.said)
	}
	if !strings.Contains(first.said.String(), "earmark scan --resume job_1") {
		t.Errorf("does not say how to go on: %s", first.said)
	}
	second := start(t, home, "scan", "--json", "--resume", "job_1")
	all, code := second.rest(t)
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, second.said)
	}
	complete(t, all, names)
}

// TestKilledWorkerCostsNothing kills worker processes in the middle of a scan.
func TestKilledWorkerCostsNothing(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("finds workers in /proc")
	}
	dir, names := corpus(t, 8)
	r := start(t, t.TempDir(), "scan", "--json", "--workers", "1", dir)
	done := r.take(2)
	killed := 0
	for _, pid := range children(t, r.Process.Pid) {
		if err := syscall.Kill(pid, syscall.SIGKILL); err == nil {
			killed++
		}
	}
	if killed == 0 {
		t.Error("no worker process was found")
	}
	rest, code := r.rest(t)
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, r.said)
	}
	complete(t, append(done, rest...), names)
}

// children gives the processes whose parent is pid.
func children(t *testing.T, pid int) (found []int) {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // gone meanwhile
		}
		// pid (name) state parent …; the name may hold blanks and brackets
		_, after, ok := strings.Cut(string(text[bytes.LastIndexByte(text, ')'):]), " ")
		fields := strings.Fields(after)
		if !ok || len(fields) < 2 || fields[1] != strconv.Itoa(pid) {
			continue
		}
		if child, err := strconv.Atoi(strings.Split(path, "/")[2]); err == nil {
			found = append(found, child)
		}
	}
	return found
}

// table reads the two first columns of a table of the fixtures; without the fixtures the test is skipped.
func table(t *testing.T, path string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", path))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("no fixtures: make fixtures")
	}
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]string{}
	for _, line := range linesOf(string(text))[1:] {
		columns := strings.Split(line, "\t")
		rows[columns[0]] = columns[1]
	}
	return rows
}

// outcome is what a record says in a word: suspicious, clear or not measured, else the code of the error.
func outcome(t *testing.T, line string) (item, word string) {
	t.Helper()
	var r struct {
		Item     string  `json:"item_id"`
		Verdict  *string `json:"verdict"`
		Measured bool    `json:"measured"`
		Error    *string `json:"error"`
		Message  *string `json:"error_message"`
	}
	if err := json.Unmarshal([]byte(line), &r); err != nil {
		t.Fatal(err)
	}
	switch {
	case r.Error != nil:
		if r.Verdict != nil || r.Message == nil || *r.Message == "" {
			t.Errorf("a failure with a verdict or without a reason: %s", line)
		}
		return r.Item, *r.Error
	case r.Verdict == nil:
		t.Errorf("neither a verdict nor an error: %s", line)
		return r.Item, ""
	case !r.Measured:
		return r.Item, "not measured"
	default:
		return r.Item, *r.Verdict
	}
}

// TestHostileFiles scans files that a decoder must survive: each is a record with what is expected of it, and no worker
// dies of one.
func TestHostileFiles(t *testing.T) {
	expected := table(t, "hostile/expected.tsv")
	r := start(t, t.TempDir(), "scan", "--json", filepath.Join("testdata", "hostile"))
	lines, code := r.rest(t)
	if code != 0 || len(lines) != len(expected) {
		t.Errorf("exit code %d, %d records for %d files: %s", code, len(lines), len(expected), r.said)
	}
	for _, line := range lines {
		item, got := outcome(t, line)
		want := expected[item]
		if want == "ok" && (got == "human" || got == "not measured") {
			continue // and not suspicious: none of them has been through a decoder
		}
		if got != want {
			t.Errorf("%s: %s, want %s", item, got, want)
		}
	}
}

// TestDemoRecordings scans the demo: what went through the simulated decoder is flagged, and nothing else is.
// TestDemoRecordings scans the demo music as it is, and then each piece in each of four formats.
func TestDemoRecordings(t *testing.T) {
	demo, labels := filepath.Join("testdata", "demo"), table(t, "demo/labels.tsv")
	checkDemo(t, demo, labels)
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("the other formats of each piece: ffmpeg is missing")
	}
	dir, encoded := t.TempDir(), map[string]string{}
	for item, class := range labels {
		for _, format := range []string{"mp3", "ogg", "flac", "wav"} {
			name := item + "." + format
			args := []string{"-nostdin", "-v", "error", "-i", filepath.Join(demo, item), filepath.Join(dir, name)}
			if out, err := exec.CommandContext(t.Context(), "ffmpeg", args...).CombinedOutput(); err != nil {
				t.Fatalf("%s: %v: %s", name, err, out)
			}
			encoded[name] = class
		}
	}
	checkDemo(t, dir, encoded)
}

func checkDemo(t *testing.T, dir string, labels map[string]string) {
	t.Helper()
	want := map[string]string{"ai": "suspicious", "human": "human"}
	r := start(t, t.TempDir(), "scan", "--json", "--fail-on", "suspicious", dir)
	lines, code := r.rest(t)
	if code != 10 || len(lines) != len(labels) {
		t.Errorf("exit code %d, %d records for %d files: %s", code, len(lines), len(labels), r.said)
	}
	for _, line := range lines {
		if item, got := outcome(t, line); got != want[labels[item]] {
			t.Errorf("%s, which is %s: %s", item, labels[item], got)
		}
	}
}
