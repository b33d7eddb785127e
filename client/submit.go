package client

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"truce"
	"truce/proof"
)

// Accepted is what became of a statement that is in the log.
type Accepted struct {
	ID       string          `json:"id"`
	Entry    int64           `json:"entry"`
	Received time.Time       `json:"received"` // by the register's clock, UTC
	Known    bool            `json:"known"`    // it was there already; number and time are those of then
	Receipt  []byte          `json:"-"`        // the receipt, verified
	Verified *proof.Verified `json:"-"`        // what it shows
}

// Submit hands one statement in and gives its receipt, which is verified: the
// statement stands in the log, under that number. Doing it again gives the same.
// A statement that the register amended over since is CodeStaleWrite.
func (c *Client) Submit(ctx context.Context, e *proof.Envelope) (*Accepted, error) {
	data, err := c.ask(ctx, request{method: http.MethodPut, path: "/v1/statements/" + e.ID(), query: url.Values{"receipt": {"1"}},
		media: mediaJSON, body: e.JSON()})
	if err != nil {
		return nil, err
	}
	var in struct {
		Accepted
		Proof string `json:"proof"`
	}
	if err := readAnswer(data, &in); err != nil {
		return nil, err
	}
	a := &in.Accepted
	a.Receipt = []byte(in.Proof)
	if a.Verified, err = c.verify(ctx, a.Receipt); err != nil {
		return nil, err
	}
	return a, a.holds(e)
}

// holds compares a receipt with the statement that it should be of. Once the
// content was erased only the number can be compared.
func (a *Accepted) holds(e *proof.Envelope) error {
	v := a.Verified
	if a.ID != e.ID() || v.Entry.Number != a.Entry || !v.Withheld && v.ID != e.ID() {
		return truce.E(truce.CodeTampered, "the receipt is not that of the statement handed in").
			WithHint("keep the answer: it is evidence")
	}
	return nil
}

// verify verifies a receipt and that its checkpoint is of the history seen so far.
func (c *Client) verify(ctx context.Context, receipt []byte) (*proof.Verified, error) {
	v, err := proof.VerifyReceipt(receipt, c.opts.LogKey)
	if err != nil {
		return nil, err
	}
	r, err := proof.ParseReceipt(receipt)
	if err != nil {
		return nil, err
	}
	_, err = c.believe(ctx, r.Checkpoint)
	return v, err
}

// Result is what became of one statement of many.
type Result struct {
	Line     int       // its place, from 1
	ID       string    // statement id
	Entry    int64     // number in the log, where Err is nil
	Received time.Time // by the register's clock, UTC, where Err is nil
	Known    bool      // it was there already
	Err      error     // why it was refused
}

// resultLine is a line of the answer to a stream.
type resultLine struct {
	Line     int       `json:"line"`
	ID       string    `json:"id"`
	Entry    int64     `json:"entry"`
	Received time.Time `json:"received"`
	Known    bool      `json:"known"`
	Problem  *problem  `json:"problem"`
}

// SubmitMany hands statements in as one stream and calls each with what became of
// them, in order, as the answers come. One that is refused does not hinder the
// others. next gives the envelopes, nil at the end. Receipts are not part of the
// stream; ask for them with Receipt. An error of next or each, or a stream that
// breaks off, ends it with that error: what was answered stays in the log, and
// the rest can be handed in again.
func (c *Client) SubmitMany(ctx context.Context, next func() (*proof.Envelope, error), each func(Result) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	in, out := io.Pipe()
	var feeding error
	sent := make(chan int, 1)
	go func() {
		n, err := feed(out, next)
		feeding = err
		out.CloseWithError(err)
		sent <- n
	}()
	answered, err := c.results(ctx, in, each)
	in.CloseWithError(io.ErrClosedPipe) // lets the feeder go where it still writes
	handed := <-sent
	switch {
	case feeding != nil && feeding != io.ErrClosedPipe:
		return feeding
	case err != nil:
		return err
	case answered != handed:
		return truce.E(truce.CodeUnavailable, "the register answered %d of %d statements", answered, handed).
			WithHint("hand them in again; what is in the log already is not entered twice")
	}
	_, err = c.Update(ctx)
	return err
}

func feed(out io.Writer, next func() (*proof.Envelope, error)) (n int, err error) {
	w := bufio.NewWriterSize(out, 64<<10)
	for {
		e, err := next()
		if err != nil {
			return n, err
		}
		if e == nil {
			return n, w.Flush()
		}
		n++
		if _, err := w.Write(append(e.JSON(), '\n')); err != nil {
			return n, err
		}
	}
}

// results sends the stream and reads the answers.
func (c *Client) results(ctx context.Context, body io.Reader, each func(Result) error) (n int, err error) {
	unhurried := *c.http
	unhurried.Timeout = 0 // a stream lasts as long as there is something to send; ctx ends it
	res, err := c.open(ctx, &unhurried, request{method: http.MethodPost, path: "/v1/statements", media: mediaNDJSON}, pipeOnly{body})
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	err = eachLine(res.Body, func(line []byte) error {
		var l resultLine
		if err := readAnswer(line, &l); err != nil {
			return err
		}
		if l.Line == 0 && l.Problem != nil {
			return l.Problem.err()
		}
		if n++; l.Line != n {
			return truce.E(truce.CodeUnavailable, "the register answers line %d where line %d is due", l.Line, n)
		}
		return each(l.result())
	})
	return n, err
}

func (l *resultLine) result() Result {
	r := Result{Line: l.Line, ID: l.ID, Entry: l.Entry, Received: l.Received, Known: l.Known}
	if l.Problem != nil {
		r.Err = l.Problem.err()
	}
	return r
}

// pipeOnly hides Seek: what was streamed cannot be sent again.
type pipeOnly struct{ io.Reader }

// eachLine calls fn with the lines of a stream; empty ones are passed over.
func eachLine(r io.Reader, fn func(line []byte) error) error {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 0, 64<<10), maxLine)
	for s.Scan() {
		if len(bytes.TrimSpace(s.Bytes())) == 0 {
			continue
		}
		if err := fn(s.Bytes()); err != nil {
			return err
		}
	}
	if s.Err() != nil {
		return unreachable(s.Err())
	}
	return nil
}

// Receipt asks for the receipt of a statement, by its id or by the number of its
// entry, and verifies it. Where the asker may read a part of the statement only,
// it proves entry and time without the content.
func (c *Client) Receipt(ctx context.Context, idOrEntry string) ([]byte, *proof.Verified, error) {
	path := "/v1/entries/" + idOrEntry + "/receipt"
	if truce.IsStatementID(idOrEntry) {
		path = "/v1/statements/" + idOrEntry + "/receipt"
	} else if !isNumber(idOrEntry) {
		return nil, nil, truce.E(truce.CodeInvalid, "it is neither a statement id nor the number of an entry")
	}
	data, err := c.ask(ctx, request{method: http.MethodGet, path: path, limit: proof.MaxReceipt})
	if err != nil {
		return nil, nil, err
	}
	v, err := c.verify(ctx, data)
	if err != nil {
		return nil, nil, err
	}
	if err := isOf(v, idOrEntry); err != nil {
		return nil, nil, err
	}
	return data, v, nil
}

// isNumber reports whether s is the number of an entry: decimal digits.
func isNumber(s string) bool {
	n, err := strconv.ParseInt(s, 10, 64)
	return err == nil && n >= 0 && strconv.FormatInt(n, 10) == s
}

// isOf compares a receipt with what was asked for. A receipt without content
// does not show the statement id.
func isOf(v *proof.Verified, idOrEntry string) error {
	right := strconv.FormatInt(v.Entry.Number, 10) == idOrEntry
	if !isNumber(idOrEntry) {
		right = v.Withheld || v.ID == idOrEntry
	}
	if !right {
		return truce.E(truce.CodeTampered, "the receipt is not that of the statement asked for").WithHint("keep the answer: it is evidence")
	}
	return nil
}
