package saving

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"earmark/store"
	"earmark/ui/cell"
	"earmark/ui/keys"
	"earmark/ui/prompt"
	"earmark/ui/screen"
)

// Formats that a file name can ask for by its end; anything else is NDJSON.
const (
	NDJSON = "ndjson"
	CSV    = "csv"
)

// Export writes the tracks of a filter to a file, whole or not at all.
type Export func(ctx context.Context, f store.Filter, format, path string) error

type stage int

const (
	closed stage = iota
	typing
	checking // is there a file already?
	asking   // may it be replaced?
)

// checkedMsg answers what is at the path now.
type checkedMsg struct {
	owner  string
	seq    int
	path   string
	exists bool
	err    error
}

// savedMsg answers how the export went.
type savedMsg struct {
	owner, path string
	err         error
}

// Dialog is the question where to, in the lines below a screen's head.
type Dialog struct {
	owner  string
	kit    screen.Kit
	export Export

	stage  stage
	seq    int
	filter store.Filter
	path   string
	line   *prompt.Line
}

// New returns a closed dialog. The owner tells its answers from those of other screens.
func New(owner string, kit screen.Kit, export Export) *Dialog {
	return &Dialog{
		owner: owner, kit: kit, export: export,
		line: prompt.New(kit.Theme, "Export to", "a path"),
	}
}

// Open asks where the tracks of a filter go, and proposes a name.
func (d *Dialog) Open(f store.Filter, name string) {
	d.stage, d.filter = typing, f
	d.line.Open("")
	d.line.Propose(name)
}

// FileName proposes a file for what is called title: a table, which opens everywhere, without what file systems mind.
func FileName(title string) string {
	title = strings.TrimLeft(cell.Clean(title), ".")
	switch ext := filepath.Ext(title); ext {
	case ".ndjson", ".jsonl", ".m3u", ".m3u8": // the job is named after its list
		title = strings.TrimSuffix(title, ext)
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>| `, r) {
			return '-'
		}
		return r
	}, title) + ".csv"
}

// Opened says whether the dialog takes keys.
func (d *Dialog) Opened() bool { return d.stage != closed }

// Scope says what keys mean while it is open.
func (d *Dialog) Scope() keys.Scope {
	if d.stage == asking {
		return keys.ScopeConfirm
	}
	return keys.ScopeInput
}

// Take handles keys and verbs while it is open, and says whether it did.
func (d *Dialog) Take(msg tea.Msg) (cmd tea.Cmd, taken bool) {
	switch msg := msg.(type) {
	case keys.Verb:
		return d.verb(msg), true
	case tea.KeyMsg:
		if d.stage == typing {
			d.line.Update(msg)
		}
		return nil, true
	}
	return nil, false
}

func (d *Dialog) verb(v keys.Verb) tea.Cmd {
	switch {
	case v == keys.Leave:
		d.close()
		return screen.Status("Nothing exported.")
	case v == keys.Accept && d.stage == typing && strings.TrimSpace(d.line.Value()) != "":
		d.stage = checking
		d.seq++
		owner, seq, path := d.owner, d.seq, strings.TrimSpace(d.line.Value())
		return func() tea.Msg { return check(owner, seq, path) }
	case v == keys.Confirm && d.stage == asking:
		return d.save()
	}
	return nil
}

// check finds the absolute path and whether it can be written without replacing anything.
func check(owner string, seq int, path string) checkedMsg {
	msg := checkedMsg{owner: owner, seq: seq}
	msg.path, msg.err = prompt.Absolute(path)
	if msg.err != nil {
		return msg
	}
	info, err := os.Stat(msg.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Stat(filepath.Dir(msg.path)); err != nil {
			msg.err = fmt.Errorf("folder %s: %w", filepath.Dir(msg.path), err)
		}
	case err != nil:
		msg.err = err
	case info.IsDir():
		msg.err = fmt.Errorf("%s is a folder: add a file name", msg.path)
	default:
		msg.exists = true
	}
	return msg
}

// Update takes the answers of its own commands.
func (d *Dialog) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case checkedMsg:
		if msg.owner != d.owner || msg.seq != d.seq || d.stage != checking {
			return nil
		}
		if msg.err != nil {
			d.stage = typing
			return screen.Fail("export to "+cell.Clean(d.line.Value()), msg.err, "")
		}
		d.path = msg.path
		if msg.exists {
			d.stage = asking
			return nil
		}
		return d.save()
	case savedMsg:
		switch {
		case msg.owner != d.owner:
			return nil
		case msg.err != nil:
			return screen.Fail("export to "+cell.Clean(msg.path), msg.err, "")
		}
		return screen.Status("Exported to " + cell.Clean(msg.path))
	}
	return nil
}

func (d *Dialog) save() tea.Cmd {
	d.close()
	ctx, owner, export, f, path := d.kit.Context, d.owner, d.export, d.filter, d.path
	format := NDJSON
	if strings.EqualFold(filepath.Ext(path), ".csv") {
		format = CSV
	}
	return tea.Sequence(
		screen.Status("Exporting to "+cell.Clean(path)+" …"),
		func() tea.Msg { return savedMsg{owner: owner, path: path, err: export(ctx, f, format, path)} },
	)
}

func (d *Dialog) close() {
	d.stage = closed
	d.line.Close()
}

// View is the dialog's lines, none while it is closed.
func (d *Dialog) View(w int) []string {
	t := d.kit.Theme
	switch d.stage {
	case typing, checking:
		hint := "  .csv is a table for a spreadsheet; any other ending is NDJSON, with all that was measured"
		return []string{d.line.View(w), t.Dim.Render(cell.Fit(hint, w))}
	case asking:
		yes, no := d.kit.Keys.Name(keys.ScopeConfirm, keys.Confirm), d.kit.Keys.Name(keys.ScopeConfirm, keys.Leave)
		question := " " + cell.CutLeft(cell.Clean(d.path), max(10, w-50)) + " is there already. "
		answer := t.Key.Render(yes) + " replaces it, " + t.Key.Render(no) + " leaves it"
		return []string{cell.Fit(t.Warn.Render("?")+question+answer, w)}
	default:
		return nil
	}
}
