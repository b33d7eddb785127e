package protected

import (
	"bytes"
	"encoding/json"
)

// moved reports whether two bodies put an object at different places: another
// geometry, route, end of a leg or halt. Times do not count. What cannot be read
// counts as moved, so that a verification never outlives what it verified.
// Spelling counts too: 37.10 for 37.1 asks for the verification anew.
func moved(before, after json.RawMessage) bool {
	a, okA := places(before)
	b, okB := places(after)
	return !okA || !okB || !bytes.Equal(a, b)
}

// leg is the reading of where one leg of a movement lies.
type leg struct {
	From, To struct {
		Point json.RawMessage `json:"point"`
	}
	Route json.RawMessage `json:"route"`
	Halts []struct {
		Point json.RawMessage `json:"point"`
	} `json:"halts"`
}

// places is the text of everything in a body that says where, without white space.
func places(body json.RawMessage) ([]byte, bool) {
	var at struct {
		Geometry json.RawMessage `json:"geometry"`
		Legs     []leg           `json:"legs"`
	}
	if json.Unmarshal(body, &at) != nil {
		return nil, false
	}
	text, err := json.Marshal(at) // compacts the raw members
	return text, err == nil
}
