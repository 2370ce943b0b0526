package prompt

import (
	"github.com/charmbracelet/bubbles/cursor"
	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"earmark/ui/cell"
	"earmark/ui/theme"
)

// maxRunes bounds what can be typed or pasted: a path or a note, not a book.
const maxRunes = 2000

// Line is one line of typed text.
type Line struct {
	Label string
	Hint  string // shown while the line is open and empty
	Idle  string // shown while it is closed and empty

	input    textinput.Model
	theme    *theme.Theme
	open     bool
	proposed bool // the text is a proposal that nothing was typed to yet
}

// New returns a closed line.
func New(t *theme.Theme, label, hint string) *Line {
	in := textinput.New()
	in.Prompt = ""
	in.CharLimit = maxRunes
	in.TextStyle = t.Input
	in.PlaceholderStyle = t.Dim
	in.Cursor.Style = t.Cursor
	in.Cursor.TextStyle = t.Input
	// A cursor that blinks would repaint the screen twice a second for nothing.
	in.Cursor.SetMode(cursor.CursorStatic)
	// Completion is the form's, and pasting is the terminal's.
	for _, b := range []*key.Binding{
		&in.KeyMap.AcceptSuggestion, &in.KeyMap.NextSuggestion, &in.KeyMap.PrevSuggestion, &in.KeyMap.Paste,
	} {
		b.SetEnabled(false)
	}
	return &Line{Label: label, Hint: hint, input: in, theme: t}
}

// Open takes keys from now on, beginning with text.
func (l *Line) Open(text string) {
	l.open = true
	l.Set(text)
	l.input.Focus()
}

// Close takes no more keys. The text stays readable by Value.
func (l *Line) Close() {
	l.open = false
	l.input.Blur()
}

// Opened says whether the line takes keys.
func (l *Line) Opened() bool { return l.open }

// Value is what is typed.
func (l *Line) Value() string { return l.input.Value() }

// Set replaces the text and puts the cursor at its end.
func (l *Line) Set(text string) {
	l.input.SetValue(text)
	l.input.CursorEnd()
	l.proposed = false
}

// Propose sets a path that can be gone on with. A path from its root, typed or pasted right after, takes its place.
func (l *Line) Propose(path string) {
	l.Set(path)
	l.proposed = true
}

// Update takes a key and says whether the text changed.
func (l *Line) Update(msg tea.Msg) (changed bool) {
	if !l.open {
		return false
	}
	before := l.input.Value()
	if k, ok := msg.(tea.KeyMsg); ok {
		if l.proposed && len(k.Runes) > 0 && (k.Runes[0] == '/' || k.Runes[0] == '~') {
			l.Set("")
		}
		l.proposed = false
	}
	l.input, _ = l.input.Update(msg)
	return l.input.Value() != before
}

// View is the line, w cells wide. A closed line shows its text without a cursor.
func (l *Line) View(w int) string {
	label := l.theme.Head.Render(l.Label) + " "
	room := max(1, w-cell.Width(l.Label)-2)
	if !l.open {
		text := cell.Clean(l.Value())
		if text == "" {
			return cell.Fit(label+l.theme.Dim.Render(cell.Cut(l.Idle, room)), w)
		}
		return cell.Fit(label+l.theme.Input.Render(cell.Cut(text, room)), w)
	}
	if l.Value() == "" {
		// The place where the first letter goes is seen without colour too.
		return cell.Fit(label+l.caret()+" "+l.theme.Dim.Render(cell.Cut(l.Hint, room-2)), w)
	}
	l.input.Width = room - 1
	view := l.input.View()
	if !l.theme.Colored() && l.input.Position() >= len([]rune(l.Value())) {
		view = l.input.TextStyle.Render(cell.CutLeft(l.Value(), room-1)) + "_"
	}
	return cell.Fit(label+view, w)
}

func (l *Line) caret() string {
	if l.theme.Colored() {
		return l.theme.Cursor.Render(" ")
	}
	return "_"
}
