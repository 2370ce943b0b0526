package training

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"earmark/analyzer"
	"earmark/analyzer/audio"
)

// Track is one recording of known kind.
type Track struct {
	File   string // path
	AI     bool
	Source string // human: where it comes from; AI: the generator
	Origin string // AI: the collection that it comes from
	SHA256 string
	Whole  bool // longer than an excerpt: heard in pieces

	voice string // another human recording to mix in
}

// group is what a fold keeps together: a collection of generated music, whatever generators it has, or a source of
// human music.
func (t Track) group() string {
	if t.AI {
		return "ai/" + t.Origin
	}
	return "human/" + t.Source
}

// ReadManifest reads a tab-separated table with the columns file, class (ai or human), source, origin and sha256; other
// columns are passed over. Files lie below dir.
func ReadManifest(path, dir string) (tracks []Track, sum string, err error) {
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
			File: filepath.Join(dir, row[column["file"]]), AI: class == "ai", Source: row[column["source"]],
			Origin: row[column["origin"]], SHA256: row[column["sha256"]],
		})
	}
	hash := sha256.Sum256(data)
	return tracks, hex.EncodeToString(hash[:]), nil
}

// ReadHuman lists the recordings below dir, all of them human and each source in a folder of its own: dir/SOURCE/….
func ReadHuman(dir string) ([]Track, error) {
	var tracks []Track
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		below, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		source, _, ok := strings.Cut(filepath.ToSlash(below), "/")
		if !ok {
			return fmt.Errorf("%s: put it into a folder with the name of its source", path)
		}
		tracks = append(tracks, Track{File: path, Source: source, Whole: true})
		return nil
	})
	return tracks, err
}

// sample is one recording, or a piece of one, perhaps manipulated, as the model sees it.
type sample struct {
	track    Track
	manip    string
	piece    int
	feature  analyzer.Feature
	x        []float32 // of the whole, where a change of pitch is undone: what templates learn from
	combs    []float64 // of the whole as it is
	locks    []analyzer.Coherence
	segments [][]float32 // the same as x of each
	audio    audio.Info
	kind     string // what it is apart from how it was made: see [balance]
	fit      bool   // reliable enough for a verdict, but for
	tone     bool   // that is held throughout, or the ticks of a clock
}

// job is one sample to be measured.
type job struct {
	track Track
	manip Manipulation
	piece int
}

// Pieces of a whole track that samples are taken from: as long as the excerpts, spread over the track.
const (
	pieces   = 4
	pieceSec = 24
)

// jobs lists what is to be measured of each track: an excerpt through all manipulations, or of a whole track one piece
// through each.
func jobs(tracks []Track, manipulations func(Track) []Manipulation) []job {
	var out []job
	for _, t := range tracks {
		if t.Whole {
			for i, m := range manipulations(t)[:pieces] {
				out = append(out, job{t, m, i})
			}
			continue
		}
		for _, m := range manipulations(t) {
			out = append(out, job{t, m, 0})
		}
	}
	return out
}

// measureAll measures all jobs and reports progress. What cannot be measured is left out and named.
func measureAll(ctx context.Context, todo []job, progress func(done, all int)) ([]sample, []string, error) {
	out := make([]*sample, len(todo))
	left := make([]string, len(todo))
	errs := make([]error, len(todo))
	var mu sync.Mutex
	done := 0
	parallel(len(todo), func(n int) {
		if ctx.Err() != nil {
			return
		}
		j := todo[n]
		s, err := measure(ctx, j)
		var unfit *analyzer.Error
		var unmade *manipulationError
		switch {
		case ctx.Err() == nil && errors.As(err, &unmade):
			left[n] = unmade.Error()
		case errors.As(err, &unfit):
			left[n] = fmt.Sprintf("%s (%s): %s", filepath.Base(j.track.File), j.manip.Name, unfit.Code)
		case err != nil:
			errs[n] = err
		default:
			out[n] = s
		}
		mu.Lock()
		defer mu.Unlock()
		done++
		progress(done, len(todo))
	})
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

func measure(ctx context.Context, j job) (*sample, error) {
	path, remove, err := j.manip.apply(ctx, j.track, j.piece)
	if err != nil {
		return nil, err
	}
	defer remove()
	m, err := analyzer.Measure(ctx, path, nil)
	if err != nil {
		return nil, err
	}
	s := &sample{track: j.track, manip: j.manip.Name, piece: j.piece, audio: m.Audio}
	s.feature = m.Whole.Feature()
	s.x, s.combs = j.manip.undo(s.feature).Vector(), s.feature.Combs()
	s.locks = s.feature.Fine.Locks()
	s.kind = kind(m.Whole)
	s.fit, s.tone = m.Fit(s.feature, s.combs), m.HoldsTone(s.feature, s.combs) || m.Buzzes(s.feature, s.combs)
	s.feature.Phasors = nil // of all samples they would take ten times the room of all else
	for _, f := range m.SegmentFeatures() {
		s.segments = append(s.segments, j.manip.undo(f).Vector())
	}
	return s, nil
}

// hashAudio is the SHA-256 over the sorted hashes of all tracks, as read from the files themselves.
func hashAudio(ctx context.Context, tracks []Track) (string, error) {
	var sums []string
	for i, t := range tracks {
		sum, err := analyzer.HashFile(ctx, t.File)
		if err != nil {
			return "", fmt.Errorf("%s: %w", t.File, err)
		}
		if t.SHA256 != "" && sum != t.SHA256 {
			return "", fmt.Errorf("%s: is not the file that the manifest lists", t.File)
		}
		tracks[i].SHA256 = sum
		sums = append(sums, sum)
	}
	slices.Sort(sums)
	h := sha256.New()
	_, _ = io.WriteString(h, strings.Join(sums, "\n"))
	return hex.EncodeToString(h.Sum(nil)), nil
}
