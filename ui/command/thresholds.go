package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"earmark/analyzer"
	"earmark/store"
	"earmark/ui/command/config"
	"earmark/ui/command/console"
	"earmark/ui/command/summary"
)

// builtIn is what the detector came with.
func builtIn() store.Calibration {
	return store.Calibration{
		Kind: store.CalibrationBuiltIn, Version: analyzer.CalibrationVersion(), Detector: analyzer.Version(),
		Thresholds: analyzer.Embedded().Tiers, Basis: json.RawMessage("null"),
	}
}

// inForce is what the tracks of this detector are judged by, the built-in thresholds included.
func inForce(ctx context.Context, s *store.Store) (store.Calibration, error) {
	now, err := s.Calibration(ctx, analyzer.Version())
	if err == nil && now.ID == 0 {
		now = builtIn()
	}
	return now, err
}

// ownCalibration is what is in force in the user's database; the zero one where there is none.
func (p *program) ownCalibration(ctx context.Context) (store.Calibration, error) {
	s, err := p.reading(ctx)
	if errors.Is(err, errNoDatabase) {
		return store.Calibration{}, nil
	}
	if err != nil {
		return store.Calibration{}, err
	}
	defer s.Close()
	return s.Calibration(ctx, analyzer.Version())
}

func (p *program) undoCalibration(ctx context.Context, c config.Config, asJSON bool) error {
	reviewer, err := config.Reviewer(p.reviewer, c)
	if err != nil {
		return err
	}
	s, err := p.reading(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	undone, changed, err := s.UndoCalibration(ctx, reviewer)
	if errors.Is(err, store.ErrNothingToUndo) {
		return fmt.Errorf("no calibration stands in %s: the built-in thresholds are in force", s.Path())
	}
	if err != nil {
		return err
	}
	p.Say("%s is in force again: %s", undone.Version, summary.Effect(changed))
	if asJSON {
		return p.write(func(w io.Writer) error {
			return summary.CalibrationObjects(w, []store.Calibration{undone}, undone.ID)
		})
	}
	return nil
}

func (p *program) showCalibrations(ctx context.Context, asJSON bool) error {
	now := builtIn()
	var history []store.Calibration
	s, err := p.reading(ctx)
	switch {
	case errors.Is(err, errNoDatabase):
	case err != nil:
		return err
	default:
		defer s.Close()
		if history, err = s.Calibrations(ctx); err != nil {
			return err
		}
		if now, err = inForce(ctx, s); err != nil {
			return err
		}
	}
	if now.ID == 0 {
		history = append([]store.Calibration{now}, history...)
	}
	return p.write(func(w io.Writer) error {
		if asJSON {
			return summary.CalibrationObjects(w, history, now.ID)
		}
		summary.Calibrations(w, now, history, console.Width(p.Out))
		summary.Support(w, analyzer.Embedded())
		return nil
	})
}
