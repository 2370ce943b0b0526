package container

import (
	"encoding/binary"
	"errors"
	"io"
	"math/bits"
	"sort"
)

// libsndfile's own seeking in Vorbis misses by up to some thousand frames (its issue 885), and more in files that were
// cut without re-encoding. So pages are indexed here with the frame that decoding yields first when it begins there:
// the first packet yields nothing, and each further one a quarter of the sum of its own and the last block's length
// (Vorbis I specification, 1.3.2 and 4.3.8). To seek is then to let libsndfile see the headers and the pages from
// there on.

// VorbisIndex knows from which page of a Vorbis stream to decode.
type VorbisIndex struct {
	start int64
	audio int64 // offset of the first page of sound: what is before are headers
	end   int64
	pages []vorbisPage
}

type vorbisPage struct{ off, frame int64 }

const maxSetup = 1 << 20 // bytes of a setup header that are read; real ones have about 4,000

var errVorbis = errors.New("no vorbis stream that can be indexed")

// IndexVorbis walks all pages of the stream in the piece of r. The error says that the stream is damaged in a way that
// leaves only decoding it from the beginning.
func IndexVorbis(r io.ReaderAt, stream Piece) (*VorbisIndex, error) {
	start, end := stream.Off, stream.Off+stream.N
	p := &oggPackets{r: r, at: start, end: end}
	intro, err := p.start()
	if err != nil || len(intro) < 29 {
		return nil, errVorbis
	}
	short, long := 1<<(intro[28]&15), 1<<(intro[28]>>4)
	p.next()
	p.next()
	setup, err := io.ReadAll(io.LimitReader(p, maxSetup))
	if err != nil || len(p.lacing) > 0 {
		return nil, errVorbis
	}
	modes, ok := vorbisModes(setup)
	if !ok {
		return nil, errVorbis
	}
	w := &vorbisWalk{
		window: window{r: r, end: end}, modes: modes, modeBits: bits.Len(uint(len(modes) - 1)),
		blocks: [2]int64{int64(short), int64(long)}, serial: p.serial,
	}
	x := &VorbisIndex{start: start, audio: p.at, end: end}
	w.walk(x)
	return x, nil
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

// vorbisWalk counts frames from page to page.
type vorbisWalk struct {
	window
	modes    []bool
	modeBits int
	blocks   [2]int64
	serial   uint32
	frame    int64 // that the next block yields first
	block    int64 // length of the block whose packet is being read; 0: none
	last     int64 // length of the block before; 0: there was none
	marked   bool  // a page has said what time it is
}

func (w *vorbisWalk) walk(x *VorbisIndex) {
	at := x.audio
	for {
		h := w.bytes(at, oggPageHeader)
		if len(h) < oggPageHeader || string(h[:4]) != "OggS" {
			if at = w.nextPage(at + 1); at < 0 {
				return
			}
			continue
		}
		n, serial, continued := int64(h[26]), binary.LittleEndian.Uint32(h[14:]), h[5]&1 != 0
		granule, over := int64(binary.LittleEndian.Uint64(h[6:])), h[5]&oggLast != 0 // -1: none
		var lacing [255]byte
		copy(lacing[:], w.bytes(at+oggPageHeader, n))
		body := at + oggPageHeader + n
		begins := !continued && serial == w.serial
		var yields int64
		for i := range n {
			if serial == w.serial {
				if !continued {
					w.block = w.packet(body)
				}
				if begins {
					x.pages = append(x.pages, vorbisPage{at, w.frame + w.yields()})
				}
				if lacing[i] < 255 && w.block > 0 {
					yields = w.yields()
					w.frame += yields
					w.last, w.block = w.block, 0
				}
			}
			begins = false
			continued = lacing[i] == 255
			body += int64(lacing[i])
		}
		if granule >= 0 && !over && !w.marked {
			// A stream that was cut begins before time 0. libvorbis drops what is too much when it learns of it: from
			// the last packet of the first page.
			w.frame -= min(max(w.frame-granule, 0), yields)
		}
		w.marked = w.marked || granule >= 0
		at = body
	}
}

// packet returns the length of the block in the packet at the given offset; 0: it holds no sound.
func (w *vorbisWalk) packet(at int64) int64 {
	b := w.bytes(at, 1)
	if len(b) == 0 || b[0]&1 != 0 {
		return 0
	}
	switch mode := int(b[0]>>1) & (1<<w.modeBits - 1); {
	case mode >= len(w.modes):
		return 0
	case w.modes[mode]:
		return w.blocks[1]
	}
	return w.blocks[0]
}

// yields is how many frames the block yields that is being read.
func (w *vorbisWalk) yields() int64 {
	if w.last == 0 || w.block == 0 {
		return 0
	}
	return (w.last + w.block) / 4
}

// nextPage returns the offset of the next page, or -1.
func (w *vorbisWalk) nextPage(at int64) int64 {
	for ; ; at++ {
		if at = w.index(at, w.end, 'O'); at < 0 || string(w.bytes(at, 4)) == "OggS" {
			return at
		}
	}
}

// Before returns what to decode so that frame comes soon, and the frame that it begins with. false: the whole stream.
func (x *VorbisIndex) Before(frame int64) (pieces []Piece, first int64, ok bool) {
	i := sort.Search(len(x.pages), func(i int) bool { return x.pages[i].frame > frame })
	if i <= 1 {
		return nil, 0, false
	}
	page := x.pages[i-1]
	return []Piece{{x.start, x.audio - x.start}, {page.off, x.end - page.off}}, page.frame, true
}
