package keys

// Verb is something to do. It is a message: the root sends it to the screen that is shown.
type Verb string

// Verbs that hold everywhere.
const (
	QuitNow Verb = "quit-now"
	Quit    Verb = "quit"
	Help    Verb = "help"
	Errors  Verb = "errors"
	Dismiss Verb = "dismiss"
	Back    Verb = "back"
)

// Verbs of lists.
const (
	Up       Verb = "up"
	Down     Verb = "down"
	PageUp   Verb = "page-up"
	PageDown Verb = "page-down"
	First    Verb = "first"
	Last     Verb = "last"
	Open     Verb = "open"
)

// Verbs of the jobs screen.
const (
	NewJob      Verb = "new-job"
	AllTracks   Verb = "all-tracks"
	PauseJob    Verb = "pause-job"
	CancelJob   Verb = "cancel-job"
	RetryFailed Verb = "retry-failed"
	Export      Verb = "export"
)

// Verbs of the queue.
const (
	Filter      Verb = "filter"
	NextSort    Verb = "next-sort"
	ReverseSort Verb = "reverse-sort"
	Undo        Verb = "undo"
)

// Verbs of review.
const (
	DecideAI       Verb = "decide-ai"
	DecideHuman    Verb = "decide-human"
	DecideSkip     Verb = "decide-skip"
	RepeatDecision Verb = "repeat-decision"
	Note           Verb = "note"
	NextTrack      Verb = "next-track"
	PreviousTrack  Verb = "previous-track"
	NextUndecided  Verb = "next-undecided"
	PlayPause      Verb = "play-pause"
	NextSegment    Verb = "next-segment"
	PrevSegment    Verb = "previous-segment"
	SeekForward    Verb = "seek-forward"
	SeekBack       Verb = "seek-back"
	SeekFarForward Verb = "seek-far-forward"
	SeekFarBack    Verb = "seek-far-back"
	SeekStart      Verb = "seek-start"
	LoopSegment    Verb = "loop-segment"
	Louder         Verb = "louder"
	Softer         Verb = "softer"
	Mute           Verb = "mute"
	ZoomIn         Verb = "zoom-in"
	ZoomOut        Verb = "zoom-out"
	PanLeft        Verb = "pan-left"
	PanRight       Verb = "pan-right"
	Details        Verb = "details"
)

// Verbs of typing lines, the new-job form and confirmations.
const (
	Accept     Verb = "accept"
	Leave      Verb = "leave"
	NextField  Verb = "next-field"
	PrevField  Verb = "previous-field"
	Complete   Verb = "complete"
	NextChoice Verb = "next-choice"
	PrevChoice Verb = "previous-choice"
	Confirm    Verb = "confirm"
	ClearAll   Verb = "clear-all"
)

const reasonPrefix = "reason-"

// Reason is the verb that chooses the nth reason; 0 takes the choice back.
func Reason(n int) Verb { return Verb(reasonPrefix + string(rune('0'+n))) }

// ReasonNumber is the n of Reason.
func (v Verb) ReasonNumber() (n int, ok bool) {
	rest, ok := cutPrefix(string(v), reasonPrefix)
	if !ok || len(rest) != 1 || rest[0] < '0' || rest[0] > '9' {
		return 0, false
	}
	return int(rest[0] - '0'), true
}

// Scope is a place where keys mean something.
type Scope string

// Scopes that a screen can be in, and the two that are merged into others.
const (
	ScopeAlways  Scope = "always"  // merged into every scope
	ScopeGlobal  Scope = "global"  // merged into the screens
	ScopeList    Scope = "list"    // merged into the screens that are lists
	ScopeJobs    Scope = "jobs"    // screen
	ScopeQueue   Scope = "queue"   // screen
	ScopeReview  Scope = "review"  // screen
	ScopeForm    Scope = "form"    // typing, several fields
	ScopeInput   Scope = "input"   // typing, one line
	ScopeConfirm Scope = "confirm" // a question that only a named key affirms
	ScopeHelp    Scope = "help"    // overlay
	ScopeErrors  Scope = "errors"  // overlay
)

// Typing says whether keys without a verb are letters of a text in this scope.
func (s Scope) Typing() bool { return s == ScopeForm || s == ScopeInput }

// merged lists the scopes whose verbs hold in s, the nearest first.
func (s Scope) merged() []Scope {
	switch s {
	case ScopeJobs, ScopeQueue:
		return []Scope{s, ScopeList, ScopeGlobal, ScopeAlways}
	case ScopeReview:
		return []Scope{s, ScopeGlobal, ScopeAlways}
	default:
		return []Scope{s, ScopeAlways}
	}
}

// Scopes lists the scopes that can hold on a screen, in the order of help and README.
func Scopes() []Scope {
	return []Scope{
		ScopeJobs, ScopeQueue, ScopeReview, ScopeForm, ScopeInput, ScopeConfirm, ScopeHelp, ScopeErrors,
	}
}
