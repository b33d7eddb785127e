package index

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// mutants are single changes to the engine that the suite must notice.
var mutants = []struct{ file, from, to string }{
	{"leaf_scan.go", "if (cross > 0) == (dx > 0) {", "if (cross > 0) != (dx > 0) {"},
	{"leaf_scan.go", "if x0 <= x {", "if x0 < x {"},
	{"leaf_scan.go", "if y > max(y0, y1)+band {\n\t\t\t\tw += step(x0, x1, x)", "if y > max(y0, y1)+band {\n\t\t\t\tw += 0"},
	{"leaf_scan.go", "return 0, false\n\t\t\t\t}\n\t\t\t\tif (cross", "return w, true\n\t\t\t\t}\n\t\t\t\tif (cross"},
	{"leaf_scan.go", "holes ^= w & 1", "holes ^= 0"},
	{"scan.go", "r > fuzz && d < (r-fuzz)*(r-fuzz)", "r > fuzz && d < (r+fuzz)*(r+fuzz)"},
	{"scan.go", "d < (r+fuzz)*(r+fuzz) {", "d < r*r {"},
	{"scan.go", "sure = sure && d > outer", "sure = true"},
	{"scan.go", "case first > p.last:\n\t\tstate = Later", "case first >= p.last:\n\t\tstate = Later"},
	{"scan.go", "case last < p.first:", "case last <= p.first:"},
	{"scan.go", "first == p.last || last == p.first || number&manyBit != 0", "first == p.last || last == p.first"},
	{"scan.go", "if state == InForce || !p.only {", "if state == InForce {"},
	{"scan.go", "outer != 0 && (holes^int32(base))&1 == 0, true", "outer != 0 && holes > -9, true"},
	{"probe.go", "if x.topMask != 0 {", "if false {"},
	{"probe.go", "for _, e := range w.list[:w.lists] {", "for _, e := range w.list[:0] {"},
	{"probe.go", "if k > n && hits[k-1].Zone == h.Zone {", "if false {"},
	{"probe.go", "face, min(u, beyond), min(v, beyond)", "face, u, v"},
	{"exact.go", "return far < q.lo, far < q.lo", "return far < q.lo+0.1, far < q.lo+0.1"},
	{"exact.go", "if s.distance(p.u, p.v) <= near {", "if s.distance(p.u, p.v) <= 0 {"},
	{"exact.go", "if d < q.lo-s.dev {", "if d < q.hi+s.dev {"},
	{"exact.go", "return t.outer != 0 && t.holes == 0, true", "return t.outer == 0 && t.holes == 0, true"},
	{"check.go", "distance(c.parts[0].ball.centre) > chordAbove(reach)+slackM", "distance(c.parts[0].ball.centre) > 0.99*chordAbove(reach)"},
	{"exact.go", "zone.Within(q, Tolerance)", "zone.Within(q, -Tolerance)"},
	{"zone.go", "periods[m].Until > from", "periods[m].Until >= from"},
	{"zone.go", "lo < len(periods) && periods[lo].From < until:", "lo < len(periods) && periods[lo].From <= until:"},
	{"zones.go", "x.period(m).Until > from", "x.period(m).Until >= from"},
	{"zones.go", "case x.period(lo).From < until:", "case x.period(lo).From <= until:"},
	{"cube.go", "d = max(d, x.distance(c))\n\t}\n\treturn d + p.sag", "d = max(d, x.distance(c))\n\t}\n\treturn d - 300*p.sag"},
	{"classify.go", "if p.nearest(d.ball.centre) > d.hi {", "if p.nearest(d.ball.centre) > d.lo*0.9 {"},
	{"classify.go", "case at.outer != 0 && at.holes == 0:", "case at.outer != 0:"},
	{"classify.go", "if far-p.ball.radius > reach ||", "if far > reach ||"},
	{"leaf.go", "inner, outer := math.Floor(in/unit)-1, math.Ceil(out/unit)+1", "inner, outer := math.Floor(in/unit)+9, math.Ceil(out/unit)-9"},
	{"leaf_area.go", "if a.verts[0][1] <= low {", "if false {"},
	{"leaf_area.go", "if n := len(a.verts); n < 2 || a.verts[n-1] != v {", "if n := len(a.verts); n == 0 || a.verts[n-1] != v {"},
	{"leaf_area.go", "return byte(w)<<1 | byte((at.holes^holes)&1)", "return byte(w)<<1 | byte(holes&1)"},
	{"leaf_area.go", "a.margin = max(boxMargin, int(band)/fine+64)", "a.margin = boxMargin"},
	{"plane.go", "sign((s.x1 > s.x0) == (v > a.v))", "sign((s.x1 > s.x0) != (v > a.v))"},
	{"plane.go", "sign((s.y1 > s.y0) != (u > a.u))", "sign((s.y1 > s.y0) == (u > a.u))"},
	{"part.go", "c.geodesic(p, q, pieces(geodesic, target), geodesic)", ""},
	{"part.go", "apart := min(r.apart(), straight+geodesic)", "apart := 0.0 * geodesic"},
	{"build_top.go", "outer := -rings.Winding(0, q.place)", "outer := 0 * rings.Winding(0, q.place)"},
	{"build_cell.go", "w.refs = append(w.refs, refs...)", ""},
	{"node.go", "if k == 0 || e != cells[k-1] {", "if k == 0 || e != cells[0] {"},
	{"batch.go", "b.ends[at] = [2]uint32{uint32(from), uint32(len(b.hits))}", "b.ends[at] = [2]uint32{uint32(from), uint32(from)}"},
	{"check.go", "p.Within(region, radius+Tolerance)", "p.Within(region, radius-1)"},
	{"check.go", "math.Floor(d*1000) / 1000", "math.Ceil(d*1000) / 1000"},
	{"cover.go", "if p.kind == areaPart && radius > 0 {", "if false {"},
	{"record.go", "w.uint(zigzag(p.Until/unit - p.From/unit))", "w.uint(zigzag(p.Until/unit - p.From/unit + 1))"},
	{"scan.go", "l.u <= high(x)+band", "l.u <= high(x)-20"},
	{"scan.go", "l.v >= low(y)-band", "l.v >= low(y)+20"},
	{"scan.go", "l.y>>scale > high(le32(body[8:]))+reach", "l.y>>scale > high(le32(body[8:]))"},
	{"scan.go", "low(le32(body[12:]))-reach", "low(le32(body[12:]))"},
	{"sieve.go", "way := 1.001*reach + 0.001", "way := 0.98*reach"},
	{"sieve.go", "math.Cos(far*degree)", "math.Cos(at.Lat*degree)"},
	{"sieve.go", "case west < -180:\n\t\ts.fill(first, last, west+360, 180)", "case west < -180:"},
	{"sieve.go", "case east > 180:\n\t\ts.fill(first, last, -180, east-360)", "case east > 180:"},
	{"sieve.go", "s.ball(p.strips[i].ball(p.hi))", "s.ball(p.strips[i].ball(0))"},
	{"build_sort.go", "if !p.fine() {", "if false {"},
	{"build_sort.go", "s.tall = append(s.tall, o.tall...)", ""},
	{"sieve.go", "s.words[i] |= w", "s.words[i] ^= w"},
	{"build_top.go", "if !rest[i].part.fine() {", "if false {"},
	{"build_top.go", "\t\tb.sieve.cell(c)\n\t}\n\tif", "\t}\n\tif"},
	{"exact.go", "return far < lo, far < lo || far > hi", "return far < lo+0.1, far < lo+0.1 || far > hi"},
	{"ticks.go", "case t <= q.base:\n\t\treturn 1", "case t <= q.base:\n\t\treturn 2"},
}

// TestMutants changes the engine, one place at a time, and runs the suite: it must fail. It takes minutes, so it is only
// run where TRUCE_MUTANTS is set.
func TestMutants(t *testing.T) {
	for _, m := range mutants {
		source, err := os.ReadFile(m.file)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(source), m.from); n != 1 {
			t.Errorf("%s: %q is there %d times", m.file, m.from, n)
		}
	}
	if os.Getenv("TRUCE_MUTANTS") == "" {
		t.Skip("TRUCE_MUTANTS is not set")
	}
	for i, m := range mutants {
		if survives(t, m.file, m.from, m.to) {
			t.Errorf("mutant %d is not noticed: %s: %q for %q", i, m.file, m.to, m.from)
		}
	}
}

// survives reports whether the suite passes with one change.
func survives(t *testing.T, file, from, to string) bool {
	t.Helper()
	dir := t.TempDir()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	here, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	changed, overlay := filepath.Join(dir, "changed.go"), filepath.Join(dir, "overlay.json")
	list, err := json.Marshal(map[string]map[string]string{"Replace": {here: changed}})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{changed: []byte(strings.Replace(string(source), from, to, 1)), overlay: list} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("go", "test", "-short", "-failfast", "-vet=off", "-timeout=60s", "-overlay", overlay, ".")
	cmd.Env = append(os.Environ(), "TRUCE_MUTANTS=")
	out, err := cmd.CombinedOutput()
	if strings.Contains(string(out), "[build failed]") {
		t.Errorf("%s: %q does not compile: %s", file, to, out)
	}
	return err == nil
}
