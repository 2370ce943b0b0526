package player

import (
	"slices"
)

func (c Play) apply(t *transport) {
	d := t.on
	if d == nil || d.path != c.Path || d.view().err != nil {
		d = t.find(c.Track)
	} else {
		d.setCues(c.Cues)
		Unloop{}.apply(t)
	}
	t.put(d, place(c.From), c.Paused)
}

func (c Preload) apply(t *transport) {
	var keep []*deck
	for _, track := range c.Tracks[:min(len(c.Tracks), MaxPreload)] {
		known := slices.ContainsFunc(keep, func(d *deck) bool { return d.path == track.Path })
		if known || t.on != nil && t.on.path == track.Path {
			continue
		}
		keep = append(keep, t.find(track))
	}
	t.drop(len(t.aside))
	t.aside = keep
	slices.Reverse(t.aside) // what was named first is dropped last
	t.openSound()
}

func (c Cue) apply(t *transport) {
	if t.on != nil && t.on.path == c.Path {
		t.on.setCues(c.Cues)
	}
}

func (Stop) apply(t *transport) { t.put(nil, 0, true) }

func (Toggle) apply(t *transport) {
	if t.playing {
		Pause{}.apply(t)
	} else {
		Resume{}.apply(t)
	}
}

func (Pause) apply(t *transport) {
	t.playing = false
	t.out.pause(true)
}

func (Resume) apply(t *transport) {
	if t.on == nil || t.playing {
		return
	}
	v := t.on.view()
	if v.err != nil && !v.opened {
		return
	}
	if t.ended {
		Seek{To: moment(v.from)}.apply(t) // of the loop; 0 without one
	}
	t.playing = true
	t.out.pause(false)
	t.openSound()
}

func (c Seek) apply(t *transport) {
	if t.on == nil {
		return
	}
	t.ended = false
	t.out.play(t.on, place(c.To), !t.playing)
}

func (c Skip) apply(t *transport) { Seek{To: t.State().Position + c.By}.apply(t) }

func (c Loop) apply(t *transport) {
	if t.on == nil {
		return
	}
	v := t.on.view()
	from, to := max(0, place(c.From)), place(c.To)
	if v.length > 0 {
		to = min(to, v.length)
	}
	if to-from < loopLeft {
		return
	}
	t.on.loop(0, never)
	if v.cursor < from || v.cursor >= to {
		t.ended = false
		t.out.play(t.on, from, !t.playing)
	}
	t.on.loop(from, to)
}

func (Unloop) apply(t *transport) {
	if t.on != nil && t.on.view().to != never {
		t.on.loop(0, never)
	}
}

func (c Volume) apply(t *transport) {
	t.db, t.muted = max(VolumeMin, min(VolumeMax, t.db+c.Steps*VolumeStep)), false
	t.out.volume(t.db, t.muted)
}

func (Mute) apply(t *transport) {
	t.muted = !t.muted
	t.out.volume(t.db, t.muted)
}
