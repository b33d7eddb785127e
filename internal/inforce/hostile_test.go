package inforce

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"truce"
	"truce/internal/view/agreement"
)

// one record with one act, neither of them checked by anybody.
func unchecked(object string, body, said []byte, kind truce.Kind) *Model {
	return NewModel(2, []*agreement.Record{{Subject: object + "-1", Object: object, Owner: "aa", Status: truce.Actual,
		Versions: []agreement.Version{{ID: id(0), Author: "aa", At: start, Body: body}},
		Said:     []agreement.Said{{Entry: 1, ID: id(1), Kind: kind, Author: "bb", At: start.Add(time.Hour), Version: id(0), Body: said}}}})
}

// FuzzEvaluate: whatever stands in the view, an answer can be written, or an error
// says that the entry cannot be read.
func FuzzEvaluate(f *testing.F) {
	for i, body := range []string{`{}`, `[]`, `null`, text(agreed()), text(agreed("durationHours", 1e9, "extension", obj("mode", "automatic", "hours", 1e-12))),
		`{"parties":[{"party":"bb","roles":["signatory"]}],"until":"9999-12-31T23:59:59-12:00","acceptBy":"0000-01-01T00:00:00+14:00","entryIntoForce":{"mode":"instant","at":"9999"}}`,
		`{"windowKind":"corridor","segments":[{"id":"s1"}],"parties":[{"party":"bb","roles":["signatory"]}],"schedule":{"instants":["2016-02-20T07:00:00Z/2016-02-20T10:00:00Z"]}}`,
		`{"windowKind":"unheard-of","steps":[{"id":"a","against":["a"],"agreed":-5}],"holdingPoints":[{"id":"h"}],"counterparts":["window-1"],"agreement":"agreement-1"}`,
		`{"parent":"agreement-1","supersedes":["agreement-1"],"clauses":[{"id":"c1"},{"id":"c1","who":["bb"]}]}`} {
		f.Add(i%2 == 0, []byte(body), []byte(`{"until":"9999-12-31T23:59:59-12:00","from":"0000-01-01T00:00:00+14:00","at":"9999","clauses":["c1"],"step":"a","segment":"h","enteredAt":"0000","passage":"p"}`), uint8(i), int64(i)*1e9)
	}
	kinds := []truce.Kind{truce.AgreementAccept, truce.AgreementDenounce, truce.AgreementSuspend, truce.AgreementExtend, truce.WindowExtend, truce.WindowAbort,
		truce.CorridorAttest, truce.CorridorPass, truce.StepCount, truce.WindowNeed, truce.WindowContact, truce.AgreementDeposit, truce.AgreementFulfil}
	f.Fuzz(func(t *testing.T, window bool, body, said []byte, kind uint8, seconds int64) {
		object := map[bool]string{true: "window", false: "agreement"}[window]
		m := unchecked(object, body, said, kinds[int(kind)%len(kinds)])
		a, err := Evaluate(m, Query{At: start.Add(time.Duration(seconds)), Viewer: registrar})
		if err != nil {
			if code := truce.CodeOf(err); code != truce.CodeInternal && code != truce.CodeInvalid {
				t.Fatal(err)
			}
			return
		}
		if _, err := json.Marshal(a); err != nil {
			t.Fatal(err)
		}
		a.Waiting()
		for _, w := range a.Windows {
			if w.Ready {
				t.Fatalf("ready: %+v", w)
			}
		}
	})
}

// TestFarTimes: somebody's time at the end of all years keeps nobody from an answer.
func TestFarTimes(t *testing.T) {
	for _, far := range []string{"9999-12-31T23:59:59-12:00", "0000-01-01T00:00:00+14:00"} {
		body := agreed("until", far, "acceptBy", far, "entryIntoForce", obj("mode", "instant", "at", far))
		m := unchecked("agreement", []byte(text(body)), []byte(fmt.Sprintf(`{"from":%q}`, far)), truce.AgreementAccept)
		for _, at := range []string{"0001-01-01T00:00:01Z", "2016-03-01T00:00:00Z", "9999-12-31T23:59:59Z"} {
			a, err := Evaluate(m, Query{At: utc(at), Viewer: registrar})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := json.Marshal(a); err != nil {
				t.Errorf("%s at %s: %v", far, at, err)
			}
		}
	}
	if _, err := Evaluate(NewModel(0, nil), Query{At: utc("9999-12-31T23:59:59Z").Add(time.Hour)}); truce.CodeOf(err) != truce.CodeInvalid {
		t.Errorf("%v", err)
	}
}

// TestManyActs: a party that says the same ten thousand times costs no more than
// the reading of it.
func TestManyActs(t *testing.T) {
	const n = 10_000
	r := &agreement.Record{Subject: a1, Object: "agreement", Owner: "aa", Status: truce.Actual,
		Versions: []agreement.Version{{ID: id(0), Author: "aa", At: start, Body: []byte(text(agreed("durationHours", 1, "parties", signatories("bb"))))}}}
	say := func(kind truce.Kind, body string) {
		k := int64(len(r.Said) + 1)
		r.Said = append(r.Said, agreement.Said{Entry: k, ID: id(k), Kind: kind, Author: "bb", At: start, Version: id(0), Body: []byte(body)})
	}
	say(truce.AgreementAccept, `{}`)
	for i := range n {
		from := start.Add(time.Duration(i) * time.Hour)
		say(truce.AgreementExtend, fmt.Sprintf(`{"from":%q,"until":%q}`, from.Format(time.RFC3339), from.Add(90*time.Minute).Format(time.RFC3339)))
	}
	m := NewModel(n, []*agreement.Record{r})
	a, err := Evaluate(m, Query{At: start.Add(n / 2 * time.Hour), Viewer: registrar})
	if err != nil || a.Agreements[0].State != Declared {
		t.Errorf("%+v %v", a, err)
	}
}
