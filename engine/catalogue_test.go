package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"earmark/analyzer"
)

// heard hears a source and gives what came of each item.
func (b *bench) heard(e *Engine, s Source) map[string]Heard {
	b.Helper()
	all := map[string]Heard{}
	err := e.Hear(context.Background(), s, func(h Heard, n int) error {
		if _, again := all[h.ItemID]; again || h.Index >= n {
			b.Errorf("%s: number %d of %d, heard before: %v", h.ItemID, h.Index, n, again)
		}
		all[h.ItemID] = h
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return all
}

func TestHearMeasuresWithoutAJob(t *testing.T) {
	b := newBench(t)
	b.fill(3)
	b.put("short.mp3", "short")
	b.put("crash.mp3", "crash")
	b.put("unmeasured.mp3", "unmeasured")
	b.put("refused.mp3", "refused")
	b.put("list.ndjson", `{"item_id": "A-1", "path": "0000.mp3", "metadata": {"genre": "folk"}}
{"item_id": "A-2"`)
	e := b.engine(b.store, 2)
	all := b.heard(e, Source{Paths: []string{b.music}, Manifest: filepath.Join(b.music, "list.ndjson")})
	if len(all) != 9 {
		t.Fatalf("%d items: %+v", len(all), all)
	}
	music := filepath.Base(b.music) + "/"
	for item, code := range map[string]string{
		"A-1": "", music + "0001.mp3": "", music + "unmeasured.mp3": "", music + "short.mp3": "too_short",
		music + "crash.mp3": "worker_crashed", music + "refused.mp3": CodeRefused, "line 2": "line_invalid",
	} {
		h := all[item]
		switch {
		case code == "" && (h.Report == nil || h.Fault != nil || h.Report.DetectorVersion != analyzer.Version()):
			t.Errorf("%s: %+v", item, h)
		case code != "" && (h.Fault == nil || h.Fault.Code != code || h.Fault.Message == ""):
			t.Errorf("%s: %+v, want %s", item, h, code)
		}
	}
	if got := string(all["A-1"].Metadata); got != `{"genre": "folk"}` {
		t.Errorf("metadata %s", got)
	}
	// Again: what was measured is known, the same bytes too, and there is no job.
	before, _, _ := b.analyses()
	if before["0000.mp3"] != 1 {
		t.Errorf("the same file was analysed %d times", before["0000.mp3"])
	}
	b.put("copy.mp3", "ok 1")
	again := b.heard(b.engine(b.store, 2), Source{Paths: []string{b.music}})
	after, _, _ := b.analyses()
	if again["copy.mp3"].Report == nil || after["copy.mp3"] != 0 || after["0002.mp3"] != 1 {
		t.Errorf("analysed again: %v", after)
	}
	if jobs, err := b.store.Jobs(t.Context()); err != nil || len(jobs) != 0 {
		t.Errorf("%d jobs, %v", len(jobs), err)
	}
}

// TestHearHearsAsMuchAsAScan hears a recording whose evidence is in what only --full hears.
func TestHearHearsAsMuchAsAScan(t *testing.T) {
	b := newBench(t)
	b.put("a.mp3", "partly 1")
	music := Source{Paths: []string{b.music}}
	all := func(c *Config) { c.Full = true }
	for i, step := range []struct {
		change []func(*Config)
		full   bool
		total  int // analyses so far
	}{{nil, false, 1}, {nil, false, 1}, {[]func(*Config){all}, true, 2}, {nil, true, 2}} {
		h := b.heard(b.engine(b.store, 1, step.change...), music)["a.mp3"]
		if _, total, _ := b.analyses(); h.Report == nil || h.Report.Full != step.full || total != step.total {
			t.Errorf("step %d: %+v after %d analyses", i, h, total)
		}
	}
}

func TestHearCutOffGoesOn(t *testing.T) {
	b := newBench(t).gated()
	b.fill(4)
	ctx, cancel := context.WithCancel(t.Context())
	b.let(2)
	n := 0
	err := b.engine(b.store, 1).Hear(ctx, Source{Paths: []string{b.music}}, func(Heard, int) error {
		n++
		if n == 2 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || n != 2 {
		t.Fatalf("%d heard, %v", n, err)
	}
	b.let(2)
	if all := b.heard(b.engine(b.store, 1), Source{Paths: []string{b.music}}); len(all) != 4 {
		t.Errorf("%d items", len(all))
	}
	counts, _, _ := b.analyses()
	if counts["0000.mp3"] != 1 || counts["0001.mp3"] != 1 {
		t.Errorf("what was done is done again: %v", counts)
	}
}

func TestHearGivesUpForWhatIsNoTracksFault(t *testing.T) {
	b := newBench(t)
	b.fill(3)
	own := errors.New("enough")
	music := Source{Paths: []string{b.music}}
	err := b.engine(b.store, 2).Hear(t.Context(), music, func(Heard, int) error { return own })
	if !errors.Is(err, own) {
		t.Errorf("%v", err)
	}
	broken := b.engine(b.store, 2, func(c *Config) { c.Command = []string{filepath.Join(b.dir, "nothing")} })
	b.put("new.mp3", "ok new")
	err = broken.Hear(t.Context(), music, func(Heard, int) error { return nil })
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}
