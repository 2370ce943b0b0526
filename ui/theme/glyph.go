package theme

// Glyphs are the single-cell signs that stand beside words.
type Glyphs struct {
	Suspect     string // suspicious
	Faint       string // suspicious at the recall tier only
	Clear       string // not flagged
	NotMeasured string
	Failed      string
	Waiting     string
	Running     string
	Cancelled   string
	Paused      string
	Complete    string

	AI      string // decided: AI
	Human   string // decided: human
	Skipped string // decided: unsure
	Open    string // not decided

	Cursor   string // the line of the cursor
	Play     string
	Pause    string
	Stop     string
	Loop     string
	Bar      string // done part of a bar
	BarRest  string
	Rule     string // horizontal line
	Divider  string // vertical line
	Dot      string // between two facts
	Crumb    string // between a screen and the one it was opened from
	Ellipsis string
	Up, Down string // sort direction, more above or below
	Left     string
	Right    string
	Caret    string // where the reader should look
}

var unicodeGlyphs = Glyphs{
	Suspect: "◆", Faint: "◇", Clear: "○", NotMeasured: "∅", Failed: "✗",
	Waiting: "·", Running: "▸", Cancelled: "–", Paused: "‖", Complete: "✓",
	AI: "▲", Human: "●", Skipped: "?", Open: " ",
	Cursor: "▌", Play: "▶", Pause: "‖", Stop: "■", Loop: "↻", Bar: "█", BarRest: "░", Rule: "─", Divider: "│",
	Dot: "·", Crumb: "›", Ellipsis: "…", Up: "↑", Down: "↓", Left: "←", Right: "→", Caret: "▾",
}

var asciiGlyphs = Glyphs{
	Suspect: "#", Faint: "+", Clear: "o", NotMeasured: "0", Failed: "x",
	Waiting: ".", Running: ">", Cancelled: "-", Paused: "=", Complete: "v",
	AI: "A", Human: "H", Skipped: "?", Open: " ",
	Cursor: ">", Play: ">", Pause: "=", Stop: "#", Loop: "@", Bar: "#", BarRest: ".", Rule: "-", Divider: "|",
	Dot: "-", Crumb: ">", Ellipsis: "~", Up: "^", Down: "v", Left: "<", Right: ">", Caret: "v",
}
