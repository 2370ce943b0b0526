package console

import "testing"

func TestQuote(t *testing.T) {
	for word, want := range map[string]string{
		"a/b-c.db": "a/b-c.db", "Mädchen": "Mädchen", "my queue": "'my queue'", "it's": `'it'\''s'`, "": "''",
		"a\nb": "'a\nb'", "$HOME": "'$HOME'", "~": "'~'",
	} {
		if got := Quote(word); got != want {
			t.Errorf("%q: %s, want %s", word, got, want)
		}
	}
}

func TestUTF8(t *testing.T) {
	for _, c := range []struct {
		all, ctype, lang string
		want             bool
	}{
		{"", "", "", true},
		{"C", "", "en_US.UTF-8", false},
		{"", "de_DE.utf8", "C", true},
		{"", "", "POSIX", false},
		{"C.UTF-8", "", "", true},
	} {
		t.Setenv("LC_ALL", c.all)
		t.Setenv("LC_CTYPE", c.ctype)
		t.Setenv("LANG", c.lang)
		if got := UTF8(); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

func TestAgain(t *testing.T) {
	for _, c := range []struct{ db, rest, want string }{
		{"", "", "earmark"},
		{"", "scan x", "earmark scan x"},
		{"my queue.db", "", "earmark --db 'my queue.db'"},
		{"q.db", "jobs", "earmark --db q.db jobs"},
	} {
		if got := (&Console{DB: c.db}).Again(c.rest); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
