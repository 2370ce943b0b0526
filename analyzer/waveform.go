package analyzer

import "github.com/tphakala/simd/f32"

// waveChunk is how many frames one peak covers before the length of the recording is known.
const waveChunk = 1024

// waveform collects the peaks of a recording of any length, in any order.
type waveform struct{ peaks []float32 }

// add takes interleaved samples of ch channels; at is the frame of the recording that they begin with.
func (w *waveform) add(at int64, block []float32, ch int) {
	for len(block) > 0 {
		chunk := int(at / waveChunk)
		n := min(len(block)/ch, waveChunk-int(at%waveChunk))
		if grow := chunk + 1 - len(w.peaks); grow > 0 {
			w.peaks = append(w.peaks, make([]float32, grow)...)
		}
		w.peaks[chunk] = max(w.peaks[chunk], f32.MaxAbs(block[:n*ch]))
		at += int64(n)
		block = block[n*ch:]
	}
}

// points returns n peaks over equal slices of a recording of length frames, in steps of 1/255 of full scale and at most
// 1.
func (w *waveform) points(n int, length int64) []float32 {
	out := make([]float32, n)
	chunks := int((length + waveChunk - 1) / waveChunk)
	for i := range out {
		from := i * chunks / n
		to := max(from+1, (i+1)*chunks/n)
		var top float32
		for _, p := range w.peaks[min(from, len(w.peaks)):min(to, len(w.peaks))] {
			top = max(top, p)
		}
		// Rounded to the three decimals that a screen can use: a report is kept for every track.
		out[i] = float32(int(min(top, 1)*255+0.5)) / 255
		out[i] = float32(int(out[i]*1000+0.5)) / 1000
	}
	return out
}
