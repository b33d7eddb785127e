package told

import (
	"time"

	"truce"
	"truce/internal/view/agreement"
	"truce/internal/view/protected"
)

// SubjectOf is a protected object as somebody can be told of it.
func SubjectOf(o *protected.Object) Subject {
	s := Subject{ID: o.Subject, Kind: o.Kind, Owner: o.Owner, Entry: o.Version.Entry}
	if c, err := truce.ParseContent(o.Content.Body); err == nil {
		s.Emergency = c.Emergency
	}
	return s
}

// SubjectAgreed is an agreement or window as somebody can be told of it.
func SubjectAgreed(rec *agreement.Record) Subject {
	return Subject{ID: rec.Subject, Kind: rec.Object, Owner: rec.Owner, Entry: rec.Newest().Entry}
}

// Telling is everything about the telling of one subject.
type Telling struct {
	Subject   string      `json:"subject"`
	Gap       *Gap        `json:"gap"`
	Standings []*Standing `json:"standings"` // where every party stands with it
	Alarms    []*Alarm    `json:"alarms"`
	Journey   *Journey    `json:"journey,omitempty" doc:"of movements"`
	Board     *Board      `json:"board,omitempty" doc:"of movements: what it waits for; it permits nothing"`
}

// Telling gathers the telling of a subject. rests is what a movement rests on beside
// the answers to it (see History.Go), now the time that its day is seen from.
func (q *Reading) Telling(s Subject, rests []Condition, now time.Time) (*Telling, error) {
	t := &Telling{Subject: s.ID}
	h, err := q.History(s.ID)
	if err != nil {
		return nil, err
	}
	if t.Gap, err = q.Gap(s); err != nil {
		return nil, err
	}
	if t.Standings, err = h.Standings(s.Owner); err != nil {
		return nil, err
	}
	if t.Alarms, err = h.Alarms(); err != nil || s.Kind != "movement" {
		return t, err
	}
	tests, err := q.Tests(h)
	if err != nil {
		return nil, err
	}
	t.Board = h.Go(t.Standings, tests, rests, now)
	t.Journey, err = h.Journey(now)
	return t, err
}

// HideDesks takes out what the table in package auth keeps from owners: desks, what
// was said in words, what lines answered, and echelons that only a party's own
// desks tell of.
func (t *Telling) HideDesks() {
	for _, s := range t.Standings {
		hideIn(s.Steps, s.Attempts)
		s.HideDesks()
	}
	for _, a := range t.Alarms {
		for i := range a.Told {
			hideIn(a.Told[i].Steps, a.Told[i].Attempts)
		}
	}
	t.Gap.HideDesks()
}

func hideIn(steps []Step, attempts []Attempt) {
	for i := range steps {
		steps[i].Desk, steps[i].Text = "", ""
	}
	for i := range attempts {
		attempts[i].Desk, attempts[i].Why, attempts[i].Detail = "", "", ""
	}
}
