package pack

import (
	"bytes"
	"encoding/hex"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"truce"
	"truce/geo"
)

// anyDegrees are coordinates as people, programs and adversaries write them.
func anyDegrees(t *rapid.T, limit float64) float64 {
	switch rapid.IntRange(0, 5).Draw(t, "how") {
	case 0:
		return rapid.Float64Range(-limit, limit).Draw(t, "any")
	case 1:
		return rapid.SampledFrom([]float64{0, math.Copysign(0, -1), limit, -limit, 5e-324, 1e-7, 0.1 + 0.2}).Draw(t, "odd")
	case 2:
		return math.Nextafter(float64(rapid.IntRange(-80, 80).Draw(t, "near")), 100)
	}
	scale := math.Pow(10, float64(rapid.IntRange(0, 9).Draw(t, "decimals")))
	return math.Max(-limit, math.Min(limit, math.Round(rapid.Float64Range(-limit, limit).Draw(t, "value")*scale)/scale))
}

func anyPoint(t *rapid.T) geo.Point {
	return geo.Point{Lat: anyDegrees(t, 90), Lon: anyDegrees(t, 180)}
}

func anyLine(t *rapid.T) []geo.Point {
	return rapid.SliceOfN(rapid.Custom(anyPoint), 2, 6).Draw(t, "line")
}

func anyRings(t *rapid.T) [][]geo.Point {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) []geo.Point {
		ring := rapid.SliceOfN(rapid.Custom(anyPoint), 3, 6).Draw(t, "ring")
		return append(ring, ring[0])
	}), 1, 3).Draw(t, "rings")
}

func anyExtent(t *rapid.T) float64 {
	return rapid.SampledFrom([]float64{0, 0.001, 0.0001, 150.5, 1e6, 1.0 / 3}).Draw(t, "extent")
}

func anyShape(t *rapid.T) geo.Shape {
	s := geo.Shape{Type: rapid.SampledFrom(shapeTypes).Draw(t, "type")}
	switch s.Type {
	case geo.TypePoint:
		s.Points, s.AccuracyM = []geo.Point{anyPoint(t)}, anyExtent(t)
	case geo.TypeCircle:
		s.Points, s.RadiusM = []geo.Point{anyPoint(t)}, 1+anyExtent(t)/2
	case geo.TypeMultiPoint:
		s.Points, s.AccuracyM = rapid.SliceOfN(rapid.Custom(anyPoint), 1, 4).Draw(t, "points"), anyExtent(t)
	case geo.TypeLineString:
		s.Lines, s.BufferM = [][]geo.Point{anyLine(t)}, anyExtent(t)
	case geo.TypeMultiLineString:
		s.Lines, s.BufferM = rapid.SliceOfN(rapid.Custom(anyLine), 1, 3).Draw(t, "lines"), anyExtent(t)
	case geo.TypePolygon:
		s.Polygons = [][][]geo.Point{anyRings(t)}
	default:
		s.Polygons = rapid.SliceOfN(rapid.Custom(anyRings), 1, 3).Draw(t, "polygons")
	}
	return s
}

func anyPeriods(t *rapid.T) []Period {
	var out []Period
	at := rapid.Int64Range(firstMoment, lastMoment/2).Draw(t, "begin")
	for range rapid.IntRange(0, 4).Draw(t, "periods") {
		p := Period{at, at + rapid.Int64Range(1, 1e9).Draw(t, "length")}
		at = p.Until + rapid.Int64Range(1, 1e9).Draw(t, "gap")
		out = append(out, p)
	}
	if len(out) > 0 && rapid.Bool().Draw(t, "open") {
		out[0].From, out[len(out)-1].Until = NoBeginning, NoEnd
	}
	return out
}

func anyTime(t *rapid.T) time.Time {
	if rapid.Bool().Draw(t, "none") {
		return time.Time{}
	}
	return time.UnixMilli(rapid.Int64Range(firstMoment, lastMoment).Draw(t, "time")).UTC()
}

// anyObject is an object with that number.
func anyObject(t *rapid.T, first int64) Object {
	text := rapid.SampledFrom([]string{"", "hospital", "مشفى", "a\x00b", "больница", "the same"})
	o := Object{ID: rapid.SampledFrom([]string{"site-", "site-aaaaaaaaaaaaaaaaaaaaaaaaa", "x", "-"}).Draw(t, "prefix") + base32ID.EncodeToString([]byte{byte(first), byte(first >> 8)}),
		Kind: text.Draw(t, "kind"), Type: text.Draw(t, "kind"), Operator: text.Draw(t, "operator"), Status: rapid.SampledFrom(statuses).Draw(t, "status"),
		Verification: text.Draw(t, "step"), Differs: rapid.Bool().Draw(t, "differs"), Contested: rapid.Bool().Draw(t, "contested"),
		RevalidateBy: anyTime(t), First: first, Entry: first + rapid.Int64Range(-3, 1e12).Draw(t, "entry")}
	if o.WithdrawnAt = anyTime(t); !o.WithdrawnAt.IsZero() {
		o.Withdrawn = text.Draw(t, "reason")
	}
	if rapid.Bool().Draw(t, "register") {
		o.Version = hex.EncodeToString(bytes.Repeat([]byte{byte(first)}, 32))
		o.ID = "site-" + base32ID.EncodeToString(bytes.Repeat([]byte{byte(first), byte(first >> 8)}, 8))
	}
	for range rapid.IntRange(0, 2).Draw(t, "names") {
		o.Names = append(o.Names, truce.Name{Text: text.Draw(t, "name"), Lang: text.Draw(t, "lang"), Kind: text.Draw(t, "name kind")})
	}
	for range rapid.IntRange(0, 3).Draw(t, "parts") {
		p := Part{Shape: anyShape(t), Periods: anyPeriods(t), Leg: -1}
		if rapid.Bool().Draw(t, "leg") {
			p.Leg, p.Name = rapid.IntRange(0, 300).Draw(t, "number"), text.Draw(t, "part")
		}
		o.Parts = append(o.Parts, p)
	}
	return o
}

func anyObjects(t *rapid.T) []Object {
	var out []Object
	for i := range rapid.IntRange(0, 12).Draw(t, "objects") {
		out = append(out, anyObject(t, int64(i*3)))
	}
	return out
}

// Whatever is put into a pack comes out of it, bit by bit, and written again gives the same bytes.
func TestNothingIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		objects := anyObjects(t)
		content, err := encoded(objects)
		if err != nil {
			t.Fatal(err)
		}
		back, err := decode(string(content), nil)
		if err != nil {
			t.Fatal(err)
		}
		if back.len() != len(objects) {
			t.Fatalf("%d of %d objects", back.len(), len(objects))
		}
		for i := range objects {
			if got := back.object(i); !reflect.DeepEqual(got, objects[i]) || changed(&got, &objects[i]) != 0 {
				t.Fatalf("object %d:\n%+v\n%+v", i, got, objects[i])
			}
		}
	})
}

// What a delta leads to is the new pack, byte by byte, from any pack to any other.
func TestDeltaLeadsToTheSameBytes(t *testing.T) {
	_, vkey := logKey(t)
	rapid.Check(t, func(rt *rapid.T) {
		before, after := anyObjects(rt), []Object{}
		for _, o := range before {
			switch rapid.IntRange(0, 4).Draw(rt, "what becomes of it") {
			case 0:
			case 1:
				o2 := anyObject(rt, o.First)
				o2.ID = o.ID
				after = append(after, o2)
			case 2:
				o.Entry, o.Contested = o.Entry+7, !o.Contested
				after = append(after, o)
			default:
				after = append(after, o)
			}
		}
		for i := range rapid.IntRange(0, 3).Draw(rt, "new") {
			after = append(after, anyObject(rt, int64(100+i)))
		}
		if rapid.Bool().Draw(rt, "turned round") {
			slices.Reverse(after)
		}
		p, q := packOf(t, before, 10, made), packOf(t, after, 20, made.Add(time.Hour))
		delta, err := Diff(p, q)
		if err != nil {
			rt.Fatal(err)
		}
		got, err := Apply(p, delta, vkey)
		if err != nil || !bytes.Equal(got.Bytes(), q.Bytes()) {
			rt.Fatal("other bytes", err)
		}
		if _, err := Apply(q, delta, vkey); err == nil && p.Hash() != q.Hash() {
			rt.Fatal("it applies to another pack too")
		}
	})
}
