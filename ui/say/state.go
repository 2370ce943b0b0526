package say

import (
	"path/filepath"

	"github.com/charmbracelet/lipgloss"

	"earmark/analyzer"
	"earmark/store"
	"earmark/ui/cell"
	"earmark/ui/theme"
)

// State is what is known of a track before anybody decided.
type State int

// The states, from what needs a person most to what needs nobody.
const (
	Suspicious  State = iota // flagged at human_safe, the tier of the verdict
	Faint                    // flagged at recall only
	Failed                   // could not be analysed
	NotMeasured              // analysed, and unfit for a verdict
	NotFlagged
	Running
	Waiting
	Cancelled
)

// StateOf reads the state from a row.
func StateOf(r store.TrackRow) State {
	switch r.Status {
	case store.TrackFailed:
		return Failed
	case store.TrackRunning:
		return Running
	case store.TrackQueued:
		return Waiting
	case store.TrackCancelled:
		return Cancelled
	default:
		return measured(r)
	}
}

// measured is the state of a track that was analysed.
func measured(r store.TrackRow) State {
	switch {
	case !r.Measured:
		return NotMeasured
	case r.Verdict == analyzer.Suspicious:
		return Suspicious
	case r.Tiers.Recall == analyzer.Suspicious:
		return Faint
	default:
		return NotFlagged
	}
}

// Mark is a sign, a word and a style: any one of them is enough to tell.
type Mark struct {
	Glyph, Word string
	Style       lipgloss.Style
}

// String is sign and word without style.
func (m Mark) String() string { return m.Glyph + " " + m.Word }

// Render is sign and word in their style.
func (m Mark) Render() string { return m.Style.Render(m.String()) }

// Verdict is the mark of a state. Its word has at most 12 letters.
func Verdict(t *theme.Theme, s State) Mark {
	g := t.Glyph
	switch s {
	case Suspicious:
		return Mark{g.Suspect, "suspicious", t.Suspect}
	case Faint:
		return Mark{g.Faint, "faint marks", t.Suspect.Bold(false)}
	case Failed:
		return Mark{g.Failed, "failed", t.Warn}
	case NotMeasured:
		return Mark{g.NotMeasured, "not measured", t.Warn}
	case NotFlagged:
		return Mark{g.Clear, "not flagged", t.Clear}
	case Running:
		return Mark{g.Running, "analysing", t.Playing}
	case Cancelled:
		return Mark{g.Cancelled, "cancelled", t.Dim}
	default:
		return Mark{g.Waiting, "waiting", t.Dim}
	}
}

// Decision is the mark of what a person decided.
func Decision(t *theme.Theme, k store.DecisionKind) Mark {
	switch k {
	case store.DecideAI:
		return Mark{t.Glyph.AI, "AI", t.Suspect}
	case store.DecideHuman:
		return Mark{t.Glyph.Human, "human", t.Clear}
	case store.DecideSkip:
		return Mark{t.Glyph.Skipped, "unsure", t.Dim}
	default:
		return Mark{t.Glyph.Open, "undecided", t.Dim}
	}
}

// Decided is a decision as the past of a sentence: confirmed AI, decided human, skipped.
func Decided(k store.DecisionKind) string {
	switch k {
	case store.DecideAI:
		return "confirmed AI"
	case store.DecideHuman:
		return "decided human"
	case store.DecideSkip:
		return "skipped as unsure"
	default:
		return "undone"
	}
}

// Title is what a track is called on the screen: its title, else its file name.
func Title(r store.TrackRow) string {
	if title := cell.Clean(r.Title); title != "" {
		return title
	}
	if r.Path != "" {
		return cell.Clean(filepath.Base(r.Path))
	}
	return cell.Clean(r.ItemID)
}

// Name is title and artist in one.
func Name(r store.TrackRow) string {
	if artist := cell.Clean(r.Artist); artist != "" {
		return Title(r) + " – " + artist
	}
	return Title(r)
}
