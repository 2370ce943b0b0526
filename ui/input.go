package ui

import (
	tea "github.com/charmbracelet/bubbletea"

	"earmark/ui/keys"
	"earmark/ui/screen"
)

// scope says what keys mean now.
func (a *app) scope() keys.Scope {
	switch {
	case a.overlay == overlayQuit:
		return keys.ScopeConfirm
	case a.tooSmall():
		return keys.ScopeGlobal // no line and no list can be seen: the key that quits does so
	case a.overlay == overlayHelp:
		return keys.ScopeHelp
	case a.overlay == overlayErrors:
		return keys.ScopeErrors
	default:
		return a.front.Scope()
	}
}

// typed takes what one read of the terminal brought: Bubble Tea joins letters that come together, as they do over ssh
// or from a key that repeats. They are handled one after the other, until one of them opens a line: the rest is its
// text.
func (a *app) typed(msg tea.KeyMsg) tea.Cmd {
	var cmds []tea.Cmd
	for !msg.Paste && len(msg.Runes) > 1 && !a.scope().Typing() {
		first := msg
		first.Runes, msg.Runes = msg.Runes[:1], msg.Runes[1:]
		cmds = append(cmds, a.key(first))
	}
	return tea.Batch(append(cmds, a.key(msg))...)
}

// key turns a key into a verb, or hands it to the line that is being typed. What is pasted is text: Bubble Tea puts its
// name into brackets, which no key has.
func (a *app) key(msg tea.KeyMsg) tea.Cmd {
	scope := a.scope()
	if v, ok := a.kit.Keys.Verb(scope, msg); ok {
		return a.verb(v)
	}
	if scope.Typing() {
		return a.front.Update(msg)
	}
	return nil
}

func (a *app) verb(v keys.Verb) tea.Cmd {
	switch {
	case v == keys.QuitNow:
		return a.quitNow()
	case a.overlay == overlayQuit:
		return a.answerQuit(v)
	case a.tooSmall():
		// Nobody decides what cannot be seen.
		if v == keys.Quit {
			return a.quit()
		}
		return nil
	case a.overlay == overlayHelp:
		a.helpVerb(v)
		return nil
	case a.overlay == overlayErrors:
		a.errorsVerb(v)
		return nil
	}
	switch v {
	case keys.Quit:
		return a.quit()
	case keys.Help:
		a.overlay, a.scrolled = overlayHelp, 0
		return nil
	case keys.Errors:
		if len(a.errors.list) == 0 {
			a.status = "There is no error."
			return nil
		}
		a.overlay, a.errors.at = overlayErrors, 0
		return nil
	case keys.Dismiss:
		a.errors.dismiss(0)
		return nil
	default:
		return a.tell(v)
	}
}

// tell gives a verb to the screen in front. A verb that may lead to another screen has its answer at hand: it is taken
// before the next key, which is meant for the screen that is in front by then.
func (a *app) tell(v keys.Verb) tea.Cmd {
	cmd := a.front.Update(v)
	switch v {
	case keys.Open, keys.Back, keys.Filter, keys.AllTracks:
	default: // stays on this screen
		return cmd
	}
	if cmd == nil {
		return nil
	}
	switch msg := cmd().(type) {
	case screen.OpenQueueMsg, screen.OpenReviewMsg, screen.BackMsg:
		return a.navigate(msg)
	default:
		return screen.Send(msg)
	}
}
