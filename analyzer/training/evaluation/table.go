package evaluation

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"earmark/analyzer"
)

// Names of rows that stand for more than one source or manipulation.
const (
	Human = "human"  // all human music
	AllAI = "all AI" // all generators
	All   = "all"    // all manipulations
)

// Row is one generator, or all human music, under one manipulation. Shares of a generator are of all its outcomes, and
// those that were not measured are missed; shares of human music are of those that were measured.
type Row struct {
	Source       string
	Manipulation string
	Outcomes     int // recordings; under all manipulations, each once for every one
	NotMeasured  int
	AUC          float64 // against human music under the same manipulation, of measured ones; NaN: nothing to rank

	// Flagged by each tier of the model.
	Recall, HumanSafe, PressSafe Share

	// Above the [Threshold] for 1 % and 0 false positives on human music under the same manipulation, and on human
	// music as it is. With too few of it for 1 % the share is of nothing.
	Same1, Same0   Share
	Clean1, Clean0 Share
}

// Table is how a detector does, by manipulation (all, clean, others) and source (human, all AI, generators).
type Table []Row

// Tabulate counts outcomes. Clean is the manipulation that leaves recordings as they are.
func Tabulate(outcomes []Outcome, tiers analyzer.Thresholds, clean string) (Table, error) {
	if err := Check(outcomes); err != nil {
		return nil, err
	}
	under := map[string][]Outcome{All: outcomes}
	for _, o := range outcomes {
		under[o.Manipulation] = append(under[o.Manipulation], o)
	}
	atClean := limitsOf(under[clean])
	var table Table
	for manipulation, some := range under {
		atSame := limitsOf(some)
		human := margins(some, false)
		by := map[string][]Outcome{}
		for _, o := range some {
			if o.AI {
				by[AllAI] = append(by[AllAI], o)
				by[o.Source] = append(by[o.Source], o)
			} else {
				by[Human] = append(by[Human], o)
			}
		}
		for source, of := range by {
			row := Row{Source: source, Manipulation: manipulation, AUC: math.NaN()}
			row.count(of, tiers)
			row.Same1, row.Same0 = atSame.one.above(of), atSame.none.above(of)
			row.Clean1, row.Clean0 = atClean.one.above(of), atClean.none.above(of)
			if source != Human {
				row.AUC = AUC(human, margins(of, true))
			}
			table = append(table, row)
		}
	}
	slices.SortFunc(table, func(a, b Row) int {
		return cmp.Or(
			cmp.Compare(place(a.Manipulation, All, clean), place(b.Manipulation, All, clean)),
			cmp.Compare(a.Manipulation, b.Manipulation),
			cmp.Compare(place(a.Source, Human, AllAI), place(b.Source, Human, AllAI)),
			cmp.Compare(strings.ToLower(a.Source), strings.ToLower(b.Source)),
			cmp.Compare(a.Source, b.Source),
		)
	})
	return table, nil
}

// place is where a name stands among the first ones; the others come after them.
func place(name string, first ...string) int {
	if i := slices.Index(first, name); i >= 0 {
		return i
	}
	return len(first)
}

func (r *Row) count(outcomes []Outcome, tiers analyzer.Thresholds) {
	for _, o := range outcomes {
		r.Outcomes++
		if !o.Measured {
			r.NotMeasured++
		}
		flagged := tiers.Judge(analyzer.Margins{Fused: o.Margin, Conservative: o.Conservative})
		r.Recall = r.Recall.with(o, flagged.Recall == analyzer.Suspicious)
		r.HumanSafe = r.HumanSafe.with(o, flagged.HumanSafe == analyzer.Suspicious)
		r.PressSafe = r.PressSafe.with(o, flagged.PressSafe == analyzer.Suspicious)
	}
}

// with adds an outcome: not measured, it is never flagged, and only a generator's is still one of those asked for.
func (s Share) with(o Outcome, flagged bool) Share {
	if o.Measured || o.AI {
		s.Of++
	}
	if o.Measured && flagged {
		s.Count++
	}
	return s
}

// limit is a threshold, if there are human recordings enough for one.
type limit struct {
	threshold float64
	ok        bool
}

// limits are those for 1 % and for no false positive.
type limits struct{ one, none limit }

func limitsOf(outcomes []Outcome) (l limits) {
	human := margins(outcomes, false)
	l.one.threshold, l.one.ok = Threshold(human, 0.01)
	l.none.threshold, l.none.ok = Threshold(human, 0)
	return l
}

func (l limit) above(outcomes []Outcome) (s Share) {
	if !l.ok {
		return s
	}
	for _, o := range outcomes {
		s = s.with(o, o.Margin > l.threshold)
	}
	return s
}

// Markdown writes the table for a page, each share with its 95 % interval. What is not defined is "–".
func (t Table) Markdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString("| generator | manipulation | outcomes | not measured | AUC | recall | human-safe | press-safe " +
		"| at 1 % false positives | at none | at 1 % of clean ones | at none of clean ones |\n" +
		"| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	for _, r := range t {
		source := markdown(r.Source)
		if r.Source == Human || r.Source == AllAI {
			source = "*" + source + "*"
		}
		fmt.Fprintf(&b, "| %s | %s | %d | %d | %s |", source, markdown(r.Manipulation), r.Outcomes, r.NotMeasured,
			FormatAUC(r.AUC))
		for _, s := range []Share{r.Recall, r.HumanSafe, r.PressSafe, r.Same1, r.Same0, r.Clean1, r.Clean0} {
			fmt.Fprintf(&b, " %s |", s.WithInterval())
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// FormatAUC is an area with three decimals, "–" when it is not defined.
func FormatAUC(auc float64) string {
	if math.IsNaN(auc) {
		return "–"
	}
	return fmt.Sprintf("%.3f", auc)
}

// markdown takes from a name what would end its cell or be markup.
var markdown = strings.NewReplacer(
	"|", `\|`, `\`, `\\`, "*", `\*`, "_", `\_`, "`", "\\`", "<", "&lt;", "&", "&amp;", "[", `\[`,
	"\n", " ", "\r", " ",
).Replace
