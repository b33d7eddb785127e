package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"truce"
	"truce/internal/check"
	"truce/internal/i18n"
	"truce/internal/tabular"
	"truce/proof"
)

func silent() *shell {
	return &shell{Streams: Streams{In: strings.NewReader(""), Out: io.Discard, Err: io.Discard, Env: func(string) string { return "" }}}
}

func eachCommand(cmd *cobra.Command, fn func(*cobra.Command)) {
	fn(cmd)
	for _, sub := range cmd.Commands() {
		eachCommand(sub, fn)
	}
}

func TestEveryCommandIsExplained(t *testing.T) {
	n := 0
	eachCommand(newRoot(silent()), func(cmd *cobra.Command) {
		n++
		if cmd.Example == "" {
			t.Errorf("%s has no example", cmd.CommandPath())
		}
		if cmd.Short == "" || strings.HasSuffix(cmd.Short, ".") {
			t.Errorf("%s: short help %q", cmd.CommandPath(), cmd.Short)
		}
		for _, text := range []string{cmd.Short, cmd.Long, cmd.Example} {
			if word, found := i18n.Reassures(i18n.English, text); found {
				t.Errorf("%s says %q", cmd.CommandPath(), word)
			}
		}
	})
	if n < 60 {
		t.Errorf("only %d commands were looked at", n)
	}
}

// Secrets never stand in flags, where others on the machine can read them.
func TestNoFlagTakesASecret(t *testing.T) {
	eachCommand(newRoot(silent()), func(cmd *cobra.Command) {
		for _, name := range []string{"passphrase", "password", "secret", "token", "private-key"} {
			if cmd.Flags().Lookup(name) != nil {
				t.Errorf("%s has a flag --%s", cmd.CommandPath(), name)
			}
		}
	})
}

func TestExitCodes(t *testing.T) {
	for _, c := range []struct {
		err  error
		want int
		text string
	}{
		{nil, 0, ""},
		{errors.New("odd"), truce.ExitFailed, "truce: error: odd\ntruce: hint: " + otherwise[truce.CodeInternal] + "\n"},
		{truce.E(truce.CodeTampered, "no match").WithHint("look"), truce.ExitTampered, "truce: error: no match\ntruce: hint: look\n"},
		{fmt.Errorf("around: %w", truce.E(truce.CodeNotFound, "gone")), truce.ExitNotFound, "truce: error: around: gone\ntruce: hint: " + otherwise[truce.CodeNotFound] + "\n"},
		{exitError(truce.ExitApplies), truce.ExitApplies, ""},
		{truce.Wrap(truce.CodeUnavailable, context.Canceled, "asked"), truce.ExitFailed, "truce: error: stopped\n"},
		{errors.Join(truce.E(truce.CodeStale, "old"), nil), truce.ExitStale, "truce: error: old\ntruce: hint: " + otherwise[truce.CodeStale] + "\n"},
	} {
		var out bytes.Buffer
		if got := report(&out, c.err); got != c.want || out.String() != c.text {
			t.Errorf("%v: exit %d %q, want %d %q", c.err, got, out.String(), c.want, c.text)
		}
	}
}

func TestPlainTakesOutWhatATerminalObeys(t *testing.T) {
	for in, want := range map[string]string{
		"مستشفى الرازي":          "مستشفى الرازي",
		"a\x1b[31mred\x07":       "a[31mred",
		"two\nlines\r":           "twolines",
		"\u202eevil\u2066x":      "evilx",
		"\u009b2Jcleared":        "2Jcleared",
		"tab\tand \u007f delete": "taband  delete",
	} {
		if got := plain(in); got != want {
			t.Errorf("plain(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFormOfABatch(t *testing.T) {
	for _, c := range []struct {
		name, content string
		want          batchFormat
	}{
		{"x.csv", `lat,lon`, batchCSV},
		{"-", "lat,lon\n1,2\n", batchCSV},
		{"-", `{"at":"36.2, 37.1"}`, batchNDJSON},
		{"-", "\xef\xbb\xbf \n{ \"lat\": 1}", batchNDJSON},
		{"-", `{"type":"Feature"}`, batchGeoJSON},
		{"-", "\x1e{\n \"type\" : \"Point\"}", batchGeoJSON},
		{"places.json", `{"features":[]}`, batchGeoJSON},
		{"places.json", `{"shape":{"type":"Point"}}`, batchNDJSON},
		{"places.GEOJSON", `whatever`, batchGeoJSON},
		{"places.jsonl", `whatever`, batchNDJSON},
		{"-", `{`, batchNDJSON},
		{"-", `{"`, batchNDJSON},
		{"-", ``, batchCSV},
	} {
		if got := formatOf(c.name, bufio.NewReader(strings.NewReader(c.content))); got != c.want {
			t.Errorf("%s %q: %s, want %s", c.name, c.content, got, c.want)
		}
	}
}

func TestTimesAreReadWide(t *testing.T) {
	from, until, err := parseTime("time", "2016-08-11")
	if err != nil || from.Format(time.RFC3339) != "2016-08-10T10:00:00Z" || until.Format(time.RFC3339) != "2016-08-12T12:00:00Z" {
		t.Errorf("a day without a zone is %v to %v, %v", from, until, err)
	}
	from, until, err = parseTime("time", "2016-08-11T10:00:00+03:00")
	if err != nil || !from.Equal(until) || from.Format(time.RFC3339) != "2016-08-11T07:00:00Z" {
		t.Errorf("an instant is %v to %v, %v", from, until, err)
	}
	for _, text := range []string{"", "soon", "2016-13-01", "2016-08-11T10:00", "11.8.2016"} {
		if _, _, err := parseTime("time", text); truce.CodeOf(err) != truce.CodeUsage {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// The checked reader of lines gives every line once, however it is cut.
func TestReadLine(t *testing.T) {
	long := strings.Repeat("x", 5000)
	in := bufio.NewReaderSize(strings.NewReader("one\r\n\n"+long+"\nlast"), 16)
	for _, want := range []string{"one", "", long, "last"} {
		line, err := readLine(in, 6000)
		if string(line) != want || (err != nil) != (want == "last") {
			t.Fatalf("%.10q, %v; want %.10q", line, err, want)
		}
	}
	in = bufio.NewReaderSize(strings.NewReader(long), 16)
	if _, err := readLine(in, 100); truce.CodeOf(err) != truce.CodeTooLarge {
		t.Errorf("a line that is too long: %v", err)
	}
}

// taking counts what is handed in.
type taking struct {
	statements
	got [][]byte
}

func (s *taking) Submit(_ context.Context, envelopes [][]byte) []outcome {
	s.got = append(s.got, envelopes...)
	out := make([]outcome, len(envelopes))
	for i, e := range envelopes {
		if _, err := proof.ParseEnvelope(e); err != nil {
			out[i].Err = err
		}
	}
	return out
}

func FuzzSubmission(f *testing.F) {
	for _, seed := range []string{"", "{}\n{}\n", "{\n\"a\":1\n}", "{\"payloadType\":\"x\",\n\"payload\":\"\"}\n", "\xef\xbb\xbf{}", "a\r\n\r\n{\n", "{\n{}\n{}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		to := &taking{}
		s := &submission{shell: silent(), r: &register{statements: to}, lines: bufio.NewReader(bytes.NewReader(data))}
		if err := s.run(t.Context()); err != nil && truce.CodeOf(err) != truce.CodeTooLarge {
			t.Fatalf("%v", err)
		}
		if s.sent != len(to.got) || len(to.got) > 1+bytes.Count(data, []byte{'\n'}) {
			t.Fatalf("%d answers for %d envelopes in %q", s.sent, len(to.got), data)
		}
		for _, e := range to.got {
			if len(bytes.TrimSpace(e)) == 0 {
				t.Fatal("an empty envelope was handed in")
			}
		}
	})
}

// Whatever stands in a line, either it is a question with a place that holds, or
// there is an error: never a question about another place.
func FuzzQuestion(f *testing.F) {
	for _, seed := range []string{`{"at":"36.2128, 37.1166","radiusM":500}`, `{"lat":36,"lon":37,"accuracyM":5}`, `{"shape":{"type":"Point","coordinates":[37,36]}}`,
		`{"at":"x","lat":1,"lon":2}`, `{"lat":1}`, `{}`, `{"time":"2016-08-11","from":"2016"}`, `{"lat":1e400,"lon":2}`, `{"at":null}`, `[]`, `{"lat":1,"lat":2,"lon":3}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		var q question
		if strictQuestion(line, &q) != nil {
			return
		}
		query, _, err := q.query(i18n.English)
		if err == nil && query.Shape.IsZero() {
			t.Fatalf("%s has no place", line)
		}
		if err != nil && truce.CodeOf(err) == truce.CodeInternal {
			t.Fatalf("%s: %v", line, err)
		}
	})
}

// An answer to a batch has the members of a single answer beside the row.
func TestBatchAnswerForm(t *testing.T) {
	var out bytes.Buffer
	compactJSON(&out, batchAnswer{Row: 3, Answer: &check.Answer{Notice: "n"}})
	if text := out.String(); !strings.HasPrefix(text, `{"row":3,"asOf":`) || strings.Contains(text, "error") {
		t.Error(text)
	}
	out.Reset()
	compactJSON(&out, batchAnswer{Row: 3, problem: problemOf(truce.E(truce.CodeInvalid, "no"))})
	if text := out.String(); text != `{"row":3,"error":"no","code":"invalid"}`+"\n" {
		t.Error(text)
	}
}

func TestNumberedCopies(t *testing.T) {
	for n, want := range map[int]string{1: "a/list.rejects.csv", 2: "a/list.rejects-2.csv", 12: "a/list.rejects-12.csv"} {
		if got := numbered("a/list.rejects.csv", n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
	for list, want := range map[string]string{"a/sites.csv": "a/sites.rejects.csv", "sites.csv.gz": "sites.rejects.csv", "noext": "noext.rejects.csv"} {
		if got := newRejectsCopy(list, "", tabular.Header{}).wanted; got != want {
			t.Errorf("%s: %s, want %s", list, got, want)
		}
	}
}
