package api

import (
	"time"

	"truce"
	"truce/internal/ledger"
)

// LineResult is what became of one line of a stream of statements.
type LineResult struct {
	Line     int        `json:"line" doc:"number of the line, from 1; 0 = the stream itself"`
	Status   int        `json:"status,omitempty" doc:"as HTTP would say it: 201 new, 200 known"`
	ID       string     `json:"id,omitempty" doc:"statement id"`
	Entry    *int64     `json:"entry,omitempty" doc:"number in the log"`
	Received *time.Time `json:"received,omitempty" doc:"by the register's clock, UTC"`
	Known    bool       `json:"known,omitempty" doc:"it was there already"`
	Problem  *Problem   `json:"problem,omitempty" doc:"why it was refused"`
}

// submitStream takes a stream of envelopes, one a line, and answers each with a
// line, in order. One that is refused does not hinder the others.
func (c *call) submitStream() error { return c.streamed(c.submitLines) }

func (c *call) submitLines(batch []line) ([]byte, error) {
	envelopes := make([][]byte, 0, len(batch))
	for _, l := range batch {
		if l.err == nil {
			envelopes = append(envelopes, l.data)
		}
	}
	results := c.Intake.Submit(c.detached(), envelopes)
	var out []byte
	for _, l := range batch {
		res := ledger.Result{Err: l.err}
		if l.err == nil {
			res, results = results[0], results[1:]
			c.count(res)
		}
		out = append(append(out, encodeJSON(lineResult(l.number, res))...), '\n')
	}
	return out, nil
}

func lineResult(number int, res ledger.Result) LineResult {
	if res.Err != nil {
		p := resultError(res.Err)
		return LineResult{Line: number, Status: p.Status, Problem: p}
	}
	return LineResult{Line: number, Status: statusOf(res), ID: res.ID, Entry: &res.Number, Received: &res.Time, Known: res.Known}
}

// closed is the reason to end a stream while the server shuts down.
func (c *call) closed() error {
	select {
	case <-c.closing:
		return truce.E(truce.CodeUnavailable, "the server is shutting down").WithHint("send the rest again; what was answered stays")
	default:
		return nil
	}
}
