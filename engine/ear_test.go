package engine

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"earmark/analyzer"
	"earmark/engine/process"
)

func TestAnalyzeFile(t *testing.T) {
	b := newBench(t)
	full := func(c *Config) { c.Full = true }
	soon := func(c *Config) { c.TrackTimeout = 50 * time.Millisecond }
	for _, test := range []struct {
		name, text string
		change     func(*Config)
		by         *analyzer.Thresholds
		code       string // empty: there is a report
		full       bool
	}{
		{"a.mp3", "suspicious", nil, nil, "", true},
		{"b.mp3", "partly", nil, nil, "", false},
		{"b.mp3", "partly", full, nil, "", true},
		{"n.mp3", "near", nil, nil, "", false},
		{"n.mp3", "near", nil, &analyzer.Thresholds{Recall: nearRecall}, "", true},
		{"no utf-8 \xff.mp3", "ok", nil, nil, "", true},
		{"c.mp3", "short", nil, nil, "too_short", false},
		{"d.mp3", "crash", nil, nil, process.CodeCrashed, false},
		{"e.mp3", "change", nil, nil, CodeChanged, false},
		{"f.mp3", "hang", soon, nil, process.CodeTimeLimit, false},
	} {
		b.put(test.name, test.text)
		c := workerConfig(1, b.log, "")
		if test.change != nil {
			test.change(&c)
		}
		r, err := AnalyzeFile(context.Background(), c, filepath.Join(b.music, test.name), test.by)
		fault, _ := errors.AsType[*analyzer.Error](err)
		switch {
		case test.code != "" && (fault == nil || fault.Code != test.code || r != nil):
			t.Errorf("%q, %s: %v", test.name, test.text, err)
		case test.code == "" && (err != nil || r.Full != test.full || r.ContentSHA256 == ""):
			t.Errorf("%q, %s: %+v, %v", test.name, test.text, r, err)
		}
	}
	_, err := AnalyzeFile(context.Background(), workerConfig(1, b.log, ""), filepath.Join(b.music, "none.mp3"), nil)
	if fault, ok := errors.AsType[*analyzer.Error](err); !ok || fault.Code != codeNotFound {
		t.Errorf("no file: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = AnalyzeFile(ctx, workerConfig(1, b.log, ""), filepath.Join(b.music, "a.mp3"), nil)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}
