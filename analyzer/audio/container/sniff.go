package container

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf8"
)

// Format is a kind of file that holds sound.
type Format struct {
	Name    string // for messages, such as "flac file"
	Demuxer string // ffmpeg's name of it, so that ffmpeg does not guess
	Sndfile bool   // libsndfile, or a library below it, is asked first

	outline func(o *Outline, r io.ReaderAt, start, end int64) // offsets in the file; nil: nothing to learn
}

// Outline is what a container says before anything is decoded, and which bytes of it the decoder gets to see.
type Outline struct {
	Tags    Tags
	Head    []byte  // a header of our making that the decoder reads first
	Pieces  []Piece // what it reads of the file, in order
	Sound   int64   // bytes of sound, without tags and pictures; 0: unknown
	Claimed int64   // bytes of sound that a header claims; 0: it does not say
	Frames  int64   // frames that a header promises at the file's rate; 0: it does not say
	Seconds float64 // the same as a duration, where the rate of what is decoded can differ
	Bitrate int     // bit/s; 0: from sound and duration
	Vorbis  bool    // a Vorbis stream in Ogg
	Opus    bool    // a plain Opus stream in Ogg, of one channel or two
	Cut     bool    // the last page is torn: the end is missing
	Unsure  bool    // nobody knows how long it is: ffprobe would guess
	Refuse  string  // why only ffmpeg may be asked; empty: the libraries may, too
}

// Piece is a range of a file in bytes.
type Piece struct{ Off, N int64 }

const sniffLen = 4096

// magic is a mark near the beginning of a file.
type magic struct {
	at   int64
	mark string
}

// sounds are the formats by their marks; a format with several marks needs all of them. What has no mark, mp3 and aac,
// is found by its frames.
var sounds = []struct {
	marks []magic
	Format
}{
	{[]magic{{0, "RIFF"}, {8, "WAVE"}}, Format{"wav file", "wav", true, outlineChunks}},
	{[]magic{{0, "RIFX"}, {8, "WAVE"}}, Format{"wav file", "wav", true, outlineChunks}},
	{[]magic{{0, "RF64"}, {8, "WAVE"}}, Format{"wav file (RF64)", "wav", true, outlineChunks}},
	{[]magic{{0, "BW64"}, {8, "WAVE"}}, Format{"wav file (BW64)", "wav", true, outlineChunks}},
	{[]magic{{0, "riff\x2e\x91\xcf\x11"}}, Format{"wav file (W64)", "w64", true, outlineChunks}},
	{[]magic{{0, "FORM"}, {8, "AIFF"}}, Format{"aiff file", "aiff", true, outlineChunks}},
	{[]magic{{0, "FORM"}, {8, "AIFC"}}, Format{"aiff file", "aiff", true, outlineChunks}},
	{[]magic{{0, "caff"}}, Format{"caf file", "caf", true, outlineChunks}},
	{[]magic{{0, "fLaC"}}, Format{"flac file", "flac", true, outlineFLAC}},
	{[]magic{{0, "OggS"}}, Format{"ogg file", "ogg", true, outlineOgg}},
	{[]magic{{0, ".snd"}}, Format{"au file", "au", true, nil}},
	{[]magic{{0, "Creative Voice File"}}, Format{"voc file", "voc", true, nil}},
	{[]magic{{4, "ftyp"}}, Format{"mp4 file", "mov", false, nil}},
	{[]magic{{4, "moov"}}, Format{"mp4 file", "mov", false, nil}},
	{[]magic{{4, "mdat"}}, Format{"mp4 file", "mov", false, nil}},
	{[]magic{{0, "\x1aE\xdf\xa3"}}, Format{"Matroska or WebM file", "matroska", false, nil}},
	{[]magic{{0, "0&\xb2u\x8ef\xcf\x11"}}, Format{"Windows Media file", "asf", false, nil}},
	{[]magic{{0, "RIFF"}, {8, "AVI "}}, Format{"AVI film", "avi", false, nil}},
	{[]magic{{0, "FLV\x01"}}, Format{"Flash film", "flv", false, nil}},
	{[]magic{{0, "\x00\x00\x01\xba"}}, Format{"MPEG film", "mpeg", false, nil}},
	{[]magic{{0, "G"}, {188, "G"}, {376, "G"}, {564, "G"}}, Format{"MPEG transport stream", "mpegts", false, nil}},
	{[]magic{{0, "wvpk"}}, Format{"WavPack file", "wv", false, nil}},
	{[]magic{{0, "MAC "}}, Format{"Monkey's Audio file", "ape", false, nil}},
	{[]magic{{0, "TTA1"}}, Format{"TTA file", "tta", false, nil}},
	{[]magic{{0, "MPCK"}}, Format{"Musepack file", "mpc8", false, nil}},
	{[]magic{{0, "MP+"}}, Format{"Musepack file", "mpc", false, nil}},
	{[]magic{{0, "DSD "}, {28, "fmt "}}, Format{"DSD file", "dsf", false, nil}},
	{[]magic{{0, "FRM8"}, {12, "DSD "}}, Format{"DSD file", "iff", false, nil}},
	{[]magic{{0, "#!AMR"}}, Format{"AMR file", "amr", false, nil}},
}

// strangers are files that hold no sound, and what to do with them.
var strangers = []struct {
	magic
	name, advice string
}{
	{magic{0, "\x89PNG\r\n"}, "a PNG picture", ""},
	{magic{0, "\xff\xd8\xff"}, "a JPEG picture", ""},
	{magic{0, "GIF8"}, "a GIF picture", ""},
	{magic{8, "WEBPVP"}, "a WebP picture", ""},
	{magic{4, "ftypheic"}, "a HEIC picture", ""},
	{magic{4, "ftypavif"}, "an AVIF picture", ""},
	{magic{0, "II*\x00"}, "a TIFF picture", ""},
	{magic{0, "MM\x00*"}, "a TIFF picture", ""},
	{magic{0, "%PDF-"}, "a PDF document", ""},
	{magic{0, "PK\x03\x04"}, "a ZIP archive", "unpack it first"},
	{magic{0, "Rar!\x1a"}, "a RAR archive", "unpack it first"},
	{magic{0, "7z\xbc\xaf"}, "a 7z archive", "unpack it first"},
	{magic{0, "\x1f\x8b\x08"}, "gzip-compressed data", "unpack it first"},
	{magic{0, "BZh"}, "bzip2-compressed data", "unpack it first"},
	{magic{0, "\xfd7zXZ"}, "xz-compressed data", "unpack it first"},
	{magic{0, "\x28\xb5\x2f\xfd"}, "zstd-compressed data", "unpack it first"},
	{magic{257, "ustar"}, "a tar archive", "unpack it first"},
	{magic{0, "MThd"}, "a MIDI file, notes without sound", "render it to wav"},
	{magic{0, "IMPM"}, "a tracker module", "render it to wav"},
	{magic{0, "Extended Module:"}, "a tracker module", "render it to wav"},
	{magic{0, "SQLite format 3"}, "an SQLite database", ""},
	{magic{0, "\x7fELF"}, "a program", ""},
	{magic{0, "MZ\x90"}, "a program", ""},
	{magic{0, "#EXTM3U"}, "a playlist", "name the files, or give the playlist as such"},
	{magic{0, "[playlist]"}, "a playlist", "name the files, or give the playlist as such"},
}

// Sniff finds the format of a file by its content and walks the container. size is the length of r in bytes. Its errors
// are [NotSoundError].
func Sniff(r io.ReaderAt, size int64) (Format, *Outline, error) {
	o := &Outline{}
	start := readID3v2(r, size, &o.Tags)
	if start >= size {
		return Format{}, nil, NotSoundError("holds tags and no sound: get a complete copy")
	}
	head := make([]byte, sniffLen)
	n, err := r.ReadAt(head, start)
	if n == 0 {
		if cause := errors.Unwrap(err); cause != nil {
			err = cause // the path is not ours to tell
		}
		return Format{}, nil, NotSoundError("reading it fails: " + err.Error())
	}
	head = head[:n]
	for _, s := range strangers {
		if s.in(head) {
			return Format{}, nil, stranger(s.name, s.advice)
		}
	}
	for _, s := range sounds {
		if !matches(head, s.marks) {
			continue
		}
		o.Pieces = []Piece{{start, size - start}}
		o.Sound = size - start
		if s.outline != nil {
			s.outline(o, r, start, size)
		}
		return s.Format, o, nil
	}
	if f, ok := outlineFrames(o, r, start, size); ok {
		return f, o, nil
	}
	name, advice := describe(head)
	return Format{}, nil, stranger(name, advice)
}

func (m magic) in(head []byte) bool {
	return int64(len(head)) >= m.at && bytes.HasPrefix(head[m.at:], []byte(m.mark))
}

func matches(head []byte, marks []magic) bool {
	for _, m := range marks {
		if !m.in(head) {
			return false
		}
	}
	return true
}

// NotSoundError is the error of a file that holds no sound: what it is and what to do, not cleaned.
type NotSoundError string

func (e NotSoundError) Error() string { return string(e) }

func stranger(name, advice string) NotSoundError {
	if advice != "" {
		advice = ": " + advice
	}
	return NotSoundError("this is " + name + ", not sound" + advice)
}

// describe names what has no mark, by how its bytes look.
func describe(head []byte) (name, advice string) {
	const again = "if it should be music, get it again"
	text := bytes.TrimLeft(head, "\xef\xbb\xbf \t\r\n")
	switch {
	case len(bytes.Trim(head, "\x00")) == 0:
		return "nothing but zeros", "the copy is damaged, get it again"
	case isText(head) && bytes.HasPrefix(text, []byte("<")):
		return "a web page or XML text", "a download may have failed, get it again"
	case isText(head):
		return "text", again
	case len(head) >= 2 && (binary.BigEndian.Uint16(head) == 0xfffe || binary.BigEndian.Uint16(head) == 0xfeff):
		return "text (UTF-16)", again
	}
	return "data of an unknown kind", again
}

// isText reports whether head looks like text: UTF-8 without control characters, but for a character cut at its end.
func isText(head []byte) bool {
	for len(head) > 0 {
		r, n := utf8.DecodeRune(head)
		if r == utf8.RuneError && n == 1 && utf8.FullRune(head) {
			return false
		}
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f' && r != '\x1b' {
			return false
		}
		head = head[n:]
	}
	return true
}
