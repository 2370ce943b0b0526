package training

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

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

func TestLogisticFindsTheDirectionThatTellsApart(t *testing.T) {
	x, ai := clouds(300, 1000, 0.5)
	model, err := fitLogistic(x, ai, 0.01)
	if err != nil {
		t.Fatal(err)
	}
	top := 0
	for k, w := range model.weights {
		if math.Abs(float64(w)) > math.Abs(float64(model.weights[top])) {
			top = k
		}
	}
	if top != 0 || model.weights[0] <= 0 {
		t.Errorf("largest weight at %d (%.3f), want a positive one at 0", top, model.weights[top])
	}
	again, err := fitLogistic(x, ai, 0.01)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(model.weights, again.weights) || model.bias != again.bias {
		t.Error("the same data give two models")
	}
}

// The optimum of Σ wᵢ·log(1+exp(-yᵢ·fᵢ)) + λ/2·‖w‖² has a gradient of zero.
func TestLogisticIsAtItsOptimum(t *testing.T) {
	const lambda = 0.3
	x, ai := clouds(120, 40, 0.4)
	model, err := fitLogistic(x, ai, lambda)
	if err != nil {
		t.Fatal(err)
	}
	weight, err := balance(ai)
	if err != nil {
		t.Fatal(err)
	}
	grad := make([]float64, len(x[0]))
	for k := range grad {
		grad[k] = lambda * float64(model.weights[k])
	}
	for i := range x {
		y := float64(index(ai[i]))
		p := 1 / (1 + math.Exp(-model.margin(x[i])))
		for k, v := range x[i] {
			grad[k] -= weight[i] * (y - p) * float64(v)
		}
	}
	for k, g := range grad {
		if math.Abs(g) > 1e-4 {
			t.Fatalf("gradient along %d is %.2g", k, g)
		}
	}
}

func TestLogisticNeedsBothClasses(t *testing.T) {
	if _, err := fitLogistic([][]float32{{1}, {2}}, []bool{true, true}, 1); err == nil {
		t.Error("one class alone was fitted")
	}
}

func TestFoldsKeepSourcesTogether(t *testing.T) {
	a := Track{AI: true, Source: "suno", Origin: "somebody/album", File: "1.mp3"}
	b := Track{AI: true, Source: "suno", Origin: "somebody/album", File: "2.mp3"}
	if foldOf(a) != foldOf(b) {
		t.Error("two tracks of one origin fall into two folds")
	}
	seen := map[int]bool{}
	for i := range 200 {
		seen[foldOf(Track{Source: string(rune('a' + i))})] = true
	}
	if len(seen) != folds {
		t.Errorf("200 sources fall into %d folds, want %d", len(seen), folds)
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
	tracks, sum, err := ReadManifest(write("file\tclass\tsource\torigin\tsha256\n" +
		"a.mp3\tai\tsuno\tx/y\tff\n" +
		"b.ogg\thuman\tz\t\t00\n"))
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
		if _, _, err := ReadManifest(write(text)); err == nil {
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
		_, _, _ = ReadManifest(path)
	})
}

func TestTrainOnRealMusic(t *testing.T) {
	if testing.Short() {
		t.Skip("decodes and encodes real music")
	}
	manifest := filepath.Join("..", "..", "..", "shared", "audio", "manifest.tsv")
	tracks, _, err := ReadManifest(manifest)
	if err != nil {
		t.Skip("the labelled music is absent: ", err)
	}
	picked := tracks[:0:0]
	perClass := map[bool]int{}
	for _, track := range tracks {
		if perClass[track.AI] < 4 {
			perClass[track.AI]++
			picked = append(picked, track)
		}
	}
	samples, left, err := measureAll(t.Context(), filepath.Dir(manifest), picked, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	if len(samples)+len(left) != 2*len(picked) {
		t.Errorf("%d samples and %d left out of %d tracks, each as it is and once manipulated",
			len(samples), len(left), len(picked))
	}
	for _, s := range samples {
		if len(s.x) != 2*analyzer.Bins || len(s.combs) != len(analyzer.Spacings) || len(s.segments) == 0 {
			t.Errorf("%s (%s): %d features, %d combs, %d segments",
				s.track.File, s.manip, len(s.x), len(s.combs), len(s.segments))
		}
	}
}
