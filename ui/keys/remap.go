package keys

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/charmbracelet/bubbles/key"
)

// ErrClash is a remap after which one key would have two meanings.
var ErrClash = errors.New("two actions on one key")

// ErrUnknownAction is a remap of an action that is not in the table.
var ErrUnknownAction = errors.New("unknown action")

// ErrUnknownKey is a remap to a key that no terminal sends.
var ErrUnknownKey = errors.New("unknown key")

// ErrNoWayOut is a remap after which no key leaves a place.
var ErrNoWayOut = errors.New("no way out")

// Remap gives actions other keys. An action is a verb ("decide-ai"), or a scope and a verb ("queue.open") where only
// that scope is meant. An empty list takes the keys away. The table itself stays as it is.
// Errors are [ErrUnknownAction], [ErrUnknownKey], [ErrClash] and [ErrNoWayOut]; each names what it is about, and what
// to write instead.
func (t *Table) Remap(actions map[string][]string) (*Table, error) {
	out := &Table{entries: slices.Clone(t.entries)}
	names := make([]string, 0, len(actions))
	for name := range actions {
		names = append(names, name)
	}
	// The plain verbs first, so that "queue.open" holds against "open".
	sort.Slice(names, func(i, j int) bool {
		a, b := strings.Contains(names[i], "."), strings.Contains(names[j], ".")
		if a != b {
			return b
		}
		return names[i] < names[j]
	})
	for _, name := range names {
		if err := out.set(name, actions[name]); err != nil {
			return nil, err
		}
	}
	if err := out.check(); err != nil {
		return nil, err
	}
	return out, nil
}

func (t *Table) set(action string, keys []string) error {
	scope, verb, scoped := strings.Cut(action, ".")
	if !scoped {
		scope, verb = "", action
	}
	canonical := make([]string, len(keys))
	for i, k := range keys {
		canonical[i] = canonicalKey(k)
		if !isKey(canonical[i]) {
			return fmt.Errorf("keys of %s: %w %q; %s", action, ErrUnknownKey, k, insteadOf(canonical[i]))
		}
	}
	found := false
	for i, e := range t.entries {
		if string(e.Verb) != verb || (scoped && string(e.Scope) != scope) {
			continue
		}
		found = true
		t.entries[i].Binding = key.NewBinding(
			key.WithKeys(canonical...), key.WithHelp(written(canonical), e.Binding.Help().Desc))
	}
	if !found {
		return fmt.Errorf("keys: %w %q; actions are: %s", ErrUnknownAction, action, strings.Join(t.Actions(), ", "))
	}
	return nil
}

// check finds a key with two verbs in any scope that can hold, and a scope that would have no way out.
func (t *Table) check() error {
	if err := t.checkExits(); err != nil {
		return err
	}
	for _, scope := range Scopes() {
		taken := map[string]Entry{}
		for _, part := range scope.merged() {
			for _, e := range t.Entries(part) {
				for _, k := range e.Binding.Keys() {
					if other, ok := taken[k]; ok && other.Verb != e.Verb {
						return fmt.Errorf("keys: %w: %q is both %s.%s and %s.%s; give one of them another key",
							ErrClash, keyName(k), other.Scope, other.Verb, e.Scope, e.Verb)
					}
					taken[k] = e
				}
			}
		}
		if scope.Typing() {
			for k, e := range taken {
				if len([]rune(k)) == 1 {
					return fmt.Errorf(
						"keys: %w: %s.%s cannot be %q, which is a letter to type there; give it a key such as Ctrl-G",
						ErrClash, e.Scope, e.Verb, keyName(k))
				}
			}
		}
	}
	return nil
}

// checkExits wants a key for all that leaves a place: a question, a line or an overlay has Leave, a screen has Back,
// and the program has Quit or QuitNow. Ctrl-C is no signal while the workstation runs.
func (t *Table) checkExits() error {
	for _, e := range t.entries {
		if (e.Verb == Leave || e.Verb == Back) && len(e.Binding.Keys()) == 0 {
			return fmt.Errorf("keys: %w: %s.%s has no key; give it one, such as %s",
				ErrNoWayOut, e.Scope, e.Verb, Default().Name(e.Scope, e.Verb))
		}
	}
	for _, v := range []Verb{Quit, QuitNow} {
		if _, ok := t.binding(ScopeJobs, v); ok {
			return nil
		}
	}
	return fmt.Errorf("keys: %w: neither %s nor %s has a key; give one of them one, such as %s or %s", ErrNoWayOut,
		Quit, QuitNow, Default().Name(ScopeJobs, Quit), Default().Name(ScopeJobs, QuitNow))
}

// Actions lists the names that [Table.Remap] takes without a scope, sorted.
func (t *Table) Actions() []string {
	seen := map[string]bool{}
	var out []string
	for _, e := range t.entries {
		if name := string(e.Verb); !seen[name] {
			seen[name] = true
			out = append(out, name)
		}
	}
	sort.Strings(out)
	return out
}
