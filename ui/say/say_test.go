package say

import (
	"fmt"
	"strings"
	"testing"

	"earmark/analyzer"
	"earmark/analyzer/audio"
	"earmark/engine"
	"earmark/engine/intake"
	"earmark/engine/process"
	"earmark/store"
	"earmark/ui/cell"
	"earmark/ui/theme"
)

func success(measured bool, press, human, recall analyzer.Verdict) store.TrackRow {
	return store.TrackRow{
		Status: store.TrackSuccess, Measured: measured, Verdict: human, Score: 0.5,
		Tiers: analyzer.Tiers{PressSafe: press, HumanSafe: human, Recall: recall},
	}
}

func TestStates(t *testing.T) {
	const h, s = analyzer.Human, analyzer.Suspicious
	unfit := success(false, "", "", "")
	unfit.Verdict = analyzer.Human // the contract asks for it; no screen may show it
	for _, c := range []struct {
		row   store.TrackRow
		want  State
		score string
	}{
		{success(true, s, s, s), Suspicious, "0.50"},
		{success(true, "", h, s), Faint, "0.50"},
		{success(true, h, h, h), NotFlagged, "0.50"},
		{unfit, NotMeasured, "–"},
		{store.TrackRow{Status: store.TrackFailed}, Failed, "–"},
		{store.TrackRow{Status: store.TrackQueued}, Waiting, "–"},
		{store.TrackRow{Status: store.TrackRunning}, Running, "–"},
		{store.TrackRow{Status: store.TrackCancelled}, Cancelled, "–"},
	} {
		if got := StateOf(c.row); got != c.want {
			t.Errorf("%+v: state %d, want %d", c.row, got, c.want)
		}
		if got := Score(c.row); got != c.score {
			t.Errorf("%+v: score %s, want %s", c.row, got, c.score)
		}
		if (Strength(c.row) == "") != (c.score == "–") {
			t.Errorf("%+v: strength %q", c.row, Strength(c.row))
		}
	}
}

func TestWordsTellWithoutColor(t *testing.T) {
	th, seen := theme.Plain(), map[string]bool{}
	for s := Suspicious; s <= Cancelled; s++ {
		m := Verdict(th, s)
		if cell.Width(m.Word) > 12 || m.Render() != m.String() {
			t.Errorf("state %d: %q", s, m.Render())
		}
		if seen[m.Word] || seen[m.Glyph] {
			t.Errorf("state %d looks like another: %s", s, m)
		}
		seen[m.Word], seen[m.Glyph] = true, true
		if strings.Contains(m.Word, "AI") || s == NotMeasured && strings.Contains(m.Word, "human") {
			t.Errorf("state %d says too much: %q", s, m.Word)
		}
	}
	for _, k := range []store.DecisionKind{"", store.DecideAI, store.DecideHuman, store.DecideSkip} {
		if Decision(th, k).Word == "" || Decided(k) == "" {
			t.Errorf("no word for %q", k)
		}
	}
}

func TestForeignNamesAreClean(t *testing.T) {
	for _, c := range []struct {
		row  store.TrackRow
		want string
	}{
		{store.TrackRow{Title: "a\x1b[2J\nb", Artist: "\x07c"}, "a b – c"},
		{store.TrackRow{Path: "/music/one\x1b]0;x\x07.mp3"}, "one.mp3"},
		{store.TrackRow{ItemID: "line 3"}, "line 3"},
		{store.TrackRow{Title: "\x1b[0m", Path: "/x/y.wav"}, "y.wav"},
	} {
		if got := Name(c.row); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestTiersInWords(t *testing.T) {
	const h, s = analyzer.Human, analyzer.Suspicious
	for _, c := range []struct {
		tiers analyzer.Tiers
		want  string
	}{
		{analyzer.Tiers{}, "press-safe: not measured; human-safe: not measured; recall: not measured"},
		{
			analyzer.Tiers{PressSafe: h, HumanSafe: h, Recall: h},
			"press-safe: not flagged; human-safe: not flagged; recall: not flagged",
		},
		{analyzer.Tiers{HumanSafe: h, Recall: s}, "press-safe: inconclusive; human-safe: not flagged; recall: flagged"},
		{analyzer.Tiers{HumanSafe: s, Recall: s}, "press-safe: inconclusive; human-safe: flagged; recall: flagged"},
		{
			analyzer.Tiers{PressSafe: s, HumanSafe: s, Recall: s},
			"press-safe: flagged; human-safe: flagged; recall: flagged",
		},
	} {
		var words []string
		for _, tier := range Tiers(c.tiers) {
			words = append(words, tier.Name+": "+tier.Word)
		}
		if got := strings.Join(words, "; "); got != c.want {
			t.Errorf("%+v: %s", c.tiers, got)
		}
	}
	for v, want := range map[float64]string{0.1: "low", 0.6: "fair", 0.95: "good"} {
		if got := Reliability(v); got != want {
			t.Errorf("reliability %v: %s", v, got)
		}
	}
}

func TestEveryReasonIsSaid(t *testing.T) {
	for _, reason := range []string{
		analyzer.ReasonShort, analyzer.ReasonBandLimited, analyzer.ReasonLowRate, analyzer.ReasonHum,
		analyzer.ReasonTones, analyzer.ReasonLossy,
	} {
		if got := Unfit(reason); got == "" || got == strings.ReplaceAll(reason, "_", " ") {
			t.Errorf("%s is said as %q", reason, got)
		}
	}
	if got := Unfit("far_too\x1b[31m_odd"); got != "far too odd" {
		t.Errorf("another detector's reason is said as %q", got)
	}
}

func TestAdvice(t *testing.T) {
	if got := Advice(fmt.Errorf("save: %w", store.ErrDiskFull)); !strings.Contains(got, "space") {
		t.Errorf("disk full: %q", got)
	}
	if Advice(fmt.Errorf("other")) != "" {
		t.Error("advice about an unknown error")
	}
	general := FailureAdvice("something_new")
	for _, code := range []string{
		audio.CodeLoadFailed, audio.CodeDecoderMissing, audio.CodeNotFound, audio.CodeEmpty, audio.CodeTruncated,
		analyzer.CodeTooShort, analyzer.CodeSilent, analyzer.CodeTooLarge, engine.CodeChanged, engine.CodeRefused,
		process.CodeCrashed, process.CodeProtocol, process.CodeTimeLimit, process.CodeMemoryLimit,
		intake.CodeBadLine, intake.CodeDuplicate, intake.CodeURLNotSupported, intake.CodeFileIDUnknown,
		intake.CodeFolderUnreadable,
	} {
		if FailureAdvice(code) == general {
			t.Errorf("no advice of its own for %s", code)
		}
	}
	if Reason(0) != "" || Reason(10) != "" || Reason(1) != Reasons()[0] || len(Reasons()) != 9 {
		t.Error("reasons")
	}
}
