package pack

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"slices"
	"testing"
	"time"

	"truce"
	"truce/geo"
	"truce/holds"
)

var update = flag.Bool("update", false, "write the test vectors anew")

const vectorFile = "../testdata/vectors/pack.json"

// vectors are a pack, the next one, and the delta between them, with what stands in them. Signatures of Ed25519 and all
// content can be made again; compressed bytes can only be read again.
type vectors struct {
	Note       string       `json:"note"`
	LogKey     string       `json:"logKey"`
	Objects    []Object     `json:"objects"` // of the first pack
	Next       []Object     `json:"next"`    // of the second
	Agreed     []vectorSaid `json:"agreed"`  // statements about agreements and windows, in order: those of the first pack, then one more
	ContentHex string       `json:"contentHex"`
	HeaderText string       `json:"header"`
	NoteText   string       `json:"signedNote"`
	PackHex    string       `json:"packHex"`
	NextHex    string       `json:"nextHex"`
	DeltaHex   string       `json:"deltaHex"`
	Answers    []vectorTold `json:"answers"` // of the second pack
}

type vectorTold struct {
	Lat, Lon, RadiusM float64
	At                time.Time
	Protections       []Protection
	Agreements        []holds.AgreementBrief
	Windows           []holds.WindowBrief
}

// vectorObjects have every form of id, name, state, shape, time and number that there is.
func vectorObjects() []Object {
	at := func(lat, lon float64) geo.Point { return geo.Point{Lat: lat, Lon: lon} }
	version := func(b byte) string { return hex.EncodeToString(bytes.Repeat([]byte{b}, 32)) }
	ring := func(lat, lon, r float64) []geo.Point {
		return []geo.Point{at(lat-r, lon-r), at(lat-r, lon+r), at(lat+r, lon+r), at(lat+r, lon-r), at(lat-r, lon-r)}
	}
	part := func(s geo.Shape, p ...Period) []Part { return []Part{{Shape: s, Periods: p, Leg: -1}} }
	hour := func(n int) int64 { return start.Add(time.Duration(n) * time.Hour).UnixMilli() }
	return []Object{
		{ID: "site-aebagbafaydqqcikbmga2dqpca", Kind: "site", Type: "hospital", Status: truce.Actual, Verification: "imagery", First: 3, Entry: 9, Version: version(1),
			Names: []truce.Name{{Text: "University Hospital", Lang: "en", Kind: "official"}, {Text: "مستشفى", Lang: "ar"}}, Operator: "Directorate of health",
			Parts: part(geo.PointShape(at(36.2128, 37.1166), 20))},
		{ID: "site-well", Kind: "site", Type: "water", Status: truce.Actual, Verification: "entered", Differs: true, Contested: true, First: 4, Entry: 4, Version: version(2),
			RevalidateBy: start.AddDate(0, 1, 0), Parts: part(geo.CircleShape(at(36.30000001, 1.0/3), 150.5), Period{hour(0), NoEnd})},
		{ID: "area-east", Kind: "area", Type: "residential", Status: truce.Actual, Verification: "sane", First: 5, Entry: 11, Version: version(3), Withdrawn: "closed",
			WithdrawnAt: start.Add(time.Hour), Parts: part(geo.Shape{Type: geo.TypePolygon, Polygons: [][][]geo.Point{{ring(36, 38, 0.1), ring(36, 38, 0.01)}}})},
		{ID: "movement-convoy", Kind: "movement", Type: "food-aid", Status: truce.Exercise, Verification: "entered", First: 7, Entry: 7, Version: version(4), Parts: []Part{
			{Shape: geo.Shape{Type: geo.TypeLineString, Lines: [][]geo.Point{{at(36, 37), at(36.05, 37.1), at(36.1, 37.2)}}, BufferM: 200}, Leg: 0, Name: "route", Periods: []Period{{hour(10), hour(13)}}},
			{Shape: geo.PointShape(at(36.1, 37.2), 0), Leg: 1, Name: "halt", Periods: []Period{{hour(10), hour(13)}, {hour(34), hour(37)}, {hour(58), hour(61)}}}}},
		{ID: "area-many", Kind: "area", Type: "other", Status: truce.Test, First: 8, Entry: 8, Parts: part(geo.Shape{Type: geo.TypeMultiPolygon,
			Polygons: [][][]geo.Point{{{at(9.9, 179.9), at(9.9, -179.9), at(10.1, -179.9), at(10.1, 179.9), at(9.9, 179.9)}}, {ring(-10, 20, 1.5), ring(-10, 20, 0.5)}}}, Period{NoBeginning, hour(5)})},
		{ID: "area-points", Kind: "area", Type: "other", Status: truce.Actual, First: 8, Entry: 8, Parts: []Part{
			{Shape: geo.Shape{Type: geo.TypeMultiPoint, Points: []geo.Point{at(1, 2), at(-0.5, 179.9999999)}, AccuracyM: 0.0001}, Leg: -1},
			{Shape: geo.Shape{Type: geo.TypeMultiLineString, Lines: [][]geo.Point{{at(5, 5), at(6, 6)}, {at(7, 7), at(8, 8), at(9, 9)}}}, Leg: -1}}},
	}
}

func vectorNext() []Object {
	next := vectorObjects()
	next[0].Verification = "second-organisation"
	next[1].Contested = false
	added := Object{ID: "site-new", Kind: "site", Type: "clinic", Status: truce.Actual, Verification: "entered", First: 12, Entry: 12, Version: hex.EncodeToString(bytes.Repeat([]byte{9}, 32)),
		Parts: []Part{{Shape: geo.PointShape(geo.Point{Lat: 36.2, Lon: 37.15}, 10), Leg: -1}}}
	return append(append(next[:3:3], next[4:]...), added)
}

func makeVectors(t *testing.T) *vectors {
	first, next := packOf(t, vectorObjects(), 12, made, vectorAgreed(t)...), packOf(t, vectorNext(), 14, made.Add(time.Hour), vectorNextAgreed(t)...)
	delta, err := Diff(first, next)
	if err != nil {
		t.Fatal(err)
	}
	f, err := unmarshal(first.Bytes(), magicPack)
	if err != nil {
		t.Fatal(err)
	}
	_, vkey := logKey(t)
	v := &vectors{Note: "Test vectors of package truce/pack, see docs/formats.md. The key is of a known seed: never use it.", LogKey: vkey,
		Objects: vectorObjects(), Next: vectorNext(), Agreed: vectorStatements(t), ContentHex: hex.EncodeToString(first.content), HeaderText: string(f.header), NoteText: string(f.note),
		PackHex: hex.EncodeToString(first.Bytes()), NextHex: hex.EncodeToString(next.Bytes()), DeltaHex: hex.EncodeToString(delta)}
	for _, q := range []vectorTold{{Lat: 36.2128, Lon: 37.1166, RadiusM: 4000, At: start.Add(time.Hour)}, {Lat: 36, Lon: 38, At: start}, {Lat: 36, Lon: 38.05, At: start.Add(2 * time.Hour)},
		{Lat: 36.3, Lon: 0.3333, RadiusM: 10, At: start.AddDate(1, 0, 0)}, {Lat: 36.2, Lon: 37.15, At: time.Date(2016, 10, 30, 10, 59, 59, 0, time.UTC)}, {Lat: 36.2, Lon: 37.1, At: time.Date(2016, 8, 11, 8, 55, 0, 0, time.UTC)},
		{Lat: 10, Lon: -179.99, At: start.Add(6 * time.Hour)}, {Lat: 60, Lon: 60, At: start}} {
		q.told(t, next)
		v.Answers = append(v.Answers, q)
	}
	return v
}

// told fills in what the pack answers.
func (q *vectorTold) told(t *testing.T, p *Pack) {
	t.Helper()
	a, err := p.Check(Query{Shape: geo.PointShape(geo.Point{Lat: q.Lat, Lon: q.Lon}, 0), RadiusM: q.RadiusM, From: q.At}, made)
	if err != nil {
		t.Fatal(err)
	}
	q.Protections, q.Agreements, q.Windows = a.Protections, a.Agreements, a.Windows
}

// vectorSaid is one statement about an agreement or window.
type vectorSaid struct {
	Entry                     int64
	ID, Kind, Author, Subject string
	At                        time.Time
	Body                      json.RawMessage
}

// vectorStatements are the statements that the records of the vectors are made of.
func vectorStatements(t *testing.T) (out []vectorSaid) {
	for _, r := range vectorBodies(t).records {
		for i, v := range r.Versions {
			kind := map[string][2]string{"agreement": {"agreement.register", "agreement.amend"}, "window": {"window.announce", "window.amend"}}[r.Object][min(i, 1)]
			out = append(out, vectorSaid{v.Entry, v.ID, kind, v.Author, r.Subject, v.At, v.Body})
		}
		for _, s := range r.Said {
			out = append(out, vectorSaid{s.Entry, s.ID, string(s.Kind), s.Author, r.Subject, s.At, s.Body})
		}
	}
	slices.SortFunc(out, func(a, b vectorSaid) int { return int(a.Entry - b.Entry) })
	return out
}

// vectorBodies are agreements with one more acceptance than the first pack knows.
func vectorBodies(t *testing.T) *bodies {
	b := agreements(t)
	for _, r := range b.records {
		if r.Subject == "window-corridor" {
			b.act(r, truce.WindowAccept, "party-y", nil)
		}
	}
	return b
}

func vectorAgreed(t *testing.T) []*holds.Record { return agreements(t).told() }

func vectorNextAgreed(t *testing.T) []*holds.Record { return vectorBodies(t).told() }

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func readVectors(t *testing.T) *vectors {
	t.Helper()
	if *update {
		text, err := json.MarshalIndent(makeVectors(t), "", "  ")
		if err == nil {
			err = os.WriteFile(vectorFile, append(text, '\n'), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(vectorFile)
	v := &vectors{}
	if err == nil {
		err = json.Unmarshal(data, v)
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// What an earlier version wrote is read, and what is signed is written the same again.
func TestVectors(t *testing.T) {
	v, now := readVectors(t), makeVectors(t)
	if v.ContentHex != now.ContentHex || v.HeaderText != now.HeaderText || v.NoteText != now.NoteText || v.LogKey != now.LogKey {
		t.Error("the content, header or signature of a pack is not written as it was")
	}
	first, err := Open(unhex(t, v.PackHex), v.LogKey)
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range first.All() {
		if want := vectorObjects()[i]; !reflect.DeepEqual(o, want) {
			t.Errorf("object %d:\n%+v\n%+v", i, o, want)
		}
	}
	next, err := Apply(first, unhex(t, v.DeltaHex), v.LogKey)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(next.content, mustOpen(t, unhex(t, v.NextHex), v.LogKey).content) {
		t.Error("the delta leads to other content")
	}
	for _, q := range v.Answers {
		got := q
		if got.told(t, next); text(got) != text(q) {
			t.Errorf("%s\n%s", text(got), text(q))
		}
	}
}

func mustOpen(t *testing.T, data []byte, vkey string) *Pack {
	t.Helper()
	p, err := Open(data, vkey)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func text(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}
