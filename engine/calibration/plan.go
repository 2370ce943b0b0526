package calibration

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"earmark/analyzer"
)

// Confidence of the upper bounds.
const Confidence = 0.95

// The tiers, as records name them.
const (
	pressSafe = "press_safe"
	humanSafe = "human_safe"
	recall    = "recall"
)

// Track is one recording that was measured.
type Track struct {
	ItemID  string
	Path    string
	Content string // SHA-256 of the file
	Sound   string // SHA-256 of the decoded samples
	Margins analyzer.Margins
	Group   string // what it is counted under besides; empty: nothing
}

// Plan is what thresholds on a catalogue would be, and do.
type Plan struct {
	Thresholds analyzer.Thresholds `json:"-"`
	Digest     string              `json:"digest"` // of the thresholds and of what they were taken from
	Tracks     int                 `json:"tracks"` // measured, each sound once
	Repeated   int                 `json:"repeated"`
	Tiers      []Tier              `json:"tiers"`  // the strictest first
	Groups     []Group             `json:"groups"` // what is flagged most first; empty without a key
	Suspects   []Suspect           `json:"suspects"`
}

// Tier is one false-positive budget on the catalogue.
type Tier struct {
	Name string  `json:"tier"`
	Rate float64 `json:"rate"` // that the threshold is a quantile for; 0: above every recording
	Now  Count   `json:"now"`
	New  Count   `json:"new"`
	Kept string  `json:"kept,omitempty"` // why the built-in threshold stays
}

// Count is what a threshold flags of human recordings: every one of them is a false positive.
type Count struct {
	Threshold float64 `json:"threshold"` // log-odds; see [analyzer.Margins]
	Flagged   int     `json:"flagged"`
	Share     float64 `json:"share"` // of the catalogue
	Bound     float64 `json:"bound"` // upper bound of the rate that this number of recordings supports
}

// Group is the part of the catalogue that has one value of a key. The numbers are those of [Plan.Tiers].
type Group struct {
	Name   string `json:"name"`
	Tracks int    `json:"tracks"`
	Now    [3]int `json:"now"` // flagged at each tier, the strictest first
	New    [3]int `json:"new"`
}

// Suspect is a recording that the built-in thresholds flag: at human-safe, where one human recording in 100 may be, or
// above press-safe, where none should be. Whichever it is, one that is not human makes the new thresholds deaf.
type Suspect struct {
	Tier    string           `json:"tier"` // the strictest that flags it
	ItemID  string           `json:"item_id"`
	Path    string           `json:"path"`
	Margins analyzer.Margins `json:"margins"`
}

// ErrNothing is the answer for a catalogue without a single recording that was measured.
var ErrNothing = errors.New("none of the recordings could be measured: there is nothing to calibrate on")

// Make works out thresholds from recordings that are known to be human. now is what is in force, builtIn what the
// detector came with.
func Make(tracks []Track, now, builtIn analyzer.Thresholds) (*Plan, error) {
	p := &Plan{Groups: []Group{}, Suspects: []Suspect{}}
	all, heard := len(tracks), map[string]bool{}
	tracks = slices.DeleteFunc(slices.Clone(tracks), func(t Track) bool {
		again := heard[t.Sound]
		heard[t.Sound] = true
		return again
	})
	p.Repeated, p.Tracks = all-len(tracks), len(tracks)
	if len(tracks) == 0 {
		return nil, ErrNothing
	}
	fused, conservative := make([]float64, len(tracks)), make([]float64, len(tracks))
	for i, t := range tracks {
		fused[i], conservative[i] = t.Margins.Fused, t.Margins.Conservative
		// By the conservative margin alone: it is what would move press-safe.
		if above := t.Margins.Conservative > builtIn.PressSafe; above || flags(builtIn, t.Margins)[1] == 1 {
			tier := humanSafe
			if above {
				tier = pressSafe
			}
			p.Suspects = append(p.Suspects, Suspect{tier, t.ItemID, t.Path, t.Margins})
		}
	}
	slices.SortStableFunc(p.Suspects, func(a, b Suspect) int {
		return cmp.Or(cmp.Compare(b.Tier, a.Tier), cmp.Compare(b.Margins.Fused, a.Margins.Fused)) // press_safe first
	})
	low, lowKept := quantile(fused, analyzer.RecallRate, builtIn.Recall)
	high, highKept := quantile(fused, analyzer.HumanSafeRate, builtIn.HumanSafe)
	press, pressKept := slices.Max(conservative)+analyzer.PressMargin, ""
	if press < builtIn.PressSafe {
		press = builtIn.PressSafe
		pressKept = "every recording here is below the built-in threshold, and it never goes down"
	}
	p.Thresholds = analyzer.Thresholds{
		Recall: low, HumanSafe: max(high, low), PressSafe: press, Tracks: len(tracks),
	}
	p.Tiers = []Tier{
		{Name: pressSafe, Kept: pressKept},
		{Name: humanSafe, Kept: highKept, Rate: analyzer.HumanSafeRate},
		{Name: recall, Kept: lowKept, Rate: analyzer.RecallRate},
	}
	p.count(tracks, now)
	p.Digest = digest(tracks, p.Thresholds)
	return p, nil
}

// quantile is the threshold for a rate, or the built-in one with the reason why it stays.
func quantile(scores []float64, rate, builtIn float64) (threshold float64, kept string) {
	threshold, err := analyzer.Conformal(scores, rate)
	if err != nil {
		return builtIn, fmt.Sprintf("%.3g in 100 needs at least %d recordings, and here are %d", 100*rate,
			analyzer.ConformalLeast(rate), len(scores))
	}
	return threshold, ""
}

// flags are the tiers that flag a recording, the strictest first.
func flags(th analyzer.Thresholds, m analyzer.Margins) (out [3]int) {
	t := th.Judge(m)
	for i, v := range []analyzer.Verdict{t.PressSafe, t.HumanSafe, t.Recall} {
		if v == analyzer.Suspicious {
			out[i] = 1
		}
	}
	return out
}

func (p *Plan) count(tracks []Track, now analyzer.Thresholds) {
	of := map[string]*Group{}
	all := Group{Tracks: len(tracks)}
	for _, t := range tracks {
		parts := []*Group{&all}
		if t.Group != "" {
			if of[t.Group] == nil {
				of[t.Group] = &Group{Name: t.Group}
			}
			of[t.Group].Tracks++
			parts = append(parts, of[t.Group])
		}
		before, after := flags(now, t.Margins), flags(p.Thresholds, t.Margins)
		for _, part := range parts {
			for i := range part.Now {
				part.Now[i] += before[i]
				part.New[i] += after[i]
			}
		}
	}
	thresholds := func(t analyzer.Thresholds) [3]float64 { return [3]float64{t.PressSafe, t.HumanSafe, t.Recall} }
	for i := range p.Tiers {
		p.Tiers[i].Now = countOf(thresholds(now)[i], all.Now[i], all.Tracks)
		p.Tiers[i].New = countOf(thresholds(p.Thresholds)[i], all.New[i], all.Tracks)
	}
	for _, g := range of {
		p.Groups = append(p.Groups, *g)
	}
	share := func(g Group, tier int) float64 { return float64(g.Now[tier]) / float64(g.Tracks) }
	slices.SortFunc(p.Groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(share(b, 1), share(a, 1)), cmp.Compare(share(b, 2), share(a, 2)),
			cmp.Compare(b.Tracks, a.Tracks), cmp.Compare(a.Name, b.Name))
	})
}

func countOf(threshold float64, flagged, n int) Count {
	return Count{
		Threshold: threshold, Flagged: flagged, Share: float64(flagged) / float64(n),
		Bound: analyzer.UpperBound(flagged, n, Confidence),
	}
}

// digest is the beginning of the SHA-256 over the thresholds and the sorted contents with their margins.
func digest(tracks []Track, t analyzer.Thresholds) string {
	lines := make([]string, 0, len(tracks)+1)
	for _, track := range tracks {
		m := track.Margins
		lines = append(lines, fmt.Sprintf("%s %g %g\n", track.Content, m.Fused, m.Conservative))
	}
	slices.Sort(lines)
	lines = append(lines, fmt.Sprintf("%g %g %g\n", t.Recall, t.HumanSafe, t.PressSafe))
	sum := sha256.Sum256([]byte(strings.Join(lines, "")))
	return hex.EncodeToString(sum[:4])
}
