package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
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

// A piece of music of four minutes, made of the demo music.
type fourMinutes struct {
	name   string
	pieces string // in the column class of labels.tsv; empty: all
	times  int    // one after the other
}

// Generated and human pieces end to end are unclear to the detector, so that as much is heard as ever is. The human
// ones alone, twice, are as clear as most human music is.
var fourMinutesOf = []fourMinutes{{"unclear", "", 1}, {"human", "human", 2}}

// make writes it in each of the formats, in stereo.
func (f fourMinutes) make(b *testing.B) (paths []string, seconds float64) {
	b.Helper()
	demo := filepath.Join("testdata", "demo")
	labels, err := os.ReadFile(filepath.Join(demo, "labels.tsv"))
	if err != nil {
		b.Fatal(err)
	}
	args := []string{"-nostdin", "-v", "error"}
	filter, n := "", 0
	for range f.times {
		for _, line := range strings.Split(strings.TrimSpace(string(labels)), "\n")[1:] {
			column := strings.Split(line, "\t")
			if f.pieces != "" && column[1] != f.pieces {
				continue
			}
			args = append(args, "-i", filepath.Join(demo, column[0]))
			filter += "[" + strconv.Itoa(n) + ":a]"
			n++
		}
	}
	filter += "concat=n=" + strconv.Itoa(n) + ":v=0:a=1,aformat=sample_rates=44100:channel_layouts=stereo"
	dir := b.TempDir()
	wav := filepath.Join(dir, "four.wav")
	completed(b, "ffmpeg", append(args, "-filter_complex", filter, "-c:a", "pcm_s16le", wav)...)
	info, err := os.Stat(wav)
	if err != nil {
		b.Fatal(err)
	}
	for _, format := range formats {
		path := filepath.Join(dir, "four"+format.ending)
		if path != wav {
			args := append([]string{"-nostdin", "-v", "error", "-i", wav}, format.args...)
			completed(b, "ffmpeg", append(args, path)...)
		}
		paths = append(paths, path)
	}
	return paths, float64(info.Size()) / (44_100 * 4)
}

// formats are those that the table of the README compares.
var formats = []struct {
	name, ending string
	args         []string
}{
	{"mp3, 192 kbit/s", ".mp3", []string{"-b:a", "192k"}},
	{"flac", ".flac", nil},
	{"ogg vorbis, quality 5", ".ogg", []string{"-c:a", "libvorbis", "-q:a", "5"}},
	{"opus, 96 kbit/s", ".opus", []string{"-c:a", "libopus", "-b:a", "96k"}},
	{"wav, 16 bits", ".wav", nil},
	{"m4a, AAC at 160 kbit/s", ".m4a", []string{"-b:a", "160k"}},
}

// contest holds the processor time of two programs on the same files, turn and turn about.
type contest struct{ ours, theirs, ratios []float64 }

func (c *contest) turn(b *testing.B, command []string, paths ...string) {
	b.Helper()
	ours := spent(completed(b, "earmark", append(command, paths...)...)).Seconds()
	theirs := 0.0
	for _, path := range paths {
		theirs += spent(completed(b, "fpcalc", "-length", "0", path)).Seconds()
	}
	c.ours, c.theirs, c.ratios = append(c.ours, ours), append(c.theirs, theirs), append(c.ratios, ours/theirs)
}

// row is a line of the table, for so many seconds of music.
func (c *contest) row(b *testing.B, name string, seconds float64) string {
	b.Helper()
	b.ReportMetric(seconds/median(c.ours), "×realtime/earmark")
	b.ReportMetric(seconds/median(c.theirs), "×realtime/fpcalc")
	b.ReportMetric(median(c.ratios), "earmark/fpcalc")
	return fmt.Sprintf("| %s | %.2f s | %.2f s | %.0f | %.2f |\n", name, median(c.theirs), median(c.ours),
		seconds/median(c.ours), median(c.ratios))
}

// BenchmarkPeer is earmark on four minutes of music as a whole process, workers included, against the fingerprinter of
// AcoustID on the same files: user and system time of both, turn and turn about, and the median of the ratios. The
// last row of each music is one scan with one worker, which starts once for all files where fpcalc starts for each. It
// prints the table of the README.
func BenchmarkPeer(b *testing.B) {
	if _, err := exec.LookPath("fpcalc"); err != nil {
		b.Skip("fpcalc is missing: apt install libchromaprint-tools (Debian) or brew install chromaprint (macOS)")
	}
	const turns, scans = 7, 3
	var table strings.Builder
	table.WriteString("| four minutes of | fpcalc | earmark | × real time | earmark / fpcalc |\n" +
		"| --- | --- | --- | --- | --- |\n")
	for _, music := range fourMinutesOf {
		paths, seconds := music.make(b)
		for i, format := range formats {
			row := ""
			b.Run(music.name+format.ending, func(b *testing.B) {
				var c contest
				for b.Loop() {
					for range turns {
						c.turn(b, []string{"analyze"}, paths[i])
					}
				}
				row = c.row(b, format.name+", "+music.name, seconds)
			})
			table.WriteString(row)
		}
		row := ""
		b.Run(music.name+"-scan", func(b *testing.B) {
			var c contest
			for b.Loop() {
				for range scans {
					scan := []string{"--db", filepath.Join(b.TempDir(), "scan.db"), "scan", "-q", "--workers", "1"}
					c.turn(b, scan, paths...)
				}
			}
			row = c.row(b, "each of these, in one scan", seconds*float64(len(paths)))
		})
		table.WriteString(row)
	}
	fmt.Print("\n" + table.String() + "\n")
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
