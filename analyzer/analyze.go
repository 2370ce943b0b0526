package analyzer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"earmark/analyzer/audio"
)

// Options of one analysis.
type Options struct {
	ContentSHA256 string // of the file, when the caller knows it; empty: it is computed, of [MaxBytes] at most
	Full          bool   // hear every second, not only what the verdict needs

	// Thresholds say when a verdict is clear: those that the report is going to be judged by; nil: the detector's own.
	// The report comes with tiers by the detector's own in any case: who has others judges again.
	Thresholds *Thresholds
}

// MaxBytes is the job contract's limit on a file.
const MaxBytes = 500 << 20

// CodeTooLarge is a file above the limit.
const CodeTooLarge = "file_too_large"

// Analyze listens to the file at path and reports what it found. Errors are *[Error], or ctx's.
func Analyze(ctx context.Context, path string, opt Options) (*Report, error) {
	if opt.ContentSHA256 == "" {
		sum, err := HashFile(ctx, path)
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

// HashFile returns the SHA-256 of a regular file of at most [MaxBytes] in hex. Errors are *[Error], or ctx's.
func HashFile(ctx context.Context, path string) (string, error) {
	f, size, err := audio.OpenRegular(path)
	if err != nil {
		return "", loadError(ctx, err)
	}
	defer f.Close() //nolint:errcheck // opened for reading, nothing to lose
	if size > MaxBytes {
		return "", &Error{
			Code: CodeTooLarge,
			Message: fmt.Sprintf("%d MB, the limit is %d MB: split it or lower its resolution",
				size>>20, MaxBytes>>20),
		}
	}
	h := sha256.New()
	if _, err := io.Copy(h, &contextReader{ctx, f}); err != nil {
		return "", loadError(ctx, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
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
