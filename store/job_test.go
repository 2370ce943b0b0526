package store

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestIntake(t *testing.T) {
	ctx := t.Context()
	s, c := newStore(t)
	j, err := s.CreateJob(ctx, "demo", "/music")
	must(t, err)
	if j.Status != JobQueued || j.Sealed || j.Name != "demo" || j.Source != "/music" || !j.CreatedAt.Equal(c.now()) ||
		!j.StartedAt.IsZero() || !j.CompletedAt.IsZero() || j.Counts != (Counts{}) {
		t.Errorf("new job %+v", j)
	}
	items := []NewTrack{
		{ItemID: "1", Path: "/m/1.mp3", Metadata: rawJSON(`{"title":"Über","artist":"Björk","upc":1}`)},
		{ItemID: "2", Path: "/m/2.mp3", Metadata: rawJSON(`[1,2]`)},
		{ItemID: "line 3", ErrorCode: "bad_line", ErrorMessage: "line 3: no item_id"},
	}
	must(t, s.AddTracks(ctx, j.ID, items))
	if cs, err := s.Claim(ctx, "w", 9, time.Minute); len(cs) != 0 || err != nil {
		t.Errorf("claimed %v from an open intake, %v", cs, err)
	}
	open, err := s.UnsealedJobs(ctx)
	if err != nil || len(open) != 1 || open[0].ID != j.ID {
		t.Errorf("unsealed %v, %v", open, err)
	}
	must(t, s.AddTracks(ctx, j.ID, append(items, NewTrack{ItemID: "4", Path: "/m/4.mp3"}))) // walked again
	if err := s.AddTracks(ctx, j.ID, []NewTrack{{ItemID: "5", Metadata: rawJSON("{")}}); err == nil {
		t.Error("metadata that is no JSON is accepted")
	}
	must(t, s.SealJob(ctx, j.ID))
	must(t, s.SealJob(ctx, j.ID))
	want(t, s.AddTracks(ctx, j.ID, items), ErrConflict)
	want(t, s.AddTracks(ctx, 99, items), ErrNotFound)
	want(t, s.SealJob(ctx, 99), ErrNotFound)
	got, err := s.Job(ctx, j.ID)
	must(t, err)
	if got.Counts != (Counts{Total: 4, Processed: 1, Failed: 1, Undecided: 1}) || !got.Sealed {
		t.Errorf("job %+v", got)
	}
	cs := claim(t, s, "w", 3)
	first, err := s.Track(ctx, cs[0].Track)
	must(t, err)
	if first.Title != "Über" || first.Artist != "Björk" || string(first.Metadata) != string(items[0].Metadata) {
		t.Errorf("track %+v", first)
	}
	second, err := s.Track(ctx, cs[1].Track)
	must(t, err)
	if second.Title != "" || !json.Valid(second.Metadata) || second.ItemID != "2" {
		t.Errorf("track %+v", second)
	}
	must(t, s.Finish(ctx, "w", cs[0].Track, newReport("x", 0.1, "human")))
	if first, err = s.Track(ctx, cs[0].Track); err != nil || first.Title != "Über" {
		t.Errorf("the tags win over the metadata: %+v, %v", first.TrackRow, err)
	}
	checkCounters(t, s)
}

func TestJobsWithNothingToDoAreComplete(t *testing.T) {
	ctx := t.Context()
	s, c := newStore(t)
	for _, items := range [][]NewTrack{nil, {{ItemID: "1", ErrorCode: "bad_line"}}} {
		j, err := s.CreateJob(ctx, "n", "s")
		must(t, err)
		must(t, s.AddTracks(ctx, j.ID, items))
		c.forward(time.Second)
		must(t, s.SealJob(ctx, j.ID))
		got, err := s.Job(ctx, j.ID)
		must(t, err)
		if got.Status != JobComplete || !got.CompletedAt.Equal(c.now()) {
			t.Errorf("job %+v", got)
		}
	}
	jobs, err := s.Jobs(ctx)
	if err != nil || len(jobs) != 2 || jobs[0].ID < jobs[1].ID {
		t.Errorf("jobs are not newest first: %v, %v", jobs, err)
	}
}

// reach brings a sealed job of two tracks to a state.
func reach(t *testing.T, s *Store, id JobID, status JobStatus) {
	t.Helper()
	switch status {
	case JobQueued: // as it is
	case JobProcessing:
		claim(t, s, "w", 1)
	case JobPaused, JobCancelled:
		must(t, s.SetJobStatus(t.Context(), id, status))
	case JobFailed:
		must(t, s.FailJob(t.Context(), id, "no manifest"))
	case JobComplete:
		for _, c := range claim(t, s, "w", 2) {
			must(t, s.Fail(t.Context(), "w", c.Track, "silent", ""))
		}
	}
}

func TestJobStatusTransitions(t *testing.T) {
	all := []JobStatus{JobQueued, JobProcessing, JobPaused, JobCancelled, JobComplete, JobFailed}
	// What SetJobStatus makes of it; missing: ErrConflict.
	becomes := map[[2]JobStatus]JobStatus{
		{JobQueued, JobQueued}: JobQueued, {JobQueued, JobProcessing}: JobQueued, {JobQueued, JobPaused}: JobPaused,
		{JobQueued, JobCancelled}: JobCancelled, {JobProcessing, JobQueued}: JobProcessing,
		{JobProcessing, JobProcessing}: JobProcessing, {JobProcessing, JobPaused}: JobPaused,
		{JobProcessing, JobCancelled}: JobCancelled, {JobPaused, JobQueued}: JobQueued,
		{JobPaused, JobProcessing}: JobQueued, {JobPaused, JobPaused}: JobPaused,
		{JobPaused, JobCancelled}: JobCancelled, {JobCancelled, JobCancelled}: JobCancelled,
	}
	for _, from := range all {
		for _, to := range all {
			t.Run(fmt.Sprintf("%s to %s", from, to), func(t *testing.T) {
				s, _ := newStore(t)
				j := sealedJob(t, s, 2)
				reach(t, s, j.ID, from)
				err := s.SetJobStatus(t.Context(), j.ID, to)
				wanted, legal := becomes[[2]JobStatus{from, to}]
				if legal {
					must(t, err)
				} else {
					want(t, err, ErrConflict)
					wanted = from
				}
				got, err := s.Job(t.Context(), j.ID)
				must(t, err)
				if got.Status != wanted {
					t.Errorf("is %s, want %s", got.Status, wanted)
				}
				ended := wanted == JobCancelled || wanted == JobComplete || wanted == JobFailed
				if ended == got.CompletedAt.IsZero() {
					t.Errorf("%s completed at %v", wanted, got.CompletedAt)
				}
				checkCounters(t, s)
			})
		}
	}
}

func TestPausedJobsAreNotClaimed(t *testing.T) {
	ctx := t.Context()
	s, _ := newStore(t)
	first, second := sealedJob(t, s, 2), sealedJob(t, s, 2)
	running := claim(t, s, "w", 1)[0]
	must(t, s.SetJobStatus(ctx, first.ID, JobPaused))
	for _, c := range claim(t, s, "w", 2) {
		if c.Job != second.ID {
			t.Errorf("claimed %+v of a paused job", c)
		}
	}
	must(t, s.Finish(ctx, "w", running.Track, newReport("a", 0.5, "human"))) // running ones are finished
	must(t, s.SetJobStatus(ctx, first.ID, JobProcessing))
	if j, err := s.Job(ctx, first.ID); err != nil || j.Status != JobProcessing {
		t.Errorf("%+v, %v", j, err)
	}
	last := claim(t, s, "w", 1)[0]
	must(t, s.SetJobStatus(ctx, first.ID, JobPaused))
	must(t, s.Finish(ctx, "w", last.Track, newReport("b", 0.5, "human")))
	if j, err := s.Job(ctx, first.ID); err != nil || j.Status != JobComplete {
		t.Errorf("a paused job whose last track is finished is %+v, %v", j, err)
	}
}

func TestCancel(t *testing.T) {
	ctx := t.Context()
	s, _ := newStore(t)
	j := sealedJob(t, s, 5)
	cs := claim(t, s, "w", 2)
	must(t, s.SetJobStatus(ctx, j.ID, JobCancelled))
	must(t, s.Finish(ctx, "w", cs[0].Track, newReport("a", 0.5, "human")))
	must(t, s.Release(ctx, "w"))
	n, _, err := s.CountMatching(ctx, Filter{Job: j.ID, Status: TrackCancelled}, 99)
	if n != 4 || err != nil {
		t.Errorf("%d tracks are cancelled, %v", n, err)
	}
	_, err = s.RetryFailed(ctx, j.ID)
	want(t, err, ErrConflict)
	checkCounters(t, s)

	unsealed, err := s.CreateJob(ctx, "n", "s")
	must(t, err)
	must(t, s.SetJobStatus(ctx, unsealed.ID, JobCancelled))
	want(t, s.AddTracks(ctx, unsealed.ID, nil), ErrConflict)
	want(t, s.SealJob(ctx, unsealed.ID), ErrConflict)
	if open, err := s.UnsealedJobs(ctx); len(open) != 0 || err != nil {
		t.Errorf("unsealed %v, %v", open, err)
	}
}

// A program that is killed between the cancelling of a job and that of its tracks leaves queued ones behind.
func TestOpenGoesOnWithACancel(t *testing.T) {
	ctx := t.Context()
	s, _ := newStore(t)
	j := sealedJob(t, s, 3)
	_, err := s.write.ExecContext(ctx, "UPDATE jobs SET status = 'cancelled', completed_at = 1")
	must(t, err)
	s = openStore(t, s.Path())
	n, _, err := s.CountMatching(ctx, Filter{Job: j.ID, Status: TrackCancelled}, 99)
	if n != 3 || err != nil {
		t.Errorf("%d tracks are cancelled, %v", n, err)
	}
}

func TestRetryFailed(t *testing.T) {
	ctx := t.Context()
	s, _ := newStore(t)
	j, err := s.CreateJob(ctx, "n", "s")
	must(t, err)
	must(t, s.AddTracks(ctx, j.ID, []NewTrack{
		{ItemID: "1", Path: "/1"},
		{ItemID: "2", Path: "/2"},
		{ItemID: "3", ErrorCode: "bad_line", ErrorMessage: "line 3"},
	}))
	must(t, s.SealJob(ctx, j.ID))
	cs := claim(t, s, "w", 2)
	must(t, s.Fail(ctx, "w", cs[0].Track, "decoder_missing", "install ffmpeg"))
	must(t, s.Finish(ctx, "w", cs[1].Track, newReport("b", 0.9, "suspicious")))
	_, err = s.Decide(ctx, NewDecision{Track: cs[0].Track, Kind: DecideSkip, Reviewer: "anna"})
	must(t, err)
	n, err := s.RetryFailed(ctx, j.ID)
	if n != 1 || err != nil {
		t.Fatalf("retried %d, %v", n, err)
	}
	got, err := s.Job(ctx, j.ID)
	must(t, err)
	if got.Status != JobQueued || !got.CompletedAt.IsZero() ||
		got.Counts != (Counts{Total: 3, Processed: 2, Succeeded: 1, Failed: 1, Suspicious: 1, Undecided: 2, Flags: 1}) {
		t.Errorf("job %+v", got)
	}
	again := claim(t, s, "w", 1)[0]
	if again.Track != cs[0].Track || again.Attempt != 1 {
		t.Errorf("claimed %+v", again)
	}
	track, err := s.Track(ctx, again.Track)
	must(t, err)
	if track.ErrorCode != "" || track.Decision != DecideSkip || len(track.History) != 1 {
		t.Errorf("track %+v", track)
	}
	must(t, s.Finish(ctx, "w", again.Track, newReport("a", 0.9, "human")))
	if got, err = s.Job(ctx, j.ID); err != nil || got.Status != JobComplete || got.Counts.Undecided != 2 {
		t.Errorf("job %+v, %v", got, err)
	}
	if n, err := s.RetryFailed(ctx, j.ID); n != 0 || err != nil {
		t.Errorf("retried %d, %v", n, err)
	}
	_, err = s.RetryFailed(ctx, 99)
	want(t, err, ErrNotFound)
	checkCounters(t, s)
}

func TestFailJobAndRetry(t *testing.T) {
	ctx := t.Context()
	s, _ := newStore(t)
	j := sealedJob(t, s, 3)
	c := claim(t, s, "w", 1)[0]
	must(t, s.Fail(ctx, "w", c.Track, "silent", ""))
	must(t, s.FailJob(ctx, j.ID, "manifest: connection lost"))
	got, err := s.Job(ctx, j.ID)
	if err != nil || got.Status != JobFailed || !strings.Contains(got.Error, "connection lost") {
		t.Errorf("job %+v, %v", got, err)
	}
	want(t, s.FailJob(ctx, j.ID, "again"), ErrConflict)
	n, err := s.RetryFailed(ctx, j.ID)
	if n != 3 || err != nil {
		t.Errorf("retried %d, %v", n, err)
	}
	if got, err = s.Job(ctx, j.ID); err != nil || got.Status != JobQueued || got.Error != "" {
		t.Errorf("job %+v, %v", got, err)
	}
	claim(t, s, "w", 3)
	checkCounters(t, s)
}

// A track that belongs to a program on another host stays in its hands until the lease ends.
func TestCancelTakesTracksWhoseLeaseHasEnded(t *testing.T) {
	ctx := t.Context()
	s, c := newStore(t)
	j := sealedJob(t, s, 3)
	cs := claim(t, s, "far away", 2)
	must(t, s.SetJobStatus(ctx, j.ID, JobCancelled))
	must(t, s.Finish(ctx, "far away", cs[0].Track, newReport("a", 0.5, "human")))
	running := func() int {
		n, _, err := s.CountMatching(ctx, Filter{Job: j.ID, Status: TrackRunning}, 99)
		must(t, err)
		return n
	}
	must(t, s.SweepCancelled(ctx))
	if n := running(); n != 1 {
		t.Errorf("%d tracks run before the end of the lease, want 1", n)
	}
	c.forward(time.Minute)
	must(t, s.SweepCancelled(ctx))
	if n := running(); n != 0 {
		t.Errorf("%d tracks run after the end of the lease", n)
	}
	want(t, s.Finish(ctx, "far away", cs[1].Track, newReport("b", 0.5, "human")), ErrLeaseLost)
	checkWhole(t, s)
}

// TestRetryThatIsCutOff refuses the last track of a retry as a kill would: what was committed before stays.
func TestRetryThatIsCutOff(t *testing.T) {
	for _, status := range []JobStatus{JobFailed, JobComplete} {
		t.Run(string(status), func(t *testing.T) {
			ctx := t.Context()
			s, _ := newStore(t)
			const n = sweepBatch + 2
			j, err := s.CreateJob(ctx, "n", "s")
			must(t, err)
			var items []NewTrack
			for i := range n {
				item := NewTrack{ItemID: fmt.Sprint(i), Path: "/x"}
				if i == 0 || status == JobComplete {
					item.ErrorCode = "silent"
				}
				items = append(items, item)
			}
			must(t, s.AddTracks(ctx, j.ID, items))
			must(t, s.SealJob(ctx, j.ID))
			if status == JobFailed {
				must(t, s.FailJob(ctx, j.ID, "manifest"))
			}
			_, err = s.write.ExecContext(ctx, fmt.Sprintf(`CREATE TRIGGER cut BEFORE UPDATE ON tracks WHEN NEW.id = %d
				BEGIN SELECT RAISE(ABORT, 'cut off'); END`, n))
			must(t, err)
			if _, err := s.RetryFailed(ctx, j.ID); err == nil {
				t.Fatal("was not cut off")
			}
			checkWhole(t, s)
			_, err = s.write.ExecContext(ctx, "DROP TRIGGER cut")
			must(t, err)
			s = openStore(t, s.Path()) // the next program, which sweeps
			checkWhole(t, s)
			_, err = s.RetryFailed(ctx, j.ID)
			must(t, err)
			if got, _, err := s.CountMatching(ctx, Filter{Status: TrackQueued}, 1e6); got != n || err != nil {
				t.Errorf("%d of %d tracks are queued, %v", got, n, err)
			}
			checkWhole(t, s)
		})
	}
}

// A job whose source was not read to its end is never complete, and waits after a retry for the rest of its tracks.
func TestRetryOfAnOpenIntake(t *testing.T) {
	ctx := t.Context()
	s, _ := newStore(t)
	j, err := s.CreateJob(ctx, "n", "s")
	must(t, err)
	must(t, s.AddTracks(ctx, j.ID, []NewTrack{{ItemID: "1", Path: "/1"}}))
	must(t, s.FailJob(ctx, j.ID, "line 2"))
	got, err := s.Job(ctx, j.ID)
	if err != nil || got.Sealed || got.Status != JobFailed {
		t.Errorf("failed job %+v, %v", got, err)
	}
	if n, err := s.RetryFailed(ctx, j.ID); n != 1 || err != nil {
		t.Errorf("retried %d, %v", n, err)
	}
	if cs, err := s.Claim(ctx, "w", 9, time.Minute); len(cs) != 0 || err != nil {
		t.Errorf("claimed %v of a list that is not whole, %v", cs, err)
	}
	if open, err := s.UnsealedJobs(ctx); len(open) != 1 || err != nil {
		t.Errorf("unsealed %v, %v", open, err)
	}
	must(t, s.AddTracks(ctx, j.ID, []NewTrack{{ItemID: "1", Path: "/1"}, {ItemID: "2", Path: "/2"}}))
	must(t, s.SealJob(ctx, j.ID))
	claim(t, s, "w", 2)

	none, err := s.CreateJob(ctx, "n", "s") // not one track
	must(t, err)
	must(t, s.FailJob(ctx, none.ID, "line 1"))
	_, err = s.RetryFailed(ctx, none.ID)
	must(t, err)
	if got, err := s.Job(ctx, none.ID); err != nil || got.Status != JobQueued || got.Sealed {
		t.Errorf("job %+v, %v", got, err)
	}
	checkWhole(t, s)
}

func TestBatchesAreSwept(t *testing.T) {
	ctx := t.Context()
	s, _ := newStore(t)
	j, err := s.CreateJob(ctx, "n", "s")
	must(t, err)
	const n = 2*sweepBatch + 7
	var items []NewTrack
	for i := range n {
		items = append(items, NewTrack{ItemID: fmt.Sprint(i), Path: "/x", ErrorCode: "file_not_found"})
	}
	must(t, s.AddTracks(ctx, j.ID, items))
	must(t, s.SealJob(ctx, j.ID))
	if got, err := s.RetryFailed(ctx, j.ID); got != n || err != nil {
		t.Errorf("retried %d, %v", got, err)
	}
	must(t, s.SetJobStatus(ctx, j.ID, JobCancelled))
	if got, _, err := s.CountMatching(ctx, Filter{Status: TrackCancelled}, 1e6); got != n || err != nil {
		t.Errorf("cancelled %d, %v", got, err)
	}
	checkCounters(t, s)
}
