package proof

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/transparency-dev/formats/witness"
	"pgregory.net/rapid"

	"truce"
)

// threeWitnesses is a policy text with a log and three witnesses; more is appended.
func threeWitnesses(t testing.TB, more string) string {
	_, logKey := fixedLogKey(t)
	text := "# a policy\nlog " + logKey + " https://register.example/log\n"
	for i, name := range []string{"one", "two", "three"} {
		text += fmt.Sprintf("witness %s\t%s https://%s.example/w/\n", name, testCosigner(t, "w.example/"+name, byte(50+i)).Key(), name)
	}
	return text + more
}

func policyOf(t testing.TB, text string) *Policy {
	t.Helper()
	p, err := ParsePolicy([]byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return p
}

func TestParsePolicy(t *testing.T) {
	p := policyOf(t, threeWitnesses(t, "group two-of 2 one two three\n\n  quorum   two-of  \n"))
	if len(p.Logs) != 1 || p.Logs[0].Origin != origin || len(p.Witnesses) != 3 || p.Quorum != "two-of" || p.Witnesses[1].URL != "https://two.example/w" {
		t.Errorf("%+v", p)
	}
	policyOf(t, "quorum none\n")
	policyOf(t, "quorum none") // the last line end may be missing
	one := testCosigner(t, "w.example/one", 50).Key()
	_, logKey := fixedLogKey(t)
	for name, c := range map[string]struct {
		text string
		row  int
	}{
		"nothing":                  {"", 0},
		"no quorum":                {threeWitnesses(t, ""), 0},
		"two quorums":              {threeWitnesses(t, "quorum one\nquorum two\n"), 7},
		"unknown quorum":           {threeWitnesses(t, "quorum four\n"), 6},
		"unknown member":           {threeWitnesses(t, "group g any four\nquorum g\n"), 6},
		"later member":             {threeWitnesses(t, "group g any h\ngroup h any one\nquorum g\n"), 6},
		"itself":                   {threeWitnesses(t, "group g any g\nquorum g\n"), 6},
		"none as a member":         {threeWitnesses(t, "group g any none\nquorum g\n"), 6},
		"none as a name":           {threeWitnesses(t, "group none any one\nquorum none\n"), 6},
		"threshold 0":              {threeWitnesses(t, "group g 0 one\nquorum g\n"), 6},
		"threshold over":           {threeWitnesses(t, "group g 2 one\nquorum g\n"), 6},
		"threshold with a sign":    {threeWitnesses(t, "group g +1 one\nquorum g\n"), 6},
		"no member":                {threeWitnesses(t, "group g any\nquorum g\n"), 6},
		"a member of two groups":   {threeWitnesses(t, "group g any one\ngroup h any one\nquorum h\n"), 7},
		"a member twice":           {threeWitnesses(t, "group g any one one\nquorum g\n"), 6},
		"a name twice":             {threeWitnesses(t, "group one any two\nquorum one\n"), 6},
		"one key under two names":  {threeWitnesses(t, "witness again "+one+"\nquorum one\n"), 6},
		"a witness with log's key": {threeWitnesses(t, "witness self "+logKey+"\nquorum self\n"), 6},
		"a log twice":              {"log " + logKey + "\nlog " + logKey + "\nquorum none\n", 2},
		"a log with another key":   {"log " + one + "\nquorum none\n", 1},
		"another word":             {"logs " + logKey + "\nquorum none\n", 1},
		"too many words":           {"quorum none none\n", 1},
		"carriage return":          {"quorum none\r\n", 1},
		"a control character":      {"# \x00\nquorum none\n", 1},
		"an address of a file":     {"log " + logKey + " file:///etc/passwd\nquorum none\n", 1},
		"an address with a secret": {"log " + logKey + " https://a:b@c.example\nquorum none\n", 1},
	} {
		_, err := ParsePolicy([]byte(c.text))
		e, ok := err.(*truce.Error)
		if !ok || e.Code != truce.CodeInvalid || e.Row != c.row {
			t.Errorf("%s: %v, want row %d", name, err, c.row)
		}
	}
	if _, err := ParsePolicy(make([]byte, MaxPolicy+1)); truce.CodeOf(err) != truce.CodeTooLarge {
		t.Errorf("too long: %v", err)
	}
	many := strings.Repeat("log x\n", 65)
	if _, err := ParsePolicy([]byte(many)); err == nil {
		t.Error("65 logs are taken")
	}
}

func TestJudge(t *testing.T) {
	p := policyOf(t, threeWitnesses(t, "group pair all one two\ngroup either any pair three\nquorum either\n"))
	cp := logOf(t, 4).checkpoint()
	at := func(name string, n byte, when time.Time) Cosignature {
		return testCosigner(t, "w.example/"+name, n).Cosign(cp, when)
	}
	old, fresh := noon.Add(-2*time.Hour), noon.Add(-time.Minute)
	one, two, three := at("one", 50, fresh), at("two", 51, fresh), at("three", 52, old)
	for name, c := range map[string]struct {
		cosigned   []Cosignature
		met, fresh bool
		missing    int
	}{
		"nobody":                {nil, false, false, 3},
		"half of a pair":        {[]Cosignature{one}, false, false, 2},
		"the pair":              {[]Cosignature{one, two}, true, true, 1},
		"three, long ago":       {[]Cosignature{three}, true, false, 2},
		"all":                   {[]Cosignature{one, two, three}, true, true, 0},
		"a stranger":            {[]Cosignature{at("four", 60, fresh)}, false, false, 3},
		"a key of another name": {[]Cosignature{at("two", 50, fresh)}, false, false, 3},
		"from the future":       {[]Cosignature{at("three", 52, noon.Add(time.Hour))}, true, false, 2},
	} {
		j := p.Judge(cp.WithCosignatures(c.cosigned...), noon, time.Hour)
		if j.Met != c.met || j.Fresh != c.fresh || len(j.Missing) != c.missing {
			t.Errorf("%s: %+v, want met %v fresh %v, %d missing", name, j, c.met, c.fresh, c.missing)
		}
		if any := p.Judge(cp.WithCosignatures(c.cosigned...), noon, 0); any.Fresh != c.met {
			t.Errorf("%s: without an age: %+v", name, any)
		}
	}
	none := policyOf(t, "quorum none\n").Judge(cp, noon, 0)
	if !none.Met || none.Err(policyOf(t, "quorum none\n")) != nil {
		t.Errorf("none: %+v", none)
	}
}

// TestPolicyAgainstLibrary: for policies of any shape and any set of cosigners we
// say the same as the library's parser of the text itself.
func TestPolicyAgainstLibrary(t *testing.T) {
	cp := logOf(t, 2).checkpoint()
	const most = 5
	var keys []string
	var lines []Cosignature
	for i := range most {
		w := testCosigner(t, fmt.Sprintf("w.example/%d", i), byte(70+i))
		keys, lines = append(keys, w.Key()), append(lines, w.Cosign(cp, noon))
	}
	rapid.Check(t, func(t *rapid.T) {
		var free []string
		var text strings.Builder
		for i := range most {
			fmt.Fprintf(&text, "witness w%d %s https://w.example/\n", i, keys[i])
			free = append(free, fmt.Sprintf("w%d", i))
		}
		for g := range rapid.IntRange(0, 3).Draw(t, "groups") {
			n := rapid.IntRange(1, len(free)).Draw(t, "members")
			k := rapid.IntRange(1, n).Draw(t, "threshold")
			fmt.Fprintf(&text, "group g%d %d %s\n", g, k, strings.Join(free[:n], " "))
			free = append(slices.Clone(free[n:]), fmt.Sprintf("g%d", g))
		}
		fmt.Fprintf(&text, "quorum %s\n", rapid.SampledFrom(free).Draw(t, "quorum"))
		var there []Cosignature
		for i := range most {
			if rapid.Bool().Draw(t, "cosigned") {
				there = append(there, lines[i])
			}
		}
		ours, err := ParsePolicy([]byte(text.String()))
		theirs, err2 := witness.ParsePolicy([]byte(text.String()))
		if err != nil || err2 != nil {
			t.Fatalf("%v, %v\n%s", err, err2, text.String())
		}
		signed := cp.WithCosignatures(there...)
		if got, want := ours.Judge(signed, noon, 0).Met, theirs.Satisfied(signed.Note); got != want {
			t.Fatalf("met %v, the library says %v\n%s", got, want, text.String())
		}
	})
}

func TestVerifyReceiptUnder(t *testing.T) {
	r := scenario(t)
	rec := r.receipt(aidSite, genesis, cellList, aidEnrol, aidList)
	p := policyOf(t, threeWitnesses(t, "quorum one\n"))
	if _, _, err := VerifyReceiptUnder(rec.Marshal(), p, noon, 0); truce.CodeOf(err) != truce.CodeTampered {
		t.Errorf("unwitnessed: %v", err)
	}
	cp := r.checkpoint()
	rec.Checkpoint = cp.WithCosignatures(testCosigner(t, "w.example/one", 50).Cosign(cp, noon)).Note
	v, j, err := VerifyReceiptUnder(rec.Marshal(), p, noon, 0)
	if err != nil || len(j.Cosigned) != 1 || slices.Contains(v.Caveats, CaveatOneView) || slices.Contains(v.Caveats, CaveatCosigners) || !v.AuthorProven {
		t.Errorf("witnessed: %v %+v", err, v)
	}
	if _, _, err := VerifyReceiptUnder(rec.Marshal(), p, noon.Add(2*time.Hour), time.Hour); truce.CodeOf(err) != truce.CodeStale {
		t.Errorf("stale: %v", err)
	}
	if _, _, err := VerifyReceiptUnder(rec.Marshal(), policyOf(t, "quorum none\n"), noon, 0); truce.CodeOf(err) != truce.CodeTampered {
		t.Errorf("a log that the policy does not know: %v", err)
	}
}

func FuzzParsePolicy(f *testing.F) {
	f.Add([]byte(threeWitnesses(f, "group g 2 one two three\nquorum g\n")))
	f.Add([]byte("quorum none"))
	f.Add([]byte("witness a b\ngroup c all a\n#\n\t\nquorum c"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := ParsePolicy(data)
		if err == nil {
			p.Judge(&Checkpoint{Note: data}, noon, time.Hour) // whatever it is judged on
			return
		}
		if c := truce.CodeOf(err); c != truce.CodeInvalid && c != truce.CodeTooLarge {
			t.Fatalf("%s: %v", c, err)
		}
	})
}
