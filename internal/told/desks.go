package told

import (
	"encoding/json"
	"slices"
	"time"

	"truce"
	"truce/geo"
	"truce/internal/view/inbox"
)

// DeskView is a duty desk with who is on duty and what came of trying its lines.
// What a viewer may not read of it is empty.
type DeskView struct {
	ID        string          `json:"id"`
	Party     truce.PartyID   `json:"party"`
	Version   string          `json:"version"` // statement id in force
	Entry     int64           `json:"entry"`
	Withdrawn bool            `json:"withdrawn"`
	Name      string          `json:"name,omitempty"`
	Echelon   string          `json:"echelon"`
	Parent    string          `json:"parent,omitempty"`
	Order     int             `json:"order,omitempty"`
	Senior    bool            `json:"senior,omitempty"`
	Channels  []inbox.Channel `json:"channels,omitempty"`
	Roster    []inbox.Duty    `json:"roster,omitempty"`
	OnDuty    []string        `json:"onDuty,omitempty" doc:"duties that its roster names for the time asked about"`
	Unmanned  bool            `json:"unmanned,omitempty" doc:"it has a roster, and that names nobody for the time asked about"`
	Kinds     []string        `json:"kinds,omitempty" doc:"kinds of objects that it answers for; absent = all"`
	Covers    json.RawMessage `json:"covers,omitempty" doc:"area that it answers for, GeoJSON; absent = everywhere"`
	Lang      string          `json:"lang,omitempty"`
	Tests     []Test          `json:"tests,omitempty" doc:"the last test of every line, from when it was made"`
}

// Test is what came of trying a line of a desk.
type Test struct {
	Channel string        `json:"channel"` // see truce.ChannelCodes
	Outcome string        `json:"outcome"` // see truce.TestCodes
	At      time.Time     `json:"at"`      // when it was made, and never later than its receipt; UTC
	By      truce.PartyID `json:"by"`
}

// Desk is a desk as who may read all of it sees it at a time.
func (q *Reading) Desk(d *inbox.Desk, now time.Time) (*DeskView, error) {
	c := &d.Content
	v := &DeskView{ID: d.ID, Party: d.Party, Version: d.Version, Entry: d.Entry, Withdrawn: d.Withdrawn, Name: c.Name, Echelon: c.Echelon, Parent: c.Parent,
		Order: c.Order, Senior: c.Senior, Channels: c.Channels, Roster: c.Roster, Kinds: c.Kinds, Covers: c.Covers, Lang: c.Lang}
	v.OnDuty = OnDuty(d, now)
	v.Unmanned = len(c.Roster) > 0 && len(v.OnDuty) == 0
	said, err := q.Inbox.Said(q.ctx, q.r, inbox.Filter{Subject: d.ID, Object: "contact", After: truce.NoEntry, AsOf: q.asOf})
	for _, s := range said {
		line, outcome, at, err := s.Try()
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(v.Tests, func(x Test) bool { return x.Channel == line })
		switch t := (Test{line, outcome, at, s.Author}); {
		case i < 0:
			v.Tests = append(v.Tests, t)
		case !at.Before(v.Tests[i].At):
			v.Tests[i] = t
		}
	}
	return v, err
}

// OnDuty are the duties that a desk's roster names for a time, in its order. Times
// that are not exact are taken in their widest sense.
func OnDuty(d *inbox.Desk, at time.Time) (out []string) {
	for _, x := range d.Content.Roster {
		from, _, err1 := x.From.Span()
		_, until, err2 := x.Until.Span()
		late := !x.From.IsZero() && err1 == nil && at.Before(from)
		over := !x.Until.IsZero() && err2 == nil && !at.Before(until)
		if !late && !over && !slices.Contains(out, x.Duty) {
			out = append(out, x.Duty)
		}
	}
	return out
}

// Ground is what a subject is, and where it was ever stated to be.
type Ground struct {
	Kind   string        // site, area, movement, window, agreement; empty = not known
	Places [][]geo.Shape // of each version that told of places, in order
	Lost   bool          // the places are not known any more
}

// GroundOf gathers the ground of an object out of the bodies of its versions, which
// are of one kind. A shape that cannot be read makes the ground lost.
func GroundOf(kind truce.Kind, bodies []json.RawMessage) *Ground {
	g := &Ground{Kind: kind.Object()}
	spec, _ := truce.SpecOf(kind)
	for _, body := range bodies {
		var shapes []geo.Shape
		for _, raw := range truce.Shapes(spec.Fields, body) {
			var s geo.Shape
			if s.UnmarshalJSON(raw) != nil {
				g.Lost = true
				continue
			}
			shapes = append(shapes, s)
		}
		if len(shapes) > 0 {
			g.Places = append(g.Places, shapes)
		}
	}
	return g
}

// AnswersForAll reports whether a desk answers for every kind, everywhere.
func AnswersForAll(d *inbox.Desk) bool {
	return len(d.Content.Kinds) == 0 && len(d.Content.Covers) == 0
}

// answersFor reports whether a desk answers for a kind of object at some places; what
// is not known it answers for.
func answersFor(d *inbox.Desk, kind string, places []geo.Shape) bool {
	if c := d.Content.Kinds; len(c) > 0 && kind != "" && !slices.Contains(c, kind) {
		return false
	}
	if len(d.Content.Covers) == 0 || len(places) == 0 {
		return true
	}
	var area geo.Shape
	if area.UnmarshalJSON(d.Content.Covers) != nil {
		return true
	}
	return slices.ContainsFunc(places, func(s geo.Shape) bool {
		m, err := geo.DistanceToShape(s, area)
		return err != nil || m <= 0
	})
}

// DesksFor are the desks that are told of a subject when their party is: of each
// place where it ever was, in turn, those that answer for some of it, up to where
// those before answer for all of it, so that every desk hears of what passes through its
// area and of what left it. What has no place is told up to the first that answers
// everywhere. Where the place is lost it is every desk that answers for the kind; where
// none answers, the first.
func DesksFor(inTurn []*inbox.Desk, g *Ground) (out []*inbox.Desk) {
	if g.Lost {
		return orAll(answering(inTurn, g.Kind, nil), inTurn)
	}
	places := g.Places
	if len(places) == 0 {
		places = [][]geo.Shape{nil}
	}
	for _, p := range places {
		for _, d := range sharing(inTurn, g.Kind, p) {
			if !slices.Contains(out, d) {
				out = append(out, d)
			}
		}
	}
	return out
}

// sharing are the desks that answer for a place between them.
func sharing(inTurn []*inbox.Desk, kind string, place []geo.Shape) (out []*inbox.Desk) {
	rest := slices.Clone(place)
	for _, d := range inTurn {
		if !answersFor(d, kind, rest) {
			continue
		}
		if out = append(out, d); len(d.Content.Covers) == 0 {
			return out
		}
		var area geo.Shape
		if area.UnmarshalJSON(d.Content.Covers) != nil {
			continue
		}
		rest = slices.DeleteFunc(rest, func(s geo.Shape) bool { return liesIn(s, area) })
		if len(place) > 0 && len(rest) == 0 {
			return out
		}
	}
	if len(out) == 0 && len(inTurn) > 0 {
		return inTurn[:1]
	}
	return out
}

// liesWithin bounds the shapes that liesIn answers for, in metres from their first position.
const liesWithin = 500_000

// liesIn reports whether a shape surely lies in an area, a circle or polygons: a disc
// about its first position does that holds all of it. An edge that is straight on a map
// leaves the geodesic by less than a tenth of the way, for up to liesWithin.
func liesIn(s, area geo.Shape) bool {
	lines := slices.Concat(append([][][]geo.Point{{s.Points}, s.Lines}, s.Polygons...)...)
	all := slices.Concat(lines...)
	if len(all) == 0 {
		return false
	}
	first, radius := all[0], 0.0
	for _, p := range all[1:] {
		radius = max(radius, 1.1*geo.Distance(first, p))
	}
	if radius += s.AccuracyM + s.RadiusM + s.BufferM; radius > liesWithin {
		return false
	}
	if area.Type == geo.TypeCircle {
		return geo.Distance(first, area.Points[0])+radius <= area.RadiusM
	}
	edge := geo.Shape{Type: geo.TypeMultiLineString}
	for _, ring := range slices.Concat(area.Polygons...) {
		edge.Lines = append(edge.Lines, append(slices.Clone(ring), ring[:min(1, len(ring))]...))
	}
	centre := geo.PointShape(first, 0)
	inside, err1 := geo.DistanceToShape(centre, area)
	free, err2 := geo.DistanceToShape(centre, edge)
	return err1 == nil && err2 == nil && inside <= 0 && free >= radius
}

// AskedOf are the desks that are asked in turn when nobody answers: all that answer for
// the subject, or, where none does, all.
func AskedOf(desks []*inbox.Desk, g *Ground) []*inbox.Desk {
	var places []geo.Shape
	for _, p := range g.Places {
		places = append(places, p...)
	}
	if g.Lost {
		places = nil
	}
	return orAll(answering(desks, g.Kind, places), desks)
}

func answering(desks []*inbox.Desk, kind string, places []geo.Shape) (out []*inbox.Desk) {
	for _, d := range desks {
		if answersFor(d, kind, places) {
			out = append(out, d)
		}
	}
	return out
}

func orAll(some, all []*inbox.Desk) []*inbox.Desk {
	if len(some) == 0 {
		return all
	}
	return some
}
