package say

import (
	"errors"
	"io/fs"

	"earmark/store"
)

// Advice is what to do about an error; empty where nothing general helps.
func Advice(err error) string {
	for _, known := range []struct {
		is   error
		todo string
	}{
		{store.ErrDiskFull, "free some space on the disk of the database, then do it again"},
		{store.ErrLocked, "another program holds the database; close it, then do it again"},
		{store.ErrReadOnly, "the database cannot be written; check its permissions, or choose another with --db"},
		{store.ErrNothingToUndo, "there is no decision of yours left to undo"},
		{store.ErrConflict, "it changed meanwhile; look at it again, then decide again"},
		{store.ErrNotFound, "it is no longer there; go back to the list"},
		{fs.ErrNotExist, "check the path; it does not exist"},
		{fs.ErrPermission, "you may not read or write there; choose another path or change its permissions"},
	} {
		if errors.Is(err, known.is) {
			return known.todo
		}
	}
	return ""
}

// codes says what to do about a track that could not be analysed.
var codes = map[string]string{
	"audio_load_failed": "Listen to it in another program: if that cannot open it either, ask for the file again.",
	"decoder_missing":   "Install the named package, then retry the failed tracks on the jobs screen.",
	"file_not_found":    "Bring the file back to this path, then retry the failed tracks on the jobs screen.",
	"file_empty":        "The file has no content: ask for it again.",
	"audio_truncated":   "The file ends too early: ask for it again.",
	"too_short":         "It is too short to say anything: decide by ear, or ask for the whole recording.",
	"silent":            "There is nothing to hear: ask for the file again.",
	"file_too_large":    "It is larger than the limit: convert it to FLAC or MP3.",
	"file_changed":      "It was changed while it was heard: retry it on the jobs screen.",
	"folder_unreadable": "Make the folder readable, then begin a new job.",
	"time_limit":        "It took too long: retry it, and convert it to another format if that does not help.",
	"memory_limit":      "It took too much memory: convert it to another format.",
	"worker_crashed":    "The decoder crashed on this file: convert it to another format, then retry.",
	"worker_protocol":   "The worker gave an answer that makes no sense: retry it; update earmark if it does so again.",
	"report_refused":    "The database did not take the report: see earmark doctor, then retry it.",
	"line_invalid":      "Correct this line of the manifest or playlist, then begin a new job.",
	"item_id_duplicate": "Give every item of the manifest an item_id of its own, then begin a new job.",
	"url_not_supported": "Save the sound to a file, name that in the manifest, then begin a new job.",

	"file_id_not_supported": "Name the file by its path in the manifest, then begin a new job.",
}

// FailureAdvice is what to do about a track that failed with this code. A failure is never a flag.
func FailureAdvice(code string) string {
	if todo, ok := codes[code]; ok {
		return todo
	}
	return "Decide by ear, or mend the file and retry the failed tracks on the jobs screen."
}
