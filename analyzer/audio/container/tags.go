package container

import "strings"

// Tags are what the file says of itself. They are shown, and never read for a score. They are valid UTF-8 of at most
// 500 characters without control characters, so that they can be written to a terminal.
type Tags struct {
	Title   string `json:"title,omitempty"`
	Artist  string `json:"artist,omitempty"`
	Album   string `json:"album,omitempty"`
	ISRC    string `json:"isrc,omitempty"`
	Comment string `json:"comment,omitempty"`
}

// Fill sets what t does not have yet. Values come straight from a file and are cleaned here.
func (t *Tags) Fill(from Tags) {
	for _, p := range []struct {
		to   *string
		from string
	}{
		{&t.Title, from.Title},
		{&t.Artist, from.Artist},
		{&t.Album, from.Album},
		{&t.ISRC, from.ISRC},
		{&t.Comment, from.Comment},
	} {
		if *p.to == "" {
			*p.to = Clean(p.from)
		}
	}
}

// Set takes a tag by the name that most containers give it; what is there already stays.
func (t *Tags) Set(name, value string) {
	var one Tags
	switch strings.ToLower(name) {
	case "title":
		one.Title = value
	case "artist":
		one.Artist = value
	case "album":
		one.Album = value
	case "isrc", "tsrc":
		one.ISRC = value
	case "comment", "comments", "description":
		one.Comment = value
	}
	t.Fill(one)
}
