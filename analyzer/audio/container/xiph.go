package container

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
)

const (
	maxOggHeader  = 64 << 20 // the decoders keep a packet in memory, pictures and all
	oggPageHeader = 27
	oggPageMax    = oggPageHeader + 255 + 255*255
	flacComment   = 4
	maxFLACBlocks = 1024
	oggFirst      = 2
	oggLast       = 4
)

// opusRate is what every Opus stream is counted in, in Hz.
const opusRate = 48000

// outlineFLAC walks the blocks before the first frame (xiph.org/flac/format.html).
func outlineFLAC(o *Outline, r io.ReaderAt, start, end int64) {
	at := start + 4
	for range maxFLACBlocks {
		var h [4]byte
		if _, err := r.ReadAt(h[:], at); err != nil {
			return
		}
		at += int64(len(h))
		n := int64(h[1])<<16 | int64(h[2])<<8 | int64(h[3])
		if h[0]&0x7f == flacComment {
			readComments(io.NewSectionReader(r, at, min(n, max(end-at, 0))), &o.Tags)
		}
		at += n
		if h[0]&0x80 != 0 { // the last one
			o.Sound = max(end-at, 0)
			return
		}
	}
}

// outlineOgg looks at the first packets and at the last page (RFC 3533).
func outlineOgg(o *Outline, r io.ReaderAt, start, end int64) {
	p := &oggPackets{r: r, at: start, end: end}
	intro, err := p.start()
	if err != nil {
		o.Refuse = "its first page is damaged"
		return
	}
	var mark string // before the comments
	var rate uint32 // of granules
	switch {
	case bytes.HasPrefix(intro, []byte("\x01vorbis")) && len(intro) >= 16:
		mark, rate = "\x03vorbis", binary.LittleEndian.Uint32(intro[12:])
		o.Vorbis = true
	case bytes.HasPrefix(intro, []byte("OpusHead")):
		mark, rate = "OpusTags", opusRate
		// The channels, and how they are mapped: one or two need no table (RFC 7845, section 5.1).
		o.Opus = len(intro) >= 19 && intro[9] <= 2 && intro[18] == 0
	case bytes.HasPrefix(intro, []byte("\x7fFLAC")):
		mark = "\x84\x00\x00\x00" // the header of a block
	default: // speex, a film …
		o.Refuse = "it does not begin with Vorbis, Opus or FLAC"
		return
	}
	p.next()
	p.discard(int64(len(mark)))
	readComments(p, &o.Tags)
	p.discard(maxOggHeader)
	if p.several {
		o.Refuse = severalStreams
		return
	}
	if p.read > maxOggHeader {
		o.Refuse = "its tags are larger than 64 MB"
		return
	}
	o.Sound = max(end-p.at, 0)
	granule := o.lastPage(r, start, end, p.serial)
	if rate > 0 && granule > 0 {
		o.Seconds = float64(granule) / float64(rate)
	}
}

// lastPage looks for the last page: torn, the file ends too early; of another stream, there are several recordings.
// It returns the time that the page states, in samples.
func (o *Outline) lastPage(r io.ReaderAt, start, end int64, serial uint32) (granule int64) {
	from := max(start, end-2*oggPageMax)
	tail := make([]byte, end-from)
	n, _ := r.ReadAt(tail, from)
	tail = tail[:n]
	for i := len(tail); i > 0; {
		if i = bytes.LastIndex(tail[:i], []byte("OggS")); i < 0 {
			return 0
		}
		page := tail[i:]
		if len(page) >= 5 && page[4] != 0 {
			continue // no page, only letters
		}
		length, whole := oggPageLen(page)
		if !whole || length > len(page) {
			o.Cut = true
			continue // the page before says what stream it is
		}
		if binary.LittleEndian.Uint32(page[14:]) != serial {
			o.Refuse, o.Unsure = severalStreams, true
			return 0
		}
		if page[5]&oggLast != 0 {
			o.Cut = false // the stream says itself that it is over
		}
		return int64(binary.LittleEndian.Uint64(page[6:])) // negative means none
	}
	return 0
}

// oggPageLen returns the length of a page in bytes; false: not even its header is there.
func oggPageLen(page []byte) (int, bool) {
	if len(page) < oggPageHeader || len(page) < oggPageHeader+int(page[26]) {
		return 0, false
	}
	n := oggPageHeader + int(page[26])
	for _, lace := range page[oggPageHeader:n] {
		n += int(lace)
	}
	return n, true
}

// oggPackets reads packets of one stream, one at a time, without keeping them.
type oggPackets struct {
	r      io.ReaderAt
	at     int64 // offset of what is read next
	end    int64
	begun  bool // the first page is read
	serial uint32
	lacing []byte // segments of the page that are left
	run    int    // bytes left until the packet ends or the lacing has to be asked
	over   bool   // the packet ends with run
	read   int64  // bytes of the packet so far

	several bool // pages of another stream stand between
}

const severalStreams = "it holds several streams"

var errOgg = errors.New("no ogg page")

// start reads the beginning of the first packet.
func (p *oggPackets) start() ([]byte, error) {
	if err := p.page(); err != nil {
		return nil, err
	}
	intro := make([]byte, 64)
	n, err := io.ReadFull(p, intro)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, errOgg
	}
	return intro[:n], nil
}

// next goes on to the packet after this one.
func (p *oggPackets) next() {
	p.discard(maxOggHeader)
	p.over, p.read = false, 0
}

// page reads the header of the page at p.at.
func (p *oggPackets) page() error {
	h := make([]byte, oggPageHeader+255)
	n, _ := p.r.ReadAt(h[:min(int64(len(h)), max(p.end-p.at, 0))], p.at)
	h = h[:n]
	if len(h) < oggPageHeader || string(h[:4]) != "OggS" || len(h) < oggPageHeader+int(h[26]) {
		return errOgg
	}
	serial := binary.LittleEndian.Uint32(h[14:])
	if p.begun && (serial != p.serial || h[5]&oggFirst != 0) {
		p.several = true
		return errOgg
	}
	p.begun, p.serial = true, serial
	p.lacing = h[oggPageHeader : oggPageHeader+int(h[26])]
	p.at += oggPageHeader + int64(h[26])
	return nil
}

// Read reads the packet, over page ends; io.EOF at its end.
func (p *oggPackets) Read(b []byte) (int, error) {
	for p.run == 0 {
		if p.over || p.read > maxOggHeader {
			return 0, io.EOF
		}
		if len(p.lacing) == 0 {
			if err := p.page(); err != nil {
				return 0, err
			}
			continue
		}
		for len(p.lacing) > 0 && !p.over {
			p.run += int(p.lacing[0])
			p.over = p.lacing[0] < 255
			p.lacing = p.lacing[1:]
		}
	}
	n, err := p.r.ReadAt(b[:min(len(b), p.run)], p.at)
	p.at += int64(n)
	p.run -= n
	p.read += int64(n)
	if n > 0 {
		err = nil
	}
	return n, err
}

func (p *oggPackets) discard(n int64) { _, _ = io.CopyN(io.Discard, p, n) }
