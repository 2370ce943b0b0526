package nearest

import "testing"

func TestTo(t *testing.T) {
	words := []string{"workers", "db", "time_limit", "keys"}
	for word, want := range map[string]string{
		"worker": "workers", "Workers": "workers", "timelimit": "time_limit", "color": "", "": "", "x": "",
		"kesy": "keys",
	} {
		if got := To(word, words); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"", "ab", 2}, {"kitten", "sitting", 3}, {"worker", "workers", 1}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("%q, %q: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
