package prompt

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// maxEntries bounds how many names of one folder are looked at for completion.
const maxEntries = 20_000

// Absolute is the path that a person means: ~ is the home folder, anything else is relative to the current folder.
func Absolute(path string) (string, error) {
	if rest, ok := strings.CutPrefix(path, "~"); ok && (rest == "" || rest[0] == filepath.Separator) {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		path = filepath.Join(home, rest)
	}
	return filepath.Abs(path)
}

// Candidate is a name that a typed path can become.
type Candidate struct {
	Path   string // as it would be typed; a folder ends with a slash
	Name   string // its last part
	Folder bool
}

// Candidates lists what a typed path can become: folders first, then the files that keep says yes to. It reads one
// folder, so it runs in a command. A folder that cannot be read has no candidates and gives its error.
func Candidates(typed string, keep func(name string) bool) ([]Candidate, error) {
	dir, prefix := filepath.Split(typed)
	where := dir
	if where == "" {
		where = "."
		if typed == "~" {
			return []Candidate{{Path: "~/", Name: "~/", Folder: true}}, nil
		}
	}
	abs, err := Absolute(where)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(abs)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	entries, err := f.ReadDir(maxEntries)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	var out []Candidate
	for _, e := range entries {
		name := e.Name()
		if !strings.HasPrefix(strings.ToLower(name), strings.ToLower(prefix)) ||
			(strings.HasPrefix(name, ".") && !strings.HasPrefix(prefix, ".")) {
			continue
		}
		folder := e.IsDir()
		if e.Type()&os.ModeSymlink != 0 {
			info, err := os.Stat(filepath.Join(abs, name))
			folder = err == nil && info.IsDir()
		}
		switch {
		case folder:
			out = append(out, Candidate{Path: dir + name + "/", Name: name + "/", Folder: true})
		case keep(name):
			out = append(out, Candidate{Path: dir + name, Name: name})
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		if out[i].Folder != out[j].Folder {
			return out[i].Folder
		}
		return strings.ToLower(out[i].Name) < strings.ToLower(out[j].Name)
	})
	return out, nil
}

// Common is the longest text that every candidate begins with; empty when they are spelled differently.
func Common(cs []Candidate) string {
	if len(cs) == 0 {
		return ""
	}
	common := []rune(cs[0].Path)
	for _, c := range cs[1:] {
		other := []rune(c.Path)
		n := 0
		for n < len(common) && n < len(other) && common[n] == other[n] {
			n++
		}
		common = common[:n]
	}
	return string(common)
}
