package store

import (
	"testing"

	"earmark/analyzer"
)

// partial is a report of a part of a recording that found nothing.
func partial(content string, score float64) *analyzer.Report {
	r := newReport(content, score, "human")
	r.Full, r.HeardSec = false, 72
	return r
}

func TestReportOfAPartGivesWay(t *testing.T) {
	ctx := t.Context()
	s, _ := newStore(t)
	sealedJob(t, s, 4)
	cs := claim(t, s, "w", 4)
	must(t, s.Finish(ctx, "w", cs[0].Track, partial("abc", 0.2)))
	part, ok, err := s.FindReport(ctx, "abc", "1.0.0+3f2a9c1d", false)
	if !ok || err != nil {
		t.Fatalf("the report of a part is not found: %v", err)
	}
	if _, ok, err := s.FindReport(ctx, "abc", "1.0.0+3f2a9c1d", true); ok || err != nil {
		t.Errorf("the report of a part serves for the whole: %v, %v", ok, err)
	}
	must(t, s.Finish(ctx, "w", cs[1].Track, newReport("abc", 0.9, "suspicious")))
	whole, ok, err := s.FindReport(ctx, "abc", "1.0.0+3f2a9c1d", true)
	if !ok || err != nil || whole == part {
		t.Fatalf("report %d of the whole: %v, %v", whole, ok, err)
	}
	if id, _, err := s.FindReport(ctx, "abc", "1.0.0+3f2a9c1d", false); id != whole || err != nil {
		t.Errorf("any report is %d, %v, not the one of the whole", id, err)
	}
	must(t, s.Finish(ctx, "w", cs[2].Track, partial("abc", 0.2)))
	for i, want := range []ReportID{part, whole, whole} {
		got, err := s.Track(ctx, cs[i].Track)
		must(t, err)
		if got.ReportID != want || got.Report.Full != (want == whole) || got.Verdict != got.Report.Verdict ||
			got.Report.DetectorVersion != "1.0.0+3f2a9c1d" {
			t.Errorf("track %d has report %d, full %v, %q", i, got.ReportID, got.Report.Full, got.Verdict)
		}
	}
	checkCounters(t, s)
}

func TestReplaceKeepsTheDecision(t *testing.T) {
	ctx := t.Context()
	s, _ := newStore(t)
	sealedJob(t, s, 3)
	cs := claim(t, s, "w", 2)
	id := cs[0].Track
	must(t, s.Finish(ctx, "w", id, partial("abc", 0.2)))
	before, err := s.Track(ctx, id)
	must(t, err)
	_, err = s.Decide(ctx, NewDecision{id, DecideHuman, "anna", "reason", "note"})
	must(t, err)

	must(t, s.Replace(ctx, id, newReport("abc", 0.9, "suspicious")))
	after, err := s.Track(ctx, id)
	must(t, err)
	if after.Verdict != analyzer.Suspicious || after.Score != 0.9 || !after.Report.Full ||
		after.Decision != DecideHuman || after.Reviewer != "anna" || after.Title != before.Title {
		t.Errorf("after: %+v", after.TrackRow)
	}
	if d := after.History; len(d) != 1 || d[0].Report != before.ReportID || after.ReportID == before.ReportID {
		t.Errorf("report %d became %d, the decision is on %+v", before.ReportID, after.ReportID, d)
	}
	checkCounters(t, s)

	must(t, s.Finish(ctx, "w", cs[1].Track, partial("abcd", 0.2)))
	want(t, s.ReplaceWith(ctx, cs[1].Track, after.ReportID), ErrConflict) // of another recording
	want(t, s.Replace(ctx, id+2, newReport("abc", 0.9, "suspicious")), ErrConflict)
	want(t, s.Replace(ctx, 99, newReport("abc", 0.9, "suspicious")), ErrConflict)
	want(t, s.ReplaceWith(ctx, id, 99), ErrNotFound)
	if err := s.Replace(ctx, id, partial("abc", 0.1)); err == nil {
		t.Error("a part takes the place of the whole")
	}
	checkCounters(t, s)
}

func TestCalibrationReachesReportsOfAPart(t *testing.T) {
	ctx := t.Context()
	s, _ := newStore(t)
	sealedJob(t, s, 2)
	cs := claim(t, s, "w", 2)
	must(t, s.Finish(ctx, "w", cs[0].Track, partial("abc", 0.9))) // a fused margin of 0.81
	n := someCalibration(0, 0.5, 3)
	foretold, err := s.Rejudged(ctx, n.Detector, builtIn, n.Thresholds)
	must(t, err)
	c, changed := calibrate(t, s, 0, 0.5, 3)
	if want := (Rejudged{Flagged: 1}); changed != want || foretold != want {
		t.Errorf("changed %+v, foretold %+v, want %+v", changed, foretold, want)
	}
	must(t, s.Finish(ctx, "w", cs[1].Track, partial("abcd", 0.9)))
	for _, one := range cs {
		got, err := s.Track(ctx, one.Track)
		must(t, err)
		if got.Verdict != analyzer.Suspicious || got.Report.Verdict != analyzer.Suspicious || got.Report.Full ||
			got.Report.CalibrationVersion != c.Version {
			t.Errorf("%s is %s, its report %s by %s", one.Track, got.Verdict, got.Report.Verdict,
				got.Report.CalibrationVersion)
		}
	}
	checkWhole(t, s)
	if _, changed, err = s.UndoCalibration(ctx, "anna"); err != nil || changed != (Rejudged{Cleared: 2}) {
		t.Errorf("undone: %+v, %v", changed, err)
	}
	checkWhole(t, s)
}

func TestReplaceJudgesByTheCalibrationInForce(t *testing.T) {
	ctx := t.Context()
	s, _ := newStore(t)
	sealedJob(t, s, 2)
	cs := claim(t, s, "w", 2)
	for _, one := range cs {
		must(t, s.Finish(ctx, "w", one.Track, partial("abc", 0.2)))
	}
	c, _ := calibrate(t, s, 0, 1, 3)
	whole := newReport("abc", 0.9, "recall") // human by the thresholds that it came with, with a fused margin of 1.86
	must(t, s.Replace(ctx, cs[0].Track, whole))
	id, ok, err := s.FindReport(ctx, "abc", whole.DetectorVersion, true)
	if !ok || err != nil {
		t.Fatalf("not found: %v", err)
	}
	must(t, s.ReplaceWith(ctx, cs[1].Track, id))
	for _, one := range cs {
		got, err := s.Track(ctx, one.Track)
		must(t, err)
		if got.Verdict != analyzer.Suspicious || got.Report.Verdict != analyzer.Suspicious || !got.Report.Full ||
			got.Report.CalibrationVersion != c.Version {
			t.Errorf("%s is %s, its report %s by %s", one.Track, got.Verdict, got.Report.Verdict,
				got.Report.CalibrationVersion)
		}
	}
	if whole.Verdict != analyzer.Human {
		t.Error("the report that was handed over was changed")
	}
	checkWhole(t, s)
}
