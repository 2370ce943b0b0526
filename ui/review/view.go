package review

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"earmark/ui/cell"
	"earmark/ui/chart"
	"earmark/ui/keys"
	"earmark/ui/say"
)

// wide is the width from which charts and words stand side by side.
const wide = 116

// View draws the body.
func (r *Review) View() string {
	if !r.shown {
		return r.unreadView()
	}
	if r.width >= wide {
		return r.wideView()
	}
	return r.narrowView()
}

// unreadView stands where a track is not read yet, or could not be.
func (r *Review) unreadView() string {
	text := "This track could not be read."
	if r.fetching {
		text = "Reading" + r.kit.Theme.Glyph.Ellipsis
	}
	lines := []string{"", "  " + r.kit.Theme.Dim.Render(text)}
	if r.note.Opened() {
		lines = append(lines, "", r.note.View(r.width))
	}
	return cell.Block(strings.Join(lines, "\n"), r.width, r.height)
}

// narrowView puts everything below each other. What is left of the height goes to the charts; the details take their
// place when asked for.
func (r *Review) narrowView() string {
	w := r.width
	lines := append(r.heading(w), r.verdictLine(), strings.Join(r.tierParts(), r.dot()), r.fileLine())
	sentence := r.evidenceLines(w, r.sentenceRows())
	bottom := append(r.fill(sentence, r.sentenceRows()), r.decisionLine(), r.draftLine(w), r.transportLine(w))
	room := max(0, r.height-len(lines)-len(bottom))
	if r.details {
		lines = append(lines, r.fill(r.detailBlock(), room)...)
	} else {
		lines = append(lines, r.charts(w, room)...)
	}
	return cell.Block(strings.Join(append(lines, bottom...), "\n"), w, r.height)
}

// sentenceRows is how many lines the sentence gets: two on the smallest screen.
func (r *Review) sentenceRows() int {
	if r.height >= 26 {
		return 4
	}
	return 2
}

// wideView puts the charts on the left and the words on the right.
func (r *Review) wideView() string {
	gap := 3
	left := (r.width - gap) * 3 / 5
	right := r.width - gap - left
	top := append(r.heading(r.width), "")
	bottom := []string{"", r.draftLine(r.width), r.transportLine(r.width)}
	room := max(0, r.height-len(top)-len(bottom))
	body := cell.Beside(
		cell.Block(strings.Join(r.charts(left, room), "\n"), left, room),
		strings.Repeat(" ", gap),
		cell.Block(strings.Join(r.words(right, room), "\n"), right, room),
	)
	lines := slices.Concat(top, strings.Split(body, "\n"), bottom)
	return cell.Block(strings.Join(lines, "\n"), r.width, r.height)
}

// words are the right column: what was measured, what it means, what was decided, and the details as far as they fit.
func (r *Review) words(w, h int) []string {
	t := r.kit.Theme
	head := func(text string) string { return t.Head.Render(text) }
	strength := say.Strength(r.track.TrackRow)
	first := r.verdictLine()
	if strength != "" {
		mark := say.Verdict(t, say.StateOf(r.track.TrackRow))
		first = mark.Render() + " " + t.Strong.Render(say.Score(r.track.TrackRow))
	}
	lines := cell.Wrap(first, w, 3)
	for _, line := range cell.Wrap(strength, w, 2) {
		lines = append(lines, t.Text.Render(line))
	}
	lines = append(lines, r.tierParts()...)
	lines = append(lines, "")
	lines = append(lines, r.evidenceLines(w, 9)...)
	lines = append(lines, "")
	lines = append(lines, cell.Wrap(r.fileLine(), w, 3)...)
	if turned := r.turnedLine(); turned != "" {
		for _, line := range cell.Wrap(upper(turned)+".", w, 2) {
			lines = append(lines, t.Warn.Render(line))
		}
	}
	if name, ok := r.named(); ok {
		warning := "Its comment tag names " + name + ": a signal of its own, no part of the score."
		for _, line := range cell.Wrap(warning, w, 2) {
			lines = append(lines, t.Warn.Render(line))
		}
	}
	lines = append(lines, "", head("Decisions"))
	for _, line := range r.historyLines() {
		lines = append(lines, cell.Wrap(line, w, 2)...)
	}
	if r.details || h-len(lines) < len(say.Reasons())+3 {
		return append(append(lines, ""), r.detailLines()...)
	}
	lines = append(lines, "", head("Reasons"))
	for i, reason := range say.Reasons() {
		style, mark := t.Dim, " "
		if reason == r.draft().reason {
			style, mark = t.Strong, t.Glyph.Cursor
		}
		name := r.kit.Keys.Name(keys.ScopeReview, keys.Reason(i+1))
		lines = append(lines, mark+t.Key.Render(name)+" "+style.Render(reason))
	}
	return append(append(lines, "", head("File")), r.detailLines()...)
}

// detailBlock is what Tab shows on a small screen.
func (r *Review) detailBlock() []string {
	t := r.kit.Theme
	lines := []string{t.Head.Render("Decisions")}
	lines = append(lines, r.historyLines()...)
	lines = append(lines, t.Head.Render("File"))
	return append(lines, r.detailLines()...)
}

// heading is who and what: title and artist, and the file with what is left to do.
func (r *Review) heading(w int) []string {
	t := r.kit.Theme
	title := t.Strong.Render(say.Title(r.track.TrackRow))
	if artist := cell.Clean(r.track.Artist); artist != "" {
		title += t.Dim.Render(" by ") + t.Text.Render(artist)
	}
	path := cell.Clean(r.short(local(r.track.TrackRow)))
	return []string{cell.Fit(title, w), t.Dim.Render(cell.FitLeft(path, w))}
}

// short writes the user's home folder as ~.
func (r *Review) short(path string) string {
	home := strings.TrimSuffix(r.kit.Home, string(filepath.Separator))
	below, ok := strings.CutPrefix(path, home+string(filepath.Separator))
	if home == "" || !ok {
		return path
	}
	return "~" + string(filepath.Separator) + below
}

// charts are waveform and spectrum, each under a line that says what it is.
func (r *Review) charts(w, h int) []string {
	rep := r.track.Report
	if rep == nil {
		return r.fill(nil, h)
	}
	wave := max(4, (h-2)*2/5)
	if h < 14 {
		wave = 5 // without room for headings the time scale under the waveform tells them apart
	}
	wave = min(wave, h)
	lines := []string{}
	if h >= 14 {
		lines = append(lines, r.waveTitle(w))
		lines = append(lines, chart.Waveform(r.wave(), w, wave, r.look)...)
		lines = append(lines, r.spectrumTitle(w))
	} else {
		lines = append(lines, chart.Waveform(r.wave(), w, wave, r.look)...)
	}
	if rest := h - len(lines); rest > 0 {
		lines = append(lines, r.spectrum().Draw(w, rest, r.look)...)
	}
	return lines
}

// wave is the waveform with the playhead, as shares of its length.
func (r *Review) wave() chart.Wave {
	rep, s, length := r.track.Report, r.heardState(), r.length()
	share := func(v float64) float64 { return v / max(length.Seconds(), 0.001) }
	w := chart.Wave{Peaks: rep.Waveform, Playhead: math.NaN(), Length: length}
	if s.Path != "" {
		w.Playhead = share(s.Position.Seconds())
	}
	if s.Looping() {
		w.LoopFrom, w.LoopTo = share(s.LoopFrom.Seconds()), share(s.LoopTo.Seconds())
	}
	for _, seg := range rep.Segments {
		w.Segments = append(w.Segments, chart.Segment{
			From: share(seg.StartSec), To: share(seg.EndSec), Score: seg.Score, Suspicious: seg.Suspicious,
		})
	}
	return w
}

func (r *Review) waveTitle(w int) string {
	t, n := r.kit.Theme, 0
	for _, s := range r.track.Report.Segments {
		if s.Suspicious {
			n++
		}
	}
	right := "no segment stands out on its own"
	if n > 0 {
		right = fmt.Sprintf("%d of %s out on their own", n,
			cell.Plural(int64(len(r.track.Report.Segments)), "segment stands", "segments stand"))
	}
	return cell.Spread(t.Head.Render("Waveform"), t.Dim.Render(right), w)
}

func (r *Review) spectrumTitle(w int) string {
	t, rep := r.kit.Theme, r.track.Report
	name := "Averaged spectrum above its floor"
	from, to := r.spectrum().View()
	if r.view.to > 0 {
		name = fmt.Sprintf("Spectrum, %s–%s", trimmed(from/1000, 2), trimmed(to/1000, 2)+" kHz")
	}
	right := "no regular lattice"
	if l := rep.Evidence.Lattice; l != nil {
		right = fmt.Sprintf("%s on the lattice of %s", cell.Plural(int64(l.Lines), "line", "lines"), hertz(l.SpacingHz))
	}
	return cell.Spread(t.Head.Render(name), t.Dim.Render(right), w)
}

// fill makes a list of lines exactly n long.
func (r *Review) fill(lines []string, n int) []string {
	out := make([]string, n)
	copy(out, lines)
	return out
}
