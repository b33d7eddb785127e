package holds

import (
	"slices"
	"time"

	"truce"
	"truce/schedule"
)

// opening is where one edition of a window stands at a moment.
type opening struct {
	item   *item
	e      *edition
	w      *windowTerms
	m      moment
	stands []*stand

	state State
	iv    schedule.Interval // the occurrence that is open, or opens next; zero where there is none
	until time.Time         // end of that occurrence as all extended it
	next  time.Time         // next beginning after m; zero where none is signed
}

func (e *edition) opening(it *item, m moment) *opening {
	o := &opening{item: it, e: e, w: e.window, m: m}
	o.stands = e.stands(m, o.w.Parties, 0, true)
	o.schedule()
	o.state = o.judge()
	return o
}

// schedule finds the occurrence that is open at m, or opens next.
func (o *opening) schedule() {
	if o.w.calendar == nil {
		return
	}
	all := o.w.calendar
	i := all.begun(o.m.at)
	if i < all.len() {
		o.next = all.interval(i).From
	}
	if i > 0 {
		last := all.interval(i - 1)
		if end := o.extendedEnd(last); o.m.at.Before(end) {
			o.iv, o.until = last, end
			return
		}
	}
	if i < all.len() {
		o.iv = all.interval(i)
		o.until = o.extendedEnd(o.iv)
	}
}

func (o *opening) extendedEnd(iv schedule.Interval) time.Time {
	return o.e.extended(o.m, iv.Until, extenders(o.w.Extension, o.w.Parties), truce.WindowExtend, iv.From)
}

func (o *opening) judge() State {
	switch {
	case !o.item.withdrawn.IsZero() && !o.m.at.Before(o.item.withdrawn):
		return Withdrawn
	case slices.ContainsFunc(o.e.acts, func(a *act) bool { return a.kind == truce.WindowAbort && a.lasts(o.m) }):
		return Aborted
	case o.w.calendar == nil:
		return NoTimes
	case o.iv.From.IsZero() && !o.w.calendar.Covers(o.m.at):
		return NotExpanded
	case o.iv.From.IsZero():
		return Over
	case o.m.at.Before(o.iv.From):
		return Later
	}
	return Open
}

// open reports whether it is open by its schedule and was not broken off.
func (o *opening) open() bool { return o.state == Open }

// minutes is the length of the occurrence that is open or next.
func (o *opening) minutes() float64 { return o.until.Sub(o.iv.From).Minutes() }

// bound are the parties that are bound.
func (o *opening) bound() []truce.PartyID {
	out := []truce.PartyID{}
	for _, s := range o.stands {
		if s.Bound {
			out = append(out, s.Party)
		}
	}
	return out
}

// tell is the answer about the window.
func (o *opening) tell(v *sight) Window {
	w := o.w
	out := Window{ID: o.item.subject, Title: truce.TitleOf(w.Names), Kind: w.WindowKind, State: o.state, Open: o.open(),
		AgreedByAll: agreedByAll(o.stands), Announced: []string{}, Complete: w.calendar != nil && w.calendar.complete,
		Prohibits: list(w.Prohibits), Permits: list(w.Permits), MayPass: list(w.MayPass), Direction: w.Direction, VehicleClass: w.VehicleClass,
		AreaStated: len(w.places) > 0, Geometry: w.Geometry, Agreement: w.Agreement, Clause: w.Clause, Version: o.e.id, Entry: o.e.entry,
		Owner: o.item.owner, Status: o.item.status, Exercise: o.item.status != truce.Actual, Retrospective: o.m.retro}
	out.Acceptance, out.Parties = tell(o.stands)
	for _, a := range o.e.announced {
		if !slices.Contains(out.Announced, a.author) {
			out.Announced = append(out.Announced, a.author)
		}
	}
	o.tellTimes(&out)
	out.Feasibility = o.feasibility()
	out.Segments, out.Holding, out.Steps = o.segments(), o.holding(), o.steps()
	out.Passages, out.PassagesTotal = o.passages()
	out.Contacts, out.Gaps = o.contacts(v), o.gaps(v)
	out.Gates = o.gates(v, &out)
	out.Missing, out.Ready = []string{}, true
	for i := range out.Gates {
		if !out.Gates[i].Met {
			out.Missing, out.Ready = append(out.Missing, out.Gates[i].key()), false
		}
	}
	out.Ready = out.Ready && (o.state == Open || o.state == Later)
	return out
}

func (o *opening) tellTimes(out *Window) {
	out.Extensions = map[string]string{}
	c := o.w.calendar
	if c == nil {
		return
	}
	out.Zone, out.TZVersion, out.Horizon, out.Next = c.zone, c.tzVersion, optional(c.horizon), optional(o.next)
	if o.open() {
		out.Until = optional(o.until)
	}
	if o.iv.From.IsZero() {
		return
	}
	out.Minutes = o.minutes()
	if o.until.After(o.iv.Until) {
		out.Extended = optional(o.until)
	}
	for _, a := range o.e.acts {
		if a.kind == truce.WindowExtend && a.begun(o.m) && a.body.Occurrence.Instant().Equal(o.iv.From) {
			out.Extensions[a.author] = a.body.Until.Instant().Format(time.RFC3339)
		}
	}
}

// list is a list that is never null.
func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}
