package geo

import (
	"bufio"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/tidwall/geodesic"
	"pgregory.net/rapid"
)

// sharedData finds a third party's file that is not part of the repository, and skips the test where it is missing.
func sharedData(t testing.TB, path ...string) string {
	t.Helper()
	for _, up := range []string{"..", "../..", "../../.."} {
		name := filepath.Join(append([]string{up, "shared", "data"}, path...)...)
		if _, err := os.Stat(name); err == nil {
			return name
		}
	}
	t.Skip("no shared/data/" + filepath.Join(path...))
	return ""
}

func TestDistanceAgainstGeodTest(t *testing.T) {
	f, err := os.Open(sharedData(t, "vectors", "geodesic", "GeodTest-50.dat"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n := 0
	for sc := bufio.NewScanner(f); sc.Scan(); n++ {
		var v []float64
		for _, x := range strings.Fields(sc.Text()) {
			y, err := strconv.ParseFloat(x, 64)
			if err != nil {
				t.Fatal(err)
			}
			v = append(v, y)
		}
		a, b, want := Point{Lat: v[0], Lon: v[1]}, Point{Lat: v[3], Lon: v[4]}, v[6]
		if got := Distance(a, b); math.Abs(got-want) > 2e-8 {
			t.Errorf("line %d: %.9f m, want %.9f", n+1, got, want)
		}
	}
	if n != 50 {
		t.Errorf("%d lines", n)
	}
}

func places(t *rapid.T) Point {
	if rapid.IntRange(0, 9).Draw(t, "pole") == 0 {
		return Point{Lat: rapid.SampledFrom([]float64{90, -90, 89.9999, -89.99}).Draw(t, "lat"), Lon: rapid.Float64Range(-180, 180).Draw(t, "lon")}
	}
	return Point{Lat: rapid.Float64Range(-90, 90).Draw(t, "lat"), Lon: rapid.Float64Range(-180, 180).Draw(t, "lon")}
}

// beside is the place at a distance and azimuth from p.
func beside(p Point, metres, azimuth float64) Point {
	var q Point
	geodesic.WGS84.Direct(p.Lat, p.Lon, azimuth, metres, &q.Lat, &q.Lon, nil)
	return q
}

func TestArc(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := places(t)
		s := math.Pow(10, rapid.Float64Range(-2, 7).Draw(t, "log metres"))
		q := beside(p, s, rapid.Float64Range(0, 360).Draw(t, "azimuth"))
		got, want := arc(ecef(p), ecef(q)), Distance(p, q)
		bound := 1e-8 + s*1e-13 + s*math.Pow(s/1e6, 4)*1e-7
		if math.Abs(got-want) > bound {
			t.Fatalf("%v %v: arc %.9f, Distance %.9f: off by %g, allowed %g", p, q, got, want, got-want, bound)
		}
	})
}

func TestChordIsNeverBelow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := places(t)
		s := math.Pow(10, rapid.Float64Range(-2, 7.3).Draw(t, "log metres"))
		q := beside(p, s, rapid.Float64Range(0, 360).Draw(t, "azimuth"))
		s = Distance(p, q)
		if c := ecef(p).distance(ecef(q)); c > chord(s)+1e-8 || c > s+1e-8 || longest(c) < s-1e-8 && c < 1.9*rMin {
			t.Fatalf("%v %v: chord %.9f, %.9f m: chord(s) = %.9f, longest(c) = %.9f", p, q, c, s, chord(s), longest(c))
		}
	})
}
