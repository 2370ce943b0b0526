package store

import (
	"slices"
	"testing"
	"time"
)

func decide(t *testing.T, s *Store, id TrackID, kind DecisionKind, reviewer string) Decision {
	t.Helper()
	d, err := s.Decide(t.Context(), NewDecision{Track: id, Kind: kind, Reviewer: reviewer})
	must(t, err)
	return d
}

// stands checks the decision that stands on a track.
func stands(t *testing.T, s *Store, id TrackID, kind DecisionKind) {
	t.Helper()
	got, err := s.Track(t.Context(), id)
	must(t, err)
	if got.Decision != kind {
		t.Fatalf("%s: %q stands, want %q", id, got.Decision, kind)
	}
	if kind == "" && (got.Reviewer != "" || got.Reason != "" || got.Note != "" || !got.DecidedAt.IsZero()) {
		t.Errorf("%s: undecided, with %+v", id, got.TrackRow)
	}
	checkCounters(t, s)
}

func TestDecide(t *testing.T) {
	ctx := t.Context()
	s, c := newStore(t)
	j, ids := finished(t, s, "suspicious", "human", "failed")
	c.forward(time.Minute)
	d, err := s.Decide(ctx, NewDecision{ids[0], DecideAI, "anna", "artefacts", "at 0:40"})
	must(t, err)
	track, err := s.Track(ctx, ids[0])
	must(t, err)
	wanted := Decision{
		ID: d.ID, Track: ids[0], Report: track.ReportID, Kind: "ai", Reviewer: "anna", Reason: "artefacts",
		Note: "at 0:40", At: c.now(),
	}
	if d != wanted || !slices.Equal(track.History, []Decision{wanted}) {
		t.Errorf("decision %+v, history %+v", d, track.History)
	}
	if track.Decision != DecideAI || track.Reason != "artefacts" || track.Note != "at 0:40" ||
		track.Reviewer != "anna" || !track.DecidedAt.Equal(c.now()) {
		t.Errorf("row %+v", track.TrackRow)
	}
	if d := decide(t, s, ids[2], DecideSkip, "anna"); d.Report != 0 {
		t.Errorf("a decision on a failed track names report %d", d.Report)
	}
	got, err := s.Job(ctx, j.ID)
	if err != nil || got.Counts.Undecided != 1 || got.Counts.Flags != 0 {
		t.Errorf("counts %+v, %v", got.Counts, err)
	}
	checkCounters(t, s)
}

func TestDecideRefuses(t *testing.T) {
	ctx := t.Context()
	s, _ := newStore(t)
	_, ids := finished(t, s, "human")
	sealedJob(t, s, 2)
	running := claim(t, s, "w", 1)[0].Track
	for _, c := range []struct {
		n  NewDecision
		is error
	}{
		{NewDecision{Track: 99, Kind: DecideAI, Reviewer: "a"}, ErrNotFound},
		{NewDecision{Track: running, Kind: DecideAI, Reviewer: "a"}, ErrConflict},
		{NewDecision{Track: running + 1, Kind: DecideAI, Reviewer: "a"}, ErrConflict},
		{NewDecision{Track: ids[0], Kind: DecideAI}, nil},
		{NewDecision{Track: ids[0], Kind: "undo", Reviewer: "a"}, nil},
		{NewDecision{Track: ids[0], Kind: "", Reviewer: "a"}, nil},
	} {
		_, err := s.Decide(ctx, c.n)
		if err == nil {
			t.Errorf("accepted %+v", c.n)
		}
		if c.is != nil {
			want(t, err, c.is)
		}
	}
	stands(t, s, ids[0], "")
}

func TestDecisionsAreAppendOnly(t *testing.T) {
	s, _ := newStore(t)
	_, ids := finished(t, s, "human")
	decide(t, s, ids[0], DecideAI, "anna")
	for _, bad := range []string{
		"UPDATE decisions SET kind = 'human'", "UPDATE decisions SET note = 'x'", "DELETE FROM decisions",
		"DELETE FROM tracks", "DELETE FROM reports", "INSERT OR REPLACE INTO decisions SELECT * FROM decisions",
	} {
		if _, err := s.write.ExecContext(t.Context(), bad); err == nil {
			t.Errorf("accepted: %s", bad)
		}
	}
	stands(t, s, ids[0], DecideAI)
}

func TestUndo(t *testing.T) {
	ctx := t.Context()
	s, c := newStore(t)
	_, ids := finished(t, s, "suspicious", "suspicious")
	a, b := ids[0], ids[1]
	_, _, err := s.Undo(ctx, "anna")
	want(t, err, ErrNothingToUndo)

	decide(t, s, a, DecideHuman, "anna")
	decide(t, s, b, DecideSkip, "anna")
	last := decide(t, s, a, DecideAI, "anna")
	decide(t, s, b, DecideAI, "bert")
	c.forward(20 * time.Hour)
	s = openStore(t, s.Path(), WithClock(c.now)) // tomorrow

	d, row, err := s.Undo(ctx, "anna")
	must(t, err)
	if d.Kind != "undo" || d.Undoes != last.ID || d.Report != last.Report || d.Reviewer != "anna" ||
		!d.At.Equal(c.now()) || d.Track != a || row.ID != a || row.Decision != DecideHuman {
		t.Errorf("undo %+v, row %+v", d, row)
	}
	stands(t, s, a, DecideHuman)
	_, row, err = s.Undo(ctx, "anna") // her skip was overruled by bert, and does not stand
	must(t, err)
	if row.ID != a || row.Decision != "" {
		t.Errorf("row %+v", row)
	}
	stands(t, s, a, "")
	_, _, err = s.Undo(ctx, "anna")
	want(t, err, ErrNothingToUndo)
	_, row, err = s.Undo(ctx, "bert")
	must(t, err)
	if row.ID != b || row.Decision != DecideSkip || row.Reviewer != "anna" {
		t.Errorf("row %+v", row)
	}
	_, row, err = s.Undo(ctx, "anna") // and now it stands again
	must(t, err)
	if row.ID != b || row.Decision != "" {
		t.Errorf("row %+v", row)
	}
	decide(t, s, a, DecideAI, "anna")
	stands(t, s, a, DecideAI)
	track, err := s.Track(ctx, a)
	must(t, err)
	var kinds []string
	for _, d := range track.History {
		kinds = append(kinds, d.Kind)
	}
	if !slices.Equal(kinds, []string{"human", "ai", "undo", "undo", "ai"}) {
		t.Errorf("history %v", kinds)
	}
}

func TestUndoTrack(t *testing.T) {
	ctx := t.Context()
	s, _ := newStore(t)
	_, ids := finished(t, s, "suspicious", "suspicious")
	decide(t, s, ids[0], DecideHuman, "anna")
	decide(t, s, ids[1], DecideHuman, "anna")
	d, err := s.UndoTrack(ctx, ids[0], "bert")
	must(t, err)
	if d.Reviewer != "bert" || d.Kind != "undo" {
		t.Errorf("undo %+v", d)
	}
	stands(t, s, ids[0], "")
	stands(t, s, ids[1], DecideHuman)
	_, err = s.UndoTrack(ctx, ids[0], "bert")
	want(t, err, ErrNothingToUndo)
	_, err = s.UndoTrack(ctx, 99, "bert")
	want(t, err, ErrNotFound)
	if _, err = s.UndoTrack(ctx, ids[1], ""); err == nil {
		t.Error("undone by nobody")
	}
}
