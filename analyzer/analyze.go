package analyzer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"earmark/analyzer/audio"
)

// Options of one analysis.
type Options struct {
	MaxBytes      int64  // larger files are refused; 0: [DefaultMaxBytes]
	ContentSHA256 string // of the file, when the caller knows it; empty: it is computed
	Full          bool   // hear every second, not only what the verdict needs

	// Thresholds say when a verdict is clear: those that the report is going to be judged by; nil: the detector's own.
	// The report comes with tiers by the detector's own in any case: who has others judges again.
	Thresholds *Thresholds
}

// DefaultMaxBytes is the job contract's limit on a file.
const DefaultMaxBytes = 500 << 20

// CodeTooLarge is a file above the limit.
const CodeTooLarge = "file_too_large"

// Analyze listens to the file at path and reports what it found. Errors are *[Error], or ctx's.
func Analyze(ctx context.Context, path string, opt Options) (*Report, error) {
	if opt.ContentSHA256 == "" {
		sum, err := HashFile(ctx, path, opt.MaxBytes)
		if err != nil {
			return nil, err
		}
		opt.ContentSHA256 = sum
	}
	model := Embedded()
	var enough func(func() Sound, int) bool
	switch {
	case opt.Full:
	case opt.Thresholds != nil:
		enough = model.enough(*opt.Thresholds)
	default:
		enough = model.enough(model.Tiers)
	}
	m, err := Measure(ctx, path, enough)
	if err != nil {
		return nil, err
	}
	report := model.judge(m)
	report.ContentSHA256 = opt.ContentSHA256
	return report, nil
}

// HashFile returns the SHA-256 of a regular file in hex. maxBytes 0 means [DefaultMaxBytes]. Errors are *[Error], or
// ctx's.
func HashFile(ctx context.Context, path string, maxBytes int64) (string, error) {
	if maxBytes <= 0 {
		maxBytes = DefaultMaxBytes
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", fileError(err)
	}
	if !info.Mode().IsRegular() {
		return "", &Error{Code: audio.CodeLoadFailed, Message: "not a regular file"}
	}
	if info.Size() > maxBytes {
		return "", &Error{
			Code: CodeTooLarge,
			Message: fmt.Sprintf("%d MB, the limit is %d MB: split it or lower its resolution",
				info.Size()>>20, maxBytes>>20),
		}
	}
	f, err := os.Open(path)
	if err != nil {
		return "", fileError(err)
	}
	defer f.Close() //nolint:errcheck // opened for reading, nothing to lose
	h := sha256.New()
	if _, err := io.Copy(h, &contextReader{ctx, f}); err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", fileError(err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func fileError(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &Error{Code: audio.CodeNotFound, Message: "no such file: it was moved or deleted"}
	case errors.Is(err, fs.ErrPermission):
		return &Error{Code: audio.CodeLoadFailed, Message: "permission denied: make the file readable"}
	}
	return &Error{Code: audio.CodeLoadFailed, Message: err.Error()}
}

// contextReader stops reading once its context ends.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c *contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
