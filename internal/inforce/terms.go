package inforce

import (
	"encoding/json"
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
}

// clause is one clause made ready.
type clause struct {
	*truce.ClauseContent
	area     *geo.Prepared // its own or that of the agreement; nil = everywhere
	own      bool          // the area is its own
	calendar *calendar     // nil = as long as the agreement is in force
}

func readTerms(body json.RawMessage) (*terms, error) {
	t := &terms{AgreementContent: &truce.AgreementContent{}}
	if err := json.Unmarshal(body, t.AgreementContent); err != nil {
		return nil, err
	}
	var err error
	if t.area, err = place(t.Geometry); err != nil {
		return nil, err
	}
	t.needed = needed(t.Parties)
	t.clauses = make([]clause, len(t.Clauses))
	for i := range t.Clauses {
		if t.clauses[i], err = t.readClause(&t.Clauses[i]); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (t *terms) readClause(c *truce.ClauseContent) (out clause, err error) {
	out = clause{ClauseContent: c, area: t.area}
	if out.calendar, err = readCalendar(c.Schedule); err != nil {
		return out, err
	}
	own, err := place(c.Area)
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

// shapes are where the agreement may be met; everywhere, where neither it nor some
// clause of it states an area.
func (t *terms) shapes() (out []geo.Shape, everywhere bool) {
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
