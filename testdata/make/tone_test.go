package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestTones checks that every tone is there, and that what loses nothing holds a tone of full scale.
func TestTones(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir(filepath.Join(folder, "tone"))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(tones) {
		t.Errorf("%d files, want %d", len(entries), len(tones))
	}
	for file := range tones {
		sound := decode(t, filepath.Join(folder, "tone", file), toneRate)
		var peak int16
		for _, v := range sound.samples {
			peak = max(peak, v)
		}
		switch filepath.Ext(file) {
		case ".wav", ".aiff", ".flac":
			if peak < 32766 {
				t.Errorf("%s: peak %d", file, peak)
			}
		default:
			if peak < 32000 {
				t.Errorf("%s: peak %d, and an encoder does not lose that much", file, peak)
			}
		}
	}
}
