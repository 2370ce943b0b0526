package ui

import (
	"context"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"earmark/engine"
	"earmark/store"
	"earmark/ui/keys"
	"earmark/ui/screen"
	"earmark/ui/theme"
	"earmark/ui/uitest"
)

// million opens a copy of the database of 1,000,000 tracks that the benchmarks of package store have made in the cache
// folder of the user. Its first job has 900,000 of them.
func million(b *testing.B) *store.Store {
	b.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		b.Skip(err)
	}
	found, err := filepath.Glob(filepath.Join(cache, "earmark-bench", "*.db"))
	if err != nil || len(found) == 0 {
		b.Skip("no database of a million tracks: go test -run - -bench Page/job=0/by=worst/first ./store makes it")
	}
	newest := slices.MaxFunc(found, func(x, y string) int { return age(b, x).Compare(age(b, y)) })
	copied := filepath.Join(b.TempDir(), "million.db")
	if err := copyFile(newest, copied); err != nil {
		b.Fatal(err)
	}
	s, err := store.Open(context.Background(), copied)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	return s
}

func age(b *testing.B, path string) time.Time {
	b.Helper()
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	return info.ModTime()
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	return out.Close()
}

// sit begins a session on a store, in colour on a screen of 120×40, before anything was read.
func sit(b *testing.B, s *store.Store) *fixture {
	b.Helper()
	clock := uitest.NewClock()
	f := &fixture{store: s, tape: &tape{}}
	look := theme.New(theme.Options{Profile: termenv.TrueColor, Dark: true})
	f.app = newApp(screen.Kit{
		Context: context.Background(), Clock: clock, Theme: look, Keys: keys.Default(), Reviewer: "ana",
	}, parts{store: s, engine: idle{engine.New(s, engine.Config{}), s}, player: f.tape}, 1)
	f.Driver = uitest.NewDriver(b, clock, f.app)
	return f
}

// paint starts a session and draws its first screen: the queue of 900,000 tracks.
func (f *fixture) paint() {
	f.Run(f.app.start())
	f.Send(tea.WindowSizeMsg{Width: 120, Height: 40})
	_ = f.app.View()
}

// quantiles reports the median and the 99th percentile of what once takes; before runs outside of the time.
func quantiles(b *testing.B, before, once func()) {
	b.Helper()
	var times []time.Duration
	for b.Loop() {
		before()
		start := time.Now()
		once()
		times = append(times, time.Since(start))
	}
	slices.Sort(times)
	at := func(q float64) float64 { return float64(times[int(q*float64(len(times)-1))].Nanoseconds()) / 1e6 }
	b.ReportMetric(at(0.5), "p50-ms")
	b.ReportMetric(at(0.99), "p99-ms")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkFirstPaint is the time from the start of the program to the queue on the screen.
func BenchmarkFirstPaint(b *testing.B) {
	s := million(b)
	var f *fixture
	quantiles(b, func() { f = sit(b, s) }, func() { f.paint() })
}

// BenchmarkPageDown is one page down somewhere in the list, from the key to the drawn screen.
func BenchmarkPageDown(b *testing.B) {
	f := sit(b, million(b))
	f.paint()
	r := rand.New(rand.NewPCG(1, 2))
	f.rest()
	quantiles(b, func() {
		if r.IntN(20) == 0 {
			f.Run(f.app.queue.Return(screen.BackMsg{Track: store.TrackID(1 + r.IntN(900_000))}))
		}
		f.Advance(150 * time.Millisecond)
	}, func() {
		f.Press("pgdown")
		_ = f.app.View()
	})
}

// BenchmarkFilter is the time from the last letter of a filter to the rows that it leaves.
func BenchmarkFilter(b *testing.B) {
	s := million(b)
	for name, text := range map[string]string{
		"flags":   "verdict:suspicious tier:human_safe undecided",
		"score":   "score>0.8 score<0.9",
		"word":    "kafab",
		"nothing": "artist~qqqqqq",
	} {
		b.Run(name, func(b *testing.B) {
			f := sit(b, s)
			f.paint()
			f.rest()
			quantiles(b, func() {
				if f.app.scope() == keys.ScopeInput {
					f.Press("ctrl+u", "enter")
				}
				f.Advance(time.Second)
				f.Press("/")
			}, func() {
				f.Send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text), Paste: true})
				_ = f.app.View()
			})
		})
	}
}

// BenchmarkDecision is a decision in the review of 900,000 tracks: until the next track is on the screen and told to
// play, and until it is on the disk and everything is read for the one after.
func BenchmarkDecision(b *testing.B) {
	for _, whole := range []bool{false, true} {
		name := "next-on-screen"
		if whole {
			name = "written-and-ready"
		}
		b.Run(name, func(b *testing.B) {
			f := sit(b, million(b))
			f.paint()
			f.rest()
			f.Press("enter")
			f.rest()
			quantiles(b, func() {
				f.Release()
				f.rest()
				f.Hold = !whole
			}, func() {
				f.Press("a")
				_ = f.app.View()
				if whole {
					f.Advance(screen.KeyGap)
				}
			})
		})
	}
}
