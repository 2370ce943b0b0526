package audio

/*
#cgo pkg-config: sndfile
// What runs over every sample is vectorised with it, but not with -O2: a third less for a wav.
#cgo CFLAGS: -O3
#include "source.h"
*/
import "C" //nolint:gocritic // cgo imports unsafe, too

import (
	"fmt"
	"io"
	"math"
	"os"
	"sync"
	"syscall"
	"unsafe" //nolint:gocritic // see above

	"earmark/analyzer/audio/container"
)

// LibsndfileVersion names the library that is loaded, such as "libsndfile-1.2.0".
func LibsndfileVersion() string { return C.GoString(C.sf_version_string()) }

// sndfile decodes with libsndfile.
type sndfile struct {
	src      *C.source
	file     *os.File // holds the descriptor that src reads
	channels int
	frames   int64 // as libsndfile says; 0: unknown
	pos      int64
	rate     int
	codec    string
	ogg      bool
	tags     Tags
	whole    *container.Outline // what libsndfile sees of the file
}

// opening keeps one open at a time: libsndfile keeps the reason of a refusal, and libmpg123 its tables, in static
// memory.
var opening sync.Mutex

// openSndfile opens what o lets it see of f, which it closes in the end. f stays open when it fails.
func openSndfile(f *os.File, o *container.Outline) (*sndfile, error) {
	src, info, err := openSource(f, o.Head, o.Pieces)
	if err != nil {
		return nil, err
	}
	s := &sndfile{
		src: src, file: f, whole: o,
		rate: int(info.samplerate), channels: int(info.channels), codec: codecOf(int(info.format)),
		ogg: info.format&C.SF_FORMAT_TYPEMASK == C.SF_FORMAT_OGG,
	}
	if info.frames > 0 && info.frames < math.MaxInt64 {
		s.frames = int64(info.frames)
	}
	s.tags.Fill(Tags{
		Title: s.text(C.SF_STR_TITLE), Artist: s.text(C.SF_STR_ARTIST),
		Album: s.text(C.SF_STR_ALBUM), Comment: s.text(C.SF_STR_COMMENT),
	})
	return s, nil
}

// openSource lets libsndfile open head followed by pieces of f.
func openSource(f *os.File, head []byte, pieces []container.Piece) (*C.source, *C.SF_INFO, error) {
	opening.Lock()
	defer opening.Unlock()
	src := C.source_open(C.int(f.Fd()), unsafe.Pointer(unsafe.SliceData(head)), C.int64_t(len(head)),
		C.int64_t(len(pieces)))
	if src == nil {
		return nil, nil, loadFailed("out of memory")
	}
	for i, p := range pieces {
		C.source_piece(src, C.int64_t(i), C.int64_t(p.Off), C.int64_t(p.N))
	}
	var info C.SF_INFO
	var why [256]C.char
	if C.source_start(src, &info, &why[0], C.size_t(len(why))) == 0 {
		defer C.source_close(src)
		if src.error != 0 {
			return nil, nil, readError(src.error)
		}
		return nil, nil, loadFailed("libsndfile: " + C.GoString(&why[0]))
	}
	return src, &info, nil
}

func (s *sndfile) text(kind C.int) string {
	if t := C.sf_get_string(s.src.snd, kind); t != nil {
		return C.GoString(t)
	}
	return ""
}

func readError(errno C.int) *Error {
	return loadFailed("reading it fails: " + syscall.Errno(errno).Error())
}

// read fills dst as far as there is sound. Its errors are io.EOF and *Error.
func (s *sndfile) read(dst []float32) (int, error) {
	frames := len(dst) / s.channels
	if s.frames > 0 { // a source that begins in the middle may know less of the end
		frames = int(min(int64(frames), s.frames-s.pos))
	}
	if frames <= 0 {
		return 0, io.EOF
	}
	n := s.decode(dst, frames)
	for n < frames && s.codec == "opus" && C.sf_error(s.src.snd) != 0 {
		// A page whose time stamp is early, as ffmpeg writes one after a gap, is an error of one read for libsndfile:
		// one packet is lost (20 ms), and the next read goes on. A real end gives nothing more.
		more := s.decode(dst[n*s.channels:], frames-n)
		if more == 0 {
			break
		}
		n += more
	}
	s.pos += int64(n)
	if n == frames && n == len(dst)/s.channels {
		return n, nil
	}
	wrong := C.sf_error(s.src.snd)
	switch {
	case s.src.error != 0:
		return n, readError(s.src.error)
	case s.src.pos < s.src.size && (wrong != 0 || short(s.pos, s.frames, s.rate)): // not for want of bytes
		why := ""
		if wrong != 0 {
			why = " (" + C.GoString(C.sf_strerror(s.src.snd)) + ")"
		}
		at := float64(s.pos) / float64(s.rate)
		return n, loadFailed(fmt.Sprintf("damaged after %.1f s%s: get an undamaged copy", at, why))
	case s.ogg && s.src.size-s.src.pos > 1<<14: // the last page was of another recording with the same number
		return n, loadFailed("holds several recordings, and libsndfile cannot tell them apart: split it")
	}
	return n, io.EOF
}

// decode reads up to so many frames, at least one, in one call.
func (s *sndfile) decode(dst []float32, frames int) int {
	return int(C.source_frames(s.src, (*C.float)(unsafe.Pointer(&dst[0])), C.int64_t(frames), C.int(s.channels)))
}

// seek makes frame the next one to be read.
func (s *sndfile) seek(frame int64) (int64, error) {
	if s.frames > 0 {
		frame = min(frame, s.frames)
	}
	if !s.jump(frame) {
		// A decoder that met damage may not move any more. A new one does.
		err := s.reopen()
		if err != nil {
			return s.pos, err
		}
		s.pos = 0
		if !s.jump(frame) {
			err := dropFrames(s, s.channels, frame)
			return s.pos, err
		}
	}
	s.pos = frame
	return frame, nil
}

// seekSec is what the slowest of the formats takes, about; most need a tenth of it.
func (s *sndfile) seekSec() float64 { return 1 }

func (s *sndfile) jump(frame int64) bool {
	return int64(C.sf_seek(s.src.snd, C.sf_count_t(frame), C.SF_SEEK_SET)) >= 0
}

// reopen starts a new decoder on the same file.
func (s *sndfile) reopen() error {
	src, _, err := openSource(s.file, s.whole.Head, s.whole.Pieces)
	if err != nil {
		return err
	}
	closeSource(s.src)
	s.src = src
	return nil
}

func (s *sndfile) close() error {
	closeSource(s.src)
	return s.file.Close()
}

func closeSource(src *C.source) {
	opening.Lock()
	defer opening.Unlock()
	C.source_close(src)
}

// codecOf names an encoding of libsndfile as ffmpeg does.
func codecOf(format int) string {
	var big bool
	switch format & C.SF_FORMAT_TYPEMASK {
	case C.SF_FORMAT_FLAC:
		return "flac"
	case C.SF_FORMAT_AIFF, C.SF_FORMAT_AU, C.SF_FORMAT_CAF:
		big = format&C.SF_FORMAT_ENDMASK != C.SF_ENDIAN_LITTLE
	default:
		big = format&C.SF_FORMAT_ENDMASK == C.SF_ENDIAN_BIG
	}
	order := "le"
	if big {
		order = "be"
	}
	if name, ok := codecs[format&C.SF_FORMAT_SUBMASK]; ok {
		return name
	}
	if name, ok := pcm[format&C.SF_FORMAT_SUBMASK]; ok {
		return name + order
	}
	return fmt.Sprintf("libsndfile-%#x", format&C.SF_FORMAT_SUBMASK)
}

var pcm = map[int]string{
	C.SF_FORMAT_PCM_16: "pcm_s16", C.SF_FORMAT_PCM_24: "pcm_s24", C.SF_FORMAT_PCM_32: "pcm_s32",
	C.SF_FORMAT_FLOAT: "pcm_f32", C.SF_FORMAT_DOUBLE: "pcm_f64",
}

var codecs = map[int]string{
	C.SF_FORMAT_PCM_S8: "pcm_s8", C.SF_FORMAT_PCM_U8: "pcm_u8",
	C.SF_FORMAT_ULAW: "pcm_mulaw", C.SF_FORMAT_ALAW: "pcm_alaw",
	C.SF_FORMAT_IMA_ADPCM: "adpcm_ima_wav", C.SF_FORMAT_MS_ADPCM: "adpcm_ms", C.SF_FORMAT_GSM610: "gsm_ms",
	C.SF_FORMAT_VORBIS: "vorbis", C.SF_FORMAT_OPUS: "opus",
	C.SF_FORMAT_ALAC_16: "alac", C.SF_FORMAT_ALAC_20: "alac", C.SF_FORMAT_ALAC_24: "alac", C.SF_FORMAT_ALAC_32: "alac",
	C.SF_FORMAT_MPEG_LAYER_I: "mp1", C.SF_FORMAT_MPEG_LAYER_II: "mp2", C.SF_FORMAT_MPEG_LAYER_III: "mp3",
}
