package analyzer

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

// fixture is a file of this repository's testdata, or of the real music beside it, which may be absent.
func fixture(tb testing.TB, parts ...string) string {
	tb.Helper()
	path := filepath.Join(append([]string{".."}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		tb.Skipf("%s is absent", path)
	}
	return path
}

func TestRealMusic(t *testing.T) {
	for _, test := range []struct {
		file    string
		verdict Verdict
	}{
		{"ai-suno-1f2564a7.mp3", Suspicious},
		{"ai-suno-1b830a7d.mp3", Suspicious}, // nearly silent
		{"ai-ace-step-2db62008.opus", Suspicious},
		{"human-warmux-data-f9410483.ogg", Human}, // a tune whose clock of 50 Hz makes a lattice of its own
		{"human-pushover-data-b59badd7.ogg", Human},
	} {
		r, err := Analyze(context.Background(), fixture(t, "..", "shared", "audio", test.file), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if r.Verdict != test.verdict {
			t.Errorf("%s: %s, want %s (scores %+v, lattice %+v)",
				test.file, r.Verdict, test.verdict, r.Scores, r.Evidence.Lattice)
		}
	}
}

// BenchmarkAnalyze is the whole job on one core: open, decode, measure, judge.
func BenchmarkAnalyze(b *testing.B) {
	paths, err := filepath.Glob(filepath.Join(fixture(b, "testdata", "demo"), "*.*"))
	if err != nil {
		b.Fatal(err)
	}
	for _, path := range paths {
		if filepath.Ext(path) == ".tsv" {
			continue
		}
		b.Run(filepath.Base(path), func(b *testing.B) {
			var seconds float64
			for b.Loop() {
				r, err := Analyze(b.Context(), path, Options{})
				if err != nil {
					b.Fatal(err)
				}
				seconds += r.Audio.DurationSec
			}
			b.ReportMetric(seconds/b.Elapsed().Seconds(), "×realtime")
		})
	}
}
