package container

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math/bits"
	"sort"
)

// Time stamps of Ogg pages are no good for seeking: files that were cut without re-encoding state times of what they
// were cut from, and libsndfile, which goes by them, misses by up to some thousand frames (its issue 885). So pages are
// indexed here with the frame that decoding yields first when it begins there.
//
// Vorbis: the first packet yields nothing, and each further one a quarter of the sum of its own and the last block's
// length (Vorbis I specification, 1.3.2 and 4.3.8). Opus: each packet says how long it is (RFC 6716, section 3.1).

// OggIndex knows from which page of a Vorbis or Opus stream to decode.
type OggIndex struct {
	Shift int64 // what the time stamps are ahead of the frames that are counted
	runUp int64 // frames that are not yet right where decoding begins in the middle
	pages []oggPage
}

// oggPage is a page that begins with a new packet, and the frame that decoding yields first when it begins there.
type oggPage struct{ off, frame int64 }

const (
	maxSetup = 1 << 20 // bytes of a setup header that are read; real ones have about 4,000

	// opusRunUp is how long an Opus decoder runs until its sound is the same, in frames. RFC 7845, section 4.6, asks
	// for 80 ms at least; then real music still differs by up to 0.03, and after half a second by less than 1e-5.
	opusRunUp = 24000
)

var errNoIndex = errors.New("no stream that can be indexed")

// IndexOgg walks the pages of the stream in the piece of r: all of them, or, for the Shift alone, until one tells the
// time. The error says that the headers are damaged, or of neither kind.
func IndexOgg(r io.ReaderAt, stream Piece, all bool) (*OggIndex, error) {
	end := stream.Off + stream.N
	p := &oggPackets{r: r, at: stream.Off, end: end}
	intro, err := p.start()
	if err != nil {
		return nil, errNoIndex
	}
	x, w := &OggIndex{}, &oggWalk{window: window{r: r, end: end}, serial: p.serial}
	switch {
	case bytes.HasPrefix(intro, []byte("OpusHead")) && len(intro) >= 12:
		p.next()
		p.discard(maxOggHeader)
		x.Shift, x.runUp = int64(binary.LittleEndian.Uint16(intro[10:])), opusRunUp
		w.packet, w.frame = opusFrames, -x.Shift
	case len(intro) >= 29:
		p.next()
		p.next()
		setup, err := io.ReadAll(io.LimitReader(p, maxSetup))
		modes, ok := vorbisModes(setup)
		if err != nil || !ok {
			return nil, errNoIndex
		}
		v := &vorbisBlocks{modes: modes, modeBits: bits.Len(uint(len(modes) - 1))}
		v.length = [2]int64{1 << (intro[28] & 15), 1 << (intro[28] >> 4)}
		w.packet, w.lapped = v.frames, true
	default:
		return nil, errNoIndex
	}
	if p.several || len(p.lacing) > 0 {
		return nil, errNoIndex
	}
	w.walk(x, p.at, all)
	return x, nil
}

// oggWalk counts frames from page to page.
type oggWalk struct {
	window
	serial uint32
	frame  int64                   // that the next packet yields first
	packet func(head []byte) int64 // how many frames a packet yields that begins so
	lapped bool                    // the first packet of all yields nothing
}

func (w *oggWalk) walk(x *OggIndex, at int64, all bool) {
	var frames int64 // of the packet that is being read
	marked := false  // a page has said what time it is
	for {
		h := w.bytes(at, oggPageHeader)
		if len(h) < oggPageHeader || string(h[:4]) != "OggS" {
			if at = w.nextPage(at + 1); at < 0 {
				return
			}
			continue
		}
		n, mine, continued := int64(h[26]), binary.LittleEndian.Uint32(h[14:]) == w.serial, h[5]&1 != 0
		granule, over := int64(binary.LittleEndian.Uint64(h[6:])), h[5]&oggLast != 0 // -1: none
		var lacing [255]byte
		copy(lacing[:], w.bytes(at+oggPageHeader, n))
		body := at + oggPageHeader + n
		begins, last := !continued, int64(0)
		for i := range n {
			if mine && !continued {
				frames = w.packet(w.bytes(body, 2))
			}
			if mine && begins {
				first := w.frame
				if w.lapped {
					first += frames
				}
				x.pages = append(x.pages, oggPage{at, first})
			}
			begins, continued = false, lacing[i] == 255
			if mine && !continued {
				w.frame += frames
				last, frames = frames, 0
			}
			body += int64(lacing[i])
		}
		if mine && granule >= 0 && !over && !marked {
			marked = true
			w.mark(x, granule, last)
			if !all {
				return
			}
		}
		at = body
	}
}

// mark takes the first time stamp; last is what the last packet before it has yielded.
func (w *oggWalk) mark(x *OggIndex, granule, last int64) {
	if w.lapped {
		// A stream that was cut begins before time 0. libvorbis drops what is too much when it learns of it: from the
		// last packet of the first page.
		w.frame -= min(max(w.frame-granule, 0), last)
	}
	x.Shift = granule - w.frame
}

// opusFrames is the length of a packet by its first two bytes.
func opusFrames(head []byte) int64 {
	if len(head) == 0 {
		return 0
	}
	var length int64
	switch config := head[0] >> 3; {
	case config < 12:
		length = []int64{480, 960, 1920, 2880}[config&3]
	case config < 16:
		length = 480 << (config & 1)
	default:
		length = 120 << (config & 3)
	}
	switch code := head[0] & 3; {
	case code == 0:
		return length
	case code < 3:
		return 2 * length
	case len(head) > 1:
		return int64(head[1]&63) * length
	}
	return 0
}

// vorbisBlocks knows the lengths of blocks.
type vorbisBlocks struct {
	modes    []bool // whether the blocks of a mode are long
	modeBits int
	length   [2]int64 // of short and of long blocks
	last     int64    // length of the block before; 0: there was none
}

// frames is what a packet yields by its first byte; 0, where it holds no sound.
func (v *vorbisBlocks) frames(head []byte) int64 {
	if len(head) == 0 || head[0]&1 != 0 {
		return 0
	}
	mode := int(head[0]>>1) & (1<<v.modeBits - 1)
	if mode >= len(v.modes) {
		return 0
	}
	block := v.length[0]
	if v.modes[mode] {
		block = v.length[1]
	}
	yields := (v.last + block) / 4
	if v.last == 0 {
		yields = 0
	}
	v.last = block
	return yields
}

// vorbisModes returns for each mode of a setup header whether its blocks are long. The modes stand at the end, after
// codebooks that need not be understood: read backwards, each has 8 bits of mapping and 32 zeros before its flag, and
// before the first stands their number.
func vorbisModes(setup []byte) ([]bool, bool) {
	at := len(setup) * 8 // bits; Vorbis fills bytes from the lowest bit
	back := func(n int) int {
		v := 0
		for range n {
			at--
			v = v<<1 | int(setup[at/8]>>(at%8)&1)
		}
		return v
	}
	framed := false
	for at > 0 && !framed {
		framed = back(1) == 1
	}
	var modes, found []bool
	for at >= 97 && len(modes) < 64 {
		if back(8) > 63 || back(16) != 0 || back(16) != 0 {
			break
		}
		modes = append(modes, back(1) == 1)
		here := at
		if back(6)+1 == len(modes) {
			found = append(found[:0], modes...)
		}
		at = here
	}
	for i, j := 0, len(found)-1; i < j; i, j = i+1, j-1 {
		found[i], found[j] = found[j], found[i]
	}
	return found, len(found) > 0
}

// nextPage returns the offset of the next page, or -1.
func (w *oggWalk) nextPage(at int64) int64 {
	for ; ; at++ {
		if at = w.index(at, w.end, 'O'); at < 0 || string(w.bytes(at, 4)) == "OggS" {
			return at
		}
	}
}

// Before returns the offset of the page to decode from so that frame comes soon and is right, and the frame that
// decoding yields first there; false: it has to begin with the stream.
func (x *OggIndex) Before(frame int64) (off, first int64, ok bool) {
	// How much of the last page is to be heard follows from its time stamp and from that of the page before.
	i := sort.Search(max(len(x.pages)-1, 0), func(i int) bool { return x.pages[i].frame+x.runUp > frame })
	if i <= 1 {
		return 0, 0, false
	}
	page := x.pages[i-1]
	return page.off, page.frame, true
}
