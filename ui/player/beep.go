package player

import (
	"math"
	"sync"

	"github.com/faiface/beep"
	"github.com/faiface/beep/effects"
	"github.com/faiface/beep/speaker"
)

// This file is all that knows beep.

// quality is beep's: polynomials through eight neighbours. See resampled for what is done before it.
const quality = 4

func beepResample(from, to int, s streamer) streamer {
	return beep.Resample(quality, beep.SampleRate(from), beep.SampleRate(to), s)
}

// chain is pause and volume.
type chain struct {
	ctrl  *beep.Ctrl
	level *effects.Volume
}

func newChain(s streamer) chain {
	level := &effects.Volume{Streamer: s, Base: 10}
	return chain{ctrl: &beep.Ctrl{Streamer: level}, level: level}
}

// Stream always fills dst: the output behind it does.
func (c chain) Stream(dst [][2]float64) { c.ctrl.Stream(dst) }

func (c chain) pause(paused bool) { c.ctrl.Paused = paused }
func (c chain) paused() bool      { return c.ctrl.Paused }

func (c chain) volume(db int, muted bool) {
	c.level.Volume, c.level.Silent = float64(db)/20, muted
}

func (c chain) gain() float64 {
	if c.level.Silent {
		return 0
	}
	return math.Pow(c.level.Base, c.level.Volume)
}

// beepSpeaker guards what is one for the whole process.
var beepSpeaker struct {
	sync.Mutex
	open bool
}

// openBeep opens the speaker, or takes the one that is open, and gives it the feed alone. It may block for as long as
// the sound system likes. After an error it may be called again; after success the speaker stays open for good.
func openBeep(f *feed) error {
	beepSpeaker.Lock()
	defer beepSpeaker.Unlock()
	if !beepSpeaker.open {
		if err := speaker.Init(Rate, burstFrames); err != nil {
			return err
		}
		beepSpeaker.open = true
	}
	speaker.Clear()
	speaker.Play(f)
	return nil
}
