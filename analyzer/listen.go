package analyzer

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"io"
	"runtime/debug"
	"unsafe"

	"github.com/tphakala/simd/f32"

	"earmark/analyzer/audio"
)

// listener carries one recording through the measurement.
type listener struct {
	info     audio.Info
	promised int64 // frames at the file's own rate, 0: unknown
	spectrum *spectrum
	mid      channel
	side     channel // without sound where there is one channel
	left     []float32
	fine     fineSum

	window   window
	until    int64 // where hearing without a break ends, in frames at the file's own rate
	from     int64 // first frame of the running segment, at the file's own rate
	segments []SegmentMeasurement
	wave     waveform
	sha      hash.Hash
	pcm      []int16
	heard    int64 // frames at the file's own rate
	end      int64 // of the recording, once it was reached
	silent   int
}

func newListener(info audio.Info, promised int64) *listener {
	l := &listener{
		info: info, promised: promised, spectrum: newSpectrum(), mid: newChannel(info.SampleRate), sha: sha256.New(),
		side: channel{segment: newMoments(), whole: newTotal()},
	}
	l.mid.phases.keep = keptGroups
	if info.Channels > 1 {
		l.side, l.left = newChannel(info.SampleRate), make([]float32, readFrames)
	}
	return l
}

// listen hears one window. The end of the recording ends it early.
func (l *listener) listen(ctx context.Context, in *audio.Stream, w window) error {
	if in.Position() != w.from {
		if err := in.SeekFrame(w.from); err != nil {
			return err
		}
	}
	l.begin(w)
	ch := int64(l.info.Channels)
	buf := make([]float32, readFrames*ch)
	for in.Position() < w.to {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := in.Read(buf[:min(readFrames, w.to-in.Position())*ch])
		if n > 0 {
			l.hear(buf[:int64(n)*ch])
		}
		if errors.Is(err, io.EOF) {
			if in.Truncated() {
				return in.TruncationError()
			}
			l.end = in.Position()
			break
		}
		if err != nil {
			return err
		}
	}
	l.endWindow()
	return nil
}

// endWindow closes the running segment, and the group of frames whose phases are taken together.
func (l *listener) endWindow() {
	l.endSegment()
	for _, c := range []*channel{&l.mid, &l.side} {
		l.fine.add(&c.phases, l.spectrum.transform)
	}
}

func (l *listener) begin(w window) {
	l.window, l.until, l.from = window{w.from, w.from}, w.to, w.from // the running one ends where hearing has come to
	l.mid.restart()
	if l.info.Channels > 1 {
		l.side.restart()
	}
}

// hear takes one block of interleaved samples that follows the one before.
func (l *listener) hear(block []float32) {
	ch := l.info.Channels
	frames := len(block) / ch
	l.wave.add(l.window.to, block, ch)
	l.hashSound(block)
	l.heard += int64(frames)
	l.window.to += int64(frames)
	l.mix(block, frames)
	l.mid.samples = append(l.mid.samples, l.mid.resample.Process(l.mid.in[:frames])...)
	if ch > 1 {
		l.side.samples = append(l.side.samples, l.side.resample.Process(l.side.in[:frames])...)
	}
	from := 0
	for ; from+frameLen <= len(l.mid.samples); from += frameHop {
		l.frame(from)
	}
	for _, c := range []*channel{&l.mid, &l.side} {
		c.samples = c.samples[:copy(c.samples, c.samples[min(from, len(c.samples)):])]
	}
	rate := int64(l.info.SampleRate)
	if l.window.to-l.from >= segmentSec*rate && l.remaining() >= minTailSec*rate {
		l.endSegment()
	}
}

// remaining is how much follows without a break, as far as that is known: a tail too short for a segment joins the last
// one.
func (l *listener) remaining() int64 {
	end := l.until
	if l.promised > 0 {
		end = min(end, l.promised)
	}
	return end - l.window.to
}

// mix writes the mean of all channels into the mid channel, and half the difference of the first two into the side.
func (l *listener) mix(block []float32, frames int) {
	ch := l.info.Channels
	mid, side := l.mid.in[:frames], l.side.in
	switch ch {
	case 1:
		copy(mid, block)
	case 2:
		left, right := l.left[:frames], side[:frames]
		f32.Deinterleave2(left, right, block)
		f32.Add(mid, left, right)
		f32.Scale(mid, mid, 0.5)
		f32.Sub(right, left, right)
		f32.Scale(right, right, 0.5)
	default:
		scale := 1 / float32(ch)
		for i := range mid {
			var sum float32
			for _, v := range block[i*ch : i*ch+ch] {
				sum += v
			}
			mid[i] = sum * scale
			side[i] = (block[i*ch] - block[i*ch+1]) * 0.5
		}
	}
}

func (l *listener) hashSound(block []float32) {
	if cap(l.pcm) < len(block) {
		l.pcm = make([]int16, len(block))
	}
	pcm := l.pcm[:len(block)]
	f32.Float32ToInt16Scale(pcm, block, 32767)
	l.sha.Write(littleEndian(pcm))
}

// littleEndian gives the bytes of pcm in this order, in place.
func littleEndian(pcm []int16) []byte {
	first := unsafe.Pointer(unsafe.SliceData(pcm))  //nolint:gosec // of as many bytes as follow
	raw := unsafe.Slice((*byte)(first), 2*len(pcm)) //nolint:gosec // all of pcm, no more
	if binary.NativeEndian.Uint16([]byte{1, 0}) != 1 {
		for i, v := range pcm {
			binary.LittleEndian.PutUint16(raw[2*i:], uint16(v))
		}
	}
	return raw
}

// frame measures the frame that starts at sample from of those that wait.
func (l *listener) frame(from int) {
	if !l.mid.frame(l.spectrum, &l.fine, from) {
		l.silent++
	}
	if l.info.Channels > 1 && from+frameLen <= len(l.side.samples) {
		l.side.frame(l.spectrum, &l.fine, from)
	}
}

// endSegment closes the running segment where hearing has come to.
func (l *listener) endSegment() {
	rate := float64(l.info.SampleRate)
	sound := together(l.mid.segment.residual(), l.side.segment.residual())
	if sound.Mid.Frames >= minFrames && float64(l.window.to-l.from) >= minTailSec*rate {
		sound, _ = sound.withoutEchoes(fewEchoes)
		s := SegmentMeasurement{
			StartSec: float64(l.from) / rate, EndSec: float64(l.window.to) / rate,
			mean: make([]int8, Bins), feature: sound.Feature().pack(),
		}
		for i, m := range sound.Blend().Mean {
			s.mean[i] = int8(min(max(m*10, -127), 127))
		}
		l.segments = append(l.segments, s)
		if len(l.segments) == longSegments {
			debug.SetGCPercent(longGCPercent)
		}
	}
	for _, c := range []*channel{&l.mid, &l.side} {
		c.whole.add(c.segment)
		c.segment.reset()
	}
	l.from = l.window.to
}

// sounding is how many frames with sound were heard so far, of the channel that is measured as the middle.
func (l *listener) sounding() int {
	if l.mid.whole.frames < minFrames {
		return max(l.mid.whole.frames, l.side.whole.frames)
	}
	return l.mid.whole.frames
}

// sound is what was heard so far, without so many of the echoes in it, and these.
func (l *listener) sound(echoes int) (Sound, []Echo) {
	s := together(l.mid.whole.residual(), l.side.whole.residual())
	s.Fine, s.Phasors = l.fine.fine(), l.mid.phases.kept
	return s.withoutEchoes(echoes)
}
