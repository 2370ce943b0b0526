package training

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tphakala/simd/f32"

	"earmark/analyzer"
)

// clouds are two overlapping classes in many dimensions, of which only the first tells them apart.
func clouds(n, dims int, gap float64) (x [][]float32, ai []bool) {
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		row := make([]float32, dims)
		for k := range row {
			row[k] = float32(rng.NormFloat64()) / float32(math.Sqrt(float64(dims)))
		}
		ai = append(ai, i%3 == 0)
		if ai[i] {
			row[0] += float32(gap)
		}
		x = append(x, row)
	}
	return x, ai
}

// samplesOf makes samples of rows of any length.
func samplesOf(x [][]float32, ai []bool) []sample {
	out := make([]sample, len(x))
	for i := range x {
		out[i] = sample{x: x[i], track: Track{AI: ai[i], Source: "s", SHA256: fmt.Sprint(i)}}
	}
	return out
}

func TestTemplateFindsTheDirectionThatTellsApart(t *testing.T) {
	x, ai := clouds(300, 1000, 0.5)
	set := newSet(samplesOf(x, ai))
	rows := make([]int, len(x))
	for i := range rows {
		rows[i] = i
	}
	first, err := set.template(rows)
	if err != nil {
		t.Fatal(err)
	}
	top := 0
	for k, w := range first.Weights {
		if math.Abs(float64(w)) > math.Abs(float64(first.Weights[top])) {
			top = k
		}
	}
	if top != 0 || first.Weights[0] <= 0 {
		t.Errorf("largest weight at %d (%.3f), want a positive one at 0", top, first.Weights[top])
	}
	again, err := newSet(samplesOf(x, ai)).template(rows)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(first.Weights, again.Weights) || first.Bias != again.Bias {
		t.Error("the same data give two templates")
	}
}

func TestOneCollectionAloneIsAnError(t *testing.T) {
	x, ai := clouds(40, 100, 0.5)
	samples := samplesOf(x, ai)
	for i := range samples {
		samples[i].track.Source, samples[i].track.Origin = fmt.Sprint(i), "album"
	}
	if _, err := newSet(samples).crossValidate(t.Context(), nil, byOrigin, false); !errors.Is(err, errTooAlike) {
		t.Errorf("error %v, want %v", err, errTooAlike)
	}
}

// The optimum of Σ wᵢ·log(1+exp(-yᵢ·fᵢ)) + λ/2·‖w‖² has a gradient of zero.
func TestLogisticIsAtItsOptimum(t *testing.T) {
	const lambda = 0.3
	x, ai := clouds(120, 40, 0.4)
	kind := make([]string, len(ai))
	for i := range kind {
		kind[i] = []string{"narrow", "wide", "wide"}[i%3]
	}
	weight, err := balance(ai, kind)
	if err != nil {
		t.Fatal(err)
	}
	alpha, bias, err := fitKernel(newSet(samplesOf(x, ai)).gram, ai, weight, lambda)
	if err != nil {
		t.Fatal(err)
	}
	weights := make([]float64, len(x[0]))
	for i, a := range alpha {
		for k, v := range x[i] {
			weights[k] += a * float64(v)
		}
	}
	grad := make([]float64, len(weights))
	for k := range grad {
		grad[k] = lambda * weights[k]
	}
	for i := range x {
		f := bias
		for k, v := range x[i] {
			f += weights[k] * float64(v)
		}
		for k, v := range x[i] {
			grad[k] -= weight[i] * (float64(index(ai[i])) - 1/(1+math.Exp(-f))) * float64(v)
		}
	}
	for k, g := range grad {
		if math.Abs(g) > 1e-3 {
			t.Fatalf("gradient along %d is %.2g", k, g)
		}
	}
}

func TestLogisticNeedsBothClasses(t *testing.T) {
	if _, err := balance([]bool{true, true}, []string{"", ""}); err == nil {
		t.Error("one class alone was weighed")
	}
}

func TestSplitsKeepTogetherWhatTheySay(t *testing.T) {
	a := Track{AI: true, Source: "musicgen", Origin: "somebody/album", SHA256: "1"}
	b := Track{AI: true, Source: "musicgen", Origin: "somebody/album", SHA256: "2"}
	other := Track{AI: true, Source: "m2ugen", Origin: "another/album", SHA256: "3"}
	if byOrigin(a) != byOrigin(b) || byOrigin(a) == byOrigin(other) {
		t.Error("by collection: tracks of one are torn apart, or two put together")
	}
	if byTrack(a) == byTrack(b) {
		t.Error("by track: two tracks are kept together")
	}
	if byGenerator(a) != byGenerator(other) {
		t.Error("by generator: two that share a decoder are torn apart")
	}
	human := Track{Source: "band", SHA256: "4"}
	for name, by := range map[string]split{"track": byTrack, "collection": byOrigin, "generator": byGenerator} {
		if by(human) != by(Track{Source: "band", SHA256: "5", Whole: true}) {
			t.Errorf("by %s: human tracks of one source are torn apart", name)
		}
	}
	if of := (Track{AI: true, Source: "udio", Origin: a.Origin}); byOrigin(of) != byOrigin(a) {
		t.Error("by collection: two generators of one collection are torn apart")
	}
}

func TestFoldsHaveBothClasses(t *testing.T) {
	var samples []sample
	for i := range 30 {
		for range 1 + i*i%7 {
			samples = append(samples, sample{track: Track{Source: fmt.Sprint("band ", i)}})
			if i%3 == 0 {
				samples = append(samples, sample{track: Track{AI: true, Origin: fmt.Sprint("album ", i)}})
			}
		}
	}
	fold, used, err := deal(samples, byOrigin)
	if err != nil || used != folds {
		t.Fatalf("%d folds, %v, want %d", used, err, folds)
	}
	var size [2][folds]int
	for _, s := range samples {
		size[index(s.track.AI)][fold[byOrigin(s.track)]]++
	}
	for class, of := range size {
		if least, most := slices.Min(of[:]), slices.Max(of[:]); least == 0 || most > 2*least {
			t.Errorf("class %d: folds of %v samples", class, of)
		}
	}
}

func TestReadManifest(t *testing.T) {
	dir := t.TempDir()
	write := func(text string) string {
		path := filepath.Join(dir, "m.tsv")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	tracks, sum, err := ReadManifest(write("file\tclass\tsource\torigin\tsha256\n"+
		"a.mp3\tai\tsuno\tx/y\tff\n"+
		"b.ogg\thuman\tz\t\t00\n"), dir)
	if err != nil || len(tracks) != 2 || len(sum) != 64 || !tracks[0].AI || tracks[1].AI {
		t.Errorf("tracks %+v, %v", tracks, err)
	}
	for name, text := range map[string]string{
		"no column":  "file\tclass\na\tai\n",
		"bad class":  "file\tclass\tsource\torigin\tsha256\na.mp3\trobot\tsuno\tx/y\tff\n",
		"short row":  "file\tclass\tsource\torigin\tsha256\na.mp3\tai\n",
		"no tracks":  "file\tclass\tsource\torigin\tsha256\n",
		"empty file": "",
	} {
		if _, _, err := ReadManifest(write(text), dir); err == nil {
			t.Errorf("%s: read without an error", name)
		}
	}
}

func FuzzReadManifest(f *testing.F) {
	f.Add([]byte("file\tclass\tsource\torigin\tsha256\na.mp3\tai\tsuno\tx/y\tff\n"))
	path := filepath.Join(f.TempDir(), "m.tsv")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, _ = ReadManifest(path, "")
	})
}

// music is where the labelled recordings lie, beside the project.
func music(t *testing.T) *Data {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "audio")
	if _, err := os.Stat(filepath.Join(dir, "manifest.tsv")); err != nil {
		t.Skip("the labelled music is absent: ", err)
	}
	data, err := Load(t.Context(), dir, filepath.Join(dir, "manifest.tsv"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// few are tracks of two generators and enough human ones for a threshold of 7 %.
func few(tracks []Track) []Track {
	var out []Track
	count := map[string]int{}
	for _, track := range tracks {
		key, most := "human", 24
		if track.AI {
			key, most = track.Source, 6
			if key != "suno" && key != "heartmula" {
				continue
			}
		}
		if count[key] < most {
			count[key]++
			out = append(out, track)
		}
	}
	return out
}

// Nothing of the file itself is learned from, and what it is copied to does not depend on what it is.
func TestCopiesAreReadOffTheHash(t *testing.T) {
	encoded := map[string]int{}
	for i := range 700 {
		track := Track{SHA256: strconv.Itoa(i), AI: i%2 == 0, File: "a"}
		got := copies(track)
		if len(got) != pieces {
			t.Fatalf("%d copies, want one a piece of a whole track", len(got))
		}
		for _, m := range got {
			if m.Suffix == "" {
				t.Fatalf("%s is the file itself", m.Name)
			}
			if m.Suffix != ".opus" && !slices.Contains(m.Args, "-ar") {
				t.Fatalf("%s keeps the sample rate of the file", m.Name)
			}
		}
		track.AI, track.File, track.Source = !track.AI, "b", "c"
		if again := copies(track); !reflect.DeepEqual(got, again) {
			t.Fatalf("copies %v of one class, %v of the other", got, again)
		}
		encoded[got[1].Name]++
	}
	for _, m := range encodings {
		if encoded[m.Name] < 60 {
			t.Errorf("%s: %d of 700", m.Name, encoded[m.Name])
		}
	}
}

func TestBalanceHidesTheKind(t *testing.T) {
	var ai []bool
	var kind []string
	for i := range 300 { // two thirds of the human ones are narrow, one third of the others
		a := i%3 == 0
		ai, kind = append(ai, a), append(kind, map[bool]string{true: "narrow", false: "wide"}[(i/3%3 == 0) == a])
	}
	w, err := balance(ai, kind)
	if err != nil {
		t.Fatal(err)
	}
	sum := map[bool]map[string]float64{true: {}, false: {}}
	for i := range w {
		sum[ai[i]][kind[i]] += w[i]
	}
	for _, k := range []string{"narrow", "wide"} {
		if math.Abs(sum[true][k]-sum[false][k]) > 1e-9 {
			t.Errorf("%s weighs %.3f among the generated and %.3f among the human", k, sum[true][k], sum[false][k])
		}
	}
}

// A template learns a decoder's lines where they were, whatever the pitch: what it learns from is nearer to the
// recording than what is heard.
func TestPitchIsMovedBackForTemplates(t *testing.T) {
	track := Track{File: filepath.Join("..", "..", "testdata", "demo", "glass-arcade.mp3"), AI: true}
	m := shift(rand.New(rand.NewPCG(3, 4)))
	samples, left, err := measureAll(t.Context(), jobs([]Track{track}, func(Track) []Manipulation {
		return []Manipulation{AsIs, m}
	}), func(int, int) {})
	if err != nil || len(samples) != 2 {
		t.Fatalf("%d samples, left out %q, error %v", len(samples), left, err)
	}
	original, moved := samples[0], samples[1]
	heard := f32.DotProduct(original.x, moved.feature.Vector())
	if learned := f32.DotProduct(original.x, moved.x); learned < heard+0.1 {
		t.Errorf("at %.3f times the pitch the recording has %.2f in common with what is heard, and %.2f with what is "+
			"learned from", m.Factor, heard, learned)
	}
	if !slices.Equal(moved.combs, moved.feature.Combs()) {
		t.Error("the lattice was not taken from what is heard")
	}
}

func TestManipulationsCanBeMeasured(t *testing.T) {
	if testing.Short() {
		t.Skip("decodes and encodes real music")
	}
	data := music(t)
	mixVoices(data.Tracks)
	tracks := few(data.Tracks)[:1]
	for _, track := range data.Tracks {
		if filepath.Base(track.File) == "ai-yue-408161d6.mp3" { // one channel
			tracks = append(tracks, track)
		}
	}
	all := slices.Concat(Manipulations, []Manipulation{lossless})
	for _, m := range treatments {
		all = append(all, filter(m.name, m.graph(rand.New(rand.NewPCG(1, 2)))))
	}
	todo := jobs(tracks, func(Track) []Manipulation { return all })
	samples, left, err := measureAll(t.Context(), todo, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	if len(left) > 0 || len(samples) != len(tracks)*len(all) {
		t.Errorf("%d samples, left out %q", len(samples), left)
	}
	for _, s := range samples {
		if len(s.x) != 2*analyzer.Bins || len(s.combs) != len(analyzer.Spacings) || len(s.segments) == 0 {
			t.Errorf("%s (%s): %d features, %d combs, %d segments",
				s.track.File, s.manip, len(s.x), len(s.combs), len(s.segments))
		}
	}
}

func TestTheSameRecordingsGiveTheSameTemplates(t *testing.T) {
	if testing.Short() {
		t.Skip("decodes and encodes real music")
	}
	data := music(t)
	todo := jobs(few(data.Tracks), copies)
	samples, _, err := measureAll(t.Context(), todo, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	again, _, err := measureAll(t.Context(), todo[:4], func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range again {
		if !slices.Equal(s.x, samples[i].x) {
			t.Errorf("%s (%s) is measured differently the second time", s.track.File, s.manip)
		}
	}
	var models [2]*analyzer.Model
	for i := range models {
		set := newSet(samples)
		held, err := set.crossValidate(t.Context(), set.familyNames(), byTrack, i > 0)
		if err != nil {
			t.Fatal(err)
		}
		models[i] = &analyzer.Model{General: held.models[0].General, Templates: held.models[0].Templates}
		models[i].General.Null = analyzer.Null{} // the quick one has none
		for k := range models[i].Templates {
			models[i].Templates[k].Null = analyzer.Null{}
		}
		if i > 0 {
			continue
		}
		// Even so few human tracks are told from a generator that is known.
		caught := 0
		for k, s := range samples {
			if s.track.Source == "suno" && strings.HasPrefix(s.manip, "flac") && held.found[k].Sum() > 2 {
				caught++
			}
		}
		if caught < 4 {
			t.Errorf("%d of 6 unseen Suno tracks stand out", caught)
		}
	}
	a, errA := json.Marshal(models[0])
	b, errB := json.Marshal(models[1])
	if errA != nil || errB != nil || !bytes.Equal(a, b) {
		t.Error("the same recordings gave two models: ", errA, errB)
	}
}

func TestExcerptsOfWholeTracksAreNotCountedTwice(t *testing.T) {
	tracks := []Track{
		{Source: "game"},
		{Source: "game"},
		{Source: "game", Whole: true},
		{Source: "game", Whole: true},
		{Source: "game", Whole: true},
		{Source: "band"},
		{Source: "label", Whole: true},
		{Source: "suno", Origin: "hub", AI: true},
	}
	var got analyzer.Training
	describe(&got, tracks)
	if got.Human != 5 || got.HumanSources != 3 || got.AI != 1 || got.AIOrigins != 1 {
		t.Errorf("%d human tracks of %d sources, %d generated ones of %d origins; want 5 of 3 and 1 of 1",
			got.Human, got.HumanSources, got.AI, got.AIOrigins)
	}
}

// Each of a recording's copies is of another kind.
func TestKindsOfCopies(t *testing.T) {
	kinds := map[string]bool{}
	for _, m := range copies(Track{SHA256: "a"}) {
		kinds[copyKind(m.Name)] = true
	}
	if len(kinds) != 4 {
		t.Errorf("kinds %v, want four", kinds)
	}
}
