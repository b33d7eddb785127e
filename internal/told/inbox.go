package told

import (
	"slices"
	"time"

	"truce"
	"truce/internal/view/inbox"
	"truce/internal/view/protected"
)

// Item is one subject in the inbox of a party: what it was told last, and what it
// answered.
type Item struct {
	Subject string `json:"subject"`
	Standing
}

// Box is the inbox of a party.
type Box struct {
	Party  truce.PartyID `json:"party"`
	UpTo   int64         `json:"upTo"`   // log size that it is true for
	Items  []*Item       `json:"items"`  // by the entry that told it last
	Behind int           `json:"behind"` // number of items without an answer to what was told last
}

// feedPage is how many lines of a feed are read at a time.
const feedPage = 10_000

// Box gathers the inbox of a party: all it was ever told.
func (q *Reading) Box(p *truce.PartyState) (*Box, error) {
	lines, err := q.feed(Names(p.ID, p.Role)[:2])
	if err != nil {
		return nil, err
	}
	bySubject := map[string][]protected.Telling{}
	var order []string
	for _, t := range lines {
		if bySubject[t.Subject] == nil {
			order = append(order, t.Subject)
		}
		bySubject[t.Subject] = append(bySubject[t.Subject], t)
	}
	said, err := q.Inbox.Said(q.ctx, q.r, inbox.Filter{Party: p.ID, After: truce.NoEntry, AsOf: q.asOf})
	if err != nil {
		return nil, err
	}
	b := &Box{Party: p.ID, UpTo: q.asOf, Items: []*Item{}}
	for _, subject := range order {
		item, err := newItem(p, subject, bySubject[subject], said)
		if err != nil {
			return nil, err
		}
		b.Items = append(b.Items, item)
		if item.Behind {
			b.Behind++
		}
	}
	slices.SortStableFunc(b.Items, func(a, b *Item) int { return int(a.ToldEntry - b.ToldEntry) })
	return b, nil
}

func newItem(p *truce.PartyState, subject string, lines []protected.Telling, said []inbox.Said) (*Item, error) {
	h := &History{Subject: subject, Tellings: lines, Feeds: map[truce.PartyID][]inbox.Said{}}
	for _, s := range said {
		switch s.Subject {
		case subject:
			h.Said = append(h.Said, s)
		case p.ID:
			h.Feeds[p.ID] = append(h.Feeds[p.ID], s)
		}
	}
	s, err := h.standing(p)
	if err != nil {
		return nil, err
	}
	return &Item{Subject: subject, Standing: *s}, nil
}

// feed reads all lines that reach one of the names, page by page.
func (q *Reading) feed(names []string) ([]protected.Telling, error) {
	var all []protected.Telling
	for _, t := range q.Tellings {
		for after := truce.NoEntry; ; {
			lines, err := t.Told(q.ctx, q.r, names, after, q.asOf, feedPage)
			if err != nil {
				return nil, err
			}
			all = append(all, lines...)
			if len(lines) < feedPage {
				break
			}
			after = lines[len(lines)-1].Entry
		}
	}
	slices.SortStableFunc(all, func(a, b protected.Telling) int { return int(a.Entry - b.Entry) })
	return slices.CompactFunc(all, func(a, b protected.Telling) bool { return a.Entry == b.Entry && a.Subject == b.Subject }), nil
}

// Alarm is one alarm with its clocks.
type Alarm struct {
	ID      string        `json:"id"` // statement id
	Subject string        `json:"subject"`
	By      truce.PartyID `json:"by"`
	Raised  time.Time     `json:"raised"` // log time, UTC
	Entry   int64         `json:"entry"`
	Ended   *time.Time    `json:"ended,omitempty"`
	Told    []AlarmTold   `json:"told"` // attempts and answers, by party, in the order of the log
}

// AlarmTold is what one party was told of an alarm, and when it answered.
type AlarmTold struct {
	Party    truce.PartyID `json:"party"`
	Attempts []Attempt     `json:"attempts"`
	Steps    []Step        `json:"steps"`
}

// Alarms are the alarms of the subject, in the order of the log.
func (h *History) Alarms() ([]*Alarm, error) {
	var out []*Alarm
	for _, s := range h.Said {
		switch s.Kind {
		case truce.AlarmRaise:
			out = append(out, &Alarm{ID: s.ID, Subject: s.Subject, By: s.Author, Raised: s.At, Entry: s.Entry, Told: []AlarmTold{}})
			continue
		case truce.AlarmEnd:
			for _, a := range out {
				if a.ID == s.Ref && a.Ended == nil {
					a.Ended = moment(s.At)
				}
			}
			continue
		}
		for _, a := range out {
			if s.Ref != a.ID {
				continue
			}
			if err := a.hear(s); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// Alarmed are the alarms that are not ended and of which a party was told, as
// items of its inbox: an answer to an alarm is waited for too.
func (q *Reading) Alarmed(p *truce.PartyState) ([]*Item, error) {
	lines, err := q.feed(Names(p.ID, p.Role)[:2])
	if err != nil {
		return nil, err
	}
	var out []*Item
	for _, t := range lines {
		if t.What != protected.ToldAlarm {
			continue
		}
		h, err := q.History(t.Subject)
		if err != nil {
			return nil, err
		}
		all, err := h.Alarms()
		if err != nil {
			return nil, err
		}
		for _, a := range all {
			if a.ID == t.Version && a.Ended == nil {
				out = append(out, a.item(p, t))
			}
		}
	}
	return out, nil
}

// item is the alarm in the inbox of a party that was told of it.
func (a *Alarm) item(p *truce.PartyState, t protected.Telling) *Item {
	s := Standing{Party: p.ID, Role: p.Role, Told: true, Version: a.ID, ToldEntry: t.Entry, ToldAt: moment(t.At), What: t.What, Echelons: []string{}, Steps: []Step{}, Attempts: []Attempt{}}
	for _, x := range a.Told {
		if x.Party == p.ID {
			s.Steps, s.Attempts = x.Steps, x.Attempts
		}
	}
	s.conclude()
	return &Item{Subject: a.Subject, Standing: s}
}

// hear works a delivery or an answer into the alarm's record.
func (a *Alarm) hear(s inbox.Said) error {
	i := slices.IndexFunc(a.Told, func(t AlarmTold) bool { return t.Party == s.Party })
	if i < 0 {
		a.Told = append(a.Told, AlarmTold{Party: s.Party, Attempts: []Attempt{}, Steps: []Step{}})
		i = len(a.Told) - 1
	}
	st := Standing{Version: a.ID, Steps: a.Told[i].Steps, Attempts: a.Told[i].Attempts}
	err := st.hear(s, []protected.Telling{{Entry: a.Entry, Version: a.ID}})
	a.Told[i].Steps, a.Told[i].Attempts = st.Steps, st.Attempts
	return err
}
