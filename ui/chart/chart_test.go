package chart

import (
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"
)

// painted is a Style in which every part has a color of its own.
func painted() Style {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.ANSI256)
	n := 0
	next := func() lipgloss.Style {
		n++
		return r.NewStyle().Foreground(lipgloss.Color(fmt.Sprint(n)))
	}
	return Style{
		Wave: next(), Played: next(), Playhead: next(), Loop: next(), Suspicious: next(), Calm: next(), Bar: next(),
		Tooth: next(), Stray: next(), Missing: next(), Fill: next(), Empty: next(), Axis: next(),
	}
}

var styles = map[string]Style{"plain": {}, "ascii": {ASCII: true}, "color": painted()}

// song is a made-up recording of 3:12 with verses, a quiet bridge and a loud end.
func song() Wave {
	w := Wave{Playhead: 0.37, Length: 192 * time.Second}
	for i := range 1000 {
		level := 0.6
		switch {
		case i < 40:
			level = float64(i) / 60
		case i > 480 && i < 560:
			level = 0.25
		case i > 700:
			level = 0.9
		case i/120%2 == 1:
			level = 0.8
		}
		w.Peaks = append(w.Peaks, float32(level+0.12*math.Sin(float64(i)*0.9)*math.Sin(float64(i)*0.31)))
	}
	for s := 0.0; s < 192; s += 10 {
		n := int(s / 10)
		w.Segments = append(w.Segments, Segment{
			From: s / 192, To: min(s+10, 192) / 192, Score: 0.4 + float64(n*37%60)/100, Suspicious: n%4 == 1 || n == 6,
		})
	}
	return w
}

// comb is a made-up spectrum with lines every 86.13 Hz, two of them missing, and one stray line.
func comb() Spectrum {
	const spacing = 44100.0 / 512
	sp := Spectrum{FromHz: 1000, StepHz: 44100.0 / 16384}
	sp.Values = make([]float32, 5573)
	for i := range sp.Values {
		sp.Values[i] = float32(0.5 + 0.5*math.Sin(float64(i)*12.9898)*math.Sin(float64(i)*0.7))
	}
	line := func(hz, db float64) {
		i := int(math.Round((hz - sp.FromHz) / sp.StepHz))
		sp.Values[i] = float32(db)
		sp.Values[i-1], sp.Values[i+1] = sp.Values[i]/2, sp.Values[i]/2
	}
	for n := 20; n < 180; n++ {
		kind := OnLattice
		if n%11 == 3 {
			kind = Missing
		} else {
			line(float64(n)*spacing, 2+2*math.Sin(float64(n)*0.05))
		}
		sp.Marks = append(sp.Marks, Mark{float64(n) * spacing, kind})
	}
	line(4321, 3)
	sp.Marks = append(sp.Marks, Mark{4321, OffLattice})
	return sp
}

func TestGolden(t *testing.T) {
	looped := song()
	looped.LoopFrom, looped.LoopTo = 10/19.2, 11/19.2
	long := song()
	long.Length = 2 * time.Hour
	for i := range 700 {
		s := Segment{From: float64(i) / 700, To: float64(i+1) / 700, Suspicious: i%90 == 7}
		long.Segments = append(long.Segments, s)
	}
	for name, style := range styles {
		for _, width := range []int{20, 40, 76, 116, 196} {
			if name == "color" && width != 76 {
				continue
			}
			var lines []string
			for _, part := range [][]string{
				Waveform(song(), width, 6, style),
				Waveform(looped, width, 9, style),
				Waveform(long, width, 4, style),
				Waveform(song(), width, 2, style),
			} {
				lines = append(lines, part...)
			}
			golden(t, fmt.Sprintf("waveform-%s-%d", name, width), width, lines)

			lines = nil
			for _, sp := range []Spectrum{comb(), comb().Zoom(6, 4300), comb().Zoom(30, 4300), comb().Zoom(1e9, 4300)} {
				lines = append(lines, sp.Draw(width, 7, style)...)
			}
			golden(t, fmt.Sprintf("spectrum-%s-%d", name, width), width, lines)

			lines = nil
			for _, v := range []float64{0, 0.333, 0.9999, 1, math.NaN()} {
				lines = append(lines, Progress(v, "133 of 400 · 2:10 left", width, style))
			}
			lines = append(lines, Progress(0.5, "", width, style))
			golden(t, fmt.Sprintf("progress-%s-%d", name, width), width, lines)
		}
	}
}

func TestNothingNeedsColor(t *testing.T) {
	for name, lines := range map[string][2]string{
		"suspicious segments": {
			strings.Join(Waveform(song(), 76, 6, Style{}), "\n"),
			strings.Join(Waveform(func() Wave {
				w := song()
				w.Segments[1].Suspicious = false
				return w
			}(), 76, 6, Style{}), "\n"),
		},
		"kinds of lines": {
			strings.Join(comb().Zoom(30, 4300).Draw(76, 6, Style{}), "\n"),
			strings.Join(func() Spectrum {
				sp := comb().Zoom(30, 4300)
				for i := range sp.Marks {
					sp.Marks[i].Kind = Missing
				}
				return sp
			}().Draw(76, 6, Style{}), "\n"),
		},
	} {
		if lines[0] == lines[1] {
			t.Errorf("%s look the same without color:\n%s", name, lines[0])
		}
	}
	for name := range styles {
		var all []string
		s := styles[name]
		all = append(all, Waveform(song(), 76, 6, s)...)
		all = append(all, comb().Draw(76, 6, s)...)
		all = append(all, Progress(0.5, "x", 40, s))
		for _, r := range ansi.Strip(strings.Join(all, "")) {
			if r >= 0x2800 && r <= 0x28ff {
				t.Errorf("%s: a braille pattern", name)
			}
			if s.ASCII && r > 0x7e {
				t.Errorf("%s: %q", name, r)
			}
		}
	}
}

func TestWaveformShows(t *testing.T) {
	quiet := Waveform(Wave{Peaks: make([]float32, 1000), Playhead: -1}, 10, 3, Style{})
	if got := quiet[0] + quiet[1] + quiet[2]; strings.Trim(got, " ▁") != "" {
		t.Errorf("silence: %q", quiet)
	}
	for name, tc := range map[string]struct {
		w    Wave
		want []string
	}{
		"full scale": {Wave{Peaks: []float32{1, 1, 1}, Playhead: -1}, []string{"██████", "██████"}},
		"above full scale, NaN": {
			Wave{Peaks: []float32{7, float32(math.NaN())}, Playhead: math.NaN()},
			[]string{"███   ", "███   "},
		},
		"nothing":               {Wave{Playhead: -1}, []string{"      ", "      "}},
		"playhead at the start": {Wave{Peaks: []float32{1}}, []string{"┃█████", "┃█████"}},
		"playhead at the end":   {Wave{Peaks: []float32{1}, Playhead: 1}, []string{"█████┃", "█████┃"}},
		"playhead beyond":       {Wave{Peaks: []float32{1}, Playhead: math.Inf(1)}, []string{"█████┃", "█████┃"}},
		"half": {
			Wave{Peaks: []float32{float32(math.Sqrt(0.5))}, Playhead: -1},
			[]string{"      ", "██████"},
		},
		"one segment": {
			Wave{Playhead: -1, Segments: []Segment{{0, 1, 0.876, true}}},
			[]string{"      ", "━▲88━ "},
		},
		"two segments": {
			Wave{Playhead: -1, Segments: []Segment{{0, 0.5, 1, true}, {0.5, 1, 0.2, false}}},
			[]string{"      ", "99 ── "},
		},
		"loop": {
			Wave{Playhead: -1, Segments: []Segment{{0, 1, 0, false}}, LoopFrom: 0.2, LoopTo: 0.7},
			[]string{"      ", "─[━━] "},
		},
	} {
		got := Waveform(tc.w, 6, 2, Style{})
		if strings.Join(got, "|") != strings.Join(tc.want, "|") {
			// A thin line stands for what is not there, or silent.
			thin := strings.NewReplacer("▁", " ").Replace(strings.Join(got, "|"))
			if thin != strings.Join(tc.want, "|") {
				t.Errorf("%s:\n%q, want\n%q", name, got, tc.want)
			}
		}
	}
}

func TestSpectrumShowsTheHighestValueOfAColumn(t *testing.T) {
	sp := Spectrum{StepHz: 1, Values: make([]float32, 10000)}
	sp.Values[7777] = 4
	got := sp.Draw(20, 1, Style{})[0]
	if got != strings.Repeat(" ", 15)+"█"+strings.Repeat(" ", 4) {
		t.Errorf("%q", got)
	}
	sp.ViewFrom, sp.ViewTo = 7772, 7782 // half a cell a value
	if got = sp.Draw(20, 1, Style{})[0]; strings.TrimSpace(got) != "██" {
		t.Errorf("a single value, two cells wide: %q", got)
	}
	sp.Values[7777], sp.ViewTo = -3, 0
	if got = sp.Draw(20, 1, Style{})[0]; strings.TrimSpace(got) != "" {
		t.Errorf("below the floor: %q", got)
	}
}

func TestTopOfTheScaleCanBeFixed(t *testing.T) {
	sp := Spectrum{StepHz: 1, Values: []float32{1, 2, 4, 8}, TopDB: 16}
	if got := sp.Draw(4, 1, Style{})[0]; got != "▁▁▂▄" {
		t.Errorf("%q", got)
	}
	sp.TopDB = math.NaN()
	if got := sp.Draw(4, 1, Style{})[0]; got != "▁▂▄█" {
		t.Errorf("%q", got)
	}
}

func TestZoomAndPanStayInside(t *testing.T) {
	sp := comb()
	end := sp.FromHz + sp.StepHz*float64(len(sp.Values))
	view := func(sp Spectrum, from, to float64) {
		t.Helper()
		if f, g := sp.View(); math.Abs(f-from) > 1e-6 || math.Abs(g-to) > 1e-6 {
			t.Errorf("view %.3f … %.3f, want %.3f … %.3f", f, g, from, to)
		}
	}
	view(sp, 1000, end)
	in := sp.Zoom(4, 4000)
	if from, to := in.View(); math.Abs((4000-from)/(to-from)-3000/(end-1000)) > 1e-9 {
		t.Errorf("4 kHz has moved: %v … %v", from, to)
	}
	view(in.Zoom(0.25, 4000), 1000, end)
	view(in.Zoom(1e-9, 4000), 1000, end)
	view(in.Zoom(math.NaN(), 4000), in.ViewFrom, in.ViewTo)
	view(sp.Zoom(1e9, 1000), 1000, 1000+16*sp.StepHz)
	view(sp.Zoom(2, 99999), 1000+(end-1000)/4, 1000+(end-1000)*3/4)
	view(sp.Pan(1), 1000, end)
	view(in.Pan(-99), 1000, 1000+(end-1000)/4)
	view(in.Pan(99), end-(end-1000)/4, end)
}

func TestScalesAreRound(t *testing.T) {
	for v, want := range map[float64]float64{
		1: 1, 1.01: 1.5, 2.9: 3, 4.2: 5, 7.1: 8, 8.5: 10, 11: 15, 100: 100, 0.04: 0.04,
	} {
		if got := roundUp(v); math.Abs(got-want) > 1e-9 {
			t.Errorf("the scale over %v ends at %v, want %v", v, got, want)
		}
	}
	for _, tc := range []struct {
		span   float64
		width  int
		step   float64
		digits int
	}{
		{15000, 70, 5000, 0},
		{15000, 190, 1000, 0},
		{1500, 70, 500, 1},
		{43, 70, 10, 2},
		{43, 190, 5, 3},
		{2, 70, 0.5, 4},
	} {
		if step, digits := tickStep(tc.span, tc.width); step != tc.step || digits != tc.digits {
			t.Errorf("%v Hz over %d cells: every %v Hz, %d decimals; want %v, %d",
				tc.span, tc.width, step, digits, tc.step, tc.digits)
		}
	}
	for s, want := range map[float64]string{0: "0:00", 59.9: "0:59", 61: "1:01", 3600: "1:00:00", 7325: "2:02:05"} {
		if got := clock(s); got != want {
			t.Errorf("%v s is %q, want %q", s, got, want)
		}
	}
}

func TestProgressIsHonest(t *testing.T) {
	for done, want := range map[float64]string{
		0.9999: "99%", 1: "100%", 0: "  0%", -1: "–", 0.29: " 29%", 2: "100%",
	} {
		if got := Progress(done, "", 30, Style{}); !strings.HasSuffix(got, want) {
			t.Errorf("%v: %q, want %q", done, got, want)
		}
	}
	if got := Progress(0.5, "a\x1b[31mb\nc\u202ed", 40, Style{}); strings.ContainsAny(got, "\x1b\n\u202e") {
		t.Errorf("%q", got)
	}
	if got := Progress(0.5, "世界世界世界世界世界世界", 21, Style{}); ansi.StringWidth(got) != 21 || !strings.Contains(got, "…") {
		t.Errorf("%q", got)
	}
}

// FuzzEverything draws anything at any size. What has to hold: as many lines as asked for, each exactly as wide as
// asked for, in ASCII when asked for.
func FuzzEverything(f *testing.F) {
	f.Add(80, 24, []byte{1, 2, 3, 250, 251, 252, 253, 254, 255, 0}, 0.5, 100.0, 3.0, "label")
	f.Add(1, 1, []byte{}, math.NaN(), math.Inf(1), -1.0, "")
	f.Add(0, 0, []byte{9}, -1.0, 0.0, 1e300, "\x1b[2J")
	f.Add(-3, 5, []byte{9, 9}, 2.0, 1e-300, math.NaN(), "ﷺ")
	f.Add(5, -3, []byte{128, 7}, 1.0, 1e300, 1.0, "👩‍👩‍👧")
	f.Add(200, 3, []byte{200, 100, 50}, 0.1, 1e17, 1e-3, "e\u0301")
	f.Fuzz(func(t *testing.T, width, height int, data []byte, a, b, c float64, text string) {
		width, height = width%300, height%100
		odd := []float64{a, b, c, math.NaN(), math.Inf(1), math.Inf(-1), 0, 1}
		number := func(i int) float64 {
			if len(data) == 0 {
				return a
			}
			v := data[i%len(data)]
			if int(v) < len(odd) {
				return odd[v]
			}
			return float64(v) / 200
		}
		w := Wave{Playhead: a, LoopFrom: b, LoopTo: c, Length: time.Duration(number(0) * 1e11)}
		sp := Spectrum{FromHz: b, StepHz: c, ViewFrom: number(1), ViewTo: number(2), TopDB: number(3)}
		for i := range data {
			w.Peaks = append(w.Peaks, float32(number(i)))
			w.Segments = append(w.Segments, Segment{number(i), number(i + 1), number(i + 2), data[i]%2 == 0})
			sp.Values = append(sp.Values, float32(number(i)*5))
			sp.Marks = append(sp.Marks, Mark{number(i+3) * 100, Kind(int(data[i]%5) - 1)})
		}
		check := func(what string, lines []string, n int, ascii bool) {
			if len(lines) != max(0, n) {
				t.Fatalf("%s: %d lines, want %d", what, len(lines), n)
			}
			for _, l := range lines {
				if got := ansi.StringWidth(l); got != max(0, width) || strings.ContainsAny(l, "\n\r\t") {
					t.Fatalf("%s: %d cells, want %d: %q", what, got, width, l)
				}
				for _, r := range l {
					if ascii && r > 0x7e {
						t.Fatalf("%s: %q in ASCII", what, r)
					}
				}
			}
		}
		for name, style := range styles {
			check(name+" waveform", Waveform(w, width, height, style), height, style.ASCII)
			for _, view := range []Spectrum{sp, sp.Zoom(b, c), sp.Pan(a), sp.Zoom(2, a).Pan(b)} {
				check(name+" spectrum", view.Draw(width, height, style), height, style.ASCII)
			}
			check(name+" progress", []string{Progress(a, text, width, style)}, 1, false)
		}
	})
}

func BenchmarkReviewScreen(b *testing.B) {
	w, sp, style := song(), comb(), painted()
	b.ReportAllocs()
	for b.Loop() {
		Waveform(w, 196, 12, style)
		sp.Draw(196, 16, style)
		Progress(0.7, "", 60, style)
	}
}
