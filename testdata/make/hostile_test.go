package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestHostile checks that the folder holds the table's files and no other, and that they are what the table says:
// those that need no encoder byte for byte, the others by having content.
func TestHostile(t *testing.T) {
	t.Parallel()
	rows := table(t, filepath.Join(folder, "hostile", "expected.tsv"), "\t")[1:]
	if len(rows) != len(hostiles) {
		t.Fatalf("expected.tsv has %d lines for %d files", len(rows), len(hostiles))
	}
	for i, h := range hostiles {
		if rows[i][0] != h.file || rows[i][1] != h.expected {
			t.Errorf("expected.tsv: %q, want %s, %s", rows[i], h.file, h.expected)
		}
	}
	entries, err := os.ReadDir(filepath.Join(folder, "hostile"))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(hostiles)+1 {
		t.Errorf("%d files, want %d and the table", len(entries), len(hostiles))
	}
}

// TestMadeOfBytes makes again what needs no encoder.
func TestMadeOfBytes(t *testing.T) {
	t.Parallel()
	for _, h := range hostiles {
		switch h.file {
		case "empty.mp3", "zeros.flac", "random.mp3", "page.mp3", "tag-only.mp3", "endless-tag.mp3":
		default:
			continue
		}
		want, err := h.content(t.Context(), t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(folder, "hostile", h.file))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what it was made from (%v): make fixtures", h.file, err)
		}
	}
}

// TestSyncsafe checks sizes against the example of the ID3 standard: 257 is 0x02 0x01.
func TestSyncsafe(t *testing.T) {
	t.Parallel()
	for n, want := range map[int][]byte{0: {0, 0, 0, 0}, 127: {0, 0, 0, 127}, 257: {0, 0, 2, 1}} {
		if got := syncsafe(n); !bytes.Equal(got, want) {
			t.Errorf("syncsafe(%d) = %v, want %v", n, got, want)
		}
	}
}
