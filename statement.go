package truce

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"time"
)

// PayloadType is the DSSE payload type of a statement.
const PayloadType = "application/vnd.truce.statement+json"

// MaxStatement is the largest payload of a statement, in bytes (design.md 6).
const MaxStatement = 64 << 10

// MaxDepth is the deepest nesting of JSON in a statement.
const MaxDepth = 24

// Status says whether a statement is meant (CAP 1.2 status, three of its values).
type Status string

// The statuses.
const (
	Actual   Status = "actual"
	Exercise Status = "exercise"
	Test     Status = "test"
)

// Seen is the last checkpoint that a signer had seen: gossip that exposes a
// register which shows different histories to different parties.
type Seen struct {
	Size int64  `json:"size"` // number of entries
	Root string `json:"root"` // root hash, standard base64
}

// Statement is what one party says once about one subject. Its JSON text is
// what is signed; the struct is only a reading of it and is never re-encoded
// to check a signature.
type Statement struct {
	Kind     Kind            `json:"kind"`
	Register string          `json:"register"`           // origin of the log it is meant for
	Author   PartyID         `json:"author"`             // party that says it
	Subject  string          `json:"subject"`            // stable id of what it is about
	Replaces string          `json:"replaces,omitempty"` // statement id of the version it supersedes
	MadeAt   time.Time       `json:"madeAt"`             // author's clock, UTC; a claim, bounded by log time
	Seen     *Seen           `json:"seen,omitempty"`     // last checkpoint the signer saw
	Audience Audience        `json:"audience,omitempty"` // who may read the body
	Status   Status          `json:"status"`             // actual, exercise or test
	Lang     string          `json:"lang,omitempty"`     // BCP 47 tag of the texts
	Nonce    string          `json:"nonce"`              // random, so that an id cannot be guessed from content
	Body     json.RawMessage `json:"body"`               // members by kind, see SpecOf
}

// IsStatementID reports whether s is formed as a statement id: 64 lower-case
// hex digits (SHA-256 of the DSSE pre-authentication encoding).
func IsStatementID(s string) bool {
	return len(s) == 64 && only(s, func(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' })
}

func isNonce(s string) bool {
	return len(s) >= 16 && len(s) <= 64 && only(s, func(c byte) bool {
		return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_'
	})
}

func only(s string, may func(byte) bool) bool {
	for i := range len(s) {
		if !may(s[i]) {
			return false
		}
	}
	return true
}

var langForm = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`)

// ValidOrigin reports whether s can name a register: a host and path without a
// scheme, lower case, as C2SP tlog-checkpoint recommends for an origin.
func ValidOrigin(s string) bool {
	return len(s) >= 2 && len(s) <= 128 && isAlnum(s[0]) && !strings.Contains(s, "//") &&
		only(s, func(c byte) bool { return isAlnum(c) || strings.IndexByte(".:/_-", c) >= 0 })
}

// isAlnum reports whether c is a lower-case letter or a digit.
func isAlnum(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }

// ParseStatement reads the payload of an envelope: strict JSON (no unknown,
// duplicate or differently cased members, bounded size and depth), every
// member formed right, and the body as its kind demands. It does not look at
// signatures, at who the author is, or at geometry (package intake does).
// Errors are CodeInvalid or CodeTooLarge and name the member.
func ParseStatement(payload []byte) (*Statement, error) {
	if len(payload) > MaxStatement {
		return nil, E(CodeTooLarge, "a statement has at most %d bytes, this one %d", MaxStatement, len(payload)).
			WithHint("simplify the geometry or split the object into parts")
	}
	if err := CheckJSON(payload, MaxDepth); err != nil {
		return nil, err
	}
	s, err := decodeStatement(payload)
	if err != nil {
		return nil, err
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	spec, ok := SpecOf(s.Kind)
	if !ok {
		return nil, E(CodeInvalid, "kind %q is not known", clip(string(s.Kind))).At("/kind")
	}
	return s, first(bodyFaults(spec.Fields, s.Body))
}

// ReadStatement reads a payload that ParseStatement accepted once, without looking at
// it again: of a statement that comes out of a log whose hashes hold. Errors are
// CodeInvalid.
func ReadStatement(payload []byte) (*Statement, error) { return decodeStatement(payload) }

// decodeStatement reads the members of the frame by hand: the standard decoder
// would take "Kind" for "kind" and costs five times as much.
func decodeStatement(payload []byte) (*Statement, error) {
	s := &Statement{}
	var fault error
	object := Members(payload, func(name, value []byte) {
		if err := s.member(string(name), value); err != nil && fault == nil {
			fault = err
		}
	})
	if !object {
		return nil, E(CodeInvalid, "a statement is a JSON object")
	}
	return s, fault
}

func (s *Statement) member(name string, value []byte) error {
	var into *string
	switch name {
	case "kind":
		into = (*string)(&s.Kind)
	case "register":
		into = &s.Register
	case "author":
		into = &s.Author
	case "subject":
		into = &s.Subject
	case "replaces":
		into = &s.Replaces
	case "status":
		into = (*string)(&s.Status)
	case "lang":
		into = &s.Lang
	case "nonce":
		into = &s.Nonce
	default:
		return s.structured(name, value)
	}
	text, ok := unquoted(value)
	if !ok {
		return E(CodeInvalid, "a text must stand here").At("/" + name)
	}
	*into = text
	return nil
}

// structured reads the members that are not plain texts.
func (s *Statement) structured(name string, value []byte) (err error) {
	switch name {
	case "body":
		s.Body = value
		return nil
	case "madeAt":
		err = s.MadeAt.UnmarshalJSON(value)
	case "audience":
		err = json.Unmarshal(value, &s.Audience)
	case "seen":
		err = s.readSeen(value)
	default:
		return E(CodeInvalid, "member %q is not known", clip(name)).At("/" + clip(name))
	}
	if err != nil || string(value) == "null" {
		return E(CodeInvalid, "the value cannot stand here").At("/" + name)
	}
	return nil
}

func (s *Statement) readSeen(value []byte) (err error) {
	s.Seen = &Seen{}
	n := 0
	object := Members(value, func(name, v []byte) {
		n++
		var e error
		switch string(name) {
		case "size":
			e = json.Unmarshal(v, &s.Seen.Size)
		case "root":
			e = json.Unmarshal(v, &s.Seen.Root)
		default:
			e = errNotJSON
		}
		err = errors.Join(err, e)
	})
	if !object || n != 2 {
		return errNotJSON
	}
	return err
}

// check looks at each member of the frame.
func (s *Statement) check() error {
	type rule struct {
		ok    bool
		field string
		must  string
	}
	for _, r := range []rule{
		{ValidOrigin(s.Register), "/register", "be the origin of a register, such as register.example/aleppo"},
		{ValidPartyID(s.Author), "/author", "be the id of a party: a-z, 0-9, '-', '.', 2 to 64 characters"},
		{ValidSubject(s.Subject), "/subject", "be the id of an object: a-z, 0-9, '-', '.', 2 to 96 characters"},
		{s.Replaces == "" || IsStatementID(s.Replaces), "/replaces", "be a statement id: 64 hex digits"},
		{!s.MadeAt.IsZero() && s.MadeAt.Year() >= 1900 && s.MadeAt.Year() < 3000, "/madeAt", "be a time in RFC 3339"},
		{s.Status == Actual || s.Status == Exercise || s.Status == Test, "/status", "be actual, exercise or test"},
		{s.Lang == "" || len(s.Lang) <= 35 && langForm.MatchString(s.Lang), "/lang", "be a BCP 47 language tag"},
		{isNonce(s.Nonce), "/nonce", "be 16 to 64 random characters of base64url"},
		{s.Seen == nil || s.Seen.Size >= 0 && len(s.Seen.Root) == 44, "/seen", "be a size and a root hash in base64"},
	} {
		if !r.ok {
			return E(CodeInvalid, "it must %s", r.must).At(r.field)
		}
	}
	return s.Audience.Check()
}
