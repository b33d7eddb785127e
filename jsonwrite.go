package truce

import (
	"encoding/json"
	"math"
	"strconv"
	"unicode/utf8"
)

// AppendJSONNumber appends v as encoding/json writes a float64 (the form of
// ECMAScript). v must be finite.
func AppendJSONNumber(out []byte, v float64) []byte {
	if v == math.Trunc(v) && math.Abs(v) < 1e15 && !(v == 0 && math.Signbit(v)) {
		return strconv.AppendInt(out, int64(v), 10)
	}
	format := byte('f')
	if a := math.Abs(v); a != 0 && (a < 1e-6 || a >= 1e21) {
		format = 'e'
	}
	out = strconv.AppendFloat(out, v, format, -1, 64)
	if n := len(out); format == 'e' && n >= 4 && out[n-4] == 'e' && (out[n-3] == '-' || out[n-3] == '+') && out[n-2] == '0' {
		out[n-2] = out[n-1] // e-09 is e-9
		out = out[:n-1]
	}
	return out
}

// AppendJSONText appends s as a JSON string, in the bytes of an encoding/json
// Encoder that does not escape for HTML.
func AppendJSONText(out []byte, s string) []byte {
	if plainJSON(s) {
		return append(append(append(out, '"'), s...), '"')
	}
	w := jsonText(out)
	enc := json.NewEncoder(&w)
	enc.SetEscapeHTML(false)
	if enc.Encode(s) != nil {
		return append(out, `""`...) // texts always encode
	}
	return w[:len(w)-1]
}

type jsonText []byte

// Write appends.
func (b *jsonText) Write(p []byte) (int, error) {
	*b = append(*b, p...)
	return len(p), nil
}

// plainJSON reports whether s stands in JSON as it is, and is ASCII.
func plainJSON(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
