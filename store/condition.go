package store

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// The ranks of the column worst, and how far apart they are.
const (
	rankSuspicious = iota
	rankRecall     // suspicious at the recall tier only
	rankFailed
	rankNotMeasured
	rankHuman
	rankRunning
	rankQueued
	rankCancelled

	rankStep = 10_000_000_000
)

// ranks is a set of ranks, one bit each.
type ranks uint8

const (
	allRanks     ranks = 1<<(rankCancelled+1) - 1
	successRanks ranks = 1<<rankSuspicious | 1<<rankRecall | 1<<rankNotMeasured | 1<<rankHuman
)

// condition is a piece of SQL with its values.
type condition struct {
	sql   string
	args  []any
	ranks ranks // no other rank can match: the part of the order by worst that has to be looked at
}

// facet is a group of bits in the column facet; the migration computes the same.
type facet struct {
	shift, bits uint
	values      []string
}

var facets = map[string]facet{
	"status":     {0, 3, []string{"queued", "running", "success", "failed", "cancelled"}},
	"verdict":    {3, 2, []string{"", "human", "suspicious"}},
	"press_safe": {5, 2, []string{"", "human", "suspicious"}},
	"human_safe": {7, 2, []string{"", "human", "suspicious"}},
	"recall":     {9, 2, []string{"", "human", "suspicious"}},
	"measured":   {11, 1, []string{"no", "yes"}},
	"decision":   {12, 2, []string{"none", "ai", "human", "skip"}},
}

// facetIs is the condition that each named facet has its value: pairs of name and value.
func facetIs(pairs ...string) string {
	var mask, want int
	for pair := range slices.Chunk(pairs, 2) {
		f := facets[pair[0]]
		mask |= (1<<f.bits - 1) << f.shift
		want |= slices.Index(f.values, pair[1]) << f.shift
	}
	return fmt.Sprintf("facet & %d = %d", mask, want)
}

// bareWords are the conditions without a value.
var bareWords = []string{"undecided", "decided", "measured", "unmeasured"}

// field is what a term can ask for. Exactly one of values, columns and number is set.
type field struct {
	values  []string // what it can be
	columns []string // text, or any of these texts
	number  string
	folded  bool   // the columns hold folded text
	index   string // in the order by worst, that has the columns
	only    string // where it can be set at all, decided by the facet: other rows need no look at the text
	ranks   ranks  // the same
}

// The indexes in the order by worst that have columns beside the facet.
const (
	indexWorst = "worst"
	indexText  = "text"
)

var (
	onSuccess = facetIs("status", "success")
	onFailed  = facetIs("status", "failed")
	onDecided = "NOT " + facetIs("decision", "none")
)

var fields = map[string]field{
	"status":      {values: facets["status"].values},
	"verdict":     {values: []string{"human", "suspicious", "none"}},
	"tier":        {values: []string{"press_safe", "human_safe", "recall"}},
	"decision":    {values: facets["decision"].values},
	"any":         {columns: []string{"title_key", "artist_key", "path_key"}, folded: true, index: indexText},
	"title":       {columns: []string{"title_key"}, folded: true, index: indexText},
	"artist":      {columns: []string{"artist_key"}, folded: true, index: indexText},
	"path":        {columns: []string{"path_key"}, folded: true, index: indexText},
	"item":        {columns: []string{"item_id"}},
	"codec":       {columns: []string{"codec"}, index: indexWorst, only: onSuccess, ranks: successRanks},
	"error":       {columns: []string{"error_code", "error_message"}, only: onFailed, ranks: 1 << rankFailed},
	"reason":      {columns: []string{"reason"}, only: onDecided},
	"note":        {columns: []string{"note"}, only: onDecided},
	"reviewer":    {columns: []string{"reviewer"}, only: onDecided},
	"score":       {number: "score", index: indexWorst},
	"reliability": {number: "reliability", index: indexWorst},
	"duration":    {number: "duration", index: indexWorst},
	"job":         {},
}

// condition translates a term. Its errors say what is allowed.
func (t Term) condition() (condition, error) {
	c, err := t.positive()
	if err == nil && t.Not {
		c = condition{sql: "NOT (" + c.sql + ")", args: c.args, ranks: allRanks}
	}
	return c, err
}

func (t Term) positive() (condition, error) {
	if t.Op == "" {
		return t.bare()
	}
	f, ok := fields[t.Field]
	switch {
	case !ok:
		return condition{}, fmt.Errorf("no field %q; there are %s, and the words %s; "+
			"to look for the text itself, put it in quotes",
			t.Field, list(slices.Sorted(maps.Keys(fields)), "and"), list(bareWords, "and"))
	case t.Field == "job":
		id, err := ParseJobID(t.Value)
		if err == nil && t.Op != ":" {
			err = fmt.Errorf("job takes : only")
		}
		return condition{"job_id = ?", []any{id}, allRanks}, err
	case f.values != nil:
		return t.state(f.values)
	case f.number != "":
		return t.compare(f.number)
	default:
		return t.text(f)
	}
}

func (t Term) bare() (condition, error) {
	switch t.Field {
	case "undecided":
		return condition{fmt.Sprintf("(%s OR %s)", facetIs("status", "success", "decision", "none"),
			facetIs("status", "failed", "decision", "none")), nil, successRanks | 1<<rankFailed}, nil
	case "decided":
		return condition{"NOT " + facetIs("decision", "none"), nil, allRanks}, nil
	case "measured":
		return condition{facetIs("status", "success", "measured", "yes"), nil, successRanks}, nil
	case "unmeasured":
		const unmeasured = 1<<rankSuspicious | 1<<rankNotMeasured
		return condition{facetIs("status", "success", "measured", "no"), nil, unmeasured}, nil
	}
	return condition{}, fmt.Errorf("no word %q; there are %s", t.Field, list(bareWords, "and"))
}

func (t Term) state(values []string) (condition, error) {
	if t.Op != ":" || !slices.Contains(values, t.Value) {
		return condition{}, fmt.Errorf("%s is %s, as in %s:%s", t.Field, list(values, "or"), t.Field, values[0])
	}
	name, value, rank := t.Field, t.Value, allRanks
	switch t.Field + t.Op + t.Value {
	case "verdict:none":
		name, value, rank = "status", "failed", 1<<rankFailed
	case "verdict:human":
		rank = successRanks &^ (1 << rankSuspicious)
	case "verdict:suspicious":
		rank = 1 << rankSuspicious
	case "status:queued":
		rank = 1 << rankQueued
	case "status:running":
		rank = 1 << rankRunning
	case "status:success":
		rank = successRanks
	case "status:failed":
		rank = 1 << rankFailed
	case "status:cancelled":
		rank = 1 << rankCancelled
	case "tier:press_safe", "tier:human_safe", "tier:recall":
		name, value, rank = t.Value, "suspicious", successRanks
	}
	return condition{facetIs(name, value), nil, rank}, nil
}

func (t Term) compare(column string) (condition, error) {
	n, err := strconv.ParseFloat(t.Value, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) || !slices.Contains([]string{"<", "<=", ">", ">="}, t.Op) {
		return condition{}, fmt.Errorf("%[1]s is compared with a number, as in %[1]s>0.5 or %[1]s<=60", t.Field)
	}
	has := facetIs("status", "success")
	if column == "score" { // what was not measured has no score
		has = facetIs("status", "success", "measured", "yes")
	}
	return condition{fmt.Sprintf("(%s AND %s %s ?)", has, column, t.Op), []any{n}, successRanks}, nil
}

func (t Term) text(f field) (condition, error) {
	value := lowerASCII(t.Value)
	if f.folded {
		value = fold(t.Value)
	}
	switch {
	case t.Op != ":" && t.Op != "~":
		return condition{}, fmt.Errorf("%s is text, as in %s~part or %s:whole", t.Field, t.Field, t.Field)
	case value == "" && t.Value != "": // would be found in every text
		return condition{}, errors.New("accents alone cannot be looked for: add the letter they stand on")
	}
	var parts []string
	var args []any
	for _, column := range f.columns {
		if value == "" { // the keys are never empty
			parts = append(parts, strings.TrimSuffix(column, "_key")+" = ''")
			continue
		}
		if !f.folded {
			column = "lower(" + column + ")"
		}
		if t.Op == ":" {
			parts = append(parts, column+" = ?")
		} else { // not LIKE: it has wildcards, and instr is faster
			parts = append(parts, "instr("+column+", ?) > 0")
		}
		args = append(args, value)
	}
	c := condition{"(" + strings.Join(parts, " OR ") + ")", args, allRanks}
	if f.only != "" && value != "" {
		c.sql = "(" + f.only + " AND " + c.sql + ")"
		c.ranks = cmp.Or(f.ranks, allRanks)
	}
	return c, nil
}

// list writes names as a sentence does.
func list(names []string, last string) string {
	n := len(names)
	return strings.Join(names[:n-1], ", ") + " " + last + " " + names[n-1]
}
