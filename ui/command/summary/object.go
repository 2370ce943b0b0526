package summary

import (
	"encoding/json"
	"io"
	"time"

	"earmark/engine"
	"earmark/store"
)

// jobObject is the job object of the contract, followed by keys of our own.
type jobObject struct {
	ID            string        `json:"id"`
	Name          string        `json:"name"`
	Status        string        `json:"status"`
	Total         int64         `json:"total"`
	Processed     int64         `json:"processed"`
	Succeeded     int64         `json:"succeeded"`
	Failed        int64         `json:"failed"`
	VerdictCounts verdictCounts `json:"verdict_counts"`
	CreatedAt     *string       `json:"created_at"`
	CompletedAt   *string       `json:"completed_at"`

	StartedAt   *string `json:"started_at"`
	Source      string  `json:"source"`
	NotMeasured int64   `json:"not_measured"` // among human
	Undecided   int64   `json:"undecided"`
	Error       *string `json:"error"`
}

type verdictCounts struct {
	Human      int64 `json:"human"`
	Suspicious int64 `json:"suspicious"`
}

// JobObjects writes one job object a line.
func JobObjects(w io.Writer, jobs []store.Job) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, j := range jobs {
		if err := enc.Encode(newJobObject(j)); err != nil {
			return err
		}
	}
	return nil
}

func newJobObject(j store.Job) jobObject {
	at := func(t time.Time) *string {
		if t.IsZero() {
			return nil
		}
		return new(t.UTC().Format("2006-01-02T15:04:05Z"))
	}
	c := j.Counts
	o := jobObject{
		ID: j.ID.String(), Name: j.Name, Status: string(j.Status),
		Total: c.Total, Processed: c.Processed, Succeeded: c.Succeeded, Failed: c.Failed,
		VerdictCounts: verdictCounts{Human: c.Human, Suspicious: c.Suspicious},
		CreatedAt:     at(j.CreatedAt), CompletedAt: at(j.CompletedAt), StartedAt: at(j.StartedAt),
		Source: engine.Describe(j.Source), NotMeasured: c.NotMeasured, Undecided: c.Undecided,
	}
	if j.Error != "" {
		o.Error = &j.Error
	}
	return o
}
