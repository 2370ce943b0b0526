package audio

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"earmark/analyzer/audio/container"
)

// FFmpeg returns the path of the ffmpeg program; false when it or its companion ffprobe is not installed.
func FFmpeg() (path string, ok bool) {
	path, err := exec.LookPath("ffmpeg")
	if err != nil {
		return "", false
	}
	_, err = exec.LookPath("ffprobe")
	return path, err == nil
}

// decoderMissing says that ffmpeg is needed and how to get it.
func decoderMissing(what string) *Error {
	return &Error{
		Code:    CodeDecoderMissing,
		Message: container.Clean(what + " needs ffmpeg: apt install ffmpeg (Debian) or brew install ffmpeg (macOS)"),
	}
}

const (
	probeTimeout = 30 * time.Second // for ffprobe as a whole
	killWait     = 2 * time.Second  // for pipes to close after a kill
	maxProbe     = 8 << 20          // bytes of ffprobe's answer
)

// probe is what ffprobe tells of a file.
type probe struct {
	Streams []struct {
		Codec      string            `json:"codec_name"`
		CodecTag   string            `json:"codec_tag_string"`
		SampleRate string            `json:"sample_rate"`
		Channels   int               `json:"channels"`
		TimeBase   string            `json:"time_base"`
		StartPTS   int64             `json:"start_pts"`
		Duration   string            `json:"duration"`
		Bitrate    string            `json:"bit_rate"`
		Tags       map[string]string `json:"tags"`
	} `json:"streams"`
	Format struct {
		Duration string            `json:"duration"`
		Bitrate  string            `json:"bit_rate"`
		Tags     map[string]string `json:"tags"`
	} `json:"format"`
}

// openFFmpeg asks ffprobe what the file is. The demuxer is named, and only files may be opened: a file that pretends to
// be a playlist cannot send ffmpeg anywhere.
func openFFmpeg(ctx context.Context, path string, f container.Format) (*child, error) {
	if _, ok := FFmpeg(); !ok {
		return nil, decoderMissing("this " + f.Name)
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, loadFailed(err.Error())
	}
	c := &child{ctx: ctx, path: abs, demuxer: f.Demuxer}
	p, err := c.probe(ctx)
	if err != nil {
		return nil, err
	}
	if len(p.Streams) == 0 {
		return nil, loadFailed("this " + f.Name + " holds no sound")
	}
	s := p.Streams[0]
	if s.CodecTag == "drms" || s.CodecTag == "enca" {
		return nil, loadFailed("it is copy-protected: get an unprotected copy")
	}
	c.codec, c.channels = container.Clean(s.Codec), s.Channels
	c.rate, _ = strconv.Atoi(s.SampleRate)
	c.seconds = firstNumber(s.Duration, p.Format.Duration)
	c.bitrate = int(firstNumber(s.Bitrate, p.Format.Bitrate))
	c.indexed = f.Demuxer == "mov" && s.StartPTS == 0 && s.TimeBase == "1/"+s.SampleRate
	for _, tags := range []map[string]string{s.Tags, p.Format.Tags} {
		for name, value := range tags {
			c.tags.Set(name, value)
		}
	}
	return c, nil
}

func firstNumber(texts ...string) float64 {
	for _, t := range texts {
		if v, err := strconv.ParseFloat(t, 64); err == nil && v > 0 && v < 1e9 {
			return v
		}
	}
	return 0
}

func (c *child) input() []string {
	return []string{"-protocol_whitelist", "file,pipe", "-f", c.demuxer, "-i", "file:" + c.path}
}

// command prepares a process that ends with ctx and is never waited for without end.
func (c *child) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...) // a fixed program; its arguments are no shell's
	cmd.WaitDelay = killWait
	c.errors = tail{}
	cmd.Stderr = &c.errors
	return cmd
}

func (c *child) probe(outer context.Context) (*probe, error) {
	ctx, cancel := context.WithTimeout(outer, probeTimeout)
	defer cancel()
	args := append([]string{"-v", "error", "-of", "json", "-show_format", "-show_streams", "-select_streams", "a:0"},
		c.input()...)
	cmd := c.command(ctx, "ffprobe", args...)
	var out limited
	cmd.Stdout = &out
	err := cmd.Run()
	switch {
	case outer.Err() != nil:
		return nil, outer.Err()
	case ctx.Err() != nil:
		return nil, loadFailed(fmt.Sprintf("ffprobe does not come to an end within %v", probeTimeout))
	case err != nil:
		return nil, c.failed("ffprobe", err)
	}
	var p probe
	if err := json.Unmarshal(out.Bytes(), &p); err != nil {
		return nil, loadFailed("ffprobe's answer makes no sense: " + err.Error())
	}
	return &p, nil
}

// speaker is the part of ffmpeg that says something, with its address in memory, which differs from run to run.
var speaker = regexp.MustCompile(`^\[[^\]]* @ 0x[0-9a-f]+\] `)

// failed turns the end of a process into an error with the last line it wrote.
func (c *child) failed(name string, err error) *Error {
	line := c.errors.lastLine()
	line = speaker.ReplaceAllString(strings.TrimPrefix(line, "file:"+c.path+": "), "")
	if line == "" {
		line = err.Error()
	}
	return loadFailed(name + ": " + line)
}

// tail keeps the end of what a process writes to its standard error.
type tail struct{ buf []byte }

func (t *tail) Write(p []byte) (int, error) {
	const keep = 4096
	t.buf = append(t.buf, p[max(0, len(p)-keep):]...)
	if len(t.buf) > keep {
		t.buf = append(t.buf[:0], t.buf[len(t.buf)-keep:]...)
	}
	return len(p), nil
}

func (t *tail) lastLine() string {
	text := bytes.TrimSpace(t.buf)
	return string(text[bytes.LastIndexAny(text, "\r\n")+1:])
}

// limited is a buffer that refuses to grow without end.
type limited struct{ bytes.Buffer }

func (l *limited) Write(p []byte) (int, error) {
	if l.Len()+len(p) > maxProbe {
		return 0, errors.New("too much output")
	}
	return l.Buffer.Write(p)
}
