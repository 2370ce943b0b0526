package command

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"earmark/analyzer"
	"earmark/engine"
	"earmark/engine/calibration"
	"earmark/store"
	"earmark/ui/cell"
	"earmark/ui/command/console"
	"earmark/ui/command/headless"
	"earmark/ui/command/summary"
)

// planCalibration measures the catalogue and works out what thresholds on it would do.
func (p *program) planCalibration(
	ctx context.Context, s *headless.Session, source engine.Source, o *calibrateOptions,
) (*summary.Calibration, store.Calibration, error) {
	var now store.Calibration
	var heard []engine.Heard
	groups := map[int]string{}
	err := s.Hear(ctx, source, func(h engine.Heard) {
		if r := h.Report; r != nil {
			if o.by != "" {
				groups[h.Index] = calibration.GroupOf(o.by, h.Metadata, r.Audio.Tags, engine.LocalPath(h.Path))
			}
			h.Report = &analyzer.Report{ // the rest is large
				ContentSHA256: r.ContentSHA256, SoundSHA256: r.SoundSHA256, Margins: r.Margins, Measured: r.Measured,
				ReliabilityReasons: r.ReliabilityReasons,
			}
		}
		h.Metadata = nil
		heard = append(heard, h)
	})
	if err != nil {
		return nil, now, err
	}
	slices.SortFunc(heard, func(a, b engine.Heard) int { return cmp.Compare(a.Index, b.Index) })
	named := append([]string{}, source.Paths...)
	if source.Manifest != "" {
		named = append(named, source.Manifest)
	}
	view := &summary.Calibration{
		Detector: analyzer.Version(), Source: named, By: o.by, LeftOut: []string{},
	}
	if heard, err = leaveOut(heard, o.leaveOut, view); err != nil {
		return nil, now, err
	}
	var tracks []calibration.Track
	for _, h := range heard {
		switch r := h.Report; {
		case h.Fault != nil:
			view.Failed = append(view.Failed, summary.Unheard{
				ItemID: h.ItemID, Code: h.Fault.Code, Why: h.Fault.Message,
			})
		case !r.Measured:
			view.NotMeasured = append(view.NotMeasured, summary.Unheard{
				ItemID: h.ItemID, Code: strings.Join(r.ReliabilityReasons, ", "),
			})
		default:
			tracks = append(tracks, calibration.Track{
				ItemID: h.ItemID, Path: h.Path, Content: r.ContentSHA256, Sound: r.SoundSHA256, Margins: r.Margins,
				Group: groups[h.Index],
			})
		}
	}
	if now, err = inForce(ctx, s.Store); err != nil {
		return nil, now, err
	}
	view.Plan, err = calibration.Make(tracks, now.Thresholds, analyzer.Embedded().Tiers)
	if err != nil {
		return nil, now, fmt.Errorf("%w%s", err, because(view))
	}
	view.Before = now.Version
	view.Effect, err = s.Store.Rejudged(ctx, analyzer.Version(), now.Thresholds, view.Thresholds)
	return view, now, err
}

// because names the first recording that could not be measured, and why.
func because(view *summary.Calibration) string {
	for _, u := range append(slices.Clone(view.Failed), view.NotMeasured...) {
		return fmt.Sprintf(" (%s: %s)", cell.Clean(u.ItemID), cell.Clean(strings.TrimSuffix(u.Code+": "+u.Why, ": ")))
	}
	return ""
}

// leaveOut takes out what was named, each by its path or by its item id.
func leaveOut(heard []engine.Heard, names []string, view *summary.Calibration) ([]engine.Heard, error) {
	for _, name := range names {
		full, err := filepath.Abs(name)
		if err != nil {
			return nil, err
		}
		before := len(heard)
		heard = slices.DeleteFunc(heard, func(h engine.Heard) bool {
			out := h.ItemID == name || engine.LocalPath(h.Path) == full
			if out {
				view.LeftOut = append(view.LeftOut, h.ItemID)
			}
			return out
		})
		if len(heard) == before {
			return nil, fmt.Errorf("--leave-out %s: there is no such recording here; give its path or its item id",
				console.Quote(name))
		}
	}
	return heard, nil
}
