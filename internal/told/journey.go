package told

import (
	"encoding/json"
	"slices"
	"time"

	"truce"
	"truce/holds"
	"truce/internal/view/inbox"
)

// Condition is one thing that a movement waits for, or that is there.
type Condition struct {
	What    string          `json:"what"` // code, see the constants
	Met     bool            `json:"met"`
	Waiting []truce.PartyID `json:"waiting,omitempty"` // on whom
	Since   *time.Time      `json:"since,omitempty"`   // since when it is met, or waited for; UTC
	Detail  string          `json:"detail,omitempty"`  // code or id that says more
}

// What a movement waits for (domain.md 3.5).
const (
	Acknowledged = "acknowledged" // every recipient received the newest version
	NoObjection  = "noObjection"  // no recipient objects to it
	Tested       = "tested"       // a line of a desk of every recipient was answered within a day
	Windows      = "windows"      // the windows that it rests on are open and ready
	Attested     = "attested"     // the segments that it uses are attested
)

// Board is what a movement waits for before it goes. It is a list of facts: it
// permits nothing, and who decides is the one who leads the movement.
type Board struct {
	Subject    string      `json:"subject"`
	Conditions []Condition `json:"conditions"`
	Missing    []string    `json:"missing"` // the conditions that are not met
}

// testedWithin is how long a test of a line counts.
const testedWithin = 24 * time.Hour

// Go works the board of a movement out of the standings of its recipients, the
// tests of their desks, and the conditions that others found (windows, segments).
func (h *History) Go(standings []*Standing, tests []inbox.Said, others []Condition, now time.Time) *Board {
	b := &Board{Subject: h.Subject, Missing: []string{}}
	b.Conditions = append(b.Conditions, acknowledged(standings), objecting(standings), h.tested(standings, tests, now))
	b.Conditions = append(b.Conditions, others...)
	for _, c := range b.Conditions {
		if !c.Met {
			b.Missing = append(b.Missing, c.What)
		}
	}
	return b
}

// acknowledged: a movement that nobody was told of is not acknowledged by all.
func acknowledged(standings []*Standing) Condition {
	c := Condition{What: Acknowledged}
	told := 0
	for _, s := range standings {
		if !s.Told {
			continue
		}
		told++
		if s.Behind {
			c.Waiting = append(c.Waiting, s.Party)
			if c.Since == nil || s.Since != nil && s.Since.Before(*c.Since) {
				c.Since = s.Since
			}
		}
	}
	c.Met = told > 0 && len(c.Waiting) == 0
	return c
}

func objecting(standings []*Standing) Condition {
	c := Condition{What: NoObjection, Met: true}
	for _, s := range standings {
		for _, x := range s.Steps {
			if x.Level == Objects && x.Newest && s.Told {
				c.Met, c.Since = false, moment(x.At)
				c.Waiting = append(c.Waiting, s.Party)
			}
		}
	}
	c.Waiting = slices.Compact(c.Waiting)
	return c
}

// tested: of each recipient at least one desk answered within a day.
func (h *History) tested(standings []*Standing, tests []inbox.Said, now time.Time) Condition {
	c := Condition{What: Tested}
	told := 0
	for _, s := range standings {
		if !s.Told {
			continue
		}
		told++
		if !answered(h.Desks[s.Party], tests, now) {
			c.Waiting = append(c.Waiting, s.Party)
		}
	}
	c.Met = told > 0 && len(c.Waiting) == 0
	return c
}

// answered reports whether a line of one of the desks was answered when it was tried
// last, by the rule that the readiness of windows rests on too, less than a day ago.
func answered(desks []*inbox.Desk, tests []inbox.Said, now time.Time) bool {
	var all []holds.Test
	for _, d := range desks {
		for i := range tests {
			line, outcome, at, err := tests[i].Try()
			if tests[i].Subject == d.ID && !d.Withdrawn && err == nil {
				all = append(all, holds.Test{Desk: d.ID, Line: line, Result: outcome, At: at, Entry: tests[i].Entry})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b holds.Test) int { return a.At.Compare(b.At) })
	t, ok := holds.Line(all, "", now)
	return ok && t.Result == "answered" && now.Before(t.At.Add(testedWithin))
}

// Journey is a movement on its day.
type Journey struct {
	Subject string          `json:"subject"`
	Event   string          `json:"event"`            // the last one, see truce.JourneyCodes; empty before departure
	At      *time.Time      `json:"at,omitempty"`     // log time of the last report, UTC
	NextBy  *time.Time      `json:"nextBy,omitempty"` // the next report is due by then, UTC
	Overdue bool            `json:"overdue"`          // the next report is not there: unreachable is an alarm, not a delay
	Alarm   bool            `json:"alarm"`            // overdue, or reported as unreachable
	Delay   int             `json:"delayMinutes,omitempty"`
	Outcome string          `json:"outcome,omitempty"`
	Reports []JourneyReport `json:"reports"` // in the order of the log
}

// JourneyReport is one report of a movement's day.
type JourneyReport struct {
	Entry   int64           `json:"entry"`
	By      truce.PartyID   `json:"by"`
	Logged  time.Time       `json:"logged"` // log time, UTC
	Event   string          `json:"event"`
	Leg     *int            `json:"leg,omitempty"`
	At      truce.When      `json:"at"`
	NextBy  truce.When      `json:"nextBy"`
	Delay   int             `json:"delayMinutes,omitempty"`
	Outcome string          `json:"outcome,omitempty"`
	Reason  string          `json:"reason,omitempty"`
	Point   json.RawMessage `json:"point,omitempty"`
}

// Journey works the reports of a movement into where it stands at a time.
func (h *History) Journey(now time.Time) (*Journey, error) {
	j := &Journey{Subject: h.Subject, Reports: []JourneyReport{}}
	for _, s := range h.Said {
		if s.Kind != truce.JourneyReport {
			continue
		}
		r := JourneyReport{Entry: s.Entry, By: s.Author, Logged: s.At}
		if err := json.Unmarshal(s.Body, &r); err != nil {
			return nil, truce.Wrap(truce.CodeTampered, err, "entry %d cannot be read", s.Entry)
		}
		j.Reports = append(j.Reports, r)
		if err := j.report(r); err != nil {
			return nil, err
		}
	}
	over := j.Event == "arrived" || j.Event == "turned-back"
	j.Overdue = !over && j.NextBy != nil && !now.Before(*j.NextBy)
	j.Alarm = j.Overdue || j.Event == "unreachable"
	return j, nil
}

func (j *Journey) report(r JourneyReport) error {
	_, latest, err := r.NextBy.Span()
	if err != nil {
		return err
	}
	j.Event, j.At, j.NextBy = r.Event, moment(r.Logged), moment(latest)
	j.Delay += r.Delay
	if r.Outcome != "" {
		j.Outcome = r.Outcome
	}
	return nil
}
