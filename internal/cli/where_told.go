package cli

import (
	"context"
	"encoding/json"

	"truce"
	"truce/internal/api"
	"truce/internal/store"
	"truce/internal/told"
	"truce/internal/view/protected"
)

// tellings are who was told what, and what they answered.
type tellings interface {
	// Inbox is what a party was told; of whoever acts where party is empty.
	Inbox(ctx context.Context, party truce.PartyID, unanswered bool) (*inboxAnswer, error)
	// Telling is where every party stands with one object.
	Telling(ctx context.Context, id string) (*told.Telling, error)
	Desks(ctx context.Context) ([]*deskAnswer, error)
}

// overviews are over all objects that the asker may ask about.
type overviews interface {
	// Gaps are the objects in whose telling something is missing.
	Gaps(ctx context.Context) ([]*told.Gap, error)
	// Seen is who saw the objects of an owner, or all.
	Seen(ctx context.Context, owner truce.PartyID) ([]*told.Seen, error)
}

// redress is what is done about what was told or read back wrongly.
type redress interface {
	// Replay has a line of a desk told again what is behind an entry.
	Replay(ctx context.Context, q api.Replay) (*api.ReplayAnswer, error)
	// Contested sees to a read-back, and tells whether its subject is contested now.
	Contested(ctx context.Context, subject string, entry int64) (bool, error)
}

// feeds are what a party was told, line by line.
type feeds interface {
	Feed(ctx context.Context, party truce.PartyID) (truce.PartyID, []feedItem, error)
}

// inboxAnswer is the --json form of an inbox.
type inboxAnswer struct {
	Party  truce.PartyID `json:"party"`
	Behind int           `json:"behind"`
	Items  []*told.Item  `json:"items"`
	Alarms []*told.Item  `json:"alarms"`
}

// deskAnswer is the --json form of a duty desk.
type deskAnswer = told.DeskView

// reading runs fn on who was told what.
func (l *local) reading(ctx context.Context, fn func(store.Reader, *told.Reading) error) error {
	return l.app.DB.View(ctx, func(r store.Reader) error {
		q, err := l.app.Told().At(ctx, r, truce.Now)
		if err != nil {
			return err
		}
		return fn(r, q)
	})
}

// Inbox is that of any party: who may open the folder sees everything.
func (l *local) Inbox(ctx context.Context, party truce.PartyID, unanswered bool) (a *inboxAnswer, err error) {
	if party == "" {
		if party, _, err = l.Acting(ctx); err != nil {
			return nil, err
		}
	}
	err = l.reading(ctx, func(_ store.Reader, q *told.Reading) error {
		p := q.Party(party)
		if p == nil {
			return noParty(party)
		}
		box, err := q.Box(p)
		if err != nil {
			return err
		}
		a = &inboxAnswer{Party: party, Behind: box.Behind, Items: []*told.Item{}, Alarms: box.Alarms}
		for _, i := range box.Items {
			if i.Behind || !unanswered {
				a.Items = append(a.Items, i)
			}
		}
		return nil
	})
	return a, err
}

// Gaps looks through all objects.
func (l *local) Gaps(ctx context.Context) (gaps []*told.Gap, err error) {
	gaps = []*told.Gap{}
	err = l.reading(ctx, func(r store.Reader, q *told.Reading) error {
		for after := truce.NoEntry; ; {
			page, err := l.app.Objects.Page(ctx, r, truce.Now, protected.Filter{}, after, pageSize)
			if err != nil {
				return err
			}
			for _, o := range page {
				g, err := q.Gap(told.SubjectOf(o))
				if err != nil {
					return err
				}
				if !g.Empty() {
					gaps = append(gaps, g)
				}
			}
			if len(page) < pageSize {
				break
			}
			after = page[len(page)-1].First
		}
		return l.agreedGaps(ctx, r, q, &gaps)
	})
	return gaps, err
}

// Telling is that of any object. What reads by itself is read first: who holds one
// reader and waits for another can wait for ever.
func (l *local) Telling(ctx context.Context, id string) (t *told.Telling, err error) {
	return l.tellingAt(ctx, id, clocks{})
}

// tellingAt is Telling with the day of a movement seen from another time.
func (l *local) tellingAt(ctx context.Context, id string, at clocks) (t *told.Telling, err error) {
	if object := truce.AgreementObject(id); object != "" {
		rec, err := l.record(ctx, object, id, clocks{})
		if err != nil {
			return nil, err
		}
		return l.tellingOf(ctx, told.SubjectAgreed(rec), nil, at)
	}
	var s told.Subject
	err = l.app.DB.View(ctx, func(r store.Reader) error {
		o, err := l.object(ctx, r, "", id, clocks{})
		if err == nil {
			s = told.SubjectOf(o)
		}
		return err
	})
	var rests []told.Condition
	if err == nil && s.Kind == "movement" {
		rests, err = l.restsOn(ctx, id, at)
	}
	if err != nil {
		return nil, err
	}
	return l.tellingOf(ctx, s, rests, at)
}

func (l *local) tellingOf(ctx context.Context, s told.Subject, rests []told.Condition, at clocks) (t *told.Telling, err error) {
	err = l.reading(ctx, func(_ store.Reader, q *told.Reading) error {
		t, err = q.Telling(s, rests, at.force())
		return err
	})
	return t, err
}

// Desks are those of all parties.
func (l *local) Desks(ctx context.Context) (out []*deskAnswer, err error) {
	out = []*deskAnswer{}
	err = l.reading(ctx, func(r store.Reader, q *told.Reading) error {
		all, err := l.app.Inbox.Desks(ctx, r, "", truce.Now)
		for _, d := range all {
			v, err := q.Desk(d, clocks{}.force())
			if err != nil {
				return err
			}
			out = append(out, v)
		}
		return err
	})
	return out, err
}

// Inbox is that of the party whose key was given, or, to a registrar, of any.
func (r *remote) Inbox(ctx context.Context, party truce.PartyID, unanswered bool) (*inboxAnswer, error) {
	raw, err := r.Client.Inbox(ctx, party, unanswered)
	if err != nil {
		return nil, err
	}
	a := &inboxAnswer{}
	return a, decode(raw, a)
}

// Gaps are those of the asker's objects.
func (r *remote) Gaps(ctx context.Context) ([]*told.Gap, error) {
	out := []*told.Gap{}
	for raw, err := range r.Client.Gaps(ctx) {
		if err != nil {
			return nil, err
		}
		g := &told.Gap{}
		if err := decode(*raw, g); err != nil {
			return nil, err
		}
		out = append(out, g)
	}
	return out, nil
}

// Telling is that of one of the asker's objects.
func (r *remote) Telling(ctx context.Context, id string) (*told.Telling, error) {
	raw, err := r.Client.Telling(ctx, id)
	if err != nil {
		return nil, err
	}
	a := &told.Telling{}
	return a, decode(raw, a)
}

// Desks are those that the asker may read of.
func (r *remote) Desks(ctx context.Context) ([]*deskAnswer, error) {
	raw, err := r.Client.Desks(ctx)
	if err != nil {
		return nil, err
	}
	var page struct {
		Desks []*deskAnswer `json:"desks"`
	}
	return page.Desks, decode(json.RawMessage(raw), &page)
}
