package evaluation

import (
	"fmt"
	"io"
	"math"
	"strings"
)

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
