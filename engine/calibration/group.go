package calibration

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"earmark/analyzer/audio"
)

// Folder is the key under which a recording is counted by the folder it lies in.
const Folder = "folder"

// GroupOf is the value of a key: in an item's metadata, else in the tags of its file (title, artist, album, isrc,
// comment), else for the key [Folder] the name of its folder. Empty when there is none.
func GroupOf(key string, metadata json.RawMessage, tags audio.Tags, path string) string {
	var fields map[string]any
	if json.Unmarshal(metadata, &fields) == nil {
		if value := text(fields[key]); value != "" {
			return value
		}
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			if value := text(fields[name]); value != "" && strings.EqualFold(name, key) {
				return value
			}
		}
	}
	switch strings.ToLower(key) {
	case "title":
		return tags.Title
	case "artist":
		return tags.Artist
	case "album":
		return tags.Album
	case "isrc":
		return tags.ISRC
	case "comment":
		return tags.Comment
	case Folder:
		return filepath.Base(filepath.Dir(path))
	}
	return ""
}

// text is a value as a person would write it: a word, a number, or several of them.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case []any:
		var parts []string
		for _, one := range v {
			if word := text(one); word != "" {
				parts = append(parts, word)
			}
		}
		return strings.Join(parts, ", ")
	}
	return ""
}
