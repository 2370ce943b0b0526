package audio

/*
#cgo pkg-config: ogg vorbis opus
#include "ogg.h"
*/
import "C" //nolint:gocritic // cgo imports unsafe, too

import (
	"io"
	"math"
	"os"
	"unsafe" //nolint:gocritic // see above

	"earmark/analyzer/audio/container"
)

// OggVersions names the libraries that are loaded, such as "Xiph.Org libVorbis 1.3.7, libopus 1.3.1".
func OggVersions() string {
	return C.GoString(C.vorbis_version_string()) + ", " + C.GoString(C.opus_get_version_string())
}

// ogg decodes Vorbis and Opus in Ogg with the libraries of their makers. libsndfile uses the same ones, but seeks past
// the place in Vorbis, and takes three times as long for Opus on a virtual machine.
type ogg struct {
	dec      *C.ogg_decoder
	file     *os.File // holds the descriptor that dec reads
	stream   container.Piece
	rate     int
	channels int
	codec    string
	frames   int64 // as the time stamps say; 0: they do not
	pos      int64
	index    *container.OggIndex // made by the first seek
}

// openOgg opens the stream that o tells of, and owns f from then on; f stays open when it fails.
func openOgg(f *os.File, o *container.Outline) (*ogg, error) {
	d := &ogg{file: f, stream: o.Pieces[0], codec: "vorbis"}
	err := d.start()
	if err != nil {
		return nil, err
	}
	d.rate, d.channels = int(d.dec.rate), int(d.dec.channels)
	if d.dec.opus != nil {
		d.codec = "opus"
	}
	if o.Cut || o.Seconds <= 0 {
		return d, nil
	}
	shift := int64(0)
	if x, damaged := container.IndexOgg(f, d.stream, false); damaged == nil {
		shift = x.Shift
	}
	d.frames = max(int64(math.Round(o.Seconds*float64(d.rate)))-max(shift, 0), 0)
	return d, nil
}

// start opens the stream at its beginning.
func (d *ogg) start() error {
	var why *C.char
	from, end := C.int64_t(d.stream.Off), C.int64_t(d.stream.Off+d.stream.N)
	dec := C.ogg_open(C.int(d.file.Fd()), from, end, &why) //nolint:gocritic // a false alarm in what cgo makes of it
	if dec == nil {
		return loadFailed(C.GoString(why))
	}
	if d.dec != nil {
		C.ogg_close(d.dec)
	}
	d.dec, d.pos = dec, 0
	return nil
}

// read fills dst as far as there is sound. Its errors are io.EOF and *Error.
func (d *ogg) read(dst []float32) (int, error) {
	frames := len(dst) / d.channels
	if d.ends() {
		frames = int(min(int64(frames), d.frames-d.pos))
	}
	n := 0
	if frames > 0 {
		n = int(C.ogg_frames(d.dec, (*C.float)(unsafe.Pointer(&dst[0])), C.int64_t(frames)))
		d.pos += int64(n)
	}
	if n == len(dst)/d.channels {
		return n, nil
	}
	left := 0
	if d.ends() && d.pos == d.frames {
		left = int(C.ogg_skip(d.dec))
	}
	switch {
	case d.dec.error != 0:
		return n, readError(d.dec.error)
	case d.dec.again != 0 || left > pageBytes: // or its time begins anew
		return n, loadFailed("holds several recordings, one after the other: split it")
	}
	return n, io.EOF
}

// pageBytes is what a page holds at the most, which is as much as a cut can leave behind the end.
const pageBytes = 255 * 255

// ends reports whether the time stamps tell where the sound ends. Vorbis that was cut without re-encoding begins before
// its time 0 and goes on for as long behind its end; it is heard from the beginning, as libsndfile does it. Opus is
// heard as a whole, as ffmpeg does it.
func (d *ogg) ends() bool { return d.frames > 0 && d.dec.opus == nil }

// seek makes frame the next one to be read.
func (d *ogg) seek(frame int64) (int64, error) {
	if ahead := frame - d.pos; ahead < 0 || ahead > int64(d.rate) {
		if err := d.jump(frame); err != nil {
			return d.pos, err
		}
	}
	err := dropFrames(d, d.channels, frame-d.pos)
	return d.pos, err
}

// jump goes to a page shortly before frame.
func (d *ogg) jump(frame int64) error {
	if d.index == nil {
		var err error
		if d.index, err = container.IndexOgg(d.file, d.stream, true); err != nil {
			d.index = &container.OggIndex{} // every seek decodes from the beginning: slow, but right
		}
	}
	off, first, ok := d.index.Before(frame)
	if !ok {
		return d.start()
	}
	C.ogg_jump(d.dec, C.int64_t(off))
	d.pos = first
	return nil
}

// seekSec is a page and the run-up of opus, about.
func (d *ogg) seekSec() float64 { return 1 }

func (d *ogg) close() error {
	C.ogg_close(d.dec)
	return d.file.Close()
}
