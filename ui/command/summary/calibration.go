package summary

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"earmark/engine/calibration"
	"earmark/store"
	"earmark/ui/cell"
)

// Calibration is what thresholds on a catalogue would do, or have done.
type Calibration struct {
	Version  *string  `json:"version"` // null: not applied
	Before   string   `json:"before"`  // version that was in force
	Detector string   `json:"detector_version"`
	Source   []string `json:"source"` // as it was named
	By       string   `json:"by"`
	*calibration.Plan
	LeftOut     []string       `json:"left_out"`
	NotMeasured []Unheard      `json:"not_measured"`
	Failed      []Unheard      `json:"failed"`
	Effect      store.Rejudged `json:"effect"` // on the tracks of the database
}

// Unheard is a recording that says nothing about thresholds.
type Unheard struct {
	ItemID string `json:"item_id"`
	Code   string `json:"code"`
	Why    string `json:"why,omitempty"`
}

// JSON writes it as one line.
func (c *Calibration) JSON(w io.Writer) error {
	out := *c
	if out.NotMeasured == nil {
		out.NotMeasured = []Unheard{}
	}
	if out.Failed == nil {
		out.Failed = []Unheard{}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(out)
}

// tierName is the name that people read.
func tierName(name string) string { return strings.ReplaceAll(name, "_", "-") }

// Write writes it for people.
func (c *Calibration) Write(w io.Writer, st Style) {
	parts := []string{cell.Plural(int64(c.Tracks), "recording", "recordings") + " measured"}
	for _, more := range []struct {
		n    int
		what string
	}{
		{c.Repeated, "repeated, counted once"},
		{len(c.LeftOut), "left out"},
		{len(c.NotMeasured), "not measured"},
		{len(c.Failed), "failed"},
	} {
		if more.n > 0 {
			parts = append(parts, cell.Count(int64(more.n))+" "+more.what)
		}
	}
	fmt.Fprintln(w, strings.Join(parts, ", "))
	fmt.Fprintf(w, "In force: %s\n\n", c.Before)
	c.tiers(w, st)
	c.groups(w, st)
	fmt.Fprintf(w, "\nIn this database: %s. Decisions stay.\n", Effect(c.Effect))
	c.suspects(w, st)
	c.unheard(w, st)
}

func (c *Calibration) tiers(w io.Writer, st Style) {
	percent := func(v float64) string { return fmt.Sprintf("%.1f %%", 100*v) }
	flagged := func(n calibration.Count) string {
		return fmt.Sprintf("%s (%s)", cell.Count(int64(n.Flagged)), percent(n.Share))
	}
	var rows [][]string
	for _, t := range c.Tiers {
		aim := "0"
		if t.Rate > 0 {
			aim = fmt.Sprintf("%.3g %%", 100*t.Rate)
		}
		for _, n := range []struct {
			name, when, aim string
			calibration.Count
		}{{tierName(t.Name), "now", aim, t.Now}, {"", "new", "", t.New}} {
			rows = append(rows, []string{
				n.name, n.aim, n.when, fmt.Sprintf("%.3f", n.Threshold), flagged(n.Count), percent(n.Bound),
			})
		}
	}
	Columns(w, "  ", []Column{
		{Head: "TIER"},
		{Head: "AIM", Right: true},
		{},
		{Head: "THRESHOLD", Right: true},
		{Head: "FALSE POSITIVES HERE", Right: true},
		{Head: "AT MOST (95 % SURE)", Right: true},
	}, rows, st.Width)
	for _, t := range c.Tiers {
		if t.Kept != "" {
			fmt.Fprintf(w, "\n  %s keeps the built-in threshold:\n  %s.\n", tierName(t.Name), t.Kept)
		}
	}
}

func (c *Calibration) groups(w io.Writer, st Style) {
	if c.By == "" {
		return
	}
	fmt.Fprintln(w, "\n"+st.Theme.Strong.Render("False positives by "+cell.Clean(c.By)+", now and new"))
	if len(c.Groups) == 0 {
		fmt.Fprintf(w, "  none of these recordings has a %s\n", cell.Clean(c.By))
		return
	}
	var rows [][]string
	rest := c.Tracks
	for i, g := range c.Groups {
		rest -= g.Tracks
		if i >= listed {
			continue
		}
		row := []string{cell.Clean(g.Name), cell.Count(int64(g.Tracks))}
		for tier := range g.Now {
			row = append(row, fmt.Sprintf("%d, %d", g.Now[tier], g.New[tier]))
		}
		rows = append(rows, row)
	}
	Columns(w, "  ", []Column{
		{Head: strings.ToUpper(cell.Clean(c.By)), Most: 40},
		{Head: "RECORDINGS", Right: true},
		{Head: "PRESS-SAFE", Right: true},
		{Head: "HUMAN-SAFE", Right: true},
		{Head: "RECALL", Right: true},
	}, rows, st.Width)
	if n := len(c.Groups) - listed; n > 0 {
		fmt.Fprintf(w, "  … and %s more: --json lists them\n", cell.Count(int64(n)))
	}
	if rest > 0 {
		fmt.Fprintf(w, "  %s without it\n", cell.Plural(int64(rest), "recording", "recordings"))
	}
}

func (c *Calibration) suspects(w io.Writer, st Style) {
	if len(c.Suspects) == 0 {
		return
	}
	t := st.Theme
	head := "Listen to these before you calibrate on them: the built-in thresholds flag them."
	fmt.Fprintln(w, "\n"+t.Warn.Render(head))
	var rows [][]string
	for _, s := range c.Suspects[:min(len(c.Suspects), listed)] {
		rows = append(rows, []string{
			t.Suspect.Render(t.Glyph.Suspect), tierName(s.Tier), threshold(s.Margins.Fused),
			threshold(s.Margins.Conservative), cell.Clean(s.ItemID),
		})
	}
	Columns(w, "  ", []Column{
		{},
		{Head: "BUILT-IN"},
		{Head: "FUSED", Right: true},
		{Head: "CONSERVATIVE", Right: true},
		{Head: "FILE", Most: noLimit, Left: true},
	}, rows, st.Width)
	if n := len(c.Suspects) - listed; n > 0 {
		fmt.Fprintf(w, "  … and %s more: --json lists them\n", cell.Count(int64(n)))
	}
	fmt.Fprintln(w, "  One human recording in 100 is flagged at human-safe. A generated one among them\n"+
		"  makes the new thresholds deaf: leave it out with --leave-out FILE.")
}

func (c *Calibration) unheard(w io.Writer, st Style) {
	for _, list := range []struct {
		head string
		of   []Unheard
	}{{"Failed", c.Failed}, {"Not measured", c.NotMeasured}} {
		if len(list.of) == 0 {
			continue
		}
		fmt.Fprintln(w, "\n"+st.Theme.Strong.Render(list.head))
		var rows [][]string
		for _, u := range list.of[:min(len(list.of), listed)] {
			rows = append(rows, []string{cell.Clean(u.ItemID), cell.Clean(u.Code), cell.Clean(u.Why)})
		}
		Columns(w, "  ", []Column{{Most: noLimit, Left: true}, {}, {Most: noLimit}}, rows, st.Width)
		if n := len(list.of) - listed; n > 0 {
			fmt.Fprintf(w, "  … and %s more: --json lists them\n", cell.Count(int64(n)))
		}
	}
}

// Effect says what another calibration does to the tracks of a database.
func Effect(n store.Rejudged) string {
	if n == (store.Rejudged{}) {
		return "no track is judged differently"
	}
	return fmt.Sprintf("%s suspicious, %s, %s at another tier only",
		cell.Plural(n.Flagged, "track becomes", "tracks become"),
		cell.Plural(n.Cleared, "loses the flag", "lose the flag"),
		cell.Plural(n.Other, "changes", "change"))
}
