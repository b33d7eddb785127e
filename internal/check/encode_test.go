package check

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"truce"
	"truce/internal/view/protected"
)

// instants are times as answers have them.
var instants = rapid.Custom(func(t *rapid.T) time.Time {
	return time.Unix(rapid.Int64Range(-62135596800, 253402300799).Draw(t, "s"), rapid.SampledFrom([]int64{0, 0, 1, 120_000_000, 999_999_999}).Draw(t, "ns")).UTC()
})

func optionally[T any](g *rapid.Generator[T]) *rapid.Generator[*T] { return rapid.Ptr(g, true) }

var tellings = rapid.Custom(func(t *rapid.T) Protection {
	text := func(name string) string { return rapid.OneOf(rapid.Just(""), rapid.String()).Draw(t, name) }
	metres := func(name string) float64 {
		return rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(0, 1e6)).Draw(t, name)
	}
	flag := func(name string) bool { return rapid.Bool().Draw(t, name) }
	return Protection{ID: text("id"), Kind: text("kind"), Type: text("type"), Name: text("name"), Operator: text("operator"), DistanceM: metres("d"), AccuracyM: metres("a"),
		State: protected.State(text("state")), InForceFrom: optionally(instants).Draw(t, "from"), InForceUntil: optionally(instants).Draw(t, "until"),
		RevalidateBy: optionally(instants).Draw(t, "by"), Withdrawn: text("withdrawn"), Contested: flag("contested"), Verification: text("verification"), Differs: flag("differs"),
		Leg: optionally(rapid.IntRange(0, 12)).Draw(t, "leg"), Part: text("part"), Entry: rapid.Int64Min(0).Draw(t, "entry"), Version: text("version"),
		Status: truce.Status(text("status")), Exercise: flag("exercise")}
})

var answers = rapid.Custom(func(t *rapid.T) *Answer {
	raw := rapid.SliceOfN(rapid.SampledFrom([]json.RawMessage{json.RawMessage(`{"id":"a<b"}`), json.RawMessage(`{}`)}), 0, 3)
	return &Answer{
		AsOf: AsOf{LogSize: rapid.Int64Range(0, 9).Draw(t, "size"), Root: rapid.String().Draw(t, "root"), LastEntry: rapid.Int64Range(-1, 9).Draw(t, "last"), LastEntryTime: instants.Draw(t, "time"),
			AgeS: rapid.Float64Range(0, 1e12).Draw(t, "age"), Register: rapid.String().Draw(t, "register"), Exercise: rapid.Bool().Draw(t, "exercise"), Lag: rapid.Int64Min(0).Draw(t, "lag")},
		Query: Echo{Shape: rapid.String().Draw(t, "shape"), RadiusM: rapid.Float64Range(0, 1e6).Draw(t, "radius"), From: instants.Draw(t, "from"), Until: instants.Draw(t, "until"),
			AsKnownAt: rapid.Int64Range(0, 2).Draw(t, "known")},
		Protections: append([]Protection{}, rapid.SliceOfN(tellings, 0, 3).Draw(t, "protections")...),
		Agreements:  append([]json.RawMessage{}, raw.Draw(t, "agreements")...), Windows: append([]json.RawMessage{}, raw.Draw(t, "windows")...),
		Notice: rapid.SampledFrom([]string{"", "Nothing registered here", "<\"é>", "\u2028"}).Draw(t, "notice")}
})

// TestEncoder: one Encoder writes answer after answer in the bytes of the library.
func TestEncoder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var e Encoder
		for range rapid.IntRange(1, 4).Draw(t, "n") {
			a := answers.Draw(t, "answer")
			for range 2 {
				var want bytes.Buffer
				enc := json.NewEncoder(&want)
				enc.SetEscapeHTML(false)
				if err := enc.Encode(a); err != nil {
					t.Fatal(err)
				}
				if got := "{" + string(e.Members(nil, a)) + "}\n"; got != want.String() {
					t.Fatalf("%s\n%s", got, want.String())
				}
			}
		}
	})
}
