package analyzer

import "github.com/tphakala/simd/f32"

// waveChunk is how many frames one peak covers before the length of the recording is known.
const waveChunk = 1024

// waveform collects the peaks of a recording of any length.
type waveform struct {
	peaks  []float32
	peak   float32
	filled int // frames in the running chunk
}

// add takes interleaved samples of ch channels.
func (w *waveform) add(block []float32, ch int) {
	for len(block) > 0 {
		n := min(len(block)/ch, waveChunk-w.filled)
		part := block[:n*ch]
		w.peak = max(w.peak, f32.MaxAbs(part))
		w.filled += n
		if w.filled == waveChunk {
			w.peaks = append(w.peaks, w.peak)
			w.peak, w.filled = 0, 0
		}
		block = block[n*ch:]
	}
}

// points returns n peaks over equal slices of time, in steps of 1/255 of full scale and at most 1.
func (w *waveform) points(n int) []float32 {
	peaks := w.peaks
	if w.filled > 0 {
		peaks = append(peaks, w.peak)
	}
	out := make([]float32, n)
	if len(peaks) == 0 {
		return out
	}
	for i := range out {
		from := i * len(peaks) / n
		to := max(from+1, (i+1)*len(peaks)/n)
		var top float32
		for _, p := range peaks[from:min(to, len(peaks))] {
			top = max(top, p)
		}
		// Rounded to the three decimals that a screen can use: a report is kept for every track.
		out[i] = float32(int(min(top, 1)*255+0.5)) / 255
		out[i] = float32(int(out[i]*1000+0.5)) / 1000
	}
	return out
}
