package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"earmark/ui/command/nearest"
	"earmark/ui/keys"
)

// Config is what the file says. Zero values mean that it does not say.
type Config struct {
	Reviewer    string
	DB          string // absolute
	Workers     int
	TimeLimit   time.Duration // for one track
	MemoryLimit int64         // bytes, for one worker process
	Full        bool          // every second is heard
	VolumeDB    int           // 0 is full volume, -60 the least
	Keys        *keys.Table   // the default table, with other keys for some actions; nil: the default
}

// Limits of what can be set, in the file and by flags.
const (
	MaxWorkers     = 256
	MinTimeLimit   = time.Second
	MinMemoryLimit = 64 << 20
	minVolume      = -60
)

// setting reads one key at the top of the file. Its error says what is allowed.
type setting struct {
	key string
	set func(c *Config, r reader, value any) error
}

// settings are the keys at the top of the file, in the order of the manual.
var settings = []setting{
	{"reviewer", func(c *Config, _ reader, value any) error {
		name, ok := value.(string)
		c.Reviewer = strings.TrimSpace(name)
		return must(ok, "a name in quotes")
	}},
	{"db", func(c *Config, r reader, value any) error {
		path, ok := value.(string)
		c.DB = absolute(path, filepath.Dir(r.path))
		return must(ok && path != "", "a path in quotes")
	}},
	{"workers", func(c *Config, _ reader, value any) error {
		n, ok := value.(int64)
		c.Workers = int(n)
		return must(ok && n >= 1 && n <= MaxWorkers, "a number from 1 to %d", MaxWorkers)
	}},
	{"time_limit", func(c *Config, _ reader, value any) error {
		text, ok := value.(string)
		if !ok {
			return errors.New(`write it in quotes, as "90s", "5m" or "1h"`)
		}
		return (*TimeLimit)(&c.TimeLimit).Set(text)
	}},
	{"memory_limit", func(c *Config, _ reader, value any) error {
		text, ok := value.(string)
		if !ok {
			return errors.New(`write it in quotes, as "800MB" or "2GB"`)
		}
		return (*MemoryLimit)(&c.MemoryLimit).Set(text)
	}},
	{"full", func(c *Config, _ reader, value any) error {
		full, ok := value.(bool)
		c.Full = full
		return must(ok, "true or false, without quotes")
	}},
	{"volume", func(c *Config, _ reader, value any) error {
		db, ok := value.(int64)
		c.VolumeDB = int(db)
		return must(ok && db >= minVolume && db <= 0, "decibels from %d to 0 (full volume)", minVolume)
	}},
}

func must(ok bool, format string, args ...any) error {
	if ok {
		return nil
	}
	return fmt.Errorf("give "+format, args...)
}

// Error is a mistake in the file.
type Error struct {
	Path string
	Line int // from 1; 0: of the file as a whole
	What string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.Path, e.What)
	}
	return fmt.Sprintf("%s:%d: %s", e.Path, e.Line, e.What)
}

// Read reads the file at path. With optional set, a file that does not exist is an empty one. Mistakes in the file are
// *[Error].
func Read(path string, optional bool) (Config, error) {
	data, err := os.ReadFile(path)
	switch {
	case optional && errors.Is(err, fs.ErrNotExist):
		return Config{}, nil
	case err != nil:
		if detail, ok := errors.AsType[*fs.PathError](err); ok {
			err = detail.Err
		}
		return Config{}, &Error{Path: path, What: err.Error()}
	}
	return parse(path, data)
}

func parse(path string, data []byte) (Config, error) {
	r := reader{path: path, data: string(data)}
	var table map[string]any
	_, err := toml.Decode(r.data, &table)
	var broken toml.ParseError
	switch {
	case errors.As(err, &broken):
		return Config{}, &Error{Path: path, Line: broken.Position.Line, What: plain(broken)}
	case err != nil:
		return Config{}, &Error{Path: path, What: err.Error()}
	}
	return r.config(table)
}

// plain is a syntax error in one line.
func plain(e toml.ParseError) string {
	text, _, _ := strings.Cut(e.Message, "\n")
	if text == "" {
		text = "is not TOML"
	}
	return text
}

// reader knows where in the file a key stands.
type reader struct {
	path, data string
}

func (r reader) fail(key toml.Key, format string, args ...any) error {
	return &Error{Path: r.path, Line: r.line(key), What: fmt.Sprintf(format, args...)}
}

// line is where a key is first defined: the shortest beginning of the file that defines it ends there. The library
// tells a position only with its own errors.
func (r reader) line(key toml.Key) int {
	end := 0
	for n := 1; end < len(r.data); n++ {
		next := strings.IndexByte(r.data[end:], '\n')
		if next < 0 {
			next = len(r.data) - end - 1
		}
		end += next + 1
		var top map[string]any
		if meta, err := toml.Decode(r.data[:end], &top); err == nil && meta.IsDefined(key...) {
			return n
		}
	}
	return 0
}

func (r reader) config(table map[string]any) (Config, error) {
	var c Config
	for _, s := range settings {
		value, ok := table[s.key]
		if !ok {
			continue
		}
		delete(table, s.key)
		if err := s.set(&c, r, value); err != nil {
			return c, r.fail(toml.Key{s.key}, "%s: %v", s.key, err)
		}
	}
	if value, ok := table["keys"]; ok {
		delete(table, "keys")
		remaps, ok := value.(map[string]any)
		if !ok {
			return c, r.fail(toml.Key{"keys"}, "keys: write [keys] on a line of its own, and the actions below it")
		}
		var err error
		if c.Keys, err = r.keys(remaps); err != nil {
			return c, err
		}
	}
	for _, key := range slices.Sorted(maps.Keys(table)) {
		return c, r.fail(toml.Key{key}, "unknown key %q; %s", key, instead(key, known()))
	}
	return c, nil
}

// known are all keys at the top of the file.
func known() []string {
	var names []string
	for _, s := range settings {
		names = append(names, s.key)
	}
	return append(names, "keys")
}

// absolute reads a path as people write it: ~ is the home folder, and a relative path begins beside the file.
func absolute(path, folder string) string {
	if path == "" {
		return ""
	}
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, rest)
		}
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(folder, path)
	}
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}

// instead names what was probably meant, or what there is.
func instead(name string, from []string) string {
	if near := nearest.To(name, from); near != "" {
		return fmt.Sprintf("did you mean %s?", near)
	}
	const most = 12
	if len(from) > most {
		return fmt.Sprintf("there are %s and %d more", strings.Join(from[:most], ", "), len(from)-most)
	}
	return "there are " + strings.Join(from, ", ")
}
