package holds

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"truce"
)

// gatesOf lists, for each kind of window, the conditions of its being ready, in the
// order in which they are told (domain.md 5.7; F10, F12, F13, F19).
var gatesOf = map[string][]string{
	"pause":      {"times", "area", "parties", "acceptance", "identical", "agreement", "contact", "budget"},
	"corridor":   {"times", "route", "direction", "mayPass", "vehicleClass", "parties", "acceptance", "identical", "attestation", "agreement", "contact", "budget"},
	"repair":     {"times", "area", "asset", "parties", "acceptance", "identical", "agreement", "contact"},
	"evacuation": {"times", "route", "direction", "mayPass", "vehicleClass", "steps", "parties", "acceptance", "identical", "attestation", "agreement", "contact", "budget"},
	"step":       {"steps", "parties", "acceptance", "identical", "agreement"},
	"other":      {"times", "area", "parties", "acceptance", "identical", "agreement"},
}

// key is the gate as it stands in a list of what is missing: code:of:party.
func (g *Gate) key() string {
	key := g.Code
	for _, part := range []string{g.Of, g.Party} {
		if part != "" {
			key += ":" + part
		}
	}
	return key
}

// gates are the conditions of readiness, each met or not.
func (o *opening) gates(v *sight, w *Window) []Gate {
	out := []Gate{}
	codes, known := gatesOf[o.w.WindowKind]
	if !known {
		codes = gatesOf["other"]
	}
	for _, code := range codes {
		for _, g := range gateRules[code](o, v, w) {
			g.Code = code
			if g.Since == nil && !g.Met {
				g.Since = optional(o.e.from)
			}
			if g.Limit == nil && !g.Met {
				g.Limit = optional(o.iv.From)
			}
			out = append(out, g)
		}
	}
	return out
}

type gateRule func(*opening, *sight, *Window) []Gate

// gateRules is filled in by init, because a rule compares windows, and so comes
// back to the gates' own types.
var gateRules map[string]gateRule

func init() {
	gateRules = map[string]gateRule{
		"times": stated("no instants are signed, or none lies ahead", func(o *opening) bool { return o.w.calendar != nil && o.state != Over && o.state != NotExpanded }),
		"area":  stated("no area is stated", func(o *opening) bool { return len(o.w.places) > 0 }),
		"route": routes,
		"direction": stated("the direction is not stated for every segment", func(o *opening) bool {
			return o.w.Direction != "" || o.everySegment(func(s *truce.SegmentContent) bool { return s.Direction != "" })
		}),
		"mayPass": stated("who and what may pass is not stated", func(o *opening) bool { return len(o.w.MayPass) > 0 }),
		"vehicleClass": stated("the class of vehicles is not stated", func(o *opening) bool {
			return o.w.VehicleClass != "" || o.everySegment(func(s *truce.SegmentContent) bool { return s.VehicleClass != "" })
		}),
		"asset":       stated("what is repaired is not stated", func(o *opening) bool { return o.w.Repair != nil && o.w.Repair.Asset+o.w.Repair.AssetText != "" }),
		"steps":       stated("no agreed numbers are stated", func(o *opening) bool { return len(o.w.Steps) > 0 }),
		"parties":     stated("fewer than two parties are named whose acceptance is needed", func(o *opening) bool { return len(o.w.needed) >= 2 }),
		"acceptance":  acceptances,
		"identical":   identical,
		"attestation": attestations,
		"agreement":   underAgreement,
		"contact":     contactGates,
		"budget":      budgets,
	}
}

// stated is the rule of a gate that the terms themselves meet or not.
func stated(lacking string, met func(*opening) bool) gateRule {
	return func(o *opening, _ *sight, _ *Window) []Gate {
		if met(o) {
			return []Gate{{Met: true, Since: optional(o.e.from), Entry: o.e.entry}}
		}
		return []Gate{{Text: lacking, Entry: truce.NoEntry}}
	}
}

func (o *opening) everySegment(ok func(*truce.SegmentContent) bool) bool {
	for i := range o.w.Segments {
		if !ok(&o.w.Segments[i]) {
			return false
		}
	}
	return len(o.w.Segments) > 0
}

func routes(o *opening, _ *sight, _ *Window) []Gate {
	if len(o.w.Segments) == 0 {
		return []Gate{{Text: "no segments are stated", Entry: truce.NoEntry}}
	}
	out := make([]Gate, len(o.w.Segments))
	for i := range o.w.Segments {
		out[i] = Gate{Of: o.w.Segments[i].ID, Met: len(o.w.Segments[i].Route) > 0, Entry: o.e.entry}
		if !out[i].Met {
			out[i].Text = "the segment has no route"
		}
	}
	return out
}

// acceptances: each party whose acceptance is needed.
func acceptances(o *opening, _ *sight, _ *Window) []Gate {
	var out []Gate
	for _, s := range o.stands {
		if !s.Needed {
			continue
		}
		g := Gate{Party: s.label, Met: s.State == "accepted" || s.State == "announced", Since: s.Since, Text: s.Text, Entry: s.Entry}
		if !g.Met {
			g.Limit = optional(o.w.AcceptBy.Instant())
		}
		out = append(out, g)
	}
	return out
}

// identical: nobody stands bound to other terms, and what other sides announced of
// the same is the same.
func identical(o *opening, v *sight, _ *Window) []Gate {
	var out []Gate
	for _, s := range o.stands {
		if s.Needed && s.Earlier != "" {
			out = append(out, Gate{Party: s.label, Text: "accepted an earlier version with other terms", Entry: truce.NoEntry})
		}
	}
	for _, id := range o.w.Counterparts {
		g := Gate{Of: id, Entry: truce.NoEntry, Text: "not known"}
		if other := v.item(id); other != nil && other.object == "window" {
			e, _, _ := other.at(o.m.at)
			differs := o.w.differs(e.window)
			g = Gate{Of: id, Met: len(differs) == 0, Entry: e.entry}
			if !g.Met {
				g.Text = fmt.Sprintf("differs in %v", differs)
			}
		}
		out = append(out, g)
	}
	if out == nil {
		out = []Gate{{Met: true, Since: optional(o.e.from), Entry: o.e.entry}}
	}
	return out
}

// differs names the members in which two announcements of the same differ.
func (w *windowTerms) differs(x *windowTerms) []string {
	var out []string
	note := func(name string, same bool) {
		if !same {
			out = append(out, name)
		}
	}
	note("geometry", sameText(w.Geometry, x.Geometry))
	note("times", w.calendar.same(x.calendar))
	note("direction", w.Direction == x.Direction)
	note("mayPass", sameSet(w.MayPass, x.MayPass))
	note("vehicleClass", w.VehicleClass == x.VehicleClass)
	note("segments", slices.EqualFunc(w.Segments, x.Segments, func(a, b truce.SegmentContent) bool {
		return a.ID == b.ID && sameText(a.Route, b.Route) && a.Direction == b.Direction && a.VehicleClass == b.VehicleClass
	}))
	return out
}

// sameText compares JSON without its white space. Spelling counts: whoever draws a
// road again draws another one.
func sameText(a, b json.RawMessage) bool {
	var x, y bytes.Buffer
	if len(a) == 0 || len(b) == 0 {
		return len(a) == len(b)
	}
	return json.Compact(&x, a) == nil && json.Compact(&y, b) == nil && bytes.Equal(x.Bytes(), y.Bytes())
}

func sameSet(a, b []string) bool {
	x, y := slices.Clone(a), slices.Clone(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// attestations: every segment, by every party whose acceptance is needed.
func attestations(o *opening, _ *sight, w *Window) []Gate {
	var out []Gate
	for i := range w.Segments {
		for _, label := range o.w.needed {
			g := Gate{Of: w.Segments[i].ID, Party: label, Entry: truce.NoEntry}
			for _, a := range w.Segments[i].Attestations {
				if a.Party == label {
					g.attested(a, o.m.at)
				}
			}
			out = append(out, g)
		}
	}
	return out
}

func (g *Gate) attested(a Attestation, at time.Time) {
	g.Met, g.Entry, g.Text = a.Valid, a.Entry, a.Result
	switch {
	case a.Valid:
		g.Since, g.Limit = optional(a.At), optional(a.Until)
	case !at.Before(a.Until):
		g.Since, g.Text = optional(a.Until), "the attestation has run out"
	default:
		g.Since = optional(a.At)
	}
}

// underAgreement: the agreement that the window stands under binds somebody.
func underAgreement(o *opening, v *sight, _ *Window) []Gate {
	if o.w.Agreement == "" {
		return nil
	}
	g := Gate{Of: o.w.Agreement, Entry: truce.NoEntry}
	if f := v.inForce(o.w.Agreement); f != nil {
		g.Met, g.Text, g.Entry = f.state.Binding(), string(f.state), f.e.entry
	} else {
		g.Text = "not known"
	}
	return []Gate{g}
}

// contactGates: the line of every party whose acceptance is needed was answered of late.
func contactGates(o *opening, _ *sight, w *Window) []Gate {
	var out []Gate
	for _, label := range o.w.needed {
		g := Gate{Party: label, Entry: truce.NoEntry}
		for _, c := range w.Contacts {
			if c.Party == label {
				g.contact(o, c)
			}
		}
		out = append(out, g)
	}
	return out
}

// contact is what stands of the line of a party. One that was answered too long ago is
// waited for since that test ceased to count.
func (g *Gate) contact(o *opening, c Contact) {
	g.Met, g.Since, g.Text, g.Entry, g.By = o.tested(c), optional(c.At), c.Result, c.Entry, c.By
	if !g.Met && c.Result == answered {
		g.Since, g.Text = optional(c.At.Add(o.w.contactLasts())), "it was answered, and that test has run out"
	}
}

// budgets: the time that its use takes is stated, and fits.
func budgets(_ *opening, _ *sight, w *Window) []Gate {
	if len(w.Feasibility) == 0 {
		return []Gate{{Text: "nobody has stated the time that its use takes", Entry: truce.NoEntry}}
	}
	out := make([]Gate, len(w.Feasibility))
	for i, f := range w.Feasibility {
		out[i] = Gate{Of: f.By, Met: f.Fits, Entry: f.Entry, Text: f.arithmetic()}
	}
	return out
}

// arithmetic is what was stated beside what is there; who states no time is not told
// that it takes none.
func (f *Feasibility) arithmetic() string {
	var parts []string
	if f.Needed > 0 || f.Lanes == 0 {
		parts = append(parts, fmt.Sprintf("load %g + drive %g + unload %g + return %g + margin %g = %g minutes; %g are there",
			f.Load, f.Drive, f.Unload, f.Return, f.Margin, f.Needed, f.Available))
	}
	switch {
	case f.Lanes > 0 && f.LanesHere > 0:
		parts = append(parts, fmt.Sprintf("lanes needed: %d; there: %d", f.Lanes, f.LanesHere))
	case f.Lanes > 0:
		parts = append(parts, fmt.Sprintf("lanes needed: %d; how many there are is not stated", f.Lanes))
	}
	return strings.Join(parts, "; ")
}
