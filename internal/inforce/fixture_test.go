package inforce

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"truce"
	"truce/geo"
	"truce/internal/auth"
	"truce/internal/ledger"
	"truce/internal/store"
	"truce/internal/store/sqlite"
	"truce/internal/view"
	"truce/internal/view/agreement"
	"truce/internal/view/inbox"
	"truce/proof"
)

var (
	registrar = auth.Viewer{Party: "cell", Role: truce.RoleRegistrar}
	public    = auth.Viewer{}
	start     = utc("2016-02-20T00:00:00Z")
)

// reg is a register: a database with the view on it, and a clock that the test sets.
type reg struct {
	t      testing.TB
	db     store.DB
	run    *view.Runner
	engine *Engine
	size   int64
	clock  time.Time
	newest map[string]string // subject -> statement id of its newest version
}

func newReg(t testing.TB) *reg {
	t.Helper()
	db, err := sqlite.Open(filepath.Join(t.TempDir(), "log.db"), sqlite.Options{CacheMB: 4, Readers: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	g := &reg{t: t, db: db, run: view.New(agreement.View{}, inbox.View{}), clock: start, newest: map[string]string{}}
	if err := db.Update(context.Background(), func(tx store.Tx) error { return g.run.EnsureSchema(context.Background(), tx) }); err != nil {
		t.Fatal(err)
	}
	g.engine = New(Config{Tests: &StoredTests{DB: db}, Register: &Stored{DB: db, Position: g.run.Position}, Now: func() time.Time { return g.clock }})
	return g
}

func utc(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

// id is the statement id of entry n.
func id(n int64) string { return fmt.Sprintf("%064x", n) }

// at sets the clock of the log.
func (g *reg) at(s string) *reg { g.clock = utc(s); return g }

// say applies the next entry and gives its number.
func (g *reg) say(kind truce.Kind, author, subject string, body any, audience ...string) int64 {
	g.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		g.t.Fatal(err)
	}
	if spec, ok := truce.SpecOf(kind); ok {
		if err := truce.CheckBody(spec.Fields, raw); err != nil {
			g.t.Fatalf("%s: %v", kind, err)
		}
	}
	n := g.size
	g.apply(&ledger.Entry{Number: n, Time: g.clock, ID: id(n), Envelope: &proof.Envelope{},
		Statement: &truce.Statement{Kind: kind, Author: author, Subject: subject, Status: truce.Actual, Audience: audience, Body: raw}})
	switch kind.Act() {
	case "register", "announce", "amend", "withdraw":
		g.newest[subject] = id(n)
	}
	return n
}

func (g *reg) apply(e *ledger.Entry) {
	g.t.Helper()
	err := g.db.Update(context.Background(), func(tx store.Tx) error {
		_, err := g.run.Apply(context.Background(), tx, e)
		return err
	})
	if err != nil {
		g.t.Fatal(err)
	}
	g.size++
}

// about says something about the newest version of a subject.
func (g *reg) about(kind truce.Kind, author, subject string, more ...any) int64 {
	g.t.Helper()
	body := obj(more...)
	body["version"] = g.newest[subject]
	return g.say(kind, author, subject, body)
}

type object = map[string]any

// obj is an object of names and values in turn.
func obj(pairs ...any) object {
	o := object{}
	for i := 0; i < len(pairs); i += 2 {
		o[pairs[i].(string)] = pairs[i+1]
	}
	return o
}

func signatories(ids ...string) []object {
	var out []object
	for _, id := range ids {
		out = append(out, obj("party", id, "roles", []string{"signatory"}))
	}
	return out
}

// noFire is a clause that prohibits all fire.
func noFire(more ...any) object {
	o := obj(more...)
	for k, v := range obj("id", "c1", "kind", "prohibited-act", "modality", "prohibits", "acts", []string{"fire"}, "test", "no impact") {
		if _, ok := o[k]; !ok {
			o[k] = v
		}
	}
	return o
}

// agreed is the body of an agreement between x and y.
func agreed(more ...any) object {
	o := obj("names", []object{{"text": "Cessation"}}, "class", "cessation-of-hostilities", "parties", signatories("xx", "yy"), "clauses", []object{noFire()})
	for k, v := range obj(more...) {
		o[k] = v
	}
	return o
}

func (g *reg) now(at string, q Query) *Answer {
	g.t.Helper()
	if at != "" {
		q.At = utc(at)
	}
	if q.Viewer == (auth.Viewer{}) {
		q.Viewer = registrar
	}
	a, err := g.engine.Now(context.Background(), q)
	if err != nil {
		g.t.Fatal(err)
	}
	return a
}

// agreement is the answer about one agreement at a time.
func (g *reg) agreement(id, at string) *Agreement {
	g.t.Helper()
	a, err := g.engine.Agreement(context.Background(), id, Query{At: utc(at), Viewer: registrar})
	if err != nil {
		g.t.Fatal(err)
	}
	return a
}

func (g *reg) window(id, at string) *Window {
	g.t.Helper()
	w, err := g.engine.Window(context.Background(), id, Query{At: utc(at), Viewer: registrar})
	if err != nil {
		g.t.Fatal(err)
	}
	return w
}

func (g *reg) state(id, at string, want State) {
	g.t.Helper()
	if got := g.agreement(id, at); got.State != want {
		g.t.Errorf("%s at %s is %s, want %s (%v)", id, at, got.State, want, got.Acceptance)
	}
}

// accept accepts for each party.
func (g *reg) accept(subject string, parties ...string) {
	g.t.Helper()
	kind := truce.AgreementAccept
	if strings.HasPrefix(subject, "window-") {
		kind = truce.WindowAccept
	}
	for _, p := range parties {
		g.about(kind, p, subject)
	}
}

func here(lat, lon float64) Query {
	return Query{Shape: geo.PointShape(geo.Point{Lat: lat, Lon: lon}, 0)}
}

func circle(lat, lon, radius float64) object {
	return obj("type", "Circle", "coordinates", []float64{lon, lat}, "radiusM", radius)
}
