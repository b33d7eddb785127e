package truce

import (
	"errors"
	"fmt"
	"strings"
)

// Code classifies an error once, for every surface: the exit code of the
// command line, the HTTP status, the label of a metric and the text shown.
type Code string

// The codes. They are stable: programs branch on them.
const (
	CodeInvalid     Code = "invalid"     // the input is wrong; it says which field
	CodeUsage       Code = "usage"       // the command was called wrongly
	CodeNotFound    Code = "not_found"   // nothing there, or nothing that the asker may see
	CodeRefused     Code = "refused"     // understood, and not permitted
	CodeUnsigned    Code = "unsigned"    // no signature, or one that does not verify
	CodeSignIn      Code = "sign_in"     // the asker has not said who it is
	CodeConflict    Code = "conflict"    // contradicts what is already registered
	CodeStaleWrite  Code = "stale_write" // amends a version that is no longer the newest
	CodeNoMatch     Code = "no_if_match" // an amendment over HTTP without If-Match
	CodeGone        Code = "gone"        // the content was erased; the fact of it stays
	CodeTooLarge    Code = "too_large"   // over a stated bound
	CodeBusy        Code = "busy"        // too many requests; try again
	CodeUnavailable Code = "unavailable" // cannot be done now (disk full, clock behind, locked)
	CodeTampered    Code = "tampered"    // evidence: what is stored or shown does not verify
	CodeStale       Code = "stale"       // the knowledge is older than the policy permits
	CodeInternal    Code = "internal"    // a fault of ours
)

// Exit codes of the command line (design.md 8).
const (
	ExitOK          = 0
	ExitFailed      = 1
	ExitUsage       = 2
	ExitNotFound    = 3
	ExitRefused     = 4
	ExitConflict    = 5
	ExitUnavailable = 6
	ExitTampered    = 7
	ExitStale       = 8
	ExitApplies     = 10 // only with --exit-code: something registered applies
)

type surface struct {
	exit, http int
	title      string
}

var surfaces = map[Code]surface{
	CodeInvalid:     {ExitFailed, 422, "The input is not right"},
	CodeUsage:       {ExitUsage, 400, "The request is not formed right"},
	CodeNotFound:    {ExitNotFound, 404, "Nothing found"},
	CodeRefused:     {ExitRefused, 403, "Refused"},
	CodeUnsigned:    {ExitRefused, 403, "The signature does not verify"},
	CodeSignIn:      {ExitRefused, 401, "Sign in first"},
	CodeConflict:    {ExitConflict, 409, "It contradicts what is registered"},
	CodeStaleWrite:  {ExitConflict, 412, "There is a newer version"},
	CodeNoMatch:     {ExitConflict, 428, "Say which version this replaces"},
	CodeGone:        {ExitNotFound, 410, "The content was erased"},
	CodeTooLarge:    {ExitFailed, 413, "Too large"},
	CodeBusy:        {ExitUnavailable, 429, "Too many requests"},
	CodeUnavailable: {ExitUnavailable, 503, "Not available now"},
	CodeTampered:    {ExitTampered, 500, "Verification failed"},
	CodeStale:       {ExitStale, 503, "The knowledge is too old"},
	CodeInternal:    {ExitFailed, 500, "Internal error"},
}

// Codes lists every code, for the documents that print the table.
func Codes() []Code {
	return []Code{
		CodeInvalid, CodeUsage, CodeNotFound, CodeRefused, CodeUnsigned, CodeSignIn,
		CodeConflict, CodeStaleWrite, CodeNoMatch, CodeGone, CodeTooLarge, CodeBusy,
		CodeUnavailable, CodeTampered, CodeStale, CodeInternal,
	}
}

// Exit is the exit code of the command line for c.
func (c Code) Exit() int { return c.surface().exit }

// HTTP is the HTTP status for c.
func (c Code) HTTP() int { return c.surface().http }

// Title is the short English sentence for c. Translations hang on the code.
func (c Code) Title() string { return c.surface().title }

func (c Code) surface() surface {
	if s, ok := surfaces[c]; ok {
		return s
	}
	return surfaces[CodeInternal]
}

// Error is the one error type of the house. It says what is wrong, where, what
// would be right and what to do next. It holds no coordinates, names of
// persons or secrets beyond what its receiver typed itself.
type Error struct {
	Code    Code   // class, see Code
	Message string // what is wrong: lower case, no full stop
	Field   string // where: JSON pointer, field or column name; may be empty
	Row     int    // where: row as a spreadsheet shows it (header is 1); 0 = none
	Hint    string // what would be right or what to do next; may be empty
	Err     error  // the cause; kept out of answers to outsiders
}

// Error gives one line: place, message and cause.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Row > 0 {
		fmt.Fprintf(&b, "row %d: ", e.Row)
	}
	if e.Field != "" {
		b.WriteString(e.Field + ": ")
	}
	b.WriteString(e.Message)
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// WithHint returns a copy of e that says what to do next.
func (e *Error) WithHint(format string, args ...any) *Error {
	c := *e
	c.Hint = fmt.Sprintf(format, args...)
	return &c
}

// At returns a copy of e that names the field.
func (e *Error) At(field string) *Error {
	c := *e
	c.Field = field
	return &c
}

// E makes an error of class code with a formatted message.
func E(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Wrap makes an error of class code with a message and a cause. The cause
// shows in Error but not in answers to outsiders.
func Wrap(code Code, err error, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...), Err: err}
}

// CodeOf is the code of the first *Error in err's chain, CodeInternal when
// there is none, and the empty code for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return CodeInternal
}

// HintOf is the hint of the first *Error in err's chain, or "".
func HintOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Hint
	}
	return ""
}

// Within puts the first *Error of err's chain at a place inside of at: a field
// "/coordinates/0" in "/body/geometry" is told as "/body/geometry/coordinates/0".
// Other errors, and nil, are given back as they are.
func Within(err error, at string) error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.At(at + e.Field)
	}
	return err
}
