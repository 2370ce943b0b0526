package container

import (
	"encoding/binary"
	"io"
)

// id3Cursor reads the frames of a tag, and jumps over what nobody wants to see.
type id3Cursor struct {
	r       io.ReaderAt
	at, end int64
	unsync  bool // a zero follows each 0xff and is not part of the tag (versions 2.2 and 2.3)
	last    byte
	buf     []byte // read ahead, when unsync
	through int64  // bytes gone through, when unsync
}

// read fills b; false: the tag ends before.
func (c *id3Cursor) read(b []byte) bool {
	if !c.unsync {
		if c.at+int64(len(b)) > c.end {
			return false
		}
		n, _ := c.r.ReadAt(b, c.at)
		c.at += int64(n)
		return n == len(b)
	}
	for i := range b {
		v, ok := c.next()
		if !ok {
			return false
		}
		b[i] = v
	}
	return true
}

// skip jumps over n bytes; false: the tag ends before.
func (c *id3Cursor) skip(n int64) bool {
	if !c.unsync {
		c.at += n
		return c.at <= c.end
	}
	for ; n > 0; n-- {
		if _, ok := c.next(); !ok {
			return false
		}
	}
	return true
}

// next returns one byte of an unsynchronised tag.
func (c *id3Cursor) next() (byte, bool) {
	for {
		if len(c.buf) == 0 {
			if c.at >= c.end || c.through > maxUnsyncRead {
				return 0, false
			}
			c.buf = make([]byte, min(c.end-c.at, 32<<10))
			n, _ := c.r.ReadAt(c.buf, c.at)
			if n == 0 {
				return 0, false
			}
			c.buf = c.buf[:n]
			c.at += int64(n)
			c.through += int64(n)
		}
		v := c.buf[0]
		c.buf = c.buf[1:]
		stuffing := c.last == 0xff && v == 0
		c.last = v
		if !stuffing {
			return v, true
		}
	}
}

// frameSize reads the size of a frame of version 2.4, of which the cursor has passed the header. It should be
// synchsafe, but iTunes wrote plain numbers for years: the reading that another frame follows is the right one.
func (c *id3Cursor) frameSize(b []byte) int64 {
	plain := int64(binary.BigEndian.Uint32(b))
	safe, ok := synchsafe(b)
	if !ok {
		return plain
	}
	if safe != plain && !c.frameAt(c.at+safe) && c.frameAt(c.at+plain) {
		return plain
	}
	return safe
}

// frameAt reports whether a frame, padding or the end of the tag is at the given offset.
func (c *id3Cursor) frameAt(at int64) bool {
	if at == c.end {
		return true
	}
	var id [4]byte
	if at > c.end-id3HeaderLen {
		return false
	}
	if _, err := c.r.ReadAt(id[:], at); err != nil {
		return false
	}
	for _, v := range id {
		if (v < 'A' || v > 'Z') && (v < '0' || v > '9') {
			return id == [4]byte{}
		}
	}
	return true
}
