package check

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"truce"
	"truce/geo"
	"truce/internal/auth"
	"truce/internal/ledger"
	"truce/internal/store"
	"truce/internal/store/sqlite"
	"truce/internal/view"
	"truce/internal/view/protected"
	"truce/proof"
)

var (
	registrar = auth.Viewer{Party: "cell", Role: truce.RoleRegistrar}
	owner     = auth.Viewer{Party: "aid", Role: truce.RoleHumanitarian}
	partyX    = auth.Viewer{Party: "party-x", Role: truce.RoleParty}
	start     = time.Date(2016, 8, 11, 6, 0, 0, 0, time.UTC) // entry n is received n minutes later
	noon      = time.Date(2016, 8, 12, 12, 0, 0, 0, time.UTC)
)

// reg is a register: a database with the view on it, a clock that stands at noon.
type reg struct {
	t      *testing.T
	db     store.DB
	run    *view.Runner
	size   int64
	status truce.Status
	stored *Stored
	engine *Engine
}

func newReg(t *testing.T, exercise bool) *reg {
	t.Helper()
	db, err := sqlite.Open(filepath.Join(t.TempDir(), "log.db"), sqlite.Options{CacheMB: 2, Readers: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	g := &reg{t: t, db: db, run: view.New(protected.View{}), status: truce.Actual}
	if exercise {
		g.status = truce.Exercise
	}
	if err := db.Update(context.Background(), func(tx store.Tx) error { return g.run.EnsureSchema(context.Background(), tx) }); err != nil {
		t.Fatal(err)
	}
	g.stored = &Stored{DB: db, Position: g.run.Position, Heads: func(_ context.Context, size int64) (Head, error) {
		size = min(size, g.size)
		return Head{Size: size, Root: fmt.Sprint("root", size), LastEntryTime: start.Add(time.Duration(size-1) * time.Minute)}, nil
	}}
	g.engine = g.newEngine(exercise)
	return g
}

func (g *reg) newEngine(exercise bool) *Engine {
	return New(Config{Register: g.stored, Origin: "register.example/t", Exercise: exercise, Now: func() time.Time { return noon }})
}

// id is the statement id of entry n.
func id(n int64) string { return fmt.Sprintf("%064x", n) }

// say applies the next entry and gives its number.
func (g *reg) say(kind truce.Kind, author, subject, body string, audience ...string) int64 {
	g.t.Helper()
	n := g.size
	g.apply(&ledger.Entry{Number: n, Time: start.Add(time.Duration(n) * time.Minute), ID: id(n), Envelope: &proof.Envelope{},
		Statement: &truce.Statement{Kind: kind, Author: author, Subject: subject, Status: g.status, Audience: audience, Body: json.RawMessage(body)}})
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

// site registers a site of the owner with a geometry and further members.
func (g *reg) site(subject, geometry, more string, audience ...string) int64 {
	g.t.Helper()
	return g.say(truce.SiteRegister, owner.Party, subject, siteBody(geometry, more), audience...)
}

func siteBody(geometry, more string) string {
	return `{"function":"hospital","names":[{"text":"M10"}],"operatorOrg":"Aid","geometry":` + geometry + more + `}`
}

func (g *reg) check(q Query) *Answer {
	g.t.Helper()
	a, err := g.engine.Check(context.Background(), q)
	if err != nil {
		g.t.Fatal(err)
	}
	return a
}

// here is a query of the registrar at a point, now.
func here(lat, lon, radius float64) Query {
	return Query{Shape: geo.PointShape(geo.Point{Lat: lat, Lon: lon}, 0), RadiusM: radius, Viewer: registrar}
}

// point is a point as GeoJSON.
func point(lat, lon float64) string {
	return fmt.Sprintf(`{"type":"Point","coordinates":[%v,%v]}`, lon, lat)
}

// told is what an answer says of each protection: "id state" with its distance
// in metres where it is not 0.
func told(a *Answer) []string {
	out := []string{}
	for _, p := range a.Protections {
		s := p.ID + " " + string(p.State)
		if p.DistanceM != 0 {
			s += fmt.Sprintf(" %.0f", p.DistanceM)
		}
		out = append(out, s)
	}
	return out
}

func text(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func (g *reg) headOf(subject string) (h *truce.ObjectHead, err error) {
	err = g.db.View(context.Background(), func(r store.Reader) error {
		h, err = protected.View{}.Head(context.Background(), r, subject)
		return err
	})
	return h, err
}

// nothing replays an empty log.
func nothing(context.Context, store.Reader, int64, int64, func(*ledger.Entry) error) error {
	return nil
}

// object is the i-th of many sites spread over a country.
func object(i int) *protected.Object {
	body := siteBody(point(34+float64(i%317)/100, 36+float64(i%409)/100), "")
	v := protected.Version{Entry: int64(i), ID: id(int64(i)), Act: "register", Body: []byte(body)}
	return &protected.Object{Subject: fmt.Sprint("site-", i), Kind: "site", Owner: "aid", Status: truce.Actual, First: int64(i), Version: v, Content: v}
}
