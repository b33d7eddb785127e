package told

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"truce"
	"truce/internal/view"
	"truce/internal/view/inbox"
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
	Alarms []*Item       `json:"alarms"` // that go on and that the party was told of
}

// feedPage is how many lines of a feed are read at a time.
const feedPage = 10_000

// Box gathers the inbox of a party: all it was ever told. It reads the feed and the
// answers of the party from end to end, once.
func (q *Reading) Box(p *truce.PartyState) (*Box, error) {
	lines, err := q.feed(Names(p.ID, p.Role)[:2])
	if err != nil {
		return nil, err
	}
	said, feed, err := q.saidBy(p.ID)
	if err != nil {
		return nil, err
	}
	if err := q.about(p.ID); err != nil {
		return nil, err
	}
	b := &Box{Party: p.ID, UpTo: q.asOf, Items: []*Item{}}
	for _, subject := range order(lines) {
		h := History{Subject: subject, Tellings: lines[subject], Said: said[subject], Feeds: map[truce.PartyID][]Step{p.ID: feed}, Desks: q.desks}
		s, err := h.standing(p)
		if err != nil {
			return nil, err
		}
		if s.ToldEntry == truce.NoEntry {
			continue // it was told news alone
		}
		b.Items = append(b.Items, &Item{Subject: subject, Standing: *s})
		if s.Behind {
			b.Behind++
		}
	}
	slices.SortStableFunc(b.Items, func(a, b *Item) int { return cmp.Compare(a.ToldEntry, b.ToldEntry) })
	b.Alarms, err = q.alarmed(p)
	return b, err
}

// saidBy is what a party answered and what was sent to it, by subject, and what it
// answered of its whole feed.
func (q *Reading) saidBy(id truce.PartyID) (map[string][]inbox.Said, []Step, error) {
	all, err := q.Inbox.Said(q.ctx, q.r, inbox.Filter{Party: id, After: truce.NoEntry, AsOf: q.asOf})
	if err != nil {
		return nil, nil, err
	}
	bySubject := map[string][]inbox.Said{}
	for _, s := range all {
		bySubject[s.Subject] = append(bySubject[s.Subject], s)
	}
	feed, err := stepsOf(bySubject[id])
	return bySubject, feed, err
}

// feed reads all lines that reach one of the names, page by page, those of a
// subject together.
func (q *Reading) feed(names []string) (map[string][]view.Telling, error) {
	bySubject := map[string][]view.Telling{}
	for _, t := range q.Tellings {
		for after := truce.NoEntry; ; {
			lines, err := t.Told(q.ctx, q.r, names, after, q.asOf, feedPage)
			if err != nil {
				return nil, err
			}
			whole := wholeEntries(lines, feedPage)
			for _, l := range whole {
				bySubject[l.Subject] = append(bySubject[l.Subject], l)
			}
			if len(lines) < feedPage {
				break
			}
			after = whole[len(whole)-1].Entry
		}
	}
	return bySubject, nil
}

// wholeEntries leaves out the last entry of a full page, whose lines may go on.
func wholeEntries(lines []view.Telling, full int) []view.Telling {
	if len(lines) < full {
		return lines
	}
	last := lines[len(lines)-1].Entry
	i := slices.IndexFunc(lines, func(t view.Telling) bool { return t.Entry == last })
	return lines[:i]
}

// order lists the subjects by the first line of each.
func order(lines map[string][]view.Telling) []string {
	return slices.SortedFunc(maps.Keys(lines), func(a, b string) int { return cmp.Compare(lines[a][0].Entry, lines[b][0].Entry) })
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
	for _, a := range out {
		a.hearFeeds(h)
	}
	return out, nil
}

// hearFeeds sees that every party that was told of the alarm stands in its record,
// and works in the first acknowledgement of a whole feed that covers it.
func (a *Alarm) hearFeeds(h *History) {
	for i := range h.Parties {
		p := &h.Parties[i]
		names := Names(p.ID, p.Role)[:2]
		if !slices.ContainsFunc(h.Tellings, func(t view.Telling) bool { return t.Version == a.ID && slices.Contains(names, t.Recipient) }) {
			continue
		}
		st, i := Standing{Version: a.ID}, a.of(p.ID)
		st.hearFeed(h.Feeds[p.ID], []view.Telling{{Entry: a.Entry, Version: a.ID}})
		if len(st.Steps) > 0 {
			a.Told[i].Steps = append(a.Told[i].Steps, st.Steps...)
			slices.SortStableFunc(a.Told[i].Steps, func(x, y Step) int { return cmp.Compare(x.Entry, y.Entry) })
		}
	}
}

// of is the place of a party in Told, made where it has none.
func (a *Alarm) of(p truce.PartyID) int {
	i := slices.IndexFunc(a.Told, func(t AlarmTold) bool { return t.Party == p })
	if i < 0 {
		a.Told = append(a.Told, AlarmTold{Party: p, Attempts: []Attempt{}, Steps: []Step{}})
		i = len(a.Told) - 1
	}
	return i
}

// alarmed are the alarms that are not ended and of which a party was told, as
// items of its inbox: an answer to an alarm is waited for too.
func (q *Reading) alarmed(p *truce.PartyState) ([]*Item, error) {
	open, err := q.Inbox.OpenAlarms(q.ctx, q.r, q.asOf)
	if err != nil {
		return nil, err
	}
	out := []*Item{}
	for _, s := range open {
		h, err := q.History(s.Subject)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(h.Tellings, func(t view.Telling) bool {
			return t.Version == s.ID && slices.Contains(Names(p.ID, p.Role)[:2], t.Recipient)
		})
		if i < 0 {
			continue
		}
		all, err := h.Alarms()
		if err != nil {
			return nil, err
		}
		for _, a := range all {
			if a.ID == s.ID {
				out = append(out, a.item(p, h.Tellings[i]))
			}
		}
	}
	return out, nil
}

// item is the alarm in the inbox of a party that was told of it.
func (a *Alarm) item(p *truce.PartyState, t view.Telling) *Item {
	s := Standing{Party: p.ID, Role: p.Role, Told: true, Version: a.ID, ToldEntry: t.Entry, ToldAt: moment(t.At), What: t.What, Echelons: []string{}, Relayed: []string{}, Silent: []string{}, Steps: []Step{}, Attempts: []Attempt{}}
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
	i := a.of(s.Party)
	st := Standing{Version: a.ID, Steps: a.Told[i].Steps, Attempts: a.Told[i].Attempts}
	err := st.hear(s, []view.Telling{{Entry: a.Entry, Version: a.ID}})
	a.Told[i].Steps, a.Told[i].Attempts = st.Steps, st.Attempts
	return err
}
