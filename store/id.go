package store

import (
	"fmt"
	"strconv"
	"strings"
)

// JobID names a job. Its text form is job_7.
type JobID int64

// TrackID names a track: one item of one job. Its text form is trk_123.
type TrackID int64

// ReportID names a report.
type ReportID int64

// DecisionID names a decision. Later decisions have greater numbers.
type DecisionID int64

// CalibrationID names a calibration. Later ones have greater numbers.
type CalibrationID int64

func (id JobID) String() string { return "job_" + strconv.FormatInt(int64(id), 10) }

func (id TrackID) String() string { return "trk_" + strconv.FormatInt(int64(id), 10) }

// ParseJobID reads job_7 or 7.
func ParseJobID(text string) (JobID, error) {
	digits := strings.TrimPrefix(text, "job_")
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n <= 0 || digits[0] == '+' {
		return 0, fmt.Errorf("%q is not an id like job_7", text)
	}
	return JobID(n), nil
}
