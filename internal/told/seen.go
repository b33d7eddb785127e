package told

import (
	"slices"
	"time"

	"truce"
	"truce/internal/view"
	"truce/internal/view/protected"
)

// Seen is what the operator of an object asks: who was told of it, what they
// answered, who refused it, and from whom it is withheld.
type Seen struct {
	Subject
	Saw      []Sight    `json:"saw"`      // in the order of the parties
	Refused  []Refusal  `json:"refused"`  // recipients that object, in the order of the log
	Withheld []Withheld `json:"withheld"` // parties to the conflict and guarantors that were never told
}

// Sight is one party that was told of an object, or may see it for what it is.
type Sight struct {
	Party    truce.PartyID  `json:"party"`
	Role     truce.Role     `json:"role"`
	As       []string       `json:"as"`              // how it was named: party:<id>, role:<role>; registrar: it sees all that is registered
	Since    *time.Time     `json:"since,omitempty"` // when it was told first, by log time, UTC; absent for a registrar that was not told
	Until    *time.Time     `json:"until,omitempty"` // it is told no more since then
	Told     []ToldVersion  `json:"told"`            // every version that it was told, in order
	Answered []AnsweredLine `json:"answered"`        // its first answer of each level
}

// ToldVersion is one telling of a version.
type ToldVersion struct {
	Entry   int64     `json:"entry"`
	At      time.Time `json:"at"` // log time, UTC
	What    string    `json:"what"`
	Version string    `json:"version"` // statement id
}

// AnsweredLine is the first answer of a party on one level.
type AnsweredLine struct {
	Level Level     `json:"level"`
	Entry int64     `json:"entry"`
	At    time.Time `json:"at"` // log time, UTC
}

// Refusal is an objection of a recipient. The object stays shown to it.
type Refusal struct {
	Party  truce.PartyID `json:"party"`
	Entry  int64         `json:"entry"`
	At     time.Time     `json:"at"`     // log time, UTC
	Reason string        `json:"reason"` // see truce.ObjectionCodes
	Newest bool          `json:"newest"` // it is about what the party was told last
}

// Withheld is a party that was not told.
type Withheld struct {
	Party   truce.PartyID `json:"party"`
	Role    truce.Role    `json:"role"`
	Consent string        `json:"consent"` // of the owner: none, given (and not released yet), withdrawn
}

// Seen works out who saw an object. What it holds is for the owner and the registrar.
func (q *Reading) Seen(o *protected.Object) (*Seen, error) {
	s := &Seen{Subject: SubjectOf(o), Saw: []Sight{}, Refused: []Refusal{}, Withheld: []Withheld{}}
	h, err := q.History(o.Subject)
	if err != nil {
		return nil, err
	}
	standings, err := h.Standings(o.Owner)
	if err != nil {
		return nil, err
	}
	for _, x := range standings {
		if x.ToldEntry != truce.NoEntry || x.Role == truce.RoleRegistrar {
			s.Saw = append(s.Saw, h.sight(x))
		} else if x.Role == truce.RoleParty || x.Role == truce.RoleGuarantor {
			s.Withheld = append(s.Withheld, Withheld{x.Party, x.Role, consentOf(o, x.Party)})
		}
		for _, step := range x.Steps {
			if step.Level == Objects {
				s.Refused = append(s.Refused, Refusal{x.Party, step.Entry, step.At, step.Reason, step.Newest})
			}
		}
	}
	slices.SortStableFunc(s.Refused, func(a, b Refusal) int { return int(a.Entry - b.Entry) })
	return s, nil
}

func (h *History) sight(x *Standing) Sight {
	out := Sight{Party: x.Party, Role: x.Role, As: []string{}, Told: []ToldVersion{}, Answered: []AnsweredLine{}, Until: x.Ended}
	names := Names(x.Party, x.Role)[:2]
	for _, t := range h.Tellings {
		if slices.Contains(names, t.Recipient) && t.What != view.ToldEnded && !slices.Contains(out.As, t.Recipient) {
			out.As = append(out.As, t.Recipient)
		}
	}
	if x.Role == truce.RoleRegistrar {
		out.As = append(out.As, string(truce.RoleRegistrar))
	}
	for _, t := range h.lines(&truce.PartyState{ID: x.Party, Role: x.Role}) {
		out.Told = append(out.Told, ToldVersion{t.Entry, t.At, t.What, t.Version})
	}
	if len(out.Told) > 0 {
		out.Since = moment(out.Told[0].At)
	}
	for _, step := range x.Steps {
		if !slices.ContainsFunc(out.Answered, func(a AnsweredLine) bool { return a.Level == step.Level }) {
			out.Answered = append(out.Answered, AnsweredLine{step.Level, step.Entry, step.At})
		}
	}
	return out
}

// consentOf is where the owner's consent to a party's being told stands.
func consentOf(o *protected.Object, p truce.PartyID) string {
	stands := "none"
	for _, g := range o.Consents {
		if g.Recipient != p {
			continue
		}
		if stands = "withdrawn"; g.InForce() {
			return "given"
		}
	}
	return stands
}
