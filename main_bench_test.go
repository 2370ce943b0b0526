package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// spent is the processor time that an ended process and the children it waited for used.
func spent(cmd *exec.Cmd) time.Duration {
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

// peak is the largest resident size in bytes of an ended process and of the children it waited for, one by one.
func peak(cmd *exec.Cmd) float64 {
	use, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" { // bytes there, KiB on Linux
		return float64(use.Maxrss)
	}
	return float64(use.Maxrss) * 1024
}

// completed runs a command to its end. fpcalc 1.5.1 prints its fingerprint and then takes the end of an mp3 for an
// error (exit 3): what it was asked for is done.
func completed(b *testing.B, name string, args ...string) *exec.Cmd {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), name, args...)
	cmd.Env = os.Environ()
	for key, value := range environment(b.TempDir()) {
		cmd.Env = append(cmd.Env, key+"="+value)
	}
	if out, err := cmd.CombinedOutput(); err != nil && !bytes.Contains(out, []byte("FINGERPRINT=")) {
		b.Fatalf("%v: %v: %s", cmd, err, out)
	}
	return cmd
}

// fourMinutes is the demo music end to end, 4:04 minutes of it, as an mp3 of 192 kbit/s in stereo.
func fourMinutes(b *testing.B) (path string, seconds float64) {
	b.Helper()
	pieces, err := filepath.Glob(filepath.Join("testdata", "demo", "*.*"))
	if err != nil {
		b.Fatal(err)
	}
	args := []string{"-nostdin", "-v", "error"}
	filter, n := "", 0
	for _, piece := range pieces {
		if filepath.Ext(piece) == ".tsv" {
			continue
		}
		args = append(args, "-i", piece)
		filter += "[" + strconv.Itoa(n) + ":a]"
		n++
	}
	filter += "concat=n=" + strconv.Itoa(n) + ":v=0:a=1,aformat=sample_rates=44100:channel_layouts=stereo"
	path = filepath.Join(b.TempDir(), "four-minutes.mp3")
	completed(b, "ffmpeg", append(args, "-filter_complex", filter, "-b:a", "192k", path)...)
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	return path, float64(info.Size()) * 8 / 192_000
}

// BenchmarkPeer is `earmark analyze` on a 4-minute mp3 as a whole process, workers included, against the fingerprinter
// of AcoustID on the same file: processor time of both, turn and turn about, and the median of the ratios.
func BenchmarkPeer(b *testing.B) {
	if _, err := exec.LookPath("fpcalc"); err != nil {
		b.Skip("fpcalc is missing: install libchromaprint-tools")
	}
	path, seconds := fourMinutes(b)
	var ours, theirs, ratios []float64
	const turns = 7
	for b.Loop() {
		for range turns {
			a := spent(completed(b, "earmark", "analyze", path)).Seconds()
			f := spent(completed(b, "fpcalc", "-length", "0", path)).Seconds()
			ours, theirs, ratios = append(ours, a), append(theirs, f), append(ratios, a/f)
		}
	}
	b.ReportMetric(seconds/median(ours), "×realtime/earmark")
	b.ReportMetric(seconds/median(theirs), "×realtime/fpcalc")
	b.ReportMetric(median(ratios), "earmark/fpcalc")
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}

// BenchmarkScan is a whole headless scan, with one worker and with two, of the labelled music where it is there, else
// of the demo music.
func BenchmarkScan(b *testing.B) {
	dir, err := filepath.Abs(filepath.Join("..", "shared", "audio"))
	if err != nil {
		b.Fatal(err)
	}
	if _, err := os.Stat(dir); err != nil {
		dir = filepath.Join("testdata", "demo")
	}
	b.Logf("scanning %s", dir)
	files := 0
	entries, err := os.ReadDir(dir)
	if err != nil {
		b.Fatal(err)
	}
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".tsv" {
			files++
		}
	}
	for _, workers := range []string{"1", "2"} {
		b.Run("workers="+workers, func(b *testing.B) {
			var memory float64
			for b.Loop() {
				db := filepath.Join(b.TempDir(), "scan.db")
				cmd := completed(b, "earmark", "--db", db, "scan", "-q", "--workers", workers, dir)
				memory = max(memory, peak(cmd))
			}
			b.ReportMetric(float64(files*b.N)/b.Elapsed().Seconds(), "files/s")
			b.ReportMetric(memory/(1<<20), "MiB-peak")
		})
	}
}
