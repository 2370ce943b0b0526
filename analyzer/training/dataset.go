package training

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"earmark/analyzer"
)

// Track is one row of a manifest.
type Track struct {
	File   string // below the manifest's folder
	AI     bool
	Source string // human: where it comes from; AI: the generator
	Origin string // AI: the collection that it comes from
	SHA256 string
}

// group is what a fold keeps together.
func (t Track) group() string {
	if t.AI {
		return "ai/" + t.Origin
	}
	return "human/" + t.Source
}

// ReadManifest reads a tab-separated table with the columns file, class (ai or human), source, origin and sha256; other
// columns are passed over.
func ReadManifest(path string) (tracks []Track, sum string, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, "", fmt.Errorf("manifest: %w", err)
	}
	r := csv.NewReader(strings.NewReader(string(data)))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, -1
	rows, err := r.ReadAll()
	if err != nil {
		return nil, "", fmt.Errorf("manifest %s: %w", path, err)
	}
	if len(rows) < 2 {
		return nil, "", fmt.Errorf("manifest %s: no tracks", path)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	for _, name := range []string{"file", "class", "source", "origin", "sha256"} {
		if _, ok := column[name]; !ok {
			return nil, "", fmt.Errorf("manifest %s: no column %q", path, name)
		}
	}
	for n, row := range rows[1:] {
		if len(row) < len(column) {
			return nil, "", fmt.Errorf("manifest %s: row %d has %d columns, want %d", path, n+2, len(row), len(column))
		}
		class := row[column["class"]]
		if class != "ai" && class != "human" {
			return nil, "", fmt.Errorf("manifest %s: row %d: class %q is neither ai nor human", path, n+2, class)
		}
		tracks = append(tracks, Track{
			File: row[column["file"]], AI: class == "ai", Source: row[column["source"]],
			Origin: row[column["origin"]], SHA256: row[column["sha256"]],
		})
	}
	hash := sha256.Sum256(data)
	return tracks, hex.EncodeToString(hash[:]), nil
}

// Manipulation is something that happens to recordings on their way: both classes go through the same ones.
type Manipulation struct {
	Name   string
	Suffix string   // of the file that ffmpeg writes; empty: the recording as it is
	Args   []string // for ffmpeg, between input and output
}

// Manipulations that a track may go through beside being left as it is; which one is read off its hash.
var Manipulations = []Manipulation{
	{"mp3 128 kbit/s, 44.1 kHz", ".mp3", []string{"-c:a", "libmp3lame", "-b:a", "128k", "-ar", "44100"}},
	{"mp3 192 kbit/s, 48 kHz", ".mp3", []string{"-c:a", "libmp3lame", "-b:a", "192k", "-ar", "48000"}},
	{"vorbis q4, 44.1 kHz", ".ogg", []string{"-c:a", "libvorbis", "-q:a", "4", "-ar", "44100"}},
	{"vorbis q5, 48 kHz", ".ogg", []string{"-c:a", "libvorbis", "-q:a", "5", "-ar", "48000"}},
	{"opus 96 kbit/s", ".opus", []string{"-c:a", "libopus", "-b:a", "96k"}},
	{"flac, 44.1 kHz", ".flac", []string{"-c:a", "flac", "-ar", "44100"}},
}

// asIs is the recording untouched.
var asIs = Manipulation{Name: "as it is"}

// sample is one recording, perhaps manipulated, as the model sees it.
type sample struct {
	track    Track
	manip    string
	x        []float32 // peaks and steadiness, 2·Bins
	combs    []float32
	segments [][]float32
}

// measureAll extracts the features of every track as it is and through one manipulation, and reports progress as a
// share. A track that cannot be measured is left out and named.
func measureAll(
	ctx context.Context, dir string, tracks []Track, progress func(done, all int),
) ([]sample, []string, error) {
	type job struct{ track, manip int } // manip -1: as it is
	jobs := make([]job, 0, 2*len(tracks))
	for i, t := range tracks {
		var pick byte
		if raw, err := hex.DecodeString(t.SHA256); err == nil && len(raw) > 0 {
			pick = raw[0]
		}
		jobs = append(jobs, job{i, -1}, job{i, int(pick) % len(Manipulations)})
	}
	out := make([]*sample, len(jobs))
	left := make([]string, len(jobs))
	errs := make([]error, len(jobs))
	var next, done int
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range runtime.NumCPU() {
		wg.Go(func() {
			for {
				mu.Lock()
				n := next
				next++
				mu.Unlock()
				if n >= len(jobs) || ctx.Err() != nil {
					return
				}
				t, m := tracks[jobs[n].track], asIs
				if jobs[n].manip >= 0 {
					m = Manipulations[jobs[n].manip]
				}
				s, err := measureOne(ctx, filepath.Join(dir, t.File), m)
				var unfit *analyzer.Error
				switch {
				case errors.As(err, &unfit):
					left[n] = fmt.Sprintf("%s (%s): %s", t.File, m.Name, unfit.Code)
				case err != nil:
					errs[n] = err
				default:
					s.track, s.manip = t, m.Name
					out[n] = s
				}
				mu.Lock()
				done++
				progress(done, len(jobs))
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errors.Join(errs...), ctx.Err()); err != nil {
		return nil, nil, err
	}
	var samples []sample
	for _, s := range out {
		if s != nil {
			samples = append(samples, *s)
		}
	}
	return samples, slices.DeleteFunc(left, func(s string) bool { return s == "" }), nil
}

func measureOne(ctx context.Context, path string, m Manipulation) (*sample, error) {
	if m.Suffix != "" {
		dir, err := os.MkdirTemp("", "earmark-train-")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
		to := filepath.Join(dir, "manipulated"+m.Suffix)
		args := append([]string{"-nostdin", "-v", "error", "-i", path, "-map", "0:a:0"}, m.Args...)
		cmd := exec.CommandContext(ctx, "ffmpeg", append(args, to)...)
		if msg, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%s: ffmpeg: %w: %s", path, err, msg)
		}
		path = to
	}
	s := &sample{}
	measured, err := analyzer.Measure(ctx, path, func(r analyzer.Residual) float64 {
		s.segments = append(s.segments, features(r))
		return 0
	})
	if err != nil {
		return nil, err
	}
	s.x, s.combs = features(measured.Whole), measured.Combs
	return s, nil
}

func features(r analyzer.Residual) []float32 {
	return append(analyzer.PeakFeature(r), analyzer.SteadyFeature(r)...)
}

// hashAudio is the SHA-256 over the sorted hashes of all tracks, as read from the files themselves.
func hashAudio(ctx context.Context, dir string, tracks []Track) (string, error) {
	var sums []string
	for _, t := range tracks {
		sum, err := analyzer.HashFile(ctx, filepath.Join(dir, t.File), 0)
		if err != nil {
			return "", fmt.Errorf("%s: %w", t.File, err)
		}
		if t.SHA256 != "" && sum != t.SHA256 {
			return "", fmt.Errorf("%s: is not the file that the manifest lists", t.File)
		}
		sums = append(sums, sum)
	}
	slices.Sort(sums)
	h := sha256.New()
	_, _ = io.WriteString(h, strings.Join(sums, "\n"))
	return hex.EncodeToString(h.Sum(nil)), nil
}
