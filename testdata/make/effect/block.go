package effect

import (
	"math"
	"math/rand/v2"
)

func hann(i, n int) float64 { return 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/float64(n)) }

// dropouts are blocks that came too late.
func dropouts(rng *rand.Rand, s stereo) {
	n, share := pick(rng, 64, 128, 256, 441, 480, 512, 1024), between(rng, 0.0004, 0.1)
	for from := 0; from+n <= len(s[0]); from += n {
		if rng.Float64() < share {
			clear(s[0][from : from+n])
			clear(s[1][from : from+n])
		}
	}
}

// packets that are lost on the way are replaced by the ones before, softer each time.
func packets(rng *rand.Rand, s stereo) {
	n, share := pick(rng, 441, 480, 882, 960, 1024), between(rng, 0.1, 0.4)
	for from := n; from+n <= len(s[0]); from += n {
		if rng.Float64() >= share {
			continue
		}
		for _, x := range s {
			for i := from; i < from+n; i++ {
				x[i] = 0.8 * x[i-n]
			}
		}
	}
}

// blockCoder has a few bits for each sample, and one range for each block.
func blockCoder(rng *rand.Rand, s stereo) {
	n, levels := pick(rng, 16, 28, 32, 64, 256), math.Exp2(float64(2+rng.IntN(3)))
	s.each(func(x []float64) []float64 {
		for from := 0; from+n <= len(x); from += n {
			peak := 1e-9
			for _, v := range x[from : from+n] {
				peak = max(peak, math.Abs(v))
			}
			for i := from; i < from+n; i++ {
				x[i] = math.Round(x[i]/peak*levels) / levels * peak
			}
		}
		return x
	})
}

// grains of one length overlap by half, some of them twice or left out, so that the music becomes longer or shorter.
func grains(rng *rand.Rand, s stereo) {
	n, faster := 300+rng.IntN(2500), between(rng, 0.8, 1.2)
	s.each(func(x []float64) []float64 {
		out := make([]float64, len(x))
		for k := 0; (k+2)*n < len(out); k++ {
			from := int(float64(k)*faster) * n
			if from+2*n > len(x) {
				break
			}
			for i := range 2 * n {
				out[k*n+i] += x[from+i] * hann(i, 2*n)
			}
		}
		return out
	})
}

// handheld holds each sample of a low rate until the next, in eight bits.
func handheld(rng *rand.Rand, s stereo) {
	rate := pick(rng, 10512, 13379, 15768, 18157, 21024.0)
	s.each(func(x []float64) []float64 {
		out := make([]float64, len(x))
		for i := range out {
			out[i] = math.Round(127*x[int(math.Floor(seconds(i)*rate)/rate*Rate)]) / 127
		}
		return out
	})
}

// telephone draws straight lines between the samples of a low rate.
func telephone(rng *rand.Rand, s stereo) {
	rate := pick(rng, 8000, 16000, 22050, 24000.0)
	s.each(func(x []float64) []float64 {
		out := make([]float64, len(x))
		for i := range out {
			at := seconds(i) * rate
			from := x[int(math.Floor(at)/rate*Rate)]
			to := x[min(int(math.Floor(at+1)/rate*Rate), len(x)-1)]
			out[i] = from + (to-from)*part(at)
		}
		return out
	})
}
