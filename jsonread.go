package truce

import (
	"encoding/json"
	"strconv"
	"unicode/utf8"
	"unsafe"
)

// JSONReader reads one JSON text from front to back without decoding it, as strictly
// as CheckJSON does. Its errors are those of CheckJSON; after one it must not be used.
type JSONReader struct {
	s     jsonScan
	text  string // the same, for texts that are handed out
	depth int
}

// NewJSONReader reads data, nested at most maxDepth deep. data must not be changed from
// then on: the texts that are handed out share its memory.
func NewJSONReader(data []byte, maxDepth int) (*JSONReader, error) {
	if !utf8.Valid(data) {
		return nil, E(CodeInvalid, "the text is not UTF-8")
	}
	return &JSONReader{s: jsonScan{data: data, max: maxDepth}, text: unsafe.String(unsafe.SliceData(data), len(data))}, nil
}

// Object reads an object: it calls fn with the name of each member, to read its value.
func (r *JSONReader) Object(fn func(name string) error) error {
	var room [24][]byte // most objects are small: nothing is allocated
	names := room[:0]
	return r.each('{', '}', func() error {
		if r.s.space(); r.s.peek() != '"' {
			return errNotJSON
		}
		raw, escaped, err := r.s.text()
		if err != nil {
			return err
		}
		if names, err = addName(names, raw, escaped); err != nil {
			return err
		}
		name := r.text[r.s.i-1-len(raw) : r.s.i-1]
		if r.s.space(); r.s.peek() != ':' {
			return errNotJSON
		}
		r.s.i++
		return fn(name)
	})
}

// Array reads an array: it calls fn to read each value.
func (r *JSONReader) Array(fn func() error) error { return r.each('[', ']', fn) }

func (r *JSONReader) each(begin, end byte, fn func() error) error {
	if r.s.space(); r.s.peek() != begin {
		return errNotJSON
	}
	if r.depth++; r.depth > r.s.max {
		return E(CodeInvalid, "the text is nested deeper than %d", r.s.max)
	}
	defer func() { r.depth-- }()
	r.s.i++
	if r.s.space(); r.s.peek() == end {
		r.s.i++
		return nil
	}
	for {
		from := r.s.i
		if err := fn(); err != nil {
			return err
		}
		if r.s.i == from {
			return errNotJSON // there is no value
		}
		if more, err := r.s.more(end); !more {
			return err
		}
	}
}

// Value reads any value and gives the text of it.
func (r *JSONReader) Value() (string, error) {
	r.s.space()
	from := r.s.i
	err := r.s.value(r.depth)
	return r.text[from:r.s.i], err
}

// Text reads a string and gives what it means.
func (r *JSONReader) Text() (string, error) {
	if r.s.space(); r.s.peek() != '"' {
		return "", errNotJSON
	}
	from := r.s.i
	raw, escaped, err := r.s.text()
	if err != nil || !escaped {
		return r.text[from+1 : from+1+len(raw)], err
	}
	var text string
	err = json.Unmarshal(r.s.data[from:r.s.i], &text)
	return text, err
}

// Number reads a number.
func (r *JSONReader) Number() (float64, error) {
	text, err := r.Value()
	if err != nil {
		return 0, err
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, errNotJSON
	}
	return v, nil
}

// Int reads a whole number.
func (r *JSONReader) Int() (int64, error) {
	text, err := r.Value()
	if err != nil {
		return 0, err
	}
	v, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, errNotJSON
	}
	return v, nil
}

// Bool reads true or false.
func (r *JSONReader) Bool() (bool, error) {
	text, err := r.Value()
	if err != nil || text != "true" && text != "false" {
		return false, errNotJSON
	}
	return text == "true", nil
}

// Pos is how many bytes have been read.
func (r *JSONReader) Pos() int { return r.s.i }

// Between is the text from one position to another.
func (r *JSONReader) Between(from, to int) string { return r.text[from:to] }

// End reports an error where anything but white space follows.
func (r *JSONReader) End() error {
	if r.s.space(); r.s.i != len(r.s.data) {
		return errNotJSON
	}
	return nil
}
