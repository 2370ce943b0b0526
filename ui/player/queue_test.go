package player

import (
	"testing"
	"testing/synctest"
	"time"
)

// FuzzQueue compares the ring with a plain list of the places that wait.
func FuzzQueue(f *testing.F) {
	f.Add([]byte{0, 5, 1, 3, 2, 200, 0, 9, 3, 4, 4, 100, 5, 7, 1, 255})
	f.Add([]byte{0, 255, 0, 255, 1, 255, 2, 1, 0, 9, 2, 50, 0, 9, 2, 90, 0, 9, 1, 10, 5, 3, 4, 2})
	f.Fuzz(func(t *testing.T, ops []byte) {
		const size = 32
		q := newQueue(size)
		var want []int64     // places that wait
		next := int64(0)     // place that is put next
		leap := func() int { // how many wait before the next jump
			for i := 1; i < len(want); i++ {
				if want[i] != want[i-1]+1 {
					return i
				}
			}
			return len(want)
		}
		for i := 0; i+1 < len(ops); i += 2 {
			n := int64(ops[i+1])
			switch ops[i] % 6 {
			case 0: // put
				var frames []frame
				for range min(n, int64(size-len(want))) {
					frames = append(frames, frame{float32(next), -float32(next)})
					want = append(want, next)
					next++
				}
				q.put(frames)
			case 1: // peek and take
				dst := make([][2]float64, n%size)
				got := q.peek(dst)
				if got != min(len(dst), leap()) {
					t.Fatalf("peek gave %d, want %d", got, min(len(dst), leap()))
				}
				for j, f := range dst[:got] {
					if f != [2]float64{float64(want[j]), -float64(want[j])} {
						t.Fatalf("frame %d is %v, want place %d", j, f, want[j])
					}
				}
				q.take(got)
				want = want[got:]
			case 2: // a jump, and a first frame behind it
				if len(want) < size {
					q.jump(n)
					q.put([]frame{{float32(n), -float32(n)}})
					want, next = append(want, n), n+1
				}
			case 3:
				q.clear(n)
				want, next = nil, n
			case 4:
				kept := 0
				for kept < leap() && want[kept] < n {
					kept++
				}
				want = want[:kept]
				next = q.cut(n)
				if kept > 0 && next != want[kept-1]+1 {
					t.Fatalf("cut goes on at %d after %d", next, want[kept-1])
				}
			case 5:
				ok, ahead := q.skip(n), -1
				for j := range leap() {
					if want[j] == n {
						ahead = j
					}
				}
				if ok != (ahead >= 0) {
					t.Fatalf("skip to %d: %v, %v wait", n, ok, want)
				}
				if ok {
					want = want[ahead:]
				}
			}
			if q.length() != len(want) || q.free() != size-len(want) {
				t.Fatalf("%d wait, want %d", q.length(), len(want))
			}
			if len(want) > 0 && (q.cursor() != want[0] || q.end() != want[len(want)-1]+1) {
				t.Fatalf("from %d to %d, want %v", q.cursor(), q.end(), want)
			}
		}
	})
}

// FuzzCommands sends any commands in any order at any time and checks what has to hold always. Nothing above full
// scale is heard; hear checks that.
func FuzzCommands(f *testing.F) {
	f.Add([]byte("\x00\x00\x0c\x20\x06\x50\x0c\xff\x08\x10\x0c\xff\x0c\xff\x09\x00\x0c\xff\x04\x00\x02\x00\x0c\x10"))
	f.Add([]byte("\x01\x07\x00\x01\x05\xf0\x0c\xff\x0c\xff\x08\xf0\x07\x80\x0c\xff\x07\x01\x03\x00\x0c\x01\x0a\x80"))
	f.Fuzz(func(t *testing.T, ops []byte) {
		synctest.Test(t, func(t *testing.T) {
			short, odd := music(0.05), music(3)
			odd.rate, odd.stated = 22050, 1
			files := map[string]*recording{"a": music(4), "b": odd, "c": short}
			names := []string{"a", "b", "c", "missing"}
			r := newRig(t, files)
			for i := 0; i+1 < len(ops) && i < 60; i += 2 {
				v := int(ops[i+1])
				at := time.Duration(v-16) * 20 * time.Millisecond
				name := names[v%len(names)]
				switch ops[i] % 13 {
				case 0:
					r.do(play(name))
				case 1:
					r.do(Preload{[]Track{{name, []time.Duration{at}}, track(names[v/4%len(names)])}})
				case 2:
					r.do(Toggle{})
				case 3:
					r.do(Pause{})
				case 4:
					r.do(Resume{})
				case 5:
					r.do(Play{Track: Track{name, []time.Duration{at, at / 2}}, From: at, Paused: v > 200})
				case 6:
					r.do(Seek{To: at})
				case 7:
					r.do(Skip{By: at - time.Second})
				case 8:
					r.do(Loop{From: at, To: at + time.Duration(v)*5*time.Millisecond})
				case 9:
					r.do(Unloop{})
				case 10:
					r.do(Volume{Steps: v - 128})
				case 11:
					r.do(Stop{})
				case 12:
					if r.feed != nil {
						r.hear(v * 100)
					}
				}
				s := r.State()
				if s.Position < 0 || s.Position > s.Duration+time.Second/100 && s.Err == nil && !s.Opening {
					t.Fatalf("playhead out of the track: %+v", s)
				}
				if s.VolumeDB > VolumeMax || s.VolumeDB < VolumeMin || s.Playing && (s.Ended || s.Path == "") {
					t.Fatalf("%+v", s)
				}
				if s.Looping() && (s.LoopFrom < 0 || s.LoopTo-s.LoopFrom < 90*time.Millisecond) {
					t.Fatalf("loop %v … %v", s.LoopFrom, s.LoopTo)
				}
				if s.Underruns > 0 {
					t.Fatalf("an underrun with a decoder that has all the time of the world: %+v", s)
				}
			}
		})
	})
}
