package cli

import (
	"bufio"
	"bytes"
	"context"
	"io"

	"truce"
)

// batchSize is how many envelopes are handed in at once.
const batchSize = 1000

// submission hands in envelopes that stand one a line, or as one JSON text.
type submission struct {
	*shell
	r        *register
	lines    *bufio.Reader
	row      int
	refused  int
	sent     int
	many     bool // there is more than one envelope
	lastFail error
}

// submitted is the answer to one line.
type submitted struct {
	Row int `json:"row"`
	outcome
	problem
}

// problem is an error as a line of JSON tells it.
type problem struct {
	Error string `json:"error,omitempty"`
	Code  string `json:"code,omitempty"`
	Hint  string `json:"hint,omitempty"`
}

func problemOf(err error) problem {
	if err == nil {
		return problem{}
	}
	return problem{err.Error(), string(truce.CodeOf(err)), truce.HintOf(err)}
}

func (s *submission) run(ctx context.Context) error {
	for {
		batch, rows, err := s.batch()
		if len(batch) > 0 {
			s.many = s.many || s.sent > 0 || len(batch) > 1
			for i, res := range s.r.Submit(ctx, batch) {
				s.answer(rows[i], res)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// batch reads the next lines. io.EOF comes with the last of them.
func (s *submission) batch() (batch [][]byte, rows []int, err error) {
	for len(batch) < batchSize {
		line, err := s.next()
		if len(line) > 0 {
			batch, rows = append(batch, line), append(rows, s.row)
		}
		if err != nil {
			return batch, rows, err
		}
	}
	return batch, rows, nil
}

// next is the next envelope: a line, or a JSON text over several lines at the
// very beginning.
func (s *submission) next() ([]byte, error) {
	line, err := s.line()
	if s.row != 1 || err != nil || !opensOver(line) {
		return line, err
	}
	whole := append([]byte{}, line...)
	for {
		more, err := s.line()
		if whole = append(append(whole, '\n'), more...); err != nil {
			return whole, err
		}
		if len(whole) > maxLine {
			return nil, truce.E(truce.CodeTooLarge, "an envelope has at most %d bytes", maxLine)
		}
	}
}

// opensOver reports whether a line begins a JSON object that it does not end.
func opensOver(line []byte) bool {
	return bytes.HasPrefix(line, []byte("{")) && !bytes.HasSuffix(line, []byte("}"))
}

func (s *submission) line() ([]byte, error) {
	line, err := readLine(s.lines, maxLine)
	s.row++
	return bytes.TrimSpace(line), err
}

// readLine reads one line of at most limit bytes, without its end. io.EOF comes
// with the last line.
func readLine(r *bufio.Reader, limit int) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		if line = append(line, part...); len(line) > limit {
			return nil, truce.E(truce.CodeTooLarge, "a line has at most %d bytes", limit)
		}
		if err != bufio.ErrBufferFull {
			return bytes.TrimRight(line, "\r\n"), err
		}
	}
}

func (s *submission) answer(row int, res outcome) {
	s.sent++
	if res.Err != nil {
		s.refused++
		s.lastFail = res.Err
	}
	switch {
	case s.json:
		compactJSON(s.Out, submitted{row, res, problemOf(res.Err)})
	case res.Err == nil:
		known := ""
		if res.Known {
			known = "  known already"
		}
		s.printf("line %d  entry %s  statement %s%s\n", row, entryText(res.Entry), res.ID, known)
	case s.many:
		s.printErr("truce: line %d: %s\n", row, res.Err.Error())
	}
}

// verdict is the error of the only envelope, or that some were refused.
func (s *submission) verdict() error {
	switch {
	case s.sent == 0:
		return truce.E(truce.CodeInvalid, "there is no envelope in the input").WithHint("one JSON object, or one on every line")
	case s.refused == 0:
		return nil
	case s.sent == 1:
		return s.lastFail
	}
	return truce.E(truce.CodeInvalid, "%d of %d statements were refused", s.refused, s.sent).WithHint("the others are registered; see the lines above")
}
