package inbox

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"truce"
	"truce/internal/ledger"
	"truce/internal/store"
	"truce/internal/store/sqlite"
	"truce/internal/view"
	"truce/proof"
)

var start = time.Date(2016, 8, 11, 6, 0, 0, 0, time.UTC) // entry n is received n minutes later

func idOf(n int) string { return fmt.Sprintf("%064x", n) }

// book is a log with the view on it.
type book struct {
	testing.TB
	db      store.DB
	run     *view.Runner
	entries []*ledger.Entry
}

func newBook(t testing.TB, dir string) *book {
	t.Helper()
	db, err := sqlite.Open(filepath.Join(dir, "log.db"), sqlite.Options{CacheMB: 2, Readers: 2})
	if err != nil {
		t.Fatal(err)
	}
	b := &book{TB: t, db: db, run: view.New(View{})}
	if err := db.Update(context.Background(), func(tx store.Tx) error { return b.run.EnsureSchema(context.Background(), tx) }); err != nil {
		t.Fatal(err)
	}
	return b
}

// line is one statement of a table.
type line struct {
	kind                  truce.Kind
	author, subject, body string
}

// say applies the next entries; what one erases loses its content, as in the ledger.
func (b *book) say(lines ...line) {
	b.Helper()
	err := b.db.Update(context.Background(), func(tx store.Tx) error {
		for _, l := range lines {
			if err := b.apply(tx, l); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

func (b *book) apply(tx store.Tx, l line) error {
	n := len(b.entries)
	e := &ledger.Entry{Number: int64(n), Time: start.Add(time.Duration(n) * time.Minute), ID: idOf(n), Envelope: &proof.Envelope{},
		Statement: &truce.Statement{Kind: l.kind, Author: l.author, Subject: l.subject, Status: truce.Actual, Body: json.RawMessage(l.body)}}
	b.entries = append(b.entries, e)
	erase, err := b.run.Apply(context.Background(), tx, e)
	for _, x := range erase {
		old := b.entries[x]
		b.entries[x] = &ledger.Entry{Number: old.Number, Time: old.Time}
	}
	return err
}

func (b *book) read(fn func(store.Reader) error) {
	b.Helper()
	if err := b.db.View(context.Background(), fn); err != nil {
		b.Fatal(err)
	}
}

// said is what the filter finds, a word each: kind of entry, entry, party and what it is bound to.
func (b *book) said(f Filter) string {
	b.Helper()
	var out []string
	b.read(func(r store.Reader) error {
		all, err := View{}.Said(context.Background(), r, f)
		for _, s := range all {
			out = append(out, fmt.Sprintf("%s/%d/%s/%s", s.Kind, s.Entry, s.Party, strings.TrimLeft(s.Ref, "0")))
		}
		return err
	})
	return strings.Join(out, " ")
}

func (b *book) desks(party truce.PartyID, asOf int64) string {
	b.Helper()
	var out []string
	b.read(func(r store.Reader) error {
		all, err := View{}.Desks(context.Background(), r, party, asOf)
		for _, d := range all {
			state := d.Content.Name
			if d.Withdrawn {
				state += " withdrawn"
			}
			out = append(out, fmt.Sprintf("%s %s %d-%d", d.ID, state, d.First, d.Entry))
		}
		return err
	})
	return strings.Join(out, ", ")
}

func (b *book) digest() (d map[string][32]byte) {
	b.Helper()
	b.read(func(r store.Reader) (err error) {
		d, err = b.run.Digest(context.Background(), r)
		return err
	})
	return d
}

// sameAfterReplay rebuilds the view from the entries as they are now and compares the
// bytes of all rows.
func (b *book) sameAfterReplay() {
	b.Helper()
	before := b.digest()
	b.replay()
	if after := b.digest(); !reflect.DeepEqual(before, after) {
		b.Fatalf("the rows differ after a replay: %x, before %x", after, before)
	}
}

func (b *book) replay() {
	b.Helper()
	err := b.run.Rebuild(context.Background(), b.db, int64(len(b.entries)), func(_ context.Context, _ store.Reader, from, to int64, fn func(*ledger.Entry) error) error {
		for _, e := range b.entries[from:to] {
			if err := fn(e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// history is the telling of one site and one movement, with desks, an alarm and what
// is none of this view's.
var history = []line{
	{truce.DeskRegister, "army", "desk-a", `{"name":"one","echelon":"headquarters","kinds":["site"]}`},       // 0
	{truce.DeskRegister, "army", "desk-b", `{"name":"two","echelon":"air"}`},                                 // 1
	{truce.ContactTest, "cell", "desk-a", `{"channel":"voice","outcome":"answered"}`},                        // 2
	{truce.SiteRegister, "aid", "site-a", `{}`},                                                              // 3: not of this view
	{truce.DeliveryRecord, "cell", "site-a", `{"recipient":"army","version":"` + idOf(3) + `","attempt":1}`}, // 4
	{truce.AckReceive, "army", "site-a", `{"version":"` + idOf(3) + `"}`},                                    // 5
	{truce.AckReceive, "army", "army", `{"upTo":{"entries":4,"root":"x"}}`},                                  // 6
	{truce.AlarmRaise, "aid", "site-a", `{"what":"under-fire"}`},                                             // 7
	{truce.AckReceive, "army", "site-a", `{"version":"` + idOf(7) + `"}`},                                    // 8
	{truce.DeskAmend, "army", "desk-a", `{"name":"three","echelon":"headquarters"}`},                         // 9
	{truce.AlarmEnd, "aid", "site-a", `{"alarm":"` + idOf(7) + `"}`},                                         // 10
	{truce.JourneyReport, "aid", "movement-a", `{"event":"departed"}`},                                       // 11
	{truce.AckNote, "group", "site-a", `{"version":"` + idOf(3) + `"}`},                                      // 12
	{truce.DeskWithdraw, "army", "desk-b", `{"reason":"closed"}`},                                            // 13
	{truce.AlarmRaise, "aid", "movement-a", `{"what":"stopped"}`},                                            // 14
}

func filled(t *testing.T) *book {
	t.Helper()
	b := newBook(t, t.TempDir())
	t.Cleanup(func() { b.db.Close() })
	b.say(history...)
	return b
}

// TestSaid: what each question finds, as known at each size.
func TestSaid(t *testing.T) {
	b := filled(t)
	all := truce.NoEntry
	for name, c := range map[string]struct {
		f    Filter
		want string
	}{
		"of a subject": {Filter{Subject: "site-a", After: all, AsOf: truce.Now},
			"delivery.record/4/army/3 ack.receive/5/army/3 alarm.raise/7/aid/ ack.receive/8/army/7 alarm.end/10/aid/7 ack.note/12/group/3"},
		"as known before the alarm":             {Filter{Subject: "site-a", After: all, AsOf: 7}, "delivery.record/4/army/3 ack.receive/5/army/3"},
		"as known before all":                   {Filter{Subject: "site-a", After: all, AsOf: 0}, ""},
		"of a recipient: deliveries to it too":  {Filter{Party: "army", After: all, AsOf: truce.Now}, "delivery.record/4/army/3 ack.receive/5/army/3 ack.receive/6/army/ ack.receive/8/army/7"},
		"acknowledgements alone":                {Filter{Party: "army", Object: "ack", After: all, AsOf: truce.Now}, "ack.receive/5/army/3 ack.receive/6/army/ ack.receive/8/army/7"},
		"behind an entry, at most one":          {Filter{Party: "army", After: 4, AsOf: truce.Now, Limit: 1}, "ack.receive/5/army/3"},
		"the newest first":                      {Filter{Party: "army", After: all, AsOf: truce.Now, Limit: 2, Newest: true}, "ack.receive/8/army/7 ack.receive/6/army/"},
		"tests of a line":                       {Filter{Subject: "desk-a", Object: "contact", After: all, AsOf: truce.Now}, "contact.test/2/cell/"},
		"a kind does not reach into its likes":  {Filter{Object: "al", After: all, AsOf: truce.Now}, ""},
		"of all alarms":                         {Filter{Object: "alarm", After: all, AsOf: truce.Now}, "alarm.raise/7/aid/ alarm.end/10/aid/7 alarm.raise/14/aid/"},
		"of nobody":                             {Filter{Party: "nobody", After: all, AsOf: truce.Now}, ""},
		"a text that would end the question is": {Filter{Subject: `site-a' OR '1'='1`, After: all, AsOf: truce.Now}, ""},
	} {
		if got := b.said(c.f); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestDesks: in the order of registration, withdrawn ones too, with the content in
// force at each size.
func TestDesks(t *testing.T) {
	b := filled(t)
	for _, c := range []struct {
		party truce.PartyID
		asOf  int64
		want  string
	}{
		{"army", truce.Now, "desk-a three 0-9, desk-b two withdrawn 1-13"}, {"", truce.Now, "desk-a three 0-9, desk-b two withdrawn 1-13"},
		{"army", 9, "desk-a one 0-0, desk-b two 1-1"}, {"army", 1, "desk-a one 0-0"}, {"army", 0, ""}, {"group", truce.Now, ""},
	} {
		if got := b.desks(c.party, c.asOf); got != c.want {
			t.Errorf("%q at %d: %q, want %q", c.party, c.asOf, got, c.want)
		}
	}
	b.read(func(r store.Reader) error {
		h, err := View{}.DeskHead(t.Context(), r, "desk-b")
		if err != nil || h == nil || !h.Withdrawn || h.Party != "army" || h.Version != idOf(13) {
			t.Errorf("%+v, %v", h, err)
		}
		if h, err := (View{}).DeskHead(t.Context(), r, "desk-z"); h != nil || err != nil {
			t.Errorf("%+v, %v", h, err)
		}
		return nil
	})
}

// TestOpenAlarms: raised and not ended, as known at each size.
func TestOpenAlarms(t *testing.T) {
	b := filled(t)
	for asOf, want := range map[int64]string{7: "", 8: "7", 10: "7", 11: "", 14: "", 15: "14", truce.Now: "14"} {
		var got []string
		b.read(func(r store.Reader) error {
			all, err := View{}.OpenAlarms(t.Context(), r, asOf)
			for _, a := range all {
				got = append(got, fmt.Sprint(a.Entry))
			}
			return err
		})
		if s := strings.Join(got, " "); s != want {
			t.Errorf("at %d: %q, want %q", asOf, s, want)
		}
	}
	b.read(func(r store.Reader) error {
		for id, open := range map[string]bool{idOf(7): false, idOf(14): true} {
			a, err := View{}.Alarm(t.Context(), r, id)
			if err != nil || a == nil || a.Open != open || a.By != "aid" {
				t.Errorf("%+v, %v", a, err)
			}
		}
		if a, err := (View{}).Alarm(t.Context(), r, idOf(5)); a != nil || err != nil {
			t.Errorf("an acknowledgement as an alarm: %+v, %v", a, err)
		}
		return nil
	})
}

// TestErase: everything said about the subject goes, read-backs tell where it is; the
// rest stays, and a replay of what is left gives the same bytes.
func TestErase(t *testing.T) {
	b := filled(t)
	b.say(line{truce.EraseContent, "aid", "site-a", `{"reason":"operator-risk"}`})
	var gone []int
	for n, e := range b.entries {
		if e.Erased() {
			gone = append(gone, n)
		}
	}
	if !slices.Equal(gone, []int{4, 5, 7, 8, 10, 12}) {
		t.Errorf("erased %v", gone)
	}
	if got := b.said(Filter{Subject: "site-a", After: truce.NoEntry, AsOf: truce.Now}); got != "" {
		t.Errorf("left of the subject: %q", got)
	}
	if got := b.said(Filter{Party: "army", After: truce.NoEntry, AsOf: truce.Now}); got != "ack.receive/6/army/" {
		t.Errorf("left of the party: %q", got)
	}
	if got := b.desks("army", truce.Now); !strings.Contains(got, "desk-a three") {
		t.Errorf("desks: %q", got)
	}
	b.sameAfterReplay()
}

// TestReplay: whatever is said in whatever order, a replay gives the same bytes, and a
// question as known at a size is answered as by the view of a log of that size.
func TestReplay(t *testing.T) {
	b := newBook(t, t.TempDir())
	defer b.db.Close()
	rapid.Check(t, func(rt *rapid.T) {
		b.entries = nil
		b.replay()
		lines := rapid.SliceOfN(rapid.SampledFrom(history), 1, 25).Draw(rt, "lines")
		at := rapid.IntRange(0, len(lines)).Draw(rt, "at")
		b.say(lines[:at]...)
		then, desks := b.said(Filter{After: truce.NoEntry, AsOf: truce.Now}), b.desks("", truce.Now)
		b.say(lines[at:]...)
		if got := b.said(Filter{After: truce.NoEntry, AsOf: int64(at)}); got != then {
			rt.Fatalf("as known at %d: %q, then it was %q", at, got, then)
		}
		if got := b.desks("", int64(at)); got != desks {
			rt.Fatalf("desks as known at %d: %q, then they were %q", at, got, desks)
		}
		if rapid.Bool().Draw(rt, "erase") {
			b.say(line{truce.EraseContent, "aid", "site-a", `{"reason":"operator-risk"}`})
		}
		b.sameAfterReplay()
	})
}
