package holds

import (
	"slices"
	"strconv"
	"time"

	"truce"
)

// Test is what came of trying one line of a duty desk of a party. It counts for every
// window whose readiness waits for that party's line, beside what was said of a line
// for one window alone (window.contact).
type Test struct {
	Party  truce.PartyID // whose desk it is
	Desk   string        // its id
	Line   string        // see truce.ChannelCodes; empty for all of a desk that is not there any more
	By     truce.PartyID // who tried it
	Result string        // see truce.TestCodes; empty for a desk that is not there any more
	At     time.Time     // when, UTC; never later than its receipt
	Entry  int64
	Status truce.Status
}

// answered is the result that a line was answered with.
const answered = "answered"

// Tested is m with the tests of the lines of desks that are known at its size.
func (m *Model) Tested(all []Test) *Model {
	next := *m
	next.tests = byParty(all)
	return &next
}

// Line is what stands of the lines of a party's desks, of tests in order of time, by
// an instant: of the lines that were answered when they were tried last the one that
// was tried last; where none was, the last try of any. ok is false where none was
// tried.
func Line(tests []Test, status truce.Status, by time.Time) (t Test, ok bool) {
	type line struct{ desk, line string }
	seen, gone := map[line]bool{}, map[string]bool{}
	last, _ := slices.BinarySearchFunc(tests, by.Add(1), func(t Test, at time.Time) int { return t.At.Compare(at) })
	for i := last - 1; i >= 0; i-- {
		x := tests[i]
		key := line{x.Desk, x.Line}
		switch {
		case x.Status != status || gone[x.Desk] || seen[key]:
			continue
		case x.Result == "":
			gone[x.Desk] = true
			continue
		case x.Result == answered:
			return x, true
		case !ok:
			t, ok = x, true
		}
		seen[key] = true
	}
	return t, ok
}

// contacts is the newest try of each party's line, by whoever tried it last: for this
// window, or a line of a desk of one whose acceptance is needed.
func (o *opening) contacts(s *sight) []Contact {
	at := map[truce.PartyID]int{}
	out := []Contact{}
	add := func(c Contact) {
		if i, ok := at[c.Party]; !ok {
			at[c.Party] = len(out)
			out = append(out, c)
		} else if !c.At.Before(out[i].At) {
			out[i] = c
		}
	}
	for _, party := range o.w.needed {
		if t, ok := Line(o.item.testsOf(s.Model, party), o.item.status, o.m.at); ok {
			add(t.contact(s.extent(o.item)))
		}
	}
	for _, a := range o.item.acts {
		if a.kind == truce.WindowContact && o.told(a) {
			add(Contact{Party: a.body.Party, By: a.author, Result: a.body.Result, At: a.when(a.body.At), Entry: a.entry})
		}
	}
	return out
}

// contact is a test as it is told. Desks are known to those who run procedures with
// them: who tried one, and where that stands in the log, is told to them alone.
func (t *Test) contact(e Extent) Contact {
	c := Contact{Party: t.Party, Result: t.Result, At: t.At, Entry: truce.NoEntry}
	if e.Desks {
		c.By, c.Entry = t.By, t.Entry
	}
	return c
}

// contactHours is how long a tested line counts, where nothing else is agreed
// (domain.md F08: tested before departure).
const contactHours = 24

// contactLasts is how long a tested line counts for the window.
func (w *windowTerms) contactLasts() time.Duration {
	if w.ContactHours <= 0 {
		return hours(contactHours)
	}
	return hours(w.ContactHours)
}

func (o *opening) tested(c Contact) bool {
	return c.Result == answered && o.m.at.Before(c.At.Add(o.w.contactLasts()))
}

// testPoints are the points at which the tests of desks begin or end to count for a
// window.
func (m *Model) testPoints(it *item, add func(...time.Time)) {
	for _, e := range it.editions {
		if e.window == nil {
			continue
		}
		for _, party := range e.window.needed {
			for _, t := range it.testsOf(m, party) {
				add(t.At, t.At.Add(e.window.contactLasts()))
			}
		}
	}
}

// maxTests is how many tests of one party are handed on with a window: the newest.
const maxTests = 200

// toldTests are the tests of desks that a window's readiness rests on, in order of
// time. To those who are not told of desks, desk and line are numbers.
func (s *sight) toldTests(it *item) (out []Test) {
	e := it.newest()
	if e == nil || e.window == nil || !slices.Contains(gatesOf[e.window.WindowKind], "contact") {
		return nil
	}
	for _, party := range e.window.needed {
		tests := it.testsOf(s.Model, party)
		out = append(out, tests[max(0, len(tests)-maxTests):]...)
	}
	if !s.extent(it).Desks {
		hideDesks(out)
	}
	return out
}

// hideDesks writes over tests all that says more of a desk than whether its lines are
// answered.
func hideDesks(tests []Test) {
	number := map[string]string{}
	of := func(text string) string {
		if _, ok := number[text]; !ok {
			number[text] = strconv.Itoa(len(number) + 1)
		}
		return number[text]
	}
	for i := range tests {
		t := &tests[i]
		t.Desk, t.By, t.Entry = of("desk "+t.Desk), "", truce.NoEntry
		if t.Line != "" {
			t.Line = of("line " + t.Line)
		}
	}
}

// testsOf are the tests of a party that count for the item: those that came with it, or
// those of the model.
func (it *item) testsOf(m *Model, party truce.PartyID) []Test {
	if it.tests != nil {
		return it.tests[party]
	}
	return m.tests[party]
}

// byParty sorts tests by party and time.
func byParty(all []Test) map[truce.PartyID][]Test {
	out := map[truce.PartyID][]Test{}
	for _, t := range all {
		t.At = bounded(second(t.At))
		out[t.Party] = append(out[t.Party], t)
	}
	for _, list := range out {
		slices.SortStableFunc(list, func(a, b Test) int { return a.At.Compare(b.At) })
	}
	return out
}
