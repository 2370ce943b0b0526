package analyzer

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// writeWAV writes mono 32-bit float samples.
func writeWAV(t *testing.T, path string, rate int, x []float32) {
	t.Helper()
	var b bytes.Buffer
	size := uint32(4 * len(x))
	b.WriteString("RIFF")
	for _, v := range []any{
		36 + size, [8]byte([]byte("WAVEfmt ")), uint32(16), uint16(3), uint16(1), uint32(rate), uint32(4 * rate),
		uint16(4), uint16(32), [4]byte([]byte("data")), size,
	} {
		if err := binary.Write(&b, binary.LittleEndian, v); err != nil {
			t.Fatal(err)
		}
	}
	for _, v := range x {
		b.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(v)))
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestServeAnswersEveryLineInOrder(t *testing.T) {
	dir := t.TempDir()
	good, silent := filepath.Join(dir, "good.wav"), filepath.Join(dir, "silent.wav")
	writeWAV(t, good, 44100, noise(44100, 12, 0.1, 1))
	writeWAV(t, silent, 44100, make([]float32, 10*44100))
	text := filepath.Join(dir, "text.mp3")
	if err := os.WriteFile(text, []byte(strings.Repeat("not music, but a letter.\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	var in, out bytes.Buffer
	enc := json.NewEncoder(&in)
	want := []struct{ id, path, code string }{
		{"a", good, ""},
		{"b", silent, CodeSilent},
		{"c", text, "audio_load_failed"},
		{"d", filepath.Join(dir, "gone.wav"), "file_not_found"},
		{"e", good, ""},
	}
	for _, w := range want {
		if err := enc.Encode(Item{ID: w.id, Path: w.path}); err != nil {
			t.Fatal(err)
		}
	}
	in.WriteString("{this is no item\n")
	if err := Serve(context.Background(), &in, &out, 4<<30); err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(&out)
	var reports []*Report
	for _, w := range want {
		var a Answer
		if err := dec.Decode(&a); err != nil {
			t.Fatal(err)
		}
		code := ""
		if a.Error != nil {
			code = a.Error.Code
		}
		if a.ID != w.id || code != w.code || (a.Report == nil) == (code == "") {
			t.Errorf("answer %q: code %q, report %v; want %q, %q", a.ID, code, a.Report != nil, w.id, w.code)
		}
		if a.Report != nil {
			reports = append(reports, a.Report)
		}
	}
	var bad Answer
	if err := dec.Decode(&bad); err != nil || bad.Error == nil || bad.Error.Code != "bad_item" {
		t.Errorf("answer to a broken line: %+v, %v", bad, err)
	}
	if len(reports) == 2 && (reports[0].SoundSHA256 != reports[1].SoundSHA256 || len(reports[0].ContentSHA256) != 64) {
		t.Error("the same file twice gives two reports")
	}
}

func TestHashFileRefusesWhatIsTooLarge(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.wav")
	writeWAV(t, path, 44100, make([]float32, 1000))
	if err := os.Truncate(path, MaxBytes+1); err != nil { // a hole: it takes no space
		t.Fatal(err)
	}
	_, err := HashFile(context.Background(), path)
	if err == nil || !strings.HasPrefix(err.Error(), CodeTooLarge) {
		t.Errorf("error %v, want %s", err, CodeTooLarge)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := HashFile(ctx, path); err == nil {
		t.Error("a cancelled hash succeeded")
	}
}
