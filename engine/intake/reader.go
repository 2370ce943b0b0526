package intake

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// reader holds the state of one pass over a source.
type reader struct {
	ctx      context.Context //nolint:containedctx // lives as long as one call of Read
	yield    func(Item) error
	tally    Tally
	seenDirs map[dirKey]struct{}
	links    []link
	ids      idSet // nil where ids are unique by construction: one folder and nothing else
	paths    idSet // files named by arguments and playlists
}

func (r *reader) source(s Source) error {
	manifests, others := []string{}, []string{}
	if s.Manifest != "" {
		manifests = append(manifests, s.Manifest)
	}
	for _, p := range s.Paths {
		if isList(LocalPath(p), ".ndjson", ".jsonl") {
			manifests = append(manifests, p)
		} else {
			others = append(others, p)
		}
	}
	// Manifests come first: their ids are the caller's and have to stay as they are, the ids of files can give way.
	for i, stored := range manifests {
		path := LocalPath(stored)
		base := filepath.Dir(path)
		if i == 0 && s.Manifest != "" && s.Base != "" {
			base = LocalPath(s.Base)
		}
		if err := r.manifestFile(path, base); err != nil {
			return err
		}
	}
	taken := map[string]bool{}
	for _, stored := range others {
		prefix := ""
		if len(others)+len(manifests) > 1 {
			prefix = freeName(taken, filepath.Base(stored)) + "/"
		}
		if err := r.path(LocalPath(stored), prefix, len(others)+len(manifests) == 1); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) path(path, prefix string, alone bool) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.IsDir() {
		if alone {
			r.ids = nil
		}
		return r.folder(path, prefix)
	}
	if isList(path, ".m3u", ".m3u8") {
		return r.playlistFile(path, prefix)
	}
	return r.file(Item{ID: filepath.Base(path), Path: path})
}

// isList recognises a list of recordings by the ending of its name. A pipe is none: it could be read only once.
func isList(path string, endings ...string) bool {
	return slices.Contains(endings, strings.ToLower(filepath.Ext(path))) && Rereadable(path)
}

// file emits a file that was named by an argument or a playlist, once.
func (r *reader) file(it Item) error {
	if _, fresh := r.paths.add(it.Path, 0); !fresh {
		r.tally.Repeated++
		return nil
	}
	return r.emit(it)
}

// emit gives the item an id of its own and hands it on. it.Path is in the operating system's bytes.
func (r *reader) emit(it Item) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	stored := StorePath(it.Path)
	if stored != it.Path {
		it.ID = stored
	}
	it.Path = stored
	if r.ids != nil {
		if _, fresh := r.ids.add(it.ID, 0); !fresh {
			it.ID = r.ids.free(it.Path)
		}
	}
	return r.hand(it)
}

// hand counts an item whose id is settled and yields it.
func (r *reader) hand(it Item) error {
	if it.Code == "" {
		r.tally.Files++
	} else {
		r.tally.Failed++
	}
	return r.yield(it)
}

// idSet remembers which ids were used, and in which line. It keeps 128 bits of a hash of each: small, and two ids do
// not meet by chance.
type idSet map[[16]byte]int

func (s idSet) add(id string, line int) (earlier int, fresh bool) {
	sum := sha256.Sum256([]byte(id))
	key := [16]byte(sum[:16])
	if earlier, used := s[key]; used {
		return earlier, false
	}
	s[key] = line
	return 0, true
}

// free adds want, or want~2, want~3 … and gives the one that was free.
func (s idSet) free(want string) string {
	id := want
	for n := 2; ; n++ {
		if _, fresh := s.add(id, 0); fresh {
			return id
		}
		id = want + "~" + strconv.Itoa(n)
	}
}

func freeName(taken map[string]bool, want string) string {
	name := want
	for n := 2; taken[name]; n++ {
		name = fmt.Sprintf("%s~%d", want, n)
	}
	taken[name] = true
	return name
}
