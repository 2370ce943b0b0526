package analyzer

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/tphakala/simd/f32"

	"earmark/analyzer/audio"
)

// Measurement is what one pass over a recording gives, before any model looks at it.
type Measurement struct {
	Audio       audio.Info
	DecodedSec  float64   // how long the sound really was
	HeardFrames int       // frames of [Residual] that carry sound
	Whole       Residual  // the recording as a whole
	Combs       []float32 // strength of each of [Spacings], as all but a fifth of the recording reaches it
	Hum         bool      // hum, buzz or a clock hides what a decoder would leave
	Segments    []SegmentMeasurement
	Waveform    []float32 // 1,000 peaks of |sample|
	SoundSHA256 string    // of the decoded samples as interleaved 16-bit little endian, hex
}

// SegmentMeasurement is ten seconds of a recording.
type SegmentMeasurement struct {
	StartSec, EndSec float64
	Score            float64   // whatever the scorer given to [Measure] made of it
	Mean             []int8    // mean residual per bin, tenths of a dB: kept small, a long file has hundreds
	Combs            []float32 // strength of each of [Spacings] within it
}

const (
	segmentSec   = 10
	minTailSec   = 5 // a shorter rest at the end is measured, but is no segment of its own
	minFrames    = 16
	silentSquare = 1e-8 // mean square of a frame below which it is silence, -80 dB
	readFrames   = 8192
	wavePoints   = 1000
)

// Codes of recordings that decode but hold nothing to measure.
const (
	CodeTooShort = "too_short"
	CodeSilent   = "silent"
)

// Measure listens to a whole recording once. score, which may be nil, is called with the residual of each segment.
// Memory does not grow with the length but for the segments. Errors are *[Error], or ctx's.
func Measure(ctx context.Context, path string, score func(Residual) float64) (*Measurement, error) {
	in, err := audio.Open(ctx, path)
	if err != nil {
		return nil, loadError(ctx, err)
	}
	defer in.Close() //nolint:errcheck // opened for reading, nothing to lose
	l := newListener(in.Info(), score)
	if err := l.listen(ctx, in); err != nil {
		return nil, loadError(ctx, err)
	}
	return l.finish()
}

// loadError turns an error of the decoder into one with a code.
func loadError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if e, ok := errors.AsType[*audio.Error](err); ok {
		return &Error{Code: e.Code, Message: e.Message}
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{Code: audio.CodeLoadFailed, Message: err.Error()}
}

// listener carries one recording through the measurement.
type listener struct {
	info     audio.Info
	score    func(Residual) float64
	resample *resampler
	spectrum *spectrum
	combs    combs

	mono    []float32 // samples at Rate that wait for a full frame
	framed  int64     // samples at Rate before mono[0]
	segment *moments
	block   *moments
	whole   *total
	blocks  [][]float32 // comb strengths per block
	segFrom int64       // first sample at Rate of the running segment
	scratch []float32

	segments []SegmentMeasurement
	wave     waveform
	sound    hash.Hash
	pcm      []int16
	raw      []byte
	decoded  int64 // frames at the file's own rate
	silent   int
}

func newListener(info audio.Info, score func(Residual) float64) *listener {
	return &listener{
		info: info, score: score,
		resample: newResampler(info.SampleRate), spectrum: newSpectrum(), combs: newCombs(),
		segment: newMoments(), block: newMoments(), whole: newTotal(),
		scratch: make([]float32, Bins), sound: sha256.New(),
	}
}

func (l *listener) listen(ctx context.Context, in *audio.Stream) error {
	ch := l.info.Channels
	buf := make([]float32, readFrames*ch)
	mid := make([]float32, readFrames)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := in.Read(buf)
		if n > 0 {
			l.hear(buf[:n*ch], mid[:n])
		}
		if errors.Is(err, io.EOF) {
			if in.Truncated() {
				return in.TruncationError()
			}
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// hear takes one block of interleaved samples; mid has one element a frame.
func (l *listener) hear(block, mid []float32) {
	ch := l.info.Channels
	l.decoded += int64(len(mid))
	l.wave.add(block, ch)
	l.hashSound(block)
	downmix(mid, block, ch)
	l.mono = append(l.mono, l.resample.process(mid)...)
	from := 0
	for ; from+frameLen <= len(l.mono); from += frameHop {
		l.frame(l.mono[from:from+frameLen], l.framed+int64(from))
	}
	l.framed += int64(from)
	l.mono = l.mono[:copy(l.mono, l.mono[from:])]
}

// downmix writes the mean of all channels: the mid channel of a stereo recording.
func downmix(mid, block []float32, ch int) {
	switch ch {
	case 1:
		copy(mid, block)
	case 2:
		for i := range mid {
			mid[i] = (block[2*i] + block[2*i+1]) * 0.5
		}
	default:
		scale := 1 / float32(ch)
		for i := range mid {
			var sum float32
			for _, v := range block[i*ch : i*ch+ch] {
				sum += v
			}
			mid[i] = sum * scale
		}
	}
}

func (l *listener) hashSound(block []float32) {
	if cap(l.pcm) < len(block) {
		l.pcm, l.raw = make([]int16, len(block)), make([]byte, 2*len(block))
	}
	pcm, raw := l.pcm[:len(block)], l.raw[:2*len(block)]
	f32.Float32ToInt16Scale(pcm, block, 32767)
	for i, v := range pcm {
		binary.LittleEndian.PutUint16(raw[2*i:], uint16(v))
	}
	l.sound.Write(raw)
}

// frame measures the frame that starts at sample at of the resampled recording.
func (l *listener) frame(x []float32, at int64) {
	if at-l.segFrom >= segmentSec*Rate {
		l.endSegment(l.segFrom + segmentSec*Rate)
	}
	if f32.SumOfSquares(x)/frameLen < silentSquare {
		l.silent++
		return
	}
	l.spectrum.frame(x)
	l.segment.add(l.spectrum)
	l.block.add(l.spectrum)
	if l.block.frames == blockFrames {
		l.endBlock()
	}
}

func (l *listener) endBlock() {
	r := l.block.residual()
	strengths := make([]float32, len(Spacings))
	l.combs.measure(strengths, r.Mean, r.Dev, l.scratch)
	l.blocks = append(l.blocks, strengths)
	l.block.reset()
}

// endSegment closes the running segment at sample to of the resampled recording.
func (l *listener) endSegment(to int64) {
	if l.segment.frames > 0 && to-l.segFrom >= minTailSec*Rate {
		r := l.segment.residual()
		s := SegmentMeasurement{
			StartSec: float64(l.segFrom) / Rate, EndSec: float64(to) / Rate,
			Mean: make([]int8, Bins), Combs: make([]float32, len(Spacings)),
		}
		for i, m := range r.Mean {
			s.Mean[i] = int8(min(max(m*10, -127), 127))
		}
		l.combs.measure(s.Combs, r.Mean, r.Dev, l.scratch)
		if l.score != nil {
			s.Score = l.score(r)
		}
		l.segments = append(l.segments, s)
	}
	l.whole.add(l.segment)
	l.segment.reset()
	l.segFrom = to
}

// finish returns the measurement, or the error that says why there is none.
func (l *listener) finish() (*Measurement, error) {
	l.endSegment(l.framed + int64(len(l.mono)))
	seconds := float64(l.decoded) / float64(l.info.SampleRate)
	if l.whole.frames < minFrames {
		if l.silent > l.whole.frames {
			return nil, &Error{Code: CodeSilent, Message: "there is nothing to measure"}
		}
		return nil, &Error{
			Code:    CodeTooShort,
			Message: fmt.Sprintf("%.1f s of sound is too short to measure: at least 4 s are needed", seconds),
		}
	}
	if len(l.blocks) == 0 { // whole.frames >= blockFrames, but spread over silence
		l.endBlock()
	}
	whole, strengths := l.whole.residual(), persistent(l.blocks)
	return &Measurement{
		Audio: l.info, DecodedSec: seconds, HeardFrames: l.whole.frames,
		Whole: whole, Combs: strengths, Hum: l.combs.hums(strengths, whole.Mean), Segments: l.segments,
		Waveform:    l.wave.points(wavePoints),
		SoundSHA256: hex.EncodeToString(l.sound.Sum(nil)),
	}, nil
}
