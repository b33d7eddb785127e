package told

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"truce"
	"truce/internal/view"
	"truce/internal/view/inbox"
)

// Pending is what parties were told and have not answered on every level that a
// timer waits for. It follows feeds and answers as the log grows, so that looking
// at the timers costs what is open and not what was ever told. What all timers ran
// out for, or was answered, is let go. It is for one goroutine.
type Pending struct {
	rules   []Rule
	parties map[truce.PartyID]*follower
	said    int64 // answers up to that entry were worked in
}

// follower is one party with what it has not answered.
type follower struct {
	state   truce.PartyState
	from    time.Time // its timers run from here at the earliest: before, it did not take part
	upTo    int64     // its feed was worked in up to that entry
	waiting map[string]*Open
}

// Open is something that a party was told and has not answered on every level.
type Open struct {
	Party   truce.PartyID
	Subject string
	Version string // statement id to acknowledge
	What    string // see view.ToldNew and the others
	Entry   int64  // that told it
	Since   time.Time
	Kind    string // see Rule.Object; empty until it was asked for

	emergency bool
	has       []Level
	left      []Rule // timers that have not run out, by time
	ran       map[Action]int
}

// Due is a timer that ran out.
type Due struct {
	*Open
	Rule Rule
	At   time.Time // when it ran out, UTC
	Nth  int       // timers with the same action that ran out before for the same telling
}

// NewPending begins behind an entry: what was told before runs no timers.
func NewPending(rules []Rule, after int64) *Pending {
	return &Pending{rules: rules, parties: map[truce.PartyID]*follower{}, said: after}
}

// Party follows a party, from its next line on: Cursor. from is when it came to
// take part.
func (p *Pending) Party(state truce.PartyState, after int64, from time.Time) {
	p.parties[state.ID] = &follower{state: state, from: from, upTo: after, waiting: map[string]*Open{}}
}

// Forget lets go of a party that takes part no more.
func (p *Pending) Forget(id truce.PartyID) { delete(p.parties, id) }

// Cursor is up to which entry the feed of a party was worked in; ok is false for
// one that is not followed.
func (p *Pending) Cursor(id truce.PartyID) (entry int64, ok bool) {
	f := p.parties[id]
	if f == nil {
		return truce.NoEntry, false
	}
	return f.upTo, true
}

// Said is up to which entry answers were worked in.
func (p *Pending) Said() int64 { return p.said }

// Tell works further lines of a party's feed in. Answers to them are worked in
// behind them: see Hear.
func (p *Pending) Tell(id truce.PartyID, lines []Line) {
	f := p.parties[id]
	for _, l := range lines {
		f.upTo = l.Entry
		switch {
		case !l.Answer():
		case l.What == view.ToldAlarm:
			f.tell(l, l.Version, p.rules)
		default:
			f.tell(l, l.Subject, p.rules)
		}
	}
}

func (f *follower) tell(l Line, key string, rules []Rule) {
	o := &Open{Party: f.state.ID, Subject: l.Subject, Version: l.Version, What: l.What, Entry: l.Entry, Since: l.At, left: rules}
	if o.Since.Before(f.from) {
		o.Since = f.from
	}
	switch l.What {
	case view.ToldWithdrawn, view.ToldEnded, view.ToldErased:
		o.name("withdrawal", false, rules)
	case view.ToldAlarm:
		o.name("alarm", false, rules)
	}
	f.waiting[key] = o
}

// name says what the subject is, and so which timers run.
func (o *Open) name(kind string, emergency bool, rules []Rule) {
	o.Kind, o.emergency = kind, emergency
	o.left = applying(rules, kind, emergency)
	slices.SortStableFunc(o.left, func(a, b Rule) int { return cmp.Compare(a.Within, b.Within) })
}

// Hear works statements of telling in, by entry: acknowledgements, links that were
// used, alarms that ended.
func (p *Pending) Hear(said []inbox.Said) error {
	for _, s := range said {
		if err := p.hear(s); err != nil {
			return err
		}
		p.said = s.Entry
	}
	return nil
}

func (p *Pending) hear(s inbox.Said) error {
	f := p.parties[s.Party]
	switch {
	case s.Kind == truce.AlarmEnd:
		for _, f := range p.parties {
			delete(f.waiting, s.Ref)
		}
	case f == nil:
	case s.Kind == truce.DeliveryRecord:
		return f.linkUsed(s)
	case isAck(s.Kind):
		step, err := stepOf(s)
		if err == nil {
			f.answer(s.Subject, step)
		}
		return err
	}
	return nil
}

// answer works an acknowledgement in: of one version, or of a whole feed.
func (f *follower) answer(subject string, step Step) {
	if step.UpTo > 0 {
		for key, o := range f.waiting {
			o.hear(step)
			f.settle(key)
		}
		return
	}
	for _, key := range []string{subject, step.Version} {
		if o := f.waiting[key]; o != nil {
			o.hear(step)
			f.settle(key)
		}
	}
}

func (o *Open) hear(step Step) {
	st := Standing{Version: o.Version}
	if st.covers(step, []view.Telling{{Entry: o.Entry}}) {
		o.has = append(o.has, step.Level)
	}
}

// linkUsed: the one-use link of a message was used: somebody received it. It stops
// reminders, and is no acknowledgement.
func (f *follower) linkUsed(s inbox.Said) error {
	o := f.waiting[s.Subject]
	if o == nil || o.Version != s.Ref || s.Entry <= o.Entry {
		return nil
	}
	var d delivery
	if err := json.Unmarshal(s.Body, &d); err != nil {
		return truce.Wrap(truce.CodeTampered, err, "entry %d cannot be read", s.Entry)
	}
	if d.Outcome == "answered" {
		o.has = append(o.has, Received)
		f.settle(s.Subject)
	}
	return nil
}

// settle lets go of what no timer waits for any more. While it is not known what
// the subject is, any of the rules may be about it.
func (f *follower) settle(key string) {
	o := f.waiting[key]
	waits := slices.ContainsFunc(o.left, func(r Rule) bool { return !slices.Contains(o.has, r.Level) })
	if !waits {
		delete(f.waiting, key)
	}
}

// KindOf tells what a subject is (see Rule.Object), and whether it was notified as
// an emergency.
type KindOf func(subject string) (kind string, emergency bool, err error)

// Due takes the timers that ran out by now, each once, in the order of what was
// told. Errors are those of kindOf; what they concern is looked at again.
func (p *Pending) Due(now time.Time, kindOf KindOf) (due []Due, err error) {
	soonest := time.Duration(1<<63 - 1)
	for _, r := range p.rules {
		soonest = min(soonest, r.Within)
	}
	for _, f := range p.parties {
		for key, o := range f.waiting {
			if o.Kind == "" {
				if now.Before(o.Since.Add(soonest)) {
					continue
				}
				kind, emergency, e := kindOf(o.Subject)
				if e != nil {
					err = cmp.Or(err, e)
					continue
				}
				o.name(kind, emergency, p.rules)
			}
			due = append(due, o.runOut(now)...)
			f.settle(key)
		}
	}
	slices.SortFunc(due, func(a, b Due) int {
		return cmp.Or(cmp.Compare(a.Entry, b.Entry), cmp.Compare(a.Party, b.Party), a.At.Compare(b.At), cmp.Compare(a.Rule.Then, b.Rule.Then))
	})
	return due, err
}

// runOut takes the timers whose time is over.
func (o *Open) runOut(now time.Time) (due []Due) {
	for len(o.left) > 0 {
		r, at := o.left[0], o.Since.Add(o.left[0].Within)
		if now.Before(at) {
			break
		}
		if o.left = o.left[1:]; !slices.Contains(o.has, r.Level) {
			due = append(due, Due{o, r, at, o.ran[r.Then]})
		}
		if o.ran == nil {
			o.ran = map[Action]int{}
		}
		o.ran[r.Then]++
	}
	return due
}

// Waiting is how much is open, over all parties.
func (p *Pending) Waiting() (n int) {
	for _, f := range p.parties {
		n += len(f.waiting)
	}
	return n
}
