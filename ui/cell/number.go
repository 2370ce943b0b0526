package cell

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Count writes n with thin groups of three: 12,345.
func Count(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// Plural writes n and the word that belongs to it: 1 track, 12,345 tracks.
func Plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(n) + " " + many
}

// Clock writes a time within a recording: 0:07, 3:12, 1:02:45.
func Clock(d time.Duration) string {
	s := max(0, int64(d/time.Second))
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// Seconds is the duration of a number of seconds, as reports state them.
func Seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// Left writes a time still to wait, no finer than it can be known: 40 s, 12 min, 3 h 20 min, 2 days.
func Left(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", max(1, int(d.Round(time.Second)/time.Second)))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int((d+time.Minute/2)/time.Minute))
	case d < 24*time.Hour:
		return fmt.Sprintf("%d h %02d min", int(d/time.Hour), int(d/time.Minute)%60)
	default:
		return Plural(int64(d/(24*time.Hour)), "day", "days")
	}
}

// Ago writes how long ago t was at now: just now, 5 min ago, yesterday … and the date beyond a week.
func Ago(t, now time.Time) string {
	d := now.Sub(t)
	switch {
	case t.IsZero():
		return ""
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d/time.Minute))
	case d < 24*time.Hour:
		return fmt.Sprintf("%d h ago", int(d/time.Hour))
	case d < 7*24*time.Hour:
		return Plural(int64(d/(24*time.Hour)), "day", "days") + " ago"
	default:
		return t.Format("2 Jan 2006")
	}
}

// Bytes writes a file size: 640 kB, 3.2 MB, 18 GB.
func Bytes(n int64) string {
	value, unit := float64(n), "B"
	for _, next := range []string{"kB", "MB", "GB", "TB"} {
		if value < 999.5 {
			break
		}
		value, unit = value/1000, next
	}
	digits := 0
	if value < 9.95 && unit != "B" {
		digits = 1
	}
	return strings.TrimSuffix(strconv.FormatFloat(value, 'f', digits, 64), ".0") + " " + unit
}
