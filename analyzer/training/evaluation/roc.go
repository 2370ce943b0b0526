package evaluation

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// leastRate is where the axis of false positives begins.
const leastRate = 0.001

// ROC draws as SVG how much generated music is caught at each rate of false positives (Fawcett, An introduction to ROC
// analysis, Pattern Recognition Letters 27, 2006): a strong curve for all of it and a thin one for each generator. The
// axis of false positives is logarithmic, from 0.1 to 100 %, because only its beginning can be used. Rates depend on no
// class balance.
//
// Curves are steps, and equal margins go the way that flags the human recordings first. AI that was not measured is
// missed at every rate. Outcomes are those of one manipulation, or of all.
func ROC(w io.Writer, title string, outcomes []Outcome) error {
	if err := Check(outcomes); err != nil {
		return err
	}
	human := margins(outcomes, false)
	lines := curves(outcomes, human)
	if len(human) == 0 || len(lines) == 0 {
		return errors.New("a ROC curve needs measured human recordings and AI recordings")
	}
	const left, top, width, height = 52.0, 64.0, 400.0, 320.0
	const bottom, legend, row = top + height, left + width + 28, 17.0
	rows := top + row*float64(len(lines))
	all := lines[0]
	description := fmt.Sprintf("Share of AI tracks caught against the share of human tracks flagged, on a "+
		"logarithmic axis. All AI: area under the curve %s, caught at 1 %% false positives %s.",
		FormatAUC(all.auc), all.one)
	notes := max(bottom+64, rows+28)
	f := newFigure(820, notes+32, title, description)

	at := func(s step) point {
		decades := math.Log10(max(s.falsePositives, leastRate) / leastRate)
		return point{left + width*decades/3, bottom - height*s.caught}
	}
	f.text(16, top-14, "start", "AI tracks caught")
	for i := range 6 {
		y := bottom - height*float64(i)/5
		f.line(faint, point{left, y}, point{left + width, y})
		f.text(left-8, y+4, "end", fmt.Sprintf("%d %%", 20*i))
	}
	for decade := range 4 {
		rate := leastRate * math.Pow10(decade)
		x := at(step{falsePositives: rate}).x
		f.line(faint, point{x, top}, point{x, bottom})
		f.text(x, bottom+18, "middle", fmt.Sprintf("%g %%", 100*rate))
		for n := 2; n < 10 && decade < 3; n++ {
			x := at(step{falsePositives: rate * float64(n)}).x
			f.line(axis, point{x, bottom}, point{x, bottom + 3})
		}
	}
	f.line(axis, point{left, bottom}, point{left + width, bottom})
	f.text(left+width/2, bottom+38, "middle", "false positives: human tracks flagged")
	one := 1 / float64(len(human))
	if one > leastRate {
		x := at(step{falsePositives: one}).x
		f.line(guide, point{x, top}, point{x, bottom})
	}

	for _, end := range []struct {
		x    float64
		head string
	}{{190, "n"}, {256, "at 1 %"}, {316, "AUC"}} {
		f.text(legend+end.x, top-14, "end", end.head, fmt.Sprintf(`font-size="%d" fill-opacity="0.8"`, noteSize))
	}
	for i, line := range slices.Backward(lines) { // the strong one last, above the others
		points := []point{at(step{leastRate, line.steps[0].caught})}
		for _, s := range line.steps {
			corner := at(s)
			points = append(points, point{corner.x, points[len(points)-1].y}, corner)
		}
		f.line(line.style+` stroke-linejoin="round"`, clean(points)...)
		y := top + row*float64(i) + 8
		f.line(line.style, point{legend, y - 4}, point{legend + 24, y - 4})
		f.text(legend+32, y, "start", cut(line.name, 20))
		f.text(legend+190, y, "end", fmt.Sprint(line.all))
		f.text(legend+256, y, "end", line.one.String())
		f.text(legend+316, y, "end", FormatAUC(line.auc))
	}
	f.notes(16, notes,
		fmt.Sprintf("n: tracks, each once for every manipulation. Human, measured: %d; left of the dashed line, "+
			"1 of %[1]d, none is flagged.", len(human)),
		fmt.Sprintf("%d of %d AI tracks were not measured and count as missed at every rate.", all.missed, all.all))
	return f.writeTo(w)
}

// step is the corner of a curve: what one threshold flags and catches.
type step struct{ falsePositives, caught float64 }

type rocCurve struct {
	name   string
	style  string
	steps  []step
	one    Share // caught at 1 % false positives
	all    int
	missed int // of all: not measured
	auc    float64
}

// curves are that of all AI, and those of the generators from the best one down.
func curves(outcomes []Outcome, human []float64) []rocCurve {
	by := map[string][]Outcome{}
	for _, o := range outcomes {
		if o.AI {
			by[AllAI] = append(by[AllAI], o)
			by[o.Source] = append(by[o.Source], o)
		}
	}
	names := make([]string, 0, len(by))
	for name := range by {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(place(a, AllAI), place(b, AllAI)),
			cmp.Compare(strings.ToLower(a), strings.ToLower(b)), cmp.Compare(a, b))
	})
	at := limitsOf(outcomes)
	out := make([]rocCurve, 0, len(names))
	for i, name := range names {
		ai := margins(by[name], true)
		c := rocCurve{name: name, style: `stroke="currentColor" stroke-width="2.8"`}
		if i > 0 {
			c.style = series(i - 1) // by name, so that a generator keeps its color from figure to figure
		}
		c.steps = steps(human, ai, len(by[name]))
		c.all, c.missed = len(by[name]), len(by[name])-len(ai)
		c.one = at.one.above(by[name])
		c.auc = AUC(human, ai)
		out = append(out, c)
	}
	if len(out) > 1 {
		slices.SortStableFunc(out[1:], func(a, b rocCurve) int {
			return cmp.Or(cmp.Compare(b.one.Count*a.one.Of, a.one.Count*b.one.Of), cmp.Compare(b.auc, a.auc))
		})
	}
	return out
}

// steps are the corners of a curve, from the highest threshold down; all is the number of AI recordings, measured or
// not. The first is that of no false positive, the last that of every recording.
func steps(human, ai []float64, all int) []step {
	human, ai = slices.Sorted(slices.Values(human)), slices.Sorted(slices.Values(ai))
	flagged, caught := 0, 0
	var out []step
	for {
		next := math.Inf(-1) // the highest human margin that is not yet flagged: AI above it is caught for nothing
		if flagged < len(human) {
			next = human[len(human)-1-flagged]
		}
		for caught < len(ai) && ai[len(ai)-1-caught] > next {
			caught++
		}
		out = append(out, step{float64(flagged) / float64(len(human)), float64(caught) / float64(all)})
		if flagged == len(human) {
			return out
		}
		for flagged < len(human) && human[len(human)-1-flagged] == next {
			flagged++
		}
	}
}

// clean leaves out points that the one before or the line between its neighbors already draws.
func clean(points []point) []point {
	var out []point
	for _, p := range points {
		if n := len(out); n > 0 && out[n-1] == p {
			continue
		}
		if n := len(out); n > 1 && (out[n-1].y == p.y && out[n-2].y == p.y || out[n-1].x == p.x && out[n-2].x == p.x) {
			out = out[:n-1]
		}
		out = append(out, p)
	}
	return out
}
