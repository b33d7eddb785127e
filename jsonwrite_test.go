package truce

import (
	"bytes"
	"encoding/json"
	"math"
	"testing"

	"pgregory.net/rapid"
)

func encoded(t *rapid.T, v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

func TestAppendJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.OneOf(rapid.Float64(), rapid.Float64Range(-1e-5, 1e-5), rapid.Float64Range(-1e22, 1e22), rapid.SampledFrom([]float64{0, math.Copysign(0, -1), 1e15, 1e21, 1e-6, 1e-9, 1e100, math.MaxFloat64}),
			rapid.Map(rapid.Int64(), func(n int64) float64 { return float64(n) })).Draw(t, "v")
		if got, want := string(AppendJSONNumber([]byte("x"), v)), "x"+encoded(t, v); got != want {
			t.Fatalf("%v: %s, want %s", v, got, want)
		}
		s := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ -~\x00-\x1f]*`), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(t, "s")
		if got, want := string(AppendJSONText([]byte("x"), s)), "x"+encoded(t, s); got != want {
			t.Fatalf("%q: %s, want %s", s, got, want)
		}
	})
}
