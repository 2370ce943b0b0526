package chart

import (
	"math"
	"strconv"
)

// Spectrum is an averaged spectrum to look at.
type Spectrum struct {
	Values []float32 // dB above the local floor; Values[i] belongs to FromHz + i·StepHz
	FromHz float64
	StepHz float64
	Marks  []Mark

	ViewFrom, ViewTo float64 // Hz, what is shown; all of it unless ViewTo is greater
	TopDB            float64 // height of the scale; 0 for the highest value in view
}

// Mark is a place on the frequency axis to point at.
type Mark struct {
	Hz   float64
	Kind Kind
}

// Kind says what is at a Mark.
type Kind int

// What can be at a mark. Where marks share a column the first of these is drawn.
const (
	OnLattice  Kind = iota // a line, on the lattice: ▲ below, and the column in the style of a tooth
	OffLattice             // a line, off the lattice: •
	Missing                // a tooth of the lattice without a line: ╷
)

// gutter is the width of the dB scale: four characters and the axis.
const gutter = 5

// View returns what is shown, in Hz.
func (sp Spectrum) View() (from, to float64) {
	if sp.ViewTo > sp.ViewFrom && !math.IsInf(sp.ViewTo-sp.ViewFrom, 0) {
		return sp.ViewFrom, sp.ViewTo
	}
	return sp.FromHz, sp.FromHz + sp.StepHz*float64(len(sp.Values))
}

// Zoom returns the spectrum with a view that shows 1/by of what it showed around a frequency, inside of the whole and
// not closer than sixteen values.
func (sp Spectrum) Zoom(by, around float64) Spectrum {
	from, to := sp.View()
	if !(by > 0) {
		return sp
	}
	least, end := 16*sp.StepHz, sp.FromHz+sp.StepHz*float64(len(sp.Values))
	span := min(max((to-from)/by, least), end-sp.FromHz)
	at := 0.5
	if around >= from && around <= to {
		at = (around - from) / (to - from) // the frequency stays where it is on the screen
	} else {
		around = (from + to) / 2
	}
	sp.ViewFrom = max(sp.FromHz, min(around-at*span, end-span))
	sp.ViewTo = sp.ViewFrom + span
	return sp
}

// Pan returns the spectrum with a view moved by a share of its width, inside of the whole.
func (sp Spectrum) Pan(share float64) Spectrum {
	from, to := sp.View()
	span, end := to-from, sp.FromHz+sp.StepHz*float64(len(sp.Values))
	sp.ViewFrom = max(sp.FromHz, min(from+share*span, end-span))
	sp.ViewTo = sp.ViewFrom + span
	return sp
}

// Draw draws the spectrum: bars, each the highest value that its column covers, with the dB scale on the left from a
// width of 24 on; below them the axis with the marks; and below that its labels in kHz. Of less than three rows the
// labels, and then the axis, are left out.
func (sp Spectrum) Draw(width, height int, s Style) []string {
	c, g := newCanvas(width, height), s.glyphs()
	if c.width == 0 || c.height == 0 {
		return c.lines()
	}
	left := 0
	if c.width >= 24 {
		left = gutter
	}
	body := c.height
	if c.height >= 3 {
		body--
	}
	if c.height >= 2 {
		body--
	}
	p := plot{Spectrum: sp, canvas: c, style: &s, glyphs: g, left: left, width: c.width - left, body: body}
	p.from, p.to = sp.View()
	p.top = sp.TopDB
	if !(p.top > 0) || math.IsInf(p.top, 0) {
		p.top = p.highest()
	}
	kinds := p.kinds()
	p.drawBars(kinds)
	if body < c.height {
		p.drawAxis(kinds)
	}
	if left > 0 {
		p.drawScale()
	}
	return c.lines()
}

// plot is a spectrum on its way to the screen.
type plot struct {
	Spectrum
	*canvas
	style    *Style
	glyphs   *glyphs
	left     int // first column of the bars
	width    int // columns of them
	body     int // rows of them
	from, to float64
	top      float64
}

// value returns the highest value in column x. Where a value is wider than a column it fills several.
func (p *plot) value(x int) float64 {
	if !(p.StepHz > 0) || len(p.Values) == 0 {
		return 0
	}
	index := func(x int) int {
		hz := p.from + (p.to-p.from)*float64(x)/float64(p.width)
		i := math.Floor((hz-p.FromHz)/p.StepHz + 0.5)
		return int(max(-1, min(i, float64(len(p.Values)))))
	}
	first, last := index(x), index(x+1)
	best := 0.0
	for i := max(first, 0); i < max(last, first+1) && i < len(p.Values); i++ {
		if v := float64(p.Values[i]); v > best && !math.IsInf(v, 0) {
			best = v
		}
	}
	return best
}

// highest returns a round number of dB that the view fits under, at least 1.
func (p *plot) highest() float64 {
	best := 1.0
	for x := range p.width {
		best = max(best, p.value(x))
	}
	return roundUp(best)
}

// roundUp returns the next of 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 15 …
func roundUp(v float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(v)))
	for _, n := range []float64{1, 1.5, 2, 3, 4, 5, 6, 8, 10} {
		if v <= n*unit*(1+1e-9) {
			return n * unit
		}
	}
	return v
}

// kinds returns for every column the most telling mark in it, or -1.
func (p *plot) kinds() []Kind {
	kinds := make([]Kind, p.width)
	for x := range kinds {
		kinds[x] = -1
	}
	for _, m := range p.Marks {
		x, ok := p.column(m.Hz)
		if ok && m.Kind >= 0 && (kinds[x] < 0 || m.Kind < kinds[x]) {
			kinds[x] = m.Kind
		}
	}
	return kinds
}

// column returns the column of a frequency.
func (p *plot) column(hz float64) (x int, ok bool) {
	if !(hz >= p.from && hz < p.to) {
		return 0, false
	}
	return min(int((hz-p.from)/(p.to-p.from)*float64(p.width)), p.width-1), true
}

func (p *plot) drawBars(kinds []Kind) {
	for x := range p.width {
		style := &p.style.Bar
		switch kinds[x] {
		case OnLattice:
			style = &p.style.Tooth
		case OffLattice:
			style = &p.style.Stray
		case Missing: // there is no line to point at
		}
		p.bar(p.left+x, 0, p.body-1, p.value(x)/p.top, p.glyphs.up, style)
	}
}

// drawAxis draws the axis with the marks on it, and its labels in the row below.
func (p *plot) drawAxis(kinds []Kind) {
	y := p.body
	for x := range p.width {
		p.set(p.left+x, y, p.glyphs.line, &p.style.Axis)
	}
	p.drawLabels(y)
	for x, kind := range kinds {
		switch kind {
		case OnLattice:
			p.set(p.left+x, y, p.glyphs.tooth, &p.style.Tooth)
		case OffLattice:
			p.set(p.left+x, y, p.glyphs.stray, &p.style.Stray)
		case Missing:
			p.set(p.left+x, y, p.glyphs.missing, &p.style.Missing)
		}
	}
}

// drawLabels draws ticks on row y and their frequencies below it, as many as fit.
func (p *plot) drawLabels(y int) {
	span := p.to - p.from
	if !(span > 0) || math.IsInf(span, 0) {
		return
	}
	unit := " kHz"
	if p.width >= 12 {
		p.text(p.canvas.width-3, y+1, unit[1:], &p.style.Axis)
	}
	step, digits := tickStep(span, p.width)
	first := math.Ceil(p.from / step)
	for i := range p.width {
		hz := (first + float64(i)) * step
		x, ok := p.column(hz)
		if !ok {
			break
		}
		text := strconv.FormatFloat(hz/1000, 'f', digits, 64)
		if len(text) < p.width && p.label(p.left+x, y+1, text, &p.style.Axis) {
			p.set(p.left+x, y, p.glyphs.tick, &p.style.Axis)
		}
	}
}

// tickStep returns the distance of labels in Hz, a round number, so that they stand ten cells apart or more, and how
// many decimals they need in kHz.
func tickStep(span float64, width int) (step float64, digits int) {
	least := span * 10 / float64(width)
	step = math.Pow(10, math.Floor(math.Log10(least)))
	for _, n := range []float64{1, 2, 5, 10} {
		if n*step >= least {
			step *= n
			break
		}
	}
	return step, clamp(int(math.Ceil(3-math.Log10(step)-1e-9)), 6)
}

// drawScale draws the dB scale to the left of the bars.
func (p *plot) drawScale() {
	for y := range p.body {
		p.set(p.left-1, y, p.glyphs.side, &p.style.Axis)
	}
	if p.body < p.height {
		p.set(p.left-1, p.body, p.glyphs.corner, &p.style.Axis)
		p.text(p.left-2, p.body, "0", &p.style.Axis)
	}
	if p.body >= 2 {
		p.text(0, 1, "dB", &p.style.Axis)
	}
	for _, at := range []float64{1, 0.5} {
		y := int(math.Round((1 - at) * float64(p.body)))
		if at < 1 && p.body < 4 {
			break
		}
		text := strconv.FormatFloat(p.top*at, 'g', 3, 64)
		p.text(p.left-1-len(text), y, text, &p.style.Axis)
		p.set(p.left-1, y, p.glyphs.mark, &p.style.Axis)
	}
}
