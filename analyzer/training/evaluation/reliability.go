package evaluation

import (
	"fmt"
	"io"
)

// Reliability draws a calibration as SVG (DeGroot and Fienberg, The comparison and evaluation of forecasters, 1983):
// observed against predicted share with 95 % intervals, the diagonal that a calibrated detector lies on, the numbers
// of each bin beside it, and below how many recordings have which probability.
func Reliability(w io.Writer, title string, c Calibration) error {
	const left, top, size = 52.0, 64.0, 320.0
	const bottom, table, row = top + size, left + size + 24, 22.0
	const zero, half = bottom + 62, 40.0 // the histogram's line, and its height above and below
	caption := []string{
		fmt.Sprintf("Expected calibration error %.3f. Brier score %.3f; always answering %.0f %% scores %.3f.",
			c.ECE, c.Brier, 100*c.Prior.Target, c.Prior.Target*(1-c.Prior.Target)),
		fmt.Sprintf("Both are for a collection with %.3g %% AI, as are the shares above.", 100*c.Prior.Target),
		fmt.Sprintf("n: tracks, each once for every manipulation: %d human, %d AI; %d more were not measured.",
			c.Measured.Human, c.Measured.AI, c.NotMeasured.Human+c.NotMeasured.AI),
	}
	f := newFigure(720, zero+half+112, title, "Share of AI observed against the probability predicted. "+caption[0])

	at := func(x, y float64) point { return point{left + size*x, bottom - size*y} }
	f.text(16, top-14, "start", "AI observed")
	for i := range 6 {
		v := float64(i) / 5
		f.line(faint, at(0, v), at(1, v))
		f.line(faint, at(v, 0), at(v, 1))
		f.text(left-8, at(0, v).y+4, "end", fmt.Sprintf("%d %%", 20*i))
		f.text(at(v, 0).x, zero+half+18, "middle", fmt.Sprintf("%d %%", 20*i))
	}
	f.line(guide, at(0, 0), at(1, 1))
	const strong = `stroke="#0077bb"`
	var line []point
	for _, b := range c.Bins {
		f.line(strong+` stroke-width="1.3" stroke-opacity="0.7"`, at(b.Predicted, b.Low), at(b.Predicted, b.High))
		line = append(line, at(b.Predicted, b.Observed))
	}
	f.line(strong+` stroke-width="1.3"`, line...)
	for _, p := range line {
		f.dot(p, 3.5, `fill="#0077bb"`)
	}

	columns := []struct {
		x    float64
		head string
	}{{72, "predicted"}, {148, "observed"}, {232, "95 % interval"}, {276, "n"}}
	cells := func(y float64, attributes string, text ...string) {
		for i, c := range columns {
			f.text(table+c.x, y, "end", text[i], attributes)
		}
	}
	cells(top-14, fmt.Sprintf(`font-size="%d" fill-opacity="0.8"`, noteSize),
		columns[0].head, columns[1].head, columns[2].head, columns[3].head)
	for i, b := range c.Bins {
		cells(top+row*float64(i)+8, fmt.Sprintf(`font-size="%d"`, textSize), fmt.Sprintf("%.1f %%", 100*b.Predicted),
			fmt.Sprintf("%.1f %%", 100*b.Observed), fmt.Sprintf("%.1f–%.1f", 100*b.Low, 100*b.High),
			fmt.Sprint(b.AI+b.Human))
	}

	most := 1
	for _, n := range c.Histogram {
		most = max(most, n.AI, n.Human)
	}
	width := size / float64(len(c.Histogram))
	for i, n := range c.Histogram {
		x := left + width*float64(i) + 1
		up, down := half*float64(n.AI)/float64(most), half*float64(n.Human)/float64(most)
		f.bar(x, zero-up, width-2, up, `fill="#0077bb"`)
		f.bar(x, zero, width-2, down, `fill="currentColor" fill-opacity="0.45"`)
	}
	f.line(axis, point{left, zero}, point{left + size, zero})
	f.notes(table, zero-half/2+4, fmt.Sprintf("AI tracks; the longest bar is of %d", most))
	f.notes(table, zero+half/2+4, "human tracks, to the same scale")
	f.text(left+size/2, zero+half+38, "middle", "predicted probability of AI")
	f.notes(16, zero+half+64, caption...)
	return f.writeTo(w)
}
