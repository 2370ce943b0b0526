package config

import (
	"strings"

	"earmark/ui/keys"
)

// Help is the text of help about the configuration, with every action that [keys] takes.
func Help() string {
	return `Nobody needs a configuration file. With one, a flag of the command line still
wins over it. It is TOML, and lies in the configuration folder as
earmark/config.toml (on Linux ~/.config/earmark/config.toml):

  reviewer = "Anna"          # who decides; default: the login name
  db = "~/review/queue.db"   # the database; default: in the data folder
  workers = 4                # tracks at once; default: one for each processor
  time_limit = "10m"         # for one track; default: grows with the file
  memory_limit = "2GB"       # for one worker; default: 1GiB
  full = false               # true: hear every second of each track
  volume = -6                # decibels at the start, from -60 to 0
  [keys]                     # other keys for actions, which are named below
  decide-ai = "y"
  queue.open = ["enter", "v"]

The actions that [keys] takes, each also with a place before it (queue.open):

` + actions() + `

The database is earmark/earmark.db in the data folder (~/.local/share), the
log is earmark/earmark.log in the state folder (~/.local/state).
XDG_CONFIG_HOME, XDG_DATA_HOME, XDG_STATE_HOME and XDG_CACHE_HOME move these
folders.

NO_COLOR (set to anything) and TERM=dumb switch color off; TERM=dumb switches
the progress line off too.`
}

// actions lists what [keys] of the configuration takes, in lines as wide as help. The ten reasons are one word.
func actions() string {
	const width = 78
	var lines []string
	line := " "
	first, last := string(keys.Reason(0)), string(keys.Reason(9))
	for _, name := range keys.Default().Actions() {
		if _, ok := keys.Verb(name).ReasonNumber(); ok {
			if name != first {
				continue
			}
			name = first + ".." + last
		}
		if len(line)+1+len(name) > width {
			lines = append(lines, line)
			line = " "
		}
		line += " " + name
	}
	return strings.Join(append(lines, line), "\n")
}
