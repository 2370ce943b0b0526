package machine

import (
	"math"
	"slices"
	"testing"
)

func TestEveryMachinePlaysTheSamePieceAgain(t *testing.T) {
	t.Parallel()
	for _, s := range Styles {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			piece := s.Play(1)
			if len(piece) != 2*Rate*Seconds {
				t.Fatalf("%d samples", len(piece))
			}
			var loudest, sum float64
			for _, v := range piece {
				loudest = max(loudest, math.Abs(float64(v)))
				sum += float64(v) * float64(v)
			}
			if math.Abs(loudest-0.8) > 1e-3 || sum/float64(len(piece)) < 1e-5 {
				t.Errorf("the loudest sample is %.3f, the mean power %.1e", loudest, sum/float64(len(piece)))
			}
			if !slices.Equal(piece, s.Play(1)) {
				t.Error("another piece of the same seed")
			}
		})
	}
}
