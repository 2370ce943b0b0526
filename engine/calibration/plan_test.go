package calibration

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"earmark/analyzer"
	"earmark/analyzer/audio"
)

var builtIn = analyzer.Thresholds{Recall: 0, HumanSafe: 2, PressSafe: 3, Tracks: 487}

// catalogue is n recordings with fused margins from 1/n to 1 and conservative ones two below.
func catalogue(n int) []Track {
	var tracks []Track
	for i := range n {
		x := float64(i+1) / float64(n)
		tracks = append(tracks, Track{
			ItemID: fmt.Sprint(i), Content: fmt.Sprint("c", i), Sound: fmt.Sprint("s", i),
			Margins: analyzer.Margins{Fused: x, Conservative: x - 2}, Group: []string{"folk", "electronic", ""}[i*3/n],
		})
	}
	return tracks
}

func made(t *testing.T, tracks []Track) *Plan {
	t.Helper()
	p, err := Make(tracks, builtIn, builtIn)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestThresholdsAreQuantilesOfTheCatalogue(t *testing.T) {
	p := made(t, catalogue(200))
	// k = ceil(201 · 0.93) = 187 and ceil(201 · 0.99) = 199
	if got := p.Thresholds; got.Recall != 187.0/200 || got.HumanSafe != 199.0/200 || got.Tracks != 200 {
		t.Errorf("%+v", got)
	}
	press, human, recall := p.Tiers[0], p.Tiers[1], p.Tiers[2]
	if press.New.Threshold != 3 || !strings.Contains(press.Kept, "never goes down") {
		t.Errorf("press-safe went below the built-in one: %+v", press)
	}
	if human.New.Flagged != 1 || recall.New.Flagged != 13 || human.Kept != "" || recall.Kept != "" {
		t.Errorf("%+v %+v", human, recall)
	}
	if recall.Now.Flagged != 200 || recall.Now.Share != 1 || recall.Now.Bound != 1 || human.Now.Flagged != 0 {
		t.Errorf("today: %+v %+v", recall.Now, human.Now)
	}
	if want := 1 - math.Pow(0.05, 1.0/200); math.Abs(press.New.Bound-want) > 1e-12 || human.New.Bound <= want {
		t.Errorf("bounds %g and %g, want %g and more", press.New.Bound, human.New.Bound, want)
	}
}

func TestPressSafeIsAboveEveryRecording(t *testing.T) {
	tracks := catalogue(200)
	tracks[17].Margins = analyzer.Margins{Fused: 9, Conservative: 4}
	tracks[18].Margins = analyzer.Margins{Fused: 9, Conservative: 3.5}
	p := made(t, tracks)
	if p.Thresholds.PressSafe != 4+analyzer.PressMargin || p.Tiers[0].Now.Flagged != 2 || p.Tiers[0].New.Flagged != 0 {
		t.Errorf("%+v", p.Tiers[0])
	}
	tracks[19].Margins = analyzer.Margins{Fused: 20, Conservative: 1}
	p = made(t, tracks)
	if len(p.Suspects) != 3 || p.Suspects[0].ItemID != "17" || p.Suspects[1].ItemID != "18" ||
		p.Suspects[2].ItemID != "19" || p.Suspects[2].Tier != "human_safe" {
		t.Errorf("suspects %+v", p.Suspects)
	}
}

func TestFewRecordingsKeepTheBuiltInThresholds(t *testing.T) {
	both, one, none := [2]bool{true, true}, [2]bool{false, true}, [2]bool{}
	for n, kept := range map[int][2]bool{1: both, 13: both, 14: one, 98: one, 99: none} {
		p := made(t, catalogue(n))
		recall, human := p.Tiers[2], p.Tiers[1]
		if (recall.Kept != "") != kept[0] || (human.Kept != "") != kept[1] {
			t.Errorf("%d recordings: recall %q, human-safe %q", n, recall.Kept, human.Kept)
		}
		if kept[0] && recall.New.Threshold != builtIn.Recall || kept[1] && human.New.Threshold != builtIn.HumanSafe {
			t.Errorf("%d recordings: %+v", n, p.Thresholds)
		}
	}
	if got := made(t, catalogue(40)).Tiers[1].Kept; got != "1 in 100 needs at least 99 recordings, and here are 40" {
		t.Error(got)
	}
	// A kept threshold never lies below that of a laxer tier.
	high := catalogue(20)
	for i := range high {
		high[i].Margins.Fused += 5
	}
	if p := made(t, high); p.Thresholds.HumanSafe != p.Thresholds.Recall || p.Thresholds.Recall <= builtIn.HumanSafe {
		t.Errorf("%+v", p.Thresholds)
	}
	if _, err := Make(nil, builtIn, builtIn); !errors.Is(err, ErrNothing) {
		t.Errorf("nothing: %v", err)
	}
}

func TestGroupsShowWhatIsFlaggedMost(t *testing.T) {
	tracks := catalogue(300) // the quietest third folk, then electronic, then without a group
	p, err := Make(tracks, analyzer.Thresholds{Recall: 0.5, HumanSafe: 0.6, PressSafe: 9}, builtIn)
	if err != nil {
		t.Fatal(err)
	}
	want := []Group{
		{Name: "electronic", Tracks: 100, Now: [3]int{0, 20, 50}}, {Name: "folk", Tracks: 100},
	}
	if !slices.Equal(p.Groups, want) {
		t.Errorf("%+v, want %+v", p.Groups, want)
	}
}

func TestPlanDoesNotDependOnTheOrder(t *testing.T) {
	tracks := catalogue(150)
	again := append(slices.Clone(tracks), tracks[3], tracks[4])
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
	a, b := made(t, tracks), made(t, again)
	if a.Digest != b.Digest || a.Thresholds != b.Thresholds || len(a.Digest) != 8 || b.Repeated != 2 ||
		b.Tracks != 150 {
		t.Errorf("%+v\n%+v", a, b)
	}
	tracks[0].Margins.Fused -= 1e-9
	if c := made(t, tracks); c.Digest == a.Digest {
		t.Error("another catalogue has the same digest")
	}
	if _, err := json.Marshal(a); err != nil {
		t.Error(err)
	}
}

func TestGroupOf(t *testing.T) {
	tags := audio.Tags{Artist: "Somebody", Album: "Blue"}
	for _, test := range []struct{ key, metadata, want string }{
		{"genre", `{"genre": " folk "}`, "folk"},
		{"genre", `{"Genre": "folk"}`, "folk"},
		{"genre", `{"genre": ["folk", "live", 7]}`, "folk, live, 7"},
		{"year", `{"year": 1994}`, "1994"},
		{"live", `{"live": true}`, "true"},
		{"genre", `{"genre": {}}`, ""},
		{"genre", `[1]`, ""},
		{"genre", "", ""},
		{"album", `{"label": "x"}`, "Blue"},
		{"Artist", "", "Somebody"},
		{"artist", `{"artist": "Else"}`, "Else"},
		{"folder", "", "Live 1994"},
	} {
		if got := GroupOf(test.key, json.RawMessage(test.metadata), tags, "/m/Live 1994/a.wav"); got != test.want {
			t.Errorf("%s of %s: %q, want %q", test.key, test.metadata, got, test.want)
		}
	}
}
