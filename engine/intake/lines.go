package intake

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// lineReader reads lines of bounded length, so that a file without a line break cannot fill the memory.
type lineReader struct {
	in     *bufio.Reader
	limit  int
	number int
	buf    []byte
}

type line struct {
	number  int    // from 1
	text    []byte // without the line break, valid until the next call; at most the limit when tooLong
	tooLong bool
}

func newLineReader(r io.Reader, limit int) *lineReader {
	in := bufio.NewReaderSize(r, 64<<10)
	if mark, err := in.Peek(3); err == nil && bytes.Equal(mark, []byte("\xEF\xBB\xBF")) {
		_, _ = in.Discard(3) // cannot fail: the bytes are buffered
	}
	return &lineReader{in: in, limit: limit}
}

// next gives the next line, or io.EOF after the last. A line ends with LF, with CRLF or with the file.
func (r *lineReader) next() (line, error) {
	r.number++
	r.buf = r.buf[:0]
	tooLong := false
	for {
		part, err := r.in.ReadSlice('\n')
		ended := err == nil
		if ended {
			part = part[:len(part)-1]
		}
		if room := r.limit - len(r.buf); len(part) > room {
			part, tooLong = part[:room], true
		}
		r.buf = append(r.buf, part...)
		switch {
		case ended:
			return line{r.number, bytes.TrimSuffix(r.buf, []byte("\r")), tooLong}, nil
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(r.buf) > 0:
			return line{r.number, bytes.TrimSuffix(r.buf, []byte("\r")), tooLong}, nil
		default:
			return line{}, err
		}
	}
}
