package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"truce"
	"truce/internal/obs"
)

// Problem is the body of every error: RFC 9457, with the stable code of the
// house, what to do next, and where in the input the fault lies.
type Problem struct {
	Type    string  `json:"type" doc:"URI reference of the kind of problem, on the documentation page"`
	Title   string  `json:"title" doc:"the kind of problem in one English sentence"`
	Status  int     `json:"status" doc:"HTTP status"`
	Detail  string  `json:"detail,omitempty" doc:"what is wrong"`
	Code    string  `json:"code" doc:"stable code that programs branch on"`
	Hint    string  `json:"hint,omitempty" doc:"what would be right, or what to do next"`
	Errors  []Fault `json:"errors,omitempty" doc:"where the input is wrong"`
	Current string  `json:"current,omitempty" doc:"with stale_write: statement id of the newest version"`
	Trace   string  `json:"trace,omitempty" doc:"id under which the request stands in the logs"`
}

// Fault is one place in the input that is wrong.
type Fault struct {
	Pointer string `json:"pointer,omitempty" doc:"JSON pointer, or name of the field or parameter"`
	Row     int    `json:"row,omitempty" doc:"row as a spreadsheet shows it, or number of the line; 0 = none"`
	Detail  string `json:"detail" doc:"what is wrong there"`
	Hint    string `json:"hint,omitempty" doc:"what would be right"`
}

// statusError is an error of HTTP itself, whose status is finer than its code.
type statusError struct {
	status int
	cause  *truce.Error
}

func (e *statusError) Error() string { return e.cause.Error() }
func (e *statusError) Unwrap() error { return e.cause }

// versionIn finds the newer version in the hint of a stale write.
var versionIn = regexp.MustCompile(`\b[0-9a-f]{64}\b`)

// notFound is the one answer for what is not there and for what may not be seen.
func notFound() error {
	return truce.E(truce.CodeNotFound, "there is nothing of that id that you may see").
		WithHint("check the id; sign in if it was released to your party")
}

// problemOf says err as a problem. Only the first *truce.Error shows: its cause
// is not for outsiders.
func problemOf(err error, trace string) *Problem {
	e, ok := errors.AsType[*truce.Error](err)
	if !ok {
		e = truce.E(truce.CodeInternal, "something went wrong here").WithHint("tell the operator the trace id")
	}
	p := &Problem{Type: "/docs#error-" + string(e.Code), Title: e.Code.Title(), Status: e.Code.HTTP(),
		Detail: e.Message, Code: string(e.Code), Hint: e.Hint, Trace: trace}
	if e.Code == truce.CodeInternal {
		p.Detail = "something went wrong here"
	}
	if e.Field != "" || e.Row > 0 {
		p.Errors = []Fault{{Pointer: e.Field, Row: e.Row, Detail: e.Message, Hint: e.Hint}}
	}
	if s, ok := errors.AsType[*statusError](err); ok {
		p.Status, p.Title = s.status, http.StatusText(s.status)
	}
	if e.Code == truce.CodeTampered && e.Field == "/seen" {
		p.Status = http.StatusConflict // it is the statement that claims another history; the server knows of no fault
	}
	if e.Code == truce.CodeStaleWrite {
		p.Current = versionIn.FindString(e.Hint)
	}
	return p
}

// resultError is what became of a statement that was refused. The message of an
// error that is no *truce.Error stays here.
func resultError(err error) *Problem { return problemOf(err, "") }

// fail answers with the problem that err is, and logs faults of ours.
func (c *call) fail(err error) {
	p := problemOf(err, obs.Trace(c.ctx))
	if p.Status >= 500 {
		c.log.ErrorContext(c.ctx, "request failed", "route", c.route.path, obs.Err(err))
	}
	if c.w.wrote {
		return // a stream that has begun can only end
	}
	h := c.w.Header()
	h.Del("ETag")
	h.Del("Content-Disposition")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Type", "application/problem+json")
	switch p.Status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Bearer realm="truce"`)
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		h.Set("Retry-After", "5")
	}
	c.w.WriteHeader(p.Status)
	c.w.Write(append(encodeJSON(p), '\n'))
}

// encodeJSON writes v without escaping < and >, on one line.
func encodeJSON(v any) []byte {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(fmt.Sprintf("api: %T cannot be written as JSON: %v", v, err)) // our own types
	}
	return []byte(strings.TrimSuffix(b.String(), "\n"))
}
