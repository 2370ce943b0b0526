package analyzer

import (
	"math"
	"sync"

	"github.com/tphakala/simd/f32"

	"earmark/analyzer/fourier"
)

// The frame of the measurement. A frame of 16,384 samples at 44.1 kHz resolves 2.69 Hz, fine enough to keep the lines
// of the densest known lattice (21.5 Hz) apart.
const (
	Rate       = 44100 // Hz, every recording is measured at this rate
	frameLen   = 16384 // samples
	frameHop   = 8192  // samples
	binHz      = float64(Rate) / frameLen
	firstBin   = 372          // 1,001 Hz: below it music itself is all lines
	Bins       = 5572         // to 16.0 kHz: above it most encoders leave nothing
	passBandHz = 16000.0      // up to which other rates keep the sound
	baseline   = fourier.Span // bins of the running mean that a residual is taken from
	floorDB    = -128         // a bin that lies below this on average carries no sound
	powerZero  = 1e-14        // -140 dB, so that nothing is not minus infinity
)

// hertz is the frequency of bin i of the measured band.
func hertz(i float64) float64 { return (float64(firstBin) + i) * binHz }

// spectrum turns frames of samples into residuals: how many dB each bin stands above the mean of its neighbours.
//
// For a frame x and the Hann window w: P = |DFT(w·x)|² relative to a full-scale sine, D = 10·log10(P + 1e-14), and
// r[k] = D[k] - mean(D[k-15 … k+15]). A steady line keeps its r in every frame while music comes and goes.
type spectrum struct {
	transform *fourier.Transform
	wide      []float32 // dB over the measured band and half a baseline on either side
	db        []float32 // Bins, the dB of the last frame
	r         []float32 // Bins, the residual of the last frame
}

func newSpectrum() *spectrum {
	s := &spectrum{
		transform: fourier.New(),
		wide:      make([]float32, fineBins),
		r:         make([]float32, Bins),
	}
	s.db = s.wide[baseline/2 : baseline/2+Bins]
	return s
}

// hann is the window of a frame. The factor 4/frameLen makes the power of a full-scale sine 1.
var hann = sync.OnceValue(func() []float32 {
	w := make([]float32, frameLen)
	for i := range w {
		w[i] = float32((0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/frameLen)) * 4 / frameLen)
	}
	return w
})

// frame measures one frame of frameLen samples into s.db and s.r, and its phasors into re and im, fineBins each.
func (s *spectrum) frame(x []float32, re, im []int8) {
	s.transform.Phasors(s.wide, re, im, fineFirst, x, hann())
	f32.AddScalar(s.wide, s.wide, powerZero)
	f32.Log10(s.wide, s.wide)
	f32.Scale(s.wide, s.wide, 10)
	fourier.Means(s.r, s.wide)
	f32.Sub(s.r, s.db, s.r)
}

// moments sums residuals over frames.
type moments struct {
	frames int
	db     []float32 // sum of dB
	r, r2  []float32 // sum of residuals and of their squares
	square []float32
}

func newMoments() *moments {
	return &moments{
		db: make([]float32, Bins), r: make([]float32, Bins), r2: make([]float32, Bins), square: make([]float32, Bins),
	}
}

func (m *moments) add(s *spectrum) {
	m.frames++
	f32.AccumulateAdd(m.db, s.db, 0)
	f32.AccumulateAdd(m.r, s.r, 0)
	f32.Mul(m.square, s.r, s.r)
	f32.AccumulateAdd(m.r2, m.square, 0)
}

func (m *moments) reset() {
	m.frames = 0
	clear(m.db)
	clear(m.r)
	clear(m.r2)
}

// Residual is the averaged spectrum of a stretch of sound over the measured band. All slices have [Bins] elements.
type Residual struct {
	Frames int
	Level  []float32 // mean dB relative to a full-scale sine
	Mean   []float32 // mean residual, dB; 0 where Level is below the floor
	Dev    []float32 // standard deviation of the residual over frames, dB
}

func (m *moments) residual() Residual {
	t := newTotal()
	t.add(m)
	return t.residual()
}

// total adds moments in double precision, so that hours of frames lose nothing.
type total struct {
	frames    int
	db, r, r2 []float64
}

func newTotal() *total {
	return &total{db: make([]float64, Bins), r: make([]float64, Bins), r2: make([]float64, Bins)}
}

func (t *total) add(m *moments) {
	t.frames += m.frames
	for i := range t.db {
		t.db[i] += float64(m.db[i])
		t.r[i] += float64(m.r[i])
		t.r2[i] += float64(m.r2[i])
	}
}

func (t *total) residual() Residual {
	out := Residual{
		Frames: t.frames,
		Level:  make([]float32, Bins), Mean: make([]float32, Bins), Dev: make([]float32, Bins),
	}
	if t.frames == 0 {
		return out
	}
	n := float64(t.frames)
	for i := range out.Mean {
		level, mean := t.db[i]/n, t.r[i]/n
		out.Level[i] = float32(level)
		if level < floorDB {
			continue
		}
		out.Mean[i] = float32(mean)
		out.Dev[i] = float32(math.Sqrt(max(0, t.r2[i]/n-mean*mean)))
	}
	return out
}
