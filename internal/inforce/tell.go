package inforce

import (
	"slices"
	"time"

	"truce"
	"truce/internal/auth"
)

// tellAgreement is the answer about one edition of an agreement.
func (s *sight) tellAgreement(f *force) *Agreement {
	t := f.t
	inner := auth.MayOfAgreement(s.rel(f.item), auth.DiscloseInner) == auth.All
	out := &Agreement{ID: f.item.subject, Title: truce.TitleOf(t.Names), Class: t.Class, Level: t.Level, Form: t.Form, State: f.state,
		AgreedByAll: agreedByAll(f.stands), EndUnknown: t.Until != nil && t.Until.Latest().IsZero(), InForceUntil: optional(f.end),
		Clauses: []Clause{}, OtherClauses: []Clause{}, Missing: f.missing(), Gaps: []Gap{}, Excluded: []Excluded{}, Texts: texts(t.Texts, inner),
		Parent: t.Parent, Relation: t.Relation, BreachOf: []string{}, Supersedes: list(t.Supersedes), SupersededBy: f.superseder,
		Depositaries: list(labels(t.Parties, "depositary")), AcceptBy: optional(t.AcceptBy.Instant()), Notices: f.denunciations(),
		Version: f.e.id, Entry: f.e.entry, Owner: f.item.owner, Status: f.item.status, Exercise: f.item.status != truce.Actual, Retrospective: f.m.retro}
	if f.entered && f.known {
		out.InForceFrom = optional(f.from)
	}
	out.Excluded = append(out.Excluded, t.Excluded...)
	if t.BreachOfParent && t.Parent != "" {
		out.BreachOf = append(out.BreachOf, t.Parent)
	}
	out.Acceptance, out.Parties = tell(f.stands)
	s.tellClauses(f, out, inner)
	s.tellGaps(f, out)
	return out
}

// concerns reports whether the area of the agreement, or of a clause, is near.
func (t *terms) concerns(q *question) bool {
	if t.area != nil || len(t.clauses) == 0 {
		if _, near := q.near(one(t.area)); near {
			return true
		}
	}
	return slices.ContainsFunc(t.clauses, func(c clause) bool {
		_, near := q.near(one(c.area))
		return near
	})
}

// tellClauses adds the clauses whose area is near, those that apply apart from the
// others.
func (s *sight) tellClauses(f *force, out *Agreement, inner bool) {
	for i := range f.t.clauses {
		c := &f.t.clauses[i]
		distance, near := s.q.near(one(c.area))
		if !near || !inner && c.Disclosure != "" && c.Disclosure != "public" {
			continue
		}
		told := f.clause(c)
		told.DistanceM = distance
		if told.Applies {
			out.Clauses = append(out.Clauses, told)
		} else {
			out.OtherClauses = append(out.OtherClauses, told)
		}
	}
}

// clause is the answer about one clause: who is bound by it, and whether it applies.
func (f *force) clause(c *clause) Clause {
	out := Clause{ID: c.ID, Kind: c.Kind, Modality: c.Modality, Acts: list(c.Acts), Bound: []truce.PartyID{}, Toward: list(c.Toward),
		AreaStated: c.area != nil, AreaText: c.AreaText, Exceptions: list(c.Exceptions), ExceptionText: c.ExceptionText,
		Distances: append([]Distance{}, c.Distances...), Test: c.Test, Evidence: c.Evidence, Text: c.Text, Pointer: c.Pointer, Words: c.Words, BreachOf: list(c.BreachAlso)}
	for _, s := range f.stands {
		if s.holds(c.ID) && (len(c.Who) == 0 || slices.Contains(c.Who, s.Party) || s.Name != "" && slices.Contains(c.Who, s.Name)) {
			out.Bound = append(out.Bound, s.Party)
		}
	}
	open, end, next := c.calendar.at(f.m.at)
	out.Applies = open && f.state.binding() && len(out.Bound) > 0
	if out.Applies {
		out.Until = optional(until(end, f.end))
	}
	if f.end.IsZero() || next.Before(f.end) {
		out.Next = optional(next)
	}
	return out
}

// at is whether a calendar holds at t, until when, and when it begins next; no
// calendar always holds.
func (c *calendar) at(t time.Time) (open bool, end, next time.Time) {
	if c == nil {
		return true, end, next
	}
	open, iv := c.At(t)
	if open {
		end, t = iv.Until, iv.Until
	}
	for range 2 { // the end of what is open, then the next beginning
		change, opens, ok := c.Next(t)
		if !ok || opens {
			return open, end, change
		}
		t = change
	}
	return open, end, next
}

func one[T any](p *T) []*T {
	if p == nil {
		return nil
	}
	return []*T{p}
}

// texts are the texts as the viewer may know of them.
func texts(all []truce.TextContent, inner bool) []Text {
	out := make([]Text, len(all))
	for i, t := range all {
		out[i] = t
		if !inner && t.Disclosure != "" && t.Disclosure != "public" {
			out[i] = auth.PublicText(t)
		}
	}
	return out
}

// missing is what keeps an agreement from being in force: acceptances, its
// condition, its time.
func (f *force) missing() []Gate {
	out := []Gate{}
	if f.entered || f.state == Lapsed || f.state == Withdrawn || f.state == Terminated {
		return out
	}
	for _, s := range f.stands {
		if s.Needed && !s.Bound {
			out = append(out, Gate{Code: "acceptance", Party: s.label, Since: optional(f.e.from), Limit: optional(f.t.AcceptBy.Instant()), Text: s.Text, Entry: s.Entry})
		}
	}
	if len(f.t.needed) == 0 {
		out = append(out, Gate{Code: "parties", Since: optional(f.e.from), Text: "no signatory is named", Entry: truce.NoEntry})
	}
	if met, _, _ := f.fulfilled(); f.t.mode() == "condition" && !met {
		out = append(out, Gate{Code: "condition", Since: optional(f.e.from), Text: f.t.EntryIntoForce.Condition, Entry: truce.NoEntry})
	}
	if start := f.t.notBefore(); f.m.at.Before(start) {
		out = append(out, Gate{Code: "entryIntoForce", Limit: optional(start), Entry: truce.NoEntry})
	}
	return out
}

func (f *force) denunciations() []DenunciationInfo {
	out := []DenunciationInfo{}
	for _, s := range f.stands {
		if s.denounced != nil && !f.m.at.Before(s.denounced.given()) {
			out = append(out, DenunciationInfo{Party: s.Party, At: s.denounced.given(), Effect: s.effect, Running: f.m.at.Before(s.effect),
				Entry: s.denounced.entry, Reason: s.denounced.body.Reason})
		}
	}
	return out
}

// tellGaps lists what the agreement leaves open.
func (s *sight) tellGaps(f *force, out *Agreement) {
	gap := func(code, clause, of string) { out.Gaps = append(out.Gaps, Gap{Code: code, Clause: clause, Of: of}) }
	switch {
	case out.EndUnknown:
		gap("endUnknown", "", "")
	case f.end.IsZero() && f.t.DurationHours == 0:
		gap("noEnd", "", "")
	}
	if len(f.t.Texts) == 0 {
		gap("noText", "", "")
	}
	for _, c := range append(slices.Clone(out.Clauses), out.OtherClauses...) {
		f.clauseGaps(c, gap)
	}
	if f.circle != "" {
		gap("cycle", "", f.circle)
	}
	if f.elsewhere != "" {
		gap("supersededByOthers", "", f.elsewhere)
	}
	s.parentGaps(f, gap)
}

func (f *force) clauseGaps(c Clause, gap func(code, clause, of string)) {
	if !c.AreaStated {
		gap("noArea", c.ID, "")
	}
	if c.Modality == "prohibits" && c.Test == "" {
		gap("noTest", c.ID, "")
	}
	if !f.state.binding() {
		return
	}
	x := f.t.clauses[slices.IndexFunc(f.t.clauses, func(x clause) bool { return x.ID == c.ID })]
	for _, s := range f.stands {
		if named := slices.Contains(x.Who, s.label); (named || len(x.Who) == 0 && s.Needed) && !s.holds(c.ID) {
			gap("unboundParty", c.ID, s.label)
		}
	}
	if x.calendar != nil && !x.calendar.Covers(f.m.at) {
		gap("pastHorizon", c.ID, "")
	}
}

func (s *sight) parentGaps(f *force, gap func(code, clause, of string)) {
	if f.t.Parent == "" {
		return
	}
	if p := s.force(f.t.Parent); p != nil && !p.state.binding() {
		gap("parentNotInForce", "", f.t.Parent)
	}
	if slices.Contains(s.above(f.item.subject), f.item.subject) {
		gap("cycle", "", f.t.Parent)
	}
}

// maxAbove bounds how far parents and superseding agreements are followed.
const maxAbove = 64

// above lists the agreements above one, nearest first, as far as the viewer may
// know of them. In a circle it ends with the agreement itself.
func (s *sight) above(id string) []string {
	var out []string
	for at := id; len(out) < maxAbove; {
		f := s.raw(at)
		if f == nil || f.t.Parent == "" || slices.Contains(out, f.t.Parent) {
			return out
		}
		at = f.t.Parent
		out = append(out, at)
		if at == id {
			return out
		}
	}
	return out
}

// maskWindow takes out of an answer about a window what its viewer may not read.
func (s *sight) maskWindow(it *item, w *Window) {
	if auth.MayOfAgreement(s.rel(it), truce.DisclosePeople) != auth.All {
		w.Steps = []Step{}
	}
}
