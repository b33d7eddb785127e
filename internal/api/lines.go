package api

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"

	"truce"
)

// lines reads a stream of lines. A line that is too long is passed over and told
// of; it does not end the stream.
type lines struct {
	*call
	in     *bufio.Reader
	number int // of the line read last, from 1
}

// batchSize is how many lines are worked on at once, at most.
const batchSize = 256

// line is one line of a stream: its number, and either its bytes or why there are none.
type line struct {
	number int
	data   []byte
	err    error
}

func (c *call) lines() *lines { return &lines{call: c, in: bufio.NewReaderSize(c.r.Body, maxLine)} }

// batch reads the lines that are there, at least one, at most batchSize; an
// empty line is passed over. It waits for the first line only, so that a client
// that sends slowly has its answers at once. done is true at the end.
func (l *lines) batch() (batch []line, done bool, err error) {
	l.readDeadline(lineTime)
	for len(batch) < batchSize {
		if len(batch) > 0 && !l.waiting() {
			return batch, false, nil
		}
		next, err := l.next()
		if err == io.EOF {
			return batch, true, nil
		}
		if err != nil {
			return batch, true, bodyError(err)
		}
		if next.err == nil && len(bytes.TrimSpace(next.data)) == 0 {
			continue
		}
		batch = append(batch, next)
	}
	return batch, false, nil
}

// waiting reports whether a whole line has arrived already.
func (l *lines) waiting() bool {
	have, _ := l.in.Peek(l.in.Buffered()) // what is buffered is there
	return bytes.IndexByte(have, '\n') >= 0
}

// next reads one line without its end; io.EOF when there is none.
func (l *lines) next() (line, error) {
	data, err := l.in.ReadSlice('\n')
	if len(data) == 0 && err == io.EOF {
		return line{}, io.EOF
	}
	if l.number++; l.number > maxLines {
		return line{}, truce.E(truce.CodeTooLarge, "a stream has at most %d lines", maxLines).WithHint("send it in parts")
	}
	if errors.Is(err, bufio.ErrBufferFull) {
		return line{l.number, nil, truce.E(truce.CodeTooLarge, "a line has at most %d bytes", maxLine)}, l.skip()
	}
	if err != nil && err != io.EOF {
		return line{}, err
	}
	return line{l.number, bytes.Clone(bytes.TrimSuffix(bytes.TrimSuffix(data, []byte{'\n'}), []byte{'\r'})), nil}, nil
}

// skip passes over the rest of a line.
func (l *lines) skip() error {
	for {
		_, err := l.in.ReadSlice('\n')
		if err == nil || err == io.EOF {
			return nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

// streamed answers a stream of lines with a stream of lines, one for each, in
// order: work gets a batch and gives the answer lines, each with its end.
func (c *call) streamed(work func(batch []line) ([]byte, error)) error {
	// Without it HTTP/1 reads nothing more once the answer has begun. A recorder
	// in a test and HTTP/2 do not need it.
	control := http.NewResponseController(c.w)
	_ = control.EnableFullDuplex()
	l := c.lines()
	for {
		batch, done, err := l.batch()
		if len(batch) > 0 {
			if err := c.answerBatch(batch, work); err != nil {
				return err
			}
		}
		if err != nil {
			return c.endStream(err)
		}
		if done {
			return nil
		}
		if err := c.closed(); err != nil {
			return c.endStream(err)
		}
	}
}

func (c *call) answerBatch(batch []line, work func([]line) ([]byte, error)) error {
	out, err := work(batch)
	if err != nil {
		return c.endStream(err)
	}
	if !c.w.wrote {
		c.w.Header().Set("Content-Type", mediaNDJSON)
		c.w.WriteHeader(http.StatusOK)
	}
	c.writeDeadline(lineTime)
	if _, err := c.w.Write(out); err != nil {
		return err
	}
	_ = http.NewResponseController(c.w).Flush() // what cannot flush has nothing to flush
	return nil
}

// endStream tells why a stream ends early: as a problem while nothing was
// answered yet, afterwards in a last line.
func (c *call) endStream(err error) error {
	if !c.w.wrote {
		return err
	}
	c.w.Write(append(encodeJSON(LineResult{Problem: problemOf(err, "")}), '\n'))
	return err
}
