package training

import (
	"context"
	"fmt"
	"path/filepath"

	"earmark/analyzer"
	"earmark/analyzer/training/evaluation"
)

// byGenerator keeps all tracks of a generator, and of those that share its decoder, together: what is tested comes from
// a generator that was never seen.
func byGenerator(t Track) string {
	if t.AI {
		return "ai/" + t.family()
	}
	return t.group()
}

// A View is how strictly unseen recordings are kept apart from those that were learned from.
type View struct {
	Name     string
	Tiers    analyzer.Thresholds
	Outcomes []evaluation.Outcome
}

// Evaluation is what models say of recordings and manipulations that they have not seen.
type Evaluation struct {
	Views   []View
	Leak    evaluation.Leakage
	LeftOut []string
}

// Evaluate trains models on parts of the recordings and lets them hear the rest: all of them as they are, and of every
// so many one, from the first, under every manipulation given.
func Evaluate(
	ctx context.Context, data *Data, manipulations []Manipulation, every int, progress func(done, all int),
) (*Evaluation, error) {
	learn := jobs(data.Tracks, copies)
	mixVoices(data.Tracks)
	var hear []job
	for i, t := range data.Tracks {
		for _, m := range manipulations {
			if !t.Whole && (m.Name == AsIs.Name || i%every == 0) {
				hear = append(hear, job{t, m, 0})
			}
		}
	}
	all := len(learn) + len(hear)
	samples, left, err := measureAll(ctx, learn, func(done, _ int) { progress(done, all) })
	if err != nil {
		return nil, err
	}
	ev := &Evaluation{LeftOut: left}
	set := newSet(samples)
	names, err := set.provenFamilies(ctx)
	if err != nil {
		return nil, err
	}
	type view struct {
		held  *held
		model *analyzer.Model
	}
	var views []view
	for _, v := range []struct {
		name string
		by   split
	}{
		{"generator known from other tracks", byTrack},
		{"collection never heard", byOrigin},
		{"generator never heard", byGenerator},
	} {
		held, err := set.crossValidate(ctx, names, v.by, false)
		if err != nil {
			return nil, err
		}
		m := &analyzer.Model{}
		if err := held.calibrate(m); err != nil {
			return nil, fmt.Errorf("%s: %w", v.name, err)
		}
		views = append(views, view{held, m})
		ev.Views = append(ev.Views, View{Name: v.name, Tiers: m.Tiers})
	}
	// A few at a time: what was measured of thousands of recordings would not fit into memory.
	const batch = 64
	var originals []sample
	for from := 0; from < len(hear); from += batch {
		part := hear[from:min(from+batch, len(hear))]
		heard, left, err := measureAll(ctx, part, func(done, _ int) { progress(len(learn)+from+done, all) })
		if err != nil {
			return nil, err
		}
		ev.LeftOut = append(ev.LeftOut, left...)
		for _, s := range heard {
			if s.manip == AsIs.Name {
				originals = append(originals, sample{track: s.track, audio: s.audio, kind: s.kind})
			}
		}
		for k, v := range views {
			outcomes := make([]evaluation.Outcome, len(heard))
			parallel(len(heard), func(i int) { outcomes[i] = v.held.outcome(v.model, heard[i]) })
			ev.Views[k].Outcomes = append(ev.Views[k].Outcomes, outcomes...)
		}
	}
	ev.Leak, err = leak(originals, samples)
	return ev, err
}

// outcome is what the model of the fold that a sample's track was kept out of says of it.
func (h *held) outcome(m *analyzer.Model, s sample) evaluation.Outcome {
	heard := h.models[h.fold[h.split(s.track)]]
	_, f := heard.Weigh(s.feature)
	margins := m.Margins(f)
	out := evaluation.Outcome{
		AI: s.track.AI, Source: s.track.Source, Manipulation: s.manip,
		Margin: margins.Fused, Conservative: margins.Conservative, Probability: m.Probability(f),
		Measured: s.fit && !s.tone,
		File:     filepath.Base(s.track.File),
	}
	if s.track.AI {
		out.Name = s.track.family()
	}
	if t, _ := heard.Named(f); t != nil {
		out.Named = t.Name
	}
	return out
}

// mixVoices gives each track a human recording of another source to be mixed with.
func mixVoices(tracks []Track) {
	var human []Track
	for _, t := range tracks {
		if !t.AI && !t.Whole {
			human = append(human, t)
		}
	}
	for i := range tracks {
		for k := range human {
			if v := human[(i*7+k)%len(human)]; v.Source != tracks[i].Source {
				tracks[i].voice = v.File
				break
			}
		}
	}
}

// leak measures whether codec, sample rate, bit rate or bandwidth predict the label: of the recordings as they are, and
// of the copies that models learn from, weighed as there.
func leak(originals, copies []sample) (evaluation.Leakage, error) {
	ai, kinds := make([]bool, len(copies)), make([]string, len(copies))
	for i, s := range copies {
		ai[i], kinds[i] = s.track.AI, s.kind
	}
	weight, err := balance(ai, kinds)
	if err != nil {
		return evaluation.Leakage{}, err
	}
	var out []evaluation.Sample
	add := func(s sample, isCopy bool, weight float64) {
		a := s.audio
		out = append(out, evaluation.Sample{
			AI: s.track.AI, Group: s.track.group(), Copy: isCopy, Weight: weight,
			Attributes: []string{
				"codec " + a.Codec, fmt.Sprint("rate ", a.SampleRate), fmt.Sprint("kbit/s ", a.Bitrate/64000*64),
				s.kind,
			},
		})
	}
	for _, s := range originals {
		add(s, false, 0) // nothing is learned from them
	}
	for i, s := range copies {
		add(s, true, weight[i])
	}
	return evaluation.Leak(out)
}
