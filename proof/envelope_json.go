package proof

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"

	"truce"
)

// strictStd refuses set trailing bits; decode64 refuses line ends.
var strictStd = base64.StdEncoding.Strict()

// ParseEnvelope reads DSSE JSON: an object with exactly the members
// payloadType, payload and signatures (each an object with exactly keyid and
// sig), names in exactly this case, each once, base64 with padding and in its
// one canonical spelling. Spaces and the order of members are free. At most
// MaxEnvelope bytes and MaxSignatures signatures, no key twice. Errors are
// CodeInvalid or CodeTooLarge and name the member. It verifies no signature.
func ParseEnvelope(data []byte) (*Envelope, error) {
	if len(data) > MaxEnvelope {
		return nil, truce.E(truce.CodeTooLarge, "an envelope has at most %d bytes, this one %d", MaxEnvelope, len(data))
	}
	if err := truce.CheckJSON(data, 3); err != nil {
		return nil, err
	}
	var e Envelope
	r := jsonReader{data: data}
	if err := r.members("", []string{"payloadType", "payload", "signatures"}, e.readMember); err != nil {
		return nil, err
	}
	if err := e.check(); err != nil {
		return nil, err
	}
	return &e, nil
}

func (e *Envelope) readMember(r *jsonReader, name, at string) (err error) {
	switch name {
	case "payloadType":
		e.PayloadType, err = r.text(at)
	case "payload":
		e.Payload, err = r.bytes(at)
	default:
		err = r.elements(at, e.readSignature)
	}
	return err
}

func (e *Envelope) readSignature(r *jsonReader, at string) error {
	if len(e.Signatures) == MaxSignatures {
		return invalid("/signatures", "at most %d signatures are possible", MaxSignatures)
	}
	var s Signature
	err := r.members(at, []string{"keyid", "sig"}, func(r *jsonReader, name, at string) (err error) {
		if name == "keyid" {
			s.KeyID, err = r.text(at)
			return err
		}
		s.Sig, err = r.bytes(at)
		return err
	})
	e.Signatures = append(e.Signatures, s)
	return err
}

// jsonReader walks text that truce.CheckJSON has accepted: it is valid, no
// member stands twice, and no member name has escapes. encoding/json is not
// used for objects because it takes "Payload" for "payload".
type jsonReader struct {
	data []byte
	i    int
}

// peek gives the next byte that is not a space.
func (r *jsonReader) peek() byte {
	for ; ; r.i++ {
		switch c := r.data[r.i]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
}

// members reads an object that has exactly the members in names.
func (r *jsonReader) members(at string, names []string, read func(r *jsonReader, name, at string) error) error {
	if r.peek() != '{' {
		return invalid(at, "an object must stand here")
	}
	r.i++
	count := 0
	for ; r.peek() != '}'; count++ {
		if r.data[r.i] == ',' {
			r.i++
			r.peek()
		}
		name := string(r.raw())
		if !isOneOf(names, name) {
			return invalid(at+"/"+clip(name), "member %q is not known", clip(name))
		}
		r.peek()
		r.i++ // the colon
		if err := read(r, name, at+"/"+name); err != nil {
			return err
		}
	}
	r.i++
	if count < len(names) {
		return invalid(at, "the members %s must all be there", strings.Join(names, ", "))
	}
	return nil
}

// elements reads an array.
func (r *jsonReader) elements(at string, read func(r *jsonReader, at string) error) error {
	if r.peek() != '[' {
		return invalid(at, "a list must stand here")
	}
	r.i++
	for n := 0; r.peek() != ']'; n++ {
		if r.data[r.i] == ',' {
			r.i++
		}
		if err := read(r, at+"/"+strconv.Itoa(n)); err != nil {
			return err
		}
	}
	r.i++
	return nil
}

// raw gives what stands between the quotes of a string and passes over it.
func (r *jsonReader) raw() []byte {
	start := r.i + 1
	r.i = start
	if n := bytes.IndexByte(r.data[start:], '"'); n >= 0 && bytes.IndexByte(r.data[start:start+n], '\\') < 0 {
		r.i += n // no escapes: the first quote ends it
	}
	for ; r.data[r.i] != '"'; r.i++ {
		if r.data[r.i] == '\\' {
			r.i++
		}
	}
	r.i++
	return r.data[start : r.i-1]
}

// quoted gives what a string says. It is a part of data unless it has escapes.
func (r *jsonReader) quoted(at string) ([]byte, error) {
	if r.peek() != '"' {
		return nil, invalid(at, "a text must stand here")
	}
	start := r.i
	raw := r.raw()
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw, nil
	}
	var s string
	if err := json.Unmarshal(r.data[start:r.i], &s); err != nil {
		return nil, invalid(at, "the text cannot be read")
	}
	return []byte(s), nil
}

// text reads a string.
func (r *jsonReader) text(at string) (string, error) {
	b, err := r.quoted(at)
	return string(b), err
}

// bytes reads a string of base64.
func (r *jsonReader) bytes(at string) ([]byte, error) {
	s, err := r.quoted(at)
	if err != nil {
		return nil, err
	}
	b, ok := decode64(s)
	if !ok {
		return nil, invalid(at, "it is not base64").WithHint("standard alphabet, with padding, without line ends")
	}
	return b, nil
}

// decode64 reads base64 in its one canonical spelling. The library passes over
// line ends; the length shows them.
func decode64[T string | []byte](s T) ([]byte, bool) {
	b := make([]byte, strictStd.DecodedLen(len(s)))
	n, err := strictStd.Decode(b, []byte(s))
	return b[:n], err == nil && strictStd.EncodedLen(n) == len(s)
}

func isOneOf(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}
