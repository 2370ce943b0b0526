package keys

import (
	"errors"
	"os"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
)

// press is what Bubble Tea sends for a key as people write it.
func press(k string) tea.KeyMsg {
	for t := tea.KeyType(-128); t < 128; t++ {
		if t != tea.KeyRunes && (tea.KeyMsg{Type: t}).String() == k {
			return tea.KeyMsg{Type: t}
		}
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(k)}
}

func TestNoClashInTheDefault(t *testing.T) {
	if err := Default().check(); err != nil {
		t.Fatal(err)
	}
}

// TestEveryKeyReachesItsVerb presses every key of the table in every scope where it is said to hold.
func TestEveryKeyReachesItsVerb(t *testing.T) {
	table := Default()
	for _, scope := range Scopes() {
		for _, part := range scope.merged() {
			for _, e := range table.Entries(part) {
				for _, k := range e.Binding.Keys() {
					if got, ok := table.Verb(scope, press(k)); !ok || got != e.Verb {
						t.Errorf("%s: key %q means %q, want %q", scope, k, got, e.Verb)
					}
				}
			}
		}
	}
}

func TestHandsKnowTheseKeys(t *testing.T) {
	table := Default()
	for _, c := range []struct {
		scope Scope
		key   string
		want  Verb
	}{
		{ScopeReview, "a", DecideAI},
		{ScopeReview, "h", DecideHuman},
		{ScopeReview, "s", DecideSkip},
		{ScopeReview, "u", Undo},
		{ScopeReview, "n", Note},
		{ScopeReview, " ", PlayPause},
		{ScopeReview, "]", NextSegment},
		{ScopeReview, "[", PrevSegment},
		{ScopeReview, ",", SeekBack},
		{ScopeReview, ".", SeekForward},
		{ScopeReview, "left", SeekBack},
		{ScopeReview, "shift+right", SeekFarForward},
		{ScopeReview, "l", LoopSegment},
		{ScopeReview, "+", Louder},
		{ScopeReview, "-", Softer},
		{ScopeReview, "j", NextTrack},
		{ScopeReview, "k", PreviousTrack},
		{ScopeReview, "/", Filter},
		{ScopeReview, "?", Help},
		{ScopeReview, "esc", Back},
		{ScopeReview, "z", ZoomIn},
		{ScopeReview, "3", Reason(3)},
		{ScopeReview, "q", Quit},
		{ScopeReview, "ctrl+c", QuitNow},
		{ScopeQueue, "/", Filter},
		{ScopeQueue, "enter", Open},
		{ScopeQueue, "G", Last},
		{ScopeQueue, "pgdown", PageDown},
		{ScopeJobs, "p", PauseJob},
		{ScopeJobs, "X", CancelJob},
		{ScopeJobs, "n", NewJob},
		{ScopeJobs, "e", Export},
		{ScopeInput, "enter", Accept},
		{ScopeInput, "esc", Leave},
		{ScopeConfirm, "y", Confirm},
	} {
		if got, _ := table.Verb(c.scope, press(c.key)); got != c.want {
			t.Errorf("%s %q: %q, want %q", c.scope, c.key, got, c.want)
		}
	}
}

func TestLettersAreTypedWhereTextIsTyped(t *testing.T) {
	table := Default()
	for _, scope := range []Scope{ScopeForm, ScopeInput} {
		for r := ' '; r <= '~'; r++ {
			if v, ok := table.Verb(scope, press(string(r))); ok {
				t.Errorf("%s: %q means %s instead of a letter", scope, r, v)
			}
		}
	}
}

// TestWhatCannotBeUndoneNeedsAnotherKey: a double tap must not confirm its own question.
func TestWhatCannotBeUndoneNeedsAnotherKey(t *testing.T) {
	table := Default()
	for _, asks := range []struct {
		scope Scope
		verb  Verb
	}{{ScopeJobs, CancelJob}, {ScopeGlobal, Quit}} {
		for _, e := range table.Entries(asks.scope) {
			if e.Verb != asks.verb {
				continue
			}
			for _, k := range e.Binding.Keys() {
				if v, _ := table.Verb(ScopeConfirm, press(k)); v == Confirm {
					t.Errorf("%s: %q also confirms", e.Verb, k)
				}
			}
		}
	}
}

func TestRemap(t *testing.T) {
	for name, c := range map[string]struct {
		actions map[string][]string
		scope   Scope
		key     string
		want    Verb
	}{
		"one action":      {map[string][]string{"decide-ai": {"y"}}, ScopeReview, "y", DecideAI},
		"old key is free": {map[string][]string{"decide-ai": {"y"}}, ScopeReview, "a", ""},
		"swap": {
			map[string][]string{"decide-ai": {"h"}, "decide-human": {"a"}}, ScopeReview, "a", DecideHuman,
		},
		"one scope only":  {map[string][]string{"queue.filter": {"f"}}, ScopeReview, "/", Filter},
		"written names":   {map[string][]string{"play-pause": {"Ctrl-P"}}, ScopeReview, "ctrl+p", PlayPause},
		"scope over verb": {map[string][]string{"undo": {"U"}, "queue.undo": {"z"}}, ScopeQueue, "z", Undo},
		"no key":          {map[string][]string{"mute": {}}, ScopeReview, "m", ""},
		"one quits":       {map[string][]string{"quit-now": {}}, ScopeReview, "ctrl+c", ""},
		"arrow":           {map[string][]string{"mute": {"↑"}, "previous-track": {"k"}}, ScopeReview, "up", Mute},
		"with alt":        {map[string][]string{"mute": {"Alt-PageUp"}}, ScopeReview, "alt+pgup", Mute},
		"function key":    {map[string][]string{"mute": {"F5"}}, ScopeReview, "f5", Mute},
	} {
		table, err := Default().Remap(c.actions)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, _ := table.Verb(c.scope, press(c.key)); got != c.want {
			t.Errorf("%s: %q means %q, want %q", name, c.key, got, c.want)
		}
	}
}

func TestRemapRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		actions map[string][]string
		want    error
		names   []string
	}{
		"in the screen": {map[string][]string{"note": {"a"}}, ErrClash, []string{"review.decide-ai", "review.note"}},
		"with global":   {map[string][]string{"mute": {"q"}}, ErrClash, []string{"review.mute", "global.quit"}},
		"with lists":    {map[string][]string{"new-job": {"j"}}, ErrClash, []string{"jobs.new-job", "list.down"}},
		"letter in a line": {
			map[string][]string{"input.accept": {"y"}}, ErrClash, []string{"input.accept", `"y"`, "Ctrl-G"},
		},
		"unknown": {map[string][]string{"explode": {"b"}}, ErrUnknownAction, []string{"explode", "decide-ai"}},
		"two names of one key": {
			map[string][]string{"mute": {"Ctrl-I"}}, ErrClash, []string{"review.mute", "review.details", `"Tab"`},
		},
		"no such key":     {map[string][]string{"mute": {"F13x"}}, ErrUnknownKey, []string{"mute", `"F13x"`, "F5"}},
		"empty key":       {map[string][]string{"mute": {""}}, ErrUnknownKey, []string{"mute", `""`}},
		"half a key":      {map[string][]string{"mute": {"Alt-"}}, ErrUnknownKey, []string{"mute", `"Alt-"`}},
		"control code":    {map[string][]string{"mute": {"\t"}}, ErrUnknownKey, []string{"mute", "Tab"}},
		"shifted letter":  {map[string][]string{"mute": {"Shift-M"}}, ErrUnknownKey, []string{"mute", "such as J"}},
		"no way to leave": {map[string][]string{"leave": {}}, ErrNoWayOut, []string{"form.leave", "Esc"}},
		"no way to say no": {
			map[string][]string{"confirm.leave": {}}, ErrNoWayOut, []string{"confirm.leave", "Esc"},
		},
		"no way back": {map[string][]string{"back": {}}, ErrNoWayOut, []string{"global.back", "Esc"}},
		"no way out": {
			map[string][]string{"quit": {}, "quit-now": {}}, ErrNoWayOut, []string{"quit", "quit-now", "Ctrl-C"},
		},
	} {
		_, err := Default().Remap(c.actions)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
			continue
		}
		for _, n := range c.names {
			if !strings.Contains(err.Error(), n) {
				t.Errorf("%s: %q does not name %s", name, err, n)
			}
		}
	}
}

// TestWhatHelpSaysCanBeWritten takes every key as help and README write it for a remap.
func TestWhatHelpSaysCanBeWritten(t *testing.T) {
	for _, e := range Default().entries {
		for _, k := range e.Binding.Keys() {
			if got := canonicalKey(keyName(k)); got != k || !isKey(got) {
				t.Errorf("%s.%s: %q is written %q and read %q", e.Scope, e.Verb, k, keyName(k), got)
			}
		}
	}
}

// TestReadmeHasTheKeys compares the block of README.md between its two marker lines; UPDATE_GOLDEN=1 writes it.
func TestReadmeHasTheKeys(t *testing.T) {
	const path, begin, end = "../../README.md", "<!-- keys -->\n", "<!-- /keys -->\n"
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("the list of keys belongs into the README: %v", err)
	}
	head, rest, begins := strings.Cut(string(file), begin)
	block, tail, ends := strings.Cut(rest, end)
	if !begins || !ends {
		t.Fatalf("%s lacks the lines %q and %q; the list of keys goes between them", path, begin, end)
	}
	want := "\n" + Default().Markdown() + "\n"
	switch {
	case strings.TrimSpace(block) == strings.TrimSpace(want):
	case os.Getenv("UPDATE_GOLDEN") != "":
		if err := os.WriteFile(path, []byte(head+begin+want+end+tail), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("the keys in %s differ from the table; UPDATE_GOLDEN=1 go test ./ui/keys writes them.\n"+
			"--- got%s--- want%s", path, block, want)
	}
}

func TestHelpAndReadmeNameEveryVerb(t *testing.T) {
	table := Default()
	md := table.Markdown()
	for _, s := range []string{
		"| `a` | confirm AI", "| `1` | reason: audible artefacts |", "| `space` |", "| `,` `←` |", "**Review**",
		"`Ctrl-C`",
	} {
		if !strings.Contains(md, s) {
			t.Errorf("Markdown lacks %q:\n%s", s, md)
		}
	}
	sections := table.Sections(ScopeReview)
	if len(sections) != 3 || sections[0].Title != "Review" {
		t.Errorf("sections of review: %v", sections)
	}
	if got := table.Name(ScopeReview, Undo); got != "u" {
		t.Errorf("name of undo: %q", got)
	}
	if got := len(table.Pick(ScopeReview, DecideAI, Help, Verb("none"))); got != 2 {
		t.Errorf("picked %d bindings", got)
	}
}
