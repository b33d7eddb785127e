package holds

import (
	"slices"
	"time"

	"truce"
	"truce/geo"
)

// terms is the content of one edition of an agreement made ready.
type terms struct {
	*truce.AgreementContent
	area    *geo.Prepared // nil where none is stated
	clauses []clause
	needed  []string // labels of the signatories
	outer   *terms   // as those read it who are no parties; itself where nothing is for the parties alone
}

// clause is one clause made ready.
type clause struct {
	*truce.ClauseContent
	area     *geo.Prepared // its own or that of the agreement; nil = everywhere
	own      bool          // the area is its own
	calendar *calendar     // nil = as long as the agreement is in force
}

func readTerms(c *truce.AgreementContent, at places) (*terms, error) {
	t := &terms{AgreementContent: c}
	var err error
	if t.area, err = at.place(t.Geometry); err != nil {
		return nil, err
	}
	t.needed = needed(t.Parties)
	t.clauses = make([]clause, len(t.Clauses))
	for i := range t.Clauses {
		if t.clauses[i], err = t.readClause(&t.Clauses[i], at); err != nil {
			return nil, err
		}
	}
	t.outer = t.without()
	return t, nil
}

// without is t without the clauses for the parties alone, and of such texts with no
// more than the hash: to others they are not there.
func (t *terms) without() *terms {
	inner := slices.ContainsFunc(t.Clauses, func(c truce.ClauseContent) bool { return innerOnly(c.Disclosure) }) ||
		slices.ContainsFunc(t.Texts, func(x truce.TextContent) bool { return innerOnly(x.Disclosure) })
	if !inner {
		return t
	}
	content := *t.AgreementContent
	content.Clauses, content.Texts = nil, slices.Clone(t.Texts)
	out := &terms{AgreementContent: &content, area: t.area, needed: t.needed}
	for i := range t.clauses {
		if c := t.clauses[i]; !innerOnly(c.Disclosure) {
			out.clauses, content.Clauses = append(out.clauses, c), append(content.Clauses, *c.ClauseContent)
		}
	}
	for i, x := range content.Texts {
		if innerOnly(x.Disclosure) {
			content.Texts[i] = x.Public()
		}
	}
	out.outer = out
	return out
}

// innerOnly reports whether what is disclosed so is for the parties alone.
func innerOnly(disclosure string) bool { return disclosure != "" && disclosure != "public" }

func (t *terms) readClause(c *truce.ClauseContent, at places) (out clause, err error) {
	out = clause{ClauseContent: c, area: t.area}
	if out.calendar, err = readCalendar(c.Schedule); err != nil {
		return out, err
	}
	own, err := at.place(c.Area)
	if own != nil {
		out.area, out.own = own, true
	}
	return out, err
}

// needed are the labels of those whose acceptance is needed.
func needed(parties []truce.PartyContent) []string {
	var out []string
	for i := range parties {
		if parties[i].Is("signatory") {
			out = append(out, parties[i].Label())
		}
	}
	return out
}

// shapes are where the agreement may be met, by whoever may know of it; everywhere,
// where neither it nor some clause of it states an area.
func (t *terms) shapes() (out []geo.Shape, everywhere bool) {
	if t.outer != t {
		if _, all := t.outer.shapes(); all {
			return nil, true
		}
	}
	if t.area != nil {
		out = append(out, t.area.Shape())
	}
	for i := range t.clauses {
		c := &t.clauses[i]
		if c.area == nil {
			return nil, true
		}
		if c.own {
			out = append(out, c.area.Shape())
		}
	}
	return out, len(out) == 0
}

// everywhere reports whether the agreement states no area, or some clause has none.
func (t *terms) everywhere() bool {
	return t.area == nil && (len(t.clauses) == 0 || slices.ContainsFunc(t.clauses, func(c clause) bool { return c.area == nil }))
}

// mode is the way into force.
func (t *terms) mode() string {
	if t.EntryIntoForce == nil {
		return "on-acceptance"
	}
	return t.EntryIntoForce.Mode
}

// notBefore is the time before which the agreement is not in force whoever
// accepts it: the earliest that the stated instant can mean.
func (t *terms) notBefore() time.Time {
	if t.EntryIntoForce == nil {
		return time.Time{}
	}
	return t.EntryIntoForce.At.Earliest()
}

// unilateral reports whether one side alone binds itself.
func (t *terms) unilateral() bool { return t.Form == "unilateral" || len(t.needed) == 1 }

// labels are the labels of the parties with one of the roles.
func labels(parties []truce.PartyContent, roles ...string) []string {
	var out []string
	for i := range parties {
		if slices.ContainsFunc(roles, parties[i].Is) {
			out = append(out, parties[i].Label())
		}
	}
	return out
}
