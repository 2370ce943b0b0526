package store

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestParseFilter(t *testing.T) {
	cases := map[string]Filter{
		"":   {},
		"  ": {},
		"verdict:suspicious tier:human_safe undecided": {Verdict: "suspicious", Tier: "human_safe", Undecided: true},
		"Verdict=SUSPICIOUS Undecided":                 {Verdict: "suspicious", Undecided: true},
		"job:7 status:failed decided decision:ai":      {Job: 7, Status: TrackFailed, Decided: true, Decision: "ai"},
		"score>=0.5 score<=0.75":                       {ScoreMin: new(0.5), ScoreMax: new(0.75)},
		"score>0.8":                                    {Terms: []Term{{Field: "score", Op: ">", Value: "0.8"}}},
		"-status:failed !undecided -measured": {Terms: []Term{
			{Field: "status", Op: ":", Value: "failed", Not: true},
			{Field: "undecided", Not: true},
			{Field: "measured", Not: true},
		}},
		`artist~"the who" -title:Live`: {Terms: []Term{
			{Field: "artist", Op: "~", Value: "the who"}, {Field: "title", Op: ":", Value: "Live", Not: true},
		}},
		`blue -"rare b-side" "undecided" \d`: {Terms: []Term{
			{Field: "any", Op: "~", Value: "blue"},
			{Field: "any", Op: "~", Value: "rare b-side", Not: true},
			{Field: "any", Op: "~", Value: "undecided"},
			{Field: "any", Op: "~", Value: `\d`},
		}},
		`"a \"b\" \\ c" "12:30`: {Terms: []Term{
			{Field: "any", Op: "~", Value: `a "b" \ c`}, {Field: "any", Op: "~", Value: "12:30"},
		}},
		"status:failed status:queued -job:7": {Status: TrackFailed, Terms: []Term{
			{Field: "status", Op: ":", Value: "queued"}, {Field: "job", Op: ":", Value: "7", Not: true},
		}},
		`artist:"" - reason~x=y`: {Terms: []Term{
			{Field: "artist", Op: ":"}, {Field: "any", Op: "~", Value: "-"}, {Field: "reason", Op: "~", Value: "x=y"},
		}},
	}
	for text, wanted := range cases {
		got, err := ParseFilter(text)
		if err != nil || !reflect.DeepEqual(got, wanted) {
			t.Errorf("%q is %+v, %v", text, got, err)
		}
		again, err := ParseFilter(got.String())
		if err != nil || !reflect.DeepEqual(again, got) {
			t.Errorf("%q writes itself as %q, which is %+v, %v", text, got.String(), again, err)
		}
	}
}

func TestParseFilterErrors(t *testing.T) {
	for text, says := range map[string][]string{
		"blue verdict:maybe":             {`"verdict:maybe"`, "human, suspicious or none"},
		"verdikt:human":                  {`"verdikt:human"`, "verdict", "undecided", "quotes"},
		"12:30":                          {`"12:30"`, "quotes"},
		"status~fail":                    {`"status~fail"`, "queued, running, success, failed or cancelled"},
		"tier:":                          {`"tier:"`, "needs a value"},
		"score:high":                     {`"score:high"`, "number"},
		"score>high":                     {`"score>high"`, "number"},
		"score>NaN":                      {`"score>NaN"`, "number"},
		"duration<1e999":                 {`"duration<1e999"`, "number"},
		"artist>x":                       {`"artist>x"`, "text"},
		`artist>""`:                      {`"artist>\"\""`, "text"},
		"title~\u0301":                   {"title~\u0301", "accents alone"},
		"-artist:\u0301\u0308":           {"artist:\u0301\u0308", "accents alone"},
		"\u0301":                         {"accents alone"},
		"job:seven":                      {`"job:seven"`, "job_7"},
		"job>7":                          {`"job>7"`},
		":x":                             {`":x"`, "no field"},
		strings.Repeat("x ", maxTerms+1): {"more than"},
	} {
		_, err := ParseFilter(text)
		want(t, err, ErrFilter)
		for _, part := range says {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%q: error %q does not say %s", text, err, part)
			}
		}
	}
}

// shelf fills a database with tracks of every kind, and names each by what it is.
func shelf(tb testing.TB) *Store {
	tb.Helper()
	ctx := tb.Context()
	s, _ := newStore(tb)
	j, err := s.CreateJob(ctx, "n", "s")
	must(tb, err)
	var items []NewTrack
	for name := range strings.FieldsSeq("sus sus2 press recall unm hum hum2 failed failed2 running queued") {
		items = append(items, NewTrack{ItemID: name, Path: "/m/" + strings.ToUpper(name) + " 100%_x.mp3"})
	}
	must(tb, s.AddTracks(ctx, j.ID, items))
	must(tb, s.SealJob(ctx, j.ID))
	ids := map[string]TrackID{}
	for i, c := range claim(tb, s, "w", 10) {
		ids[c.ItemID] = c.Track
		kind := map[string]string{
			"sus": "suspicious", "sus2": "suspicious", "press": "suspicious", "recall": "recall", "unm": "unmeasured",
			"hum": "human", "hum2": "human",
		}[c.ItemID]
		switch {
		case strings.HasPrefix(c.ItemID, "failed"):
			must(tb, s.Fail(ctx, "w", c.Track, "too_short", "shorter than 5 s"))
		case kind != "":
			r := newReport(c.ItemID, 0.9-float64(i)/10, kind)
			r.Audio.Tags.Title, r.Audio.Tags.Artist = "Song "+c.ItemID, "Björk Ärger"
			r.Audio.DurationSec = float64(30 * i)
			if c.ItemID == "press" {
				r.Tiers.PressSafe = "suspicious"
			}
			if c.ItemID == "hum2" {
				r.Audio.Tags, r.Audio.Codec = audioTags("", ""), "flac"
			}
			must(tb, s.Finish(ctx, "w", c.Track, r))
		}
	}
	for name, kind := range map[string]DecisionKind{"sus2": DecideAI, "hum": DecideHuman, "failed2": DecideSkip} {
		_, err := s.Decide(ctx, NewDecision{ids[name], kind, "Anna", "Too GOOD", "see 100%_"})
		must(tb, err)
	}
	return s
}

func TestFilterMatches(t *testing.T) {
	s := shelf(t)
	for text, wanted := range map[string]string{
		"":                                "sus sus2 press recall unm hum hum2 failed failed2 running queued",
		"verdict:suspicious":              "sus sus2 press",
		"verdict:suspicious undecided":    "sus press",
		"-undecided":                      "sus2 hum failed2 running queued",
		"verdict:human":                   "recall unm hum hum2",
		"verdict:human measured":          "recall hum hum2",
		"verdict:none":                    "failed failed2",
		"-verdict:none":                   "sus sus2 press recall unm hum hum2 running queued",
		"tier:human_safe":                 "sus sus2 press",
		"tier:press_safe":                 "press",
		"tier:recall -tier:human_safe":    "recall",
		"status:queued":                   "queued",
		"status:failed":                   "failed failed2",
		"status:failed verdict:human":     "",
		"status:failed -status:failed":    "",
		"status:running":                  "running",
		"unmeasured":                      "unm",
		"-measured":                       "unm failed failed2 running queued",
		"decided":                         "sus2 hum failed2",
		"decision:ai":                     "sus2",
		"decision:skip":                   "failed2",
		"decision:none status:success":    "sus press recall unm hum2",
		"-decision:none":                  "sus2 hum failed2",
		"score>0.8":                       "sus",
		"score>=0.8":                      "sus sus2",
		"score<=0.4":                      "hum hum2",
		"-score>0.35":                     "unm hum2 failed failed2 running queued",
		"reliability<0.6":                 "unm",
		"duration<60":                     "sus sus2",
		"artist~bjork":                    "sus sus2 press recall unm hum",
		"artist:BJÖRK\u00a0x":             "",
		`artist:"bjork arger"`:            "sus sus2 press recall unm hum",
		`artist:""`:                       "hum2 failed failed2 running queued",
		`artist~""`:                       "hum2 failed failed2 running queued",
		"note:\u0301":                     "",
		"-artist~björk status:success":    "hum2",
		"title:\"song press\"":            "press",
		`title~"hum2 100%"`:               "hum2",
		"path~QUEUED":                     "queued",
		"sus":                             "sus sus2",
		"100%_X":                          "sus sus2 press recall unm hum hum2 failed failed2 running queued",
		"100__x":                          "",
		"s%s":                             "",
		"codec:FLAC":                      "hum2",
		"codec~mp":                        "sus sus2 press recall unm hum",
		"error:too_short":                 "failed failed2",
		`error~"5 s" undecided`:           "failed",
		"reason~good":                     "sus2 hum failed2",
		"note~100%_":                      "sus2 hum failed2",
		"reviewer:anna decision:human":    "hum",
		"item:unm":                        "unm",
		"job:1":                           "sus sus2 press recall unm hum hum2 failed failed2 running queued",
		"job:2":                           "",
		"-job:1":                          "",
		"job:1 job:2":                     "",
		"'; DROP TABLE tracks; -- \"\x00": "",
	} {
		f, err := ParseFilter(text)
		must(t, err)
		for _, sort := range Sorts() {
			got := items(t, s, f, sort)
			slices.Sort(got)
			expected := strings.Fields(wanted)
			slices.Sort(expected)
			if !slices.Equal(got, expected) {
				t.Errorf("%q by %s: %v, want %v", text, sort, got, expected)
			}
			sc, err := newScan(f, sort) // as it is with words that many tracks have
			must(t, err)
			wide, err := sc.read(t.Context(), s.read, Cursor{}, false, Forward, 99)
			must(t, err)
			if len(wide) != len(expected) {
				t.Errorf("%q by %s: %d rows without narrowing, want %v", text, sort, len(wide), expected)
			}
		}
		n, exact, err := s.CountMatching(t.Context(), f, 5)
		must(t, err)
		if all := len(strings.Fields(wanted)); n != min(all, 5) || exact != (all <= 5) {
			t.Errorf("%q: counted %d, %v", text, n, exact)
		}
	}
}

// items lists what matches, forward, and makes sure that backward and small pages say the same.
func items(tb testing.TB, s *Store, f Filter, sort Sort) []string {
	tb.Helper()
	var all []string
	for _, limit := range []int{1000, 3} {
		var forward, backward []string
		for from := (Cursor{}); ; {
			p, err := s.Tracks(tb.Context(), f, sort, from, Forward, limit)
			must(tb, err)
			for _, r := range p.Rows {
				forward = append(forward, r.ItemID)
			}
			if from = p.After; !p.HasAfter {
				break
			}
		}
		for from := (Cursor{}); ; {
			p, err := s.Tracks(tb.Context(), f, sort, from, Backward, limit)
			must(tb, err)
			for _, r := range slices.Backward(p.Rows) {
				backward = append(backward, r.ItemID)
			}
			if from = p.Before; !p.HasBefore {
				break
			}
		}
		slices.Reverse(backward)
		if all == nil {
			all = forward
		}
		if !slices.Equal(forward, all) || !slices.Equal(backward, all) {
			tb.Fatalf("by %s in pages of %d: %v forward, %v backward, %v at once", sort, limit, forward, backward, all)
		}
	}
	return all
}

// TestFacets compares the facet and the rank of the schema with what this package takes them for.
func TestFacets(t *testing.T) {
	s := shelf(t)
	rows, err := s.read.QueryContext(t.Context(), `
		SELECT facet, worst, score, status, verdict, press_safe, human_safe, recall,
			iif(measured, 'yes', 'no'), iif(decision = '', 'none', decision) FROM tracks`)
	must(t, err)
	defer rows.Close()
	names := []string{"status", "verdict", "press_safe", "human_safe", "recall", "measured", "decision"}
	rankOf := map[string]int{ // that of success follows from its report
		"running": rankRunning, "queued": rankQueued, "cancelled": rankCancelled, "failed": rankFailed,
	}
	for rows.Next() {
		var got int
		var worst int64
		var score float64
		values := make([]string, len(names))
		dest := []any{&got, &worst, &score}
		for i := range values {
			dest = append(dest, &values[i])
		}
		must(t, rows.Scan(dest...))
		wanted := 0
		for i, name := range names {
			f := facets[name]
			at := slices.Index(f.values, values[i])
			if at < 0 || at >= 1<<f.bits {
				t.Errorf("%s has no place for %q", name, values[i])
			}
			wanted += at << f.shift
		}
		if got != wanted {
			t.Errorf("facet of %v is %d, want %d", values, got, wanted)
		}
		rank := rankOf[values[0]]
		if values[0] == "success" {
			switch {
			case values[1] == "suspicious":
				rank = rankSuspicious
			case values[4] == "suspicious":
				rank = rankRecall
			case values[5] == "no":
				rank = rankNotMeasured
			default:
				rank = rankHuman
			}
		}
		if low := int64(rank)*rankStep + 1e9 - int64(score*1e9); worst < low-1 || worst > low+1 {
			t.Errorf("%v with score %v: worst is %d, want %d", values, score, worst, low)
		}
	}
	must(t, rows.Err())
}

func TestFilterOfAProgram(t *testing.T) {
	s := shelf(t)
	for _, bad := range []Filter{{Status: "lost"}, {Verdict: "x"}, {Terms: []Term{{Field: "x", Op: "~", Value: "y"}}}} {
		_, err := s.Tracks(t.Context(), bad, "", Cursor{}, Forward, 1)
		want(t, err, ErrFilter)
	}
	got := items(t, s, Filter{Job: 1, Verdict: "suspicious", ScoreMax: new(0.8), Undecided: true}, SortWorst)
	if !slices.Equal(got, []string{"press"}) {
		t.Errorf("got %v", got)
	}
}

func FuzzParseFilter(f *testing.F) {
	for _, text := range []string{
		`verdict:suspicious tier:human_safe undecided artist~"the who" score>0.8 -status:failed`,
		`"a \"b\" \\`, "job:7 !job:8 -\"x", "- ! -- -- :: ~ <= score<=.5 score<=0x1p-2",
		"artist:\"\" é \xff\xfe \u00a0x", "duration>=-0 codec=mp3 reason~%_' note:;",
	} {
		f.Add(text)
	}
	s := shelf(f)
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := ParseFilter(text)
		if err != nil {
			want(t, err, ErrFilter)
			return
		}
		again, err := ParseFilter(parsed.String())
		if err != nil || !reflect.DeepEqual(again, parsed) {
			t.Fatalf("%q is %+v, writes itself as %q, which is %+v, %v", text, parsed, parsed.String(), again, err)
		}
		p, err := s.Tracks(t.Context(), parsed, SortWorst, Cursor{}, Forward, 100)
		must(t, err)
		n, _, err := s.CountMatching(t.Context(), parsed, 100)
		must(t, err)
		if n != len(p.Rows) {
			t.Errorf("%q: a page of %d, counted %d", text, len(p.Rows), n)
		}
	})
}

func ExampleParseFilter() {
	_, err := ParseFilter("undecided verdict:maybe")
	fmt.Println(err)
	// Output: filter: "verdict:maybe": verdict is human, suspicious or none, as in verdict:human
}
