package protected

import (
	"testing"
	"time"

	"truce"
)

// at reads a test's time; "" is the zero time.
func at(t *testing.T, s string) time.Time {
	t.Helper()
	if s == "" {
		return time.Time{}
	}
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// life reads the dates of a site with that body, as registered, revalidated and withdrawn.
func life(t *testing.T, body, revalidate, withdrawnAt string) Life {
	t.Helper()
	o := &Object{}
	if revalidate != "" {
		o.Freshened = &Version{Body: []byte(revalidate)}
	}
	if withdrawnAt != "" {
		o.Withdrawn = &Withdrawal{At: at(t, withdrawnAt)}
	}
	content, err := truce.ParseContent([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	l, err := o.Life(content)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestStateAt(t *testing.T) {
	const (
		exact   = `{"validFrom":"2016-08-11T10:00:00+03:00","validUntil":"2016-08-11T13:00:00+03:00"}`
		days    = `{"validFrom":{"at":"2016-03-25","zone":"Asia/Damascus"},"validUntil":{"at":"2016-03-25","zone":"Asia/Damascus"}}`
		zonless = `{"validFrom":"2016-08-11","validUntil":"2016-08-11"}`
		month   = `{"validUntil":{"at":"2016-08","zone":"UTC"}}`
		unknown = `{"validFrom":{"precision":"unknown"},"validUntil":{"precision":"unknown"}}`
		fresh   = `{"revalidateBy":"2016-08-11T10:00:00Z","validUntil":"2016-08-12T00:00:00Z"}`
	)
	for _, c := range []struct {
		name, body, revalidate, withdrawn, from, until string
		want                                           State
	}{
		{"no dates", `{}`, "", "", "1999-01-01T00:00:00Z", "", InForce},
		{"a second before the start", exact, "", "", "2016-08-11T06:59:59Z", "", Later},
		{"the start is in", exact, "", "", "2016-08-11T07:00:00Z", "", InForce},
		{"a second before the end", exact, "", "", "2016-08-11T09:59:59Z", "", InForce},
		{"the end is out", exact, "", "", "2016-08-11T10:00:00Z", "", Lapsed},
		{"a period that ends at the start", exact, "", "", "2016-08-11T06:00:00Z", "2016-08-11T07:00:00Z", Later},
		{"a period that reaches in by a second", exact, "", "", "2016-08-11T06:00:00Z", "2016-08-11T07:00:01Z", InForce},
		{"a period from the last second", exact, "", "", "2016-08-11T09:59:59Z", "2016-08-12T00:00:00Z", InForce},
		{"a period from the end", exact, "", "", "2016-08-11T10:00:00Z", "2016-08-12T00:00:00Z", Lapsed},
		{"a period around it", exact, "", "", "2016-08-01T00:00:00Z", "2016-09-01T00:00:00Z", InForce},
		// Syria went to summer time at 00:00 on 25 March 2016: that day began at 01:00 +03, 22:00Z, and had 23 hours.
		{"day precision, before the short day", days, "", "", "2016-03-24T21:59:59Z", "", Later},
		{"day precision, its first moment", days, "", "", "2016-03-24T22:00:00Z", "", InForce},
		{"day precision, its last second", days, "", "", "2016-03-25T20:59:59Z", "", InForce},
		{"day precision, the next day", days, "", "", "2016-03-25T21:00:00Z", "", Lapsed},
		{"a day of no zone begins in the east", zonless, "", "", "2016-08-10T10:00:00Z", "", InForce},
		{"and before that", zonless, "", "", "2016-08-10T09:59:59Z", "", Later},
		{"a day of no zone ends in the west", zonless, "", "", "2016-08-12T11:59:59Z", "", InForce},
		{"and after that", zonless, "", "", "2016-08-12T12:00:00Z", "", Lapsed},
		{"until a month, its last second", month, "", "", "2016-08-31T23:59:59Z", "", InForce},
		{"until a month, the next", month, "", "", "2016-09-01T00:00:00Z", "", Lapsed},
		{"unknown ends are open", unknown, "", "", "2090-01-01T00:00:00Z", "", InForce},
		{"before revalidation is due", fresh, "", "", "2016-08-11T09:59:59Z", "", InForce},
		{"revalidation is due", fresh, "", "", "2016-08-11T10:00:00Z", "", Stale},
		{"a period in which it falls due", fresh, "", "", "2016-08-11T09:00:00Z", "2016-08-11T11:00:00Z", InForce},
		{"lapsed is told before stale", fresh, "", "", "2016-08-12T00:00:00Z", "", Lapsed},
		{"revalidated", fresh, `{"revalidateBy":"2016-08-11T20:00:00Z"}`, "", "2016-08-11T12:00:00Z", "", InForce},
		{"revalidated to an earlier date", fresh, `{"revalidateBy":"2016-08-11T08:00:00Z"}`, "", "2016-08-11T09:00:00Z", "", Stale},
		{"withdrawn before", `{}`, "", "2016-08-11T10:00:00Z", "2016-08-11T10:00:01Z", "", Withdrawn},
		{"withdrawn at that moment", `{}`, "", "2016-08-11T10:00:00Z", "2016-08-11T10:00:00Z", "", Withdrawn},
		{"withdrawn after", `{}`, "", "2016-08-11T10:00:00Z", "2016-08-11T09:59:59Z", "", InForce},
		{"withdrawn within the period", `{}`, "", "2016-08-11T10:00:00Z", "2016-08-11T09:00:00Z", "2016-08-11T11:00:00Z", InForce},
		{"withdrawn is told before lapsed", exact, "", "2016-08-11T12:00:00Z", "2016-08-12T00:00:00Z", "", Withdrawn},
	} {
		from := at(t, c.from)
		until := from
		if c.until != "" {
			until = at(t, c.until)
		}
		if got := life(t, c.body, c.revalidate, c.withdrawn).At(from, until); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestLifeRefusesWhatCannotBeRead(t *testing.T) {
	bad := truce.When{At: "yesterday", Precision: truce.Exact}
	for _, c := range []truce.Content{{ValidFrom: bad}, {ValidUntil: bad}, {RevalidateBy: bad}} {
		if _, err := (&Object{}).Life(&c); truce.CodeOf(err) != truce.CodeInvalid {
			t.Errorf("%+v: %v, want an error", c, err)
		}
	}
	if _, err := (&Object{Freshened: &Version{Body: []byte(`[`)}}).Life(&truce.Content{}); err == nil {
		t.Error("an unreadable revalidation must be an error")
	}
}

func TestWithin(t *testing.T) {
	a, b, c := at(t, "2016-08-01T00:00:00Z"), at(t, "2016-08-02T00:00:00Z"), at(t, "2016-08-03T00:00:00Z")
	for _, x := range []struct{ p, outer, want Period }{
		{Period{}, Period{a, c}, Period{a, c}},
		{Period{From: b}, Period{a, c}, Period{b, c}},
		{Period{Until: b}, Period{a, c}, Period{a, b}},
		{Period{a, c}, Period{b, b}, Period{a, c}},
		{Period{From: c}, Period{a, b}, Period{From: c}}, // a leg planned to begin after its movement is over is not over by then
		{Period{From: b}, Period{a, b}, Period{From: b}},
		{Period{Until: a}, Period{b, c}, Period{Until: a}},
		{Period{From: b}, Period{}, Period{From: b}},
	} {
		if got := x.p.Within(x.outer); got != x.want {
			t.Errorf("%v within %v: %v, want %v", x.p, x.outer, got, x.want)
		}
	}
}
