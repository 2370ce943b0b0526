// Package intake turns what a person points at into a list of items: folders, files, playlists and manifests.
//
// [Source.Read] yields the items one by one, in the same order every time for the same source, so that a walk that was
// cut off can be repeated and recognised by its item ids. Memory does not grow with the number of files: what is kept
// is one folder's names, the folders already seen, and 24 bytes for each line of a manifest or playlist.
//
// Nothing is lost in silence. A line that cannot be read, an address that is not a file and a folder that cannot be
// opened are items too, with a code and a sentence; names that are skipped (hidden, not audio) are counted.
//
// # Item ids
//
// A folder gives the path relative to it, with slashes. A file gives its name. A playlist gives the path relative to
// the playlist's folder, or the absolute path for a file elsewhere. A manifest gives its own item_id. When several
// sources are named at once, what comes from a folder or playlist is prefixed with its name ("demos/a.mp3"), and the
// second source of the same name with "name~2".
//
// # Names that are not UTF-8
//
// File systems keep bytes, JSON and SQLite keep text. A path that is not valid UTF-8 is therefore written as a file URL
// with percent escapes, as item id and as path. [LocalPath] gives the bytes back. Other paths are absolute and start
// with a slash, so the two cannot be confused.
//
// The package imports nothing of this program; only engine imports it.
package intake
