package chart

import (
	"fmt"
	"math"
	"time"
)

// Wave is a recording to look at. Places in it are shares of its length, 0 to 1.
type Wave struct {
	Peaks    []float32 // highest |sample| of equal slices of time, full scale = 1
	Segments []Segment
	Playhead float64       // NaN or below 0: none
	LoopFrom float64       // range that is repeated; none unless LoopTo is greater
	LoopTo   float64       //
	Length   time.Duration // for the scale; 0 leaves it out
}

// Segment is a stretch of the recording that was measured on its own.
type Segment struct {
	From, To   float64 // shares
	Score      float64 // 0 to 1
	Suspicious bool
}

// Waveform draws peaks with the playhead; below them a row for the segments, from a height of 2 on; and below that a
// scale of time, from a height of 4 on. The loop is marked in the last row. A suspicious segment shows its score in
// hundredths, or ▲ where that does not fit; the others a line.
//
// The wave stands as high as the square of its peaks, so that loudness shows: peaks themselves are close to full scale
// almost everywhere in modern music and would draw a wall. For the same reason slices that share a column are averaged.
func Waveform(w Wave, width, height int, s Style) []string {
	c, g := newCanvas(width, height), s.glyphs()
	if c.width == 0 || c.height == 0 {
		return c.lines()
	}
	body := c.height
	timed := w.Length > 0 && c.height >= 4
	if timed {
		body--
	}
	if len(w.Segments) > 0 && c.height >= 2 {
		body--
		w.drawSegments(c, body, &s, g)
	}
	w.drawBody(c, body, &s, g)
	if w.LoopTo > w.LoopFrom {
		w.drawLoop(c, c.height-1, &s, g)
	}
	if timed {
		w.drawTime(c, c.height-1, &s)
	}
	return c.lines()
}

// drawBody draws the wave itself in the rows above body.
func (w *Wave) drawBody(c *canvas, body int, s *Style, g *glyphs) {
	suspicious := make([]bool, c.width)
	for _, seg := range w.Segments {
		if seg.Suspicious {
			for from, to := seg.cells(c.width); from < to; from++ {
				suspicious[from] = true
			}
		}
	}
	head := -1
	if w.Playhead >= 0 {
		head = column(w.Playhead, c.width)
	}
	for x := range c.width {
		style := &s.Wave
		if suspicious[x] {
			style = &s.Suspicious
		} else if x < head {
			style = &s.Played
		}
		if x == head {
			for y := range body {
				c.set(x, y, g.play, &s.Playhead)
			}
			continue
		}
		height := w.height(x, c.width)
		c.bar(x, 0, body-1, height, g.up, style)
	}
}

// height returns how high column x of width stands, 0 to 1.
func (w *Wave) height(x, width int) float64 {
	n := len(w.Peaks)
	from, to := x*n/width, (x+1)*n/width
	if n == 0 {
		return 0
	}
	to = max(to, from+1)
	sum := 0.0
	for _, v := range w.Peaks[from:to] {
		sum += share(float64(v))
	}
	mean := sum / float64(to-from)
	return max(mean*mean, 0.01) // silence is a thin line
}

// drawLoop marks the range in row y.
func (w *Wave) drawLoop(c *canvas, y int, s *Style, g *glyphs) {
	from, to := column(w.LoopFrom, c.width), column(w.LoopTo, c.width)
	for x := from; x <= to; x++ {
		c.set(x, y, g.heavy, &s.Loop)
	}
	c.set(from, y, g.from, &s.Loop)
	c.set(to, y, g.to, &s.Loop)
}

// drawSegments draws the row of segments.
func (w *Wave) drawSegments(c *canvas, y int, s *Style, g *glyphs) {
	narrow := c.width
	for _, seg := range w.Segments[:max(0, len(w.Segments)-1)] { // the last one may be a rest
		if from, to := seg.cells(c.width); to-from < narrow {
			narrow = to - from
		}
	}
	for _, seg := range w.Segments {
		from, to := seg.cells(c.width)
		if narrow >= 2 {
			to = max(to-1, from+1) // air between neighbors
		}
		style := &s.Calm
		if seg.Suspicious {
			style = &s.Suspicious
		}
		for x := from; x < to; x++ {
			switch {
			case seg.Suspicious && narrow < 3:
				c.set(x, y, g.flag, style)
			case seg.Suspicious:
				c.set(x, y, g.heavy, style)
			case narrow < 2 && c.blank(x, y, 1):
				c.set(x, y, g.dot, style)
			case narrow >= 2:
				c.set(x, y, g.calm, style)
			}
		}
		if seg.Suspicious && narrow >= 3 {
			text := fmt.Sprintf("%02d", min(99, int(math.Round(share(seg.Score)*100))))
			if narrow >= 5 {
				text = string(g.flag) + text
			}
			if n := len([]rune(text)); to-from >= n {
				c.text((from+to-n)/2, y, text, style)
			} else {
				c.set(from, y, g.flag, style)
			}
		}
	}
}

// cells returns the cells of a segment, at least one. Neighbors share no cell.
func (seg Segment) cells(width int) (from, to int) {
	from = min(int(math.Round(share(seg.From)*float64(width))), width-1)
	to = int(math.Round(share(seg.To) * float64(width)))
	return from, max(to, from+1)
}

// drawTime draws the scale of time.
func (w *Wave) drawTime(c *canvas, y int, s *Style) {
	seconds := w.Length.Seconds()
	c.label(0, y, clock(0), &s.Axis)
	end := clock(seconds)
	c.label(c.width, y, end, &s.Axis)
	for _, step := range []float64{5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 21600} {
		if step/seconds*float64(c.width) < float64(len(end)+5) {
			continue
		}
		for t := step; t < seconds; t += step {
			c.label(column(t/seconds, c.width), y, clock(t), &s.Axis)
		}
		return
	}
}

// clock writes a time as 1:23 or 1:02:03.
func clock(seconds float64) string {
	t := int(seconds)
	if t >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", t/3600, t/60%60, t%60)
	}
	return fmt.Sprintf("%d:%02d", t/60, t%60)
}
