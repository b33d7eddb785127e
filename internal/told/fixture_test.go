package told

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"truce"
	"truce/internal/ledger"
	"truce/internal/store"
	"truce/internal/store/sqlite"
	"truce/internal/view"
	"truce/internal/view/inbox"
	"truce/internal/view/protected"
	"truce/proof"
)

var start = time.Date(2016, 8, 11, 6, 0, 0, 0, time.UTC) // entry n is received n minutes later

// cast is who takes part.
type cast []truce.PartyState

func (c cast) Parties(context.Context, store.Reader, int64) ([]truce.PartyState, error) {
	return c, nil
}

// reg is a register: a database with the views on it.
type reg struct {
	t    *testing.T
	db   store.DB
	run  *view.Runner
	size int64
	v    Views
}

func newReg(t *testing.T) *reg {
	t.Helper()
	db, err := sqlite.Open(filepath.Join(t.TempDir(), "log.db"), sqlite.Options{CacheMB: 2, Readers: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	g := &reg{t: t, db: db, run: view.New(protected.View{}, inbox.View{})}
	if err := db.Update(t.Context(), func(tx store.Tx) error { return g.run.EnsureSchema(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
	var c cast
	for id, role := range map[string]truce.Role{"cell": truce.RoleRegistrar} {
		c = append(c, truce.PartyState{ID: id, Role: role, Withdrawn: truce.NoEntry})
	}
	for _, p := range []struct {
		id   string
		role truce.Role
	}{{"aid", truce.RoleHumanitarian}, {"army", truce.RoleParty}, {"group", truce.RoleParty}, {"chair", truce.RoleGuarantor}, {"watch", truce.RoleMonitor}, {"audit", truce.RoleAuditor}} {
		c = append(c, truce.PartyState{ID: p.id, Role: p.role, Withdrawn: truce.NoEntry})
	}
	g.v = Views{Parties: c, Tellings: []Tellings{protected.Told}, Inbox: inbox.View{}}
	return g
}

// id is the statement id of entry n.
func id(n int64) string { return fmt.Sprintf("%064x", n) }

// say applies the next entry and gives its statement id.
func (g *reg) say(kind truce.Kind, author, subject, body string, audience ...string) string {
	g.t.Helper()
	n := g.size
	e := &ledger.Entry{Number: n, Time: start.Add(time.Duration(n) * time.Minute), ID: id(n), Envelope: &proof.Envelope{},
		Statement: &truce.Statement{Kind: kind, Author: author, Subject: subject, Status: truce.Actual, Audience: audience, Body: json.RawMessage(body)}}
	err := g.db.Update(g.t.Context(), func(tx store.Tx) error {
		_, err := g.run.Apply(g.t.Context(), tx, e)
		return err
	})
	if err != nil {
		g.t.Fatal(err)
	}
	g.size++
	return id(n)
}

const hospital = `{"function":"hospital","geometry":{"type":"Point","coordinates":[37.1,36.2]}}`

// reading runs fn on the views as known at log size asOf.
func (g *reg) reading(asOf int64, fn func(*Reading)) {
	g.t.Helper()
	err := g.db.View(g.t.Context(), func(r store.Reader) error {
		q, err := g.v.At(g.t.Context(), r, asOf)
		if err == nil {
			fn(q)
		}
		return err
	})
	if err != nil {
		g.t.Fatal(err)
	}
}

// standing is where a party stands with a subject.
func (g *reg) standing(party, subject string) *Standing {
	g.t.Helper()
	var out *Standing
	g.reading(truce.Now, func(q *Reading) {
		h, err := q.History(subject)
		if err != nil {
			g.t.Fatal(err)
		}
		all, err := h.Standings("aid")
		if err != nil {
			g.t.Fatal(err)
		}
		for _, s := range all {
			if s.Party == party {
				out = s
			}
		}
	})
	if out == nil {
		g.t.Fatalf("%s has no standing", party)
	}
	return out
}
