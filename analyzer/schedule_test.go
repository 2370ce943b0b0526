package analyzer

import (
	"iter"
	"math"
	"slices"
	"testing"
)

// spreadOut is windows without their second result.
func spreadOut(frames int64, rate int, seekSec float64) iter.Seq[window] {
	order, _ := windows(frames, rate, seekSec)
	return order
}

func TestWindowsTileTheRecording(t *testing.T) {
	for _, rate := range []int{8000, 44_100, 48_000} {
		for seconds := 1; seconds < 1500; seconds += 7 {
			frames := int64(seconds)*int64(rate) + 17
			all := slices.Collect(spreadOut(frames, rate, 1))
			inTime := slices.SortedFunc(slices.Values(all), func(a, b window) int { return int(a.from - b.from) })
			if inTime[0].from != 0 || inTime[len(inTime)-1].to != toEnd {
				t.Fatalf("%d s: from %d to %d", seconds, inTime[0].from, inTime[len(inTime)-1].to)
			}
			if seconds < straightSec && len(all) != 1 {
				t.Fatalf("%d s are heard in %d windows", seconds, len(all))
			}
			for i, w := range inTime[1:] {
				before := inTime[i]
				if w.from != before.to {
					t.Fatalf("%d s: a window ends at %d, the next begins at %d", seconds, before.to, w.from)
				}
				if n := before.to - before.from; n < windowSec*int64(rate) || n > 2*windowSec*int64(rate) {
					t.Fatalf("%d s: a window of %.1f s", seconds, float64(n)/float64(rate))
				}
			}
			if again := slices.Collect(spreadOut(frames, rate, 1)); !slices.Equal(all, again) {
				t.Fatalf("%d s: another order the second time", seconds)
			}
		}
	}
}

func TestFirstWindowsAreSpread(t *testing.T) {
	for seconds := int64(91); seconds < 1500; seconds += 13 {
		frames := seconds * 100
		var heard []float64 // centres, as shares of the recording
		for w := range spreadOut(frames, 100, 1) {
			heard = append(heard, float64(w.from+min(w.to, frames))/2/float64(frames))
			gap, n := 0.0, len(heard)
			inTime := slices.Sorted(slices.Values(heard))
			for i, at := range inTime[1:] {
				gap = max(gap, at-inTime[i])
			}
			gap = max(gap, inTime[0], 1-inTime[n-1])
			// Three windows leave halves between them, five quarters, nine eighths; rounding to windows adds to that.
			count := float64(seconds / windowSec)
			most := 1 / math.Exp2(math.Floor(math.Log2(max(1, float64(n-1))))) * (1 + 1/count)
			if n >= 3 && gap > most+1/count {
				t.Errorf("%d s: a gap of %.2f after %d windows", seconds, gap, n)
			}
		}
	}
}

func TestOrderOfWindows(t *testing.T) {
	got := slices.Collect(places(9))
	if want := []int64{4, 0, 8, 2, 6, 1, 3, 5, 7}; !slices.Equal(got, want) {
		t.Errorf("order %v, want %v", got, want)
	}
	for count := range int64(200) {
		if count < 3 {
			continue
		}
		if got := slices.Sorted(places(count)); int64(len(got)) != count || got[0] != 0 || got[count-1] != count-1 {
			t.Errorf("%d windows: %v", count, got)
		}
	}
	n := 0
	for range spreadOut(300*44_100, 44_100, 1) {
		n++
		if n == 2 {
			break
		}
	}
	if n != 2 {
		t.Errorf("%d windows after ending at the second", n)
	}
}

func TestWhatIsHeardStraight(t *testing.T) {
	for name, test := range map[string]struct {
		frames  int64
		seekSec float64
		want    int
		spread  int
	}{
		"short":               {90 * 44_100, 1, 1, 1},
		"long":                {96 * 44_100, 1, 8, 1},
		"length unknown":      {0, 1, 1, 1},
		"seeking is dear":     {240 * 44_100, 60, 20, mostWindows},
		"dear and short":      {91 * 44_100, 60, 7, 7},
		"dear, but very long": {1200 * 44_100, 60, 100, 1},
		"no seeking":          {36_000 * 44_100, math.Inf(1), 3000, mostWindows},
	} {
		order, spread := windows(test.frames, 44_100, test.seekSec)
		got := slices.Collect(order)
		if len(got) != test.want || spread != test.spread {
			t.Errorf("%s: %d windows, spread from %d on, want %d and %d",
				name, len(got), spread, test.want, test.spread)
		}
		first := got[:spread]
		inTime := func(a, b window) int { return int(a.from - b.from) }
		if !slices.IsSortedFunc(first, inTime) || first[0].from != 0 || first[spread-1].to != toEnd {
			if spread > 1 || len(got) == 1 {
				t.Errorf("%s: the first are not spread in the order of time: %v", name, first)
			}
		}
	}
	if got := slices.Collect(spreadOut(-5, 0, 0)); !slices.Equal(got, []window{{0, toEnd}}) {
		t.Errorf("a damaged header gives %v", got)
	}
}
