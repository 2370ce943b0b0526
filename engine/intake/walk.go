package intake

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// audioEndings are the names that count as audio in a folder. What a file really is, its content tells later.
var audioEndings = map[string]bool{
	".mp3": true, ".mp2": true, ".wav": true, ".wave": true, ".bwf": true, ".flac": true, ".aac": true, ".adts": true,
	".ogg": true, ".oga": true, ".opus": true, ".m4a": true, ".m4b": true, ".mp4": true, ".aif": true, ".aiff": true,
	".aifc": true, ".w64": true, ".rf64": true, ".caf": true, ".mka": true, ".weba": true, ".wma": true, ".wv": true,
	".ape": true, ".au": true, ".snd": true,
}

// IsAudioName reports whether a folder walk would take a file of this name.
func IsAudioName(name string) bool {
	return !strings.HasPrefix(name, ".") && audioEndings[strings.ToLower(filepath.Ext(name))]
}

// dirKey is what makes two folders the same one, whatever path leads there.
type dirKey struct{ device, inode uint64 }

// link is a symbolic link to a folder, kept until the real folders are done.
type link struct{ path, id string }

// folder yields the audio files below a folder, sorted by name. A symbolic link to a folder is followed after all real
// folders, and no folder is read twice: loops end, and a folder is listed under its real path where it has one here.
func (r *reader) folder(path, prefix string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if err := r.directory(path, prefix, info, true); err != nil {
		return err
	}
	for len(r.links) > 0 {
		next := r.links[0]
		r.links = r.links[1:]
		info, err := os.Stat(next.path)
		if err != nil {
			if err := r.unreadable(next.path, next.id, err); err != nil {
				return err
			}
			continue
		}
		if err := r.directory(next.path, next.id, info, false); err != nil {
			return err
		}
	}
	return nil
}

// directory reads one folder and what is below it. id is empty or ends with a slash.
func (r *reader) directory(path, id string, info fs.FileInfo, root bool) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		key := dirKey{uint64(stat.Dev), stat.Ino} //nolint:unconvert // Dev is a signed 32 bit number on macOS
		if _, seen := r.seenDirs[key]; seen {
			return nil
		}
		r.seenDirs[key] = struct{}{}
	}
	// What could be read before an error is used: half a folder on a failing disk is better than none.
	entries, err := os.ReadDir(path)
	if err != nil {
		if root {
			return err
		}
		if err := r.unreadable(path, id, err); err != nil {
			return err
		}
	}
	r.tally.Folders++
	for _, entry := range entries {
		if err := r.entry(path, id, entry); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) entry(dir, id string, entry fs.DirEntry) error {
	name := entry.Name()
	path := filepath.Join(dir, name)
	if strings.HasPrefix(name, ".") { // hidden, and AppleDouble "._name"
		r.tally.Hidden++
		return nil
	}
	switch {
	case entry.IsDir():
		info, err := entry.Info()
		if err != nil {
			return r.unreadable(path, id+name+"/", err)
		}
		return r.directory(path, id+name+"/", info, false)
	case entry.Type()&fs.ModeSymlink != 0:
		if target, err := os.Stat(path); err == nil && target.IsDir() {
			r.links = append(r.links, link{path, id + name + "/"})
			return nil
		}
	}
	if !IsAudioName(name) {
		r.tally.Other++
		return nil
	}
	return r.emit(Item{ID: id + name, Path: path})
}

func (r *reader) unreadable(path, id string, cause error) error {
	r.tally.Unreadable++
	return r.emit(Item{
		ID: id, Path: path, Code: CodeFolderUnreadable,
		Message: fmt.Sprintf("the folder cannot be read (%s): allow it and make a new job", reason(cause)),
	})
}

// reason is the cause without the path, which the item has already.
func reason(err error) string {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return pathErr.Err.Error()
	}
	return err.Error()
}
