package synth

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Note is one note of a line.
type Note struct {
	At, Beats float64
	Hz        float64
	Velocity  float64 // 0 to 1
	Text      string  // the syllable to sing, if any
}

// Chord is one harmony.
type Chord struct {
	At, Beats float64
	Bass      int   // MIDI number of the bass note, in the octave from C2
	Tones     []int // pitch classes, 0 is C
}

// Hz is the frequency of a MIDI note number in equal temperament, 69 being 440 Hz.
func Hz(midi int) float64 { return 440 * math.Exp2(float64(midi-69)/12) }

var letters = map[byte]int{'c': 0, 'd': 2, 'e': 4, 'f': 5, 'g': 7, 'a': 9, 'b': 11}

// Line reads a melody: notes as pitch:beats or pitch:beats:syllable, such as "e4:1 g#4:.5:la -:2", where - rests.
// A ! after the pitch makes a note louder and a ? softer. It panics on anything else, as the lines are constants.
func Line(text string) []Note {
	var (
		notes []Note
		at    float64
	)
	for word := range strings.FieldsSeq(text) {
		fields := strings.Split(word, ":")
		if len(fields) < 2 {
			panic(fmt.Sprintf("note %q has no length", word))
		}
		beats, err := strconv.ParseFloat(fields[1], 64)
		if err != nil {
			panic(fmt.Sprintf("note %q: %v", word, err))
		}
		if pitch := fields[0]; pitch != "-" {
			n := Note{At: at, Beats: beats, Velocity: 0.72}
			switch pitch[len(pitch)-1] {
			case '!':
				n.Velocity, pitch = 0.95, pitch[:len(pitch)-1]
			case '?':
				n.Velocity, pitch = 0.5, pitch[:len(pitch)-1]
			}
			n.Hz = Hz(midi(pitch))
			if len(fields) > 2 {
				n.Text = fields[2]
			}
			notes = append(notes, n)
		}
		at += beats
	}
	return notes
}

// midi reads a pitch such as c4, f#3 or bb2.
func midi(pitch string) int {
	class, ok := letters[pitch[0]]
	rest := strings.TrimLeft(pitch[1:], "#b")
	octave, err := strconv.Atoi(rest)
	if !ok || err != nil {
		panic(fmt.Sprintf("pitch %q", pitch))
	}
	return 12*(octave+1) + class + accidentals(pitch[1:len(pitch)-len(rest)])
}

func accidentals(signs string) int { return strings.Count(signs, "#") - strings.Count(signs, "b") }

var qualities = map[string][]int{
	"": {0, 4, 7}, "m": {0, 3, 7}, "6": {0, 4, 7, 9}, "m6": {0, 3, 7, 9}, "7": {0, 4, 7, 10}, "m7": {0, 3, 7, 10},
	"maj7": {0, 4, 7, 11}, "9": {0, 4, 7, 10, 14}, "m9": {0, 3, 7, 10, 14}, "maj9": {0, 4, 7, 11, 14},
	"13": {0, 4, 10, 14, 21}, "add9": {0, 4, 7, 14}, "madd9": {0, 3, 7, 14}, "sus4": {0, 5, 7}, "sus2": {0, 2, 7},
	"7sus4": {0, 5, 7, 10}, "m7b5": {0, 3, 6, 10}, "dim": {0, 3, 6},
}

// Chords reads a progression as name:beats, such as "Am9:4 D13:4 C/E:2". It panics on what it does not know.
func Chords(text string) []Chord {
	var (
		chords []Chord
		at     float64
	)
	for word := range strings.FieldsSeq(text) {
		name, length, _ := strings.Cut(word, ":")
		beats, err := strconv.ParseFloat(length, 64)
		if err != nil {
			panic(fmt.Sprintf("chord %q: %v", word, err))
		}
		name, slash, inverted := strings.Cut(name, "/")
		root, quality := rootOf(name)
		steps, ok := qualities[quality]
		if !ok {
			panic(fmt.Sprintf("chord %q: quality %q", word, quality))
		}
		c := Chord{At: at, Beats: beats, Bass: 36 + root}
		if inverted {
			bass, _ := rootOf(slash)
			c.Bass = 36 + bass
		}
		for _, step := range steps {
			c.Tones = append(c.Tones, (root+step)%12)
		}
		chords = append(chords, c)
		at += beats
	}
	return chords
}

// rootOf splits a chord's name into the pitch class of its root and the rest.
func rootOf(name string) (class int, quality string) {
	quality = strings.TrimLeft(name[1:], "#b")
	class = letters[strings.ToLower(name)[0]] + accidentals(name[1:len(name)-len(quality)])
	return (class + 12) % 12, quality
}

// Voicing places every tone of the chord once, as low as possible from the given MIDI note up. Neighbouring chords
// voiced from the same note move by small steps, as a player's hand does.
func (c Chord) Voicing(low int) []int {
	notes := make([]int, len(c.Tones))
	for i, tone := range c.Tones {
		notes[i] = low + (tone-low%12+12)%12
	}
	slices.Sort(notes)
	return notes
}

// Pattern reads a rhythm, one character every step beats: x a stroke, X an accent, . a ghost note, - nothing.
func Pattern(text string, step float64) []Note {
	velocities := map[rune]float64{'x': 0.7, 'X': 1, '.': 0.32}
	var notes []Note
	for i, c := range text {
		if velocity, ok := velocities[c]; ok {
			notes = append(notes, Note{At: float64(i) * step, Beats: step, Velocity: velocity})
		}
	}
	return notes
}

// Bars repeats what is written for one stretch of beats, from a beat on, as often as asked.
func Bars(notes []Note, from, beats float64, times int) []Note {
	var all []Note
	for k := range times {
		for _, n := range notes {
			n.At += from + float64(k)*beats
			all = append(all, n)
		}
	}
	return all
}
