package training

import (
	"context"
	"fmt"
	"math"
	"slices"

	"earmark/analyzer"
)

const (
	folds        = 5
	ridge        = 6e-5 // λ of a template per sample, chosen by cross-validation
	segmentHuman = 0.01 // share of human segments that are marked
	leastTracks  = 3    // of a generator, for a template of its own
	leastCaught  = 0.5  // share of a generator's unseen tracks that its template must catch to be kept
)

// families are generators that share a decoder: their templates are learned together.
var families = map[string]string{
	"stable-audio-open": "stable-audio",
	"musicgen-style":    "musicgen",
	"m2ugen":            "musicgen",
}

func (t Track) family() string {
	if f, ok := families[t.Source]; ok {
		return f
	}
	return t.Source
}

// origins are the generators that the job contract has a name for.
var origins = map[string]string{"suno": "suno", "udio": "udio", "elevenlabs": "elevenlabs"}

// Data is what a model is made from.
type Data struct {
	Tracks    []Track
	Manifests []string // SHA-256
	Audio     string   // SHA-256 over the sorted hashes of all recordings
}

// Load reads the manifest of the recordings below dir, and the human recordings below further folders, each source in a
// folder of its own; it checks every hash.
func Load(ctx context.Context, dir, labels string, human []string) (*Data, error) {
	tracks, sum, err := ReadManifest(labels, dir)
	if err != nil {
		return nil, err
	}
	d := &Data{Tracks: tracks, Manifests: []string{sum}}
	for _, h := range human {
		more, err := ReadHuman(h)
		if err != nil {
			return nil, err
		}
		d.Tracks = append(d.Tracks, more...)
	}
	d.Audio, err = hashAudio(ctx, d.Tracks)
	return d, err
}

// Train makes a model from recordings, and says what it does with those that the templates had not seen. LeftOut names
// what could not be measured.
func Train(
	ctx context.Context, data *Data, version string, progress func(done, all int),
) (m *analyzer.Model, leftOut []string, err error) {
	samples, leftOut, err := measureAll(ctx, jobs(data.Tracks, copies), progress)
	if err != nil {
		return nil, nil, err
	}
	set := newSet(samples)
	names, err := set.provenFamilies(ctx)
	if err != nil {
		return nil, nil, err
	}
	held, err := set.crossValidate(ctx, names, byOrigin, false)
	if err != nil {
		return nil, nil, err
	}
	m = &analyzer.Model{
		Format: analyzer.ModelFormat, Version: version,
		Training: analyzer.Training{
			Manifests: data.Manifests, Audio: data.Audio,
		},
	}
	describe(&m.Training, data.Tracks)
	if err := set.learn(ctx, m, names, nil); err != nil {
		return nil, nil, err
	}
	held.applyNulls(m)
	return m, leftOut, held.calibrate(m)
}

// describe says what a model learns from. Of a source that whole tracks are at hand of, excerpts are taken to be of
// these: counted apart, they would make the bounds of [analyzer.Support] tighter than they are.
func describe(t *analyzer.Training, tracks []Track) {
	type count struct{ excerpts, whole int }
	human, ai := map[string]count{}, map[string]bool{}
	for _, track := range tracks {
		of := human[track.Source]
		switch {
		case track.AI:
			t.AI++
			ai[track.Origin] = true
			continue
		case track.Whole:
			of.whole++
		default:
			of.excerpts++
		}
		human[track.Source] = of
	}
	for _, of := range human {
		t.Human += max(of.excerpts, of.whole)
	}
	t.HumanSources, t.AIOrigins = len(human), len(ai)
	for _, m := range slices.Concat([]Manipulation{lossless}, encodings) {
		t.Manipulations = append(t.Manipulations, m.Name)
	}
	for _, m := range treatments {
		t.Manipulations = append(t.Manipulations, m.name)
	}
	t.Manipulations = append(t.Manipulations, shifted)
}

// null describes one statistic on human music.
func null(human []float64) analyzer.Null {
	if len(human) == 0 {
		return analyzer.Null{}
	}
	s := slices.Sorted(slices.Values(human))
	middle := s[len(s)/2]
	top := s[min(len(s)-1, int(math.Ceil(0.99*float64(len(s)))))]
	return analyzer.Null{Median: sig(middle), Spread: sig(top - middle)}
}

// sig keeps six significant digits: a model file is read by people too.
func sig(v float64) float64 {
	if v == 0 {
		return 0
	}
	p := math.Pow(10, 5-math.Floor(math.Log10(math.Abs(v))))
	return math.Round(v*p) / p
}

// calibrate fits what turns evidence into probabilities and tiers, to recordings as models of other folds heard them,
// and gives it to these models too.
func (h *held) calibrate(m *analyzer.Model) error {
	var ai []bool
	var sum, templates, general, family, geometry, peak []float64
	var conservative []float64
	human := map[string][]float64{} // by what was done to the copies
	for i, s := range h.set.samples {
		if !s.fit {
			continue
		}
		f := h.found[i]
		if !s.track.AI {
			as := copyKind(s.manip)
			human[as] = append(human[as], f.Sum())
			conservative = append(conservative, f.Templates())
		}
		if s.manip == shifted { // rarer in catalogues than among the copies: probabilities are for catalogues
			continue
		}
		ai = append(ai, s.track.AI)
		sum = append(sum, f.Sum())
		templates = append(templates, f.Templates())
		general, family = append(general, f.General), append(family, f.Family)
		geometry, peak = append(geometry, f.Geometry()), append(peak, f.Peak)
	}
	for _, fit := range []struct {
		to *analyzer.Logit
		of []float64
	}{
		{&m.Fused, sum},
		{&m.Proto, templates},
		{&m.HeadA, general},
		{&m.HeadB, family},
		{&m.HeadC, peak},
		{&m.Geo, geometry},
	} {
		var err error
		if *fit.to, err = fitLogit(fit.of, ai); err != nil {
			return err
		}
	}
	if err := h.calibrateSegments(m); err != nil {
		return err
	}
	recall, err := analyzer.ConformalByKind(human, analyzer.RecallRate)
	if err != nil {
		return err
	}
	humanSafe, err := analyzer.ConformalByKind(human, analyzer.HumanSafeRate)
	if err != nil {
		return err
	}
	m.Tiers = analyzer.Thresholds{
		Recall: sig(m.Fused.LogOdds(recall)), HumanSafe: sig(m.Fused.LogOdds(humanSafe)),
		PressSafe: sig(m.Proto.LogOdds(slices.Max(conservative)) + analyzer.PressMargin),
		Tracks:    len(conservative),
	}
	for _, fold := range h.models {
		fold.Fused, fold.Proto, fold.Tiers = m.Fused, m.Proto, m.Tiers
	}
	return nil
}

func (h *held) calibrateSegments(m *analyzer.Model) error {
	var ai []bool
	var of, human []float64
	for i, s := range h.set.samples {
		if !s.fit {
			continue
		}
		for _, v := range h.segments[i] {
			ai, of = append(ai, s.track.AI), append(of, v)
			if !s.track.AI {
				human = append(human, v)
			}
		}
	}
	var err error
	if m.Segments, err = fitLogit(of, ai); err != nil {
		return err
	}
	mark, err := analyzer.Conformal(human, segmentHuman)
	if err != nil {
		return fmt.Errorf("segments: %w", err)
	}
	m.Mark = sig(m.Segments.Probability(mark))
	return nil
}
