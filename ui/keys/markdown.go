package keys

import "strings"

// titles are the headings of help and README.
var titles = map[Scope]string{
	ScopeAlways: "Always", ScopeGlobal: "On every screen", ScopeList: "In lists", ScopeJobs: "Jobs",
	ScopeQueue: "Queue", ScopeReview: "Review", ScopeForm: "New job", ScopeInput: "Typing a line",
	ScopeConfirm: "Questions", ScopeHelp: "This help", ScopeErrors: "Errors",
}

// Section is one heading with its lines, as help shows it.
type Section struct {
	Title string
	Lines []Line
}

// Line is what one verb does, and its keys as people write them.
type Line struct{ Keys, Text string }

// Sections lists what holds in a scope, the nearest first.
func (t *Table) Sections(s Scope) []Section {
	var out []Section
	for _, scope := range s.merged() {
		out = append(out, t.section(scope))
	}
	return out
}

func (t *Table) section(s Scope) Section {
	sec := Section{Title: titles[s]}
	for _, e := range t.Entries(s) {
		keys := e.Binding.Help().Key
		if keys == "" {
			continue
		}
		sec.Lines = append(sec.Lines, Line{Keys: keys, Text: e.Long})
	}
	return sec
}

// Markdown writes the whole table for the README.
func (t *Table) Markdown() string {
	var b strings.Builder
	for _, s := range []Scope{
		ScopeReview, ScopeQueue, ScopeJobs, ScopeList, ScopeGlobal, ScopeAlways, ScopeForm, ScopeInput, ScopeConfirm,
	} {
		b.WriteString("\n**" + titles[s] + "**\n\n| key | does |\n| --- | --- |\n")
		for _, line := range t.section(s).Lines {
			b.WriteString("| " + codeKeys(line.Keys) + " | " + line.Text + " |\n")
		}
	}
	return strings.TrimPrefix(b.String(), "\n")
}

func codeKeys(keys string) string {
	fields := strings.Fields(keys)
	for i, f := range fields {
		fields[i] = "`" + strings.ReplaceAll(f, "|", `\|`) + "`"
	}
	return strings.Join(fields, " ")
}
