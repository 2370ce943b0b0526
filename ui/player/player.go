package player

import (
	"context"
	"time"

	"earmark/analyzer/audio"
)

// Rate is the one sample rate at which the speaker is opened, in Hz. Sound servers and most hardware run at it.
const Rate = 48000

// Limits of the volume, in dB below full scale, and one step of it.
const (
	VolumeMax  = 0
	VolumeMin  = -60
	VolumeStep = 3
)

// Player plays one track at a time. Its methods may be called from any goroutine and return at once.
type Player interface {
	// Do hands over a command. Commands are carried out in order; their effect shows in State.
	Do(c Command)
	// State says what is heard now.
	State() State
	// Changes gets a hint after State changed in something else than Position. Hints merge, and one reader gets them.
	Changes() <-chan struct{}
	// Close falls silent and closes every file. It waits for the player's own goroutines, but not for files or for the
	// sound device. A closed player ignores commands.
	Close()
}

// Command is one thing to do: Play, Preload, Cue, Toggle, Pause, Resume, Stop, Seek, Skip, Loop, Unloop, Volume or
// Mute.
type Command interface{ apply(t *transport) }

type (
	// Track is a file to play. Cues are places that are decoded ahead besides what is heard next, such as suspicious
	// segments, most wanted first: a jump to one of them is heard at once, also where the decoder needs a third of a
	// second to get there, as ffmpeg does. A track that is preloaded has the first of them ready, the one that is on
	// MaxCues.
	Track struct {
		Path string
		Cues []time.Duration
	}

	// Play puts a track on and starts it at From. With Paused it is put on and waits. The track that is on already
	// jumps to From.
	Play struct {
		Track
		From   time.Duration
		Paused bool
	}

	// Preload opens exactly these tracks ahead and decodes their beginnings, so that Play of one of them is heard at
	// once. Tracks preloaded earlier and not named again are closed. Name the next one first; MaxPreload are kept.
	Preload struct{ Tracks []Track }

	// Cue names other cues for the track that is on; what is heard does not change.
	Cue struct{ Track }

	// Toggle pauses, or goes on; at the end of the track it starts again.
	Toggle struct{}
	// Pause halts the playhead.
	Pause struct{}
	// Resume goes on after Pause, and starts again after the end.
	Resume struct{}
	// Stop takes the track off.
	Stop struct{}

	// Seek jumps to a time from the beginning, held within the track. Outside of the loop it ends the loop.
	Seek struct{ To time.Duration }
	// Skip jumps by a time relative to what is heard.
	Skip struct{ By time.Duration }

	// Loop repeats From … To until Unloop, another track, or a seek out of it. A playhead outside jumps to From.
	// A range shorter than a tenth of a second is ignored.
	Loop struct{ From, To time.Duration }
	// Unloop goes on beyond the loop.
	Unloop struct{}

	// Volume changes the volume by steps of VolumeStep dB and ends Mute.
	Volume struct{ Steps int }
	// Mute switches the sound off and on again at the same volume.
	Mute struct{}
)

// What is kept ready at most. A track takes about 1 MB, and an ffmpeg process if ffmpeg decodes it; a cue 0.3 MB.
const (
	MaxPreload = 3
	MaxCues    = 32
)

// State is what the screen shows. It is a copy: it does not change after it was read.
type State struct {
	Path    string // the track that is on; empty for none
	Opening bool   // the file is being opened
	Playing bool
	Ended   bool  // played to the end; Toggle starts again
	Err     error // why the track cannot be heard, or not to its end; goes with the next Play

	Position time.Duration // what is heard now
	Duration time.Duration // as the file states it, exact once the end was decoded; 0 when not known yet

	LoopFrom, LoopTo time.Duration // LoopTo is 0 without a loop

	VolumeDB int // VolumeMin … VolumeMax
	Muted    bool

	Silent       bool   // no sound device: the playhead moves by the clock
	SilentReason string // what is wrong with the sound device and what to do, in plain words

	Underruns int      // how often decoding came too late for the sound device since the start
	Ready     []string // preloaded tracks that can start at once
}

// Looping says whether a loop is set.
func (s State) Looping() bool { return s.LoopTo > 0 }

// Source is a recording as the player needs it; *audio.Stream is one. It is used by one goroutine at a time.
type Source interface {
	Info() audio.Info
	// Read fills dst with interleaved samples, full scale = 1.0, and returns how many frames; io.EOF at the end.
	Read(dst []float32) (frames int, err error)
	// SeekFrame makes the next Read start at exactly this frame, or at the end if that is before.
	SeekFrame(frame int64) error
	Close() error
}

// Options say how to play.
type Options struct {
	// Open opens a recording; nil means audio.Open. It may block: nothing waits for it. The context ends with the
	// player's use of the file.
	Open func(ctx context.Context, path string) (Source, error)
	// NoSound never opens a sound device. The playhead moves by the clock, and SilentReason says that it was asked for.
	NoSound bool
	// VolumeDB is the volume to start with.
	VolumeDB int

	speaker openSpeaker // opens the sound device; nil means beep's
}

// New returns a player. Nothing is opened before the first Play or Preload.
func New(opt Options) Player {
	if opt.Open == nil {
		opt.Open = openAudio
	}
	if opt.speaker == nil {
		opt.speaker = openBeep
	}
	t := newTransport(opt)
	go t.run()
	return t
}

func openAudio(ctx context.Context, path string) (Source, error) {
	s, err := audio.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	return s, nil
}
