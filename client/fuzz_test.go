package client

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"net/http"
	"reflect"
	"testing"
	"time"

	"truce"

	"pgregory.net/rapid"
)

// What a server says is the text of a stranger: whatever it is, it is an error or
// an answer, and never a fault of ours.
// FuzzChecks: an answer to checks that is taken says what it knows of every query, and
// its Raw is JSON that is read as it was.
func FuzzChecks(f *testing.F) {
	asOf, found := `"asOf":{"logSize":3,"root":"r","ageS":0.5}`, `"query":{"shape":"Point"},"protections":[{"id":"site-1","name":"\u00e9\"","distanceM":0.5,"contested":true,"entry":2,"leg":1}],"windows":[{"noticeAt":7}]`
	for _, s := range []string{`{"results":[{"line":1,"answer":{` + asOf + `,` + found + `,"notice":"n"}},{"problem":{"code":"stale","status":503}}]}`,
		`{` + asOf + `,"notices":["a","\u2028"],"results":[{"line":1,"id":{},"answer":{` + found + `,"noticeAt":1,"slips":[]}},{"answer": {"noticeAt" : 0 , ` + asOf + `,"protections":[]} }]}`,
		`{"results":[{}]}`, `{"results":[{"answer":{"notice":"n","protections":[]}}]}`, `{"results":[{"answer":{` + asOf + `,"notice":"n"}}]}`, `{"notices":[],"results":[{"answer":{` + asOf + `,"noticeAt":0,"protections":[]}}]}`,
		`{"results":null}`, `{"results":[{"answer":null}]}`, `{"results":[{"answer":{"noticeAt":-3}}]}`,
		`{"results":[{"answer":{"asOf":{"logSize":0,"root":""},"noticeAt":-1,"notice":"n","protections":[]}}]}`,
		`{"results":[{"answer":{"noticeAt":0,"protections":[]},"answer":{"protections":[]}}]}`} {
		f.Add([]byte(s))
	}
	c := &Client{}
	f.Fuzz(func(t *testing.T, data []byte) {
		parts, err := readMany(data, 2)
		if err != nil {
			return
		}
		for i := range parts {
			if parts[i].answer.AsOf.Root != "" {
				return // would be asked of a server
			}
		}
		all, err := c.confirmed(t.Context(), parts)
		if err != nil {
			return
		}
		for i, r := range all {
			if r.Err != nil {
				continue
			}
			again, err := readOne(r.Answer.Raw())
			if err != nil || r.Answer.Notice == "" || r.Answer.Protections == nil {
				t.Fatalf("answer %d: %+v, %v: %s", i, r.Answer, err, r.Answer.Raw())
			}
			again.answer.told = r.Answer.told
			if !reflect.DeepEqual(&again.answer, r.Answer) {
				t.Fatalf("%+v, and by itself %+v: %s", r.Answer, again.answer, r.Answer.Raw())
			}
		}
	})
}

// Queries are written as the library writes them.
func TestWritten(t *testing.T) {
	instants := rapid.Ptr(rapid.Custom(func(t *rapid.T) time.Time {
		return time.Unix(rapid.Int64Range(-62135596800, 253402300799).Draw(t, "s"), rapid.SampledFrom([]int64{0, 120_000_000, 1}).Draw(t, "ns")).In(time.FixedZone("", rapid.SampledFrom([]int{0, 0, 10800}).Draw(t, "zone")))
	}), true)
	degrees := rapid.Ptr(rapid.Float64Range(-180, 180), true)
	queries := rapid.Custom(func(t *rapid.T) Query {
		return Query{At: rapid.SampledFrom([]string{"", "", "36, 37"}).Draw(t, "at"), Lat: degrees.Draw(t, "lat"), Lon: degrees.Draw(t, "lon"), RadiusM: rapid.SampledFrom([]float64{0, 0.1, 500}).Draw(t, "radius"),
			AccuracyM: rapid.SampledFrom([]float64{0, 1e-7}).Draw(t, "accuracy"), Time: instants.Draw(t, "time"), From: instants.Draw(t, "from"), Until: instants.Draw(t, "until"),
			AsKnownAt: rapid.Int64Range(-1, 2).Draw(t, "known"), MinEntry: rapid.Int64Range(0, 2).Draw(t, "entry")}
	})
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(queries, 0, 4).Draw(t, "queries")
		want, err := json.Marshal(map[string]any{"queries": append([]Query{}, all...)})
		got, err2 := appendQueries(nil, all)
		if (err == nil) != (err2 == nil) || err == nil && string(got) != string(want) {
			t.Fatalf("%s\n%s\n%v %v", got, want, err, err2)
		}
	})
	nan := math.NaN()
	if _, err := appendQueries(nil, []Query{{Lat: &nan, Lon: &nan}}); err == nil {
		t.Error("what is no number is written")
	}
}

func FuzzAnswers(f *testing.F) {
	for _, s := range []string{`{"code":"invalid","status":422,"detail":"x","errors":[{"pointer":"/a","row":3}]}`, `{"code":"novel","status":409}`, `{"Code":"00000"}`,
		`{"entry":1,"id":"ab","envelope":{"payloadType":"x","payload":"","signatures":[]}}`, `{"line":1,"problem":{}}`, "null", "[]", "", "{"} {
		f.Add([]byte(s), 422)
	}
	f.Fuzz(func(t *testing.T, body []byte, status int) {
		status = 100 + (status%500+500)%500
		err := readProblem(&http.Response{StatusCode: status, Body: io.NopCloser(bytes.NewReader(body))})
		if truce.CodeOf(err) == "" || err.Error() == "" {
			t.Fatalf("%d %q is the error %v", status, body, err)
		}
		s, err := readStatement(body)
		if err == nil && s.Envelope != nil && s.Envelope.Verify() != nil {
			t.Fatalf("%q: an envelope that does not verify is believed", body)
		}
		if err != nil && truce.CodeOf(err) == truce.CodeInternal {
			t.Fatal(err)
		}
		if err := eachLine(bytes.NewReader(body), func(line []byte) error {
			var l resultLine
			return readAnswer(line, &l)
		}); err != nil && truce.CodeOf(err) == truce.CodeInternal {
			t.Fatal(err)
		}
	})
}
