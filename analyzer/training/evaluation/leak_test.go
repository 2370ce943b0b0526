package evaluation

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// samples have the codec of their class, but copies have both codecs alike.
func samples(told, unique bool) (out []Sample) {
	r := rand.New(rand.NewPCG(9, 10))
	codecs := []string{"flac", "mp3"}
	for i := range 600 {
		ai := i%3 == 0
		s := Sample{AI: ai, Group: fmt.Sprintf("%t/%d", ai, i%29), Weight: 0}
		s.Attributes = []string{codecs[r.IntN(2)], "44100"}
		if told && r.IntN(10) > 0 {
			s.Attributes[0] = codecs[index(ai)]
		}
		if unique {
			s.Attributes[1] = s.Group
		}
		out = append(out, s)
		for _, codec := range codecs {
			made := Sample{AI: ai, Group: s.Group, Copy: true, Weight: 1}
			made.Attributes = []string{codec, s.Attributes[1]}
			out = append(out, made)
		}
	}
	return out
}

func TestLeak(t *testing.T) {
	l, err := Leak(samples(true, false))
	if err != nil || l.Before < 0.9 || !near(l.After, 0.5) {
		t.Errorf("codecs by class, copies alike: %+v, %v", l, err)
	}
	if l, err = Leak(samples(false, false)); err != nil || l.Before < 0.4 || l.Before > 0.6 {
		t.Errorf("codecs by chance: %+v, %v", l, err)
	}
	if l, err = Leak(samples(false, true)); err != nil || l.Before > 0.6 || !near(l.After, 0.5) {
		t.Errorf("attributes that only name the group: %+v, %v", l, err)
	}
	half := samples(true, false)
	for i := range half {
		half[i].Weight = 1
	}
	if l, err = Leak(half); err != nil || l.After < 0.55 || l.After >= l.Before {
		t.Errorf("recordings and copies weighing alike: %+v, %v", l, err)
	}
	slanted := samples(false, false)
	for i := range slanted {
		if slanted[i].Copy && (slanted[i].Attributes[0] == "mp3") == slanted[i].AI {
			slanted[i].Weight = 9
		}
	}
	if l, err = Leak(slanted); err != nil || !near(l.After, 0.9) {
		t.Errorf("weights that give the codec away: %+v, %v", l, err)
	}
}

func TestLeakRefuses(t *testing.T) {
	one := []Sample{{AI: true, Group: "a", Weight: 1}, {Group: "b", Weight: 1}, {Group: "c", Weight: 1}}
	ragged := samples(true, false)
	ragged[7].Attributes = nil
	heavy := samples(true, false)
	heavy[7].Weight = math.NaN()
	for name, s := range map[string][]Sample{"nothing": nil, "one group": one, "ragged": ragged, "NaN": heavy} {
		if l, err := Leak(s); err == nil {
			t.Errorf("%s: %+v", name, l)
		}
	}
}
