package told

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"truce"
	"truce/geo"
	"truce/internal/view/inbox"
)

func deskOf(id, content string) *inbox.Desk {
	d := &inbox.Desk{ID: id, Party: "army"}
	if err := json.Unmarshal([]byte(content), &d.Content); err != nil {
		panic(err)
	}
	return d
}

func ids(desks []*inbox.Desk) (out []string) {
	for _, d := range desks {
		out = append(out, d.ID)
	}
	return out
}

// TestDesksFor: a telling goes to the desks that answer for the place and the kind, in turn,
// until all of the place is answered for; what is not known goes to all, never to nobody.
func TestDesksFor(t *testing.T) {
	north := deskOf("north", `{"covers":{"type":"Circle","coordinates":[37,37],"radiusM":20000}}`)
	south := deskOf("south", `{"covers":{"type":"Circle","coordinates":[37,36],"radiusM":20000}}`)
	roads := deskOf("roads", `{"kinds":["movement","window"]}`)
	all := deskOf("all", `{}`)
	at := func(lat float64) []geo.Shape { return []geo.Shape{geo.PointShape(geo.Point{Lat: lat, Lon: 37}, 0)} }
	road := geo.Shape{Type: geo.TypeLineString, Lines: [][]geo.Point{{{Lat: 36, Lon: 37}, {Lat: 37, Lon: 37}}}}
	turn := []*inbox.Desk{north, south, roads, all}
	for name, c := range map[string]struct {
		desks []*inbox.Desk
		g     Ground
		want  []string
		asked []string
	}{
		"north":             {turn, Ground{Kind: "site", Places: [][]geo.Shape{at(37)}}, []string{"north"}, []string{"north", "all"}},
		"just beyond":       {turn, Ground{Kind: "site", Places: [][]geo.Shape{at(37.25)}}, []string{"all"}, []string{"all"}},
		"far":               {turn, Ground{Kind: "site", Places: [][]geo.Shape{at(30)}}, []string{"all"}, []string{"all"}},
		"moved south":       {turn, Ground{Kind: "site", Places: [][]geo.Shape{at(37), at(36)}}, []string{"north", "south"}, []string{"north", "south", "all"}},
		"movement":          {turn[2:], Ground{Kind: "movement", Places: [][]geo.Shape{at(30)}}, []string{"roads"}, []string{"roads", "all"}},
		"site, not a road":  {turn[2:], Ground{Kind: "site", Places: [][]geo.Shape{at(37)}}, []string{"all"}, []string{"all"}},
		"agreement":         {turn, Ground{Kind: "agreement"}, []string{"north", "south", "all"}, []string{"north", "south", "all"}},
		"through both":      {turn, Ground{Kind: "movement", Places: [][]geo.Shape{{at(37)[0], at(36)[0]}}}, []string{"north", "south"}, []string{"north", "south", "roads", "all"}},
		"and beyond":        {turn, Ground{Kind: "site", Places: [][]geo.Shape{{at(37)[0], at(30)[0]}}}, []string{"north", "all"}, []string{"north", "all"}},
		"a road":            {turn, Ground{Kind: "movement", Places: [][]geo.Shape{{road}}}, []string{"north", "south", "roads"}, []string{"north", "south", "roads", "all"}},
		"erased":            {turn, Ground{Lost: true}, []string{"north", "south", "roads", "all"}, []string{"north", "south", "roads", "all"}},
		"nobody answers":    {turn[:2], Ground{Kind: "site", Places: [][]geo.Shape{at(30)}}, []string{"north"}, []string{"north", "south"}},
		"kind is not known": {turn[2:3], Ground{Places: [][]geo.Shape{at(37)}}, []string{"roads"}, []string{"roads"}},
		"no desk":           {nil, Ground{Kind: "site"}, nil, nil},
	} {
		if got := ids(DesksFor(c.desks, &c.g)); !slices.Equal(got, c.want) {
			t.Errorf("%s is told to %v, want %v", name, got, c.want)
		}
		if got := ids(AskedOf(c.desks, &c.g)); !slices.Equal(got, c.asked) {
			t.Errorf("%s: asked are %v, want %v", name, got, c.asked)
		}
	}
}

// TestGroundOf: every place that any version names counts, of movements each of its
// points and roads.
func TestGroundOf(t *testing.T) {
	g := GroundOf(truce.MovementRegister, []json.RawMessage{json.RawMessage(`{"legs":[{"from":{"point":{"type":"Point","coordinates":[1,2]}},
		"route":{"type":"LineString","coordinates":[[1,2],[3,4]]},"halts":[{"point":{"type":"Point","coordinates":[5,6]}}]}]}`), json.RawMessage(`{"purpose":"food-aid"}`)})
	if g.Kind != "movement" || len(g.Places) != 1 || len(g.Places[0]) != 3 || g.Lost {
		t.Errorf("%+v", g)
	}
	if g := GroundOf(truce.SiteRegister, []json.RawMessage{json.RawMessage(`{"geometry":{"type":"Nonsense"}}`)}); !g.Lost {
		t.Error("a place that cannot be read counts as none")
	}
}

func TestOnDuty(t *testing.T) {
	d := deskOf("d", `{"roster":[{"duty":"night","from":{"at":"2016-08-11T20:00:00Z","precision":"exact"},"until":{"at":"2016-08-12T06:00:00Z","precision":"exact"}},
		{"duty":"day","from":{"at":"2016-08-11T06:00:00Z","precision":"exact"},"until":{"at":"2016-08-11T20:00:00Z","precision":"exact"}},{"duty":"on call","from":{"at":"2016-08-11","precision":"day","zone":"UTC"}}]}`)
	for at, want := range map[string][]string{"2016-08-11T20:00:00Z": {"night", "on call"}, "2016-08-11T19:59:59Z": {"day", "on call"},
		"2016-08-12T06:00:00Z": {"on call"}, "2016-08-10T23:00:00Z": nil} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := OnDuty(d, now); !slices.Equal(got, want) {
			t.Errorf("at %s: %v, want %v", at, got, want)
		}
	}
}

// TestDesk: the newest test of each line counts, from when it was made.
func TestDesk(t *testing.T) {
	g := newReg(t)
	g.say(truce.DeskRegister, "army", "desk-a", `{"name":"d","echelon":"air","kinds":["site"],"roster":[{"duty":"past","until":{"at":"2000-01-01","precision":"day","zone":"UTC"}}]}`)
	g.say(truce.ContactTest, "cell", "desk-a", `{"channel":"voice","at":{"at":"1999-01-01","precision":"day","zone":"UTC"},"outcome":"no-answer"}`)
	g.say(truce.ContactTest, "cell", "desk-a", `{"channel":"voice","at":{"at":"1999-01-02","precision":"day","zone":"UTC"},"outcome":"answered"}`)
	g.say(truce.ContactTest, "cell", "desk-a", `{"channel":"voice","at":{"at":"1998-01-01","precision":"day","zone":"UTC"},"outcome":"failed"}`)
	g.reading(truce.Now, func(q *Reading) {
		desks, err := q.Inbox.Desks(t.Context(), q.r, "army", truce.Now)
		if err != nil || len(desks) != 1 {
			t.Fatalf("%v, %v", desks, err)
		}
		v, err := q.Desk(desks[0], start)
		if err != nil || !v.Unmanned || len(v.Tests) != 1 || v.Tests[0].Outcome != "answered" || !v.Tests[0].At.Equal(time.Date(1999, 1, 2, 0, 0, 0, 0, time.UTC)) || !slices.Equal(v.Kinds, []string{"site"}) {
			t.Errorf("%+v, %v", v, err)
		}
	})
}

// TestLiesIn: what is said to lie in an area does, in each part.
func TestLiesIn(t *testing.T) {
	square := geo.Shape{Type: geo.TypePolygon, Polygons: [][][]geo.Point{{{{Lat: 36, Lon: 37}, {Lat: 36, Lon: 38}, {Lat: 37, Lon: 38}, {Lat: 37, Lon: 37}, {Lat: 36, Lon: 37}}}}}
	round := geo.Shape{Type: geo.TypeCircle, Points: []geo.Point{{Lat: 36.5, Lon: 37.5}}, RadiusM: 30000}
	line := func(lon float64) geo.Shape {
		return geo.Shape{Type: geo.TypeLineString, Lines: [][]geo.Point{{{Lat: 36.5, Lon: 37.5}, {Lat: 36.5, Lon: lon}}}}
	}
	around := geo.Shape{Type: geo.TypePolygon, Polygons: [][][]geo.Point{{{{Lat: 36.4, Lon: 37.4}, {Lat: 36.4, Lon: 37.5}, {Lat: 36.5, Lon: 37.5}, {Lat: 36.4, Lon: 37.4}}}}}
	for name, c := range map[string]struct {
		s    geo.Shape
		want bool
	}{"point": {geo.PointShape(geo.Point{Lat: 36.5, Lon: 37.5}, 0), true}, "rough point": {geo.PointShape(geo.Point{Lat: 36.5, Lon: 37.5}, 60000), false},
		"beside": {geo.PointShape(geo.Point{Lat: 37.5, Lon: 37.5}, 0), false}, "outline": {around, true}, "short road": {line(37.6), true}, "road out of it": {line(38.1), false},
		"a continent": {line(90), false}, "nothing": {geo.Shape{}, false}} {
		for _, area := range []geo.Shape{square, round} {
			if got := liesIn(c.s, area); got != c.want {
				t.Errorf("%s in %s: %v", name, area.Type, got)
			}
		}
	}
}
