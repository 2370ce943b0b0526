package engine

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"earmark/analyzer"
	"earmark/analyzer/audio"
	"earmark/store"
)

var someTime = time.Date(2026, 2, 27, 11, 0, 0, 5e8, time.FixedZone("", 3600))

func someReport() *analyzer.Report {
	return &analyzer.Report{
		DetectorVersion: "1+a", CalibrationVersion: "c1", ContentSHA256: "aa", SoundSHA256: "bb",
		Audio: audio.Info{
			DurationSec: 212.5, Bitrate: 320000, SampleRate: 44100, Channels: 2, Codec: "mp3",
			Tags: audio.Tags{Title: "T & <S>"},
		},
		HeardSec: 212, Full: true, Verdict: analyzer.Suspicious,
		Tiers: analyzer.Tiers{
			HumanSafe: analyzer.Suspicious, Recall: analyzer.Suspicious,
		},
		Scores:           analyzer.Scores{Truth: 0.75, Geo: 0.5, Proto: 0.25, HeadA: 1, HeadB: 0, HeadC: 0.5},
		EmbedTemporalStd: 0.125,
		Margins:          analyzer.Margins{Fused: 1.5, Conservative: -0.25},
		Reliability:      0.875, Measured: true, Origin: "unknown", Generator: "suno",
		Evidence: analyzer.Evidence{
			Lattice: &analyzer.Lattice{SpacingHz: 86.13}, Scale: 1.03,
			Echoes: []analyzer.Echo{{Seconds: 0.023, DB: 3.47}},
		},
		Segments: []analyzer.Segment{{EndSec: 10, Score: 0.5, Suspicious: true}},
		Waveform: []float32{1}, Spectrum: analyzer.Curve{Values: []float32{1}},
	}
}

const successLine = `{"item_id":"a.mp3","status":"success","verdict":"suspicious",` +
	`"tier_verdicts":{"press_safe":null,"human_safe":"suspicious","recall":"suspicious"},` +
	`"scores":{"truth_score":0.75,"geo_score":0.5,"proto_score_v1":0.25,"head_a":1,"head_b":0,"head_c":0.5},` +
	`"embed_temporal_std":0.125,"reliability":0.875,"origin":"unknown","origin_confidence":0,` +
	`"calibration_version":"c1","processed_at":"2026-02-27T10:00:00Z",` +
	`"audio":{"duration_sec":212.5,"bitrate":320000,"sample_rate":44100,"channels":2,"codec":"mp3"},` +
	`"metadata":{"isrc":"X"},"error":null,` +
	`"path":"/m/a.mp3","error_message":null,"measured":true,"reliability_reasons":[],` +
	`"margins":{"fused":1.5,"conservative":-0.25},"generator":"suno","detector_version":"1+a",` +
	`"content_sha256":"aa","sound_sha256":"bb","heard_sec":212,"heard_full":true,"tags":{"title":"T & <S>"},` +
	`"evidence":{"lattice":{"spacing_hz":86.13,"from_hz":0,"to_hz":0,"lines":0,` +
	`"strength":0,"phase_lock":0,"segments":0},` +
	`"scale":1.03,"echoes":[{"delay_sec":0.023,"wave_db":3.47}],"lines":[]},` +
	`"segments":[{"start_sec":0,"end_sec":10,"score":0.5,"suspicious":true}],` +
	`"decision":{"kind":"ai","reviewer":"eva","reason":"r","note":"n","at":"2026-02-27T10:00:00Z"}}` + "\n"

const failedLine = `{"item_id":"b.mp3","status":"failed","verdict":null,` +
	`"tier_verdicts":{"press_safe":null,"human_safe":null,"recall":null},` +
	`"scores":{"truth_score":null,"geo_score":null,"proto_score_v1":null,"head_a":null,"head_b":null,"head_c":null},` +
	`"embed_temporal_std":null,"reliability":null,"origin":null,"origin_confidence":null,` +
	`"calibration_version":null,"processed_at":"2026-02-27T10:00:00Z",` +
	`"audio":{"duration_sec":null,"bitrate":null,"sample_rate":null,"channels":null,"codec":null},` +
	`"metadata":null,"error":"audio_load_failed",` +
	`"path":"/m/b.mp3","error_message":"not audio","measured":false,"reliability_reasons":[],"margins":null,` +
	`"generator":null,"detector_version":null,` +
	`"content_sha256":null,"sound_sha256":null,"heard_sec":null,"heard_full":null,"tags":{},` +
	`"evidence":{"lattice":null,"lines":[]},` +
	`"segments":[],"decision":null}` + "\n"

func TestRecordIsTheContractsInItsOrder(t *testing.T) {
	track := store.Track{
		TrackRow: store.TrackRow{
			ItemID: "a.mp3", Path: "/m/a.mp3", Status: store.TrackSuccess, ProcessedAt: someTime,
			Decision: store.DecideAI, Reviewer: "eva", Reason: "r", Note: "n", DecidedAt: someTime,
		},
		Metadata: json.RawMessage(`{ "isrc": "X" }`), Report: someReport(),
	}
	line := func(r Record) string {
		var out bytes.Buffer
		if err := r.Write(&out, ""); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	if got := line(NewRecord(track)); got != successLine {
		t.Errorf("success\n got %s\nwant %s", got, successLine)
	}
	failed := store.Track{TrackRow: store.TrackRow{
		ItemID: "b.mp3", Path: "/m/b.mp3", Status: store.TrackFailed, ProcessedAt: someTime,
		ErrorCode: audio.CodeLoadFailed, ErrorMessage: "not audio",
	}}
	if got := line(NewRecord(failed)); got != failedLine {
		t.Errorf("failed\n got %s\nwant %s", got, failedLine)
	}
	// What analyze prints is what scan writes, but for metadata and decision.
	track.Decision, track.Metadata = "", nil
	if got, want := line(RecordOf("", "/m/a.mp3", someReport(), nil, someTime)), line(NewRecord(track)); got != want {
		t.Errorf("analyze %s\nscan    %s", got, want)
	}
	odd := RecordOf("", "/m/caf\xe9.mp3", someReport(), nil, someTime)
	if odd.Path != "file:///m/caf%E9.mp3" || strings.Contains(line(odd), "\uFFFD") {
		t.Errorf("path %q", odd.Path)
	}
}

// A sine is no music, and its score of 1 would be an accusation.
func TestWhatIsNotMeasuredHasNoScores(t *testing.T) {
	report := someReport()
	report.Measured, report.Verdict, report.Tiers = false, analyzer.Human, analyzer.Tiers{}
	r := RecordOf("", "/m/a.mp3", report, nil, someTime)
	if r.Scores != (RecordScores{}) || r.Margins != nil || r.EmbedTemporalStd != nil || r.Reliability == nil {
		t.Errorf("scores %+v, margins %v, deviation %v, reliability %v", r.Scores, r.Margins, r.EmbedTemporalStd,
			r.Reliability)
	}
	if r.Segments == nil || len(r.Segments) > 0 {
		t.Errorf("segments %+v, want an empty list", r.Segments)
	}
}

// contractRecord is a reader written from the contract alone.
type contractRecord struct {
	ItemID       string             `json:"item_id"`
	Status       string             `json:"status"`
	Verdict      *string            `json:"verdict"`
	TierVerdicts map[string]*string `json:"tier_verdicts"`
	Scores       struct {
		TruthScore   *float64 `json:"truth_score"`
		GeoScore     *float64 `json:"geo_score"`
		ProtoScoreV1 *float64 `json:"proto_score_v1"`
	} `json:"scores"`
	EmbedTemporalStd   *float64   `json:"embed_temporal_std"`
	Reliability        *float64   `json:"reliability"`
	Origin             *string    `json:"origin"`
	OriginConfidence   *float64   `json:"origin_confidence"`
	CalibrationVersion *string    `json:"calibration_version"`
	ProcessedAt        *time.Time `json:"processed_at"`
	Audio              struct {
		DurationSec *float64 `json:"duration_sec"`
		Bitrate     *int     `json:"bitrate"`
		SampleRate  *int     `json:"sample_rate"`
		Channels    *int     `json:"channels"`
		Codec       *string  `json:"codec"`
	} `json:"audio"`
	Metadata map[string]any `json:"metadata"`
	Error    *string        `json:"error"`
}

func TestStrictReaderOfTheContractReadsOurRecords(t *testing.T) {
	for _, text := range []string{successLine, failedLine} {
		var r contractRecord
		if err := json.Unmarshal([]byte(text), &r); err != nil {
			t.Error(err)
		}
		if r.ProcessedAt == nil || r.ProcessedAt.Unix() != someTime.Unix() || len(r.TierVerdicts) != 3 {
			t.Errorf("%+v", r)
		}
	}
}

func TestGuard(t *testing.T) {
	for cell, want := range map[string]string{
		"": "", "plain": "plain", "a=b": "a=b", "=1+1": "'=1+1", "+cmd|' /C calc'!A0": "'+cmd|' /C calc'!A0",
		"-x": "'-x", "@SUM(A1)": "'@SUM(A1)", "-12": "-12", "+3.5": "+3.5", "-1,5": "-1,5", "-1+1": "'-1+1",
		"\t=1": "'\t=1", " =1": "' =1", "\r=1": "'\r=1", "\nx": "'\nx", "＝1": "'＝1", "-": "'-", "-Inf": "'-Inf",
		"\ufeff=1": "'\ufeff=1",
	} {
		if got := guard(cell); got != want {
			t.Errorf("guard(%q) = %q, want %q", cell, got, want)
		}
	}
}

func FuzzGuard(f *testing.F) {
	f.Add(" =1")
	f.Add("-5")
	f.Add("\n")
	f.Fuzz(func(t *testing.T, cell string) {
		got := guard(cell)
		if got != cell && got != "'"+cell {
			t.Errorf("guard(%q) = %q", cell, got)
		}
		if got != "" && strings.ContainsAny(got[:1], "=+-@\t\r\n") && !plainNumber.MatchString(got) {
			t.Errorf("guard(%q) = %q starts a formula", cell, got)
		}
	})
}

// exported is a bench whose job is done: a suspicious track with a decision, one not measured, a failed one.
func exported(t *testing.T) *bench {
	t.Helper()
	b := newBench(t)
	b.put("=a.mp3", "suspicious")
	b.put("b.mp3", "unmeasured")
	b.put("c.mp3", "short")
	e := b.engine(b.store, 1)
	b.start(e)
	job := b.wait(e, b.job(e).ID)
	track := b.tracks(b.store, job.ID)["=a.mp3"]
	_, err := b.store.Decide(context.Background(), store.NewDecision{
		Track: track.ID, Kind: store.DecideAI, Reviewer: "eva", Reason: "lattice", Note: "line 1\nline \"2\"",
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestExport(t *testing.T) {
	b := exported(t)
	ctx := context.Background()
	var out bytes.Buffer
	if err := Export(ctx, b.store, store.Filter{}, NDJSON, &out); err != nil {
		t.Fatal(err)
	}
	var records []Record
	for l := range strings.Lines(out.String()) {
		var r Record
		if err := json.Unmarshal([]byte(l), &r); err != nil {
			t.Fatal(err)
		}
		records = append(records, r)
	}
	if len(records) != 3 || records[0].ItemID != "=a.mp3" || records[0].Decision.Note != "line 1\nline \"2\"" ||
		*records[2].Error != "too_short" {
		t.Errorf("%+v", records)
	}
	out.Reset()
	if err := Export(ctx, b.store, store.Filter{}, CSV, &out); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	cell := func(row int, name string) string { return rows[row][slices.Index(rows[0], name)] }
	for _, test := range []struct {
		row        int
		name, want string
	}{
		{1, "item_id", "'=a.mp3"},
		{1, "verdict", "suspicious"},
		{1, "truth_score", "0.99"},
		{1, "decision", "ai"},
		{1, "note", "line 1\nline \"2\""},
		{2, "verdict", "not_measured"},
		{2, "human_safe", ""},
		{3, "status", "failed"},
		{3, "verdict", ""},
		{3, "truth_score", ""},
		{3, "margin_fused", ""},
		{3, "error", "too_short"},
	} {
		if got := cell(test.row, test.name); got != test.want {
			t.Errorf("row %d %s: %q, want %q", test.row, test.name, got, test.want)
		}
	}
	if err := Export(ctx, b.store, store.Filter{}, "xml", &out); !errors.Is(err, ErrFormat) {
		t.Errorf("xml: %v", err)
	}
}

func TestExportFileIsWholeOrOld(t *testing.T) {
	b := exported(t)
	ctx := context.Background()
	dir := t.TempDir()
	path := filepath.Join(dir, "out.ndjson")
	if err := os.WriteFile(path, []byte("old"), 0o640); err != nil {
		t.Fatal(err)
	}
	content := func() string {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	err := ExportFile(ended, b.store, store.Filter{}, NDJSON, path)
	if !errors.Is(err, context.Canceled) || content() != "old" {
		t.Errorf("cut off: %v, %q", err, content())
	}
	if err := ExportFile(ctx, b.store, store.Filter{}, "xml", path); !errors.Is(err, ErrFormat) || content() != "old" {
		t.Errorf("xml: %v, %q", err, content())
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink("out.ndjson", link); err != nil {
		t.Fatal(err)
	}
	if err := ExportFile(ctx, b.store, store.Filter{}, NDJSON, link); err != nil {
		t.Fatal(err)
	}
	if strings.Count(content(), "\n") != 3 {
		t.Errorf("content %q", content())
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if err := ExportFile(ctx, b.store, store.Filter{}, CSV, filepath.Join(dir, "new.csv")); err != nil {
		t.Error(err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 3 {
		t.Errorf("left over: %v, %v", entries, err)
	}
	if err := ExportFile(ctx, b.store, store.Filter{}, CSV, dir); err == nil {
		t.Error("a folder was overwritten")
	}
	err = ExportFile(ctx, b.store, store.Filter{}, CSV, filepath.Join(dir, "no", "out.csv"))
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing folder: %v", err)
	}
	if _, err := os.Stat("/dev/full"); err == nil {
		if err := ExportFile(ctx, b.store, store.Filter{}, CSV, "/dev/full"); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("full disk: %v", err)
		}
	}
}
