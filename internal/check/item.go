package check

import (
	"encoding/json"

	"truce"
	"truce/geo"
	"truce/internal/auth"
	"truce/internal/view/protected"
)

// item is one object made ready to be asked about. It is not changed once it is shared.
type item struct {
	subject string
	first   int64 // entry that registered it
	facts   *auth.ObjectFacts
	now     *auth.ObjectFacts // of an item as known in the past: those of the present
	status  truce.Status
	life    protected.Life
	parts   []part
	told    Protection // what is told of it wherever it is met
	names   []truce.Name
	broken  error // it cannot be read: whoever may see it gets no answer at all
}

// part is a shape of an object with its own time: the whole of a site or area, or
// a route, halt, start or end of a leg.
type part struct {
	shape    *geo.Prepared
	period   protected.Period
	accuracy float64 // metres, of a point
	leg      int     // from 0; -1 for sites and areas
	name     string  // of a part of a movement, as Protection.Part
}

// prepare reads an object. What cannot be read is kept as broken, so that one
// damaged record does not take away the answers of those who may not see it.
func prepare(o *protected.Object) *item {
	it := &item{subject: o.Subject, first: o.First, facts: auth.FactsOf(o), status: o.Status}
	if err := it.read(o); err != nil {
		it.broken = truce.Wrap(truce.CodeInternal, err, "entry %d cannot be read", o.Content.Entry).
			WithHint("run: truce log verify, then truce views rebuild")
	}
	return it
}

func (it *item) read(o *protected.Object) error {
	c, err := truce.ParseContent(o.Content.Body)
	if err != nil {
		return err
	}
	if it.life, err = o.Life(c); err != nil {
		return err
	}
	v := o.Verification()
	it.told = Protection{ID: o.Subject, Kind: o.Kind, Type: c.Type(), Name: c.Title(), Operator: c.OperatorOrg,
		RevalidateBy: optional(it.life.RevalidateBy), Contested: o.Contested(), Verification: v.Step, Differs: v.Differs,
		Entry: o.Version.Entry, Version: o.Version.ID, Status: o.Status, Exercise: o.Status != truce.Actual}
	it.names = c.Names
	if o.Withdrawn != nil {
		it.told.Withdrawn = o.Withdrawn.Reason
	}
	if o.Kind == "movement" {
		return it.legs(c)
	}
	return it.add(c.Geometry, part{period: it.life.Valid, leg: -1})
}

// add appends p with the shape in raw.
func (it *item) add(raw json.RawMessage, p part) error {
	var s geo.Shape
	if err := json.Unmarshal(raw, &s); err != nil {
		return err
	}
	if s.IsZero() {
		return truce.E(truce.CodeInvalid, "a shape is missing")
	}
	shape, err := geo.Prepare(s)
	if err != nil {
		return err
	}
	p.shape, p.accuracy = shape, s.AccuracyM
	it.parts = append(it.parts, p)
	return nil
}

// legs adds the route, ends and halts of every leg. A leg has the times planned
// for it, where one is not given that of the movement; a halt has its own, or
// those of its leg. Nothing is drawn between places that have no route.
func (it *item) legs(c *truce.Content) error {
	for i, leg := range c.Legs {
		if err := it.leg(i, leg); err != nil {
			return err
		}
	}
	return nil
}

func (it *item) leg(i int, leg truce.LegContent) error {
	period, err := protected.PeriodOf(leg.PlannedStart, leg.PlannedEnd)
	if err != nil {
		return err
	}
	p := part{period: period.Within(it.life.Valid), leg: i}
	for _, x := range []struct {
		name  string
		shape json.RawMessage
	}{{"route", leg.Route}, {"start", leg.From.Point}, {"end", leg.To.Point}} {
		p.name = x.name
		if err := it.addIfGiven(x.shape, p); err != nil {
			return err
		}
	}
	for _, h := range leg.Halts {
		own, err := protected.PeriodOf(h.From, h.Until)
		if err != nil {
			return err
		}
		if err := it.addIfGiven(h.Point, part{period: own.Within(p.period), leg: i, name: "halt"}); err != nil {
			return err
		}
	}
	return nil
}

func (it *item) addIfGiven(raw json.RawMessage, p part) error {
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	return it.add(raw, p)
}

// visible reports whether the viewer may be told of the object by its position.
// What it may know of without the position is not looked at: whether it is near
// would give the position away.
func (it *item) visible(v auth.Viewer) bool {
	return placed(v, it.facts) && (it.now == nil || placed(v, it.now))
}

func placed(v auth.Viewer, f *auth.ObjectFacts) bool {
	rel := auth.RelationOf(v, f)
	return auth.May(rel, truce.DisclosePosition) == auth.All && auth.May(rel, truce.DiscloseKind) == auth.All &&
		auth.May(rel, truce.DiscloseIdentity) == auth.All
}
