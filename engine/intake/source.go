package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Codes of items that fail before anything is read from them.
const (
	CodeBadLine          = "line_invalid"          // a line of a manifest or playlist that says nothing usable
	CodeDuplicate        = "item_id_duplicate"     // a manifest names the same item_id twice
	CodeURLNotSupported  = "url_not_supported"     // audio by address, not yet
	CodeFileIDUnknown    = "file_id_not_supported" // needs the customer's signing endpoint, not yet
	CodeFolderUnreadable = "folder_unreadable"
)

// Item is one recording to analyse, or one that failed already (Code is not empty).
type Item struct {
	ID       string
	Path     string          // absolute, as [StorePath] writes it; empty when the line named none
	Metadata json.RawMessage // a JSON object, or nil
	Code     string
	Message  string // what is wrong and what to do; starts with "line N:" for manifests and playlists
}

// Source says where recordings come from. Paths are as [StorePath] writes them, so that a source survives JSON.
type Source struct {
	Paths    []string `json:"paths,omitempty"`    // folders, files, .m3u and .m3u8, .ndjson and .jsonl
	Manifest string   `json:"manifest,omitempty"` // a file that is a manifest whatever its name is
	Base     string   `json:"base,omitempty"`     // what relative paths in Manifest mean; empty: its own folder
	Spool    bool     `json:"spool,omitempty"`    // Manifest is our copy of one that could be read only once
	Full     bool     `json:"full,omitempty"`     // every second of each recording is to be heard
	Owner    string   `json:"owner,omitempty"`    // the program that walks; when it is gone, others may
}

// Tally is what was found so far.
type Tally struct {
	Files      int64 // items to analyse
	Bytes      int64 // their size on disk; counted by [Source.Survey] only
	Failed     int64 // items that fail at once: bad lines, addresses, unreadable folders
	Folders    int64 // folders read
	Unreadable int64 // folders that could not be read; each is a failed item too
	Hidden     int64 // names skipped because they start with a dot
	Other      int64 // names skipped because they are not audio by their ending
	Repeated   int64 // files named twice by arguments or playlists, taken once
}

// ErrEmptySource says that a source names nothing.
var ErrEmptySource = errors.New("nothing to read: name a folder, a file, a playlist or a manifest")

// NewSource makes paths absolute and checks that each can be found. manifest may be empty.
func NewSource(paths []string, manifest string) (Source, error) {
	var s Source
	if len(paths) == 0 && manifest == "" {
		return s, ErrEmptySource
	}
	absolute := func(path string) (string, error) {
		full, err := filepath.Abs(path)
		if err != nil {
			return "", err
		}
		if _, err := os.Stat(full); err != nil {
			return "", err
		}
		return StorePath(full), nil
	}
	for _, path := range paths {
		full, err := absolute(path)
		if err != nil {
			return Source{}, err
		}
		s.Paths = append(s.Paths, full)
	}
	if manifest != "" {
		full, err := absolute(manifest)
		if err != nil {
			return Source{}, err
		}
		s.Manifest = full
	}
	return s, nil
}

// Check says why the source can certainly not be read again, or nil.
func (s Source) Check() error {
	for _, stored := range append([]string{s.Manifest}, s.Paths...) {
		if stored == "" {
			continue
		}
		_, err := os.Stat(LocalPath(stored))
		if err != nil && s.Spool && stored == s.Manifest {
			return errors.New("its manifest came through a pipe")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Read yields every item of the source, in the same order each time, and what was counted. It stops at the first error
// of yield, at the end of ctx, or when one of the source's own paths (not something below them) cannot be read.
func (s Source) Read(ctx context.Context, yield func(Item) error) (Tally, error) {
	r := &reader{ctx: ctx, yield: yield, seenDirs: map[dirKey]struct{}{}, ids: idSet{}, paths: idSet{}}
	err := r.source(s)
	return r.tally, err
}

// Survey counts what Read would yield, and the bytes, without keeping it. report (may be nil) is called after every
// 256 items and has to be quick.
func (s Source) Survey(ctx context.Context, report func(Tally)) (Tally, error) {
	r := &reader{ctx: ctx, seenDirs: map[dirKey]struct{}{}, ids: idSet{}, paths: idSet{}}
	n := 0
	r.yield = func(it Item) error {
		if it.Code == "" {
			if info, err := os.Stat(LocalPath(it.Path)); err == nil && info.Mode().IsRegular() {
				r.tally.Bytes += info.Size()
			}
		}
		n++
		if n%256 == 0 && report != nil {
			report(r.tally)
		}
		return nil
	}
	err := r.source(s)
	return r.tally, err
}

// Name is a short name for the source: that of its first part, and how many more there are.
func (s Source) Name() string {
	return joined(s.parts(), filepath.Base)
}

// String says in a few words what was asked for.
func (s Source) String() string {
	return joined(s.parts(), func(part string) string { return part })
}

func (s Source) parts() []string {
	switch {
	case s.Spool:
		return append([]string{"manifest"}, s.Paths...)
	case s.Manifest != "":
		return append([]string{s.Manifest}, s.Paths...)
	}
	return s.Paths
}

func joined(parts []string, show func(string) string) string {
	switch len(parts) {
	case 0:
		return ""
	case 1:
		return show(parts[0])
	}
	return fmt.Sprintf("%s and %d more", show(parts[0]), len(parts)-1)
}
