package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"truce/bench/workload"
	"truce/client"
)

// batch is how many checks are asked at once.
const batch = 1000

// one is a check in PostGIS: exact, with a box of its own for the index.
const one = `SELECT id FROM site WHERE env && ST_SetSRID(ST_MakePoint($1::float8, $2::float8), 4326) AND began < $4 AND $3 < ended
	AND ST_DWithin(core, ST_SetSRID(ST_MakePoint($1::float8, $2::float8), 4326)::geography, radius)`

// many are all checks of a batch in one statement.
const many = `SELECT q.n, s.id FROM unnest($1::float8[], $2::float8[], $3::int8[], $4::int8[]) WITH ORDINALITY AS q(lon, lat, f, u, n)
	JOIN site s ON s.env && ST_SetSRID(ST_MakePoint(q.lon, q.lat), 4326) AND s.began < q.u AND q.f < s.ended
	AND ST_DWithin(s.core, ST_SetSRID(ST_MakePoint(q.lon, q.lat), 4326)::geography, s.radius)`

// contestant is one way to answer a batch; it gives the number of hits.
type contestant struct {
	name string
	ask  func(ctx context.Context) (hits int, err error)
	took []time.Duration
	hits int
}

// race asks the same batches of everybody in turns, and prints a table.
func race(ctx context.Context, db *pgx.Conn, zones, rounds int) error {
	g := workload.New(42)
	all := sites(g, zones)
	began := time.Now()
	s, err := serve(ctx, all)
	if err != nil {
		return err
	}
	defer s.close()
	fmt.Printf("%d sites registered in %.1f s\n", zones, time.Since(began).Seconds())
	began = time.Now()
	if err := loadSites(ctx, db, all); err != nil {
		return err
	}
	fmt.Printf("and loaded into PostGIS in %.1f s\n\n", time.Since(began).Seconds())
	checks := g.Checks(batch, zones, 43)
	contestants, err := contestantsOf(ctx, s, db, checks)
	if err != nil {
		return err
	}
	for range rounds + 1 { // the first warms
		for _, c := range contestants {
			began := time.Now()
			hits, err := c.ask(ctx)
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			c.took, c.hits = append(c.took, time.Since(began)), hits
		}
	}
	table(contestants)
	return nil
}

// loadSites copies the sites into PostGIS, and indexes and analyses them.
func loadSites(ctx context.Context, db *pgx.Conn, all []site) error {
	if _, err := db.Exec(ctx, `CREATE TABLE raw (id int, core text, env text, radius float8, began int8, ended int8)`); err != nil {
		return err
	}
	rows := pgx.CopyFromSlice(len(all), func(i int) ([]any, error) {
		s := all[i]
		return []any{i, wkt(s.shape), envelope(s), s.shape.ExtentM(), s.from, s.until}, nil
	})
	if _, err := db.CopyFrom(ctx, pgx.Identifier{"raw"}, []string{"id", "core", "env", "radius", "began", "ended"}, rows); err != nil {
		return err
	}
	for _, step := range []string{
		`CREATE TABLE site AS SELECT id, ST_GeogFromText(core) AS core, ST_SetSRID(ST_GeomFromText(env), 4326) AS env, radius, began, ended FROM raw`,
		`CREATE INDEX ON site USING gist (env)`, `DROP TABLE raw`, `VACUUM ANALYZE site`,
	} {
		if _, err := db.Exec(ctx, step); err != nil {
			return err
		}
	}
	return nil
}

// envelope is the box of a site, or two where it crosses the antimeridian.
func envelope(s site) string {
	b := s.shape.Bounds()
	box := func(west, east float64) string {
		return fmt.Sprintf("((%v %v,%v %v,%v %v,%v %v,%v %v))", west, b.South, east, b.South, east, b.North, west, b.North, west, b.South)
	}
	if b.West > b.East {
		return "MULTIPOLYGON(" + box(b.West, 180) + "," + box(-180, b.East) + ")"
	}
	return "POLYGON" + box(b.West, b.East)
}

func contestantsOf(ctx context.Context, s *served, db *pgx.Conn, checks []workload.Check) ([]*contestant, error) {
	if _, err := db.Prepare(ctx, "one", one); err != nil {
		return nil, err
	}
	if _, err := db.Prepare(ctx, "many", many); err != nil {
		return nil, err
	}
	queries := queriesOf(checks)
	ours := &contestant{name: "truce, POST /v1/check through package client (made, sent, answered, verified, read)"}
	ours.ask = func(ctx context.Context) (int, error) { return askClient(ctx, s, queries) }
	wire := &contestant{name: "truce, POST /v1/check, request and answer alone"}
	wire.ask = func(ctx context.Context) (int, error) {
		_, err := s.wire.again(ctx)
		return ours.hits, err
	}
	return []*contestant{ours, wire,
		{name: "PostGIS, prepared, one statement a check", ask: func(ctx context.Context) (int, error) { return askEach(ctx, db, checks) }},
		{name: "PostGIS, prepared, pgx.Batch", ask: func(ctx context.Context) (int, error) { return askPipelined(ctx, db, checks) }},
		{name: "PostGIS, prepared, one statement for all (unnest)", ask: func(ctx context.Context) (int, error) { return askMany(ctx, db, checks) }},
	}, nil
}

func queriesOf(checks []workload.Check) []client.Query {
	queries := make([]client.Query, len(checks))
	for i := range checks {
		from, until := time.UnixMilli(checks[i].From).UTC(), time.UnixMilli(checks[i].Until).UTC()
		queries[i] = client.Query{Lat: &checks[i].Lat, Lon: &checks[i].Lon, From: &from, Until: &until}
	}
	return queries
}

// askClient counts what is in force: the register tells the rest too.
func askClient(ctx context.Context, s *served, queries []client.Query) (hits int, err error) {
	answers, err := s.client.CheckMany(ctx, queries)
	for _, a := range answers {
		if a.Err != nil {
			return 0, a.Err
		}
		for _, p := range a.Answer.Protections {
			if p.State == "inForce" {
				hits++
			}
		}
	}
	return hits, err
}

func askEach(ctx context.Context, db *pgx.Conn, checks []workload.Check) (hits int, err error) {
	for _, c := range checks {
		rows, err := db.Query(ctx, "one", c.Lon, c.Lat, c.From, c.Until)
		if err != nil {
			return 0, err
		}
		ids, err := pgx.CollectRows(rows, pgx.RowTo[int])
		if err != nil {
			return 0, err
		}
		hits += len(ids)
	}
	return hits, nil
}

func askPipelined(ctx context.Context, db *pgx.Conn, checks []workload.Check) (hits int, err error) {
	b := &pgx.Batch{}
	for _, c := range checks {
		b.Queue("one", c.Lon, c.Lat, c.From, c.Until).Query(func(rows pgx.Rows) error {
			ids, err := pgx.CollectRows(rows, pgx.RowTo[int])
			hits += len(ids)
			return err
		})
	}
	return hits, db.SendBatch(ctx, b).Close()
}

// columns are checks as arrays: the parameters of many.
func columns(checks []workload.Check) []any {
	var lon, lat []float64
	var from, until []int64
	for _, c := range checks {
		lon, lat, from, until = append(lon, c.Lon), append(lat, c.Lat), append(from, c.From), append(until, c.Until)
	}
	return []any{lon, lat, from, until}
}

func askMany(ctx context.Context, db *pgx.Conn, checks []workload.Check) (int, error) {
	rows, err := db.Query(ctx, "many", columns(checks)...)
	if err != nil {
		return 0, err
	}
	ids, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (id int, err error) {
		var n int64
		return id, row.Scan(&n, &id)
	})
	return len(ids), err
}

func table(contestants []*contestant) {
	fmt.Printf("| %d checks at once | ms, median (least..most) | checks/s | hits in force | ours through the client is faster by | request and answer alone |\n| --- | --- | --- | --- | --- | --- |\n", batch)
	mid := func(c *contestant) float64 {
		t := slices.Sorted(slices.Values(c.took[1:]))
		return float64(t[len(t)/2].Microseconds()) / 1000
	}
	for _, c := range contestants {
		t := slices.Sorted(slices.Values(c.took[1:]))
		m := math.Max(mid(c), 1e-3)
		fmt.Printf("| %s | %.1f (%.1f..%.1f) | %.0f | %d | %.1f | %.1f |\n", c.name, m, float64(t[0].Microseconds())/1000, float64(t[len(t)-1].Microseconds())/1000,
			batch/m*1000, c.hits, m/mid(contestants[0]), m/mid(contestants[1]))
	}
}
