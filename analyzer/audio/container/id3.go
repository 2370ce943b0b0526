package container

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
)

// ID3v2 stands before the sound (id3.org: id3v2-00, id3v2.3.0, id3v2.4.0-structure), in aiff and wav in a chunk of its
// own. Frames that are not asked for, pictures above all, are jumped over and never read into memory.

const (
	id3HeaderLen = 10
	maxID3Text   = 16 << 10 // bytes of a text frame that are read
	maxID3Frames = 4096
	// An unsynchronised tag has no known offsets: it must be read through to be jumped over, up to here.
	maxUnsyncRead = 64 << 20
)

// readID3v2 reads the tags that stand one after the other at the beginning of r and returns the offset behind them.
func readID3v2(r io.ReaderAt, size int64, t *Tags) int64 {
	var at int64
	for range 16 {
		n := readID3v2At(r, at, size, t)
		if n == 0 {
			break
		}
		at += n
	}
	return at
}

// readID3v2At reads the tag at the given offset of r and returns its length in bytes; 0: there is none.
func readID3v2At(r io.ReaderAt, at, end int64, t *Tags) int64 {
	var h [id3HeaderLen]byte
	if _, err := r.ReadAt(h[:], at); err != nil {
		return 0
	}
	version, flags := h[3], h[5]
	body, ok := synchsafe(h[6:])
	if string(h[:3]) != "ID3" || version == 0xff || h[4] == 0xff || !ok {
		return 0
	}
	length := id3HeaderLen + body
	if version == 4 && flags&0x10 != 0 {
		length += id3HeaderLen // a footer that repeats the header
	}
	if version < 2 || version > 4 || version == 2 && flags&0x40 != 0 {
		return length // unknown, or compressed in a way that nobody ever defined
	}
	c := &id3Cursor{r: r, at: at + id3HeaderLen, end: min(at+id3HeaderLen+body, end)}
	c.unsync = version < 4 && flags&0x80 != 0
	if flags&0x40 != 0 && version > 2 {
		skipExtendedHeader(c, version)
	}
	var found id3Found
	for range maxID3Frames {
		if !readID3Frame(c, version, &found) {
			break
		}
	}
	t.Fill(found.tags())
	return length
}

func skipExtendedHeader(c *id3Cursor, version byte) {
	var b [4]byte
	if !c.read(b[:]) {
		return
	}
	if version == 3 {
		c.skip(int64(binary.BigEndian.Uint32(b[:])))
		return
	}
	if n, ok := synchsafe(b[:]); ok && n >= 4 {
		c.skip(n - 4) // here the size counts itself
	}
}

// synchsafe reads 28 bits from four bytes of seven.
func synchsafe(b []byte) (int64, bool) {
	n := int64(0)
	for _, c := range b[:4] {
		if c >= 0x80 {
			return 0, false
		}
		n = n<<7 | int64(c)
	}
	return n, true
}

// id3Found keeps what the frames of one tag say.
type id3Found struct {
	Tags
	otherComment, otherISRC string
}

func (f *id3Found) tags() Tags {
	t := f.Tags
	if t.Comment == "" {
		t.Comment = f.otherComment
	}
	if t.ISRC == "" {
		t.ISRC = f.otherISRC
	}
	return t
}

// readID3Frame reads one frame; false: there are no more.
func readID3Frame(c *id3Cursor, version byte, found *id3Found) bool {
	var id string
	var size int64
	var flags byte
	if version == 2 {
		var h [6]byte
		if !c.read(h[:]) {
			return false
		}
		id, size = string(h[:3]), int64(h[3])<<16|int64(h[4])<<8|int64(h[5])
	} else {
		var h [10]byte
		if !c.read(h[:]) {
			return false
		}
		id, size, flags = string(h[:4]), int64(binary.BigEndian.Uint32(h[4:])), h[9]
		if version == 4 {
			size = c.frameSize(h[4:8])
		}
	}
	if id[0] == 0 || size < 0 { // padding
		return false
	}
	name, wanted := id3Frames[id]
	if !wanted || size == 0 {
		return c.skip(size)
	}
	body := make([]byte, min(size, maxID3Text))
	if !c.read(body) || !c.skip(size-int64(len(body))) {
		return false
	}
	if body = unwrapFrame(body, version, flags); len(body) > 0 {
		found.add(name, body)
	}
	return true
}

// id3Frames are the frames that are read, by the names of version 2.2 and of 2.3 and 2.4.
var id3Frames = map[string]string{
	"TT2": "TIT2", "TP1": "TPE1", "TAL": "TALB", "TRC": "TSRC", "COM": "COMM", "TXX": "TXXX",
	"TIT2": "TIT2", "TPE1": "TPE1", "TALB": "TALB", "TSRC": "TSRC", "COMM": "COMM", "TXXX": "TXXX",
}

// unwrapFrame undoes what the frame's flags say was done to it; nil: it cannot be undone.
func unwrapFrame(body []byte, version, flags byte) []byte {
	extra := 0
	switch version {
	case 3:
		if flags&0xc0 != 0 { // compressed, encrypted
			return nil
		}
		if flags&0x20 != 0 { // group
			extra++
		}
	case 4:
		if flags&0x0c != 0 {
			return nil
		}
		if flags&0x40 != 0 {
			extra++
		}
		if flags&0x01 != 0 { // length before unsynchronisation
			extra += 4
		}
		if flags&0x02 != 0 {
			body = bytes.ReplaceAll(body, []byte{0xff, 0}, []byte{0xff})
		}
	}
	if extra > len(body) {
		return nil
	}
	return body[extra:]
}

// add takes the body of one frame.
func (f *id3Found) add(name string, body []byte) {
	encoding, text := body[0], body[1:]
	if name == "COMM" {
		if len(text) < 3 {
			return
		}
		text = text[3:] // language
	}
	var about string
	if name == "COMM" || name == "TXXX" {
		var raw []byte
		raw, text = cutText(encoding, text)
		about = strings.ToLower(decodeText(encoding, raw))
	}
	value := decodeText(encoding, text)
	set := func(to *string) {
		if *to == "" {
			*to = value
		}
	}
	switch {
	case name == "TIT2":
		set(&f.Title)
	case name == "TPE1":
		set(&f.Artist)
	case name == "TALB":
		set(&f.Album)
	case name == "TSRC":
		set(&f.ISRC)
	case name == "COMM" && about == "":
		set(&f.Comment)
	case name == "COMM" && !strings.HasPrefix(about, "itun"), name == "TXXX" && about == "comment":
		set(&f.otherComment) // iTunNORM and its kin are numbers for a player
	case name == "TXXX" && about == "isrc":
		set(&f.otherISRC)
	}
}

// readID3v1 reads the 128 bytes of version 1 that end at end, and reports whether they are there.
func readID3v1(r io.ReaderAt, end int64, t *Tags) bool {
	var b [128]byte
	if end < int64(len(b)) {
		return false
	}
	if _, err := r.ReadAt(b[:], end-int64(len(b))); err != nil && !errors.Is(err, io.EOF) || string(b[:3]) != "TAG" {
		return false
	}
	text := func(from, to int) string {
		s, _, _ := bytes.Cut(b[from:to], []byte{0})
		return decodeText(0, s)
	}
	t.Fill(Tags{Title: text(3, 33), Artist: text(33, 63), Album: text(63, 93), Comment: text(97, 127)})
	return true
}
