package container

import (
	"bytes"
	"io"
)

const (
	maxLeadIn  = 1 << 20 // junk before the first frame that is searched
	sureFrames = 4       // that many frames in a row are no accident
	maxPieces  = 10_000
)

// outlineFrames finds a row of frames after junk of up to maxLeadIn; false: there is none.
func outlineFrames(o *Outline, r io.ReaderAt, start, end int64) (Format, bool) {
	if readID3v1(r, end, &o.Tags) {
		end -= 128
	}
	for _, parse := range []func([]byte) (frame, bool){parseMPEG, parseADTS} {
		w := &walk{window: window{r: r, end: end}, parse: parse}
		at, ok := w.find(start, min(end, start+maxLeadIn))
		if !ok {
			continue
		}
		w.walk(at)
		if w.first.layer == 0 {
			o.Sound, o.Seconds = w.bytes, w.seconds
			return Format{"aac stream", "aac", false, nil}, true
		}
		outlineMPEG(o, w)
		return Format{"mp3 file", "mp3", true, nil}, true
	}
	return Format{}, false
}

// walk counts the frames of a file.
type walk struct {
	window
	parse   func([]byte) (frame, bool)
	first   frame
	from    int64 // offset of the first frame
	to      int64 // offset behind the last
	frames  int64
	bytes   int64   // of all frames
	seconds float64 // of all frames, each at its own rate
	pieces  []Piece
	mixed   bool // rate or channels change on the way
	broken  bool // more holes than anybody wants to follow
}

// find returns the first offset from which frames follow one another, or end in the end of the file.
func (w *walk) find(from, to int64) (int64, bool) {
	for at := from; at < to; at++ {
		at = w.index(at, to, 0xff)
		if at < 0 {
			return 0, false
		}
		if f, ok := w.parse(w.at(at)); ok && w.chain(at, f.kind, sureFrames, at == from) {
			return at, true
		}
	}
	return 0, false
}

// chain reports whether n frames of one kind stand at the given offset. Fewer do where they end with the file, when
// short says so.
func (w *walk) chain(at int64, kind uint32, n int, short bool) bool {
	for range n {
		if at == w.end && short {
			return true
		}
		f, ok := w.parse(w.at(at))
		if !ok || f.kind != kind {
			return false
		}
		at += int64(f.size)
	}
	return true
}

// walk goes from the frame at the given offset to the end of the file, over holes.
func (w *walk) walk(at int64) {
	w.first, _ = w.parse(w.at(at))
	w.from = at
	for at < w.end {
		f, ok := w.parse(w.at(at))
		if ok && f.kind != w.first.kind {
			ok = w.chain(at, f.kind, sureFrames, true)
			w.mixed = w.mixed || ok
		}
		if !ok {
			if at, ok = w.resync(at + 1); !ok {
				return
			}
			continue
		}
		size := int64(f.size)
		if at+size > w.end {
			return // torn
		}
		w.add(at, size)
		w.frames++
		w.bytes += size
		w.seconds += float64(f.samples) / float64(f.rate)
		at += size
		w.to = at
	}
}

func (w *walk) add(at, size int64) {
	if n := len(w.pieces); n > 0 && w.pieces[n-1].Off+w.pieces[n-1].N == at {
		w.pieces[n-1].N += size
		return
	}
	if len(w.pieces) == maxPieces {
		w.broken = true
		return
	}
	w.pieces = append(w.pieces, Piece{at, size})
}

// resync returns the next offset at which frames of the same kind follow, or surely some of another kind.
func (w *walk) resync(at int64) (int64, bool) {
	for ; ; at++ {
		if at = w.index(at, w.end, 0xff); at < 0 {
			return 0, false
		}
		f, ok := w.parse(w.at(at))
		if !ok {
			continue
		}
		n := sureFrames
		if f.kind == w.first.kind {
			n = 2
		}
		if w.chain(at, f.kind, n, true) {
			return at, true
		}
	}
}

// window reads a file in large blocks.
type window struct {
	r     io.ReaderAt
	end   int64
	buf   []byte
	bufAt int64
}

const windowLen = 256 << 10

// at returns the bytes of a frame header at the given offset, fewer at the end of the file.
func (w *window) at(off int64) []byte { return w.bytes(off, frameHeaderLen) }

// bytes returns up to n bytes at the given offset, fewer at the end of the file. They are valid until the next call.
func (w *window) bytes(off, n int64) []byte {
	n = min(n, w.end-off)
	if n <= 0 {
		return nil
	}
	if off < w.bufAt || off+n > w.bufAt+int64(len(w.buf)) {
		w.load(off)
	}
	b := w.buf[min(int64(len(w.buf)), off-w.bufAt):]
	return b[:min(int64(len(b)), n)]
}

func (w *window) load(off int64) {
	if w.buf == nil {
		w.buf = make([]byte, windowLen)
	}
	w.buf = w.buf[:min(windowLen, w.end-off)]
	n, _ := w.r.ReadAt(w.buf, off)
	w.buf, w.bufAt = w.buf[:n], off
}

// index returns the offset of the next byte c in [from, to), or -1.
func (w *window) index(from, to int64, c byte) int64 {
	for from < to {
		if w.at(from) == nil {
			return -1
		}
		b := w.buf[min(int64(len(w.buf)), from-w.bufAt):]
		if len(b) == 0 {
			return -1
		}
		b = b[:min(int64(len(b)), to-from)]
		if i := bytes.IndexByte(b, c); i >= 0 {
			return from + int64(i)
		}
		from += int64(len(b))
	}
	return -1
}
