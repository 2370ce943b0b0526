package keys

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// Entry is one line of the table: in this scope these keys mean this verb.
type Entry struct {
	Scope   Scope
	Verb    Verb
	Binding key.Binding // its help holds the keys as people write them, and the word of the footer
	Long    string      // the sentence of help and README
}

// Table is what every key means. It does not change once it is made.
type Table struct{ entries []Entry }

// Verb says what a key means in a scope.
func (t *Table) Verb(s Scope, msg tea.KeyMsg) (Verb, bool) {
	for _, scope := range s.merged() {
		for _, e := range t.entries {
			if e.Scope == scope && key.Matches(msg, e.Binding) {
				return e.Verb, true
			}
		}
	}
	return "", false
}

// Entries lists what holds in a scope itself, without the scopes merged into it.
func (t *Table) Entries(s Scope) []Entry {
	var out []Entry
	for _, e := range t.entries {
		if e.Scope == s {
			out = append(out, e)
		}
	}
	return out
}

// Pick returns the bindings of these verbs as they hold in a scope, for a footer. Verbs without a key are left out.
func (t *Table) Pick(s Scope, verbs ...Verb) []key.Binding {
	var out []key.Binding
	for _, v := range verbs {
		if b, ok := t.binding(s, v); ok {
			out = append(out, b)
		}
	}
	return out
}

// Name is the first key of a verb as people write it, for a sentence such as "u undoes".
func (t *Table) Name(s Scope, v Verb) string {
	b, ok := t.binding(s, v)
	if !ok {
		return "(no key)"
	}
	return keyName(b.Keys()[0])
}

func (t *Table) binding(s Scope, v Verb) (key.Binding, bool) {
	for _, scope := range s.merged() {
		for _, e := range t.entries {
			if e.Scope == scope && e.Verb == v && len(e.Binding.Keys()) > 0 {
				return e.Binding, true
			}
		}
	}
	return key.Binding{}, false
}

func cutPrefix(s, prefix string) (string, bool) { return strings.CutPrefix(s, prefix) }
