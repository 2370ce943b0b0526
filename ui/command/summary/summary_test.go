package summary

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/muesli/termenv"

	"earmark/analyzer"
	"earmark/analyzer/audio"
	"earmark/analyzer/training/evaluation"
	"earmark/store"
	"earmark/ui/cell"
	"earmark/ui/theme"
)

const me = "test"

func again(rest string) string { return strings.TrimSpace("earmark " + rest) }

// filled is a job with 25 suspicious tracks, one clear, one not measured, one failed and one that is still queued.
func filled(t *testing.T) (*store.Store, store.Job) {
	t.Helper()
	ctx := t.Context()
	s, err := store.Open(ctx, filepath.Join(t.TempDir(), "q.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	j, err := s.CreateJob(ctx, "May\x1b[2J demos", "")
	check(err)
	var tracks []store.NewTrack
	for i := range 29 {
		name := fmt.Sprintf("track %02d\x1b]0;evil\a %s.wav", i, strings.Repeat("long ", 20))
		tracks = append(tracks, store.NewTrack{ItemID: name, Path: "/m/" + name})
	}
	check(s.AddTracks(ctx, j.ID, tracks))
	check(s.SealJob(ctx, j.ID))
	claims, err := s.Claim(ctx, me, 28, time.Hour)
	check(err)
	for i, c := range claims {
		if i == 27 {
			check(s.Fail(ctx, me, c.Track, "audio_load_failed", "no\x1b[1m sound\nin it"))
			continue
		}
		const h, sus = analyzer.Human, analyzer.Suspicious
		r := &analyzer.Report{
			DetectorVersion: "1", ContentSHA256: fmt.Sprintf("%064d", i), Measured: true, Verdict: sus,
			Tiers: analyzer.Tiers{HumanSafe: sus, Recall: sus}, Scores: analyzer.Scores{Truth: 0.9},
			Audio: audio.Info{DurationSec: 192},
		}
		switch i {
		case 25:
			r.Verdict, r.Tiers = h, analyzer.Tiers{PressSafe: h, HumanSafe: h, Recall: h}
		case 26:
			r.Verdict, r.Tiers, r.Measured = h, analyzer.Tiers{}, false
		}
		check(s.Finish(ctx, me, c.Track, r))
	}
	j, err = s.Job(ctx, j.ID)
	check(err)
	return s, j
}

func TestJob(t *testing.T) {
	s, j := filled(t)
	for _, th := range []*theme.Theme{theme.Plain(), theme.New(theme.Options{Profile: termenv.ANSI})} {
		for _, width := range []int{0, 80, 200} {
			var out strings.Builder
			style := Style{Theme: th, Width: width, Again: again}
			if err := Job(t.Context(), &out, s, j, 90*time.Second, style); err != nil {
				t.Fatal(err)
			}
			text := out.String()
			if !th.Colored() && strings.ContainsAny(text, "\x1b\a\r") {
				t.Errorf("control characters: %q", text)
			}
			for line := range strings.Lines(text) {
				if width > 0 && cell.Width(strings.TrimSuffix(line, "\n")) > width {
					t.Errorf("%d cells, not %d: %s", cell.Width(line), width, line)
				}
			}
			if th.Colored() {
				continue
			}
			for _, want := range []string{
				"job_1  May demos  29 files in 2 min\n", "suspicious    25", "not flagged    1", "not measured   1",
				"failed         1", "waiting        1", "  … and 5 more: earmark results job_1 --verdict suspicious\n",
				"audio_load_failed", "Review by ear  earmark\n", "earmark export job_1 -o FILE.csv\n",
			} {
				if !strings.Contains(text, want) {
					t.Errorf("width %d lacks %q:\n%s", width, want, text)
				}
			}
			if n := strings.Count(text, "human-safe    3:12"); n != listed {
				t.Errorf("%d suspicious tracks are listed", n)
			}
		}
	}
}

func TestJobs(t *testing.T) {
	_, j := filled(t)
	reading := store.Job{ID: 2, Name: strings.Repeat("long ", 20), Status: store.JobQueued, CreatedAt: j.CreatedAt}
	var out strings.Builder
	Jobs(&out, []store.Job{reading, j}, j.CreatedAt.Add(5*time.Minute), theme.Plain(), 80)
	for line := range strings.Lines(out.String()) {
		if w := cell.Width(strings.TrimSuffix(line, "\n")); w > 80 {
			t.Errorf("%d cells: %s", w, line)
		}
	}
	for _, want := range []string{"job_2", "reading", "28 of 29", "5 min ago", "processing"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("lacks %q:\n%s", want, out.String())
		}
	}
}

func TestJobObjects(t *testing.T) {
	_, j := filled(t)
	var out strings.Builder
	if err := JobObjects(&out, []store.Job{j}); err != nil {
		t.Fatal(err)
	}
	var o struct {
		ID                                  string
		Total, Processed, Succeeded, Failed int64
		Counts                              struct{ Human, Suspicious int64 } `json:"verdict_counts"`
		Completed                           *string                           `json:"completed_at"`
	}
	if err := json.Unmarshal([]byte(out.String()), &o); err != nil {
		t.Fatal(err)
	}
	if o.ID != "job_1" || o.Processed != o.Succeeded+o.Failed || o.Counts.Human+o.Counts.Suspicious != o.Succeeded ||
		o.Completed != nil || o.Total != 29 {
		t.Errorf("%s", out.String())
	}
}

func TestColumnsShrinkTheWidest(t *testing.T) {
	var out strings.Builder
	columns := []Column{{Head: "a"}, {Head: "n", Right: true}, {Head: "path", Most: 100, Left: true}}
	Columns(&out, "> ", columns, [][]string{
		{"x", "1", "/very/long/path/to/the/end.wav"}, {"yy", "22", "b"},
	}, 24)
	want := "> a    n  path\n> x    1  …o/the/end.wav\n> yy  22  b\n"
	if out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}

func TestDetection(t *testing.T) {
	outcomes := []evaluation.Outcome{
		{Source: "a", Manipulation: "as it is", Measured: true},
		{Source: "a", Manipulation: "as it is"},
		{AI: true, Source: "suno\x1b[2J", Manipulation: "as it is", Margin: 9, Conservative: 9, Measured: true},
		{AI: true, Source: "suno\x1b[2J", Manipulation: "as it is", Margin: 9, Conservative: 9},
	}
	table, err := evaluation.Tabulate(outcomes, analyzer.Thresholds{Recall: 1, HumanSafe: 1, PressSafe: 1}, "as it is")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	Detection(&out, table[len(table)/2:], 0)
	want := []string{
		"SOURCE MANIPULATION TRACKS ∅ AUC RECALL HUMAN-SAFE 95 % PRESS-SAFE AT 1 % AT 0 CLEAN 1 % CLEAN 0",
		"human as it is 2 1 – 0.0 % 0.0 % 0.0–97.5 0.0 % – 0.0 % – 0.0 %",
		"all AI as it is 2 1 1.000 50.0 % 50.0 % 1.3–98.7 50.0 % – 50.0 % – 50.0 %",
		"suno as it is 2 1 1.000 50.0 % 50.0 % 1.3–98.7 50.0 % – 50.0 % – 50.0 %",
	}
	lines := strings.Split(out.String(), "\n")
	for i := range want {
		if got := strings.Join(strings.Fields(lines[i]), " "); got != want[i] {
			t.Errorf("%q, want %q", got, want[i])
		}
	}
}
