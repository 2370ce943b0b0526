package intake

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

const playlistLine = 64 << 10 // bytes

func (r *reader) playlistFile(path, prefix string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := r.playlist(f, filepath.Dir(path), prefix, exists); err != nil {
		return fmt.Errorf("playlist %s: %w", StorePath(path), err)
	}
	return nil
}

var errUTF16 = errors.New("is UTF-16: save it as UTF-8")

// playlist reads m3u and m3u8: a path or address a line, lines that start with '#' are comments. dir is what relative
// paths mean. exists is asked only to choose between readings of an ambiguous line.
func (r *reader) playlist(in io.Reader, dir, prefix string, exists func(string) bool) error {
	lines := newLineReader(in, playlistLine)
	for {
		l, err := lines.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if l.number == 1 && len(l.text) > 1 && (string(l.text[:2]) == "\xFF\xFE" || string(l.text[:2]) == "\xFE\xFF") {
			return errUTF16
		}
		trimmed := bytes.TrimSpace(l.text)
		if len(trimmed) == 0 && !l.tooLong || bytes.HasPrefix(trimmed, []byte("#")) {
			continue
		}
		if err := r.playlistEntry(l, dir, prefix, exists); err != nil {
			return err
		}
	}
}

func (r *reader) playlistEntry(l line, dir, prefix string, exists func(string) bool) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	path, fault := parseEntry(l, dir, exists)
	if fault.code != "" {
		return r.hand(Item{
			ID:   r.ids.free(fmt.Sprintf("%sline %d", prefix, l.number)),
			Code: fault.code, Message: fmt.Sprintf("line %d: %s", l.number, fault.message),
		})
	}
	id := path
	if rel, err := filepath.Rel(dir, path); err == nil && filepath.IsLocal(rel) {
		id = prefix + filepath.ToSlash(rel)
	}
	return r.file(Item{ID: id, Path: path})
}

// parseEntry gives the absolute path that a line means, in the operating system's bytes.
func parseEntry(l line, dir string, exists func(string) bool) (string, lineFault) {
	if l.tooLong {
		return "", bad("is longer than %d bytes", playlistLine)
	}
	if bytes.IndexByte(l.text, 0) >= 0 {
		return "", bad("has a NUL character")
	}
	text := string(l.text)
	switch s := scheme(strings.TrimSpace(text)); s {
	case "":
	case "file":
		path, err := fromFileURL(strings.TrimSpace(text))
		if err != nil {
			return "", bad("%v", err)
		}
		if strings.ContainsRune(path, 0) {
			return "", bad("has a NUL character")
		}
		return path, lineFault{}
	default:
		return "", notByURL(strings.TrimSpace(text))
	}
	candidates := readings(text)
	for _, reading := range candidates {
		if path := absolute(reading, dir); exists(path) {
			return path, lineFault{}
		}
	}
	// None is there: keep the one that a person would read, it becomes a failed track that names the file.
	for _, reading := range candidates {
		if utf8.ValidString(reading) {
			return absolute(reading, dir), lineFault{}
		}
	}
	return absolute(candidates[0], dir), lineFault{}
}

// readings lists what a line may mean, likeliest first: as it stands, without blanks around it, as one byte per
// character instead of UTF-8, with backslashes as another system writes them.
func readings(text string) []string {
	list := []string{text}
	add := func(reading string) {
		if reading != list[len(list)-1] {
			list = append(list, reading)
		}
	}
	trimmed := strings.TrimSpace(text)
	add(trimmed)
	plain := trimmed
	if !utf8.ValidString(trimmed) {
		plain = fromLatin1(trimmed)
		add(plain)
	}
	if strings.ContainsRune(plain, '\\') {
		add(strings.ReplaceAll(plain, `\`, "/"))
	}
	return list
}

func absolute(path, dir string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
