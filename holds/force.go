package holds

import (
	"slices"
	"time"

	"truce"
)

// force is where one edition of an agreement stands at a moment.
type force struct {
	item   *item
	e      *edition
	t      *terms
	m      moment
	stands []*stand

	state   State
	entered bool
	known   bool      // it is known since when it is in force
	from    time.Time // since when, where it is known
	end     time.Time // zero = none is known

	settled    bool   // see sight.force
	superseder string // the agreement that takes its place
	circle     string // one that would, and leads back to it
	elsewhere  string // one that would, and does not bind everybody whom this one binds
}

func (e *edition) force(it *item, t *terms, m moment) *force {
	f := &force{item: it, e: e, t: t, m: m}
	f.stands = e.stands(m, f.t.Parties, hours(f.t.NoticeHours), false)
	f.enter()
	f.ends()
	f.state = f.judge()
	return f
}

// hours is a number of hours, bounded so that no sum of times overflows.
func hours(h float64) time.Duration { return time.Duration(min(h, 900_000) * float64(time.Hour)) }

// enter works out whether the agreement has entered into force by m, whoever has
// left it since.
func (f *force) enter() {
	at, known, ok := f.joinedAt()
	if !ok {
		return
	}
	if f.t.mode() == "condition" {
		met, when, dated := f.fulfilled()
		if !met {
			return
		}
		at, known = later(at, when), known && dated
	}
	f.from, f.known = later(at, f.t.notBefore()), known || !f.t.notBefore().IsZero()
	f.entered = !f.m.at.Before(f.t.notBefore()) && !(f.known && f.m.at.Before(f.from))
}

// joinedAt is when the last of those whose acceptance it takes had bound itself;
// known is false where that lies before the register knew of it, undated.
func (f *force) joinedAt() (at time.Time, known, ok bool) {
	if f.t.mode() == "per-adherent" {
		return f.secondJoined()
	}
	n := 0
	known = true
	for _, s := range f.stands {
		if !s.Needed {
			continue
		}
		if s.first == nil {
			return at, false, false
		}
		when, dated := s.first.joinTime(f.m)
		at, known = later(at, when), known && dated
		n++
	}
	return at, known, n > 0
}

// joinTime is when a binding act took effect; dated is false where m lies before its
// receipt and it states no time.
func (a *act) joinTime(m moment) (at time.Time, dated bool) {
	if m.at.Before(a.effect) {
		return time.Time{}, false
	}
	return a.effect, true
}

// secondJoined is when a second party had bound itself: from then on it holds
// between the two. One is enough where one side declares it.
func (f *force) secondJoined() (at time.Time, known, ok bool) {
	var when []time.Time
	known = true
	for _, s := range f.stands {
		if s.first == nil {
			continue
		}
		t, dated := s.first.joinTime(f.m)
		when, known = append(when, t), known && dated
	}
	slices.SortFunc(when, time.Time.Compare)
	need := 2
	if f.t.unilateral() {
		need = 1
	}
	if len(when) < need {
		return at, false, false
	}
	return when[need-1], known, true
}

// fulfilled reports whether the condition of entry into force is met: a depositary
// says so, or where none is enrolled every signatory.
func (f *force) fulfilled() (met bool, at time.Time, dated bool) {
	said := map[string]time.Time{}
	dated = true
	for _, a := range f.e.acts {
		if a.kind != truce.AgreementFulfil || !a.begun(f.m) {
			continue
		}
		when, ok := a.joinTime(f.m)
		if _, again := said[a.author]; !again {
			said[a.author], dated = when, dated && ok
		}
	}
	depositaries := f.enrolled("depositary")
	if len(depositaries) > 0 {
		for _, d := range depositaries {
			if when, ok := said[d]; ok {
				return true, when, dated
			}
		}
		return false, at, false
	}
	for _, s := range f.t.needed {
		when, ok := said[s]
		if !ok {
			return false, at, false
		}
		at = later(at, when)
	}
	return len(f.t.needed) > 0, at, dated
}

// enrolled are the ids of the enrolled parties with the role.
func (f *force) enrolled(role string) []string {
	var out []string
	for i := range f.t.Parties {
		if p := &f.t.Parties[i]; p.Party != "" && p.Is(role) {
			out = append(out, p.Party)
		}
	}
	return out
}

// ends works out the end: the stated one, or a duration from entry into force, as
// extended.
func (f *force) ends() {
	end := f.t.Until.Latest()
	if end.IsZero() && f.t.DurationHours > 0 && f.known {
		end = f.from.Add(hours(f.t.DurationHours))
	}
	if f.end = end; end.IsZero() {
		return
	}
	if f.t.Extension != nil && f.t.Extension.Mode == "automatic" {
		f.end = f.automatic(end)
		return
	}
	f.end = f.e.extended(f.m, end, extenders(f.t.Extension, f.t.Parties), truce.AgreementExtend, time.Time{})
}

// extenders are those who agree to a later end: every signatory, where nothing
// else is said.
func extenders(mode *truce.ModeContent, parties []truce.PartyContent) []string {
	switch {
	case mode == nil || mode.Mode == "by-consensus":
		return needed(parties)
	case mode.Mode == "by-guarantors":
		return labels(parties, "guarantor", "co-chair")
	}
	return nil
}

// automatic is the end of the period that m lies in: periods follow one another
// until a signatory's denunciation has taken effect.
func (f *force) automatic(end time.Time) time.Time {
	step := hours(f.t.Extension.Hours)
	stop := f.m.at
	for _, s := range f.stands {
		if s.Needed && s.denounced != nil && s.effect.Before(stop) {
			stop = s.effect
		}
	}
	if step <= 0 || stop.Before(end) {
		return end
	}
	return end.Add((stop.Sub(end)/step + 1) * step)
}

// extended is an end as all of those agree to put it off: each says so before the
// end that it puts off has passed, and the earliest of what they say counts.
// occurrence tells the occurrences of a window apart; zero for agreements.
func (e *edition) extended(m moment, end time.Time, by []string, kind truce.Kind, occurrence time.Time) time.Time {
	said := e.extensions(m, by, kind, occurrence)
	if said == nil {
		return end
	}
	put := make([]time.Time, len(by)) // the latest end that each stated in time
	for {
		next := time.Time{}
		for i := range by {
			for ; len(said[i]) > 0 && said[i][0].in.Before(end); said[i] = said[i][1:] {
				put[i] = later(put[i], said[i][0].until)
			}
			if i == 0 || put[i].Before(next) {
				next = put[i]
			}
		}
		if !next.After(end) {
			return end
		}
		end = next // it grows, and what was heard is not heard again
	}
}

// extension is one statement of a later end; in is when it counts from.
type extension struct{ in, until time.Time }

// extensions are the statements of each of those, in order of time; nil where one
// of them has made none.
func (e *edition) extensions(m moment, by []string, kind truce.Kind, occurrence time.Time) [][]extension {
	out := make([][]extension, len(by))
	for _, a := range e.acts {
		i := slices.Index(by, a.author)
		if i < 0 || a.kind != kind || !a.begun(m) || !a.body.Occurrence.Instant().Equal(occurrence) {
			continue
		}
		in := a.effect
		if m.retro && a.undated {
			in = time.Time{}
		}
		out[i] = append(out[i], extension{in, a.body.Until.Instant()})
	}
	for i := range out {
		if len(out[i]) == 0 {
			return nil
		}
		slices.SortStableFunc(out[i], func(a, b extension) int { return a.in.Compare(b.in) })
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// judge is the state, apart from what other agreements do to it.
func (f *force) judge() State {
	switch {
	case !f.item.withdrawn.IsZero() && !f.m.at.Before(f.item.withdrawn):
		return Withdrawn
	case f.terminated():
		return Terminated
	case !f.entered:
		return f.before()
	case !f.end.IsZero() && !f.m.at.Before(f.end):
		return Lapsed
	}
	bound, missing := 0, false
	left := Suspended
	for _, s := range f.stands {
		if s.Bound {
			bound++
			continue
		}
		missing = missing || s.Needed
		if s.State == "denounced" && s.Needed {
			left = Denounced
		}
	}
	switch {
	case f.t.unilateral() && bound == 1:
		return Declared
	case bound < 2:
		return left
	case missing:
		return PartlyForce
	}
	return InForce
}

// before is the state before entry into force.
func (f *force) before() State {
	switch end := f.end; {
	case !end.IsZero() && !f.m.at.Before(end):
		return Lapsed
	case len(f.t.needed) == 0:
		return Proposed
	}
	reported := false
	for _, s := range f.stands {
		if s.Needed && !s.Bound && s.State != "reported" {
			return Proposed
		}
		reported = reported || s.Needed && s.State == "reported"
	}
	if reported {
		return Reported
	}
	return Agreed
}

// terminated reports whether those whose word it takes have ended it for all.
func (f *force) terminated() bool {
	mode := "mutual"
	if f.t.Termination != nil {
		mode = f.t.Termination.Mode
	}
	said := map[string]bool{}
	for _, a := range f.e.acts {
		if a.kind == truce.AgreementTerminate && a.over(f.m) {
			said[a.author] = true
		}
	}
	switch {
	case len(said) == 0:
		return false
	case mode == "depositary":
		return slices.ContainsFunc(f.enrolled("depositary"), func(d string) bool { return said[d] })
	case mode == "any-party":
		return slices.ContainsFunc(f.t.needed, func(s string) bool { return said[s] })
	}
	return len(f.t.needed) > 0 && !slices.ContainsFunc(f.t.needed, func(s string) bool { return !said[s] })
}

// Binding reports whether clauses of an agreement in that state bind anybody.
func (s State) Binding() bool { return s == InForce || s == PartlyForce || s == Declared }

// bound are the parties that are bound, in the order of the agreement.
func (f *force) bound() []truce.PartyID {
	out := []truce.PartyID{}
	for _, s := range f.stands {
		if s.Bound {
			out = append(out, s.Party)
		}
	}
	return out
}
