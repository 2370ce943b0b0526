package review

import (
	"math"

	"earmark/ui/chart"
	"earmark/ui/keys"
)

const (
	zoomBy   = 4
	panBy    = 0.5    // of what is shown
	maxTeeth = 20_000 // of a lattice: absurd numbers draw nothing
	maxLines = 64     // a report keeps the strongest ones only: beyond, a tooth without one may have had it
)

// spectrum is the averaged spectrum with the lines that were found, as far as it is zoomed in.
func (r *Review) spectrum() chart.Spectrum {
	rep := r.track.Report
	if rep == nil {
		return chart.Spectrum{}
	}
	sp := chart.Spectrum{
		Values: rep.Spectrum.Values, FromHz: rep.Spectrum.FromHz, StepHz: rep.Spectrum.StepHz,
		ViewFrom: r.view.from, ViewTo: r.view.to,
	}
	found := make([]float64, 0, len(rep.Evidence.Lines))
	for _, l := range rep.Evidence.Lines {
		kind := chart.OffLattice
		if l.Lattice {
			kind = chart.OnLattice
			found = append(found, l.Hz)
		}
		sp.Marks = append(sp.Marks, chart.Mark{Hz: l.Hz, Kind: kind})
	}
	if l := rep.Evidence.Lattice; l != nil && len(rep.Evidence.Lines) < maxLines && l.SpacingHz > 0 &&
		(l.ToHz-l.FromHz)/l.SpacingHz < maxTeeth {
		first, last := math.Round(l.FromHz/l.SpacingHz), math.Round(l.ToHz/l.SpacingHz)
		for n := first; n <= last; n++ {
			hz := n * l.SpacingHz
			if !near(found, hz, l.SpacingHz/4) {
				sp.Marks = append(sp.Marks, chart.Mark{Hz: hz, Kind: chart.Missing})
			}
		}
	}
	return sp
}

func near(list []float64, v, within float64) bool {
	for _, x := range list {
		if math.Abs(x-v) <= within {
			return true
		}
	}
	return false
}

// zoom changes what is seen of the spectrum. The first step goes to the highest line.
func (r *Review) zoom(v keys.Verb) {
	if r.track.Report == nil {
		return
	}
	sp := r.spectrum()
	switch v {
	case keys.ZoomIn:
		from, to := sp.View()
		around := (from + to) / 2
		if r.view.to == 0 {
			around = r.highest(around)
		}
		sp = sp.Zoom(zoomBy, around)
	case keys.ZoomOut:
		sp.ViewFrom, sp.ViewTo = 0, 0
	case keys.PanLeft:
		sp = sp.Pan(-panBy)
	case keys.PanRight:
		sp = sp.Pan(panBy)
	default:
		return
	}
	r.view.from, r.view.to = sp.ViewFrom, sp.ViewTo
}

// highest is the frequency of the highest line, on the lattice before others.
func (r *Review) highest(otherwise float64) float64 {
	best, height, onLattice := otherwise, 0.0, false
	for _, l := range r.track.Report.Evidence.Lines {
		if l.Lattice && !onLattice || l.Lattice == onLattice && l.HeightDB > height {
			best, height, onLattice = l.Hz, l.HeightDB, l.Lattice
		}
	}
	return best
}
