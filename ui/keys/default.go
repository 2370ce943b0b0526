package keys

import (
	"strconv"

	"github.com/charmbracelet/bubbles/key"

	"earmark/ui/say"
)

// Default is the table as it is without configuration. Keys are where hands that know other tools look for them.
func Default() *Table {
	t := &Table{}
	add := func(s Scope, v Verb, short, long string, keys ...string) {
		t.entries = append(t.entries, Entry{
			Scope: s, Verb: v, Long: long,
			Binding: key.NewBinding(key.WithKeys(keys...), key.WithHelp(written(keys), short)),
		})
	}
	addScreens(add)
	addReview(add)
	addTyping(add)
	return t
}

type adder func(s Scope, v Verb, short, long string, keys ...string)

func addScreens(add adder) {
	add(ScopeAlways, QuitNow, "quit at once", "quit at once; running work goes on at the next start", "ctrl+c")

	add(ScopeGlobal, Help, "keys", "show all keys of this screen", "?")
	add(ScopeGlobal, Back, "back", "back to the screen before", "esc")
	add(ScopeGlobal, Quit, "quit", "quit; asks while a job runs or a note waits", "q")
	add(ScopeGlobal, Dismiss, "dismiss", "dismiss the error that is shown", "x")
	add(ScopeGlobal, Errors, "errors", "show all errors", "!")

	add(ScopeList, Down, "down", "one line down", "j", "down")
	add(ScopeList, Up, "up", "one line up", "k", "up")
	add(ScopeList, PageDown, "page down", "one page down", "pgdown", "ctrl+f", " ")
	add(ScopeList, PageUp, "page up", "one page up", "pgup", "ctrl+b")
	add(ScopeList, First, "first", "to the first line", "g", "home")
	add(ScopeList, Last, "last", "to the last line", "G", "end")

	add(ScopeJobs, Open, "open queue", "open the queue of this job", "enter")
	add(ScopeJobs, NewJob, "new job", "new job from a folder, a file or a manifest", "n")
	add(ScopeJobs, AllTracks, "all tracks", "open the queue of all jobs together", "a")
	add(ScopeJobs, PauseJob, "pause", "pause this job, or let it go on", "p")
	add(ScopeJobs, RetryFailed, "retry failed", "analyse the failed tracks of this job again", "r")
	add(ScopeJobs, Export, "export", "export this job with its decisions to a file", "e")
	add(ScopeJobs, CancelJob, "cancel", "cancel this job; asks for another key first", "X")

	add(ScopeQueue, Open, "review", "review this track", "enter")
	add(ScopeQueue, Filter, "filter", "filter as you type, such as verdict:suspicious undecided", "/")
	add(ScopeQueue, NextSort, "sort", "next order: worst, intake, title, artist, duration, decided, path", "o")
	add(ScopeQueue, ReverseSort, "reverse", "reverse the order", "O")
	add(ScopeQueue, Undo, "undo", "undo your last decision, also of an earlier day", "u")
	add(ScopeQueue, Export, "export", "export what the filter shows to a file", "e")
}

func addReview(add adder) {
	const s = ScopeReview
	add(s, DecideAI, "AI", "confirm AI, go to the next undecided track and play it", "a")
	add(s, DecideHuman, "human", "human: the flag is false; on to the next undecided track", "h")
	add(s, DecideSkip, "skip", "skip: unsure; on to the next undecided track", "s")
	add(s, Undo, "undo", "undo your last decision, also of an earlier day, and go back to its track", "u")
	add(s, RepeatDecision, "same again", "the last decision again, with its reason", "r")
	add(s, Note, "note", "write a note", "n")
	for n := 1; n <= 9; n++ {
		add(s, Reason(n), "reason", "reason: "+say.Reason(n), strconv.Itoa(n))
	}
	add(s, Reason(0), "no reason", "take the reason back", "0")

	add(s, PlayPause, "play", "play or pause", " ")
	add(s, NextSegment, "segment", "to the next suspicious segment", "]")
	add(s, PrevSegment, "segment back", "to the previous suspicious segment", "[")
	add(s, LoopSegment, "loop", "loop the segment at the playhead, or end the loop", "l")
	add(s, SeekForward, "seek", "5 seconds on", ".", "right")
	add(s, SeekBack, "seek back", "5 seconds back", ",", "left")
	add(s, SeekFarForward, "30 s on", "30 seconds on", ">", "shift+right")
	add(s, SeekFarBack, "30 s back", "30 seconds back", "<", "shift+left")
	add(s, SeekStart, "start", "to the beginning", "home")
	add(s, Louder, "louder", "louder by 3 dB", "+", "=")
	add(s, Softer, "softer", "softer by 3 dB", "-")
	add(s, Mute, "mute", "sound off, and on again", "m")

	add(s, NextTrack, "next", "next track of the queue", "j", "down")
	add(s, PreviousTrack, "previous", "previous track of the queue", "k", "up")
	add(s, NextUndecided, "next undecided", "next undecided track, without a decision", "N")
	add(s, ZoomIn, "zoom", "zoom into the spectrum, four times each press", "z")
	add(s, ZoomOut, "zoom out", "the whole spectrum again", "Z")
	add(s, PanRight, "pan", "further up in the zoomed spectrum", "}")
	add(s, PanLeft, "pan back", "further down in the zoomed spectrum", "{")
	add(s, Details, "details", "evidence, or history and file details, where both do not fit", "tab")
	add(s, Filter, "filter", "back to the queue, to its filter", "/")
	add(s, Open, "queue", "back to the queue, at this track", "enter")
}

func addTyping(add adder) {
	add(ScopeForm, NextField, "next field", "next field", "down")
	add(ScopeForm, PrevField, "field back", "previous field", "up", "shift+tab")
	add(ScopeForm, Complete, "complete", "complete the path; again for the next candidate", "tab")
	add(ScopeForm, Accept, "go on", "go on to the name; there: start the job", "enter")
	add(ScopeForm, Leave, "leave", "leave without a job", "esc")

	add(ScopeInput, Accept, "done", "done: take what is typed", "enter")
	add(ScopeInput, Leave, "leave", "leave it as it was", "esc")

	add(ScopeConfirm, Confirm, "yes", "yes, do it", "y")
	add(ScopeConfirm, Leave, "no", "no, stay", "esc", "n")

	add(ScopeHelp, Down, "down", "further down", "j", "down", "pgdown", " ")
	add(ScopeHelp, Up, "up", "further up", "k", "up", "pgup")
	add(ScopeHelp, Leave, "close", "close", "esc", "?", "q", "enter")

	add(ScopeErrors, Down, "down", "one error down", "j", "down")
	add(ScopeErrors, Up, "up", "one error up", "k", "up")
	add(ScopeErrors, Dismiss, "dismiss", "dismiss this error", "x", "enter")
	add(ScopeErrors, ClearAll, "dismiss all", "dismiss all errors", "X")
	add(ScopeErrors, Leave, "close", "close", "esc", "!", "q")
}
