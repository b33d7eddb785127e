package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"time"

	"truce/bench/workload"
	"truce/geo"
)

func main() {
	dir := flag.String("dir", ".", "folder to write to")
	zones := flag.Int("zones", 30_000, "how many zones")
	rows := flag.Int("rows", 1_000_000, "how many points")
	flag.Parse()
	if err := write(*dir, *zones, *rows); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(dir string, zones, rows int) error {
	g := workload.New(42)
	checks := g.Checks(rows, zones, 43)
	line := func(begin, end, between string, n int, one func(i int) string) func(*bufio.Writer) {
		return func(w *bufio.Writer) {
			w.WriteString(begin)
			for i := range n {
				if i > 0 {
					w.WriteString(between)
				}
				w.WriteString(one(i))
			}
			w.WriteString(end)
		}
	}
	const list, listEnd = `{"type":"FeatureCollection","features":[` + "\n", "\n]}\n"
	for name, fill := range map[string]func(*bufio.Writer){
		"zones.geojson": line(list, listEnd, ",\n", zones, func(i int) string { return feature(g, i) }),
		"points.ndjson": line("", "\n", "\n", rows, func(i int) string {
			return fmt.Sprintf(`{"lat":%v,"lon":%v,"from":"%s","until":"%s"}`, checks[i].Lat, checks[i].Lon, at(checks[i].From), at(checks[i].Until))
		}),
		"points.csv": line("lat,lon,from,until\n", "\n", "\n", rows, func(i int) string {
			return fmt.Sprintf(`%v,%v,%s,%s`, checks[i].Lat, checks[i].Lon, at(checks[i].From), at(checks[i].Until))
		}),
		"points.geojson": line(list, listEnd, ",\n", rows, func(i int) string {
			return fmt.Sprintf(`{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[%v,%v]}}`, checks[i].Lon, checks[i].Lat)
		}),
	} {
		if err := file(filepath.Join(dir, name), fill); err != nil {
			return err
		}
	}
	return nil
}

func file(path string, fill func(*bufio.Writer)) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	fill(w)
	if err := w.Flush(); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

func at(ms int64) string { return time.UnixMilli(ms).UTC().Format(time.RFC3339) }

// feature is a zone as truce pack build takes it.
func feature(g *workload.Generator, i int) string {
	var z workload.Zone
	g.Zone(i, &z)
	s, properties := z.Shape(), map[string]any{"name": fmt.Sprint("zone ", i), "from": at(z.From)}
	if z.Until != math.MaxInt64 {
		properties["until"] = at(z.Until)
	}
	switch z.Kind {
	case workload.Circle:
		properties["radius_m"], s = z.RadiusM, geo.PointShape(s.Points[0], 0)
	case workload.Corridor:
		properties["buffer_m"], s.BufferM = z.RadiusM, 0
	}
	text, err := json.Marshal(map[string]any{"type": "Feature", "properties": properties, "geometry": s})
	if err != nil {
		panic(err) // shapes always are JSON
	}
	return string(text)
}
