package audio

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode/utf16"
)

// mp3Frames are n frames of silence: MPEG-1 layer 3, 128 kbit/s, 44.1 kHz, stereo.
func mp3Frames(n int) []byte {
	frame := make([]byte, 417)
	copy(frame, []byte{0xff, 0xfb, 0x90, 0x00})
	return bytes.Repeat(frame, n)
}

// id3Tag builds a tag of the given version from frames.
func id3Tag(version, flags byte, frames ...[]byte) []byte {
	body := bytes.Join(frames, nil)
	return append([]byte{'I', 'D', '3', version, 0, flags}, append(safeSize(len(body)), body...)...)
}

func safeSize(n int) []byte {
	return []byte{byte(n >> 21 & 127), byte(n >> 14 & 127), byte(n >> 7 & 127), byte(n & 127)}
}

// id3Frame builds a frame; the length of its id tells the version, 4 safe says 2.4.
func id3Frame(version byte, id string, flags byte, body string) []byte {
	n := len(body)
	switch version {
	case 2:
		return append([]byte(id), append([]byte{byte(n >> 16), byte(n >> 8), byte(n)}, body...)...)
	case 3:
		return append([]byte(id), append(append(binary.BigEndian.AppendUint32(nil, uint32(n)), 0, flags), body...)...)
	}
	return append([]byte(id), append(append(safeSize(n), 0, flags), body...)...)
}

func utf16Text(order binary.AppendByteOrder, bom, s string) string {
	b := []byte(bom)
	for _, u := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, u)
	}
	return string(b)
}

func unsynchronise(b []byte) []byte {
	var out []byte
	for i, c := range b {
		out = append(out, c)
		if c == 0xff && (i+1 == len(b) || b[i+1] >= 0xe0 || b[i+1] == 0) {
			out = append(out, 0)
		}
	}
	return out
}

func allTags(title, isrc string) Tags {
	return Tags{Title: title, Artist: "Artist", Album: "Album", ISRC: isrc, Comment: "Comment"}
}

func TestID3(t *testing.T) {
	le, be := utf16Text(binary.LittleEndian, "\xff\xfe", "Ñandú 夜"), utf16Text(binary.BigEndian, "", "Ñandú 夜")
	withFF := id3Frame(3, "PRIV", 0, "\xff\xfb\xff\x00\xff")
	tagged3 := bytes.Join([][]byte{withFF, id3Frame(3, "TIT2", 0, "\x01"+le)}, nil)
	for _, test := range []struct {
		name string
		tag  []byte
		want Tags
	}{
		{
			"2.2", id3Tag(2, 0, id3Frame(2, "TT2", 0, "\x00Title"), id3Frame(2, "TP1", 0, "\x00Artist"),
				id3Frame(2, "TAL", 0, "\x00Album"), id3Frame(2, "TRC", 0, "\x00USRC17607839"),
				id3Frame(2, "COM", 0, "\x00eng\x00Comment")),
			allTags("Title", "USRC17607839"),
		},
		{
			"2.3", id3Tag(3, 0, id3Frame(3, "TIT2", 0, "\x00Title"), id3Frame(3, "TPE1", 0, "\x00Artist"),
				id3Frame(3, "TALB", 0, "\x00Album"), id3Frame(3, "TSRC", 0, "\x00USRC17607839"),
				id3Frame(3, "COMM", 0, "\x00eng\x00Comment")),
			allTags("Title", "USRC17607839"),
		},
		{
			"2.4", id3Tag(4, 0, id3Frame(4, "TIT2", 0, "\x03Títle"), id3Frame(4, "TPE1", 0, "\x03One\x00Two\x00"),
				id3Frame(4, "TXXX", 0, "\x03ISRC\x00USRC17607839")),
			Tags{Title: "Títle", Artist: "One; Two", ISRC: "USRC17607839"},
		},
		{"Latin-1", id3Tag(3, 0, id3Frame(3, "TIT2", 0, "\x00Caf\xe9")), Tags{Title: "Café"}},
		{"UTF-8 that says Latin-1", id3Tag(3, 0, id3Frame(3, "TIT2", 0, "\x00Café")), Tags{Title: "Café"}},
		{"UTF-16 little", id3Tag(3, 0, id3Frame(3, "TIT2", 0, "\x01"+le)), Tags{Title: "Ñandú 夜"}},
		{"UTF-16 big", id3Tag(4, 0, id3Frame(4, "TIT2", 0, "\x02"+be)), Tags{Title: "Ñandú 夜"}},
		{"UTF-16 unpaired", id3Tag(3, 0, id3Frame(3, "TIT2", 0, "\x01\xff\xfeA\x00\x00\xd8B\x00C")), Tags{Title: "AB"}},
		{
			"UTF-16 comment", id3Tag(3, 0, id3Frame(3, "COMM", 0, "\x01eng\xff\xfe\x00\x00"+le)),
			Tags{Comment: "Ñandú 夜"},
		},
		{
			"comments of programs", id3Tag(3, 0, id3Frame(3, "COMM", 0, "\x00engiTunNORM\x00 0000"),
				id3Frame(3, "COMM", 0, "\x00engabout\x00second best"), id3Frame(3, "COMM", 0, "\x00eng\x00best")),
			Tags{Comment: "best"},
		},
		{"whole tag unsynchronised", id3Tag(3, 0x80, unsynchronise(tagged3)), Tags{Title: "Ñandú 夜"}},
		{
			"frame unsynchronised", id3Tag(4, 0, id3Frame(4, "TIT2", 2, "\x01"+string(unsynchronise([]byte(le))))),
			Tags{Title: "Ñandú 夜"},
		},
		{
			"frame with its length and group", id3Tag(4, 0, id3Frame(4, "TIT2", 0x41, "G\x00\x00\x00\x06\x03Title")),
			Tags{Title: "Title"},
		},
		{
			"compressed frame", id3Tag(4, 0, id3Frame(4, "TIT2", 9, "\x00\x00\x00\x06\x78\x9c"),
				id3Frame(4, "TPE1", 0, "\x03A")),
			Tags{Artist: "A"},
		},
		{"iTunes' plain sizes", id3Tag(4, 0, append(append([]byte("PRIV"), 0, 0, 1, 0x90, 0, 0), make([]byte, 400)...),
			id3Frame(4, "TIT2", 0, "\x03Title")), Tags{Title: "Title"}},
		{
			"extended header 2.3", id3Tag(3, 0x40, []byte{0, 0, 0, 6, 0, 0, 0, 0, 0, 0},
				id3Frame(3, "TIT2", 0, "\x00Title")),
			Tags{Title: "Title"},
		},
		{
			"extended header 2.4", id3Tag(4, 0x40, []byte{0, 0, 0, 6, 1, 0}, id3Frame(4, "TIT2", 0, "\x00Title")),
			Tags{Title: "Title"},
		},
		{"padding", id3Tag(4, 0, id3Frame(4, "TIT2", 0, "\x00Title"), make([]byte, 5000)), Tags{Title: "Title"}},
		{"two tags", append(id3Tag(3, 0, id3Frame(3, "TIT2", 0, "\x00First")), id3Tag(4, 0, id3Frame(4, "TIT2", 0,
			"\x00Second"), id3Frame(4, "TALB", 0, "\x00Album"))...), Tags{Title: "First", Album: "Album"}},
		{
			"terminal", id3Tag(4, 0, id3Frame(4, "TIT2", 0, "\x03\x1b]0;evil\x07a\u202eb\u009b31mc\r\nd\te\x7f")),
			Tags{Title: "]0;evilab31mc d e"},
		},
		{"empty", id3Tag(4, 0, id3Frame(4, "TIT2", 0, "\x03"), id3Frame(4, "TPE1", 0, "")), Tags{}},
		{"frame larger than the tag", id3Tag(3, 0, []byte("TIT2\x00\xff\xff\xff\x00\x00\x00Title")), Tags{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := write(t, "a.mp3", append(test.tag, mp3Frames(60)...))
			all, info := decode(t, path)
			if info.Tags != test.want {
				t.Errorf("tags %+q, want %+q", info.Tags, test.want)
			}
			if len(all) == 0 {
				t.Error("no sound")
			}
		})
	}
}

func TestID3v1(t *testing.T) {
	tag := make([]byte, 128)
	copy(tag, "TAG")
	copy(tag[3:], "Title")
	copy(tag[33:], "Artist  ")
	copy(tag[63:], "Album")
	copy(tag[97:], "Comment")
	data := append(mp3Frames(60), tag...)
	if _, info := decode(t, write(t, "a.mp3", data)); info.Tags != allTags("Title", "") {
		t.Errorf("tags %+q", info.Tags)
	}
	data = append(id3Tag(3, 0, id3Frame(3, "TIT2", 0, "\x00Newer")), data...)
	if _, info := decode(t, write(t, "a.mp3", data)); info.Tags.Title != "Newer" || info.Tags.Artist != "Artist" {
		t.Errorf("tags %+q", info.Tags)
	}
}

func TestTagsOfContainers(t *testing.T) {
	s := tone(44100, 1, 1, 440)
	meta := []string{
		"-metadata", "title=Tïtle", "-metadata", "artist=Artist", "-metadata", "album=Album",
		"-metadata", "comment=Comment", "-metadata", "ISRC=USRC17607839",
	}
	all := allTags("Tïtle", "USRC17607839")
	noCode := all
	noCode.ISRC = ""
	for _, test := range []struct {
		name string
		args []string
		want Tags
	}{
		{"a.flac", nil, all},
		{"a.ogg", []string{"-c:a", "libvorbis"}, all},
		{"a.opus", []string{"-c:a", "libopus"}, all},
		{"a.oga", []string{"-c:a", "flac"}, all},
		{"a.mp3", nil, all}, // as TXXX
		{"a.mp3", []string{"-id3v2_version", "3", "-write_id3v1", "1"}, all},
		{"a.m4a", []string{"-c:a", "aac", "-movflags", "use_metadata_tags"}, all},
		{"a.m4a", []string{"-c:a", "aac"}, noCode},
		{"a.mka", []string{"-c:a", "flac"}, all},
		{"a.wav", nil, all},
		{"a.wma", nil, all},
		{"a.aiff", []string{"-write_id3v2", "1"}, all},
		{"a.caf", nil, all},
	} {
		t.Run(test.name+" "+strings.Join(test.args, " "), func(t *testing.T) {
			_, info := decode(t, s.transcode(t, test.name, append(test.args, meta...)...))
			if info.Tags != test.want {
				t.Errorf("tags %+q, want %+q", info.Tags, test.want)
			}
		})
	}
}

func TestTagsOfWav(t *testing.T) {
	s := tone(44100, 1, 1, 440)
	info := append([]byte("INFO"), chunkBytes("INAM", []byte("Title\x00"))...)
	info = append(info, chunkBytes("IART", []byte("Caf\xe9"))...)
	info = append(info, chunkBytes("ISRC", []byte("US-RC1-76-07839"))...)
	list := chunkBytes("LIST", info)
	id3 := chunkBytes("id3 ", id3Tag(3, 0, id3Frame(3, "TALB", 0, "\x00Album"), id3Frame(3, "TIT2", 0, "\x00Later")))
	data := append(s.wav(1, 16), append(list, id3...)...)
	binary.LittleEndian.PutUint32(data[4:], uint32(len(data)-8))
	_, got := decode(t, write(t, "a.wav", data))
	if got.Tags != (Tags{Title: "Title", Artist: "Café", Album: "Album", ISRC: "US-RC1-76-07839"}) {
		t.Errorf("tags %+q", got.Tags)
	}
	if want := 44100 * 16; got.Bitrate != want {
		t.Errorf("bit rate %d with tags, want %d", got.Bitrate, want)
	}
}

// TestHugeTags asserts that a picture of hundreds of megabytes costs no memory. The files are sparse.
func TestHugeTags(t *testing.T) {
	const huge = 200 << 20
	wav := tone(44100, 1, 1, 440).wav(1, 16)
	apic := binary.BigEndian.AppendUint32([]byte("APIC"), huge)
	tit2 := id3Frame(3, "TIT2", 0, "\x00Title")
	header := append([]byte("ID3\x03\x00\x00"), safeSize(10+huge+len(tit2))...)
	mp3 := bytes.Join([][]byte{header, apic, {0, 0}}, nil)
	for _, test := range []struct {
		name       string
		head, tail []byte
		title      string
	}{
		{"mp3", mp3, append(tit2, mp3Frames(60)...), "Title"},
		{
			"wav", append([]byte("RIFF\x00\x00\x00\x00WAVE"),
				binary.LittleEndian.AppendUint32([]byte("id3 "), huge)...),
			wav[12:], "",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a")
			f, err := os.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, part := range []struct {
				at   int64
				data []byte
			}{{0, test.head}, {int64(len(test.head)) + huge, test.tail}} {
				if _, err := f.WriteAt(part.data, part.at); err != nil {
					t.Fatal(err)
				}
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			resident := residentBytes()
			all, info := decode(t, path)
			runtime.ReadMemStats(&after)
			if len(all) < 44100 || info.Tags.Title != test.title {
				t.Errorf("%d samples, title %q", len(all), info.Tags.Title)
			}
			if grown := after.TotalAlloc - before.TotalAlloc; grown > 8<<20 {
				t.Errorf("%d MB allocated", grown>>20)
			}
			if grown := residentBytes() - resident; grown > 32<<20 {
				t.Errorf("grew by %d MB", grown>>20)
			}
		})
	}
}

// residentBytes is how much memory the process holds, C's included; 0 where the system does not say.
func residentBytes() int64 {
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	var pages int64
	for _, c := range strings.Fields(string(b))[1] {
		pages = pages*10 + int64(c-'0')
	}
	return pages * int64(os.Getpagesize())
}
