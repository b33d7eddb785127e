package holds

import (
	"slices"

	"truce"
)

// tellAgreement is the answer about one edition of an agreement.
func (s *sight) tellAgreement(f *force, r reach) *Agreement {
	t := f.t
	out := &Agreement{ID: f.item.subject, Title: truce.TitleOf(t.Names), Class: t.Class, Level: t.Level, Form: t.Form, State: f.state,
		AgreedByAll: agreedByAll(f.stands), EndUnknown: t.Until != nil && t.Until.Latest().IsZero(), InForceUntil: optional(f.end),
		Clauses: []Clause{}, OtherClauses: []Clause{}, Missing: f.missing(), Gaps: []Gap{}, Excluded: []Excluded{}, Texts: append([]Text{}, t.Texts...),
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
	s.tellGaps(f, out)
	f.tellClauses(out, r)
	return out
}

// reach is how far an agreement and each of its clauses are from the place asked
// about, metres; far where they are farther than the radius.
type reach struct {
	clauses   []float64
	near      int // clauses that are not far
	concerned bool
}

const far = -1

// reach measures the area of the agreement once for all clauses without their own.
func (t *terms) reach(q *question) reach {
	whole := q.distance(t.area)
	r := reach{clauses: make([]float64, len(t.clauses)), concerned: whole != far && (t.area != nil || len(t.clauses) == 0)}
	for i := range t.clauses {
		r.clauses[i] = whole
		if t.clauses[i].own {
			r.clauses[i] = q.distance(t.clauses[i].area)
		}
		if r.clauses[i] != far {
			r.near++
		}
	}
	r.concerned = r.concerned || r.near > 0
	return r
}

// tellClauses adds the clauses whose area is near, those that apply apart from the
// others.
func (f *force) tellClauses(out *Agreement, r reach) {
	if f.state.Binding() {
		out.Clauses = make([]Clause, 0, r.near)
	} else {
		out.OtherClauses = make([]Clause, 0, r.near)
	}
	for i := range f.t.clauses {
		c := &f.t.clauses[i]
		if r.clauses[i] == far {
			continue
		}
		told := f.clause(c)
		told.DistanceM = r.clauses[i]
		f.clauseGaps(c, out)
		if told.Applies {
			out.Clauses = append(out.Clauses, told)
		} else {
			out.OtherClauses = append(out.OtherClauses, told)
		}
	}
}

// clause is the answer about one clause: who is bound by it, and whether it applies.
func (f *force) clause(c *clause) Clause {
	out := Clause{ID: c.ID, Kind: c.Kind, Modality: c.Modality, Acts: list(c.Acts), Toward: list(c.Toward),
		AreaStated: c.area != nil, AreaText: c.AreaText, Exceptions: list(c.Exceptions), ExceptionText: c.ExceptionText,
		Distances: append([]Distance{}, c.Distances...), Test: c.Test, Evidence: c.Evidence, Text: c.Text, Pointer: c.Pointer, Words: c.Words, BreachOf: list(c.BreachAlso)}
	out.Bound = f.boundBy(c)
	open, end, next := c.calendar.at(f.m.at)
	out.Applies = open && f.state.Binding() && len(out.Bound) > 0
	if out.Applies {
		out.Until = optional(until(end, f.end))
	}
	if f.end.IsZero() || next.Before(f.end) {
		out.Next = optional(next)
	}
	return out
}

// boundBy are the parties that are bound by a clause.
func (f *force) boundBy(c *clause) []truce.PartyID {
	out := make([]truce.PartyID, 0, len(f.stands))
	for _, s := range f.stands {
		if s.holds(c.ID) && (len(c.Who) == 0 || slices.Contains(c.Who, s.Party) || s.Name != "" && slices.Contains(c.Who, s.Name)) {
			out = append(out, s.Party)
		}
	}
	return out
}

func one[T any](p *T) []*T {
	if p == nil {
		return nil
	}
	return []*T{p}
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

// gap notes something that the agreement leaves open.
func (a *Agreement) gap(code, clause, of string) {
	a.Gaps = append(a.Gaps, Gap{Code: code, Clause: clause, Of: of})
}

// tellGaps lists what the agreement as a whole leaves open.
func (s *sight) tellGaps(f *force, out *Agreement) {
	switch {
	case out.EndUnknown:
		out.gap("endUnknown", "", "")
	case f.end.IsZero() && f.t.DurationHours == 0:
		out.gap("noEnd", "", "")
	}
	if len(f.t.Texts) == 0 {
		out.gap("noText", "", "")
	}
	if f.circle != "" {
		out.gap("cycle", "", f.circle)
	}
	if f.elsewhere != "" {
		out.gap("supersededByOthers", "", f.elsewhere)
	}
	s.parentGaps(f, out)
}

func (f *force) clauseGaps(c *clause, out *Agreement) {
	if c.area == nil {
		out.gap("noArea", c.ID, "")
	}
	if c.Modality == "prohibits" && c.Test == "" {
		out.gap("noTest", c.ID, "")
	}
	if !f.state.Binding() {
		return
	}
	for _, s := range f.stands {
		if named := slices.Contains(c.Who, s.label); (named || len(c.Who) == 0 && s.Needed) && !s.holds(c.ID) {
			out.gap("unboundParty", c.ID, s.label)
		}
	}
	if c.calendar != nil && !c.calendar.Covers(f.m.at) {
		out.gap("pastHorizon", c.ID, "")
	}
}

func (s *sight) parentGaps(f *force, out *Agreement) {
	if f.t.Parent == "" {
		return
	}
	if p := s.force(f.t.Parent); p != nil && !p.state.Binding() {
		out.gap("parentNotInForce", "", f.t.Parent)
	}
	if slices.Contains(s.above(f.item.subject), f.item.subject) {
		out.gap("cycle", "", f.t.Parent)
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
	if !s.extent(it).People {
		w.Steps = []Step{}
	}
}
