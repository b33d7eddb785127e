package party_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"truce"
	"truce/internal/ledger"
	"truce/internal/store"
	"truce/internal/store/sqlite"
	"truce/internal/view"
	"truce/internal/view/party"
)

// log applies statements without a door: the view believes what it is handed.
type log struct {
	t      *testing.T
	db     store.DB
	runner *view.Runner
	*party.View
	entries []*ledger.Entry
}

func newLog(t *testing.T) *log {
	t.Helper()
	db, err := sqlite.Open(filepath.Join(t.TempDir(), "party.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	l := &log{t: t, db: db, View: party.New()}
	l.runner = view.New(l.View)
	if err := db.Update(t.Context(), func(tx store.Tx) error { return l.runner.EnsureSchema(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
	return l
}

func (l *log) say(kind truce.Kind, subject, body string) int64 {
	n := int64(len(l.entries))
	l.apply(&ledger.Entry{Number: n, ID: id(n), Statement: &truce.Statement{Kind: kind, Register: "r.example", Author: "cell",
		Subject: subject, Status: truce.Exercise, Body: json.RawMessage(body)}})
	return n
}

func (l *log) apply(e *ledger.Entry) {
	l.t.Helper()
	l.entries = append(l.entries, e)
	err := l.db.Update(l.t.Context(), func(tx store.Tx) error {
		_, err := l.runner.Apply(l.t.Context(), tx, e)
		return err
	})
	if err != nil {
		l.t.Fatal(err)
	}
}

func id(n int64) string { return fmt.Sprintf("%064x", n) }

// ask runs one read of the view.
func ask[T any](l *log, fn func(context.Context, store.Reader) (T, error)) T {
	l.t.Helper()
	var out T
	err := l.db.View(l.t.Context(), func(r store.Reader) (err error) {
		out, err = fn(l.t.Context(), r)
		return err
	})
	if err != nil {
		l.t.Fatal(err)
	}
	return out
}

func (l *log) party(id string, asOf int64) *truce.PartyState {
	l.t.Helper()
	return ask(l, func(ctx context.Context, r store.Reader) (*truce.PartyState, error) { return l.Party(ctx, r, id, asOf) })
}

func (l *log) key(id string, asOf int64) *truce.KeyState {
	l.t.Helper()
	return ask(l, func(ctx context.Context, r store.Reader) (*truce.KeyState, error) { return l.Key(ctx, r, id, asOf) })
}

func (l *log) root(id string, asOf int64) *truce.RootState {
	l.t.Helper()
	return ask(l, func(ctx context.Context, r store.Reader) (*truce.RootState, error) { return l.Root(ctx, r, id, asOf) })
}

func (l *log) vouchers(party, key string, number int64) []int64 {
	l.t.Helper()
	return ask(l, func(ctx context.Context, r store.Reader) ([]int64, error) {
		return l.Vouchers(ctx, r, party, key, number)
	})
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

func enrolment(name, role, more string) string {
	return fmt.Sprintf(`{"names":[{"text":%q}],"role":%q%s}`, name, role, more)
}

// story enrols a registrar (0, 1) and an invited party "msf" (2), which states
// its root (3), lists two keys (4), lists one of them and another (5), has it
// revoked (6), rotates its root (7), is renamed (8) and withdrawn (9).
func story(t *testing.T) *log {
	l := newLog(t)
	l.say(truce.PartyEnrol, "cell", enrolment("Cell", "registrar", `,"root":{"threshold":1,"keys":["r0"]}`))
	l.say(truce.KeyList, "cell", `{"keys":[{"key":"k0","scopes":["submit","administer"],"label":"desk"}]}`)
	l.say(truce.PartyEnrol, "msf", enrolment("MSF", "humanitarian", `,"invitation":"sha256:00","invitationUntil":"2016-08-12T10:00:00+03:00"`))
	l.say(truce.KeyRoot, "msf", `{"threshold":2,"keys":["b","a","c"],"invitation":"code"}`)
	l.say(truce.KeyList, "msf", `{"keys":[{"key":"k1","scopes":["submit"]},{"key":"k2","scopes":["report","submit"]}]}`)
	l.say(truce.KeyList, "msf", `{"keys":[{"key":"k2","scopes":["report"],"label":"new"},{"key":"k3","scopes":["submit"]}]}`)
	l.say(truce.KeyRevoke, "msf", `{"key":"k3"}`)
	l.say(truce.KeyRoot, "msf", `{"threshold":1,"keys":["a","d"]}`)
	l.say(truce.PartyAmend, "msf", enrolment("Médecins", "humanitarian", ""))
	l.say(truce.PartyWithdraw, "msf", `{"reason":"left"}`)
	return l
}

func TestPartyAsKnown(t *testing.T) {
	l := story(t)
	until := time.Date(2016, 8, 12, 7, 0, 0, 0, time.UTC)
	base := truce.PartyState{ID: "msf", Names: []truce.Name{{Text: "MSF"}}, Role: truce.RoleHumanitarian, Version: id(2),
		Enrolled: 2, Amended: 2, Withdrawn: -1, Invitation: "sha256:00", InvitationUntil: until, InvitationUsed: -1}
	used, renamed := base, base
	used.InvitationUsed = 3
	renamed.InvitationUsed, renamed.Names, renamed.Version, renamed.Amended = 3, []truce.Name{{Text: "Médecins"}}, id(8), 8
	withdrawn := renamed
	withdrawn.Withdrawn = 9
	same(t, "before", l.party("msf", 2), (*truce.PartyState)(nil))
	same(t, "enrolled", l.party("msf", 3), &base)
	same(t, "invitation used", l.party("msf", 8), &used)
	same(t, "renamed", l.party("msf", 9), &renamed)
	same(t, "withdrawn", l.party("msf", truce.Now), &withdrawn)
	if l.party("msf", truce.Now).Active() || !l.party("msf", 9).Active() {
		t.Error("Active does not follow the withdrawal")
	}
}

func TestParties(t *testing.T) {
	l := story(t)
	for asOf, want := range map[int64]string{0: "", 1: "cell Cell", 3: "cell Cell,msf MSF", truce.Now: "cell Cell,msf Médecins"} {
		all := ask(l, func(ctx context.Context, r store.Reader) ([]truce.PartyState, error) { return l.Parties(ctx, r, asOf) })
		var got []string
		for _, p := range all {
			got = append(got, p.ID+" "+p.Names[0].Text)
		}
		if strings.Join(got, ",") != want {
			t.Errorf("as known at %d: %v, want %s", asOf, got, want)
		}
	}
}

func TestKeyAsKnown(t *testing.T) {
	l := story(t)
	for _, c := range []struct {
		key    string
		asOf   int64
		want   string // from, until, revoked, usable
		scopes string
	}{
		{"k1", 4, "<nil>", ""},
		{"k1", 5, "4 -1 -1 true", "[submit]"},
		{"k1", truce.Now, "4 5 -1 false", "[submit]"},
		{"k2", 5, "4 -1 -1 true", "[report submit]"},
		{"k2", truce.Now, "5 -1 -1 true", "[report]"},
		{"k3", 6, "5 -1 -1 true", "[submit]"},
		{"k3", 7, "5 -1 6 false", "[submit]"},
		{"b", 7, "3 -1 -1 true", "[]"},
		{"b", truce.Now, "3 7 -1 false", "[]"},
		{"a", truce.Now, "7 -1 -1 true", "[]"},
		{"nobody", truce.Now, "<nil>", ""},
	} {
		k := l.key(c.key, c.asOf)
		got, scopes := "<nil>", ""
		if k != nil {
			got, scopes = fmt.Sprint(k.From, k.Until, k.Revoked, k.Usable()), fmt.Sprint(k.Scopes)
		}
		if got != c.want || scopes != c.scopes {
			t.Errorf("%s as known at %d: %s %s, want %s %s", c.key, c.asOf, got, scopes, c.want, c.scopes)
		}
	}
	k := l.key("k2", truce.Now)
	if k.Party != "msf" || k.Role != truce.RoleHumanitarian || k.Label != "new" || k.Root || !l.key("a", truce.Now).Root {
		t.Errorf("key %+v", k)
	}
}

func TestKeysOfAParty(t *testing.T) {
	l := story(t)
	all := ask(l, func(ctx context.Context, r store.Reader) ([]truce.KeyState, error) { return l.Keys(ctx, r, "msf", 6) })
	var got []string
	for _, k := range all {
		got = append(got, fmt.Sprint(k.Key, k.From, k.Usable()))
	}
	same(t, "keys", got, []string{"b3 true", "a3 true", "c3 true", "k14 false", "k25 true", "k35 true"})
}

func TestRootAsKnown(t *testing.T) {
	l := story(t)
	same(t, "no root", l.root("msf", 3), (*truce.RootState)(nil))
	same(t, "first", l.root("msf", 7), &truce.RootState{Party: "msf", Threshold: 2, Keys: []string{"b", "a", "c"}, From: 3, Until: -1})
	same(t, "rotated", l.root("msf", truce.Now), &truce.RootState{Party: "msf", Threshold: 1, Keys: []string{"a", "d"}, From: 7, Until: -1})
	l.say(truce.KeyRevoke, "msf", `{"key":"a"}`)
	l.say(truce.KeyRevoke, "msf", `{"key":"d"}`)
	root := l.root("msf", truce.Now)
	same(t, "revoked", root.Revoked, []string{"a", "d"})
	if len(root.Keys) != 0 || root.Enough() || !l.root("msf", 10).Enough() {
		t.Errorf("a root without keys counts: %+v", root)
	}
}

func TestVouchers(t *testing.T) {
	l := story(t)
	for _, c := range []struct {
		party, key string
		number     int64
		want       []int64
	}{
		{"cell", "k0", 9, []int64{0, 1}},
		{"cell", "r0", 9, []int64{0}},
		{"msf", "k1", 5, []int64{2, 3, 4}},
		{"msf", "k1", 6, []int64{2, 3}}, // retired at 5
		{"msf", "k3", 6, []int64{2, 3, 5}},
		{"msf", "k3", 7, []int64{2, 3}}, // revoked at 6
		{"msf", "k2", 9, []int64{2, 3, 5}},
		{"msf", "d", 9, []int64{2, 3, 7}},
		{"cell", "k1", 5, []int64{0}},     // another party's
		{"msf", "k1", 4, []int64{2, 3}},   // not listed yet
		{"msf", "b", 3, []int64{2}},       // brought in by entry 3 itself
		{"msf", "d", 9, []int64{2, 3, 7}}, // a rotated root
		{"msf", "b", 9, []int64{2, 3, 7}}, // no root key any more
		{"msf", "k1", 2, nil},             // not enrolled yet
		{"nobody", "k1", truce.Now, nil},
	} {
		same(t, fmt.Sprint(c.party, " ", c.key, " at ", c.number), l.vouchers(c.party, c.key, c.number), c.want)
	}
}

func TestRegisterStatus(t *testing.T) {
	status := func(l *log) truce.Status { return ask(l, l.RegisterStatus) }
	if got := status(newLog(t)); got != "" {
		t.Errorf("an empty log has the status %q", got)
	}
	if got := status(story(t)); got != truce.Exercise {
		t.Errorf("status %q", got)
	}
}

// TestReplay: the same log gives the same bytes, an entry without content is
// passed over, and the view asks for nothing to be erased.
func TestReplay(t *testing.T) {
	l := story(t)
	l.apply(&ledger.Entry{Number: 10, ID: id(10)})
	l.say(truce.SiteRegister, "site-1", `{}`)
	digest := func() string {
		return fmt.Sprint(ask(l, l.runner.Digest))
	}
	before := digest()
	err := l.runner.Rebuild(t.Context(), l.db, int64(len(l.entries)), func(_ context.Context, _ store.Reader, _, _ int64, fn func(*ledger.Entry) error) error {
		for _, e := range l.entries {
			if err := fn(e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if after := digest(); after != before {
		t.Errorf("the replay differs")
	}
}
