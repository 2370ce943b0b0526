package process

import (
	"encoding/json"
	"errors"
	"fmt"
	"syscall"
	"time"

	"earmark/analyzer"
)

var (
	errTimeLimit = errors.New("time limit")
	errDied      = errors.New("the worker died")
)

// protocolError is an answer that is not one.
type protocolError struct{ what string }

func (e *protocolError) Error() string { return e.what }

// parseAnswer accepts an answer to this item with a report or an error, and nothing else.
func parseAnswer(text []byte, item analyzer.Item) (analyzer.Answer, error) {
	var answer analyzer.Answer
	if err := json.Unmarshal(text, &answer); err != nil {
		return answer, &protocolError{"wrote a line that is not an answer: " + telling(text)}
	}
	switch {
	case answer.ID != item.ID:
		return answer, &protocolError{fmt.Sprintf("wrote an answer for %q instead of %q", answer.ID, item.ID)}
	case (answer.Report == nil) == (answer.Error == nil):
		return answer, &protocolError{"wrote an answer without one of report and error"}
	case answer.Error != nil && answer.Error.Code == "":
		return answer, &protocolError{"wrote an error without a code"}
	}
	return answer, nil
}

// judge turns the way in which asking went wrong into a track's error. The process is gone by now.
func (c *child) judge(err error, limit time.Duration) *analyzer.Error {
	var protocol *protocolError
	switch {
	case errors.Is(err, errTimeLimit):
		return &analyzer.Error{
			Code:    CodeTimeLimit,
			Message: fmt.Sprintf("not finished after %s: listen to the file yourself, or allow more time", limit),
		}
	case errors.As(err, &protocol):
		return &analyzer.Error{Code: CodeProtocol, Message: "the worker " + protocol.what}
	}
	status, _ := c.cmd.ProcessState.Sys().(syscall.WaitStatus)
	said := telling(c.stderr.Bytes())
	switch {
	case status.Exited() && status.ExitStatus() == analyzer.ExitMemoryLimit:
		return &analyzer.Error{
			Code:    CodeMemoryLimit,
			Message: withDetail("needs more memory than a track may use", said),
		}
	case status.Signaled():
		return &analyzer.Error{
			Code:    CodeCrashed,
			Message: withDetail(fmt.Sprintf("the worker was ended by %s", signalName(status.Signal())), said),
		}
	default:
		return &analyzer.Error{
			Code:    CodeCrashed,
			Message: withDetail(fmt.Sprintf("the worker ended with status %d", status.ExitStatus()), said),
		}
	}
}

func withDetail(message, detail string) string {
	if detail == "" {
		return message
	}
	return message + ": " + detail
}
