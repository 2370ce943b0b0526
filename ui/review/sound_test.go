package review

import (
	"testing"
	"time"

	"earmark/ui/theme"
)

func TestLoopAtTheVeryEnd(t *testing.T) {
	f := open(t, theme.Plain(), 80, 21)
	segments := f.review.track.Report.Segments
	f.tape.state.Position = time.Duration(segments[len(segments)-1].EndSec * float64(time.Second))
	f.tape.state.Ended = true
	f.Press("l")
	f.Contains("loop 1:40–1:47")
}
