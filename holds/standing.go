package holds

import (
	"slices"
	"time"

	"truce"
)

// stand is where one party stands at a moment, with what it is worked out from.
type stand struct {
	Standing
	label              string
	joined             *act     // by which it bound itself; nil where it has not, or announced it
	announced          bool     // it said these terms itself
	excepts            []string // clauses that it does not accept
	suspends           []string // clauses that it has suspended
	reserved           bool     // accepted with a reservation to some clauses
	denounced          *act     // its denunciation, also while the notice runs
	before, beforeText string   // its state and words before it suspended
	effect             time.Time
	first              *act // by which it bound itself first, whatever it said since
}

// stands works out where every party stands: those named, in order, then those
// that joined, then who announced it. notice is how long after a denunciation its
// author stays bound.
func (e *edition) stands(m moment, parties []truce.PartyContent, notice time.Duration, window bool) []*stand {
	var out []*stand
	at := map[string]*stand{}
	add := func(p truce.PartyContent) *stand {
		s := &stand{label: p.Label(), Standing: Standing{Party: p.Party, Name: p.Name, Roles: p.Roles, State: "silent", Needed: p.Is("signatory"),
			Reported: p.Reported, Entry: truce.NoEntry}}
		if s.Roles == nil {
			s.Roles = []string{}
		}
		at[s.label] = s
		out = append(out, s)
		return s
	}
	for i := range parties {
		add(parties[i])
	}
	if window {
		for _, a := range e.announced {
			s := at[a.author]
			if s == nil {
				s = add(truce.PartyContent{Party: a.author})
			}
			s.announce(a, m)
		}
	}
	for _, a := range e.acts {
		s := at[a.author]
		if s == nil && truce.Binds(a.kind) {
			s = add(truce.PartyContent{Party: a.author, Roles: []string{"adherent"}})
		}
		if s != nil {
			s.hear(a, m, notice)
		}
		if a.kind == truce.AgreementDeposit {
			deposit(at[a.body.Party+a.body.Name], a)
		}
	}
	for _, s := range out {
		s.conclude(m)
	}
	return out
}

func (s *stand) announce(a announcement, m moment) {
	if s.announced || m.at.Before(a.at) && !m.retro {
		return
	}
	s.announced, s.State = true, "announced"
	s.Entry, s.Statement = a.entry, a.id
	if !m.retro {
		s.Since = optional(a.at)
	}
}

// hear takes one act of the party.
func (s *stand) hear(a *act, m moment, notice time.Duration) {
	switch a.kind {
	case truce.AgreementAccept, truce.AgreementAdhere, truce.WindowAccept:
		if a.begun(m) {
			s.join(a, m, "accepted", a.body.Text)
		}
	case truce.AgreementReserve:
		if a.begun(m) && s.joined == nil { // a reservation is made on joining, not later
			s.reserve(a, m)
		}
	case truce.WindowCondition:
		if a.begun(m) {
			s.said(a, m, "conditional", a.body.Condition)
			s.joined = nil
		}
	case truce.AgreementReject, truce.WindowReject:
		if a.begun(m) && !(a.kind == truce.AgreementReject && s.joined != nil) {
			s.said(a, m, "rejected", a.body.Reason)
			s.joined, s.announced = nil, false
		}
	default:
		s.leave(a, m, notice)
	}
}

func (s *stand) join(a *act, m moment, state, text string) {
	s.said(a, m, state, text)
	s.joined = a
	if s.first == nil {
		s.first = a
	}
	s.excepts, s.reserved, s.suspends, s.denounced = nil, false, nil, nil
}

// reserve binds the party but for some clauses; with a reservation to the whole it
// is not bound.
func (s *stand) reserve(a *act, m moment) {
	if len(a.body.Clauses) == 0 {
		s.said(a, m, "conditional", a.body.Text)
		return
	}
	s.join(a, m, "conditional", a.body.Text)
	s.excepts, s.reserved = a.body.Clauses, true
}

func (s *stand) said(a *act, m moment, state, text string) {
	s.State, s.Text, s.Entry, s.Statement, s.Since = state, text, a.entry, a.id, a.since(m)
}

// leave takes a suspension, its end, or a denunciation.
func (s *stand) leave(a *act, m moment, notice time.Duration) {
	switch a.kind {
	case truce.AgreementSuspend, truce.WindowSuspend:
		switch {
		case !a.lasts(m):
		case len(a.body.Clauses) > 0:
			s.suspends = append(s.suspends, a.body.Clauses...)
		default:
			if s.State != "suspended" {
				s.before, s.beforeText = s.State, s.Text
			}
			s.said(a, m, "suspended", a.body.Reason)
		}
	case truce.AgreementResume, truce.WindowResume:
		if a.begun(m) {
			s.resume(a, m)
		}
	case truce.AgreementDenounce:
		s.denounced, s.effect = a, later(a.effect, a.given().Add(notice))
	}
}

// given is when a notice begins to run: on receipt, or at a time that lies before
// the register knew of the subject.
func (a *act) given() time.Time {
	if a.effect.Before(a.at) {
		return a.effect
	}
	return a.at
}

// resume brings the party back to where it stood before it suspended.
func (s *stand) resume(a *act, m moment) {
	s.suspends = nil
	if s.State == "suspended" {
		s.said(a, m, s.before, s.beforeText)
	}
}

func deposit(s *stand, a *act) {
	if s != nil {
		s.Reported = "signed"
	}
}

// conclude says whether the party is bound, once everything was heard.
func (s *stand) conclude(m moment) {
	if s.denounced != nil && !m.at.Before(s.effect) {
		s.State, s.Text, s.Since = "denounced", s.denounced.body.Reason, optional(s.effect)
		s.Entry, s.Statement = s.denounced.entry, s.denounced.id
	}
	if s.State == "silent" && slices.Contains([]string{"signed", "announced"}, s.Reported) {
		s.State = "reported"
	}
	whole := s.State == "accepted" || s.State == "announced"
	s.Bound = s.Party != "" && (whole || s.State == "conditional" && s.joined != nil && s.reserved)
	if s.Bound || s.State == "suspended" {
		s.Clauses = append(slices.Clone(s.excepts), s.suspends...)
	}
}

// holds reports whether the party is bound by the clause.
func (s *stand) holds(clause string) bool { return s.Bound && !slices.Contains(s.Clauses, clause) }

// agreedByAll: two or more are needed, and each has accepted or announced it
// itself, whole. What one side announced is never agreed by all.
func agreedByAll(stands []*stand) bool {
	n := 0
	for _, s := range stands {
		if !s.Needed {
			continue
		}
		if s.State != "accepted" && s.State != "announced" || len(s.Clauses) > 0 {
			return false
		}
		n++
	}
	return n >= 2
}

func tell(stands []*stand) (acceptance map[string]string, parties []Standing) {
	acceptance, parties = make(map[string]string, len(stands)), make([]Standing, len(stands))
	for i, s := range stands {
		acceptance[s.label], parties[i] = s.State, s.Standing
	}
	return acceptance, parties
}
