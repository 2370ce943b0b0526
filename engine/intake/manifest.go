package intake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

const (
	manifestLine = 1 << 20 // bytes; a longer line is a failed item
	longestID    = 1024    // bytes
)

func (r *reader) manifestFile(path, base string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := r.manifest(f, base); err != nil {
		return fmt.Errorf("manifest %s: %w", StorePath(path), err)
	}
	return nil
}

// manifest reads NDJSON, one item a line: {"item_id", "path" or "url", "metadata"}. Every line that is not blank is one
// item, good or failed.
func (r *reader) manifest(in io.Reader, base string) error {
	lines := newLineReader(in, manifestLine)
	for {
		l, err := lines.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if len(bytes.TrimSpace(l.text)) == 0 && !l.tooLong {
			continue
		}
		if err := r.ctx.Err(); err != nil {
			return err
		}
		if err := r.hand(r.manifestItem(l, base)); err != nil {
			return err
		}
	}
}

// manifestItem reads one line. Its id is the line's own where it has one that is not taken, else "line N".
func (r *reader) manifestItem(l line, base string) Item {
	it, fault := parseManifestLine(l, base)
	if it.ID != "" {
		earlier, fresh := r.ids.add(it.ID, l.number)
		if !fresh {
			fault = lineFault{CodeDuplicate, fmt.Sprintf("item_id %q was used before", clip(it.ID))}
			if earlier > 0 {
				fault.message = fmt.Sprintf("item_id %q was used in line %d", clip(it.ID), earlier)
			}
			it.ID = ""
		}
	}
	if it.ID == "" {
		it.ID = r.ids.free(fmt.Sprintf("line %d", l.number))
	}
	if fault.code != "" {
		it.Code = fault.code
		it.Message = fmt.Sprintf("line %d: %s", l.number, fault.message)
	}
	return it
}

type lineFault struct{ code, message string }

func bad(format string, args ...any) lineFault {
	return lineFault{CodeBadLine, fmt.Sprintf(format, args...)}
}

// parseManifestLine is free of state and of the file system. What it understood before a fault is kept in the item.
func parseManifestLine(l line, base string) (Item, lineFault) {
	if l.tooLong {
		return Item{}, bad("is longer than %d bytes", manifestLine)
	}
	if !utf8.Valid(l.text) {
		return Item{}, bad("is not UTF-8")
	}
	var raw struct {
		ID       *string         `json:"item_id"`
		Path     *string         `json:"path"`
		URL      *string         `json:"url"`
		FileID   *string         `json:"file_id"`
		Metadata json.RawMessage `json:"metadata"`
	}
	if err := json.Unmarshal(l.text, &raw); err != nil {
		return Item{}, bad("%s", jsonReason(err))
	}
	var it Item
	switch {
	case raw.ID == nil || strings.TrimSpace(*raw.ID) == "":
		return it, bad("has no item_id")
	case len(*raw.ID) > longestID:
		return it, bad("item_id is longer than %d bytes", longestID)
	case strings.ContainsRune(*raw.ID, 0):
		return it, bad("item_id has a NUL character")
	}
	it.ID = *raw.ID
	if meta := bytes.TrimSpace(raw.Metadata); len(meta) > 0 && !bytes.Equal(meta, []byte("null")) {
		if meta[0] != '{' {
			return it, bad("metadata is not an object")
		}
		it.Metadata = meta
	}
	var fault lineFault
	it.Path, fault = manifestPath(raw.Path, raw.URL, raw.FileID, base)
	return it, fault
}

// manifestPath gives the absolute path, as [StorePath] writes it.
func manifestPath(path, address, fileID *string, base string) (string, lineFault) {
	given := 0
	for _, field := range []*string{path, address, fileID} {
		if field != nil && *field != "" {
			given++
		}
	}
	switch {
	case given == 0:
		return "", bad("has neither path nor url")
	case given > 1:
		return "", bad("has more than one of path, url and file_id")
	case fileID != nil && *fileID != "":
		return "", lineFault{CodeFileIDUnknown, "file_id is not supported yet: give a path or a file:// url"}
	case path != nil && *path != "":
		if scheme(*path) == "" {
			return localPath(*path, base)
		}
		return addressPath("path", *path, base)
	case scheme(*address) == "":
		return "", bad("url %q has no scheme: use path for a local file", clip(*address))
	}
	return addressPath("url", *address, base)
}

// addressPath is the local path of a file:// address, which stands in the field of that name. Others are refused.
func addressPath(field, address, base string) (string, lineFault) {
	if scheme(address) != "file" {
		return "", notByURL(address)
	}
	local, err := fromFileURL(address)
	if err != nil {
		return "", bad("%s %v", field, err)
	}
	return localPath(local, base)
}

func notByURL(address string) lineFault {
	return lineFault{
		CodeURLNotSupported,
		fmt.Sprintf("audio by URL is not supported yet (%s): download it and give its path", clip(address)),
	}
}

func localPath(path, base string) (string, lineFault) {
	if strings.ContainsRune(path, 0) {
		return "", bad("path has a NUL character")
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(base, path)
	}
	return StorePath(filepath.Clean(path)), lineFault{}
}

// jsonReason says in a few words why a line is not an item.
func jsonReason(err error) string {
	var wrongType *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrongType) && wrongType.Field == "":
		return "is not a JSON object"
	case errors.As(err, &wrongType):
		return fmt.Sprintf("%s is a %s, not a %s", wrongType.Field, wrongType.Value, wrongType.Type)
	default:
		return fmt.Sprintf("is not JSON (%s)", err)
	}
}
