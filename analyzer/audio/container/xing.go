package container

import (
	"bytes"
	"encoding/binary"
)

// infoFrame is the first frame of an mp3 file that holds no sound but says how much will follow.
type infoFrame struct {
	frames  int64 // that follow; 0: it does not say
	trim    bool  // delay and padding are known
	delay   int   // samples at the beginning that the encoder added
	padding int   // samples at the end that the encoder added
}

// outlineMPEG takes what the walk through an mp3 file found.
func outlineMPEG(o *Outline, w *walk) {
	f := w.first
	o.Sound, o.Pieces, o.Seconds = w.bytes, w.pieces, w.seconds
	o.Bitrate = int(float64(w.bytes)*8/w.seconds + 0.5)
	switch {
	case w.mixed:
		o.Refuse = "its sample rate or channels change on the way"
		return
	case w.broken:
		o.Refuse = "it is damaged throughout"
		return
	case f.layer != 3:
		return
	}
	body := make([]byte, min(f.size, int(w.end-w.from)))
	n, _ := w.r.ReadAt(body, w.from)
	info, found := parseInfoFrame(body[:n], f)
	frames := w.frames
	if found {
		frames--
		o.Sound -= int64(f.size)
		o.Pieces[0].Off += int64(f.size)
		o.Pieces[0].N -= int64(f.size)
	}
	if frames <= 0 {
		o.Pieces, o.Seconds = nil, 0
		return
	}
	agrees := info.frames >= frames-1 && info.frames <= frames+1 // some encoders count the first frame, too
	if !agrees {
		info.padding = 0 // the end that it tells of is not this one
	}
	o.Head = makeInfoFrame(body[:4], f, frames, o.Sound, info)

	promised := info.frames
	if promised == 0 && o.Sound > 0 { // size and bit rate, holes included
		promised = int64(float64(frames) * float64(w.to-w.pieces[0].Off) / float64(o.Sound))
	}
	if promised < frames || agrees {
		promised = frames
	}
	o.Frames = max(promised*int64(f.samples)-int64(info.delay)-int64(info.padding), 1)
	o.Seconds = float64(o.Frames) / float64(f.rate)
}

// parseInfoFrame reads the first frame of a file; false: it holds sound.
func parseInfoFrame(b []byte, f frame) (infoFrame, bool) {
	var info infoFrame
	if len(b) >= 54 && string(b[36:40]) == "VBRI" { // Fraunhofer's, always 32 bytes behind the header
		info.frames = int64(binary.BigEndian.Uint32(b[50:]))
		return info, true
	}
	b = b[min(4+f.side, len(b)):]
	if len(b) < 8 || string(b[:4]) != "Xing" && string(b[:4]) != "Info" {
		return info, false
	}
	flags := binary.BigEndian.Uint32(b[4:])
	b = b[8:]
	field := func(bit uint32, n int) []byte {
		if flags&bit == 0 || len(b) < n {
			return nil
		}
		v := b[:n]
		b = b[n:]
		return v
	}
	if v := field(1, 4); v != nil {
		info.frames = int64(binary.BigEndian.Uint32(v))
	}
	field(2, 4)   // bytes
	field(4, 100) // table of contents
	field(8, 4)   // quality
	const lameDelay = 21
	if len(b) >= lameDelay+3 && b[0] != 0 {
		v := b[lameDelay:]
		info.trim = true
		info.delay, info.padding = int(v[0])<<4|int(v[1])>>4, int(v[1]&15)<<8|int(v[2])
	}
	return info, true
}

// makeInfoFrame builds a frame that tells the truth: how many frames follow, and what of them is not sound.
func makeInfoFrame(header []byte, f frame, frames, size int64, info infoFrame) []byte {
	h := bytes.Clone(header)
	h[1] |= 1    // no checksum
	h[2] &= 0xfd // no padding
	const need = 4 + 32 + 40
	for rate := range byte(15) {
		h[2] = h[2]&0x0f | rate<<4
		if g, ok := parseMPEG(h); ok && g.size >= need {
			f.size = g.size
			break
		}
	}
	b := make([]byte, max(f.size, need))
	copy(b, h)
	x := b[4+f.side:]
	copy(x, "Xing")
	binary.BigEndian.PutUint32(x[4:], 3)
	binary.BigEndian.PutUint32(x[8:], uint32(frames))              // at most a file's bytes / 24
	binary.BigEndian.PutUint32(x[12:], uint32(size+int64(len(b)))) // only a hint above 4 GB
	if info.trim {
		copy(x[16:], "LAME3.100")
		x[37] = byte(info.delay >> 4)
		x[38] = byte(info.delay<<4) | byte(info.padding>>8)
		x[39] = byte(info.padding)
	}
	return b
}
