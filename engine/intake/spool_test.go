package intake

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSpool(t *testing.T) {
	database := filepath.Join(t.TempDir(), "x.db")
	text := strings.Repeat("line\n", 50_000)
	path, err := Spool(context.Background(), strings.NewReader(text), database, "host:1:a.b.2-1")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != text {
		t.Errorf("a copy of %d bytes has %d, %v", len(text), len(got), err)
	}
	if spools, err := Spools(database); err != nil || len(spools) != 1 || spools[path] != "host:1:a.b.2-1" {
		t.Errorf("spools %v, %v", spools, err)
	}
}

// waiting says when it is read from, and never gives anything.
type waiting struct {
	io.Reader
	asked chan struct{}
}

func (w waiting) Read(p []byte) (int, error) {
	close(w.asked)
	return w.Reader.Read(p)
}

func TestSpoolOfASilentPipeEndsWithItsContext(t *testing.T) {
	database := filepath.Join(t.TempDir(), "x.db")
	silent, end, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	defer end.Close()
	ctx, cancel := context.WithCancel(context.Background())
	in := waiting{silent, make(chan struct{})}
	done := make(chan error, 1)
	go func() {
		_, err := Spool(ctx, in, database, "me")
		done <- err
	}()
	<-in.asked
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if spools, err := Spools(database); err != nil || len(spools) != 0 {
		t.Errorf("copies left: %v, %v", spools, err)
	}
}
