package intake

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func readManifest(tb testing.TB, text string) []Item {
	tb.Helper()
	var items []Item
	r := &reader{ctx: context.Background(), ids: idSet{}, paths: idSet{}, yield: func(it Item) error {
		items = append(items, it)
		return nil
	}}
	if err := r.manifest(strings.NewReader(text), "/base"); err != nil {
		tb.Fatal(err)
	}
	return items
}

func TestManifestLine(t *testing.T) {
	for name, test := range map[string]struct {
		line, id, path, code, message string
	}{
		"relative path":    {`{"item_id":"1","path":"a/b.mp3"}`, "1", "/base/a/b.mp3", "", ""},
		"absolute path":    {`{"item_id":"1","path":"/m/../x.mp3","other":3}`, "1", "/x.mp3", "", ""},
		"file url as path": {`{"item_id":"1","path":"file:///m/a%20b%23.mp3"}`, "1", "/m/a b#.mp3", "", ""},
		"file url":         {`{"item_id":"1","url":"file:///m/a%20b%23.mp3"}`, "1", "/m/a b#.mp3", "", ""},
		"localhost":        {`{"item_id":"1","url":"FILE://localhost/m/a?b#c.mp3"}`, "1", "/m/a?b#c.mp3", "", ""},
		"not utf-8 bytes":  {`{"item_id":"1","url":"file:///m/%ff.mp3"}`, "1", "file:///m/%FF.mp3", "", ""},
		"null path":        {`{"item_id":"1","path":null,"url":"file:///x"}`, "1", "/x", "", ""},
		"other host": {
			`{"item_id":"1","url":"file://nas/a.mp3"}`, "1", "", CodeBadLine,
			`line 1: url "file://nas/a.mp3" names a file on another host`,
		},
		"https": {
			`{"item_id":"1","url":"https://x.org/a.mp3"}`, "1", "", CodeURLNotSupported,
			"line 1: audio by URL is not supported yet (https://x.org/a.mp3): download it and give its path",
		},
		"https as path": {
			`{"item_id":"1","path":"https://x.org/a.mp3"}`, "1", "", CodeURLNotSupported,
			"line 1: audio by URL is not supported yet (https://x.org/a.mp3): download it and give its path",
		},
		"s3 as path": {`{"item_id":"1","path":"S3://b/a.mp3"}`, "1", "", CodeURLNotSupported, ""},
		"file_id":    {`{"item_id":"1","file_id":"f9"}`, "1", "", CodeFileIDUnknown, ""},
		"no scheme":  {`{"item_id":"1","url":"a.mp3"}`, "1", "", CodeBadLine, ""},
		"both":       {`{"item_id":"1","url":"file:///a","path":"a"}`, "1", "", CodeBadLine, ""},
		"neither":    {`{"item_id":"1"}`, "1", "", CodeBadLine, "line 1: has neither path nor url"},
		"no id":      {`{"path":"a.mp3"}`, "line 1", "", CodeBadLine, "line 1: has no item_id"},
		"blank id":   {`{"item_id":" ","path":"a.mp3"}`, "line 1", "", CodeBadLine, ""},
		"number id": {
			`{"item_id":7,"path":"a.mp3"}`, "line 1", "", CodeBadLine, "line 1: item_id is a number, not a string",
		},
		"array":   {`["a"]`, "line 1", "", CodeBadLine, "line 1: is not a JSON object"},
		"cut off": {`{"item_id":"1","path":"a`, "line 1", "", CodeBadLine, ""},
		"latin-1": {"{\"item_id\":\"caf\xe9\"}", "line 1", "", CodeBadLine, "line 1: is not UTF-8"},
		"NUL":     {`{"item_id":"1","path":"a\u0000b"}`, "1", "", CodeBadLine, ""},
		"NUL id":  {`{"item_id":"\u0000","path":"a"}`, "line 1", "", CodeBadLine, ""},
		"metadata": {
			`{"item_id":"1","path":"a","metadata":[1]}`, "1", "", CodeBadLine, "line 1: metadata is not an object",
		},
		"bad escape":  {`{"item_id":"1","url":"file:///%zz"}`, "1", "", CodeBadLine, ""},
		"no path":     {`{"item_id":"1","url":"file://"}`, "1", "", CodeBadLine, ""},
		"long id":     {`{"item_id":"` + strings.Repeat("i", 1025) + `","path":"a"}`, "line 1", "", CodeBadLine, ""},
		"null":        {`null`, "line 1", "", CodeBadLine, ""},
		"two objects": {`{"item_id":"1","path":"a"}{}`, "line 1", "", CodeBadLine, ""},
	} {
		t.Run(name, func(t *testing.T) {
			items := readManifest(t, test.line)
			if len(items) != 1 {
				t.Fatalf("%d items", len(items))
			}
			it := items[0]
			if it.ID != test.id || it.Path != test.path || it.Code != test.code {
				t.Errorf("got %+v", it)
			}
			if test.message != "" && it.Message != test.message {
				t.Errorf("message %q, want %q", it.Message, test.message)
			}
		})
	}
}

func TestManifestLines(t *testing.T) {
	long := `{"item_id":"long","path":"` + strings.Repeat("p", manifestLine) + `"}`
	items := readManifest(t, "\xEF\xBB\xBF"+`{"item_id":"a","path":"1","metadata":{ "isrc" : "X" }}`+"\r\n"+
		"\n \r\n"+`{"item_id":"a","path":"2"}`+"\n"+long+"\n"+`{"item_id":"line 4","path":"3"}`+"\n"+`oops`)
	wantIDs(t, items, "a", "line 4", "line 5", "line 6", "line 7")
	if got := string(items[0].Metadata); got != `{ "isrc" : "X" }` {
		t.Errorf("metadata %s", got)
	}
	if items[1].Code != CodeDuplicate || items[1].Message != `line 4: item_id "a" was used in line 1` {
		t.Errorf("duplicate: %+v", items[1])
	}
	if items[2].Code != CodeBadLine || items[2].Message != "line 5: is longer than 1048576 bytes" {
		t.Errorf("long line: %+v", items[2])
	}
	if items[3].Code != CodeDuplicate { // the made-up name of line 4 was first
		t.Errorf("line 6: %+v", items[3])
	}
}

func readPlaylist(tb testing.TB, text string, there ...string) []Item {
	tb.Helper()
	var items []Item
	r := &reader{ctx: context.Background(), ids: idSet{}, paths: idSet{}, yield: func(it Item) error {
		items = append(items, it)
		return nil
	}}
	exists := func(path string) bool { return slices.Contains(there, path) }
	if err := r.playlist(strings.NewReader(text), "/lists", "", exists); err != nil {
		tb.Fatal(err)
	}
	return items
}

func TestPlaylist(t *testing.T) {
	for name, test := range map[string]struct {
		text  string
		there []string
		want  []string // "id path" or "id !code"
	}{
		"extended, BOM, CRLF": {
			"\xEF\xBB\xBF#EXTM3U\r\n#EXTINF:12,Artist - Title\r\nArtist/Title.mp3\r\n\r\n", nil,
			[]string{"Artist/Title.mp3 /lists/Artist/Title.mp3"},
		},
		"outside and absolute": {"../x.mp3\n/m/y.mp3", nil, []string{"/x.mp3 /x.mp3", "/m/y.mp3 /m/y.mp3"}},
		"file url":             {"file:///m/a%20b.mp3\n", nil, []string{"/m/a b.mp3 /m/a b.mp3"}},
		"address": {
			"https://radio.example/live\nx.mp3", nil,
			[]string{"line 1 !url_not_supported", "x.mp3 /lists/x.mp3"},
		},
		"blanks in the name": {" a .mp3 \n", []string{"/lists/ a .mp3 "}, []string{" a .mp3  /lists/ a .mp3 "}},
		"blanks around it":   {" a.mp3 \n", []string{"/lists/a.mp3"}, []string{"a.mp3 /lists/a.mp3"}},
		"latin-1 text": {
			"caf\xe9 \x96 x.mp3\n",
			[]string{"/lists/café – x.mp3"},
			[]string{"café – x.mp3 /lists/café – x.mp3"},
		},
		"latin-1 text, gone": {"caf\xe9.mp3\n", nil, []string{"café.mp3 /lists/café.mp3"}},
		"latin-1 file name": {
			"caf\xe9.mp3\n",
			[]string{"/lists/caf\xe9.mp3"},
			[]string{strings.TrimSuffix(strings.Repeat("file:///lists/caf%E9.mp3 ", 2), " ")},
		},
		"backslashes": {
			"Artist\\a.mp3\n",
			[]string{"/lists/Artist/a.mp3"},
			[]string{"Artist/a.mp3 /lists/Artist/a.mp3"},
		},
		"named twice":  {"a.mp3\n./a.mp3\n", nil, []string{"a.mp3 /lists/a.mp3"}},
		"NUL":          {"a\x00.mp3\n", nil, []string{"line 1 !line_invalid"}},
		"NUL in a url": {"file:///a%00.mp3\n", nil, []string{"line 1 !line_invalid"}},
		"too long": {
			strings.Repeat("x", playlistLine+1) + "\ny.mp3", nil,
			[]string{"line 1 !line_invalid", "y.mp3 /lists/y.mp3"},
		},
		"empty": {"", nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			items := readPlaylist(t, test.text, test.there...)
			if len(items) != len(test.want) {
				t.Fatalf("%d items: %+v", len(items), items)
			}
			for i, it := range items {
				got := it.ID + " " + it.Path
				if it.Code != "" {
					got = it.ID + " !" + it.Code
				}
				if got != test.want[i] {
					t.Errorf("got %q, want %q", got, test.want[i])
				}
			}
		})
	}
}

func TestPlaylistFileThatIsUTF16(t *testing.T) {
	path := filepath.Join(t.TempDir(), "wide.m3u")
	if err := os.WriteFile(path, []byte("\xFF\xFEa\x00"), 0o644); err != nil {
		t.Fatal(err)
	}
	source, err := NewSource([]string{path}, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := source.Read(context.Background(), func(Item) error { return nil }); err == nil ||
		!strings.Contains(err.Error(), "UTF-16") {
		t.Errorf("got %v", err)
	}
}

// checkItems holds for whatever a foreign file says: ids are unique text, and each item has a path or a reason.
func checkItems(t *testing.T, items []Item) {
	t.Helper()
	seen := map[string]bool{}
	for _, it := range items {
		if it.ID == "" || !utf8.ValidString(it.ID) || seen[it.ID] {
			t.Errorf("id %q is empty, not text or used twice", it.ID)
		}
		seen[it.ID] = true
		if !utf8.ValidString(it.Path) || !utf8.ValidString(it.Message) {
			t.Errorf("not text: %+v", it)
		}
		if it.Code == "" && !filepath.IsAbs(LocalPath(it.Path)) {
			t.Errorf("path %q is not absolute", it.Path)
		}
		if (it.Code == "") != (it.Message == "") {
			t.Errorf("code without message: %+v", it)
		}
		if it.Code == "" && StorePath(LocalPath(it.Path)) != it.Path {
			t.Errorf("path %q does not survive", it.Path)
		}
		if it.Metadata != nil && !json.Valid(it.Metadata) {
			t.Errorf("metadata %s", it.Metadata)
		}
	}
}

func FuzzManifest(f *testing.F) {
	for _, seed := range []string{
		`{"item_id":"1","path":"a.mp3","metadata":{"a":[1]}}` + "\n" + `{"item_id":"1","url":"file:///%ff"}`,
		"\xEF\xBB\xBF\r\n\n{}", `{"item_id":"line 2"}` + "\noops\n", `{"item_id":"\ud800","path":"\ud800"}`, "\x00", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		items := readManifest(t, text)
		lines := 0
		for l := range strings.SplitSeq(strings.TrimPrefix(text, "\xEF\xBB\xBF"), "\n") {
			if strings.TrimSpace(l) != "" {
				lines++
			}
		}
		if len(items) != lines {
			t.Errorf("%d items from %d lines", len(items), lines)
		}
		checkItems(t, items)
	})
}

func FuzzPlaylist(f *testing.F) {
	for _, seed := range []string{
		"#EXTM3U\n#EXTINF:1,x\na.mp3\r\nfile:///b%20c.mp3\nhttp://x/y\nC:\\music\\a.mp3\ncaf\xe9.mp3",
		"\x00", " \n#\n", "file://",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.HasPrefix(text, "\xFF\xFE") || strings.HasPrefix(text, "\xFE\xFF") {
			return
		}
		checkItems(t, readPlaylist(t, text))
	})
}
