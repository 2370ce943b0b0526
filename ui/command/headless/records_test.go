package headless

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"earmark/analyzer"
	"earmark/store"
)

const me = "test"

// job makes a sealed job of n tracks named 000, 001 …, all of them claimed.
func job(t *testing.T, n int) (*store.Store, store.JobID, []store.Claim) {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "q.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	j, err := s.CreateJob(t.Context(), "job", "")
	if err != nil {
		t.Fatal(err)
	}
	var tracks []store.NewTrack
	for i := range n {
		tracks = append(tracks, store.NewTrack{ItemID: fmt.Sprintf("%03d", i), Path: fmt.Sprintf("/m/%03d.wav", i)})
	}
	if err := s.AddTracks(t.Context(), j.ID, tracks); err != nil {
		t.Fatal(err)
	}
	if err := s.SealJob(t.Context(), j.ID); err != nil {
		t.Fatal(err)
	}
	claims, err := s.Claim(t.Context(), me, n, time.Hour)
	if err != nil || len(claims) != n {
		t.Fatalf("%d claims, %v", len(claims), err)
	}
	return s, j.ID, claims
}

func finish(t *testing.T, s *store.Store, c store.Claim) {
	t.Helper()
	r := &analyzer.Report{
		DetectorVersion: "1", ContentSHA256: fmt.Sprintf("%064d", int64(c.Track)),
		Verdict: analyzer.Human, Measured: true,
		Tiers: analyzer.Tiers{PressSafe: analyzer.Human, HumanSafe: analyzer.Human, Recall: analyzer.Human},
	}
	if err := s.Finish(t.Context(), me, c.Track, r); err != nil {
		t.Fatal(err)
	}
}

// signalled tells of every write.
type signalled struct {
	bytes.Buffer
	wrote chan struct{}
}

func (w *signalled) Write(p []byte) (int, error) {
	n, err := w.Buffer.Write(p)
	w.wrote <- struct{}{}
	return n, err
}

func items(t *testing.T, text string) (ids []string) {
	t.Helper()
	for line := range strings.Lines(text) {
		var r struct {
			Item string `json:"item_id"`
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, r.Item)
	}
	return ids
}

func TestRecordsComeInTheOrderOfTheIntake(t *testing.T) {
	const n = 2*recordPage + 7
	s, id, claims := job(t, n)
	w := &signalled{wrote: make(chan struct{}, n)}
	r := startRecords(t.Context(), s, id, w)
	finish(t, s, claims[1])
	finish(t, s, claims[0])
	r.more()
	<-w.wrote
	<-w.wrote
	for _, c := range slices.Backward(claims[2:]) { // the last one first
		finish(t, s, c)
		r.more()
	}
	if err := r.finish(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := items(t, w.String())
	if len(got) != n || !slices.IsSorted(got) || len(slices.Compact(got)) != n {
		t.Errorf("%d records: %v", len(got), got)
	}
}

func TestRecordsPassOverWhatWasCancelled(t *testing.T) {
	s, id, claims := job(t, 4)
	var out bytes.Buffer
	r := startRecords(t.Context(), s, id, &out)
	finish(t, s, claims[0])
	finish(t, s, claims[3])
	if err := s.Release(t.Context(), me); err != nil {
		t.Fatal(err)
	}
	if err := s.SetJobStatus(t.Context(), id, store.JobCancelled); err != nil {
		t.Fatal(err)
	}
	if err := r.finish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := items(t, out.String()); !slices.Equal(got, []string{"000", "003"}) {
		t.Errorf("records of %v", got)
	}
}

func TestRecordsWithoutAReader(t *testing.T) {
	s, id, claims := job(t, 1)
	finish(t, s, claims[0])
	in, out := io.Pipe() // nobody reads
	defer in.Close()
	ctx, cancel := context.WithCancel(t.Context())
	r := startRecords(ctx, s, id, out)
	r.more()
	cancel()
	if err := r.finish(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestRecordsOfABrokenPipe(t *testing.T) {
	s, id, claims := job(t, 1)
	finish(t, s, claims[0])
	in, out := io.Pipe()
	broken := errors.New("broken")
	_ = in.CloseWithError(broken)
	r := startRecords(t.Context(), s, id, out)
	r.more()
	if err := <-r.ended; !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}
