package analyzer_test

import (
	"bytes"
	"encoding/binary"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"

	"earmark/analyzer"
	"earmark/testdata/make/machine"
)

var (
	songs = flag.Uint64("songs", 0, "pieces of each style that are counted")
	first = flag.Uint64("first", 0, "seed of the first")
)

// heard is the detector's report on sound of two channels, as a file of 16 bits.
func heard(t *testing.T, sound []float32) *analyzer.Report {
	t.Helper()
	var wav bytes.Buffer
	write := func(values ...any) {
		for _, v := range values {
			if err := binary.Write(&wav, binary.LittleEndian, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	pcm := make([]int16, len(sound))
	for i, v := range sound {
		pcm[i] = int16(math.Round(math.MaxInt16 * float64(max(-1, min(1, v)))))
	}
	size := uint32(2 * len(pcm))
	write([]byte("RIFF"), 36+size, []byte("WAVEfmt "), uint32(16), uint16(1), uint16(2),
		uint32(machine.Rate), uint32(4*machine.Rate), uint16(4), uint16(16), []byte("data"), size, pcm)
	path := filepath.Join(t.TempDir(), "piece.wav")
	if err := os.WriteFile(path, wav.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	defer os.Remove(path) //nolint:errcheck // the folder goes at the end of the test
	r, err := analyzer.Analyze(t.Context(), path, analyzer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Each was taken for a decoder once: by the comb of Suno at another speed, by the one of a multiple of what repeats, by
// one that keeps no phase, by a voice on one note, by what repeats being a click.
func TestMachinesAreNotFlagged(t *testing.T) {
	pieces := map[string][]uint64{
		"console": {1016}, "home computer": {1015}, "robot voice": {1008, 1018, 3029}, "stutter": {1012, 1017},
		"gate": {1013}, "wavetable": {1021}, "drum machine": {1018}, "buffers": {3008, 3018, 3023},
		"low-rate sampler": {3000},
	}
	for _, s := range machine.Styles {
		for _, seed := range pieces[s.Name] {
			if r := heard(t, s.Play(seed)); r.Verdict == analyzer.Suspicious {
				t.Errorf("%s %d: %s", s.Name, seed, because(r))
			}
		}
	}
}

// because is what decided.
func because(r *analyzer.Report) string {
	lattice := analyzer.Lattice{}
	if r.Evidence.Lattice != nil {
		lattice = *r.Evidence.Lattice
	}
	return fmt.Sprintf("log-odds %.2f (templates alone %.2f), scale %.4f, lattice %+v",
		r.Margins.Fused, r.Margins.Conservative, r.Evidence.Scale, lattice)
}

// count is how many pieces were heard, and what was said of them.
type count struct{ pieces, unmeasured, recall, humanSafe, pressSafe int }

func (c *count) add(r *analyzer.Report) {
	c.pieces++
	for n, said := range map[*int]bool{
		&c.unmeasured: !r.Measured, &c.recall: r.Tiers.Recall == analyzer.Suspicious,
		&c.humanSafe: r.Tiers.HumanSafe == analyzer.Suspicious, &c.pressSafe: r.Tiers.PressSafe == analyzer.Suspicious,
	} {
		if said {
			*n++
		}
	}
}

func (c *count) String() string {
	return fmt.Sprintf("%4d pieces, %3d not measured; flagged at recall %3d, at human-safe %3d, at press-safe %d",
		c.pieces, c.unmeasured, c.recall, c.humanSafe, c.pressSafe)
}

// sweep hears many pieces at once, and counts by their kind.
type sweep struct {
	wg     sync.WaitGroup
	free   chan struct{}
	mu     sync.Mutex
	kinds  []string // as they came
	counts map[string]*count
}

func newSweep() *sweep {
	return &sweep{free: make(chan struct{}, runtime.NumCPU()), counts: map[string]*count{}}
}

// hear lets the detector hear what play gives.
func (s *sweep) hear(t *testing.T, kind, name string, play func() []float32) {
	t.Helper()
	s.free <- struct{}{}
	s.wg.Go(func() {
		defer func() { <-s.free }()
		r := heard(t, play())
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.counts[kind] == nil {
			s.counts[kind] = &count{}
			s.kinds = append(s.kinds, kind)
		}
		s.counts[kind].add(r)
		if r.Verdict == analyzer.Suspicious {
			t.Logf("%s %s: %s", kind, name, because(r))
		}
	})
}

// report logs the counts, once all are heard. At press-safe none may be flagged.
func (s *sweep) report(t *testing.T) {
	t.Helper()
	s.wg.Wait()
	all := count{}
	for _, kind := range s.kinds {
		c := s.counts[kind]
		t.Logf("%-18s %s", kind, c)
		all = count{
			all.pieces + c.pieces, all.unmeasured + c.unmeasured,
			all.recall + c.recall, all.humanSafe + c.humanSafe, all.pressSafe + c.pressSafe,
		}
	}
	t.Logf("%-18s %s", "all", &all)
	if all.pressSafe > 0 {
		t.Errorf("%d pieces are flagged at press-safe", all.pressSafe)
	}
}

// TestMusicByMachines counts over as many pieces as are asked for.
func TestMusicByMachines(t *testing.T) {
	if *songs == 0 {
		t.Skip("-songs says of how many pieces of each style")
	}
	pieces := newSweep()
	for _, s := range machine.Styles {
		for seed := *first; seed < *first+*songs; seed++ {
			pieces.hear(t, s.Name, strconv.FormatUint(seed, 10), func() []float32 { return s.Play(seed) })
		}
	}
	pieces.report(t)
}
