package main

import (
	"context"
	"fmt"
	"math"

	"github.com/jackc/pgx/v5"

	"truce/oracle/karney"
	"truce/oracle/referee"
	"truce/oracle/worlds"
)

// found counts pairs of question and zone, by who says that they are within reach.
type found struct {
	worlds, checks, refused int
	both                    int
	border                  int // ours alone, up to a centimetre beyond reach; or either, within a tenth of a millimetre of it
	reading                 int // ours alone: the other reading of an edge, or PostGIS is short; the referee says within
	inexact                 int // PostGIS alone; the referee says beyond
	inexactM                float64
	wrong                   []string
}

// verify compares worlds from a seed on.
func verify(ctx context.Context, db *pgx.Conn, seed uint64, count, asks int) (*found, error) {
	f := &found{}
	for f.worlds < count {
		w := worlds.New(seed)
		seed++
		if !f.takes(w) {
			continue
		}
		if err := f.world(ctx, db, w, asks); err != nil {
			return f, fmt.Errorf("world %d: %w", w.Seed, err)
		}
	}
	return f, nil
}

// takes leaves out worlds of continents: PostGIS measures from the great circle of a
// sphere, and is off by kilometres there.
func (f *found) takes(w *worlds.World) bool {
	for _, z := range w.Zones {
		if b := z.Shape.Bounds(); b.North-b.South > 5 {
			return false
		}
	}
	return true
}

// load makes the tables of a world, and gives the zones that PostGIS took.
func load(ctx context.Context, db *pgx.Conn, zones []worlds.Zone) (taken map[int]bool, err error) {
	if _, err := db.Exec(ctx, "DROP TABLE IF EXISTS zone; CREATE TABLE zone (id int, core geography, extent float8)"); err != nil {
		return nil, err
	}
	taken = map[int]bool{}
	for i, z := range zones {
		_, err := db.Exec(ctx, "INSERT INTO zone VALUES ($1, ST_GeogFromText($2), $3)", i, wkt(z.Shape), z.Shape.ExtentM())
		taken[i] = err == nil
	}
	return taken, ctx.Err()
}

const within = `SELECT id FROM zone WHERE ST_DWithin(core, ST_SetSRID(ST_MakePoint($1, $2), 4326)::geography, extent + $3) ORDER BY id`

func (f *found) world(ctx context.Context, db *pgx.Conn, w *worlds.World, asks int) error {
	taken, err := load(ctx, db, w.Zones)
	if err != nil {
		return err
	}
	engine, err := referee.Engine(w.Zones, w.Seed)
	if err != nil {
		return err
	}
	f.worlds++
	for n := range uint64(asks) {
		a := w.Ask(n)
		if !a.Round() {
			continue
		}
		a.OnlyInForce = false
		if err := f.ask(ctx, db, engine, w, &a, n, taken); err != nil {
			return err
		}
	}
	return nil
}

func (f *found) ask(ctx context.Context, db *pgx.Conn, engine referee.Subject, w *worlds.World, a *worlds.Ask, n uint64, taken map[int]bool) error {
	hits, err := engine.Check(a)
	if err != nil {
		return err
	}
	p := a.Shape.Points[0]
	reach := a.RadiusM + a.Shape.ExtentM()
	rows, err := db.Query(ctx, within, p.Lon, p.Lat, reach)
	if err != nil {
		return err
	}
	theirs, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil {
		f.refused++ // a shape that it takes and cannot measure
		return nil
	}
	f.checks++
	ours := map[int]bool{}
	for _, h := range hits {
		ours[h.Zone] = true
	}
	for _, i := range theirs {
		if ours[i] {
			f.both++
			delete(ours, i)
		} else {
			f.differ(w, a, n, i, reach, false)
		}
	}
	for i := range ours {
		if taken[i] {
			f.differ(w, a, n, i, reach, true)
		}
	}
	return nil
}

// differ has the referee decide about a zone that one of the two alone names.
func (f *found) differ(w *worlds.World, a *worlds.Ask, n uint64, i int, reach float64, oursAlone bool) {
	r, err := karney.New(w.Zones[i].Shape)
	if err != nil {
		return
	}
	d := r.From(a.Shape.Points[0], reach)
	switch {
	case oursAlone && d.Hi <= reach:
		f.reading++
	case oursAlone && d.Lo-reach <= 0.01, math.Abs(d.Lo-reach) < 1e-4:
		f.border++
	case !oursAlone && d.Lo > reach:
		f.inexact++
		f.inexactM = math.Max(f.inexactM, r.From(a.Shape.Points[0], 2.1e7).Lo-reach)
	default:
		f.wrong = append(f.wrong, fmt.Sprintf("TRUCE_WORLD=%d TRUCE_ASK=%d: zone %d (%s), reach %v m, the referee says %+v, ours %v", w.Seed, n, i, w.Zones[i].Shape.Type, reach, d, oursAlone))
	}
}

func (f *found) print() {
	fmt.Printf("%d checks in %d worlds (%d that PostGIS could not answer)\n", f.checks, f.worlds, f.refused)
	fmt.Printf("pairs within reach by both: %d\n", f.both)
	fmt.Printf("at the border (ours alone up to 1 cm beyond reach, either within 0.1 mm of it): %d\n", f.border)
	fmt.Printf("ours alone, and the referee says within (the other reading of an edge, or PostGIS is short): %d\n", f.reading)
	fmt.Printf("PostGIS alone, and the referee says beyond: %d, by %.3f m at most\n", f.inexact, f.inexactM)
	fmt.Printf("WRONG by the referee: %d\n", len(f.wrong))
	for _, line := range f.wrong[:min(20, len(f.wrong))] {
		fmt.Println("  " + line)
	}
}
