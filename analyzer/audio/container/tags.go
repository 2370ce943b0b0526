package container

import (
	"encoding/binary"
	"io"
	"strings"
)

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

const (
	maxComments   = 4096
	maxCommentLen = 16 << 10
)

// readComments reads Vorbis comments, in which flac and ogg carry their tags, up to the first thing that is wrong with
// them (xiph.org/vorbis/doc/v-comment.html): pairs NAME=value, pictures among them. A comment that is too long to be
// text is jumped over.
func readComments(r io.Reader, t *Tags) {
	var word [4]byte
	number := func() (int64, bool) {
		_, err := io.ReadFull(r, word[:])
		return int64(binary.LittleEndian.Uint32(word[:])), err == nil
	}
	jump := func(n int64) bool {
		_, err := io.CopyN(io.Discard, r, n)
		return err == nil
	}
	n, ok := number()
	if !ok || !jump(n) { // who wrote the file
		return
	}
	count, ok := number()
	for ; ok && count > 0 && count < maxComments; count-- {
		if n, ok = number(); !ok {
			return
		}
		if n > maxCommentLen {
			ok = jump(n)
			continue
		}
		b := make([]byte, n)
		if _, err := io.ReadFull(r, b); err != nil {
			return
		}
		if name, value, found := strings.Cut(string(b), "="); found {
			t.Set(name, value)
		}
	}
}
