package engine

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkOverhead is what the engine costs a track when analysing costs nothing: claim, hash, worker process, store.
func BenchmarkOverhead(b *testing.B) {
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			const tracks = 2000
			for b.Loop() {
				b.StopTimer()
				bench := newBench(b)
				bench.fill(tracks)
				e := bench.engine(bench.store, workers)
				job := bench.job(e)
				b.StartTimer()
				bench.start(e)
				bench.wait(e, job.ID)
				b.StopTimer()
				_ = e.Stop(context.Background())
				b.StartTimer()
			}
			b.ReportMetric(float64(tracks*b.N)/b.Elapsed().Seconds(), "tracks/s")
		})
	}
}

// BenchmarkIntake makes a job of a folder of 100,000 files.
func BenchmarkIntake(b *testing.B) {
	const folders, files = 1000, 100
	bench := newBench(b)
	for i := range folders {
		dir := filepath.Join(bench.music, fmt.Sprintf("artist %04d", i))
		if err := os.Mkdir(dir, 0o755); err != nil {
			b.Fatal(err)
		}
		for j := range files {
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%02d a song.mp3", j)), nil, 0o600); err != nil {
				b.Fatal(err)
			}
		}
	}
	e := bench.engine(bench.store, 1)
	b.ReportAllocs()
	for b.Loop() {
		if job := bench.job(e); job.Counts.Total != folders*files {
			b.Fatalf("%d tracks", job.Counts.Total)
		}
	}
	b.ReportMetric(float64(folders*files*b.N)/b.Elapsed().Seconds(), "files/s")
}
