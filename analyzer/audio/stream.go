package audio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
)

// decoder gives the sound of one file. Frames are samples of all channels at one time.
type decoder interface {
	read(dst []float32) (frames int, err error) // fewer than dst holds only with an error
	seek(frame int64) (at int64, err error)     // at is the frame that is read next
	seekSec() float64                           // see Stream.SeekSec
	close() error
}

// Stream is a file opened for reading its sound. One goroutine uses it at a time.
type Stream struct {
	ctx      context.Context
	dec      decoder
	info     Info
	pos      int64
	end      error // what reading ended with, until a seek
	promised int64 // frames that the file should hold; 0: unknown
	cut      bool  // the container shows that the end is missing
}

// Info describes the file.
func (s *Stream) Info() Info { return s.info }

// Position is the frame that is read next.
func (s *Stream) Position() int64 { return s.pos }

// Frames is how many frames the file promises; 0: it does not say. There can be fewer or more.
func (s *Stream) Frames() int64 { return s.promised }

// SeekSec is what a seek costs: as much processor time as decoding so many seconds of sound. Skipping less than that is
// dearer than reading on. Infinite: a seek decodes everything on its way.
func (s *Stream) SeekSec() float64 {
	if s.dec == nil {
		return math.Inf(1)
	}
	return s.dec.seekSec()
}

// Read decodes into dst, interleaved by channel, as many whole frames as fit, and returns their number. At the end it
// returns 0 and io.EOF; other errors are *[Error], or the context's, and come after all frames before them. Each call
// crosses into C or a pipe once: dst should hold some thousand samples.
func (s *Stream) Read(dst []float32) (frames int, err error) {
	if s.end != nil {
		return 0, s.end
	}
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	if len(dst) < s.info.Channels {
		return 0, nil
	}
	n, err := s.dec.read(dst)
	s.pos += int64(n)
	s.end = err
	if n > 0 {
		return n, nil
	}
	return 0, err
}

// SeekFrame makes frame the next one to be read; before the beginning is the beginning, and behind the end is the end.
// The sound is the same as without seeking. Errors are *[Error], or the context's.
func (s *Stream) SeekFrame(frame int64) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	if s.dec == nil {
		return s.end
	}
	at, err := s.dec.seek(max(frame, 0))
	s.pos, s.end = at, err
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// Truncated reports, once Read has returned io.EOF, whether the sound ended far from what the header, or size and bit
// rate, promise.
func (s *Stream) Truncated() bool {
	return errors.Is(s.end, io.EOF) && (s.cut || short(s.pos, s.promised, s.info.SampleRate))
}

// TruncationError says in words what [Stream.Truncated] reports.
func (s *Stream) TruncationError() *Error {
	message := fmt.Sprintf("ends after %.1f s in the middle of the data: get a complete copy", s.seconds(s.pos))
	if s.promised > s.pos {
		message = fmt.Sprintf("ends after %.1f s, far from the %.1f s that its header and size promise: "+
			"get a complete copy", s.seconds(s.pos), s.seconds(s.promised))
	}
	return &Error{Code: CodeTruncated, Message: message}
}

func (s *Stream) seconds(frames int64) float64 { return float64(frames) / float64(s.info.SampleRate) }

// short reports whether frames are far fewer than promised: by 2 % and a quarter of a second.
func short(frames, promised int64, rate int) bool {
	missing := promised - frames
	return missing > promised/50 && missing > int64(rate)/4
}

// Close ends decoding and frees everything.
func (s *Stream) Close() error {
	if s.dec == nil {
		return nil
	}
	err := s.dec.close()
	s.dec = nil
	s.end = fs.ErrClosed
	return err
}

// dropFrames reads n frames and forgets them.
func dropFrames(d decoder, channels int, n int64) error {
	buf := make([]float32, 4096*channels)
	for n > 0 {
		got, err := d.read(buf[:min(n, 4096)*int64(channels)])
		if err != nil {
			return err
		}
		n -= int64(got)
	}
	return nil
}
