package config

import (
	"errors"
	"fmt"
	"math"
	"os"
	"os/user"
	"strconv"
	"strings"
	"time"
)

// Workers is a number of worker processes from 1 to [MaxWorkers], as a flag.
type Workers int

// Set reads a number.
func (w *Workers) Set(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > MaxWorkers {
		return fmt.Errorf("give a number from 1 to %d", MaxWorkers)
	}
	*w = Workers(n)
	return nil
}

func (w *Workers) String() string {
	if *w == 0 {
		return ""
	}
	return strconv.Itoa(int(*w))
}

// Type is the word for the value in help.
func (*Workers) Type() string { return "number" }

// TimeLimit is a duration of at least [MinTimeLimit], as a flag and in the file.
type TimeLimit time.Duration

// Set reads 90s, 5m or 1h30m.
func (l *TimeLimit) Set(text string) error {
	d, err := time.ParseDuration(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		return fmt.Errorf("%q is no duration; write it as 90s, 5m or 1h", text)
	}
	if d < MinTimeLimit {
		return fmt.Errorf("%q is too short; give at least %s", text, MinTimeLimit)
	}
	*l = TimeLimit(d)
	return nil
}

func (l *TimeLimit) String() string {
	if *l == 0 {
		return ""
	}
	return time.Duration(*l).String()
}

// Type is the word for the value in help.
func (*TimeLimit) Type() string { return "duration" }

// MemoryLimit is a number of bytes of at least [MinMemoryLimit], as a flag and in the file.
type MemoryLimit int64

// units are what a size may end in, longest first where one ends like another.
var units = []struct {
	name  string
	bytes float64
}{
	{"kib", 1 << 10},
	{"mib", 1 << 20},
	{"gib", 1 << 30},
	{"kb", 1e3},
	{"mb", 1e6},
	{"gb", 1e9},
	{"k", 1 << 10},
	{"m", 1 << 20},
	{"g", 1 << 30},
	{"b", 1},
}

// Set reads 800MB, 2GB, 1.5GiB or a number of bytes.
func (l *MemoryLimit) Set(text string) error {
	number, scale := strings.ToLower(strings.ReplaceAll(text, " ", "")), 1.0
	for _, u := range units {
		if rest, ok := strings.CutSuffix(number, u.name); ok {
			number, scale = rest, u.bytes
			break
		}
	}
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || math.IsNaN(n) || n < 0 || n*scale > math.MaxInt64/2 {
		return fmt.Errorf("%q is no size; write it as 800MB or 2GB", text)
	}
	if n*scale < MinMemoryLimit {
		return fmt.Errorf("%q is too little; give at least %dMB", text, MinMemoryLimit>>20)
	}
	*l = MemoryLimit(n * scale)
	return nil
}

func (l *MemoryLimit) String() string {
	if *l == 0 {
		return ""
	}
	return strconv.FormatInt(int64(*l), 10)
}

// Type is the word for the value in help.
func (*MemoryLimit) Type() string { return "size" }

// Reviewer is who decides: what a flag names, else the configuration, else the login name.
func Reviewer(flag string, c Config) (string, error) {
	for _, name := range []string{strings.TrimSpace(flag), c.Reviewer} {
		if name != "" {
			return name, nil
		}
	}
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username, nil
	}
	if name := os.Getenv("USER"); name != "" {
		return name, nil
	}
	return "", errors.New("who decides is not known: give a name with --reviewer, or in the configuration file")
}
