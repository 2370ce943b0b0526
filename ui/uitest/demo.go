package uitest

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"testing"
	"time"

	"earmark/analyzer"
	"earmark/analyzer/audio"
	"earmark/store"
)

// Owner claims the tracks of test jobs.
const owner = "test"

// Open opens an empty store whose clock is Start.
func Open(tb testing.TB) *store.Store {
	tb.Helper()
	s, err := store.Open(context.Background(), filepath.Join(tb.TempDir(), "test.db"),
		store.WithClock(func() time.Time { return Start.Add(-2 * time.Hour) }))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

// Track is a made-up track of a test job.
type Track struct {
	Path      string
	Report    *analyzer.Report
	Code, Why string // failed, when Code is set
	Waiting   bool
}

// Job stores a job of made-up tracks, analysed in their order.
func Job(tb testing.TB, s *store.Store, name string, tracks []Track) store.Job {
	tb.Helper()
	ctx := context.Background()
	must := func(err error) {
		if err != nil {
			tb.Helper()
			tb.Fatal(err)
		}
	}
	job, err := s.CreateJob(ctx, name, "/music/"+name)
	must(err)
	items := make([]store.NewTrack, len(tracks))
	for i, t := range tracks {
		items[i] = store.NewTrack{ItemID: filepath.Base(t.Path), Path: t.Path}
	}
	must(s.AddTracks(ctx, job.ID, items))
	must(s.SealJob(ctx, job.ID))
	for _, t := range tracks {
		if t.Waiting {
			break
		}
		claims, err := s.Claim(ctx, owner, 1, time.Hour)
		must(err)
		if len(claims) != 1 || claims[0].Path != t.Path {
			tb.Fatalf("claimed %v, want %s", claims, t.Path)
		}
		if t.Code != "" {
			must(s.Fail(ctx, owner, claims[0].Track, t.Code, t.Why))
		} else {
			must(s.Finish(ctx, owner, claims[0].Track, t.Report))
		}
	}
	job, err = s.Job(ctx, job.ID)
	must(err)
	return job
}

// Demo is a job of every kind of track, the strange ones included.
func Demo() []Track {
	failed := func(file, code, why string) Track { return Track{Path: "/music/demos/" + file, Code: code, Why: why} }
	ok := func(file string, r *analyzer.Report) Track { return Track{Path: "/music/demos/" + file, Report: r} }
	return []Track{
		ok("01 night drive.mp3", Lattice(1, "Night Drive", "Neon Fields", 0.98, 86.1328)),
		ok("02 kitchen radio.flac", Human(2, "Kitchen Radio", "The Ordinary Sundays", 0.04)),
		ok("03 夜に駆ける.mp3", Lattice(3, "夜に駆ける 👩‍🎤 live at 東京ドーム", "幾田りら", 0.91, 50)),
		ok("04 \x1b[31mred\x1b[0m.ogg",
			Human(4, "\x1b[2J\x1b[1;31mRed\x07 Alert\nTwo", "Control \u202eCharacters", 0.11)),
		failed("05 broken.mp3", "audio_load_failed", "the file is not audio that can be read"),
		ok("06 glass harbour.wav", Template(6, "Glass Harbour", "Mira Sol", 0.83)),
		ok("07 field recording.wav", Unmeasured(7, "Field Recording", "")),
		ok("08 almost.mp3", Weak(8, "Almost", "Halfway House", 0.46)),
		ok("09 "+longName+".flac", Human(9, longName, "A Choir of Very Many People Indeed", 0.19)),
		failed("10 voice memo.m4a", "decoder_missing", "ffmpeg is needed for this format: apt-get install ffmpeg"),
		ok("11 paper moon.opus", Lattice(11, "Paper Moon", "Lantern & Co", 0.95, 400)),
		ok("12 untitled.aiff", Human(12, "", "", 0.02)),
	}
}

const longName = "A Title That Goes On and On Because Nobody Told the Band to Stop at a Sensible Length"

// Human is a report without evidence.
func Human(n int, title, artist string, score float64) *analyzer.Report {
	return base(n, title, artist, score, analyzer.Tiers{
		PressSafe: analyzer.Human, HumanSafe: analyzer.Human, Recall: analyzer.Human,
	})
}

// Weak is a report that only the recall tier flags.
func Weak(n int, title, artist string, score float64) *analyzer.Report {
	r := base(n, title, artist, score, analyzer.Tiers{
		HumanSafe: analyzer.Human, Recall: analyzer.Suspicious,
	})
	r.Reliability, r.ReliabilityReasons = 0.55, []string{"only 24 s were measured", "mp3 at 96 kbit/s"}
	return r
}

// Template is a report flagged without a lattice.
func Template(n int, title, artist string, score float64) *analyzer.Report {
	r := base(n, title, artist, score, analyzer.Tiers{
		HumanSafe: analyzer.Suspicious, Recall: analyzer.Suspicious,
	})
	mark(r, 3)
	return r
}

// Lattice is a report flagged by lines of one spacing.
func Lattice(n int, title, artist string, score, spacing float64) *analyzer.Report {
	r := base(n, title, artist, score, analyzer.Tiers{
		PressSafe: analyzer.Suspicious, HumanSafe: analyzer.Suspicious, Recall: analyzer.Suspicious,
	})
	mark(r, 2)
	r.Audio.Tags.Comment = "made with suno; id=0b5c"
	const from, to = 2700, 9400
	l := &analyzer.Lattice{SpacingHz: spacing, FromHz: math.Ceil(from/spacing) * spacing, Strength: 21.4}
	for f := l.FromHz; f <= to; f += spacing {
		height := 1.2 + 0.8*math.Sin(f/700)
		l.ToHz, l.Lines = f, l.Lines+1
		if len(r.Evidence.Lines) < 64 {
			line := analyzer.Line{Hz: f, HeightDB: height, Share: 0.96, Lattice: true}
			r.Evidence.Lines = append(r.Evidence.Lines, line)
		}
		if i := int((f - r.Spectrum.FromHz) / r.Spectrum.StepHz); i < len(r.Spectrum.Values) {
			r.Spectrum.Values[i] += float32(height)
		}
	}
	for _, s := range r.Segments {
		if s.Suspicious {
			l.Segments++
		}
	}
	r.Evidence.Lattice = l
	return r
}

// Unmeasured is a report of a recording that is unfit for a verdict.
func Unmeasured(n int, title, artist string) *analyzer.Report {
	r := base(n, title, artist, 0, analyzer.Tiers{})
	r.Measured, r.Verdict, r.Reliability = false, analyzer.Human, 0.2
	r.ReliabilityReasons = []string{"the sound ends at 3.9 kHz", "8 kHz sample rate"}
	return r
}

func base(n int, title, artist string, score float64, tiers analyzer.Tiers) *analyzer.Report {
	seconds := 90 + float64(n*17%150)
	r := &analyzer.Report{
		DetectorVersion: "1.0.0+test", CalibrationVersion: "test",
		ContentSHA256: fmt.Sprintf("%064x", n), SoundSHA256: fmt.Sprintf("%064x", n+1_000_000),
		Audio: audio.Info{
			DurationSec: seconds, Bitrate: 192_000, SampleRate: 44_100, Channels: 2,
			Codec: []string{"mp3", "flac", "vorbis", "pcm_s16le", "opus"}[n%5],
			Tags:  audio.Tags{Title: title, Artist: artist, Album: "Demos", ISRC: fmt.Sprintf("DEA12%07d", n)},
		},
		HeardSec: seconds, Full: true, Verdict: tiers.HumanSafe, Tiers: tiers,
		Scores:      analyzer.Scores{Truth: score, Geo: score},
		Reliability: 0.94, Measured: true, Origin: "unknown",
		Spectrum: analyzer.Curve{FromHz: 1000, StepHz: 15000.0 / 4096, Values: make([]float32, 4096)},
	}
	for i := range 1000 {
		x := float64(i) / 1000
		level := (0.35 + 0.25*math.Sin(x*9+float64(n))) * (0.6 + 0.4*math.Abs(math.Sin(x*97)))
		r.Waveform = append(r.Waveform, float32(level*math.Min(1, 12*math.Min(x, 1-x))))
	}
	for i := range r.Spectrum.Values {
		r.Spectrum.Values[i] = float32(0.15 + 0.1*math.Sin(float64(i)*1.7+float64(n)))
	}
	for start := 0.0; start < seconds; start += 10 {
		end := math.Min(start+10, seconds)
		r.Segments = append(r.Segments, analyzer.Segment{StartSec: start, EndSec: end, Score: score * 0.8})
	}
	return r
}

// mark makes all segments but every nth suspicious.
func mark(r *analyzer.Report, n int) {
	for i := range r.Segments {
		if i%n != n-1 {
			r.Segments[i].Suspicious, r.Segments[i].Score = true, 0.9
		}
	}
}
