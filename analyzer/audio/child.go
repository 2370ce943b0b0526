package audio

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"strconv"
	"time"
)

const (
	stallTimeout = 60 * time.Second // without a byte from ffmpeg
	restartSec   = 60               // a seek ahead by less decodes its way: a start of ffmpeg costs as much, 0.1 s
)

// child decodes with an ffmpeg process, which starts with the first read.
type child struct {
	ctx      context.Context
	path     string
	demuxer  string
	rate     int
	channels int
	codec    string
	bitrate  int
	seconds  float64 // as the container says; 0: unknown
	indexed  bool    // a time in the file is found without decoding, to the frame
	tags     Tags

	cmd    *exec.Cmd
	out    io.ReadCloser
	errors tail
	pos    int64 // frame that is read next
	ended  bool  // pos is the end of the sound
	buf    []byte
}

// start runs ffmpeg from the given frame on.
func (c *child) start(frame int64) error {
	args := []string{"-nostdin", "-v", "error", "-threads", "1"}
	if frame > 0 {
		args = append(args, "-ss", strconv.FormatFloat(float64(frame)/float64(c.rate), 'f', 9, 64))
	}
	args = append(args, c.input()...)
	args = append(args, "-map", "0:a:0", "-c:a", "pcm_f32le", "-ar", strconv.Itoa(c.rate),
		"-ac", strconv.Itoa(c.channels), "-f", "f32le", "-")
	cmd := c.command(c.ctx, "ffmpeg", args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return loadFailed("ffmpeg: " + err.Error())
	}
	if err := cmd.Start(); err != nil {
		return loadFailed("ffmpeg: " + err.Error())
	}
	c.cmd, c.out, c.pos, c.ended = cmd, out, frame, false
	return nil
}

// read fills dst as far as there is sound. Its errors are io.EOF, the context's, and *Error.
func (c *child) read(dst []float32) (int, error) {
	if c.ended {
		return 0, io.EOF
	}
	if c.cmd == nil {
		if err := c.start(0); err != nil {
			return 0, err
		}
	}
	n, err := c.fetch(len(dst) / c.channels)
	for i := range dst[:n*c.channels] {
		bits := binary.LittleEndian.Uint32(c.buf[4*i:])
		if bits&0x7f800000 == 0x7f800000 { // no number
			bits = 0
		}
		dst[i] = math.Float32frombits(bits)
	}
	return n, err
}

// fetch reads up to so many frames into buf.
func (c *child) fetch(frames int) (int, error) {
	want := frames * c.channels * 4
	if len(c.buf) < want {
		c.buf = make([]byte, want)
	}
	if pipe, ok := c.out.(*os.File); ok {
		_ = pipe.SetReadDeadline(time.Now().Add(stallTimeout)) // where pipes have none, the context ends it
	}
	n, err := io.ReadFull(c.out, c.buf[:want])
	n /= 4 * c.channels
	c.pos += int64(n)
	if err == nil {
		return n, nil
	}
	return n, c.end(err)
}

// drop reads n frames of a running process and forgets them.
func (c *child) drop(n int64) error {
	for n > 0 {
		got, err := c.fetch(int(min(n, 8192)))
		if err != nil {
			return err
		}
		n -= int64(got)
	}
	return nil
}

// end waits for a process whose output has ended, and says how.
func (c *child) end(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		c.stop()
		return loadFailed(fmt.Sprintf("ffmpeg has given nothing for %v", stallTimeout))
	}
	if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		c.stop()
		if c.ctx.Err() != nil {
			return c.ctx.Err()
		}
		return loadFailed("ffmpeg: " + err.Error())
	}
	err = c.cmd.Wait()
	c.cmd = nil
	switch {
	case c.ctx.Err() != nil:
		return c.ctx.Err()
	case err != nil:
		return c.failed("ffmpeg", err)
	case c.pos == 0 && c.errors.lastLine() != "":
		return c.failed("ffmpeg", errors.New("no sound"))
	}
	c.ended = true
	return io.EOF
}

// seek makes frame the next one to be read.
func (c *child) seek(frame int64) (int64, error) {
	if c.ended && frame >= c.pos {
		return c.pos, io.EOF
	}
	if c.cmd != nil && frame >= c.pos && (frame-c.pos < restartSec*int64(c.rate) || !c.indexed) {
		err := c.drop(frame - c.pos)
		return c.pos, err
	}
	c.stop()
	from := int64(0)
	if c.indexed {
		// The decoder needs some of what came before until its sound is the same; whole seconds are exact times.
		from = max(frame/int64(c.rate)-1, 0) * int64(c.rate)
	}
	if err := c.start(from); err != nil {
		return c.pos, err
	}
	err := c.drop(frame - from)
	return c.pos, err
}

func (c *child) seekSec() float64 {
	if !c.indexed {
		return math.Inf(1)
	}
	return restartSec
}

// stop ends the process, if there is one.
func (c *child) stop() {
	if c.cmd == nil {
		return
	}
	_ = c.cmd.Process.Kill() // it may have ended by itself
	_ = c.out.Close()
	_ = c.cmd.Wait() // killed: its exit status says nothing new
	c.cmd = nil
}

func (c *child) close() error {
	c.stop()
	return nil
}
