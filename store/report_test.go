package store

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"earmark/analyzer"
)

func TestReportRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	random := func(n int) []float32 {
		out := make([]float32, n)
		for i := range out {
			out[i] = r.Float32()
		}
		return out
	}
	cases := map[string]func(*analyzer.Report){
		"as analyzed":       func(*analyzer.Report) {},
		"nil curves":        func(r *analyzer.Report) { r.Waveform, r.Spectrum.Values = nil, nil },
		"empty curves":      func(r *analyzer.Report) { r.Waveform, r.Spectrum.Values = []float32{}, []float32{} },
		"any float32":       func(r *analyzer.Report) { r.Waveform, r.Spectrum.Values = random(1000), random(3) },
		"16-bit peaks":      func(r *analyzer.Report) { r.Waveform = []float32{0, 1.0 / 32767, 0.5, 1} },
		"beyond full scale": func(r *analyzer.Report) { r.Waveform = []float32{1, 1.5, 3e38, -3e38} },
		"far below zero dB": func(r *analyzer.Report) { r.Spectrum.Values = []float32{-327.68, -500, 327.67, 500} },
		"odd floats": func(r *analyzer.Report) {
			r.Waveform = []float32{float32(math.Inf(1)), float32(math.NaN()), float32(math.Copysign(0, -1)), 1e-45}
		},
		"not measured": func(r *analyzer.Report) { *r = *newReport("u", 0, "unmeasured") },
		"nothing":      func(r *analyzer.Report) { *r = analyzer.Report{Verdict: analyzer.Human} },
	}
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			in := newReport("abc", 0.7, "suspicious")
			change(in)
			body, err := encodeReport(in)
			must(t, err)
			out, err := decodeReport(body)
			must(t, err)
			for _, c := range [][2][]float32{{in.Waveform, out.Waveform}, {in.Spectrum.Values, out.Spectrum.Values}} {
				if len(c[0]) != len(c[1]) || (c[0] == nil) != (c[1] == nil) {
					t.Fatalf("curve %v became %v", c[0], c[1])
				}
				for i := range c[0] {
					if math.Float32bits(c[0][i]) != math.Float32bits(c[1][i]) {
						t.Fatalf("value %d: %v became %v", i, c[0][i], c[1][i])
					}
				}
			}
			in.Waveform, out.Waveform, in.Spectrum.Values, out.Spectrum.Values = nil, nil, nil, nil
			if !reflect.DeepEqual(in, out) {
				t.Errorf("%+v\nbecame %+v", in, out)
			}
		})
	}
}

func TestReportSize(t *testing.T) {
	body, err := encodeReport(newReport("abc", 0.7, "suspicious"))
	must(t, err)
	t.Logf("%d bytes", len(body))
	if len(body) > 12<<10 {
		t.Errorf("a report takes %d bytes, more than 12 KiB", len(body))
	}
}

func TestReportsAreKeptOnce(t *testing.T) {
	ctx := t.Context()
	s, _ := newStore(t)
	sealedJob(t, s, 4)
	cs := claim(t, s, "w", 4)
	if _, ok, err := s.FindReport(ctx, "abc", "1.0.0+3f2a9c1d", true); ok || err != nil {
		t.Fatalf("found %v, %v in an empty database", ok, err)
	}
	must(t, s.Finish(ctx, "w", cs[0].Track, newReport("abc", 0.9, "suspicious")))
	must(t, s.Finish(ctx, "w", cs[1].Track, newReport("abc", 0.9, "suspicious")))
	id, ok, err := s.FindReport(ctx, "abc", "1.0.0+3f2a9c1d", true)
	if !ok || err != nil {
		t.Fatalf("found %v, %v", ok, err)
	}
	must(t, s.FinishWith(ctx, "w", cs[2].Track, id))
	newer := newReport("abc", 0.1, "human")
	newer.DetectorVersion = "2"
	must(t, s.Finish(ctx, "w", cs[3].Track, newer))
	var rows []TrackRow
	for i, c := range cs {
		got, err := s.Track(ctx, c.Track)
		must(t, err)
		if (got.ReportID == id) != (i < 3) || got.Report == nil || got.Report.Verdict != got.Verdict {
			t.Errorf("track %d has report %d: %+v", i, got.ReportID, got.TrackRow)
		}
		row := got.TrackRow
		row.ID, row.ItemID, row.Path = 0, "", ""
		rows = append(rows, row)
	}
	if rows[0] != rows[1] || rows[0] != rows[2] || rows[0] == rows[3] {
		t.Errorf("rows differ: %+v", rows)
	}
	want(t, s.FinishWith(ctx, "w", cs[2].Track, 99), ErrNotFound)
	checkCounters(t, s)
}

func TestFinishRefusesWhatIsNoReport(t *testing.T) {
	ctx := t.Context()
	s, _ := newStore(t)
	sealedJob(t, s, 1)
	c := claim(t, s, "w", 1)[0]
	nan := newReport("abc", math.NaN(), "human")
	for _, bad := range []*analyzer.Report{nil, {}, nan} {
		if err := s.Finish(ctx, "w", c.Track, bad); err == nil {
			t.Error("accepted")
		}
	}
	if err := s.Fail(ctx, "w", c.Track, "", "no code"); err == nil {
		t.Error("accepted")
	}
	must(t, s.Finish(ctx, "w", c.Track, newReport("abc", 0, "human")))
}

func FuzzDecodeReport(f *testing.F) {
	for i, kind := range []string{"suspicious", "unmeasured"} {
		body, err := encodeReport(newReport(fmt.Sprint(i), 0.5, kind))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
		f.Add(body[:len(body)/2])
	}
	f.Add([]byte{})
	f.Add([]byte{reportFormat})
	f.Add([]byte{reportFormat, 0x01, 0x01, 0x00, 0xfe, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := decodeReport(body)
		if (r == nil) != (err != nil) {
			t.Errorf("report %v with error %v", r, err)
		}
	})
}

func FuzzCurve(f *testing.F) {
	f.Add([]byte{0})
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0x00})
	f.Add(appendCurve(nil, []float32{0, 0.25, -3}))
	f.Fuzz(func(t *testing.T, raw []byte) {
		values, rest, err := readCurve(raw)
		if err != nil {
			return
		}
		again, tail, err := readCurve(appendCurve(nil, values))
		if err != nil || len(tail) != 0 || len(again) != len(values) || len(rest) > len(raw) {
			t.Fatalf("%v became %v, %v", values, again, err)
		}
		for i := range values {
			if math.Float32bits(values[i]) != math.Float32bits(again[i]) {
				t.Fatalf("value %d: %v became %v", i, values[i], again[i])
			}
		}
	})
}
