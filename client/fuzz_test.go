package client

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"truce"
)

// What a server says is the text of a stranger: whatever it is, it is an error or
// an answer, and never a fault of ours.
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
