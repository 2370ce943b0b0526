package intake

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// plant makes files (and the folders they need) below dir.
func plant(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, name := range names {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("sound"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func collect(t *testing.T, paths ...string) ([]Item, Tally) {
	t.Helper()
	source, err := NewSource(paths, "")
	if err != nil {
		t.Fatal(err)
	}
	var items []Item
	tally, err := source.Read(context.Background(), func(it Item) error {
		items = append(items, it)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return items, tally
}

func ids(items []Item) []string {
	list := make([]string, 0, len(items))
	for _, it := range items {
		list = append(list, it.ID)
	}
	return list
}

func wantIDs(t *testing.T, items []Item, want ...string) {
	t.Helper()
	if got := ids(items); !slices.Equal(got, want) {
		t.Errorf("ids\n got %q\nwant %q", got, want)
	}
}

func TestFolderGivesSortedRelativePaths(t *testing.T) {
	dir := t.TempDir()
	plant(t, dir, "b/2.FLAC", "b/1.mp3", "a.wav", "cover.jpg", "._a.wav", ".git/x.mp3", ".hidden.mp3", "z.opus",
		"b/list.m3u")
	items, tally := collect(t, dir)
	wantIDs(t, items, "a.wav", "b/1.mp3", "b/2.FLAC", "z.opus")
	want := Tally{Files: 4, Folders: 2, Hidden: 3, Other: 2}
	if tally != want {
		t.Errorf("tally %+v, want %+v", tally, want)
	}
	if items[1].Path != dir+"/b/1.mp3" {
		t.Errorf("path %q is not absolute below the folder", items[1].Path)
	}
}

func TestSymbolicLinks(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	plant(t, dir, "real/1.mp3")
	plant(t, outside, "far.mp3")
	for link, target := range map[string]string{
		"real/up":    dir,     // a loop
		"again":      "real",  // sorted before its target, which is still listed under its own name
		"far":        outside, // another folder
		"one.mp3":    "real/1.mp3",
		"gone.mp3":   "nowhere",
		"broken":     "nowhere",
		"self.mp3":   "self.mp3",
		"far2":       outside, // the same folder a second time
		"real/chain": "../far",
	} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	items, tally := collect(t, dir)
	wantIDs(t, items, "gone.mp3", "one.mp3", "real/1.mp3", "self.mp3", "far/far.mp3")
	if tally.Unreadable != 0 || tally.Failed != 0 || tally.Folders != 3 {
		t.Errorf("tally %+v", tally)
	}
}

func TestManyLinksBetweenFoldersEnd(t *testing.T) {
	dir := t.TempDir()
	names := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
	for _, from := range names {
		plant(t, dir, from+"/x.mp3")
		for _, to := range names {
			if err := os.Symlink("../"+to, filepath.Join(dir, from, "to-"+to)); err != nil {
				t.Fatal(err)
			}
		}
	}
	items, _ := collect(t, dir)
	if len(items) != len(names) {
		t.Errorf("%d items from %d folders", len(items), len(names))
	}
}

func TestUnreadableFolderIsAnItemAndNotTheEnd(t *testing.T) {
	dir := t.TempDir()
	plant(t, dir, "z.mp3")
	// A path longer than the system takes cannot be opened by anybody, root included.
	name := strings.Repeat("n", 250)
	t.Chdir(dir)
	for range 20 {
		if err := os.Mkdir(name, 0o755); err != nil {
			t.Fatal(err)
		}
		t.Chdir(name)
	}
	items, tally := collect(t, dir)
	if tally.Unreadable != 1 || tally.Failed != 1 || tally.Files != 1 {
		t.Fatalf("tally %+v", tally)
	}
	if items[0].Code != CodeFolderUnreadable || !strings.HasSuffix(items[0].ID, "/") {
		t.Errorf("first item %+v", items[0])
	}
}

func TestForbiddenFolder(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may read everything")
	}
	dir := t.TempDir()
	plant(t, dir, "closed/a.mp3", "open/b.mp3")
	closed := filepath.Join(dir, "closed")
	if err := os.Chmod(closed, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(closed, 0o755) })
	items, _ := collect(t, dir)
	wantIDs(t, items, "closed/", "open/b.mp3")
}

func TestNamesThatAreNotUTF8Survive(t *testing.T) {
	if runtime.GOOS == "darwin" {
		t.Skip("the file system takes UTF-8 only")
	}
	dir := t.TempDir()
	name := "caf\xe9 %41.mp3"
	plant(t, dir, name, "caf%E9 %2541.mp3")
	items, _ := collect(t, dir)
	if len(items) != 2 {
		t.Fatalf("%d items", len(items))
	}
	odd := items[1]
	if odd.ID != odd.Path || odd.Path != "file://"+dir+"/caf%E9%20%2541.mp3" {
		t.Errorf("item %+v", odd)
	}
	if got := LocalPath(odd.Path); got != filepath.Join(dir, name) {
		t.Errorf("path back: %q", got)
	}
	if items[0].ID != "caf%E9 %2541.mp3" || LocalPath(items[0].Path) != items[0].Path {
		t.Errorf("a name with percent signs was changed: %+v", items[0])
	}
}

func TestSeveralSourcesDoNotCollide(t *testing.T) {
	one, two := filepath.Join(t.TempDir(), "demos"), filepath.Join(t.TempDir(), "demos")
	plant(t, one, "a.mp3", "list.m3u")
	plant(t, two, "a.mp3", "b.txt")
	list := "a.mp3\n" + two + "/a.mp3\n" + one + "/a.mp3\n"
	if err := os.WriteFile(filepath.Join(one, "list.m3u"), []byte(list), 0o644); err != nil {
		t.Fatal(err)
	}
	items, tally := collect(t,
		one, two, one, filepath.Join(two, "b.txt"), filepath.Join(two, "b.txt"), filepath.Join(one, "list.m3u"))
	wantIDs(t, items, "demos/a.mp3", "demos~2/a.mp3", "b.txt", "list.m3u/a.mp3", two+"/a.mp3")
	if tally.Repeated != 2 {
		t.Errorf("repeated %d, want 2", tally.Repeated)
	}
	manifest := filepath.Join(t.TempDir(), "m.ndjson")
	if err := os.WriteFile(manifest, []byte(`{"item_id":"demos/a.mp3","path":"x.wav"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	items, _ = collect(t, one, manifest)
	wantIDs(t, items, "demos/a.mp3", filepath.Join(one, "a.mp3"))
}

func TestSourceErrors(t *testing.T) {
	if _, err := NewSource(nil, ""); !errors.Is(err, ErrEmptySource) {
		t.Errorf("empty source: %v", err)
	}
	if _, err := NewSource([]string{"/no/such/place"}, ""); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing path: %v", err)
	}
	dir := t.TempDir()
	plant(t, dir, "a.mp3", "b.mp3")
	source, err := NewSource([]string{dir}, "")
	if err != nil {
		t.Fatal(err)
	}
	stop := errors.New("stop")
	if _, err := source.Read(context.Background(), func(Item) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("yield's error: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := source.Read(ctx, func(Item) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("ended context: %v", err)
	}
}

func TestSurveyCountsBytes(t *testing.T) {
	dir := t.TempDir()
	for i := range 600 {
		plant(t, dir, string(rune('a'+i%26))+"/"+strings.Repeat("x", i/26+1)+".mp3")
	}
	if err := os.Symlink("nowhere", filepath.Join(dir, "gone.mp3")); err != nil {
		t.Fatal(err)
	}
	source, err := NewSource([]string{dir}, "")
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	tally, err := source.Survey(context.Background(), func(Tally) { calls++ })
	if err != nil || tally.Files != 601 || tally.Bytes != 3000 || calls != 2 {
		t.Errorf("%+v after %d reports, %v", tally, calls, err)
	}
}

// BenchmarkWalk is the intake of a large folder without the database.
func BenchmarkWalk(b *testing.B) {
	dir := b.TempDir()
	const folders, files = 100, 100
	for i := range folders {
		sub := filepath.Join(dir, "folder"+string(rune('a'+i/26))+string(rune('a'+i%26)))
		if err := os.Mkdir(sub, 0o755); err != nil {
			b.Fatal(err)
		}
		for j := range files {
			name := filepath.Join(sub, strings.Repeat("n", j+1)+".mp3")
			if err := os.WriteFile(name, nil, 0o644); err != nil {
				b.Fatal(err)
			}
		}
	}
	source, err := NewSource([]string{dir}, "")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := source.Read(context.Background(), func(Item) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(folders*files*b.N)/b.Elapsed().Seconds(), "files/s")
}
