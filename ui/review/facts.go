package review

import (
	"fmt"
	"slices"
	"strings"

	"earmark/analyzer"
	"earmark/store"
	"earmark/ui/cell"
	"earmark/ui/keys"
	"earmark/ui/say"
)

// dot stands between two facts on one line.
func (r *Review) dot() string { return r.kit.Theme.Faint.Render(" " + r.kit.Theme.Glyph.Dot + " ") }

// verdictLine is what was measured, in a word, a number, and what the number means.
func (r *Review) verdictLine() string {
	t, row := r.kit.Theme, r.track.TrackRow
	state := say.StateOf(row)
	mark := say.Verdict(t, state)
	switch state {
	case say.Failed:
		return mark.Render() + r.dot() + t.Text.Render(cell.Clean(row.ErrorCode)+": "+cell.Clean(row.ErrorMessage))
	case say.NotMeasured:
		return mark.Render() + r.dot() + t.Text.Render("unfit for a verdict, neither for nor against it")
	case say.Suspicious, say.Faint, say.NotFlagged:
		return mark.Render() + " " + t.Strong.Render(say.Score(row)) + r.dot() + t.Text.Render(say.Strength(row))
	default:
		return mark.Render()
	}
}

// tierParts are the three tiers in words, with a sign each.
func (r *Review) tierParts() []string {
	t := r.kit.Theme
	if r.track.Report == nil {
		return nil
	}
	var parts []string
	for _, tier := range say.Tiers(r.track.Tiers) {
		glyph, style := t.Glyph.Clear, t.Clear
		switch {
		case tier.Flagged:
			glyph, style = t.Glyph.Suspect, t.Suspect
		case !r.track.Measured:
			glyph, style = t.Glyph.NotMeasured, t.Warn
		case tier.Word == say.Inconclusive: // neither for nor against it
			glyph, style = t.Glyph.Faint, t.Text
		}
		parts = append(parts, t.Dim.Render(tier.Name+":")+" "+style.Render(glyph+" "+tier.Word))
	}
	return parts
}

// fileLine is what the file is.
func (r *Review) fileLine() string {
	t, rep := r.kit.Theme, r.track.Report
	if rep == nil {
		return ""
	}
	a := rep.Audio
	facts := []string{say.Codec(a.Codec)}
	if a.Bitrate > 0 {
		facts = append(facts, fmt.Sprintf("%d kbit/s", (a.Bitrate+500)/1000))
	}
	if a.SampleRate > 0 {
		facts = append(facts, kilohertz(float64(a.SampleRate)))
	}
	facts = append(facts, channels(a.Channels))
	line := t.Dim.Render(strings.Join(facts, " ")) + r.dot()
	if part := r.heardPart(); part != "" {
		line += t.Warn.Render(part) + r.dot()
	}
	style := t.Dim
	if rep.Reliability < 0.6 {
		style = t.Warn
	}
	word := fmt.Sprintf("reliability %s (%.2f)", say.Reliability(rep.Reliability), rep.Reliability)
	if rep.Measured {
		word += because(rep) // else it is said in full below
	}
	return line + style.Render(word) + r.echoes(rep)
}

// echoes says which echo was taken out of the spectrum before lines were looked for.
func (r *Review) echoes(rep *analyzer.Report) string {
	if len(rep.Evidence.Echoes) == 0 {
		return ""
	}
	word := fmt.Sprintf("%.0f ms echo set aside", 1000*rep.Evidence.Echoes[0].Seconds)
	return r.dot() + r.kit.Theme.Dim.Render(word)
}

func channels(n int) string {
	switch n {
	case 1:
		return "mono"
	case 2:
		return "stereo"
	default:
		return fmt.Sprintf("%d channels", n)
	}
}

// evidenceLines are the sentence, and the second one where there is room for it.
func (r *Review) evidenceLines(w, n int) []string {
	t, row := r.kit.Theme, r.track.TrackRow
	var first, second string
	switch say.StateOf(row) {
	case say.Failed:
		first = say.FailureAdvice(row.ErrorCode)
		second = "A failure is no flag: decide by ear, or skip it."
	case say.Running, say.Waiting:
		first = "It is not analysed yet. You can listen to it; it can be decided afterwards."
	case say.Cancelled:
		first = "Its job was cancelled before it was analysed."
	default:
		first, second = Explain(r.track.Report)
	}
	lines := cell.Wrap(first, w, n)
	for i, line := range lines {
		lines[i] = t.Strong.Render(line)
	}
	more := cell.Wrap(second, w, n)
	if len(lines)+len(more) <= n {
		for _, line := range more {
			lines = append(lines, t.Dim.Render(line))
		}
	}
	return lines
}

// decisionLine is what stands: a decision, or that there is none, and what the file says of itself.
func (r *Review) decisionLine() string {
	t, row := r.kit.Theme, r.track.TrackRow
	m := say.Decision(t, row.Decision)
	line := m.Style.Render(strings.TrimSpace(m.String()))
	if row.Decision != "" {
		line += t.Dim.Render(" by "+cell.Clean(row.Reviewer)+" "+cell.Ago(row.DecidedAt, r.kit.Clock.Now())) +
			because2(t.Text.Render, row.Reason, row.Note)
	}
	if turned := r.turnedLine(); turned != "" {
		line += r.dot() + t.Warn.Render(turned)
	}
	if name, ok := r.named(); ok {
		line += r.dot() + t.Warn.Render("its comment tag names "+name) + t.Dim.Render(" (no part of the score)")
	}
	return line
}

// named is the generator that the comment tag names.
func (r *Review) named() (string, bool) {
	if r.track.Report == nil {
		return "", false
	}
	return NamedGenerator(r.track.Report.Audio.Tags.Comment)
}

// because2 is a reason and a note as the end of a line.
func because2(render func(...string) string, reason, note string) string {
	parts := []string{}
	for _, p := range []string{reason, note} {
		if p = cell.Clean(p); p != "" {
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return render(": " + strings.Join(parts, "; "))
}

// draftLine is what was chosen for the coming decision, or the note that is being typed.
func (r *Review) draftLine(w int) string {
	t, k, d := r.kit.Theme, r.kit.Keys, r.draft()
	if r.note.Opened() {
		return r.note.View(w)
	}
	if d == (draft{}) {
		return t.Dim.Render(k.Name(keys.ScopeReview, keys.Reason(1)) + "–" + k.Name(keys.ScopeReview, keys.Reason(9)) +
			" choose a reason, " + k.Name(keys.ScopeReview, keys.Note) + " writes a note, " +
			k.Name(keys.ScopeReview, keys.RepeatDecision) + " repeats the last decision")
	}
	return t.Head.Render("For the decision") + because2(t.Text.Render, d.reason, d.note)
}

// historyLines are the decisions on the track, the latest first.
func (r *Review) historyLines() []string {
	t, now := r.kit.Theme, r.kit.Clock.Now()
	undone := map[store.DecisionID]bool{}
	for _, d := range r.track.History {
		undone[d.Undoes] = true
	}
	var lines []string
	for _, d := range slices.Backward(r.track.History) {
		if d.Undoes != 0 {
			continue
		}
		m := say.Decision(t, store.DecisionKind(d.Kind))
		line := m.Render() + t.Dim.Render(" by "+cell.Clean(d.Reviewer)+" "+cell.Ago(d.At, now))
		if undone[d.ID] {
			line += t.Dim.Render(" (undone)")
		}
		lines = append(lines, line+because2(t.Text.Render, d.Reason, d.Note))
	}
	if len(lines) == 0 {
		lines = append(lines, t.Dim.Render("none yet"))
	}
	return lines
}

// detailLines are everything else that is known of the file and of its measurement.
func (r *Review) detailLines() []string {
	t, rep := r.kit.Theme, r.track.Report
	var lines []string
	add := func(name, value string) {
		if value = cell.Clean(value); value != "" {
			lines = append(lines, t.Dim.Render(cell.Fit(name, 12))+" "+t.Text.Render(value))
		}
	}
	add("item", r.track.ItemID)
	if rep == nil {
		add("track", r.track.ID.String()+" of "+r.track.Job.String())
		return lines
	}
	tags := rep.Audio.Tags
	add("album", tags.Album)
	add("ISRC", tags.ISRC)
	add("comment tag", tags.Comment)
	if rep.Generator != "" {
		add("looks like", fmt.Sprintf("%s (%.0f %%; changes no verdict)", rep.Generator, rep.OriginConfidence*100))
	}
	add("measured", r.measuredWords())
	if s := rep.Scores; rep.Measured {
		add("scores", fmt.Sprintf("all %.2f, lattice %.2f, conservative %.2f, heads %.2f %.2f %.2f",
			s.Truth, s.Geo, s.Proto, s.HeadA, s.HeadB, s.HeadC))
	}
	add("lines", r.lineWords(rep))
	add("detector", rep.DetectorVersion+", calibration "+rep.CalibrationVersion)
	add("file hash", rep.ContentSHA256)
	add("sound hash", rep.SoundSHA256)
	add("track", r.track.ID.String()+" of "+r.track.Job.String())
	if len(r.track.Metadata) > 0 {
		add("metadata", string(r.track.Metadata))
	}
	return lines
}

// lineWords are the strongest lines.
func (r *Review) lineWords(rep *analyzer.Report) string {
	n := len(rep.Evidence.Lines)
	if n == 0 {
		return "none"
	}
	var parts []string
	for _, l := range rep.Evidence.Lines[:min(n, 4)] {
		parts = append(parts, fmt.Sprintf("%s +%.1f dB", hertz(l.Hz), l.HeightDB))
	}
	if n > 4 {
		parts = append(parts, fmt.Sprintf("%d more", n-4))
	}
	return strings.Join(parts, ", ")
}
