package player

import (
	"errors"
	"fmt"
	"io"
	"math"
)

// streamer is beep.Streamer by its method set.
type streamer interface {
	Stream(samples [][2]float64) (n int, ok bool)
	Err() error
}

// converter turns a Source into stereo at Rate. Its frames lie on one grid: frame p is the moment p/Rate of the track,
// after a seek just as without one.
type converter struct {
	src   Source
	rate  int // of src, Hz
	in    *mixdown
	chain streamer // in, resampled
	skip  [512][2]float64
}

func newConverter(src Source) (*converter, error) {
	info := src.Info()
	if info.SampleRate <= 0 || info.Channels <= 0 {
		return nil, fmt.Errorf("a recording with %d channels at %d Hz", info.Channels, info.SampleRate)
	}
	c := &converter{src: src, rate: info.SampleRate}
	c.in = &mixdown{src: src, channels: info.Channels, gains: stereoGains(info.Channels)}
	c.chain = resampled(c.in, c.rate, Rate)
	return c, nil
}

// resampled brings s from one rate to another. Down from far above, octaves are removed by a half-band filter, so
// that nothing folds back; beep's polynomial then works on an oversampled signal, where it is good: its images lie
// 24 dB under a 15 kHz tone at 44.1 kHz, and more than 60 dB under it with one octave of room.
func resampled(s streamer, from, to int) streamer {
	for from >= to*5/3 {
		s, from = newHalfBand(s, false), (from+1)/2
	}
	if from == to {
		return s
	}
	for from < to*3/2 {
		s, from = newHalfBand(s, true), from*2
	}
	return beepResample(from, to, s)
}

// read fills dst and returns how many frames; fewer than asked for mean the end, or an error.
func (c *converter) read(dst [][2]float64) (int, error) {
	n := 0
	for n < len(dst) {
		m, ok := c.chain.Stream(dst[n:])
		n += m
		if !ok || m == 0 {
			return n, c.in.err
		}
	}
	return n, nil
}

// seek makes the next read start at place. A resampler has to be on its grid and warm, so it starts at a place before
// that is a whole frame of the source too.
func (c *converter) seek(place int64) error {
	start := place
	if c.rate != Rate {
		warm := max(128, int64(64*Rate/c.rate)) // frames; more than the filters reach over
		grid := int64(Rate / gcd(c.rate, Rate))
		if grid <= Rate/10 {
			start = max(0, (place-warm)/grid*grid)
		} else { // a rate such as 44,099 Hz: a fraction of a source frame off
			start = max(0, place-warm)
		}
	}
	if err := c.src.SeekFrame(start * int64(c.rate) / Rate); err != nil {
		return err
	}
	c.in.ended, c.in.err = false, nil
	c.chain = resampled(c.in, c.rate, Rate)
	for start < place {
		n, err := c.read(c.skip[:min(int64(len(c.skip)), place-start)])
		if start += int64(n); err != nil || n == 0 {
			return err
		}
	}
	return nil
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// mixdown reads a Source as stereo. It fills what it is asked for until the source ends: beep's resampler indexes
// behind its buffer when a block before the last one is short.
type mixdown struct {
	src      Source
	channels int
	gains    [][2]float64 // per channel: into left, into right; nil for stereo as it is
	raw      []float32
	ended    bool
	err      error // what ended it, unless it was the end
}

func (m *mixdown) Err() error { return m.err }

func (m *mixdown) Stream(dst [][2]float64) (int, bool) {
	if m.raw == nil {
		m.raw = make([]float32, 512*m.channels)
	}
	n, idle := 0, 0
	for n < len(dst) && !m.ended {
		want := min(512, len(dst)-n)
		got, err := m.src.Read(m.raw[:want*m.channels])
		m.mix(dst[n:n+got], m.raw)
		n += got
		idle++
		if got > 0 {
			idle = 0
		}
		if err == nil && idle > 100 {
			err = io.ErrNoProgress
		}
		if err != nil {
			m.ended = true
			if !errors.Is(err, io.EOF) {
				m.err = err
			}
		}
	}
	return n, n > 0
}

func (m *mixdown) mix(dst [][2]float64, raw []float32) {
	for i := range dst {
		in := raw[i*m.channels : (i+1)*m.channels]
		if m.channels == 2 {
			dst[i] = [2]float64{sane(in[0]), sane(in[1])}
			continue
		}
		var out [2]float64
		for c, v := range in {
			v := sane(v)
			out[0] += v * m.gains[c][0]
			out[1] += v * m.gains[c][1]
		}
		dst[i] = out
	}
}

// sane keeps what a float file may contain away from the loudspeaker.
func sane(v float32) float64 {
	if v != v || v > 64 || v < -64 {
		return 0
	}
	return float64(v)
}

// stereoGains returns how loud each channel goes to the left and to the right, for channels in WAV order. Centre and
// surround enter at −3 dB (ITU-R BS.775), the low-frequency channel is left out, and the sum is scaled so that full
// scale in every channel stays full scale. More than eight channels are no loudspeaker layout: they are averaged.
func stereoGains(channels int) [][2]float64 {
	const h = math.Sqrt2 / 2
	left, right, both, none := [2]float64{1, 0}, [2]float64{0, 1}, [2]float64{h, h}, [2]float64{}
	backLeft, backRight := [2]float64{h, 0}, [2]float64{0, h}
	var g [][2]float64
	switch channels {
	case 1:
		return [][2]float64{{1, 1}}
	case 2:
		return nil
	case 3:
		g = [][2]float64{left, right, both}
	case 4:
		g = [][2]float64{left, right, backLeft, backRight}
	case 5:
		g = [][2]float64{left, right, both, backLeft, backRight}
	case 6:
		g = [][2]float64{left, right, both, none, backLeft, backRight}
	case 7:
		g = [][2]float64{left, right, both, none, both, backLeft, backRight}
	case 8:
		g = [][2]float64{left, right, both, none, backLeft, backRight, backLeft, backRight}
	default:
		for range channels {
			g = append(g, [2]float64{1, 1})
		}
	}
	sum := 0.0
	for _, v := range g {
		sum += v[0]
	}
	for i := range g {
		g[i][0] /= sum
		g[i][1] /= sum
	}
	return g
}
