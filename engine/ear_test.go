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
	for _, test := range []struct {
		name, text string
		change     func(*Config)
		code       string // empty: there is a report
		full       bool
	}{
		{"a.mp3", "suspicious", nil, "", true},
		{"b.mp3", "partly", nil, "", false},
		{"b.mp3", "partly", full, "", true},
		{"no utf-8 \xff.mp3", "ok", nil, "", true},
		{"c.mp3", "short", nil, "too_short", false},
		{"d.mp3", "crash", nil, process.CodeCrashed, false},
		{"e.mp3", "change", nil, CodeChanged, false},
		{"f.mp3", "hang", func(c *Config) { c.TrackTimeout = 50 * time.Millisecond }, process.CodeTimeLimit, false},
	} {
		b.put(test.name, test.text)
		c := workerConfig(1, b.log, "")
		if test.change != nil {
			test.change(&c)
		}
		r, err := AnalyzeFile(context.Background(), c, filepath.Join(b.music, test.name))
		fault, _ := errors.AsType[*analyzer.Error](err)
		switch {
		case test.code != "" && (fault == nil || fault.Code != test.code || r != nil):
			t.Errorf("%q, %s: %v", test.name, test.text, err)
		case test.code == "" && (err != nil || r.Full != test.full || r.ContentSHA256 == ""):
			t.Errorf("%q, %s: %+v, %v", test.name, test.text, r, err)
		}
	}
	_, err := AnalyzeFile(context.Background(), workerConfig(1, b.log, ""), filepath.Join(b.music, "none.mp3"))
	if fault, ok := errors.AsType[*analyzer.Error](err); !ok || fault.Code != codeNotFound {
		t.Errorf("no file: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = AnalyzeFile(ctx, workerConfig(1, b.log, ""), filepath.Join(b.music, "a.mp3"))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}
