package protected

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"truce"
	"truce/internal/ledger"
	"truce/internal/store"
)

func TestErase(t *testing.T) {
	l := newLog(t)
	l.say(truce.SiteRegister, msf, "site-b", site("37.5"))
	l.say(truce.SiteRegister, msf, "site-a", site("37.1"))
	l.say(truce.ReleaseGive, cell, "site-a", `{"recipients":["party-x"]}`)
	l.say(truce.ChallengeOpen, opx, "site-a", `{"reason":"closed","text":"secret words"}`)
	e := l.say(truce.EraseContent, msf, "site-a", `{"reason":"operator-risk"}`, "party:party-x")
	for n, gone := range []bool{false, true, true, true, false} {
		if l.entries[n].Erased() != gone {
			t.Errorf("entry %d erased: %v, want %v", n, l.entries[n].Erased(), gone)
		}
	}
	for _, asOf := range []int64{truce.Now, 2, 0} {
		o := l.object("site-a", asOf)
		if o.Erased == nil || o.Erased.Entry != e || o.Erased.Reason != "operator-risk" || o.Content.Body != nil || o.Erased.Author != msf {
			t.Errorf("as known at %d: %+v", asOf, o)
		}
	}
	if h := l.head("site-a"); h.State != truce.ObjectErased || h.Version != idOf(e) || h.Owner != msf || len(h.Audience) != 1 {
		t.Errorf("head %+v", h)
	}
	l.view(func(r store.Reader) error {
		page, err := l.v.Page(context.Background(), r, truce.Now, Filter{}, truce.NoEntry, 10)
		if err != nil || len(page) != 1 || page[0].Subject != "site-b" {
			t.Errorf("page %v, %v", page, err)
		}
		released, err := l.v.Released(context.Background(), r, "site-a", opx)
		if released || err != nil {
			t.Error("a release outlived the erasure")
		}
		return nil
	})
	l.sameAfterReplay()
	if l.head("site-zzz") != nil {
		t.Error("a head of what never was")
	}
}

// sameAfterReplay rebuilds the view from the entries as they are now and
// compares the bytes of all rows.
func (l *log) sameAfterReplay() {
	l.t.Helper()
	before := l.digest()
	l.rebuild()
	if after := l.digest(); !reflect.DeepEqual(before, after) {
		l.t.Fatalf("the rows differ after a replay: %x, before %x", after, before)
	}
}

func (l *log) rebuild() {
	l.t.Helper()
	err := l.run.Rebuild(context.Background(), l.db, int64(len(l.entries)),
		func(_ context.Context, _ store.Reader, from, to int64, fn func(*ledger.Entry) error) error {
			for _, e := range l.entries[from:to] {
				if err := fn(e); err != nil {
					return err
				}
			}
			return nil
		})
	if err != nil {
		l.t.Fatal(err)
	}
}

func (l *log) digest() (d map[string][32]byte) {
	l.t.Helper()
	l.view(func(r store.Reader) (err error) {
		d, err = l.run.Digest(context.Background(), r)
		return err
	})
	return d
}

// act draws a statement about one of a few subjects, apt or not.
func act(t *rapid.T, l *log) *ledger.Entry {
	subject := rapid.SampledFrom([]string{"site-a", "site-b", "area-c"}).Draw(t, "subject")
	object := map[byte]string{'s': "site", 'a': "area"}[subject[0]]
	h := l.head(subject)
	if h == nil {
		return l.entry(truce.Kind(object+".register"), msf, subject, site("37.1"), "public")
	}
	lon := rapid.SampledFrom([]string{"37.1", "37.2"}).Draw(t, "lon")
	about := idOf(rapid.Int64Range(0, int64(len(l.entries))).Draw(t, "about"))
	if rapid.Bool().Draw(t, "current") {
		about = h.Version
	}
	who := rapid.SampledFrom([]string{`["party-x"]`, `["party-x","party-y"]`}).Draw(t, "recipients")
	body := map[truce.Kind]string{
		truce.Kind(object + ".amend"): site(lon), truce.Kind(object + ".withdraw"): `{"reason":"closed"}`,
		truce.Kind(object + ".revalidate"): `{"revalidateBy":"2017"}`,
		truce.VerificationRecord:           fmt.Sprintf(`{"version":%q,"step":"imagery","result":"matches"}`, about),
		truce.ChallengeOpen:                `{"reason":"closed","text":"t"}`,
		truce.ChallengeAnswer:              fmt.Sprintf(`{"challenge":%q,"text":"a"}`, about),
		truce.ChallengeClose:               fmt.Sprintf(`{"challenge":%q,"outcome":"corrected"}`, about),
		truce.ConsentGive:                  `{"recipients":` + who + `}`, truce.ConsentWithdraw: `{"recipients":` + who + `}`,
		truce.ReleaseGive: `{"recipients":` + who + `}`, truce.ReleaseEnd: `{"recipients":` + who + `}`,
	}
	if rapid.IntRange(0, 12).Draw(t, "erase") == 0 && h.State != truce.ObjectErased {
		return l.entry(truce.EraseContent, msf, subject, `{"reason":"legal"}`)
	}
	kinds := make([]truce.Kind, 0, len(body))
	for k := range body {
		kinds = append(kinds, k)
	}
	slices.Sort(kinds)
	k := rapid.SampledFrom(kinds).Draw(t, "kind")
	return l.entry(k, msf, subject, body[k])
}

// TestTwoClocks: what the tables say as known at N is what they said when N was
// the size of the log, unless the object was erased since; a page, a single read
// and intake's reads agree; and a replay writes the same bytes.
func TestTwoClocks(t *testing.T) {
	l := newLog(t)
	rapid.Check(t, func(rt *rapid.T) {
		l.entries = nil
		l.rebuild() // of nothing: the tables are empty again
		l.update(func(tx store.Tx) error {
			l.tx = tx
			defer func() { l.tx = nil }()
			l.twoClocks(rt)
			return nil
		})
		l.sameAfterReplay()
	})
}

func (l *log) twoClocks(rt *rapid.T) {
	var then [][]*Object
	for range rapid.IntRange(1, 25).Draw(rt, "entries") {
		l.apply(act(rt, l))
		then = append(then, l.all(truce.Now))
	}
	for i, want := range then {
		compare(rt, int64(i+1), l.all(int64(i+1)), l.standing(want))
	}
	for _, o := range l.all(truce.Now) {
		if single := l.object(o.Subject, truce.Now); !reflect.DeepEqual(single, o) {
			rt.Fatalf("page and single read differ: %s, %s", text(o), text(single))
		}
		l.agrees(rt, o)
	}
}

func (l *log) all(asOf int64) (out []*Object) {
	l.t.Helper()
	l.view(func(r store.Reader) error {
		return l.v.Each(context.Background(), r, asOf, Filter{}, func(o *Object) error {
			out = append(out, o)
			return nil
		})
	})
	return out
}

// standing leaves out what was erased since.
func (l *log) standing(objects []*Object) (out []*Object) {
	for _, o := range objects {
		if l.object(o.Subject, truce.Now).Erased == nil {
			out = append(out, o)
		}
	}
	return out
}

func (l *log) agrees(rt *rapid.T, o *Object) {
	l.view(func(r store.Reader) error {
		ctx := context.Background()
		h, err := l.v.Head(ctx, r, o.Subject)
		if err != nil || h.Version != o.Version.ID || (h.State == truce.ObjectWithdrawn) != (o.Withdrawn != nil) || h.Owner != o.Owner {
			rt.Fatalf("head %+v against %s, %v", h, text(o), err)
		}
		for _, p := range []string{opx, opy} {
			c, _ := l.v.HasConsent(ctx, r, o.Subject, p)
			x, _ := l.v.Released(ctx, r, o.Subject, p)
			if c != inForce(o.Consents, p) || x != inForce(o.Releases, p) {
				rt.Fatalf("grants of %s: consent %v, release %v against %s", p, c, x, text(o))
			}
		}
		for _, c := range o.Challenges {
			got, err := l.v.Challenge(ctx, r, c.ID)
			if err != nil || got.Open != (c.Closed == nil) {
				rt.Fatalf("challenge %+v against %+v, %v", got, c, err)
			}
		}
		return nil
	})
}

func inForce(all []Grant, p string) bool {
	return slices.ContainsFunc(all, func(g Grant) bool { return g.Recipient == p && g.InForce() })
}

func compare(rt *rapid.T, asOf int64, got, want []*Object) {
	if !reflect.DeepEqual(got, want) && len(got)+len(want) > 0 {
		rt.Fatalf("as known at %d: %s, want %s", asOf, text(got), text(want))
	}
}

func text(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}
