package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"earmark/analyzer"
)

// someCalibration is one of the detector of newReport.
func someCalibration(recall, humanSafe, pressSafe float64) NewCalibration {
	return NewCalibration{
		Detector: "1.0.0+3f2a9c1d", Digest: "ab12cd34", Reviewer: "anna", Basis: rawJSON(`{"tracks":120}`),
		Thresholds: analyzer.Thresholds{Recall: recall, HumanSafe: humanSafe, PressSafe: pressSafe, Tracks: 120},
		BuiltIn:    builtIn, BuiltInVersion: "builtin-245", Before: "builtin-245",
	}
}

// calibrate applies one over whatever is in force.
func calibrate(tb testing.TB, s *Store, recall, humanSafe, pressSafe float64) (Calibration, Rejudged) {
	tb.Helper()
	n := someCalibration(recall, humanSafe, pressSafe)
	now, err := s.Calibration(tb.Context(), n.Detector)
	must(tb, err)
	n.Before = cmp.Or(now.Version, n.BuiltInVersion)
	c, changed, err := s.Calibrate(tb.Context(), n)
	must(tb, err)
	return c, changed
}

// checkJudged checks that every track shows what the calibration in force says of its report.
func checkJudged(tb testing.TB, s *Store) {
	tb.Helper()
	now, err := s.Calibration(tb.Context(), "1.0.0+3f2a9c1d")
	must(tb, err)
	if now.ID == 0 {
		now.Thresholds = builtIn
	}
	rows, err := s.read.QueryContext(tb.Context(), `
		SELECT t.id, t.verdict, t.press_safe, t.human_safe, t.recall, r.measured, r.fused, r.conservative
		FROM tracks t JOIN reports r ON r.id = t.report_id`)
	must(tb, err)
	defer rows.Close()
	for rows.Next() {
		var id TrackID
		var measured bool
		var verdict analyzer.Verdict
		var got, tiers analyzer.Tiers
		var m analyzer.Margins
		must(tb, rows.Scan(&id, &verdict, &got.PressSafe, &got.HumanSafe, &got.Recall, &measured, &m.Fused,
			&m.Conservative))
		if measured {
			tiers = now.Thresholds.Judge(m)
		}
		if got != tiers || verdict != cmp.Or(tiers.HumanSafe, analyzer.Human) {
			tb.Fatalf("%s with %+v is %s, %+v; %s says %+v", id, m, verdict, got, now.Version, tiers)
		}
	}
	must(tb, rows.Err())
}

func TestCalibrationJudgesAllTracksAgain(t *testing.T) {
	ctx := t.Context()
	s, _ := newStore(t)
	// Fused margins: 2.05, 1.05+.9/5, .9*2/5, unmeasured, failed
	job, ids := finished(t, s, "suspicious", "recall", "human", "unmeasured", "failed")
	d, err := s.Decide(ctx, NewDecision{Track: ids[0], Kind: DecideAI, Reviewer: "anna"})
	must(t, err)

	n := someCalibration(0, 1, 3)
	before, err := s.Rejudged(ctx, n.Detector, builtIn, n.Thresholds)
	must(t, err)
	c, changed, err := s.Calibrate(ctx, n)
	must(t, err)
	if want := (Rejudged{Flagged: 1, Other: 1}); changed != want || before != want {
		t.Errorf("changed %+v, foretold %+v, want %+v", changed, before, want)
	}
	if c.Version != "own-2026-02-27-1000-ab12cd34" || c.Reviewer != "anna" || string(c.Basis) != `{"tracks":120}` {
		t.Errorf("%+v", c)
	}
	checkWhole(t, s)
	for i, want := range []struct {
		verdict analyzer.Verdict
		tiers   analyzer.Tiers
		version string
	}{
		{"suspicious", analyzer.Tiers{HumanSafe: "suspicious", Recall: "suspicious"}, c.Version},
		{"suspicious", analyzer.Tiers{HumanSafe: "suspicious", Recall: "suspicious"}, c.Version},
		{"human", analyzer.Tiers{HumanSafe: "human", Recall: "suspicious"}, c.Version},
		{"human", analyzer.Tiers{}, c.Version},
	} {
		got, err := s.Track(ctx, ids[i])
		must(t, err)
		r := got.Report
		if got.Verdict != want.verdict || got.Tiers != want.tiers || r.Verdict != want.verdict ||
			r.Tiers != want.tiers || r.CalibrationVersion != want.version {
			t.Errorf("track %d: row %s %+v, report %s %+v by %s", i, got.Verdict, got.Tiers, r.Verdict, r.Tiers,
				r.CalibrationVersion)
		}
	}
	if got, err := s.Track(ctx, ids[0]); err != nil || got.Decision != DecideAI || len(got.History) != 1 ||
		got.History[0] != d {
		t.Errorf("the decision became %+v, %v", got.History, err)
	}
	// What is analysed from now on, and what is known already, is judged the same way.
	_, more := finished(t, s, "suspicious", "recall")
	sealedJob(t, s, 1)
	again := claim(t, s, "w", 1)[0].Track
	known, _, err := s.FindReport(ctx, fmt.Sprintf("%d/1", job.ID), n.Detector, true)
	must(t, err)
	must(t, s.FinishWith(ctx, "w", again, known))
	for _, id := range append(more[1:], again) {
		if got, err := s.Track(ctx, id); err != nil || got.Verdict != analyzer.Suspicious {
			t.Errorf("%s, analysed afterwards, is %s, %v", id, got.Verdict, err)
		}
	}
	r, err := s.Report(ctx, known)
	if err != nil || r.Verdict != analyzer.Human || r.CalibrationVersion != "2026-02" {
		t.Errorf("the report itself became %s by %s, %v", r.Verdict, r.CalibrationVersion, err)
	}
	checkWhole(t, s)
}

func TestUndoCalibration(t *testing.T) {
	ctx := t.Context()
	s, c := newStore(t)
	_, ids := finished(t, s, "suspicious", "recall", "human")
	_, _, err := s.UndoCalibration(ctx, "anna")
	want(t, err, ErrNothingToUndo)

	first, _ := calibrate(t, s, 0, 1, 3)
	c.forward(time.Minute)
	second, changed := calibrate(t, s, 5, 6, 7)
	if changed != (Rejudged{Cleared: 2, Other: 1}) {
		t.Errorf("changed %+v", changed)
	}
	for _, back := range []struct {
		undoes  Calibration
		version string
		verdict analyzer.Verdict // of the second track
	}{{second, first.Version, analyzer.Suspicious}, {first, "builtin-245", analyzer.Human}} {
		c.forward(time.Minute)
		got, _, err := s.UndoCalibration(ctx, "bert")
		must(t, err)
		if got.Undoes != back.undoes.ID || got.Version != back.version || got.Reviewer != "bert" {
			t.Errorf("undone: %+v", got)
		}
		track, err := s.Track(ctx, ids[1])
		must(t, err)
		if track.Verdict != back.verdict || track.Report.CalibrationVersion != back.version {
			t.Errorf("after the undo of %s: %s by %s", back.undoes.Version, track.Verdict,
				track.Report.CalibrationVersion)
		}
		checkWhole(t, s)
	}
	_, _, err = s.UndoCalibration(ctx, "bert")
	want(t, err, ErrNothingToUndo)
	// A third one stands on the built-in one again, and the history holds everything.
	third, _ := calibrate(t, s, 0, 1, 3)
	if _, _, err := s.UndoCalibration(ctx, "anna"); err != nil {
		t.Error(err)
	}
	all, err := s.Calibrations(ctx)
	must(t, err)
	var kinds []string
	for _, one := range slices.Backward(all) {
		kinds = append(kinds, one.Kind)
	}
	if got := strings.Join(kinds, ","); got != "builtin,own,own,undo,undo,own,undo" || all[0].Undoes != third.ID {
		t.Errorf("history %s", got)
	}
	checkWhole(t, s)
}

func TestCalibrationOfAnotherDetectorIsLeftAlone(t *testing.T) {
	ctx := t.Context()
	s, _ := newStore(t)
	n := someCalibration(-9, -9, -9)
	n.Detector = "2.0.0+other"
	_, changed, err := s.Calibrate(ctx, n)
	must(t, err)
	_, ids := finished(t, s, "human")
	got, err := s.Track(ctx, ids[0])
	must(t, err)
	if changed != (Rejudged{}) || got.Verdict != analyzer.Human || got.Report.CalibrationVersion != "2026-02" {
		t.Errorf("%+v: %s by %s", changed, got.Verdict, got.Report.CalibrationVersion)
	}
}

func TestCalibrateRefuses(t *testing.T) {
	ctx := t.Context()
	s, _ := newStore(t)
	calibrate(t, s, 0, 1, 3)
	n := someCalibration(1, 2, 3) // made while the built-in one was in force
	_, _, err := s.Calibrate(ctx, n)
	want(t, err, ErrConflict)
	n.Reviewer = ""
	if _, _, err := s.Calibrate(ctx, n); err == nil {
		t.Error("nobody calibrated")
	}
	if _, _, err := s.UndoCalibration(ctx, ""); err == nil {
		t.Error("nobody undid a calibration")
	}
	for _, bad := range []string{
		"UPDATE calibrations SET recall = 9", "DELETE FROM calibrations",
		"REPLACE INTO calibrations SELECT * FROM calibrations",
	} {
		if _, err := s.write.ExecContext(ctx, bad); err == nil {
			t.Errorf("accepted: %s", bad)
		}
	}
	if all, err := s.Calibrations(ctx); err != nil || len(all) != 2 {
		t.Errorf("%d rows, %v", len(all), err)
	}
}

func TestKeepReport(t *testing.T) {
	ctx := t.Context()
	s, _ := newStore(t)
	must(t, s.KeepReport(ctx, newReport("abc", 0.4, "recall")))
	must(t, s.KeepReport(ctx, newReport("abc", 0.4, "recall")))
	id, ok, err := s.FindReport(ctx, "abc", "1.0.0+3f2a9c1d", true)
	if !ok || err != nil {
		t.Fatalf("not found: %v", err)
	}
	if r, err := s.Report(ctx, id); err != nil || r.Margins != newReport("abc", 0.4, "recall").Margins {
		t.Errorf("%+v, %v", r, err)
	}
	_, err = s.Report(ctx, id+1)
	want(t, err, ErrNotFound)
	must(t, s.KeepReport(ctx, partial("abc", 0.2)))
	must(t, s.KeepReport(ctx, partial("abcd", 0.2)))
	if again, _, err := s.FindReport(ctx, "abc", "1.0.0+3f2a9c1d", false); again != id || err != nil {
		t.Errorf("a part took the place of the whole: %d, %v", again, err)
	}
	if _, ok, err := s.FindReport(ctx, "abcd", "1.0.0+3f2a9c1d", false); !ok || err != nil {
		t.Errorf("a part was not kept: %v", err)
	}
	if s.KeepReport(ctx, nil) == nil || s.KeepReport(ctx, &analyzer.Report{}) == nil {
		t.Error("kept what is no report")
	}
}

// BenchmarkCalibrate judges a million tracks again; 7 in 100 of them change.
func BenchmarkCalibrate(b *testing.B) {
	ctx := context.Background()
	s := benchStore(b, true)
	n := someCalibration(0.9, 0.95, 9)
	n.Detector, n.BuiltIn = "1", analyzer.Thresholds{Recall: 0.93, HumanSafe: 0.99, PressSafe: 9}
	measure(b, func(int) error {
		c, _, err := s.Calibrate(ctx, n)
		n.Before, n.Thresholds, n.BuiltIn = c.Version, n.BuiltIn, n.Thresholds
		return err
	})
}
