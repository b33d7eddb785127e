package main

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"truce/bench/workload"
	"truce/geo"
	"truce/oracle/referee"
	"truce/oracle/worlds"
)

// crowd compares many zones of the workload: PostGIS finds its candidates by its own
// index of boxes.
func crowd(ctx context.Context, db *pgx.Conn, zones, checks int) (*found, error) {
	g := workload.New(42)
	w := &worlds.World{Seed: 42}
	var all []site
	var z workload.Zone
	for i := range zones {
		g.Zone(i, &z)
		s := site{z.Shape(), z.From, z.Until}
		all = append(all, s)
		w.Zones = append(w.Zones, worlds.Zone{Shape: s.shape, Periods: []worlds.Period{{From: s.from, Until: s.until}}})
	}
	if err := loadSites(ctx, db, all); err != nil {
		return nil, err
	}
	engine, err := referee.Engine(w.Zones, 0)
	if err != nil {
		return nil, err
	}
	f := &found{worlds: 1}
	asked := g.Checks(checks, zones, 43)
	for from := 0; from < checks; from += batch {
		if err := f.some(ctx, db, engine, w, asked[from:min(from+batch, checks)], from); err != nil {
			return f, err
		}
	}
	return f, nil
}

// some compares a batch of checks that begins with number first.
func (f *found) some(ctx context.Context, db *pgx.Conn, engine referee.Subject, w *worlds.World, checks []workload.Check, first int) error {
	theirs, err := pairs(ctx, db, checks)
	if err != nil {
		return err
	}
	for i := range checks {
		c := &checks[i]
		a := worlds.Ask{Shape: geo.PointShape(c.Point, 0), From: c.From, Until: c.Until, OnlyInForce: true}
		hits, err := engine.Check(&a)
		if err != nil {
			return err
		}
		f.checks++
		for _, h := range hits {
			if theirs[i][h.Zone] {
				f.both++
				delete(theirs[i], h.Zone)
			} else {
				f.differ(w, &a, uint64(first+i), h.Zone, 0, true)
			}
		}
		for zone := range theirs[i] {
			f.differ(w, &a, uint64(first+i), zone, 0, false)
		}
	}
	return nil
}

// pairs are the zones that PostGIS finds, by check.
func pairs(ctx context.Context, db *pgx.Conn, checks []workload.Check) ([]map[int]bool, error) {
	rows, err := db.Query(ctx, many, columns(checks)...)
	if err != nil {
		return nil, err
	}
	out := make([]map[int]bool, len(checks))
	for i := range out {
		out[i] = map[int]bool{}
	}
	var n int64
	var id int
	_, err = pgx.ForEachRow(rows, []any{&n, &id}, func() error {
		if n < 1 || int(n) > len(out) {
			return fmt.Errorf("row of check %d", n)
		}
		out[n-1][id] = true
		return nil
	})
	return out, err
}
