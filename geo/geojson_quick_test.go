package geo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// slowly reads coordinates with the decoder only.
func slowly(t ShapeType, raw []byte) (Shape, bool) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	c := &coords{dec: dec, max: 20}
	s, err := placed(t, c)
	if c.anyZ {
		s.Z = c.z
	}
	return s, err == nil
}

// TestQuickCoords: whatever is read without the decoder is what the decoder reads.
func TestQuickCoords(t *testing.T) {
	number := rapid.SampledFrom([]string{"37.1166", "-0", "0", "-179.5", "90", "180.0", "01", "1e1", "1.", ".5", "-", "181", "+1", "null", `"1"`, "[1]", "0.1e-2"})
	gap := rapid.SampledFrom([]string{"", "", "", " ", "\n\t"})
	var nested func(rt *rapid.T, depth int) string
	nested = func(rt *rapid.T, depth int) string {
		items := make([]string, rapid.IntRange(rapid.SampledFrom([]int{0, 1, 2, 2}).Draw(rt, "least"), 4).Draw(rt, "items"))
		for i := range items {
			if items[i] = number.Draw(rt, "number"); depth > 0 {
				items[i] = nested(rt, depth-1)
			}
			items[i] = gap.Draw(rt, "gap") + items[i] + gap.Draw(rt, "gap")
		}
		return "[" + strings.Join(items, ",") + "]"
	}
	rapid.Check(t, func(rt *rapid.T) {
		raw := []byte(nested(rt, rapid.IntRange(0, 3).Draw(rt, "depth")))
		if at := rapid.IntRange(0, 3*len(raw)).Draw(rt, "spoiled"); at < len(raw) {
			raw[at] = rapid.SampledFrom([]byte(`[],"1 .-e`)).Draw(rt, "by")
		}
		for _, kind := range []ShapeType{TypePoint, TypeLineString, TypePolygon, TypeMultiPolygon} {
			q := &quickCoords{data: raw, left: 20}
			s, err := placed(kind, q)
			if err != nil || !q.end() {
				continue
			}
			s.Z = q.z
			want, ok := slowly(kind, raw)
			if !ok || fmt.Sprint(s) != fmt.Sprint(want) {
				rt.Fatalf("%s as a %s: %v, the decoder says %v, %v", raw, kind, s, want, ok)
			}
		}
	})
	for raw, kind := range map[string]ShapeType{"[37.1,36.2]": TypePoint, "[ -0 , 0.5 , 12.25 ]": TypePoint, "[[37,36],[37.1,36.1]]": TypeLineString,
		"[[[37,36],[37.1,36],[37.1,36.1],[37,36]]]": TypePolygon, "[[[[37,36],[37.1,36],[37.1,36.1],[37,36]]]]": TypeMultiPolygon} {
		q := &quickCoords{data: []byte(raw), left: 20}
		if _, err := placed(kind, q); err != nil || !q.end() {
			t.Errorf("%s is read slowly", raw)
		}
	}
}
