package prompt

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCandidates(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"Demos 2025/", "demos 2026/", "b.mp3", "a.mp3", "notes.txt", ".hidden/"} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "/") {
			if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
				t.Fatal(err)
			}
		} else if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(dir, "Demos 2025"), filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	audio := func(name string) bool { return strings.HasSuffix(name, ".mp3") }
	for typed, want := range map[string]string{
		"":           "Demos 2025/ demos 2026/ link/ a.mp3 b.mp3",
		"de":         "Demos 2025/ demos 2026/",
		"demos 2026": "demos 2026/",
		".":          ".hidden/",
		"b":          "b.mp3",
		"none":       "",
	} {
		cs, err := Candidates(dir+"/"+typed, audio)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, c := range cs {
			names = append(names, c.Name)
			if c.Path != dir+"/"+c.Name {
				t.Errorf("%q: path %q", typed, c.Path)
			}
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
	if _, err := Candidates(dir+"/missing/x", audio); err == nil {
		t.Error("no error for a folder that is not there")
	}
	cs, err := Candidates(dir+"/d", audio)
	if err != nil || Common(cs) != dir+"/" {
		t.Errorf("common part %q, %v", Common(cs), err)
	}
	if Common(nil) != "" || Common(cs[1:]) != dir+"/demos 2026/" {
		t.Error("common part")
	}
}

func TestAbsolute(t *testing.T) {
	t.Setenv("HOME", "/home/ana")
	t.Chdir(t.TempDir())
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]string{
		"~": "/home/ana", "~/Music": "/home/ana/Music", "/x/../y": "/y", "demos": filepath.Join(here, "demos"),
		"~ana": filepath.Join(here, "~ana"),
	} {
		if got, err := Absolute(in); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", in, got, err, want)
		}
	}
}
