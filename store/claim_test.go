package store

import (
	"slices"
	"testing"
	"time"
)

func TestClaimOrder(t *testing.T) {
	ctx := t.Context()
	s, c := newStore(t)
	first, second := sealedJob(t, s, 3), sealedJob(t, s, 2)
	c.forward(time.Second)
	cs := claim(t, s, "w", 4)
	for i, wanted := range []struct {
		job  JobID
		item string
	}{
		{first.ID, "disc/0000.flac"},
		{first.ID, "disc/0001.flac"},
		{first.ID, "disc/0002.flac"},
		{second.ID, "disc/0000.flac"},
	} {
		c := cs[i]
		if c.Job != wanted.job || c.ItemID != wanted.item || c.Path != "/music/"+wanted.item || c.Attempt != 1 {
			t.Errorf("claim %d is %+v, want %+v", i, c, wanted)
		}
	}
	for _, id := range []JobID{first.ID, second.ID} {
		j, err := s.Job(ctx, id)
		if err != nil || j.Status != JobProcessing || !j.StartedAt.Equal(c.now()) {
			t.Errorf("job %+v, %v", j, err)
		}
	}
	claim(t, s, "w", 1)
	if cs, err := s.Claim(ctx, "w", 5, time.Minute); len(cs) != 0 || err != nil {
		t.Errorf("claimed %v, %v from an empty queue", cs, err)
	}
	if _, err := s.Claim(ctx, "", 5, time.Minute); err == nil {
		t.Error("claimed without an owner")
	}
}

func TestLeases(t *testing.T) {
	ctx := t.Context()
	s, c := newStore(t)
	j := sealedJob(t, s, 3)
	cs := claim(t, s, "slow", 2) // for a minute
	c.forward(40 * time.Second)
	must(t, s.Renew(ctx, "slow", []TrackID{cs[0].Track, cs[1].Track}, time.Minute))
	c.forward(40 * time.Second)
	if got := claim(t, s, "other", 1); got[0].Track == cs[0].Track || got[0].Track == cs[1].Track {
		t.Fatalf("a renewed lease is claimed: %+v", got)
	}
	c.forward(20 * time.Second)
	taken := claim(t, s, "quick", 1)[0]
	if taken.Track != cs[0].Track || taken.Attempt != 2 {
		t.Fatalf("an ended lease is not claimed again: %+v", taken)
	}
	before, err := s.Version(ctx)
	must(t, err)
	want(t, s.Finish(ctx, "slow", cs[0].Track, newReport("late", 0.9, "suspicious")), ErrLeaseLost)
	want(t, s.Fail(ctx, "slow", cs[0].Track, "silent", ""), ErrLeaseLost)
	want(t, s.Finish(ctx, "slow", 999, newReport("late", 0.9, "suspicious")), ErrLeaseLost)
	if after, err := s.Version(ctx); after != before || err != nil {
		t.Errorf("a lost lease changed the database, %v", err)
	}
	if _, ok, err := s.FindReport(ctx, "late", "1.0.0+3f2a9c1d", true); ok || err != nil {
		t.Errorf("a lost lease left a report, %v", err)
	}
	must(t, s.Finish(ctx, "slow", cs[1].Track, newReport("x", 0.9, "human"))) // ended, but nobody took it
	must(t, s.Finish(ctx, "quick", taken.Track, newReport("y", 0.9, "human")))
	want(t, s.Finish(ctx, "quick", taken.Track, newReport("y", 0.9, "human")), ErrLeaseLost) // once only
	owners, err := s.Owners(ctx)
	if err != nil || !slices.Equal(owners, []string{"other"}) {
		t.Errorf("owners %v, %v", owners, err)
	}
	got, err := s.Job(ctx, j.ID)
	if err != nil || got.Counts.Processed != 2 || got.Status != JobProcessing {
		t.Errorf("job %+v, %v", got, err)
	}
	checkCounters(t, s)
}

func TestRelease(t *testing.T) {
	ctx := t.Context()
	s, _ := newStore(t)
	sealedJob(t, s, 3)
	cs := claim(t, s, "a", 2)
	claim(t, s, "b", 1)
	owners, err := s.Owners(ctx)
	if err != nil || !slices.Equal(owners, []string{"a", "b"}) {
		t.Errorf("owners %v, %v", owners, err)
	}
	must(t, s.Release(ctx, "a"))
	must(t, s.Release(ctx, "nobody"))
	want(t, s.Finish(ctx, "a", cs[0].Track, newReport("x", 0.9, "human")), ErrLeaseLost)
	again := claim(t, s, "c", 2)
	if again[0].Track != cs[0].Track || again[0].Attempt != 2 {
		t.Errorf("claimed %+v", again)
	}
}

func TestFinishedRow(t *testing.T) {
	ctx := t.Context()
	s, c := newStore(t)
	j := sealedJob(t, s, 2)
	cs := claim(t, s, "w", 2)
	c.forward(90 * time.Second)
	r := newReport("abc", 0.75, "suspicious")
	must(t, s.Finish(ctx, "w", cs[0].Track, r))
	must(t, s.Fail(ctx, "w", cs[1].Track, "audio_load_failed", "no frames: is it audio?"))
	got, err := s.Track(ctx, cs[0].Track)
	must(t, err)
	wanted := TrackRow{
		ID: cs[0].Track, Job: j.ID, ItemID: "disc/0000.flac", Path: "/music/disc/0000.flac", Status: TrackSuccess,
		Verdict: r.Verdict, Tiers: r.Tiers, Measured: true, Score: 0.75, Reliability: 0.9, Title: "Title abc",
		Artist: "Artist abc", Codec: "mp3", DurationSec: 225, ProcessedAt: c.now(),
	}
	if got.TrackRow != wanted || got.Report == nil || got.Report.ContentSHA256 != "abc" || got.ReportID == 0 {
		t.Errorf("track %+v", got)
	}
	got, err = s.Track(ctx, cs[1].Track)
	must(t, err)
	wanted = TrackRow{
		ID: cs[1].Track, Job: j.ID, ItemID: "disc/0001.flac", Path: "/music/disc/0001.flac", Status: TrackFailed,
		ErrorCode: "audio_load_failed", ErrorMessage: "no frames: is it audio?", ProcessedAt: c.now(),
	}
	if got.TrackRow != wanted || got.Report != nil || got.ReportID != 0 {
		t.Errorf("track %+v", got)
	}
	done, err := s.Job(ctx, j.ID)
	must(t, err)
	counts := Counts{Total: 2, Processed: 2, Succeeded: 1, Failed: 1, Suspicious: 1, Undecided: 2, Flags: 1}
	if done.Status != JobComplete || !done.CompletedAt.Equal(c.now()) || done.Counts != counts {
		t.Errorf("job %+v", done)
	}
	_, err = s.Track(ctx, 999)
	want(t, err, ErrNotFound)
}
