package summary

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"earmark/analyzer"
	"earmark/store"
	"earmark/ui/cell"
)

// Calibrations writes what is in force, and the history, newest first.
func Calibrations(w io.Writer, now store.Calibration, history []store.Calibration, width int) {
	versions := map[store.CalibrationID]string{}
	for _, c := range history {
		versions[c.ID] = c.Version
	}
	fmt.Fprintf(w, "In force: %s\nDetector: %s\n\n", now.Version, now.Detector)
	var rows [][]string
	for _, c := range history {
		what, by, at := c.Version, cell.Clean(c.Reviewer), ""
		switch {
		case c.Undoes != 0:
			what = "undo of " + versions[c.Undoes]
		case c.Kind == store.CalibrationBuiltIn:
			by = "–"
		}
		if c.Detector != now.Detector {
			what += " (detector " + c.Detector + ")"
		}
		if !c.At.IsZero() {
			at = c.At.UTC().Format("2006-01-02 15:04")
		}
		t := c.Thresholds
		rows = append(rows, []string{
			what, at, by, cell.Count(int64(t.Tracks)), threshold(t.PressSafe), threshold(t.HumanSafe),
			threshold(t.Recall),
		})
	}
	Columns(w, "", []Column{
		{Head: "CALIBRATION", Most: noLimit},
		{Head: "APPLIED, UTC"},
		{Head: "BY", Most: noLimit},
		{Head: "MEASURED", Right: true},
		{Head: "PRESS-SAFE", Right: true},
		{Head: "HUMAN-SAFE", Right: true},
		{Head: "RECALL", Right: true},
	}, rows, width)
}

func threshold(v float64) string { return fmt.Sprintf("%.3f", v) }

// calibrationObject is one line of the history.
type calibrationObject struct {
	Version    string              `json:"version"`
	Kind       string              `json:"kind"` // builtin, own or undo
	Detector   string              `json:"detector_version"`
	InForce    bool                `json:"in_force"`
	Thresholds analyzer.Thresholds `json:"thresholds"`
	Reviewer   *string             `json:"reviewer"`
	At         *string             `json:"at"`
	Basis      json.RawMessage     `json:"basis"` // the preview that it was applied from
}

// CalibrationObjects writes one object a line.
func CalibrationObjects(w io.Writer, history []store.Calibration, inForce store.CalibrationID) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, c := range history {
		o := calibrationObject{
			Version: c.Version, Kind: c.Kind, Detector: c.Detector, InForce: c.ID == inForce, Thresholds: c.Thresholds,
			Basis: c.Basis,
		}
		if c.Reviewer != "" {
			o.Reviewer = &c.Reviewer
		}
		if !c.At.IsZero() {
			o.At = new(c.At.UTC().Format(time.RFC3339))
		}
		if err := enc.Encode(o); err != nil {
			return err
		}
	}
	return nil
}
