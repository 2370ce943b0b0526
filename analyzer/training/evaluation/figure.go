package evaluation

import (
	"fmt"
	"html"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode"
)

// figure is an SVG being drawn, in units of pixels from the top left. Strokes and text are in the color of the text
// around it; where there is none (a picture on a page), dark on light pages and light on dark ones.
type figure struct {
	b     strings.Builder
	width float64
}

type point struct{ x, y float64 }

// Type sizes in pixels.
const (
	titleSize = 14
	textSize  = 12
	noteSize  = 11
)

const (
	faint = `stroke="currentColor" stroke-opacity="0.15"` // grid
	axis  = `stroke="currentColor" stroke-opacity="0.6"`
	guide = `stroke="currentColor" stroke-opacity="0.5" stroke-dasharray="4 4"`
)

// newFigure begins with a title, which is drawn too, and a description, which is read to those who do not see it.
func newFigure(width, height float64, title, description string) *figure {
	f := &figure{width: width}
	fmt.Fprintf(&f.b, `<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" viewBox="0 0 %[1]s %[2]s" `+
		`role="img" class="earmark-figure" font-family="system-ui, 'Helvetica Neue', Arial, sans-serif" `+
		`font-size="%[3]d" fill="none">`+"\n", px(width), px(height), textSize)
	fmt.Fprintf(&f.b, "<title>%s</title>\n<desc>%s</desc>\n", escape(title), escape(description))
	f.b.WriteString("<style>.earmark-figure{color:#30363d;font-variant-numeric:tabular-nums}" +
		"@media(prefers-color-scheme:dark){.earmark-figure{color:#d1d7e0}}</style>\n")
	f.text(16, 24, "start", title, fmt.Sprintf(`font-size="%d" font-weight="600"`, titleSize))
	return f
}

// text stands on the line y; anchor is start, middle or end.
func (f *figure) text(x, y float64, anchor, s string, attributes ...string) {
	fmt.Fprintf(&f.b, `<text x="%s" y="%s" fill="currentColor"`, px(x), px(y))
	if anchor != "start" {
		fmt.Fprintf(&f.b, ` text-anchor="%s"`, anchor)
	}
	for _, a := range attributes {
		f.b.WriteString(" " + a)
	}
	fmt.Fprintf(&f.b, ">%s</text>\n", escape(s))
}

// notes are lines of small print.
func (f *figure) notes(x, y float64, lines ...string) {
	for i, s := range lines {
		f.text(x, y+16*float64(i), "start", s, fmt.Sprintf(`font-size="%d" fill-opacity="0.8"`, noteSize))
	}
}

// line joins points.
func (f *figure) line(attributes string, points ...point) {
	f.b.WriteString(`<path d="`)
	for i, p := range points {
		command := "L"
		if i == 0 {
			command = "M"
		}
		f.b.WriteString(command + px(p.x) + " " + px(p.y))
	}
	fmt.Fprintf(&f.b, `" %s/>`+"\n", attributes)
}

// bar is a filled rectangle, or nothing without a height.
func (f *figure) bar(x, y, width, height float64, attributes string) {
	if height == 0 {
		return
	}
	fmt.Fprintf(&f.b, `<rect x="%s" y="%s" width="%s" height="%s" %s/>`+"\n",
		px(x), px(y), px(width), px(height), attributes)
}

func (f *figure) dot(p point, radius float64, attributes string) {
	fmt.Fprintf(&f.b, `<circle cx="%s" cy="%s" r="%s" %s/>`+"\n", px(p.x), px(p.y), px(radius), attributes)
}

func (f *figure) writeTo(w io.Writer) error {
	f.b.WriteString("</svg>\n")
	_, err := io.WriteString(w, f.b.String())
	return err
}

// px keeps tenths: what is finer is not seen, and may differ between processors.
func px(v float64) string {
	return strconv.FormatFloat(math.Round(v*10)/10+0, 'f', -1, 64)
}

// escape makes text of a name, without what XML forbids.
func escape(s string) string {
	return html.EscapeString(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\uFFFE' || r == '\uFFFF' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD")))
}

// cut keeps n characters of a name.
func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// series draws curves that are told apart by color and by dashes; the colors stand out from light and from dark.
func series(i int) string {
	colors := []string{"#0077bb", "#ee7733", "#009988", "#cc3311", "#33a0dd", "#ee3377", "#9966cc", "#a08500"}
	dashes := []string{"", ` stroke-dasharray="6 2"`, ` stroke-dasharray="2 2"`, ` stroke-dasharray="8 2 2 2"`}
	return `stroke="` + colors[i%len(colors)] + `" stroke-width="1.3"` + dashes[i/len(colors)%len(dashes)]
}
