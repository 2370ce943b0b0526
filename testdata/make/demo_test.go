package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"earmark/testdata/make/spectrum"
)

// folder is the project's testdata, seen from here.
const folder = ".."

// A piece with a lattice reaches decoded at its own spacing; without one, a piece stays under natural at every spacing.
const (
	decoded = 6.0
	natural = 4.0
)

// TestLattice measures the committed files, encoded as they are: lines on the lattice of the strides in those that were
// passed through a decoder, and on none of these lattices in the others.
func TestLattice(t *testing.T) {
	t.Parallel()
	for _, p := range pieces {
		t.Run(p.file, func(t *testing.T) {
			t.Parallel()
			sound := middle(decode(t, filepath.Join(folder, "demo", p.file), p.rate))
			if sec := float64(len(sound)) / float64(p.rate); math.Abs(sec-p.seconds) > 0.1 {
				t.Errorf("%.2f s long, want %.2f", sec, p.seconds)
			}
			residual := spectrum.Residual(sound)
			if p.decoder != nil {
				spacing := p.decoder.Spacing(float64(p.rate))
				z := spectrum.Comb(residual, float64(p.rate), spacing)
				height := spectrum.Teeth(residual, float64(p.rate), spacing)
				if z < decoded || height < 0.3 || height > 3 {
					t.Errorf("lattice of %.2f Hz: z = %.1f, %.2f dB high; want %.1f or more, 0.3 to 3 dB",
						spacing, z, height, decoded)
				}
				return
			}
			for _, other := range pieces {
				if other.decoder == nil {
					continue
				}
				spacing := other.decoder.Spacing(float64(other.rate))
				if z := spectrum.Comb(residual, float64(p.rate), spacing); z > natural {
					t.Errorf("lattice of %.2f Hz: z = %.1f; want %.1f or less", spacing, z, natural)
				}
			}
		})
	}
}

// TestSameSound makes every piece again and compares it with the committed one: its hash before encoding, or, where
// this processor rounds otherwise, the samples of what is stored without loss.
func TestSameSound(t *testing.T) {
	t.Parallel()
	sums := table(t, filepath.Join(folder, sumsFile), "  ")
	if len(sums) != len(pieces) {
		t.Errorf("%s has %d lines for %d pieces", sumsFile, len(sums), len(pieces))
	}
	for i, p := range pieces {
		t.Run(p.file, func(t *testing.T) {
			t.Parallel()
			sound := p.render()
			if want := sums[i]; !fused() && (want[0] != sound.hash() || want[1] != "demo/"+p.file) {
				t.Errorf("%s has %q, made again it is %s: make fixtures", sumsFile, want, sound.hash())
			}
			switch filepath.Ext(p.file) {
			case ".wav", ".flac":
				kept := decode(t, filepath.Join(folder, "demo", p.file), p.rate)
				if err := alike(kept, sound); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// TestShape checks what everybody relies on: both classes in every format and at both rates, labels that agree with
// the pieces, and everything small enough to commit.
func TestShape(t *testing.T) {
	t.Parallel()
	type class struct {
		decoded bool
		group   string
	}
	counts := map[class]int{}
	labels := table(t, filepath.Join(folder, "demo", "labels.tsv"), "\t")[1:]
	for i, p := range pieces {
		counts[class{p.decoder != nil, filepath.Ext(p.file)}]++
		counts[class{p.decoder != nil, fmt.Sprint(p.rate)}]++
		if p.seconds < 20 || p.seconds > 40 {
			t.Errorf("%s: %g s", p.file, p.seconds)
		}
		if labels[i][0] != p.file || (labels[i][1] == "ai") != (p.decoder != nil) {
			t.Errorf("labels.tsv: %q for %s", labels[i], p.file)
		}
	}
	for c, n := range counts {
		if other := counts[class{!c.decoded, c.group}]; other != n {
			t.Errorf("%s: %d against %d of the other class", c.group, n, other)
		}
	}
	var size int64
	err := filepath.WalkDir(folder, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			size += info.Size()
		}
		return err
	})
	if err != nil || size > 8_000_000 {
		t.Errorf("testdata has %d bytes, %v; want 8 MB at most", size, err)
	}
}

// fused tells whether the compiler makes one instruction of a product and a sum, which rounds once and not twice. It
// does so on arm64, for instance, and then samples differ by a rounding step here and there.
func fused() bool {
	x, y := 1+0x1p-30, 1-0x1p-30
	for range 1 { // not constant
		x, y = x*1, y*1
	}
	return x*y-1 != float64(x*y)-1
}

// decode has ffmpeg read a file as 16-bit samples, interleaved as they are.
func decode(t *testing.T, path string, rate int) recording {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "ffmpeg", "-nostdin", "-v", "error", "-i", path, "-f", "s16le", "-")
	cmd.Stderr = &stderr
	pcm, err := cmd.Output()
	if err != nil {
		t.Fatalf("ffmpeg %s: %v: %s", path, err, stderr.String())
	}
	r := recording{rate: rate, channels: 1, samples: make([]int16, len(pcm)/2)}
	for _, p := range pieces {
		if p.file == filepath.Base(path) && !p.mono {
			r.channels = 2
		}
	}
	for i := range r.samples {
		r.samples[i] = int16(binary.LittleEndian.Uint16(pcm[2*i:]))
	}
	return r
}

// middle is the mean of all channels, full scale = 1.
func middle(r recording) []float64 {
	out := make([]float64, len(r.samples)/r.channels)
	for i, v := range r.samples[:len(out)*r.channels] {
		out[i/r.channels] += float64(v) / math.MaxInt16 / float64(r.channels)
	}
	return out
}

// alike tells where two recordings are further apart than rounding explains.
func alike(kept, made recording) error {
	if len(kept.samples) != len(made.samples) {
		return fmt.Errorf("%d samples, made again there are %d", len(kept.samples), len(made.samples))
	}
	for i, v := range kept.samples {
		if d := int(v) - int(made.samples[i]); d < -2 || d > 2 {
			return fmt.Errorf("sample %d is %d, made again it is %d", i, v, made.samples[i])
		}
	}
	return nil
}

// table reads a file of lines with separated fields.
func table(t *testing.T, path, separator string) [][]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for line := range strings.Lines(string(text)) {
		rows = append(rows, strings.Split(strings.TrimSuffix(line, "\n"), separator))
	}
	return rows
}
