package container

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"io"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestHugeComments(t *testing.T) {
	picture := "METADATA_BLOCK_PICTURE=" + base64.StdEncoding.EncodeToString(make([]byte, 300_000))
	var b bytes.Buffer
	word := func(n int) { b.Write(binary.LittleEndian.AppendUint32(nil, uint32(n))) }
	comments := []string{picture, "title=Title", "no equals sign", "=", "ARTIST=Artist"}
	word(3)
	b.WriteString("who")
	word(len(comments))
	for _, c := range comments {
		word(len(c))
		b.WriteString(c)
	}
	var tags Tags
	readComments(&b, &tags)
	if tags != (Tags{Title: "Title", Artist: "Artist"}) {
		t.Errorf("tags %+q", tags)
	}
	for _, bad := range []string{"", "\xff\xff\xff\xff", "\x00\x00\x00\x00\xff\xff\xff\x00\xff\xff\xff\xff"} {
		readComments(strings.NewReader(bad), &tags)
	}
}

func TestClean(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"plain", "plain"},
		{" \t two\n\nwords ", "two words"},
		{"\x1b[31mred\x1b[0m", "[31mred[0m"},
		{"a\u0085b\u009bc", "a bc"},
		{"left\u202eright\u2066x\u200b", "leftrightx"},
		{"Caf\xe9", "Café"},
		{"👩\u200d🚀", "👩\u200d🚀"},
		{"\ufffd\x00", ""},
		{strings.Repeat("é", 1000), strings.Repeat("é", 500) + "…"},
		{strings.Repeat("夜", 9000), strings.Repeat("夜", 500) + "…"},
	} {
		if got := Clean(test.in); got != test.want {
			t.Errorf("Clean(%q) is %q, want %q", test.in, got, test.want)
		}
	}
}

// TestOpusFrames asks for the length of packets in the table of RFC 6716, section 3.1.
func TestOpusFrames(t *testing.T) {
	for head, want := range map[string]int64{
		"":         0,
		"\x00":     480,     // SILK, 10 ms
		"\x18":     2880,    // SILK, 60 ms
		"\x61":     2 * 480, // hybrid, two of 10 ms
		"\x6a":     2 * 960, // hybrid, two of 20 ms
		"\xe0":     120,     // CELT, 2.5 ms
		"\xfc":     960,     // CELT, 20 ms
		"\xff\x86": 6 * 960, // CELT, six of 20 ms, padded
		"\xff":     0,       // how many is missing
	} {
		if got := opusFrames([]byte(head)); got != want {
			t.Errorf("%x: %d frames, want %d", head, got, want)
		}
	}
}

// FuzzTags reads foreign bytes as every kind of tag.
func FuzzTags(f *testing.F) {
	mp3 := bytes.Repeat(append([]byte{0xff, 0xfb, 0x90, 0}, make([]byte, 413)...), 5)
	for _, seed := range []string{
		"ID3\x04\x00\x00\x00\x00\x00\x24TIT2\x00\x00\x00\x06\x00\x00\x03Title" +
			"COMM\x00\x00\x00\x0a\x00\x00\x01eng\xff\xfe\x00\x00A\x00",
		"ID3\x03\x00\x80\x00\x00\x00\x10TIT2\x00\x00\x00\x05\x00\x00\x01\xff\x00\xfeA\x00",
		"ID3\x02\x00\x00\x00\x00\x00\x0cTT2\x00\x00\x06\x00Title",
		"fLaC\x84\x00\x00\x18\x00\x00\x00\x00\x01\x00\x00\x00\x07\x00\x00\x00title=T",
		"RIFF\x00\x00\x00\x00WAVELIST\x0e\x00\x00\x00INFOINAM\x01\x00\x00\x00T\x00data\x00\x00\x00\x00",
		"RF64\xff\xff\xff\xffWAVEds64\x1c\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00\x00" +
			"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00data\xff\xff\xff\xff12345678",
		"OggS\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x08OpusHead" +
			"OggS\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01\x17" +
			"OpusTags" +
			"\x00\x00\x00\x00\x01\x00\x00\x00\x07\x00\x00\x00title=T",
		"FORM\x00\x00\x00\x20AIFFNAME\x00\x00\x00\x02ab",
		"caff\x00\x01\x00\x00info\x00\x00\x00\x00\x00\x00\x00\x10\x00\x00\x00\x01title\x00T\x00",
		string(mp3),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, size := bytes.NewReader(data), int64(len(data))
		outlines := []func(*Outline, io.ReaderAt, int64, int64){outlineChunks, outlineFLAC, outlineOgg}
		var all []Tags
		for _, walk := range outlines {
			var o Outline
			walk(&o, r, 0, size)
			all = append(all, o.Tags)
		}
		var tags Tags
		readID3v2(r, size, &tags)
		readID3v1(r, size, &tags)
		readComments(bytes.NewReader(data), &tags)
		all = append(all, tags, riffInfo(data), cafInfo(data))
		if _, o, err := Sniff(r, size); err == nil {
			all = append(all, o.Tags)
			for _, p := range o.Pieces {
				if p.Off < 0 || p.N < 0 || p.Off+p.N > size {
					t.Fatalf("piece %+v of %d bytes", p, size)
				}
			}
		}
		_, _ = IndexOgg(r, Piece{0, size}, true)
		var shown Tags
		for _, one := range all {
			shown = Tags{}
			shown.Fill(one)
			for _, s := range []string{shown.Title, shown.Artist, shown.Album, shown.ISRC, shown.Comment} {
				checkText(t, s)
			}
		}
	})
}

func checkText(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > maxText+1 {
		t.Fatalf("text %q", s)
	}
	for _, r := range s {
		if unicode.IsControl(r) {
			t.Fatalf("control character in %q", s)
		}
	}
}
