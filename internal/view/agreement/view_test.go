package agreement

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"truce"
	"truce/internal/store"
)

const (
	body1   = `{"names":[{"text":"One"}],"class":"pause","parties":[{"party":"xx","roles":["signatory"]}]}`
	renamed = `{ "names": [{"text":"Two"}], "class":"pause","parties":[{"party":"xx","roles":["signatory"]}], "notes":"n"}`
	body2   = `{"names":[{"text":"One"}],"class":"pause","noticeHours":3,"parties":[{"party":"xx","roles":["signatory"]}]}`
)

// TestVersions: what only describes keeps the terms, everything else makes new ones.
func TestVersions(t *testing.T) {
	l := newLog(t)
	l.say(truce.AgreementRegister, "cell", a1, body1, "public")
	l.say(truce.AgreementAmend, "cell", a1, renamed)
	l.say(truce.AgreementAccept, "xx", a1, 1)
	l.say(truce.AgreementAmend, "cell", a1, body2)
	l.say(truce.AgreementAmend, "cell", a1, body1)
	rec, err := l.record(a1, truce.Now)
	l.must(err)
	var terms []int64
	for _, v := range rec.Versions {
		terms = append(terms, v.Terms)
	}
	if !slices.Equal(terms, []int64{0, 0, 3, 4}) || rec.Object != "agreement" || rec.Owner != "cell" || rec.First != 0 {
		t.Errorf("%v %+v", terms, rec)
	}
	if len(rec.Said) != 1 || rec.Said[0].Terms != 0 || rec.Said[0].Version != idOf(1) {
		t.Errorf("%+v", rec.Said)
	}
	past, err := l.record(a1, 2)
	if err != nil || len(past.Versions) != 2 || len(past.Said) != 0 || past.Newest().ID != idOf(1) {
		t.Errorf("%+v %v", past, err)
	}
	if h := l.head(a1); h.Version != idOf(4) || h.Terms != 4 || string(h.Body) != body1 || !h.Registered.Equal(start) || len(h.Audience) != 0 {
		t.Errorf("%+v", h)
	}
	if _, err := l.record("agreement-2", truce.Now); truce.CodeOf(err) != truce.CodeNotFound {
		t.Errorf("%v", err)
	}
	l.replayed()
}

// TestVoid: what speaks of a version that is not there, of another status, or after
// a withdrawal, is listed and changes nothing.
func TestVoid(t *testing.T) {
	l := newLog(t)
	l.say(truce.WindowAnnounce, "xx", w1, `{"windowKind":"pause"}`)
	l.say(truce.WindowAccept, "yy", w1, `{"version":"nothing"}`)
	l.say(truce.WindowAnnounce, "yy", w1, `{"windowKind":"corridor"}`)
	l.say(truce.AgreementAmend, "yy", w1, body1)
	l.say(truce.WindowAccept, "yy", w1, 0)
	l.status = truce.Exercise
	l.say(truce.WindowAccept, "zz", w1, 0)
	l.say(truce.WindowAmend, "xx", w1, `{"windowKind":"corridor"}`)
	l.status = truce.Actual
	l.say(truce.WindowWithdraw, "xx", w1, `{"reason":"cancelled"}`)
	l.say(truce.WindowAmend, "xx", w1, `{"windowKind":"corridor"}`)
	rec, err := l.record(w1, truce.Now)
	if err != nil || len(rec.Versions) != 1 || rec.Withdrawn == nil || rec.Withdrawn.Entry != 7 || len(rec.Said) != 1 || rec.Said[0].Entry != 4 {
		t.Errorf("%+v %v", rec, err)
	}
	if h := l.head(w1); h.State != truce.ObjectWithdrawn || string(h.Body) != `{"windowKind":"pause"}` {
		t.Errorf("%+v", h)
	}
	l.view(func(ctx context.Context, r store.Reader) error {
		entries, err := l.v.Entries(ctx, r, w1, truce.Now)
		if len(entries) != 9 {
			t.Errorf("the entries about it are %v", entries)
		}
		return err
	})
}

func TestStanding(t *testing.T) {
	l := newLog(t)
	l.say(truce.AgreementRegister, "cell", a1, body1)
	l.say(truce.AgreementAccept, "xx", a1, 0)
	l.say(truce.AgreementSuspend, "xx", a1, 0)
	l.say(truce.AgreementExtend, "xx", a1, 0)
	l.say(truce.AgreementAccept, "yy", a1, 0)
	l.view(func(ctx context.Context, r store.Reader) error {
		s, err := l.v.AgreementStanding(ctx, r, a1, "xx")
		if err != nil || s.Kind != truce.AgreementSuspend || s.Entry != 2 || s.Terms != 0 {
			t.Errorf("%+v %v", s, err)
		}
		none, err := l.v.AgreementStanding(ctx, r, a1, "zz")
		if err != nil || none != nil {
			t.Errorf("%+v %v", none, err)
		}
		bound, err := l.v.AgreementBound(ctx, r, a1, 0)
		if !slices.Equal(bound, []string{"xx", "yy"}) {
			t.Errorf("%v", bound)
		}
		return err
	})
}

func TestErase(t *testing.T) {
	l := newLog(t)
	l.say(truce.AgreementRegister, "cell", a1, body1)
	l.say(truce.WindowAnnounce, "xx", w1, `{"windowKind":"pause"}`)
	l.say(truce.AgreementAccept, "xx", a1, 0)
	l.say(truce.EraseContent, "cell", a1, `{"reason":"legal"}`, "party:xx")
	if l.entries[0].Statement != nil || l.entries[2].Statement != nil || l.entries[1].Statement == nil {
		t.Error("the content of its entries, and of no others, is to be erased")
	}
	rec, err := l.record(a1, 1)
	if err != nil || rec.Erased == nil || rec.Erased.Reason != "legal" || len(rec.Versions) != 0 {
		t.Errorf("%+v %v", rec, err)
	}
	if h := l.head(a1); h.State != truce.ObjectErased || h.Owner != "cell" || h.Body != nil {
		t.Errorf("%+v", h)
	}
	l.view(func(ctx context.Context, r store.Reader) error {
		changed, err := l.v.Changed(ctx, r, 0, truce.Now)
		if !slices.Equal(changed, []string{a1, w1}) {
			t.Errorf("%v", changed)
		}
		var seen []string
		if err := l.v.Each(ctx, r, truce.Now, Filter{Object: "window"}, func(r *Record) error { seen = append(seen, r.Subject); return nil }); err != nil {
			return err
		}
		if !slices.Equal(seen, []string{w1}) {
			t.Errorf("%v", seen)
		}
		return err
	})
	l.replayed()
}

// Each check makes a database; -rapid.checks asks for more.
func init() { flag.Set("rapid.checks", "20") }

// TestReplayOfAnything: whatever comes, in any order, a replay gives the same bytes.
func TestReplayOfAnything(t *testing.T) {
	kinds := []truce.Kind{truce.AgreementRegister, truce.AgreementAmend, truce.AgreementWithdraw, truce.AgreementAccept, truce.AgreementDenounce,
		truce.WindowAnnounce, truce.WindowAmend, truce.WindowAccept, truce.CorridorPass, truce.EraseContent, truce.SiteRegister}
	rapid.Check(t, func(rt *rapid.T) {
		l := newLog(t)
		for range rapid.IntRange(1, 20).Draw(rt, "entries") {
			kind := rapid.SampledFrom(kinds).Draw(rt, "kind")
			body := any(rapid.SampledFrom([]string{body1, renamed, body2, `[]`}).Draw(rt, "body"))
			if truce.Stands(kind) || kind == truce.CorridorPass {
				body = rapid.IntRange(0, 20).Draw(rt, "version")
			}
			l.say(kind, rapid.SampledFrom([]string{"xx", "yy"}).Draw(rt, "author"), rapid.SampledFrom([]string{a1, w1, "agreement-2"}).Draw(rt, "subject"), body, "public")
		}
		l.replayed()
	})
}

// BenchmarkApply works acceptances into the view (bar: 200 µs a statement), without
// the commit that they share with the log.
func BenchmarkApply(b *testing.B) {
	l := newLog(b)
	const subjects = 500
	for i := range subjects {
		l.say(truce.AgreementRegister, "cell", fmt.Sprint("agreement-", i), body1, "public")
	}
	b.ResetTimer()
	err := l.db.Update(context.Background(), func(tx store.Tx) error {
		for n := 0; b.Loop(); n++ {
			e := *l.entries[n%subjects]
			s := *e.Statement
			s.Kind, s.Author, s.Body = truce.AgreementAccept, fmt.Sprint("party-", n/subjects), []byte(fmt.Sprintf(`{"version":%q}`, e.ID))
			e.Number, e.Statement = int64(subjects+n), &s
			e.ID = idOf(e.Number)
			if _, err := l.run.Apply(context.Background(), tx, &e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}
