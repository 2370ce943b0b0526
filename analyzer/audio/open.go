package audio

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"earmark/analyzer/audio/container"
)

// What a file may claim. Music below 4 kHz or above 768 kHz, or on more than 32 channels, is a damaged header.
const (
	minRate     = 4_000
	maxRate     = 768_000
	maxChannels = 32
)

// Open finds out by its content what the file at path is and opens it for decoding. Errors are *[Error], or ctx's.
// The end of ctx ends every read; [Stream.Close] must be called in any case.
func Open(ctx context.Context, path string) (*Stream, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f, size, err := OpenRegular(path)
	if err != nil {
		return nil, err
	}
	form, o, err := container.Sniff(f, size)
	if err != nil {
		_ = f.Close()
		return nil, loadFailed(err.Error())
	}
	s := &Stream{ctx: ctx, cut: o.Cut}
	var refusal error
	switch {
	case o.Refuse != "" || !form.Sndfile:
	case o.Vorbis || o.Opus:
		var d *ogg
		if d, refusal = openOgg(f, o); refusal == nil {
			s.useOgg(d, o)
			return s.checked()
		}
	default:
		var snd *sndfile
		if snd, refusal = openSndfile(f, o); refusal == nil {
			s.useSndfile(snd, o)
			return s.checked()
		}
	}
	_ = f.Close()
	if o.Refuse != "" {
		refusal = loadFailed(o.Refuse)
	}
	c, err := openFFmpeg(ctx, path, form)
	if err != nil {
		return nil, bothRefuse(form, refusal, err)
	}
	s.useChild(c, o)
	return s.checked()
}

// OpenRegular opens a file that cannot block, as a pipe or a device would that waits for somebody to write, and says of
// how many bytes it is. Errors are *[Error].
func OpenRegular(path string) (*os.File, int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, 0, fileError(err)
	}
	if err := refuseType(info); err != nil {
		return nil, 0, err
	}
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // it may have become a pipe meanwhile
	if err != nil {
		return nil, 0, fileError(err)
	}
	if info, err = f.Stat(); err == nil {
		err = refuseType(info)
	}
	if err != nil {
		_ = f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}

func refuseType(info fs.FileInfo) error {
	switch mode := info.Mode(); {
	case mode.IsDir():
		return loadFailed("this is a folder: name the files in it")
	case !mode.IsRegular():
		return loadFailed("this is a pipe, socket or device, not a file: save the sound to a file first")
	case info.Size() == 0:
		return &Error{Code: CodeEmpty, Message: "the file is empty: get it again"}
	}
	return nil
}

func fileError(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &Error{Code: CodeNotFound, Message: "no such file: it was moved or deleted"}
	case errors.Is(err, fs.ErrPermission):
		return loadFailed("permission denied: make the file readable")
	}
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		err = pe.Err
	}
	return loadFailed(err.Error())
}

// bothRefuse is the error of a file that neither decoder takes; refusal is libsndfile's, nil when it was not asked.
func bothRefuse(form container.Format, refusal, err error) error {
	var first, second *Error
	if !errors.As(refusal, &first) || !errors.As(err, &second) {
		return err
	}
	if second.Code == CodeDecoderMissing {
		return decoderMissing("this " + form.Name + " cannot be read without help (" + first.Message + ") and")
	}
	return loadFailed("damaged or of an unknown kind: " + first.Message + "; " + second.Message)
}

func (s *Stream) useOgg(d *ogg, o *container.Outline) {
	s.dec = d
	s.info = Info{SampleRate: d.rate, Channels: d.channels, Codec: d.codec, Tags: o.Tags}
	s.promised = d.frames
	seconds := float64(d.frames) / float64(max(d.rate, 1))
	if d.frames == 0 {
		seconds = o.Seconds
	}
	s.setLength(seconds, o.Sound, o.Bitrate)
}

func (s *Stream) useSndfile(d *sndfile, o *container.Outline) {
	s.dec = d
	s.info = Info{SampleRate: d.rate, Channels: d.channels, Codec: d.codec, Tags: o.Tags}
	s.info.Tags.Fill(d.tags)
	s.promised = max(d.frames, o.Frames)
	sound := o.Sound
	if o.Claimed > o.Sound && o.Sound > 0 {
		s.promised = int64(float64(d.frames) * float64(o.Claimed) / float64(o.Sound))
		sound = o.Claimed
	}
	seconds := float64(s.promised) / float64(max(d.rate, 1))
	if s.promised == 0 {
		seconds = o.Seconds
	}
	s.setLength(seconds, sound, o.Bitrate)
}

func (s *Stream) useChild(c *child, o *container.Outline) {
	s.dec = c
	s.info = Info{SampleRate: c.rate, Channels: c.channels, Codec: c.codec, Tags: o.Tags}
	s.info.Tags.Fill(c.tags)
	seconds := c.seconds
	if o.Seconds > 0 { // counted, where ffprobe guesses
		seconds = o.Seconds
	}
	if o.Unsure {
		seconds = 0
	}
	s.promised = int64(seconds * float64(c.rate))
	s.cut = s.cut || o.Sound < o.Claimed-o.Claimed/50 // ffprobe goes by the size that is there
	if o.Bitrate > 0 {
		c.bitrate = o.Bitrate
	}
	s.setLength(seconds, o.Sound, c.bitrate)
}

// setLength sets duration in seconds and bit rate; sound is in bytes, bitrate is what to say when they do not tell.
func (s *Stream) setLength(seconds float64, sound int64, bitrate int) {
	s.info.DurationSec, s.info.Bitrate = seconds, bitrate
	if bitrate == 0 && seconds > 0 {
		s.info.Bitrate = int(float64(sound)*8/seconds + 0.5)
	}
}

// checked refuses what no recording has, and closes the stream if it does.
func (s *Stream) checked() (*Stream, error) {
	var err error
	switch i := s.info; {
	case i.SampleRate < minRate || i.SampleRate > maxRate:
		err = loadFailed(fmt.Sprintf("its header claims a sample rate of %d Hz: it is damaged", i.SampleRate))
	case i.Channels < 1 || i.Channels > maxChannels:
		err = loadFailed(fmt.Sprintf("its header claims %d channels: it is damaged", i.Channels))
	default:
		return s, nil
	}
	_ = s.Close()
	return nil, err
}
