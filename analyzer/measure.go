package analyzer

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"earmark/analyzer/audio"
)

// Measurement is what one pass over a recording gives, before any model looks at it.
type Measurement struct {
	Audio       audio.Info
	DecodedSec  float64 // how long the sound really was
	Full        bool    // every second was heard
	HeardFrames int     // frames of [Residual] that carry sound
	Whole       Sound   // all that was heard, without its echoes
	Echoes      []Echo  // strongest first
	Segments    []SegmentMeasurement
	Waveform    []float32 // 1,000 peaks of |sample|; 0 where nothing was heard
	SoundSHA256 string    // of the samples in the order heard, as interleaved 16-bit little endian, hex
}

// Fit tells whether the recording is fit for a verdict, by the feature of the whole and its combs, whatever
// [Measurement.HoldsTone] and [Measurement.Buzzes] say: what may be a tone or buzz may be learned from, and is no
// evidence.
func (m *Measurement) Fit(whole Feature, combs []float64) bool {
	score, _ := reliability(m, whole, combs, false, false)
	return score >= fitReliability
}

// HoldsTone tells whether one tone is held throughout, by the feature of the whole and its combs.
func (m *Measurement) HoldsTone(whole Feature, combs []float64) bool {
	return whole.holdsTone(combs) || whole.sawtooth(m.Whole.Mid, combs) || m.Whole.Mid.empty()
}

// Buzzes tells whether pulses of the mains are heard, by the feature of the whole and its combs.
func (m *Measurement) Buzzes(whole Feature, combs []float64) bool {
	return m.Audio.Codec != "opus" && whole.mainsPulses(combs) // see pulsing
}

// SegmentFeatures are those of the segments, in order.
func (m *Measurement) SegmentFeatures() []Feature {
	out := make([]Feature, len(m.Segments))
	for i, s := range m.Segments {
		out[i] = s.feature.feature()
	}
	return out
}

// SegmentMeasurement is about ten seconds of a recording.
type SegmentMeasurement struct {
	StartSec, EndSec float64
	mean             []int8 // blended mean residual per bin, tenths of a dB
	feature          packed
}

const (
	segmentSec    = 10
	longSegments  = 60   // of a recording for which memory is dear: see longGCPercent
	minTailSec    = 5    // a shorter rest of a window joins the segment before it
	minFrames     = 16   // with sound, of a recording or a segment that is measured
	silentSquare  = 1e-8 // mean square of a frame below which it is silence, -80 dB
	damagedSquare = 1e20 // from which it is no sound
	readFrames    = 8192
	wavePoints    = 1000
)

// Codes of recordings that decode but hold nothing to measure.
const (
	CodeTooShort = "too_short"
	CodeSilent   = "silent"
)

// Measure listens to a recording once. enough, which may be nil, is asked after each window of a recording that can be
// heard in part whether what was heard so far suffices, and may have that worked out; nil hears every second. Memory
// does not grow with the length but for the segments. Errors are *[Error], or ctx's.
func Measure(
	ctx context.Context, path string, enough func(heard func() Sound, windows int) bool,
) (*Measurement, error) {
	in, err := audio.Open(ctx, path)
	if err != nil {
		return nil, loadError(ctx, err)
	}
	defer in.Close() //nolint:errcheck // opened for reading, nothing to lose
	l := newListener(in.Info(), in.Frames())
	order, spread := straight(), 1
	if enough != nil {
		order, spread = windows(in.Frames(), in.Info().SampleRate, in.SeekSec())
	}
	heard := 0
	for w := range order {
		if err := l.listen(ctx, in, w); err != nil {
			return nil, loadError(ctx, err)
		}
		heard++
		if enough != nil && heard >= spread && soundSec(l.sounding()) >= leastSec {
			heardSoFar := func() Sound {
				sound, _ := l.sound(fewEchoes)
				return sound
			}
			if enough(heardSoFar, heard) {
				break
			}
		}
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

// soundSec is how long so many frames with sound are, in seconds.
func soundSec(frames int) float64 { return float64(frames) * frameHop / Rate }

// finish returns the measurement, or the error that says why there is none.
func (l *listener) finish() (*Measurement, error) {
	l.endSegment()
	rate := float64(l.info.SampleRate)
	if sounding := l.sounding(); sounding < minFrames {
		if l.silent > sounding {
			return nil, &Error{Code: CodeSilent, Message: "there is nothing to measure"}
		}
		return nil, &Error{
			Code: CodeTooShort,
			Message: fmt.Sprintf("%.1f s with sound in %.1f s: 4 s are needed to measure, 8 for a verdict",
				soundSec(sounding), float64(l.heard)/rate),
		}
	}
	length := max(l.end, l.heard)
	if l.end == 0 {
		length = max(l.promised, l.window.to)
	}
	slices.SortFunc(l.segments, func(a, b SegmentMeasurement) int { return cmp.Compare(a.StartSec, b.StartSec) })
	sound, echoes := l.sound(mostEchoes)
	return &Measurement{
		Audio: l.info, DecodedSec: float64(length) / rate, Full: l.heard == length,
		HeardFrames: sound.Mid.Frames, Whole: sound, Echoes: echoes, Segments: l.segments,
		Waveform:    l.wave.points(wavePoints, length),
		SoundSHA256: hex.EncodeToString(l.sha.Sum(nil)),
	}, nil
}
