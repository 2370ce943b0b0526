package container

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
)

// wav, aiff and caf are rows of chunks: a name, a length, bytes. libsndfile reads them; what is read here are the
// tags, and what the header claims before libsndfile corrects it to what the file holds.

// chunkStyle is how a container writes its chunks.
type chunkStyle struct {
	header   int64 // bytes before the first chunk
	name     int   // bytes of a name, of which the first four count
	length   int   // bytes of a length
	order    binary.ByteOrder
	align    int64 // chunks begin at multiples of it
	includes bool  // the length counts name and length, too
}

var chunkStyles = map[string]chunkStyle{
	"RIFF": {12, 4, 4, binary.LittleEndian, 2, false},
	"RF64": {12, 4, 4, binary.LittleEndian, 2, false},
	"BW64": {12, 4, 4, binary.LittleEndian, 2, false},
	"RIFX": {12, 4, 4, binary.BigEndian, 2, false},
	"riff": {40, 16, 8, binary.LittleEndian, 8, true},
	"FORM": {12, 4, 4, binary.BigEndian, 2, false},
	"caff": {8, 4, 8, binary.BigEndian, 1, false},
}

const (
	maxChunks    = 10_000
	maxChunkText = 64 << 10 // bytes of a chunk of text that are read
	// Programs that write to a pipe do not know the length yet and claim all they can.
	unknownLength = 0x7fff_0000
)

// chunk is one of them, without its header.
type chunk struct {
	name   string
	at     int64
	length int64 // as it claims; negative: unknown
	held   int64 // bytes of it that the file holds
}

// outlineChunks walks the chunks of a wav, aiff or caf file.
func outlineChunks(o *Outline, r io.ReaderAt, start, end int64) {
	var mark [4]byte
	if _, err := r.ReadAt(mark[:], start); err != nil {
		return
	}
	style, ok := chunkStyles[string(mark[:])]
	if !ok {
		return
	}
	var long int64 // length of the sound in an RF64 file
	at := start + style.header
	for range maxChunks {
		c, ok := style.read(r, at, end)
		if !ok {
			return
		}
		switch c.name {
		case "ds64":
			if b := c.text(r); len(b) >= 16 {
				long = int64(binary.LittleEndian.Uint64(b[8:])) // negative is as wrong as huge
			}
		case "data", "SSND":
			if long > 0 && mark[0] != 'c' {
				c.length = long
				c.held = min(long, end-c.at)
			}
			c.soundLength(o, end)
		default:
			c.tag(o, r)
		}
		next := c.at + c.length
		if c.length < 0 || next < c.at {
			return
		}
		at = start + (next-start+style.align-1)/style.align*style.align
	}
}

// read reads the header of the chunk at the given offset; false: there is none.
func (s chunkStyle) read(r io.ReaderAt, at, end int64) (chunk, bool) {
	var h [24]byte
	b := h[:s.name+s.length]
	if at < 0 || at+int64(len(b)) > end {
		return chunk{}, false
	}
	if _, err := r.ReadAt(b, at); err != nil {
		return chunk{}, false
	}
	c := chunk{name: string(b[:4]), at: at + int64(len(b))}
	if s.length == 8 {
		c.length = int64(s.order.Uint64(b[s.name:])) // negative means unknown
	} else {
		c.length = int64(s.order.Uint32(b[s.name:]))
	}
	if s.includes {
		c.length -= int64(len(b))
	}
	c.held = min(c.length, end-c.at)
	if c.length < 0 {
		c.held = end - c.at
	}
	return c, true
}

// soundLength notes how much sound the chunk claims and holds.
func (c *chunk) soundLength(o *Outline, end int64) {
	o.Sound = c.held
	switch {
	case c.length == 0 && c.at < end || c.length < 0: // the writer never came back to fill it in
		o.Sound = end - c.at
	case c.length >= unknownLength && c.held < c.length:
	default:
		o.Claimed = c.length
	}
}

// text reads the beginning of a chunk.
func (c *chunk) text(r io.ReaderAt) []byte {
	b := make([]byte, min(max(c.held, 0), maxChunkText))
	n, _ := r.ReadAt(b, c.at)
	return b[:n]
}

// tag reads the chunk if it says something of the recording.
func (c *chunk) tag(o *Outline, r io.ReaderAt) {
	text := func() string { return strings.TrimRight(string(c.text(r)), "\x00 ") }
	switch c.name {
	case "id3 ", "ID3 ":
		readID3v2At(r, c.at, c.at+c.held, &o.Tags)
	case "LIST":
		if b := c.text(r); len(b) >= 4 && string(b[:4]) == "INFO" {
			o.Tags.Fill(riffInfo(b[4:]))
		}
	case "NAME":
		o.Tags.Fill(Tags{Title: text()})
	case "AUTH":
		o.Tags.Fill(Tags{Artist: text()})
	case "ANNO":
		o.Tags.Fill(Tags{Comment: text()})
	case "info":
		o.Tags.Fill(cafInfo(c.text(r)))
	}
}

// riffInfo reads the chunks in a LIST chunk of type INFO.
func riffInfo(b []byte) Tags {
	var t Tags
	for len(b) >= 8 {
		name, n := string(b[:4]), int64(binary.LittleEndian.Uint32(b[4:]))
		b = b[8:]
		value := b[:min(n, int64(len(b)))]
		b = b[min(n+n&1, int64(len(b))):]
		text := decodeText(0, bytes.TrimRight(value, "\x00 "))
		switch name {
		case "INAM":
			t.Title = text
		case "IART":
			t.Artist = text
		case "IPRD":
			t.Album = text
		case "ICMT":
			t.Comment = text
		case "ISRC": // it means "source": some write the recording's code there, others who lent the tape
			if isISRC(text) {
				t.ISRC = text
			}
		}
	}
	return t
}

// isISRC reports whether s is an International Standard Recording Code: country, registrant, year, number.
func isISRC(s string) bool {
	s = strings.ReplaceAll(s, "-", "")
	if len(s) != 12 {
		return false
	}
	for i, c := range []byte(s) {
		letter, digit := c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z', c >= '0' && c <= '9'
		if i < 2 && !letter || i < 5 && !letter && !digit || i >= 5 && !digit {
			return false
		}
	}
	return true
}

// cafInfo reads the pairs of strings in a caf file's info chunk.
func cafInfo(b []byte) Tags {
	var t Tags
	fields := strings.Split(string(b[min(4, len(b)):]), "\x00")
	for i := 0; i+1 < len(fields); i += 2 {
		t.Set(fields[i], fields[i+1])
	}
	return t
}
